"""How assistants talk among themselves about a room: device to device, which bothers nobody in it (FORMAT.md §9)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bots.database.engine import Transaction
from bots.matrix.events import OutgoingToDevice
from bots.matrix.port import Edge
from bots.register.format.portions import portions
from bots.register.format.wire import SIGNAL, Signal, signal_content
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId


def standing(ledger: Ledger, room_id: RoomId) -> Signal:
    """Return the signal that says what we hold of a room, and what we make of it."""
    return Signal(frontier=ledger.frontier(room_id), state_hash=ledger.state_hash(room_id))


@dataclass(frozen=True, slots=True)
class Signals:
    """What we tell the other assistants of a room."""

    edge: Edge
    assistants: Callable[[], Sequence[UserId]]

    def others(self, room_id: RoomId) -> list[UserId]:
        """Return the other listed assistants that are in a room, in the order of the list."""
        room = self.edge.room(room_id)
        joined = room.joined if room else frozenset()
        return [each for each in self.assistants() if each in joined and each != self.edge.user_id]

    async def send(
        self,
        transaction: Transaction,
        room_id: RoomId,
        txn: str,
        signal: Signal,
        to: Collection[UserId] | None = None,
    ) -> None:
        """Enqueue *signal*, in parts where it is large, for the others in the room, or those of them named in *to*."""
        present = tuple(each for each in self.others(room_id) if to is None or each in to)
        if not present:
            return
        for number, part in enumerate(portions(signal)):
            message = OutgoingToDevice(room_id, f"{txn}.{number}", SIGNAL, signal_content(part), present)
            await self.edge.enqueue_to_device(message, transaction)
