"""Chapters as we know them, and what other assistants were heard to hold (FORMAT.md §9, §10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.register.format.canonical import MAX_INTEGER
from bots.register.format.frontier import Frontier
from bots.register.format.wire import Chapter
from config.identifiers import UserId

LOADED = "loaded"
"""The verdict on a snapshot that holds together, or that we made."""

PASSED = "passed"
"""The verdict on a snapshot from before we came: another one is awaited."""

GONE = "gone"
"""The verdict on a chapter whose root was redacted."""


@dataclass(frozen=True, slots=True)
class Root:
    """A chapter as we know it. *root* is its event id, or the transaction id of one of ours that is not sent yet."""

    root: str
    author: UserId
    clock: int
    reach: int
    """How many operations its frontier stands for."""
    snapshot: Mapping[str, Any] | None = field(default=None, repr=False)
    early: bool = False
    """It may carry operations dated later than *clock*."""
    stale: bool = False
    """It may carry what has been erased since."""
    verdict: str | None = None
    opened: int = 0
    """When it was opened (ms, never after we heard of it); 0 when that is not known."""

    @property
    def sent(self) -> bool:
        """Whether the chapter has an event id."""
        return self.root.startswith("$")


@dataclass(frozen=True, slots=True)
class Peer:
    """What we last heard of another assistant in a room. *wants*: the event by which it wants a chapter of us."""

    assistant: UserId
    frontier: Mapping[str, Mapping[str, int]] | None
    state_hash: str | None
    heard_at: int | None
    distrusted: bool
    wants: str | None


def reach_of(frontier: Frontier) -> int:
    """Return how many operations *frontier* stands for; no more than anybody could have written and we could store."""
    return min(MAX_INTEGER, sum(seq for sources in frontier.values() for seq in sources.values()))


def root_of(
    root: str,
    author: UserId,
    chapter: Chapter,
    *,
    early: bool = False,
    verdict: str | None = None,
    reach: int | None = None,
    opened: int = 0,
) -> Root:
    """Return *chapter* as it is kept; *reach* where more is known of it than its frontier says."""
    reach = reach_of(chapter.frontier) if reach is None else reach
    return Root(root, author, chapter.clock, reach, chapter.snapshot, early=early, verdict=verdict, opened=opened)
