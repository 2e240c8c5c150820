"""On disk: the chapters of each room, and what each other assistant was last heard to hold (FORMAT.md §9, §10)."""

import json
from collections.abc import Mapping

from sqlalchemy import RowMapping, delete, select, text, update

from bots.database.engine import Transaction, insert
from bots.register.format.chapter import GONE, PASSED, Peer, Root
from bots.register.format.frontier import Frontier
from bots.register.store import tables
from config.identifiers import EventId, RoomId, UserId

_JOINING = text("SELECT joining FROM register_room WHERE room_id = :room_id")
_ALL_JOINING = text("SELECT room_id, joining FROM register_room WHERE joining IS NOT NULL")
_ANEW = text("UPDATE register_room SET joining = :now WHERE joining IS NULL")
_READY = text("UPDATE register_room SET joining = NULL WHERE room_id = :room_id")
_BEST = text(
    "SELECT root, clock FROM register_chapter WHERE room_id = :room_id AND root LIKE '$%'"
    " AND (verdict IS NULL OR verdict <> 'gone') ORDER BY clock DESC, opened DESC, root LIMIT 1"
)


async def note(transaction: Transaction, room_id: RoomId, root: Root) -> None:
    """Remember a chapter, unless it is known; the current one is the latest."""
    row = {
        "room_id": room_id,
        "root": root.root,
        "author": root.author,
        "clock": root.clock,
        "reach": root.reach,
        "snapshot": None if root.snapshot is None else json.dumps(root.snapshot),
        "early": int(root.early),
        "verdict": root.verdict,
        "opened": root.opened,
    }
    await transaction.execute(insert(transaction, tables.chapter).values(row).on_conflict_do_nothing())
    await _choose(transaction, room_id)


async def confirm(transaction: Transaction, room_id: RoomId, txn: str, event_id: EventId, root: Root) -> None:
    """Give a chapter of ours its event id; *root* is what is kept when we had forgotten that we sent it."""
    column = tables.chapter.c
    pending = (column.room_id == room_id) & (column.root == txn)
    known = select(column.root).where((column.room_id == room_id) & (column.root == event_id))
    if (await transaction.execute(known)).scalar_one_or_none() is None:
        await transaction.execute(update(tables.chapter).where(pending).values(root=event_id))
    # It came back to us, as news, before the server's answer did: after a crash.
    await transaction.execute(delete(tables.chapter).where(pending))
    await note(transaction, room_id, root)


async def withdraw(transaction: Transaction, room_id: RoomId, txn: str) -> bool:
    """Forget a chapter of ours that the server will never take; tell whether there was one."""
    column = tables.chapter.c
    done = await transaction.execute(delete(tables.chapter).where((column.room_id == room_id) & (column.root == txn)))
    return done.rowcount > 0


async def judge(transaction: Transaction, room_id: RoomId, root: str, verdict: str) -> bool:
    """Note what became of a chapter; tell whether there is one."""
    column = tables.chapter.c
    same = (column.room_id == room_id) & (column.root == root)
    done = await transaction.execute(update(tables.chapter).where(same).values(verdict=verdict))
    if verdict == GONE and done.rowcount:
        # Nor its key.
        await transaction.execute(update(tables.chapter).where(same).values(snapshot=None))
        await _choose(transaction, room_id)
    return done.rowcount > 0


async def roots(transaction: Transaction, room_id: RoomId, *, redacted: bool = False) -> list[Root]:
    """Return the chapters of a room, the latest first; those that have been redacted only when asked for."""
    column = tables.chapter.c
    query = select(tables.chapter).where(column.room_id == room_id)
    if not redacted:
        query = query.where(column.verdict.is_(None) | (column.verdict != GONE))
    found = await transaction.execute(query.order_by(column.clock.desc(), column.opened.desc(), column.root))
    return [_root(row) for row in found.mappings()]


async def _choose(transaction: Transaction, room_id: RoomId) -> None:
    """Make the latest chapter the current one: the highest clock, where nothing was done between two the later."""
    best = (await transaction.execute(_BEST, {"room_id": room_id})).one_or_none()
    root, clock = (None, 0) if best is None else (best.root, best.clock)
    row = {"room_id": room_id, "last_seq": 0, "chapter": root, "chapter_clock": clock}
    statement = insert(transaction, tables.room).values(row)
    values = {"chapter": root, "chapter_clock": clock}
    await transaction.execute(statement.on_conflict_do_update(index_elements=["room_id"], set_=values))


def _root(row: RowMapping) -> Root:
    return Root(
        row["root"],
        UserId(row["author"]),
        row["clock"],
        row["reach"],
        None if row["snapshot"] is None else json.loads(row["snapshot"]),
        early=bool(row["early"]),
        stale=bool(row["stale"]),
        verdict=row["verdict"],
        opened=row["opened"],
    )


async def hear_peer(
    transaction: Transaction, room_id: RoomId, assistant: UserId, frontier: Frontier, state_hash: str, now_ms: int
) -> None:
    """Remember what another assistant says that it holds, and what it makes of it."""
    values: dict[str, str | int | None] = {
        "frontier": json.dumps(frontier),
        "state_hash": state_hash[:64],
        "heard_at": now_ms,
    }
    await _update_peer(transaction, room_id, assistant, values)


async def note_wanted(transaction: Transaction, room_id: RoomId, assistant: UserId, event_id: str | None) -> None:
    """Remember that by *event_id* an assistant wants a chapter of us; None: it is under way."""
    await _update_peer(transaction, room_id, assistant, {"wants": event_id})


async def note_under_way(transaction: Transaction, room_id: RoomId) -> None:
    """Note that a chapter for all who wanted one is under way."""
    column = tables.peer.c
    wanting = (column.room_id == room_id) & column.wants.is_not(None)
    await transaction.execute(update(tables.peer).where(wanting).values(wants=None))


async def _update_peer(
    transaction: Transaction, room_id: RoomId, assistant: UserId, values: Mapping[str, str | int | None]
) -> None:
    statement = insert(transaction, tables.peer).values({"room_id": room_id, "assistant": assistant, **values})
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=["room_id", "assistant"], set_=dict(values))
    )


async def peers(transaction: Transaction, room_id: RoomId) -> list[Peer]:
    """Return what we heard of the other assistants of a room."""
    query = select(tables.peer).where(tables.peer.c.room_id == room_id).order_by(tables.peer.c.assistant)
    return [
        Peer(
            UserId(row["assistant"]),
            None if row["frontier"] is None else json.loads(row["frontier"]),
            row["state_hash"],
            row["heard_at"],
            bool(row["distrusted"]),
            row["wants"],
        )
        for row in (await transaction.execute(query)).mappings()
    ]


async def join(transaction: Transaction, room_id: RoomId, now_ms: int) -> None:
    """Note that we must load a snapshot of a room before we write in it."""
    row = {"room_id": room_id, "last_seq": 0, "chapter_clock": 0, "joining": now_ms}
    statement = insert(transaction, tables.room).values(row)
    await transaction.execute(statement.on_conflict_do_update(index_elements=["room_id"], set_={"joining": now_ms}))


async def pass_over(transaction: Transaction, room_id: RoomId) -> None:
    """Look at none of the snapshots that are known by now."""
    column = tables.chapter.c
    unseen = (column.room_id == room_id) & column.verdict.is_(None)
    await transaction.execute(update(tables.chapter).where(unseen).values(verdict=PASSED))


async def reconsider(transaction: Transaction, room_id: RoomId, verdict: str) -> None:
    """Look again at the snapshots that were refused for *verdict*."""
    column = tables.chapter.c
    refused = (column.room_id == room_id) & (column.verdict == verdict)
    await transaction.execute(update(tables.chapter).where(refused).values(verdict=None))


async def joined(transaction: Transaction, room_id: RoomId) -> None:
    """Note that we may write in a room."""
    await transaction.execute(_READY, {"room_id": room_id})


async def begin_anew(transaction: Transaction, now_ms: int) -> None:
    """Know no room any more until the others have told us: our store is a backup, and they hold what we did since."""
    await transaction.execute(_ANEW, {"now": now_ms})


async def joining(transaction: Transaction, room_id: RoomId) -> int | None:
    """Return since when (ms) we wait for a snapshot of a room; None when we do not."""
    return (await transaction.execute(_JOINING, {"room_id": room_id})).scalar_one_or_none()


async def all_joining(transaction: Transaction) -> dict[RoomId, int]:
    """Return all rooms of which we wait for a snapshot, and since when (ms)."""
    return {RoomId(row.room_id): row.joining for row in await transaction.execute(_ALL_JOINING)}
