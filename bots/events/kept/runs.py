"""When the series of a room take place: worked out for a hundred days at a time, and kept (pure)."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from bots.calendar.format.zones import Zone
from bots.calendar.recurrence.series import Window
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting, sittings

_BLOCK: Final = 100
"""Days."""
_MOST_BLOCKS: Final = 20_000
"""Blocks of all series together that are kept."""
_AHEAD: Final = 8
"""Blocks in which the next time of one is looked for."""
_SOME: Final = 5
"""Series that are worked out without looking at the clock: some 10 ms of computing."""
_SOON: Final = 4
"""Blocks in which people mostly look."""
_NONE: Final = timedelta()
_Merged = tuple[list[datetime], list[Sitting], timedelta]
"""What begins in a block or before it, by start: the starts, the times themselves, how long the longest is."""


class Runs:
    """The series of a room, and what lasts long; *get* reads one."""

    def __init__(self, floating: Zone, get: Callable[[str], Meeting | None]) -> None:
        self.ids: dict[str, None] = {}
        self._floating = floating
        self._get = get
        self._held: dict[str, dict[int, list[Sitting]]] = {}
        self._merged: dict[int, _Merged] = {}
        self._next: dict[str, tuple[datetime, Sitting | None]] = {}
        """The next time of each, as it was when that was asked."""
        self._ready: set[str] = set()
        self._count = 0

    def put(self, event_id: str) -> None:
        """Note a series."""
        self.ids[event_id] = None
        self._merged.clear()

    def drop(self, event_id: str) -> None:
        """Forget a series."""
        if event_id in self.ids:
            del self.ids[event_id]
            self._count -= len(self._held.pop(event_id, ()))
            self._next.pop(event_id, None)
            self._ready.discard(event_id)
            self._merged.clear()

    def between(self, start: datetime, stop: datetime) -> Iterator[Sitting]:
        """Yield each time that one begins, or is going on, from *start* until *stop* (UTC)."""
        seen: set[tuple[str, datetime, datetime]] = set()
        for block in range(start.toordinal() // _BLOCK, stop.toordinal() // _BLOCK + 1):
            starts, found, longest = self._block(block)
            for at in range(bisect_left(starts, _before(start, longest)), bisect_left(starts, stop)):
                sitting = found[at]
                key = (sitting.meeting.id, sitting.begins, sitting.ends)
                if (sitting.begins >= start or sitting.ends > start) and key not in seen:
                    seen.add(key)
                    yield sitting

    def next(self, meeting: Meeting, now: datetime) -> Sitting | None:
        """Return the next time of a series that is neither over at *now* nor cancelled, some two years ahead."""
        held = self._next.get(meeting.id)
        if held is None or not _holds(*held, now):
            held = self._next[meeting.id] = now, self._looked_for(meeting, now)
        return held[1]

    def ready(self, now: datetime) -> bool:
        """Work out the next times of some that nobody has asked for yet; tells whether there are more."""
        left = [event_id for event_id in self.ids if event_id not in self._ready]
        first = _block_of(now)
        for event_id in left[:_SOME]:
            self._ready.add(event_id)
            meeting = self._get(event_id)
            if meeting is not None:
                self.next(meeting, now)
                for block in range(first, first + _SOON):
                    self._of(meeting, block)
        if left:
            return True
        unmade = next((block for block in range(first, first + _SOON) if block not in self._merged), None)
        if unmade is not None:
            self._block(unmade)
        return unmade is not None

    def _looked_for(self, meeting: Meeting, now: datetime) -> Sitting | None:
        first = _block_of(now)
        for block in range(first, first + _AHEAD):
            coming = (sitting for sitting in self._of(meeting, block) if sitting.stands and sitting.ends > now)
            found = min(coming, key=lambda sitting: sitting.begins, default=None)
            if found is not None:
                return found
        return None

    def _block(self, block: int) -> _Merged:
        held = self._merged.get(block)
        if held is None:
            meetings = (meeting for event_id in self.ids if (meeting := self._get(event_id)) is not None)
            every = (sitting for meeting in meetings if not meeting.withdrawn for sitting in self._of(meeting, block))
            found = sorted(every, key=lambda sitting: (sitting.begins, sitting.meeting.number))
            longest = max((sitting.ends - sitting.begins for sitting in found), default=_NONE)
            held = self._merged[block] = [sitting.begins for sitting in found], found, longest
        return held

    def _of(self, meeting: Meeting, block: int) -> list[Sitting]:
        held = self._held.setdefault(meeting.id, {})
        found = held.get(block)
        if found is None:
            if self._count >= _MOST_BLOCKS:
                self._held.clear()
                self._count, held = 0, self._held.setdefault(meeting.id, {})
            start = datetime.fromordinal(max(block * _BLOCK, 1)).replace(tzinfo=UTC)
            found = held[block] = sittings(meeting, Window(start, start + timedelta(days=_BLOCK)), self._floating)
            self._count += 1
        return found


def _block_of(now: datetime) -> int:
    return now.astimezone(UTC).toordinal() // _BLOCK


def _holds(asked: datetime, found: Sitting | None, now: datetime) -> bool:
    """Tell whether what was next at *asked* is so at *now*; of none at all, whether it was looked for as far."""
    if now < asked:
        return False
    return _block_of(asked) == _block_of(now) if found is None else found.ends > now


def _before(start: datetime, longest: timedelta) -> datetime:
    try:
        return start - longest
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
