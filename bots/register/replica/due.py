"""When a chapter of ours is due, and why (DESIGN §4, "Chapters")."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from bots.register.format.chapter import Root
from config.identifiers import UserId

MOST_SINCE = 300
"""How many operations may always follow a chapter's beginning before the next one begins."""

SHORTEST_MS = 3_600_000
"""How old a chapter becomes at least, whatever the room's retention: anybody who may set that could ask for more."""


class Cause(StrEnum):
    """Why a chapter is opened. The values are metric labels."""

    NEWCOMER = "newcomer"
    """An assistant asks for one: it has just come, or was given one that it cannot believe."""
    ERASED = "erased"
    """Our last one may carry what has been erased since."""
    UNSAID = "unsaid"
    """Something of ours stands in no message, and no other assistant holds it: our store alone has it."""
    GROWN = "grown"
    """Too much has happened since the last one."""
    RETENTION = "retention"
    """Half the time has gone by after which the room's servers throw the last one away."""


def due(
    me: UserId,
    roots: Sequence[Root],
    speaks_for: Callable[[UserId], bool],
    *,
    asked: Cause | None = None,
    reach: int,
    objects: int,
    now_ms: int = 0,
    retention_ms: int | None = None,
) -> Cause | None:
    """Return why a chapter of ours with a snapshot is due now, None when none is.

    *asked*: why one of ours is wanted whatever the chapters are.
    *roots* are the room's chapters, the latest first; *speaks_for* tells whether we speak for another author, so that
    one assistant opens it; *reach* is how many operations we hold without holes; *retention_ms* is how
    long messages stay in the room, None when for ever.
    """
    if reach == 0 or any(not each.sent for each in roots):
        # Nothing to carry; or one of ours is on its way.
        return None
    if asked is not None:
        return asked
    if any(each.stale and each.author == me and not _replaced(each, roots, me) for each in roots):
        return Cause.ERASED
    current = next(iter(roots), None)
    if current is None or not speaks_for(current.author):
        return None
    if reach - current.reach > max(MOST_SINCE, objects // 2):
        return Cause.GROWN
    return Cause.RETENTION if retention_ms is not None and _is_old(current, now_ms, retention_ms) else None


def outdated(me: UserId, roots: Sequence[Root]) -> list[Root]:
    """Return the chapters of ours to be redacted: what they carry has been erased, and a later one of ours does not."""
    sent = [each for each in roots if each.sent]
    return [each for each in sent if each.stale and each.author == me and _replaced(each, sent, me)]


def _is_old(root: Root, now_ms: int, retention_ms: int) -> bool:
    """Tell whether half of the time is over after which *root*, its attachment's key in it, and what follows may go."""
    return now_ms - root.opened >= max(SHORTEST_MS, retention_ms // 2)


def _replaced(root: Root, roots: Sequence[Root], me: UserId) -> bool:
    """Tell whether a chapter of ours without what was erased is as late as *root*.

    The clock alone does not tell: it stands still while somebody's operation is dated ahead, and falls when a later
    content goes. What we hold without holes grows.
    """
    return any(_fresh(each, me) and (each.clock >= root.clock or each.reach >= root.reach) for each in roots)


def _fresh(root: Root, me: UserId) -> bool:
    return root.author == me and root.snapshot is not None and not root.stale
