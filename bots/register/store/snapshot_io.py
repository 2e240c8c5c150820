"""Snapshots between ledger and attachment: in pieces, the heavy work elsewhere (DESIGN.md, "Snapshots")."""

import asyncio
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from bots.database.engine import Database
from bots.register.format.acceptance import Keys
from bots.register.format.chapter import reach_of
from bots.register.format.errors import StaleSelection
from bots.register.format.operation import Identity
from bots.register.format.packing import pack, unpack
from bots.register.replica.bulk import keeping
from bots.register.replica.snapshot import Batch, Loaded, Loading, Writing, batched, read_header
from bots.register.store import reading, snapshot_claims
from bots.register.store.books import Moment
from bots.register.store.ledger import Ledger
from bots.register.store.verifiers import HELPERS, Verifiers, verifiers
from config.identifiers import RoomId

_PAGE = 1000
_PIECE = 65_536
_MANY = 4_000
"""Lines from which on helpers are worth their start: a fifth of a second of signatures."""


@dataclass(frozen=True, slots=True)
class PreparedSnapshot:
    """A snapshot that is ready to be uploaded, and what its chapter's root says of it."""

    packed: bytes
    clock: int
    frontier: Mapping[str, Mapping[str, int]]
    state_hash: str
    reach: int
    """How many operations we held without holes."""
    early: bool
    erased: int
    """How many tombstones we held: when there are more, something in it may have been erased."""


async def prepare(database: Database, ledger: Ledger, room_id: RoomId, schema: Mapping[str, int]) -> PreparedSnapshot:
    """Return a snapshot of a room as it is now. Not inside a transaction."""
    try:
        moment, lines, erased = await _write(database, ledger, room_id, schema)
    except StaleSelection:
        # Memory and store differ: the store is right.
        ledger.forget(room_id)
        moment, lines, erased = await _write(database, ledger, room_id, schema)
    packed = await asyncio.to_thread(pack, lines)
    frontier = moment.selection.proven
    reach = reach_of(moment.frontier)
    return PreparedSnapshot(packed, moment.clock, frontier, moment.state_hash, reach, moment.early, erased)


async def _write(
    database: Database, ledger: Ledger, room_id: RoomId, schema: Mapping[str, int]
) -> tuple[Moment, Iterator[bytes], int]:
    async with database.begin() as transaction:
        moment = await ledger.moment(transaction, room_id)
        writing = Writing(moment.selection)
        after: Identity | None = None
        beside = await reading.besides(transaction, room_id)
        while page := await reading.records(transaction, room_id, after, _PAGE):
            writing.take(chain.from_iterable((each, *beside.get(each.identity, ())) for each in page))
            after = page[-1].identity
            await asyncio.sleep(0)
        erased = await snapshot_claims.tombstones(transaction, room_id)
    return moment, writing.lines(room_id, moment.clock, moment.state_hash, schema), erased


async def read(packed: bytes, rooms: Collection[RoomId], keys: Keys, helpers: int = HELPERS) -> Loaded:
    """Return the snapshot in an attachment, or raise ``BadSnapshot``. Not inside a transaction."""
    lines = unpack(packed[start : start + _PIECE] for start in range(0, len(packed), _PIECE))
    header = await asyncio.to_thread(lambda: read_header(next(lines, b""), rooms))
    loading = Loading(header)
    with keeping():
        async with verifiers(helpers if header.lines >= _MANY else 0) as verifying:
            await _load(loading, batched(lines, rooms, keys), verifying)
        return await asyncio.to_thread(loading.finish)


async def _load(loading: Loading, batches: Iterator[Batch], verifying: Verifiers) -> None:
    """Read the next lines while the signatures of some are verified; take each batch as it comes back."""
    ahead: deque[tuple[Batch, asyncio.Task[bytes]]] = deque()
    try:
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            ahead.append((batch, asyncio.create_task(verifying.verify(batch.questions))))
            # Now it is asked.
            await asyncio.sleep(0)
            while len(ahead) > verifying.width:
                await _take(loading, *ahead.popleft())
        while ahead:
            await _take(loading, *ahead.popleft())
    finally:
        for _, task in ahead:
            task.cancel()
        await asyncio.gather(*(task for _, task in ahead), return_exceptions=True)


async def _take(loading: Loading, batch: Batch, answers: asyncio.Task[bytes]) -> None:
    # In a thread, because each hostile line may take milliseconds. To fold a batch takes some, whatever is in it.
    entries = await asyncio.to_thread(batch.judged, await answers)
    loading.take(entries)
