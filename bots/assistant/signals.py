"""How assistants talk among themselves in a room: signals, which clients do not show (FORMAT.md §9)."""

from bots.assistant.messages import referenced
from bots.database.engine import Transaction
from bots.matrix.events import Outgoing
from bots.matrix.port import Edge
from bots.register import store
from bots.register.ledger import Ledger
from bots.register.wire import SIGNAL, Signal, signal_content
from config.identifiers import RoomId


def standing(ledger: Ledger, room_id: RoomId) -> Signal:
    """Return the signal that says what we hold of a room, and what we make of it."""
    return Signal(frontier=ledger.frontier(room_id), state_hash=ledger.state_hash(room_id))


async def send(edge: Edge, transaction: Transaction, room_id: RoomId, txn: str, signal: Signal) -> None:
    """Enqueue *signal*, in the current chapter if there is one."""
    content = {**signal_content(signal), **referenced(await store.chapter(transaction, room_id))}
    await edge.enqueue(Outgoing(room_id, txn, SIGNAL, content), transaction)
