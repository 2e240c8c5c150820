"""What keepers do that keep nothing of what is said: nothing, unless they say otherwise (shell)."""

from bots.assistant.talk.scene import Key
from bots.database.engine import Transaction
from bots.matrix.events import Event
from config.identifiers import EventId, RoomId


class Watch:
    """A ``Keeper`` (``handler/keeping``) without its ``name`` and ``bring``; a subclass does what of these it does."""

    __slots__ = ()

    async def hear(self, event: Event, transaction: Transaction) -> None:
        """Nothing that is said is its business."""

    async def moved(self, room_id: RoomId, event: Event, transaction: Transaction) -> None:
        """Nor who comes and goes."""

    async def withdraw(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Nor what is redacted: the register sees to that."""
        return None

    async def shown(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """No person's message is an object of its."""
        return None

    def forget(self, room_id: RoomId) -> None:
        """Nothing is held in memory."""

    async def tend(self) -> None:
        """Nothing is ever due."""
