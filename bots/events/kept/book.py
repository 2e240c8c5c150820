"""The events of a room, found by number and by day without walking all of them: a view of its state (pure)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Set
from datetime import UTC, datetime
from functools import cache, partial
from itertools import count, groupby, islice
from operator import itemgetter
from typing import Final

from bots.assistant.words.lenient import identifier
from bots.assistant.words.objects.numbered import is_numbered
from bots.calendar.format.zones import Zone
from bots.calendar.recurrence.series import Window
from bots.events.kept.kinds import ANSWER, CHANGE, KIND, ONCE, WITHDRAWN, Span
from bots.events.kept.meeting import Meeting
from bots.events.kept.places import Places, plain_span
from bots.events.kept.record import read, uid_of
from bots.events.kept.runs import Runs
from bots.events.kept.sitting import Sitting, in_order, sittings
from bots.events.kept.titles import Titles
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State
from config.identifiers import UserId

_VERSIONS: Final = count()
_MOST_PARTS: Final = 500
"""Objects of each sort, changed occurrences and answers, of one event that are read."""
TITLES: Final = 500
"""Titles that are read without looking at the clock: some milliseconds."""
_EVER: Final = Window()


class Book:
    """The events of one room. Only :meth:`update` changes it; what is read of an event is kept until that changes.

    A plain event is placed by its times alone, and read when somebody asks for one of its days: reading a hundred
    thousand takes ten seconds and more.
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
        self._places: Final = Places()
        self._runs: Final = Runs(floating, self.get)
        self._state: State | None = None
        self.version = next(_VERSIONS)
        """Another one whenever any event has changed, and no other book's."""
        self._parts: dict[str, set[Key]] = defaultdict(set)
        self._belongs: dict[Key, str] = {}
        self._changed: set[str] = set()
        """Those with changed occurrences."""
        self._read: dict[str, Meeting | None] = {}
        self._once: dict[str, list[Sitting]] = {}
        self._expected: dict[str, tuple[str, ...] | None] = {}
        """Whom those invite about whom somebody has asked."""
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
        if kind not in (CHANGE, ANSWER, ONCE):
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
        span = None if event_id in self._changed else plain_span(found, self.floating)
        alarms, name = found.value("alarms"), uid_of(found)
        rings = isinstance(alarms, list) and bool(alarms)
        if span is None:
            # What is not plain is read now.
            meeting = self._read[event_id] = read(found, self.parts(event_id), self.floating)
            if meeting is None:
                return
            span, name, rings = _span(meeting, self.floating), meeting.name, bool(meeting.alarms)
        self.ids[event_id] = None
        self._names[event_id] = name
        self.uids.setdefault(name, event_id)
        if rings:
            self.ringing.add(event_id)
        withdrawn = found.value("status") == WITHDRAWN
        self.titles.put(event_id, found.value("title"), withdrawn=withdrawn)
        if not withdrawn and (span is None or not self._places.put(event_id, span)):
            self._runs.put(event_id)

    def _forget(self, event_id: str) -> None:
        self._read.pop(event_id, None)
        self._expected.pop(event_id, None)
        if event_id not in self.ids:
            return
        del self.ids[event_id]
        self._places.drop(event_id)
        self._runs.drop(event_id)
        self._once.pop(event_id, None)
        self.ringing.discard(event_id)
        self.titles.drop(event_id)
        name = self._names.pop(event_id)
        if self.uids.get(name) == event_id:
            del self.uids[name]

    def parts(self, event_id: str) -> list[Object]:
        """Return the changed occurrences and the answers of an event."""
        assert self._state is not None
        found = (self._state.get(*key) for key in self.part_keys(event_id))
        return [part for part in found if part is not None]

    def part_keys(self, event_id: str) -> list[Key]:
        """Return which objects they are."""
        keys = sorted(self._parts.get(event_id, ()))
        # Of each sort by itself: many answers hide no change.
        return [key for _, same in groupby(keys, itemgetter(0)) for key in islice(same, _MOST_PARTS)]

    def get(self, event_id: str) -> Meeting | None:
        """Return the event with this id."""
        if event_id not in self.ids:
            return None
        if event_id not in self._read:
            found = self._object(event_id)
            self._read[event_id] = None if found is None else read(found, self.parts(event_id), self.floating)
        return self._read[event_id]

    def _object(self, event_id: str) -> Object | None:
        assert self._state is not None
        return self._state.get(KIND, event_id)

    def all(self) -> Iterator[Meeting]:
        """Yield all events, in no order; of many, that takes its time."""
        found = (self.get(event_id) for event_id in self.ids)
        return (meeting for meeting in found if meeting is not None)

    def between(self, start: datetime, stop: datetime, people: frozenset[UserId] | None = None) -> list[Sitting]:
        """Return what takes place from *start* until *stop*, by start: what is cancelled too, nothing withdrawn.

        Where *people* are named, what surely expects none of them may be left out.
        """
        placed = self._places.between(start, stop)
        wanted = (event_id for _, event_id in placed if people is None or self._may_expect(event_id, people))
        plain = (sitting for event_id in wanted for sitting in self._alone(event_id))
        return in_order((*plain, *self._runs.between(start.astimezone(UTC), stop.astimezone(UTC))))

    def first_between(self, start: datetime, stop: datetime, most: int) -> tuple[list[Sitting], int]:
        """Return the *most* first ones of :meth:`between`, and some that begin with the last, and how many there are.

        Only those are read.
        """
        placed = self._places.between(start, stop)
        series = [*self._runs.between(start.astimezone(UTC), stop.astimezone(UTC))]
        begins = sorted((*(at for at, _ in placed), *(sitting.begins for sitting in series)))
        last = begins[most - 1] if len(begins) > most else None
        plain = (event_id for at, event_id in placed if last is None or at <= last)
        found = [sitting for event_id in plain for sitting in self._alone(event_id)]
        found += (sitting for sitting in series if last is None or sitting.begins <= last)
        return in_order(found), len(begins)

    def upcoming(self, ids: Collection[str], now: datetime, most: int) -> list[Sitting]:
        """Return the next time of each of *ids* that is neither over at *now* nor cancelled: the *most* next ones."""
        wanted = ids if isinstance(ids, Set) else frozenset(ids)
        series = [event_id for event_id in self._runs.ids if event_id in wanted]
        # Some more: of those that lie ahead, a few are cancelled. Series have no place.
        chosen = (*series, *self._places.coming(wanted, now, 2 * most))
        found = (self.next(event_id, now) for event_id in chosen)
        return in_order(sitting for sitting in found if sitting is not None)[:most]

    def ready(self, now: datetime) -> bool:
        """Make a little of what somebody would wait for; tells whether there is more to make."""
        return self.titles.ready(TITLES) or self._runs.ready(now)

    def next(self, event_id: str, now: datetime) -> Sitting | None:
        """Return the next time of an event that is neither over at *now* nor cancelled."""
        if event_id not in self._runs.ids:
            coming = (sitting for sitting in self._alone(event_id) if sitting.stands and sitting.ends > now)
            return next(coming, None)
        meeting = self.get(event_id)
        return None if meeting is None else self._runs.next(meeting, now)

    def to_ring(self, since: datetime) -> Iterator[str]:
        """Yield the events with reminders, those left out that were over at *since*."""
        for event_id in self.ringing:
            span = self._places.spans.get(event_id)
            if span is None or span[1] > since:
                yield event_id

    def _may_expect(self, event_id: str, people: frozenset[UserId]) -> bool:
        """Tell whether an event may take the time of *people*, by a look at whom it invites."""
        if event_id in self._parts:
            return True
        if event_id not in self._expected:
            self._expected[event_id] = self._invited(event_id)
        expected = self._expected[event_id]
        return expected is None or not people.isdisjoint(expected)

    def _invited(self, event_id: str) -> tuple[str, ...] | None:
        """Return whom an event invites, and who does, by a look; None for what may expect anybody."""
        found = self._object(event_id)
        raw = () if found is None else found.elements("invited")
        invited = tuple(person for person in raw if isinstance(person, str))
        if found is None or not invited or identifier(UserId.parse, invited[0]) is None:
            return None
        # Who invites others is there, too.
        creator = found.first("creator")
        return (*invited, creator) if isinstance(creator, str) else invited

    def _alone(self, event_id: str) -> list[Sitting]:
        """Return the one time of a plain event."""
        found = self._once.get(event_id)
        if found is None:
            meeting = self.get(event_id)
            found = [] if meeting is None or meeting.withdrawn else sittings(meeting, _EVER, self.floating)
            self._once[event_id] = found
        return found


def _span(meeting: Meeting, floating: Zone) -> Span | None:
    """Return from when to when an event takes place; None of a series."""
    if meeting.event.repeats or meeting.changes:
        return None
    found = sittings(meeting, _EVER, floating)
    return (found[0].begins, found[0].ends) if len(found) == 1 else None


@cache
def book(floating: Zone) -> "partial[Book]":
    """Return what makes the view: the same object each time, because the state knows its views by it."""
    return partial(Book, floating)
