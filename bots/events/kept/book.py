"""The events of a room, found by number and by day without walking all of them: a view of its state (pure)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import count
from typing import Final

from bots.calendar.series import Window
from bots.calendar.zones import Zone
from bots.events.kept.kinds import ANSWER, CHANGE, KIND
from bots.events.kept.record import Meeting, read
from bots.events.kept.sitting import Sitting, in_order, sittings
from bots.register.replica.state import Key, Object, State

_LONG: Final = 62
"""Days: what lasts longer is looked at whatever day is asked for."""
_MOST_PARTS: Final = 500
"""Changed occurrences and answers of one event that are read."""
_BLOCK: Final = 100
_MOST_BLOCKS: Final = 4_000
_VERSIONS: Final = count()


class Book:
    """The events of one room. Only :meth:`update` changes it; what is read of an event is kept until that changes."""

    def __init__(self, floating: Zone) -> None:
        self.floating: Final = floating
        self.numbers: dict[int, tuple[str, ...]] = {}
        self.rows: dict[str, int] = {}
        """The number of each event that can be read, by its id."""
        self.uids: dict[str, str] = {}
        """The id of each event by what tells it apart in files: its UID."""
        self.ringing: set[str] = set()
        """Those with reminders."""
        self.version = next(_VERSIONS)
        """Another one whenever any event has changed, and no other book's."""
        self._state: State | None = None
        self._parts: dict[str, set[Key]] = defaultdict(set)
        self._belongs: dict[Key, str] = {}
        self._read: dict[str, Meeting] = {}
        self._days: dict[int, set[str]] = defaultdict(set)
        self._placed: dict[str, range] = {}
        self._always: set[str] = set()
        """Series, and what lasts long."""
        self._held: dict[tuple[str, int], list[Sitting]] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        self._state = state
        changed = [owner for key in touched if (owner := self._owner(state, key)) is not None]
        for event_id in dict.fromkeys(changed):
            self._take(event_id)
        if changed:
            self.version = next(_VERSIONS)

    @property
    def state(self) -> State:
        """What it is a view of."""
        assert self._state is not None
        return self._state

    def _owner(self, state: State, key: Key) -> str | None:
        kind, object_id = key
        if kind == KIND:
            return object_id
        if kind not in (CHANGE, ANSWER):
            return None
        found = state.get(kind, object_id)
        owner = None if found is None else found.first("event")
        if not isinstance(owner, str):
            # Its name was erased: it belongs to nothing any more.
            return self._belongs.get(key)
        self._parts[owner].add(key)
        self._belongs[key] = owner
        return owner

    def _take(self, event_id: str) -> None:
        self._forget(event_id)
        found = self._reading(event_id)
        if found is None:
            return
        self._read[event_id] = found
        self.rows[event_id] = found.number
        self.uids.setdefault(found.name, event_id)
        if found.alarms:
            self.ringing.add(event_id)
        self.numbers[found.number] = (*self.numbers.get(found.number, ()), event_id)
        days = _days(found, self.floating)
        if days is None:
            self._always.add(event_id)
            return
        self._placed[event_id] = days
        for day in days:
            self._days[day].add(event_id)

    def _forget(self, event_id: str) -> None:
        number = self.rows.pop(event_id, None)
        if number is not None:
            self.numbers[number] = tuple(each for each in self.numbers[number] if each != event_id)
        for day in self._placed.pop(event_id, range(0)):
            self._days[day].discard(event_id)
        self._always.discard(event_id)
        self.ringing.discard(event_id)
        before = self._read.pop(event_id, None)
        if before is not None and self.uids.get(before.name) == event_id:
            del self.uids[before.name]
        self._held = {key: found for key, found in self._held.items() if key[0] != event_id} if self._held else {}

    def _reading(self, event_id: str) -> Meeting | None:
        assert self._state is not None
        found = self._state.get(KIND, event_id)
        return None if found is None else read(found, self.parts(event_id), self.floating)

    def parts(self, event_id: str) -> list[Object]:
        """Return the changed occurrences and the answers of an event."""
        assert self._state is not None
        found = (self._state.get(*key) for key in self.part_keys(event_id))
        return [part for part in found if part is not None]

    def part_keys(self, event_id: str) -> list[Key]:
        """Return which objects they are."""
        return sorted(self._parts.get(event_id, ()))[:_MOST_PARTS]

    def get(self, event_id: str) -> Meeting | None:
        """Return the event with this id."""
        return self._read.get(event_id)

    def all(self) -> Iterable[Meeting]:
        """Return all events, in no order."""
        return self._read.values()

    def between(self, start: datetime, stop: datetime) -> list[Sitting]:
        """Return what takes place from *start* until *stop*, by start: what is cancelled too, nothing withdrawn."""
        window = Window(start.astimezone(UTC), stop.astimezone(UTC))
        found = (meeting for event_id in self._touching(start, stop) if not (meeting := self._read[event_id]).withdrawn)
        return in_order(sitting for meeting in found for sitting in self._sittings(meeting, window))

    def _touching(self, start: datetime, stop: datetime) -> Iterator[str]:
        first = start.astimezone(UTC).toordinal() - 1
        last = stop.astimezone(UTC).toordinal() + 1
        ids = (self._days[day] for day in range(first, last + 1) if day in self._days)
        yield from dict.fromkeys((*(event_id for day in ids for event_id in day), *self._always))

    def _sittings(self, meeting: Meeting, window: Window) -> Iterator[Sitting]:
        """Yield when *meeting* takes place; a series is worked out for a hundred days at a time, and kept."""
        assert window.start is not None
        assert window.stop is not None
        if meeting.id not in self._always:
            yield from sittings(meeting, window, self.floating)
            return
        first, last = (moment.toordinal() // _BLOCK for moment in (window.start, window.stop))
        seen: set[tuple[datetime, datetime]] = set()
        for sitting in (found for block in range(first, last + 1) for found in self._block(meeting, block)):
            span = (sitting.begins, sitting.ends)
            starts = window.start <= sitting.begins < window.stop
            if (starts or sitting.begins < window.start < sitting.ends) and span not in seen:
                seen.add(span)
                yield sitting

    def _block(self, meeting: Meeting, block: int) -> list[Sitting]:
        key = (meeting.id, block)
        found = self._held.get(key)
        if found is None:
            if len(self._held) >= _MOST_BLOCKS:
                self._held.clear()
            start = datetime.fromordinal(max(block * _BLOCK, 1)).replace(tzinfo=UTC)
            stop = start + timedelta(days=_BLOCK)
            found = self._held[key] = sittings(meeting, Window(start, stop), self.floating)
        return found


def _days(meeting: Meeting, floating: Zone) -> range | None:
    """Return the days, in UTC, on which an event takes place; None of a series, and of what lasts long."""
    event = meeting.event
    if event.repeats or meeting.changes:
        return None
    try:
        begins = event.start.utc(floating)
        ends = begins + event.length + timedelta(days=1 if event.whole_days else 0)
    except OverflowError:
        return None
    days = range(begins.toordinal(), ends.toordinal() + 1)
    return days if len(days) <= _LONG else None


@cache
def book(floating: Zone) -> "partial[Book]":
    """Return what makes the view: the same object each time, because the state knows its views by it."""
    return partial(Book, floating)
