"""``!agenda exporter``: the room's events as a calendar file, of what whoever asks could read."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import ClassVar, Final

from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import has_words
from bots.assistant.words.dates.period import period
from bots.calendar.event import Answer, Calendar, CalendarUser, Event
from bots.calendar.format.zones import Zone
from bots.calendar.recurrence.periods import without_periods
from bots.calendar.recurrence.series import is_stale
from bots.calendar.writing import written
from bots.events.ics import telling
from bots.events.ics.seen import seen_since
from bots.events.kept.busy import concerns_all
from bots.events.kept.kinds import CHANGE, KIND
from bots.events.kept.meeting import Meeting, Rsvp
from bots.events.kept.sitting import Sitting, answered, shown
from bots.events.talk.adding import language
from bots.events.talk.facts import agenda_of
from bots.events.words.times import zone_of
from bots.items.doing import asking
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from bots.register.replica.places import Key, Position
from bots.register.replica.state import State
from config.identifiers import UserId

EXPORT: Final = "events.export"
CONTENT_TYPE: Final = "text/calendar"
_MOST_STEPS: Final = 5_000


def needs(request: Request, _: list[str]) -> Needs:
    """Return what brought all events: who could read it."""
    agenda = agenda_of(request, request.state)
    keys = (key for meeting in agenda.all() for key in ((KIND, meeting.id), *agenda.part_keys(meeting.id)))
    return Needs(carriers=tuple(keys))


def exporting(request: Request, rest: list[str]) -> Reply:
    """Leave the errand that writes and sends the file."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    if all(meeting.withdrawn for meeting in agenda_of(request, request.state).all()):
        return ask(request, telling.nothing(request))
    payload: dict[str, Json] = {
        **_days(request, rest),
        "steps": [[clock, str(event_id)] for clock, event_id in request.carriers[-_MOST_STEPS:]],
    }
    return Reply(telling.exporting(request), errands=(Errand(EXPORT, str(request.event_id), payload),))


def _days(request: Request, rest: list[str]) -> dict[str, Json]:
    """Return the days that *rest* says, as the errand keeps them; none: all of it."""
    wanted = period(rest, request.here, language(request)) if has_words(rest) else None
    return {} if wanted is None else {"first": wanted.first.isoformat(), "stop": wanted.stop.isoformat()}


def _wanted(request: Request, payload: Payload) -> list[Meeting]:
    """Return the events that take place on the days that were asked for, or all of them, by number."""
    agenda = agenda_of(request, request.state)
    first, stop = payload.get("first"), payload.get("stop")
    meetings = [meeting for meeting in agenda.all() if not meeting.withdrawn]
    if isinstance(first, str) and isinstance(stop, str):
        begins, ends = (datetime.combine(date.fromisoformat(day), time(), request.zone) for day in (first, stop))
        there = {sitting.meeting.id for sitting in agenda.between(begins.astimezone(UTC), ends.astimezone(UTC))}
        meetings = [meeting for meeting in meetings if meeting.id in there]
    return sorted(meetings, key=lambda meeting: meeting.number)


@dataclass(frozen=True, slots=True)
class PreparedCalendar:
    """A file that the content repository has; *left* are events that whoever asks could not read."""

    uploaded: Uploaded | None
    keys: tuple[Key, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class CalendarExporter:
    """Writes and sends the file (a ``Runner``)."""

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> PreparedCalendar:
        """Find out since when they could read, write, and upload."""
        since = await seen_since(request, payload, edge)
        meetings = _wanted(request, payload)
        mine = [found for meeting in meetings if (found := seen(request.state, meeting, since)) is not None]
        if not mine:
            return PreparedCalendar(None, left=len(meetings))
        calendar = calendar_of(mine, zone_of(request.zone), request.members)
        data = await asyncio.to_thread(written, calendar, request.now)
        room = edge.room(request.room_id)
        encrypted = room is None or room.encrypted
        file = await edge.upload(data, content_type=CONTENT_TYPE, encrypted=encrypted)
        name = request.texts.gettext("agenda-{day}.ics").format(day=request.here.date().isoformat())
        keys = tuple((KIND, meeting.id) for meeting in mine)
        return PreparedCalendar(Uploaded(file, name, CONTENT_TYPE, len(data)), keys, len(meetings) - len(mine))

    def finish(self, request: Request, payload: Payload, prepared: PreparedCalendar) -> Reply | None:
        """Send the file, then say what is not in it."""
        if prepared.uploaded is None:
            said = telling.exported(request, 0, prepared.left) if prepared.left else telling.nothing(request)
            return Reply(said)
        # Without a caption: clients take it for the file's name, and then nothing opens it.
        beside = ((EXPORT, str(request.event_id)),)
        if not prepared.left:
            return Reply(NO_WORDS, attachment=prepared.uploaded, shows=(*prepared.keys, *beside))
        said = telling.exported(request, len(prepared.keys), prepared.left)
        return Reply(said, attachment=prepared.uploaded, shows=(*prepared.keys, *beside))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say that there will be no file."""
        return Reply(telling.not_written(request))


def seen(state: State, meeting: Meeting, since: int | None) -> Meeting | None:
    """Return *meeting* as far as it was written since the clock *since*; None where any of its own words is older."""
    if since is None or not _is_since(state, (KIND, meeting.id), since):
        return None
    changes = tuple(change for change in meeting.changes if _is_since(state, (CHANGE, change.id), since))
    return replace(meeting, changes=changes)


def _is_since(state: State, key: Key, since: int) -> bool:
    found = state.get(*key)
    if found is None:
        return False
    places: list[Position] = [place for name in found.fields if (place := found.changed(name)) is not None]
    return bool(places) and min(place[0] for place in places) >= since


def calendar_of(
    meetings: Iterable[Meeting], zone: Zone, members: Mapping[UserId, str | None], of: UserId | None = None
) -> Calendar:
    """Return *meetings* as a calendar in *zone*: those who are invited by Matrix among the attendees, and answers.

    *members* are the people of the room with their names; *of*: without the times at which this person is not expected.
    """
    held = tuple(meetings)
    events = tuple(without_periods(event for meeting in held for event in _events(meeting, zone, members, of)))
    defined = {name: lines for meeting in held for name, lines in meeting.defined.items()}
    return Calendar(events, zone, defined=defined)


def _standing(meeting: Meeting, zone: Zone) -> Iterator[Event]:
    """Yield the changed occurrences but those that are deleted since: other programs would show them again."""
    return (change.event for change in meeting.changes if not is_stale(meeting.event, change.event, zone))


def _events(meeting: Meeting, zone: Zone, members: Mapping[UserId, str | None], of: UserId | None) -> Iterator[Event]:
    asked = answered(meeting, zone)
    events = (meeting.event, *_standing(meeting, zone))
    if asked:
        changed = {meeting.slot(event.recurrence_id) for event in events if event.recurrence_id is not None}
        events = (*events, *(_once(sitting) for slot, sitting in asked.items() if slot not in changed))
    for event in events if of is None else expected(meeting, events, of):
        once = event.recurrence_id is not None and meeting.event.recurrence_id is None
        answers = meeting.answers_at(event.recurrence_id) if once and event.recurrence_id else meeting.answers
        people = (_person(members, answers, user) for user in dict.fromkeys((*meeting.invited, *answers)))
        yield replace(event, attendees=(*event.attendees, *people))


def _once(sitting: Sitting) -> Event:
    """Return the time of a series to which somebody has answered as a changed occurrence of it."""
    nothing: tuple[()] = ()
    event = replace(shown(sitting), recurrence_id=sitting.recurrence, onwards=False)
    return replace(event, rules=nothing, extras=nothing, excluded=nothing, unless=nothing)


def expected(meeting: Meeting, events: Iterable[Event], person: UserId) -> Iterator[Event]:
    """Yield *events*, those of *meeting*, without the times at which *person* is not expected."""
    away = [
        once.recurrence
        for once in meeting.once.values()
        if person in once.answers and once.answers[person].answer is Answer.DECLINED
    ]
    slots = {meeting.slot(recurrence) for recurrence in away}
    comes = {slot for slot, once in meeting.once.items() if person in once.answers} - slots
    every = concerns_all(meeting, person)
    for event in events:
        if event.recurrence_id is None or meeting.event.recurrence_id is not None:
            if every:
                yield replace(event, excluded=(*event.excluded, *away))
        elif event.onwards or (meeting.slot(event.recurrence_id) not in slots if every else False):
            yield event
        elif not every and meeting.slot(event.recurrence_id) in comes:
            # Of a series that they do not come to, the one time that they do.
            yield event


def _person(members: Mapping[UserId, str | None], answers: Mapping[UserId, Rsvp], user: UserId) -> CalendarUser:
    given = answers.get(user)
    name = members.get(user) or user.localpart
    answer = Answer.NEEDS_ACTION if given is None else given.answer
    return CalendarUser(name, None, answer, uri=f"matrix:u/{user.removeprefix('@')}")
