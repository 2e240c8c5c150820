"""What a file asks that is no event to take in (RFC 5546 §3.2): an answer, a cancellation, another time (pure).

Only PUBLISH and REQUEST say what an event is. Of all others the file's event is a picture of what is answered: it
never takes the place of the one here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bots.assistant.dispatch.sentences import held
from bots.assistant.talk.editing import Editing
from bots.assistant.talk.markup import Rich, code, fill, lines, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.lenient import identifier, line
from bots.calendar.event import CalendarUser
from bots.calendar.format.contentline import moment_line
from bots.calendar.format.lines import ContentLine, read_line
from bots.calendar.format.values import read_text, stamp
from bots.calendar.people import GIVEN, answered, read_person
from bots.calendar.writing import people_lines
from bots.events.ics import telling
from bots.events.ics.age import age_of
from bots.events.ics.sheet import CalendarFile, FileEvent
from bots.events.kept.kinds import CHANGE, KIND, UPDATED, WITHDRAWN
from bots.events.kept.meeting import Meeting, change_id
from bots.events.kept.sitting import Sitting, named_sitting
from bots.events.kept.wire import strings_in
from bots.events.talk import facts
from bots.events.talk.adding import language
from bots.events.talk.answering import SORTS, noted
from bots.events.talk.facts import agenda_of
from bots.events.talk.kind import EVENT
from bots.events.words import hours
from bots.events.words.scope import ALL_WORDS
from bots.events.words.types import When
from bots.items.board import Board
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.when.moments import in_ms
from config.identifiers import UserId
from config.texts import mark

_MOST: Final = 12
"""Events of one file that are answered: programs write one, or a few."""
_TWO: Final = 2
_MOST_TEXT: Final = 200
_MATRIX: Final = "matrix:u/"


@dataclass(slots=True)
class _Asked:
    """One event of a file that asks something, the event here that it is about, and what comes of it."""

    request: Request
    entry: FileEvent
    meeting: Meeting
    label: str
    sent: int
    """When the file was sent, in ms since the epoch."""
    sitting: Sitting | None = None
    """The time of a series that it is about, where it is about one."""
    said: list[Rich | Question] = field(default_factory=list)
    cancels: tuple[Rich, str] | None = None
    """What is asked about cancelling it, and what stands behind ``!agenda annuler`` for that."""
    changes: tuple[Change, ...] = ()
    inverse: tuple[Change, ...] = ()

    def say(self, sentence: str, **more: Rich) -> None:
        """Say a marked *sentence* about the event."""
        named = {"number": strong(self.label), "title": text(short(self.meeting.title))}
        self.said.append(fill(self.request.texts.gettext(sentence), **{**named, **more}))

    @property
    def person(self) -> CalendarUser | None:
        """Who asks: of an answer, whoever is invited that it names (RFC 5546 §3.2.3)."""
        lines = (said for said in _lines(self.entry.fields.get("people")) if said.name == "ATTENDEE")
        return next(filter(None, map(read_person, lines)), None)

    @property
    def name(self) -> Rich:
        """What they are called."""
        return text(short(line(self.person.name, _MOST_TEXT)) if self.person is not None else "…")

    @property
    def given(self) -> datetime:
        """When somebody has answered: no later than the message that says so."""
        return datetime.fromtimestamp(age_of(self.entry, self.sent).stamp // 1000, UTC)

    @property
    def older(self) -> bool:
        """Whether it is about an older state than the one here (RFC 5546 §2.1.5)."""
        event = self.meeting.event if self.sitting is None else self.sitting.occurrence.event
        return age_of(self.entry, self.sent).sequence < event.sequence


def asked(request: Request, sheet: CalendarFile, sent: int) -> Reply | None:
    """Return what comes of a file that asks something and was *sent* then; None where it says what events are."""
    act = _ACTS.get(sheet.method)
    if act is None:
        return None
    done = [_done(request, entry, act, sent) for entry in sheet.entries[:_MOST]]
    found = [made for made in done if isinstance(made, _Asked)]
    said = [sentence for made in done for sentence in (made.said if isinstance(made, _Asked) else [made])]
    said += _cancelling(request, [made.cancels for made in found if made.cancels is not None])
    more = len(sheet.entries) - _MOST
    if more > 0:
        rest = request.texts.ngettext(
            "… and {count} more event of the file: nothing was changed.",
            "… and {count} more events of the file: nothing was changed.",
            more,
        )
        said.append(text(rest.format(count=more)))
    if any(isinstance(sentence, Question) for sentence in said):
        return ask(request, *said, *telling.findings(request, sheet))
    changes = tuple(change for made in found for change in made.changes)
    inverse = tuple(change for made in found for change in made.inverse)
    shows = tuple(dict.fromkeys((KIND, made.meeting.id) for made in found))
    sentences = [sentence for sentence in said if isinstance(sentence, Rich)]
    return Reply(lines((*sentences, *telling.findings(request, sheet))), changes=changes, inverse=inverse, shows=shows)


def _done(request: Request, entry: FileEvent, act: Callable[[_Asked], None], sent: int) -> _Asked | Rich:
    """Return what comes of *entry*, or the sentence that says that its event is not here."""
    meeting = _meeting(request, entry)
    if meeting is None:
        sentence = request.texts.gettext("The file is about an event that is not here: nothing was changed.")
        return text(sentence)
    item = Board(EVENT, request.state).get(meeting.id)
    made = _Asked(request, entry, meeting, str(meeting.number) if item is None else item.label, sent)
    if entry.recurrence and meeting.event.repeats:
        made.sitting = named_sitting(meeting, entry.recurrence)
        if made.sitting is None:
            made.say(mark("Event {number} ({title}) has no such time: nothing was changed."))
            return made
    act(made)
    return made


def _cancelling(request: Request, wanted: Sequence[tuple[Rich, str]]) -> list[Rich | Question]:
    """Ask once about all that one command can cancel; say how the others are cancelled."""
    whole = tuple(dict.fromkeys(words for _, words in wanted if " " not in words))
    if len(whole) < _TWO:
        asked, rest = wanted[:1], [words for _, words in wanted[1:]]
    else:
        numbers = ", ".join(whole)
        question = fill(request.texts.gettext("Events {numbers}: cancel them?"), numbers=strong(numbers))
        asked, rest = [(question, numbers)], [words for _, words in wanted if " " in words]
    said: list[Rich | Question] = []
    for words in dict.fromkeys(rest):
        how = request.texts.gettext("Nothing was changed of this one; to cancel it, too: {example}")
        said.append(fill(how, example=code(f"!agenda annuler {words}")))
    for question, words in asked:
        label = words.split(" ", 1)[0] if " " in words else words
        candidate = Candidate(strong(label), f"!agenda annuler {words}", words=(label,))
        said.append(Question(question, (candidate,)))
    return said


def _meeting(request: Request, entry: FileEvent) -> Meeting | None:
    agenda = agenda_of(request, request.state)
    keys = (agenda.uids.get(name) for name in (entry.name, entry.uid))
    found = (agenda.get(key) for key in keys if key is not None)
    return next((meeting for meeting in found if meeting is not None and not meeting.withdrawn), None)


def _lines(raw: object) -> Iterator[ContentLine]:
    return filter(None, map(read_line, strings_in(raw)))


def _reply(made: _Asked) -> None:
    """Note what somebody invited answers; only they themselves where they are of a room's people."""
    person = made.person
    if made.older:
        made.say(
            mark("{person} has answered an older version of event {number} ({title}): nothing was changed."),
            person=made.name,
        )
        return
    if person is not None and person.uri.startswith(_MATRIX):
        _of_ours(made, person)
        return
    there = made.meeting.event if made.sitting is None else made.sitting.occurrence.event
    invited = [one for one in there.attendees if _is(one, person)]
    if person is None or not invited:
        made.say(mark("{person} is not invited to event {number} ({title}): nothing was changed."), person=made.name)
        return
    now = stamp(made.request.now)
    if any(stamp(made.given) < _given(one) <= now for one in invited):
        made.say(mark("{person} has answered event {number} ({title}) since: nothing was changed."), person=made.name)
        return
    written: list[Json] = [_answering(said, person, made.given) for said in people_lines(there)]
    _write(made, {"people": written})
    if not made.said:
        sort = SORTS.get(person.answer)
        sentence = mark("{person} answers event {number}.") if sort is None else sort.one
        made.say(sentence, person=made.name)


def _given(one: CalendarUser) -> str:
    """Return when somebody has answered, as files write it; nothing where none says so."""
    said = read_line(one.written)
    return "" if said is None else said.parameter(GIVEN)


def _answering(written: str, person: CalendarUser, given: datetime) -> str:
    said = read_line(written)
    theirs = said is not None and said.name == "ATTENDEE" and _is(read_person(said), person)
    return answered(written, person.answer, given) if theirs else written


def _is(one: CalendarUser | None, other: CalendarUser | None) -> bool:
    if one is None or other is None:
        return False
    if one.address is None or other.address is None:
        return bool(one.uri) and one.uri == other.uri
    return one.address.casefold() == other.address.casefold()


def _of_ours(made: _Asked, person: CalendarUser) -> None:
    request = made.request
    user = identifier(UserId.parse, "@" + person.uri.removeprefix(_MATRIX))
    if user != request.sender or person.answer not in SORTS:
        made.say(
            mark("Only {person} can answer for themselves to event {number} ({title}): nothing was changed."),
            person=made.name,
        )
        return
    reply = noted(request, made.meeting, person.answer, () if made.sitting is None else (made.sitting,))
    made.said.append(reply.text)
    made.changes, made.inverse = reply.changes, reply.inverse


def _write(made: _Asked, fields: Mapping[str, Json]) -> None:
    request, meeting = made.request, made.meeting
    editing, now = Editing(request, Board(EVENT, request.state, request.inverse)), in_ms(request.now)
    if made.sitting is None:
        if editing.set(KIND, meeting.id, fields):
            editing.count(KIND, meeting.id, UPDATED, now)
    else:
        name = moment_line("RECURRENCE-ID", made.sitting.recurrence)
        key = change_id(meeting.id, name)
        if request.state.get(CHANGE, key) is not None:
            editing.set(CHANGE, key, {**fields, "status": None} if _is_withdrawn(request, key) else fields)
        else:
            editing.make(CHANGE, key, fields, {"event": meeting.id, "recurrence": name}, {"status": WITHDRAWN})
        editing.count(CHANGE, key, UPDATED, now)
    if editing.held:
        made.said.append(held(request, editing.held))
        return
    made.changes, made.inverse = editing.changes(), editing.inverse()


def _is_withdrawn(request: Request, key: str) -> bool:
    found = request.state.get(CHANGE, key)
    return found is not None and found.value("status") == WITHDRAWN


def _cancel(made: _Asked) -> None:
    """Ask whether it is cancelled here, too: one time of a series, or all of it (RFC 5546 §3.2.5)."""
    request, meeting = made.request, made.meeting
    gone = made.sitting is not None and not made.sitting.stands
    if gone or not meeting.stands:
        made.say(mark("Event {number} ({title}) is cancelled already."))
        return
    if made.older:
        _too_old(made)
        return
    made.say(mark("The file says that event {number} ({title}) is cancelled."))
    facts_ = {"number": strong(made.label), "title": text(short(meeting.title))}
    if made.sitting is None:
        behind = f" {ALL_WORDS[language(request)]}" if meeting.event.repeats else ""
        question = fill(request.texts.gettext("Event {number} “{title}”: cancel it?"), **facts_)
    else:
        behind = f" le {made.sitting.occurrence.start.day.isoformat()}"
        day = text(facts.said(request, made.sitting))
        question = fill(request.texts.gettext("Event {number} “{title}”, {day}: cancel it?"), day=day, **facts_)
    made.cancels = question, f"{made.label}{behind}"


def _too_old(made: _Asked) -> None:
    made.say(mark("The file is about an older version of event {number} ({title}): nothing was changed."))


def _counter(made: _Asked) -> None:
    """Say what somebody proposes: whoever holds the event moves it, or not (RFC 5546 §3.2.7)."""
    if made.older:
        _too_old(made)
        return
    made.say(
        mark("{person} proposes {when} for event {number} ({title}), instead of {before}. Nothing was changed."),
        person=made.name,
        when=_said_when(made),
        before=text(_here(made)),
    )
    others = _lines(made.entry.fields.get("others"))
    comment = next((read_text(said.value) for said in others if said.name == "COMMENT"), "")
    if comment:
        made.said.append(text(f"« {short(line(comment, _MOST_TEXT))} »"))
    how = made.request.texts.gettext("To take it: {example}")
    made.said.append(fill(how, example=code(f"!agenda déplacer {made.label} …")))


def _said_when(made: _Asked) -> Rich:
    times = When().read(made.entry.fields.get("when"))
    return text("…") if times is None else When().say(times, made.request)


def _here(made: _Asked) -> str:
    if made.sitting is not None:
        return facts.said(made.request, made.sitting)
    return hours.said(made.request, made.meeting.event)


def _declined(made: _Asked) -> None:
    made.say(mark("Another time for event {number} ({title}) was declined: it stays {when}."), when=text(_here(made)))


def _refresh(made: _Asked) -> None:
    made.say(
        mark("{person} asks how event {number} ({title}) is now: {example} writes the file."),
        person=made.name,
        example=code(made.request.texts.gettext("!agenda export")),
    )


def _add(made: _Asked) -> None:
    made.say(mark("The file adds {when} to event {number} ({title}). Nothing was changed."), when=_said_when(made))


_ACTS: Final[Mapping[str, Callable[[_Asked], None]]] = {
    "REPLY": _reply,
    "CANCEL": _cancel,
    "COUNTER": _counter,
    "DECLINECOUNTER": _declined,
    "REFRESH": _refresh,
    "ADD": _add,
}
