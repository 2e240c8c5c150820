"""The events of a room, found by number and by day without walking all of them: a view of its state (pure)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import count
from typing import Final

from bots.assistant.words.numbered import is_numbered
from bots.calendar.series import Window
from bots.calendar.zones import Zone
from bots.events.kept.kinds import ANSWER, CHANGE, KIND, WITHDRAWN
from bots.events.kept.record import Meeting, read, uid_of
from bots.events.kept.sitting import Sitting, in_order, sittings
from bots.events.kept.titles import Titles
from bots.register.replica.state import Key, Object, State

_LONG: Final = 62
"""Days: what lasts longer is looked at whatever day is asked for."""
_VERSIONS: Final = count()
_MOST_PARTS: Final = 500
"""Changed occurrences and answers of one event that are read."""
_BLOCK: Final = 100
_MOST_BLOCKS: Final = 4_000
_AHEAD: Final = 8
"""Blocks in which the next time of an event is looked for."""
_EVER: Final = Window()


class Book:
    """The events of one room. Only :meth:`update` changes it; what is read of an event is kept until that changes.

    A plain event is placed by a look at its days alone, and read when somebody asks for one of them: reading a hundred
    thousand takes half a minute, and placing them a second.
    """

    def __init__(self, floating: Zone) -> None:
        self.floating: Final = floating
        self.ids: dict[str, None] = {}
        """Those that have a number and a title; whether they can be read is known once they are."""
        self.uids: dict[str, str] = {}
        """The id of each event by what tells it apart in files: its UID."""
        self.ringing: set[str] = set()
        """Those with reminders."""
        self.titles: Final = Titles()
        self._state: State | None = None
        self.version = next(_VERSIONS)
        """Another one whenever any event has changed, and no other book's."""
        self._parts: dict[str, set[Key]] = defaultdict(set)
        self._belongs: dict[Key, str] = {}
        self._changed: set[str] = set()
        """Those with changed occurrences."""
        self._read: dict[str, Meeting | None] = {}
        self._days: dict[int, dict[str, None]] = defaultdict(dict)
        self._placed: dict[str, range] = {}
        self._always: dict[str, None] = {}
        """Series, and what lasts long."""
        self._once: dict[str, list[Sitting]] = {}
        self._held: dict[str, dict[int, list[Sitting]]] = {}
        self._blocks = 0
        self._names: dict[str, str] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        self._state = state
        changed = [owner for key in touched if (owner := self._owner(state, key)) is not None]
        for event_id in dict.fromkeys(changed):
            self._take(state, event_id)
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
        if kind == CHANGE:
            self._changed.add(owner)
        return owner

    def _take(self, state: State, event_id: str) -> None:
        self._forget(event_id)
        found = state.get(KIND, event_id)
        if found is None or not is_numbered(found):
            return
        days = None if event_id in self._changed else rough_days(found)
        if days is None:
            # What is not plain is read now.
            meeting = self._read[event_id] = read(found, self.parts(event_id), self.floating)
            if meeting is None:
                return
            days = _days(meeting, self.floating)
            rings = bool(meeting.alarms)
            self._name(event_id, meeting.name)
        else:
            rings = isinstance(alarms := found.value("alarms"), list) and bool(alarms)
            self._name(event_id, uid_of(found))
        if rings:
            self.ringing.add(event_id)
        self.ids[event_id] = None
        self.titles.put(event_id, found.value("title"), withdrawn=found.value("status") == WITHDRAWN)
        if days is None:
            self._always[event_id] = None
            return
        self._placed[event_id] = days
        for day in days:
            self._days[day][event_id] = None

    def _name(self, event_id: str, name: str) -> None:
        self._names[event_id] = name
        self.uids.setdefault(name, event_id)

    def _forget(self, event_id: str) -> None:
        self._read.pop(event_id, None)
        if event_id not in self.ids:
            return
        del self.ids[event_id]
        for day in self._placed.pop(event_id, range(0)):
            self._days[day].pop(event_id, None)
        self._always.pop(event_id, None)
        self._once.pop(event_id, None)
        self.ringing.discard(event_id)
        self.titles.drop(event_id)
        name = self._names.pop(event_id)
        if self.uids.get(name) == event_id:
            del self.uids[name]
        self._blocks -= len(self._held.pop(event_id, ()))

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
        if event_id not in self.ids:
            return None
        if event_id not in self._read:
            assert self._state is not None
            found = self._state.get(KIND, event_id)
            meeting = None if found is None else read(found, self.parts(event_id), self.floating)
            self._read[event_id] = meeting
        return self._read[event_id]

    def all(self) -> Iterator[Meeting]:
        """Yield all events, in no order; of many, that takes its time."""
        found = (self.get(event_id) for event_id in self.ids)
        return (meeting for meeting in found if meeting is not None)

    def between(self, start: datetime, stop: datetime) -> list[Sitting]:
        """Return what takes place from *start* until *stop*, by start: what is cancelled too, nothing withdrawn."""
        window = Window(start.astimezone(UTC), stop.astimezone(UTC))
        ids = self._touching(start, stop)
        found = (meeting for event_id in ids if (meeting := self.get(event_id)) is not None and not meeting.withdrawn)
        return in_order(sitting for meeting in found for sitting in self._sittings(meeting, window))

    def upcoming(self, ids: Iterable[str], now: datetime, most: int) -> list[Sitting]:
        """Return the next time of each of *ids* that is neither over at *now* nor cancelled: the *most* next ones."""
        today = now.astimezone(UTC).toordinal() - 1
        coming = sorted(
            (days.start, event_id) for event_id in ids if (days := self._placed.get(event_id)) and days.stop > today
        )
        # Series first, and plain ones until there are enough; what stands on one day may be over, or cancelled.
        found = [sitting for event_id in ids if event_id in self._always and (sitting := self.next(event_id, now))]
        for _, event_id in coming:
            sitting = self.next(event_id, now)
            if sitting is not None:
                found.append(sitting)
            if len(found) >= 2 * most + len(self._always):
                break
        return in_order(found)[:most]

    def next(self, event_id: str, now: datetime) -> Sitting | None:
        """Return the next time of an event that is neither over at *now* nor cancelled, some two years ahead."""
        meeting = self.get(event_id)
        if meeting is None:
            return None
        begins = now.astimezone(UTC).toordinal() // _BLOCK
        blocks = range(begins, begins + _AHEAD) if event_id in self._always else range(1)
        for block in blocks:
            held = self._block(meeting, block) if event_id in self._always else self._alone(meeting)
            coming = (sitting for sitting in held if sitting.stands and sitting.ends > now)
            found = min(coming, key=lambda sitting: sitting.begins, default=None)
            if found is not None:
                return found
        return None

    def to_ring(self, since: datetime) -> Iterator[str]:
        """Yield the events with reminders, those left out that were over at *since*."""
        day = since.astimezone(UTC).toordinal() - 1
        for event_id in self.ringing:
            days = self._placed.get(event_id)
            if days is None or days.stop > day:
                yield event_id

    def _touching(self, start: datetime, stop: datetime) -> Iterator[str]:
        first = start.astimezone(UTC).toordinal() - 1
        last = stop.astimezone(UTC).toordinal() + 1
        found: dict[str, None] = {}
        for day in range(first, last + 1):
            found |= self._days.get(day, {})
        yield from (found | self._always if self._always else found)

    def _sittings(self, meeting: Meeting, window: Window) -> Iterator[Sitting]:
        """Yield when *meeting* takes place; a series is worked out for a hundred days at a time, and kept."""
        assert window.start is not None
        assert window.stop is not None
        if meeting.id not in self._always:
            yield from (sitting for sitting in self._alone(meeting) if _within(sitting, window.start, window.stop))
            return
        first, last = (moment.toordinal() // _BLOCK for moment in (window.start, window.stop))
        seen: set[tuple[datetime, datetime]] = set()
        for sitting in (found for block in range(first, last + 1) for found in self._block(meeting, block)):
            span = (sitting.begins, sitting.ends)
            if _within(sitting, window.start, window.stop) and span not in seen:
                seen.add(span)
                yield sitting

    def _alone(self, meeting: Meeting) -> list[Sitting]:
        found = self._once.get(meeting.id)
        if found is None:
            found = self._once[meeting.id] = sittings(meeting, _EVER, self.floating)
        return found

    def _block(self, meeting: Meeting, block: int) -> list[Sitting]:
        held = self._held.setdefault(meeting.id, {})
        found = held.get(block)
        if found is None:
            if self._blocks >= _MOST_BLOCKS:
                self._held.clear()
                self._blocks, held = 0, self._held.setdefault(meeting.id, {})
            start = datetime.fromordinal(max(block * _BLOCK, 1)).replace(tzinfo=UTC)
            stop = start + timedelta(days=_BLOCK)
            found = held[block] = sittings(meeting, Window(start, stop), self.floating)
            self._blocks += 1
        return found


def _within(sitting: Sitting, start: datetime, stop: datetime) -> bool:
    begins = sitting.begins
    return start <= begins < stop or begins < start < sitting.ends


def rough_days(found: Object) -> range | None:
    """Return the days on which a plain event takes place, one more on each side; None for one that must be read.

    So no zone has to be known: what clocks show anywhere is at most a day away from UTC.
    """
    when = found.value("when")
    if not isinstance(when, dict) or found.value("rule") or found.first("recurrence") is not None:
        return None
    start, end = when.get("start"), when.get("end")
    if not isinstance(start, str) or not isinstance(end, str) or found.value("zones") or "duration" in when:
        return None
    try:
        first, last = (date.fromisoformat(said[:10]).toordinal() for said in (start, end))
    except ValueError:
        return None
    days = range(first - 1, max(first, last) + 2)
    return days if len(days) <= _LONG and first > 1 else None


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
