"""Whom a file calls: those who had said that they come to what it moves or cancels, as a command calls them (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bots.assistant.talk.markup import Rich, fill, join, lines, strong
from bots.assistant.talk.request import Request
from bots.assistant.words.lenient import identifier
from bots.assistant.words.names.people import names_of
from bots.events.ics.diffing import Fate, Taken
from bots.events.kept.begins import Beginning, begins, written_begin
from bots.events.kept.kinds import KIND
from bots.events.kept.record import Meeting, Said, named_time
from bots.events.kept.sitting import named_sitting, next_sitting
from bots.events.kept.wire import definitions_in
from bots.events.talk.deed import AGAIN, MOST_CALLED, coming
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


@dataclass(frozen=True, slots=True)
class Called:
    """An event that a file moves or cancels (*off*), and who had said that they come to it."""

    key: str
    off: bool
    people: tuple[UserId, ...]

    def written(self) -> Json:
        """Return it as the payload of an errand holds it."""
        return {"key": self.key, "off": self.off, "people": [str(person) for person in self.people]}


def read(raw: object) -> tuple[Called, ...]:
    """Return what a payload holds of whom the part of the file calls that was taken before."""
    return tuple(_read(each) for each in raw if isinstance(each, dict)) if isinstance(raw, list) else ()


def _read(raw: Mapping[str, Any]) -> Called:
    people = (identifier(UserId.parse, person) for person in raw["people"])
    return Called(str(raw["key"]), raw["off"] is True, tuple(filter(None, people)))


def called(request: Request, done: Iterable[Taken]) -> Iterator[Called]:
    """Yield whom what is *done* calls, of what is not over yet."""
    agenda = agenda_of(request, request.state)
    for taken in done:
        meeting = agenda.get(taken.key) if taken.fate is Fate.CHANGED else None
        if meeting is None or not meeting.stands:
            continue
        concerned = filter(None, (_concerned(request, meeting, change) for change in taken.changes))
        found = [(off, coming(request, answers)) for off, answers in concerned]
        people = tuple(dict.fromkeys(person for _, some in found for person in some))
        if people:
            yield Called(taken.key, all(off for off, some in found if some), people[:MOST_CALLED])


def _concerned(request: Request, meeting: Meeting, change: Change) -> tuple[bool, Mapping[UserId, Said]] | None:
    """Return whether *change* cancels what it is about, and who had answered to that; None where all stays as it is."""
    if change.kind == KIND:
        held, name, start, answers = None, "", meeting.event.start, meeting.answers
        waits = next_sitting(meeting, request.now, meeting.floating) is not None
    else:
        held = request.state.get(change.kind, change.id)
        name = str((change.first if held is None else held.firsts).get("recurrence"))
        sitting = named_sitting(meeting, name)
        if sitting is None or not sitting.stands:
            return None
        start, answers, waits = sitting.occurrence.start, sitting.answers, sitting.ends > request.now
    if change.set.get("status") == _OFF:
        return (True, answers) if waits else None
    begin = _begin(request, meeting, change, name)
    moved = begin is not None and begin != begins(start, meeting.floating)
    return (False, answers) if moved and (waits or _is_ahead(begin, request.now)) else None


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


def said(request: Request, found: Sequence[Called], *, alone: bool) -> Rich:
    """Call them; *alone*: the message is about one event, which ✅ below it answers."""
    gettext = request.texts.gettext
    if alone and len(found) == 1:
        (one,) = found
        sentence = gettext("{people}: you need not come.") if one.off else gettext(AGAIN)
        return fill(sentence, people=names_of(one.people, request, MOST_CALLED))
    return lines(_sentences(request, found))


def _sentences(request: Request, found: Sequence[Called]) -> Iterator[Rich]:
    """Yield one sentence for each group of people."""
    board = Board(EVENT, request.state)
    groups: dict[tuple[bool, tuple[UserId, ...]], list[Rich]] = {}
    for one in found:
        item = board.get(one.key)
        if item is not None:
            groups.setdefault((one.off, one.people), []).append(strong(item.label))
    for (off, people), numbers in groups.items():
        sentence = request.texts.ngettext(*(_CANCELLED if off else _MOVED), len(numbers))
        yield fill(sentence, people=names_of(people, request, MOST_CALLED), numbers=join(", ", numbers))
