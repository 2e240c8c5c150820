"""What is said below an event that is made, moved or opened to people: whose time is taken, which day is off (pure)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bots.assistant.dispatch.reading.elsewhere import others
from bots.assistant.talk.markup import Rich, fill, join, lines, short, strong, text
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.reply import Expected, Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.words.commands.command import Command
from bots.assistant.words.names.people import names_of
from bots.calendar.daysoff import DaysOff
from bots.calendar.recurrence.series import Window
from bots.events.kept.busy import Clash, clashes, takes
from bots.events.kept.kinds import CHANGE, KIND
from bots.events.kept.meeting import Meeting
from bots.events.kept.record import read
from bots.events.kept.sitting import Sitting, sittings
from bots.events.talk.facts import agenda_of, said
from bots.events.talk.kind import EVENT
from bots.events.talk.schedule import daysoff
from bots.events.words.times import zone_of
from bots.items.board import Board
from bots.register.format.operation import Change
from config.identifiers import UserId

_MOST_TIMES: Final = 12
"""Times of a series that are compared with what else takes place."""
_AHEAD: Final = timedelta(days=400)
_MOST_LINES: Final = 3
_MOST_NAMED: Final = 6
_MOST_PEOPLE: Final = 50
_PLACING: Final = frozenset({"when", "rule", "status", "busy"})


def weighed(command: Command, off: DaysOff) -> Command:
    """Return *command* so that below what it does stands whose time is taken already, and which days are *off*."""
    handle, needs = command.handle, command.needs

    def handled(request: Request, rest: list[str]) -> Reply:
        return told(request, handle(request, rest), off)

    def brought(request: Request, rest: list[str]) -> Needs:
        return ROOMS if needs is None else replace(needs(request, rest), rooms=True)

    return replace(command, handle=handled, needs=brought)


def told(request: Request, reply: Reply, off: DaysOff) -> Reply:
    """Return *reply* with what clashes with the events that it makes, moves, or invites to."""
    warned = [line for placed in _placed(request, reply.changes) for line in _lines(request, placed, off)]
    reply = replace(reply, expects=_expects(request, reply)) if reply.changes else reply
    if not warned:
        return reply
    # What stands in a notice of several deeds has no room for it.
    return replace(reply.above(lines(warned[:_MOST_LINES])), brief=None)


@dataclass(frozen=True, slots=True)
class _Placed:
    """An event as it will be, and *named*, those of its people for whom that is new; *open*: it is for everybody."""

    meeting: Meeting
    named: tuple[UserId, ...]
    open: bool
    anew: bool
    """Whether it is when it is by what is done now."""


def _placed(request: Request, changes: Sequence[Change]) -> Iterator[_Placed]:
    board = Board(EVENT, request.state, changes)
    written: dict[str, list[Change]] = {}
    for change in changes:
        owner = _event_of(board, change)
        if owner is not None:
            written.setdefault(owner, []).append(change)
    for event_id, own in written.items():
        meeting = _then(request, board, event_id, own)
        if meeting is not None and meeting.stands:
            yield _new(request, meeting, own)


def _expects(request: Request, reply: Reply) -> Expected | None:
    """Return whom the events that *reply* places expect, and on which days."""
    found = [*_placed(request, reply.changes)]
    times = [sitting.occurrence.start.day for placed in found for sitting in _times(request, placed.meeting)]
    people = dict.fromkeys(user for placed in found for user in placed.named if user != request.sender)
    return Expected(tuple(people), min(times), max(times)) if times else None


def _times(request: Request, meeting: Meeting) -> list[Sitting]:
    coming = sittings(meeting, Window(request.now, request.now + _AHEAD), zone_of(request.zone))
    return [sitting for sitting in coming if sitting.stands][:_MOST_TIMES]


def _event_of(board: Board, change: Change) -> str | None:
    if change.kind == KIND:
        return change.id if change.first or change.set.keys() & _PLACING or change.add.get("invited") else None
    if change.kind != CHANGE or not change.set.keys() & _PLACING:
        return None
    found = board.object(CHANGE, change.id)
    owner = None if found is None else found.first("event")
    return owner if isinstance(owner, str) else None


def _then(request: Request, board: Board, event_id: str, own: Sequence[Change]) -> Meeting | None:
    agenda = agenda_of(request, request.state)
    found = board.object(KIND, event_id)
    keys = dict.fromkeys((*agenda.part_keys(event_id), *((each.kind, each.id) for each in own if each.kind != KIND)))
    parts = (board.object(*key) for key in keys)
    return None if found is None else read(found, [part for part in parts if part is not None], agenda.floating)


def _new(request: Request, meeting: Meeting, own: Sequence[Change]) -> _Placed:
    if any(change.first or change.set.keys() & _PLACING for change in own):
        named = dict.fromkeys((*meeting.invited, *meeting.answers, request.sender))
        return _Placed(meeting, tuple(named), not meeting.invited, anew=True)
    joined = {element for change in own for element in change.add.get("invited", ())}
    return _Placed(meeting, tuple(user for user in meeting.invited if user in joined), open=False, anew=False)


def _lines(request: Request, placed: _Placed, off: DaysOff) -> Iterator[Rich]:
    coming = _times(request, placed.meeting)
    if placed.anew:
        yield from daysoff.below(request, off, [sitting.occurrence.start.day for sitting in coming])
    # A fair of three days takes nobody's time but that of those who say that they come.
    times = [sitting for sitting in coming if any(takes(sitting, user) for user in _expected(request, placed))]
    for sitting in times:
        yield from _here(request, placed, sitting)
    for sitting in times:
        people = _busy_elsewhere(request, placed, sitting)
        if people:
            sentence = request.texts.gettext("⚠ Busy elsewhere, {when}: {people}")
            yield fill(sentence, when=text(said(request, sitting)), people=names_of(people, request, _MOST_NAMED))


def _expected(request: Request, placed: _Placed) -> tuple[UserId, ...]:
    once = (person for asked in placed.meeting.once.values() for person in asked.answers)
    return tuple(dict.fromkeys((*placed.meeting.invited, *placed.meeting.answers, *once))) or (request.sender,)


def _here(request: Request, placed: _Placed, sitting: Sitting) -> Iterator[Rich]:
    """Yield the events of this room at the same time, which everybody here may read."""
    people = placed.named if not placed.open else request.people[:_MOST_PEOPLE]
    found = agenda_of(request, request.state).between(sitting.begins, sitting.ends, frozenset(people))
    elsewise = (other for other in found if other.meeting.id != placed.meeting.id)
    for clash in clashes(elsewise, people, sitting.begins, sitting.ends):
        yield _same_time(request, placed, clash)


def _same_time(request: Request, placed: _Placed, clash: Clash) -> Rich:
    gettext, other = request.texts.gettext, clash.sitting
    item = Board(EVENT, request.state).get(other.meeting.id)
    label = str(other.meeting.number) if item is None else item.label
    what = join(" ", (strong(label), text(short(other.occurrence.event.summary or "…"))))
    when = text(said(request, other))
    if placed.open and not other.meeting.invited:
        return fill(gettext("⚠ At the same time: {event} ({when})"), event=what, when=when)
    people = names_of(clash.people, request, _MOST_NAMED)
    return fill(gettext("⚠ At the same time: {event} ({when}) · {people}"), event=what, when=when, people=people)


def _busy_elsewhere(request: Request, placed: _Placed, sitting: Sitting) -> Collection[UserId]:
    """Return who of the people is expected in another room then: no more of it is anybody's business here."""
    found: dict[UserId, None] = {}
    for scene in others(request):
        people = [user for user in placed.named if user in scene.members]
        if people:
            taking = agenda_of(request, scene.state).between(sitting.begins, sitting.ends, frozenset(people))
            for clash in clashes(taking, people, sitting.begins, sitting.ends):
                found |= dict.fromkeys(clash.people)
    return tuple(found)
