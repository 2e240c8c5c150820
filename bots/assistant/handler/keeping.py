"""What a capability keeps of a room beside its register: made of what people say, and made again of it when lost.

The register holds what people *did*; a keeper holds what their messages *are*. It is told in the transaction in which
an event is handled, so both are written or neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Key
from bots.database.engine import Transaction
from bots.matrix.events import Event
from config.identifiers import EventId, RoomId


class Keeper(Protocol):
    """Keeps something of each room; whatever it raises fails the event, so it takes anything that strangers wrote."""

    @property
    def name(self) -> str:
        """By which ``Needs.kept`` asks for it."""

    async def hear(self, event: Event, transaction: Transaction) -> None:
        """Note a person's message: admitted, and not one of an assistant's."""

    async def moved(self, room_id: RoomId, event: Event, transaction: Transaction) -> None:
        """Note that somebody has come or gone, or has changed their name."""

    async def withdraw(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Forget what is redacted; return the object that it was."""

    async def shown(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Return the object that a person's message is."""

    async def bring(self, request: Request, transaction: Transaction) -> object:
        """Return what *request* must be given: no more than its sender could read. May raise ``Unreachable``."""

    def forget(self, room_id: RoomId) -> None:
        """Read the room anew from the database: a transaction has failed."""

    async def tend(self) -> None:
        """Do a little of what is due, not inside a transaction; called each second or so."""


@dataclass(frozen=True, slots=True)
class Keepers:
    """All of them together."""

    each: Sequence[Keeper] = ()

    async def hear(self, event: Event, transaction: Transaction) -> None:
        """Tell all of a message."""
        for keeper in self.each:
            await keeper.hear(event, transaction)

    async def moved(self, event: Event, transaction: Transaction) -> None:
        """Tell all of a membership."""
        for keeper in self.each:
            await keeper.moved(event.room_id, event, transaction)

    async def withdraw(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> list[Key]:
        """Tell all of a redaction; return the objects that are gone."""
        gone = [await keeper.withdraw(room_id, event_id, transaction) for keeper in self.each]
        return [key for key in gone if key is not None]

    async def shown(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> tuple[Key, ...]:
        """Return the objects that a person's message is."""
        found = [await keeper.shown(room_id, event_id, transaction) for keeper in self.each]
        return tuple(key for key in found if key is not None)

    async def bring(self, request: Request, needs: Needs, transaction: Transaction) -> Mapping[str, object]:
        """Return what *needs* asks for, by the names of the keepers."""
        return {
            keeper.name: await keeper.bring(request, transaction) for keeper in self.each if keeper.name in needs.kept
        }

    def forget(self, room_id: RoomId) -> None:
        """Tell all that a transaction about a room has failed."""
        for keeper in self.each:
            keeper.forget(room_id)
