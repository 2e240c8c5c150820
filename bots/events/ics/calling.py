"""Whom a file calls: those who had said that they come to what it moves or cancels, as a command calls them (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bots.assistant.talk.markup import Rich, fill, join, lines, strong
from bots.assistant.talk.request import Request
from bots.assistant.words.lenient import identifier
from bots.assistant.words.names.people import names_of
from bots.calendar.format.values import Moment
from bots.events.ics.diffing import EventDiff, Fate
from bots.events.kept.begins import Beginning, begins, written_begin
from bots.events.kept.kinds import KIND
from bots.events.kept.lost import lost
from bots.events.kept.meeting import Meeting, Rsvp
from bots.events.kept.record import named_time, rewritten
from bots.events.kept.sitting import Sitting, named_sitting, next_sitting
from bots.events.kept.wire import definitions_in
from bots.events.talk.concerned import AGAIN, MOST_CALLED, NEED_NOT, answers_to, coming, need_not_on
from bots.events.talk.facts import agenda_of
from bots.events.talk.kind import EVENT
from bots.items.board import Board
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from config.identifiers import UserId
from config.texts import marks

MOST: Final = 50
"""Events of one file about which people are called: of more, nobody would know which are theirs."""
_OFF: Final = "cancelled"
_MOVED: Final = marks(
    "{people}: you had said that you come to event {numbers}, which has moved.",
    "{people}: you had said that you come to events {numbers}, which have moved.",
)
_CANCELLED: Final = marks(
    "{people}: you had said that you come to event {numbers}, which is cancelled.",
    "{people}: you had said that you come to events {numbers}, which are cancelled.",
)
_ONCE: Final = marks(
    "{people}: you had said that you come to event {numbers}, which does not take place on some days.",
    "{people}: you had said that you come to events {numbers}, which do not take place on some days.",
)


@dataclass(frozen=True, slots=True)
class CalledEvent:
    """An event that a file moves or cancels (*off*), and who had said that they come to it.

    *once*: it is some times of a series that are cancelled, and *times* are these; no errand carries them on.
    """

    key: str
    off: bool
    people: tuple[UserId, ...]
    once: bool = False
    times: tuple[Sitting, ...] = field(default=(), compare=False)

    def written(self) -> Json:
        """Return it as the payload of an errand holds it."""
        people: list[Json] = [str(person) for person in self.people]
        return {"key": self.key, "off": self.off, "once": self.once, "people": people}


@dataclass(frozen=True, slots=True)
class _Concerned:
    """What one change of a file does: it cancels (*off*) or moves that to which these *answers* are."""

    off: bool
    answers: Mapping[UserId, Rsvp]
    times: tuple[Sitting, ...] = ()
    """The times of a series that it cancels, where others of it are left."""


def read(raw: object) -> tuple[CalledEvent, ...]:
    """Return what a payload holds of whom the part of the file calls that was taken before."""
    return tuple(_read(each) for each in raw if isinstance(each, dict)) if isinstance(raw, list) else ()


def _read(raw: Mapping[str, Any]) -> CalledEvent:
    people = (identifier(UserId.parse, person) for person in raw["people"])
    return CalledEvent(str(raw["key"]), raw["off"] is True, tuple(filter(None, people)), raw.get("once") is True)


def called(request: Request, done: Iterable[EventDiff]) -> Iterator[CalledEvent]:
    """Yield whom what is *done* calls, of what is not over yet."""
    agenda = agenda_of(request, request.state)
    for taken in done:
        meeting = agenda.get(taken.key) if taken.fate is Fate.CHANGED else None
        if meeting is None or not meeting.stands:
            continue
        concerned = filter(None, (_concerned(request, meeting, change) for change in taken.changes))
        found = [(one, people) for one in concerned if (people := coming(request, one.answers))]
        if found:
            yield _called(taken.key, found)


def _called(key: str, found: Sequence[tuple[_Concerned, tuple[UserId, ...]]]) -> CalledEvent:
    people = tuple(dict.fromkeys(person for _, some in found for person in some))[:MOST_CALLED]
    off = all(one.off for one, _ in found)
    once = off and all(one.times for one, _ in found)
    times = tuple(time for one, _ in found for time in one.times) if once else ()
    return CalledEvent(key, off, people, once, times)


def _concerned(request: Request, meeting: Meeting, change: Change) -> _Concerned | None:
    """Return what *change* cancels or moves that is still to come; None where all stays as it is."""
    if change.kind == KIND:
        return _of_all(request, meeting, change)
    held = request.state.get(change.kind, change.id)
    name = str((change.first if held is None else held.firsts).get("recurrence"))
    sitting = named_sitting(meeting, name)
    if sitting is None or not sitting.stands:
        return None
    waits = sitting.ends > request.now
    if change.set.get("status") == _OFF:
        return _Concerned(True, sitting.answers, (sitting,)) if waits else None
    return _moved(request, meeting, change, sitting.occurrence.start, name, sitting.answers, waits=waits)


def _of_all(request: Request, meeting: Meeting, change: Change) -> _Concerned | None:
    waits = next_sitting(meeting, request.now, meeting.floating) is not None
    if change.set.get("status") == _OFF:
        return _Concerned(True, meeting.answers) if waits else None
    moved = _moved(request, meeting, change, meeting.event.start, "", meeting.answers, waits=waits)
    series = request.state.get(KIND, meeting.id)
    if moved is not None or series is None or "rule" not in change.set or not (meeting.answers or meeting.once):
        return moved
    gone = lost(meeting, rewritten(meeting, series, change.set), request.now)
    return _Concerned(not gone.instead, answers_to(gone.times), gone.times if gone.left else ())


def _moved(
    request: Request,
    meeting: Meeting,
    change: Change,
    start: Moment,
    name: str,
    answers: Mapping[UserId, Rsvp],
    *,
    waits: bool,
) -> _Concerned | None:
    begin = _begin(request, meeting, change, name)
    moved = begin is not None and begin != begins(start, meeting.floating)
    return _Concerned(False, answers) if moved and (waits or _is_ahead(begin, request.now)) else None


def _begin(request: Request, meeting: Meeting, change: Change, name: str) -> Beginning | None:
    """Return when it begins with *change*: one time of a series may be when the series has it again."""
    series = request.state.get(KIND, meeting.id)
    if series is None or "when" not in change.set:
        return None
    zones = definitions_in(series.fields)
    usual = named_time(name, meeting.floating, zones)
    written = written_begin(change.set["when"], meeting.floating, zones)
    return written or (None if usual is None else begins(usual, meeting.floating))


def _is_ahead(begin: Beginning | None, now: datetime) -> bool:
    return begin is not None and (begin > now if isinstance(begin, datetime) else begin >= now.date())


def said(request: Request, found: Sequence[CalledEvent], *, alone: bool) -> Rich:
    """Call them; *alone*: the message is about one event, which ✅ below it answers."""
    gettext = request.texts.gettext
    if alone and len(found) == 1:
        (one,) = found
        people = names_of(one.people, request, MOST_CALLED)
        if one.times:
            return need_not_on(request, one.times, people)
        return fill(gettext(NEED_NOT if one.off else AGAIN), people=people)
    return lines(_sentences(request, found))


def _sentences(request: Request, found: Sequence[CalledEvent]) -> Iterator[Rich]:
    """Yield one sentence for each group of people."""
    board = Board(EVENT, request.state)
    groups: dict[tuple[tuple[str, str], tuple[UserId, ...]], list[Rich]] = {}
    for one in found:
        item = board.get(one.key)
        if item is not None:
            said = _ONCE if one.once else _CANCELLED if one.off else _MOVED
            groups.setdefault((said, one.people), []).append(strong(item.label))
    for (said, people), numbers in groups.items():
        sentence = request.texts.ngettext(*said, len(numbers))
        yield fill(sentence, people=names_of(people, request, MOST_CALLED), numbers=join(", ", numbers))
