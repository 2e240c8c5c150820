"""Snapshots between ledger and attachment: in pieces, the heavy work in threads (DESIGN.md, "Snapshots")."""

import asyncio
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from bots.database.engine import Database
from bots.register import store, testimony
from bots.register.acceptance import Keys
from bots.register.bulk import keeping
from bots.register.chapter import reach_of
from bots.register.errors import StaleSelection
from bots.register.ledger import Ledger, Moment
from bots.register.operation import Identity
from bots.register.packing import pack, unpack
from bots.register.snapshot import Entry, Loaded, Loading, Writing, judge, read_header
from config.identifiers import RoomId

_PAGE = 1000
_JUDGED_AT_ONCE = 500
_THREADS = min(2, os.cpu_count() or 1)
"""Signatures are checked without the interpreter's lock; on one core, a second thread would only be in the way."""
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Prepared:
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


async def prepare(database: Database, ledger: Ledger, room_id: RoomId, schema: Mapping[str, int]) -> Prepared:
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
    return Prepared(packed, moment.clock, frontier, moment.state_hash, reach, moment.early, erased)


async def _write(
    database: Database, ledger: Ledger, room_id: RoomId, schema: Mapping[str, int]
) -> tuple[Moment, Iterator[bytes], int]:
    async with database.begin() as transaction:
        moment = await ledger.moment(transaction, room_id)
        writing = Writing(moment.selection)
        after: Identity | None = None
        beside = await store.besides(transaction, room_id)
        while page := await store.records(transaction, room_id, after, _PAGE):
            writing.take(chain.from_iterable((each, *beside.get(each.identity, ())) for each in page))
            after = page[-1].identity
            await asyncio.sleep(0)
        erased = await testimony.tombstones(transaction, room_id)
    return moment, writing.lines(room_id, moment.clock, moment.state_hash, schema), erased


async def read(packed: bytes, rooms: Collection[RoomId], keys: Keys, threads: int = _THREADS) -> Loaded:
    """Return the snapshot in an attachment, or raise ``BadSnapshot``. Not inside a transaction."""
    lines = unpack(packed[start : start + _PIECE] for start in range(0, len(packed), _PIECE))
    header = await asyncio.to_thread(lambda: read_header(next(lines, b""), rooms))
    loading = Loading(header)
    with keeping():
        while parts := await asyncio.to_thread(_next, lines, threads):
            judged = await asyncio.gather(*(asyncio.to_thread(_judged, each, rooms, keys) for each in parts))
            for entry in chain.from_iterable(judged):
                loading.take(entry)
            # The fold of a thousand operations is a few milliseconds: others get their turn between.
            await asyncio.sleep(0)
        return await asyncio.to_thread(loading.finish)


def _next(lines: Iterator[bytes], parts: int) -> list[list[bytes]]:
    """Return the next lines, for as many threads."""
    return [part for part in (list(islice(lines, _JUDGED_AT_ONCE)) for _ in range(parts)) if part]


def _judged(lines: Iterable[bytes], rooms: Collection[RoomId], keys: Keys) -> list[Entry]:
    return [judge(each, rooms, keys) for each in lines]
