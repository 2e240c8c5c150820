"""At one go what the shells do piece by piece: the fold of a set of operations, a snapshot written, a snapshot read."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bots.register.format.acceptance import Keys
from bots.register.format.ed25519 import answers
from bots.register.format.operation import Identity, Operation, Tombstone
from bots.register.format.packing import pack, unpack
from bots.register.replica.fold import state_hash
from bots.register.replica.selection import Content, Record, Selection, objects_of_guests
from bots.register.replica.snapshot import Loaded, Loading, Writing, batched, read_header
from bots.register.replica.state import State
from bots.register.replica.tombstone import tombstone
from config.identifiers import RoomId, UserId

Erasures = Mapping[Identity, Tombstone]
"""Operations that we know to be erased although their author has not said so yet."""


def fold(operations: Iterable[Operation], erasures: Erasures | None = None) -> State:
    """Return the state of a room from any collection of its accepted operations: order and repeats do not matter."""
    chosen: dict[Identity, Operation] = {}
    voids: dict[tuple[Identity, str], Operation] = {}
    for each in operations:
        if each.void:
            voids[each.identity, each.digest] = each
            continue
        held = chosen.get(each.identity)
        # Two contents under one identity: its author equivocated, or restored a backup. All choose the same one.
        if held is None or each.digest < held.digest:
            chosen[each.identity] = each
    # A void has erased already what it names, wherever it came first: so it counts beside anything, and alone.
    voided = {(void.sender, stone.src, stone.seq) for void in voids.values() for stone in void.void}
    gone = voided | {identity for identity, _ in voids}
    # An author's own word on what it erased replaces what we worked out: those who never saw the original have only it.
    local = {
        identity: stone
        for identity, stone in (erasures or {}).items()
        if identity not in gone and (identity not in chosen or stone.digest <= chosen[identity].digest)
    }
    state = State()
    for void in voids.values():
        state.apply(void)
    for identity, each in chosen.items():
        if identity not in gone and identity not in local:
            state.apply(each)
    for (sender, _, _), stone in local.items():
        state.erase(UserId(sender), stone)
    return state


def erasure(operation: Operation) -> tuple[Identity, Tombstone]:
    """Return the entry for :data:`Erasures` that erases *operation*."""
    return operation.identity, tombstone(operation)


def write_snapshot(
    room_id: RoomId,
    state: State,
    frontier: Mapping[str, Mapping[str, int]],
    records: Sequence[Record],
    *,
    waiting: Collection[Content] = (),
    schema: Mapping[str, int] | None = None,
) -> bytes:
    """Return the attachment: all steps at once, for *records* in the order of (sender, src, seq)."""
    writing = Writing(Selection(state, frontier, waiting, objects_of_guests(records)))
    writing.take(records)
    return pack(writing.lines(room_id, state.clock, state_hash(state), schema or {}))


def read_snapshot(packed: Iterable[bytes], rooms: Collection[RoomId], keys: Keys) -> Loaded:
    """Return the snapshot in the pieces of an attachment, or raise :class:`BadSnapshot`: all steps at once."""
    lines = unpack(packed)
    header = read_header(next(lines, b""), rooms)
    loading = Loading(header)
    for batch in batched(lines, rooms, keys):
        loading.take(batch.judged(answers(batch.questions)))
    return loading.finish()
