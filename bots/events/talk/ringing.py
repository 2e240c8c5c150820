"""Reminding a room of its events: an errand that follows from what stands in its register (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bots.assistant.talk.errand import Errand, Standing
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.markup import Rich, fill, join, lines, strong, text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.runner import Payload
from bots.assistant.talk.scene import Key, Scene
from bots.calendar.event import Answer
from bots.events.kept.kinds import KIND
from bots.events.kept.record import Meeting
from bots.events.kept.ringing import FORGOTTEN, RUNG, Ring, next_ring, rings, since, stamp
from bots.events.talk.facts import agenda_of, said
from bots.events.words.times import zone_of
from bots.matrix.port import Edge
from bots.register.format.operation import Change
from bots.register.replica.state import State
from config.identifiers import EventId, UserId

RING: Final = "event.ring"
_KEY: Final = "agenda"
_LATE: Final = timedelta(minutes=2)
_MOST: Final = 20
_MOST_MENTIONS: Final = 20


def standing(scene: Scene, me: UserId, _: Iterable[Key] | None = None) -> Iterator[Standing]:
    """Yield the one errand of a room: it rings when the next reminder of an event of ours is due."""
    found = [
        (at, meeting)
        for meeting in _ours(scene.state, scene, me)
        if (at := next_ring(meeting, scene.now, zone_of(scene.zone))) is not None
    ]
    if found:
        at, meeting = min(found, key=lambda each: (each[0], each[1].id))
        yield Standing(Errand(RING, _KEY, due=_ms(at)), meeting.creator or me, EventId("$agenda"))


def _ours(state: State, place: Scene | Request, me: UserId) -> Iterator[Meeting]:
    """Yield the events with reminders to which this assistant gave their number: each town rings for its own."""
    agenda = agenda_of(place, state)
    for event_id in sorted(agenda.to_ring(place.now - FORGOTTEN)):
        meeting = agenda.get(event_id)
        if meeting is not None and meeting.giver == me and meeting.stands:
            yield meeting


@dataclass(frozen=True, slots=True)
class Ringing:
    """Says what is due (a ``Runner``), and notes that it was said in the same event: both or neither."""

    needs: Needs = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Nothing needs the network."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Remind the room of what is due; nothing where it was moved or cancelled meanwhile."""
        floating = zone_of(request.zone)
        meetings = [*_ours(request.state, request, request.served_by)]
        due = [
            ring
            for meeting in meetings
            for ring in rings(meeting, since(meeting.rung, request.now), request.now, floating)
        ]
        if not due:
            return self._later(request, meetings)
        due.sort(key=lambda ring: (ring.sitting.begins, ring.sitting.meeting.number))
        rung = dict.fromkeys(ring.sitting.meeting.id for ring in due)
        return Reply(
            _said(request, due[:_MOST], len(due)),
            mentions=_called(due),
            changes=tuple(Change(KIND, event_id, set={RUNG: stamp(request.now)}) for event_id in rung),
            shows=tuple((KIND, event_id) for event_id in rung),
        )

    def _later(self, request: Request, meetings: Sequence[Meeting]) -> Reply | None:
        found = (next_ring(meeting, request.now, zone_of(request.zone)) for meeting in meetings)
        at = min((moment for moment in found if moment is not None), default=None)
        if at is None:
            return None
        return Reply(NO_WORDS, quiet=True, errands=(Errand(RING, _KEY, due=_ms(at)),))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say it all the same."""
        return self.finish(request, payload, None)


def _called(due: Sequence[Ring]) -> tuple[UserId, ...]:
    """Return whom a reminder is for: those who are invited or have said that they come, and not that they do not."""
    found: dict[UserId, None] = {}
    for ring in due:
        meeting = ring.sitting.meeting
        away = {user for user, given in meeting.answers.items() if given.answer is Answer.DECLINED}
        found |= dict.fromkeys(user for user in (*meeting.invited, *meeting.answers) if user not in away)
    return tuple(found)[:_MOST_MENTIONS]


def _said(request: Request, due: Sequence[Ring], count: int) -> Rich:
    rows = [_row(request, ring) for ring in due]
    more = count - len(rows)
    rest = request.texts.ngettext("… and {count} more.", "… and {count} more.", more)
    return lines((*rows, fill(rest, count=text(str(more))) if more > 0 else NO_WORDS))


def _row(request: Request, ring: Ring) -> Rich:
    event = ring.sitting.occurrence.event
    head = fill(
        request.texts.gettext("⏰ {when}: {title}"),
        when=text(said(request, ring.sitting)),
        title=strong(event.summary or "…"),
    )
    place = text(f"📍 {event.location}") if event.location else NO_WORDS
    return join(" · ", [part for part in (head, place, text(event.call), _late(request, ring)) if part])


def _late(request: Request, ring: Ring) -> Rich:
    if request.now - ring.at <= _LATE:
        return NO_WORDS
    return text(request.texts.gettext("(late: I was not running then)"))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
