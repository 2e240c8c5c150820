"""Reminding a room of its events: by the assistant that numbered one, or, where that is silent, by the next (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.errand import Errand, StandingErrand
from bots.assistant.talk.later import firing, takeover
from bots.assistant.talk.later.firing import Firing
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.later.takeover import bounded, taken_over
from bots.assistant.talk.later.turns import turn
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.markup import Rich, fill, join, lines, strong, text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key, Scene
from bots.calendar.event import Answer
from bots.events.kept.kinds import KIND
from bots.events.kept.meeting import Meeting
from bots.events.kept.ringing import CLOCK, FORGOTTEN, RUNG, Ring, due, to_come
from bots.events.talk.facts import agenda_of, said
from bots.events.words.times import zone_of
from bots.register.format.operation import Change
from bots.register.replica.held import ids_of
from bots.when.moments import in_ms, stamp
from config.identifiers import EventId, UserId

RING: Final = "event.ring"
_KEY: Final = "agenda"
_LATE: Final = timedelta(minutes=2)
_SECOND: Final = 1_000
_MOST: Final = 20
"""Reminders that one message says; what is due beyond them comes in another."""
_MOST_MENTIONS: Final = 20


def standing(scene: Scene, me: UserId, _: Iterable[Key] | None = None) -> Iterator[StandingErrand]:
    """Yield the one errand of a room: it rings when it is our turn to say the next reminder of an event."""
    at = _soonest(scene, me)
    if at is not None:
        # By when it is due a message is known, and of what is over each is another one.
        at = at if at > scene.now else at + len(ids_of(scene.state, firing.KIND)) % _SECOND * timedelta(milliseconds=1)
        # We say it, not whoever made the event: they may have left, and their assistant be silent.
        yield StandingErrand(Errand(RING, _KEY, due=in_ms(at)), me, EventId("$agenda"))


def _told(place: Scene | Request, me: UserId, found: Firing) -> tuple[UserId, ZoneInfo] | None:
    meeting = agenda_of(place, place.state).get(found.alarm)
    return None if meeting is None else (_owner(meeting, me), CLOCK)


repeated: Final = takeover.repeats(_told)
"""Yield what we have said in a room although another assistant had said it before."""


def _ringing(place: Scene | Request) -> Iterator[Meeting]:
    """Yield the events of a room that stand and have reminders."""
    agenda = agenda_of(place, place.state)
    for event_id in sorted(agenda.to_ring(place.now - FORGOTTEN)):
        meeting = agenda.get(event_id)
        if meeting is not None and meeting.stands:
            yield meeting


def _owner(meeting: Meeting, me: UserId) -> UserId:
    """Return whose it is to ring: the assistant that numbered it."""
    return meeting.giver or me


def _soonest(place: Scene | Request, me: UserId) -> datetime | None:
    turns = (_next(place, me, meeting) for meeting in _ringing(place))
    return min((at for at in turns if at is not None), default=None)


def _next(place: Scene | Request, me: UserId, meeting: Meeting) -> datetime | None:
    """Return when it is our turn to say the next reminder of *meeting*: in the past, where that was not done."""
    floating = zone_of(place.zone)
    waiting = [ring for ring in due(meeting, place.now, floating) if not _was_said(place, me, ring)]
    coming = to_come(meeting, place.now, floating)
    turns = (_turn(place, me, ring) for ring in (*waiting, *(() if coming is None else (coming,))))
    return min((at for at in turns if at is not None), default=None)


def _turn(place: Scene | Request, me: UserId, ring: Ring) -> datetime | None:
    return turn(ring.at, _owner(ring.meeting, me), me, place)


def _was_said(place: Scene | Request, me: UserId, ring: Ring) -> bool:
    owner = _owner(ring.meeting, me)
    return firing.was_said(place.state, ring.meeting.id, owner, (ring.due, CLOCK), me, place.now)


@dataclass(frozen=True, slots=True)
class Ringing(Offline):
    """Says what is due (a ``Runner``), and notes that it was said in the same event: both or neither."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Remind the room of what is due; nothing where it was said, moved or cancelled meanwhile."""
        ours = _bounded(request, _due(request))
        if not ours:
            return self._later(request)
        said = ours[:_MOST]
        shows = dict.fromkeys((KIND, ring.meeting.id) for ring in said)
        return Reply(
            _said(request, said),
            mentions=_called(said),
            changes=(*_notes(request, said), *_rung(request, ours)),
            shows=(*shows, *((firing.KIND, ring.firing_id) for ring in said)),
        )

    def _later(self, request: Request) -> Reply | None:
        at = _soonest(request, request.served_by)
        if at is None:
            return None
        # At the earliest in a minute: what we say of others in a day is bounded, and it must not run in circles.
        at = max(at, request.now + timedelta(minutes=1))
        return Reply(NO_WORDS, quiet=True, errands=(Errand(RING, _KEY, due=in_ms(at)),))


def _due(request: Request) -> Iterator[Ring]:
    """Yield what we are to say now, the soonest event first."""
    me = request.served_by
    found = (ring for meeting in _ringing(request) for ring in due(meeting, request.now, zone_of(request.zone)))
    unsaid = [ring for ring in found if not _was_said(request, me, ring)]
    for ring in sorted(unsaid, key=lambda ring: (ring.sitting.begins, ring.meeting.number)):
        at = _turn(request, me, ring)
        if at is not None and at <= request.now:
            yield ring


def _bounded(request: Request, due: Iterable[Ring]) -> list[Ring]:
    """Return *due* with no more of other assistants' events than we ring for in a day."""
    me = request.served_by
    count = partial(taken_over, request.state, me, request.now, partial(_told, request, me))
    return [*bounded(due, lambda ring: _owner(ring.meeting, me), count, me)]


def _notes(request: Request, said: Sequence[Ring]) -> Iterator[Change]:
    return (firing.note(ring.meeting.id, ring.due, request.now) for ring in said)


def _rung(request: Request, due: Sequence[Ring]) -> Iterator[Change]:
    """Yield up to when that was done, for our own events of which all that is due is said by this message."""
    left = {ring.meeting.id for ring in due[_MOST:]}
    for meeting in {ring.meeting.id: ring.meeting for ring in due[:_MOST]}.values():
        if _owner(meeting, request.served_by) == request.served_by and meeting.id not in left:
            yield Change(KIND, meeting.id, set={RUNG: stamp(request.now)})


def _called(due: Sequence[Ring]) -> tuple[UserId, ...]:
    """Return whom a reminder is for: those who are invited or have said that they come, and not that they do not."""
    found: dict[UserId, None] = {}
    for ring in due:
        meeting = ring.meeting
        answers = ring.sitting.answers
        away = {user for user, given in answers.items() if given.answer is Answer.DECLINED}
        found |= dict.fromkeys(user for user in (*meeting.invited, *answers) if user not in away)
    return tuple(found)[:_MOST_MENTIONS]


def _said(request: Request, due: Sequence[Ring]) -> Rich:
    return lines(_row(request, ring) for ring in due)


def _row(request: Request, ring: Ring) -> Rich:
    event = ring.sitting.occurrence.event
    head = fill(
        request.texts.gettext("⏰ {when}: {title}"),
        when=text(said(request, ring.sitting)),
        title=strong(event.summary or "…"),
    )
    place = text(f"📍 {event.location}") if event.location else NO_WORDS
    beside = (head, place, text(event.call), _instead(request, ring), _late(request, ring))
    return join(" · ", [part for part in beside if part])


def _instead(request: Request, ring: Ring) -> Rich:
    """Say whose assistant does not say it."""
    owner = _owner(ring.meeting, request.served_by)
    if owner == request.served_by or owner not in request.members:
        return NO_WORDS
    sentence = request.texts.gettext("({assistant} does not answer, so I say it)")
    return fill(sentence, assistant=text(str(owner)))


def _late(request: Request, ring: Ring) -> Rich:
    if request.now - ring.at <= _LATE:
        return NO_WORDS
    return text(request.texts.gettext("(late: I was not running then)"))
