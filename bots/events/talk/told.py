"""Which time of an event a message of ours is about that is no mere card: a reminder, one time that moved (pure)."""

from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from bots.assistant.talk.later import firing
from bots.assistant.talk.request import Request
from bots.calendar.format.zones import Zone
from bots.calendar.recurrence.series import Window
from bots.events.kept.kinds import CHANGE
from bots.events.kept.meeting import Change, Meeting
from bots.events.kept.ringing import rings
from bots.events.kept.sitting import Sitting, sittings
from bots.events.talk.facts import agenda_of
from bots.events.words.times import zone_of


@dataclass(frozen=True, slots=True)
class EventSitting:
    """The event, and which time of it."""

    meeting: Meeting
    sitting: Sitting

    @property
    def times(self) -> tuple[Sitting, ...]:
        """What an answer is for: of a series that one time; none, all of it."""
        return (self.sitting,) if self.meeting.event.repeats else ()


def told(request: Request) -> EventSitting | None:
    """Return what the message answered or reacted on tells of; None for cards, and where it tells of several times."""
    keys = [key for key in request.shown if key[0] in (firing.KIND, CHANGE)]
    if len(keys) != 1:
        return None
    (kind, object_id) = keys[0]
    found = _reminded(request, object_id) if kind == firing.KIND else _changed(request, object_id)
    return found if found is not None and found.sitting.stands else None


def _reminded(request: Request, firing_id: str) -> EventSitting | None:
    said = firing.read(request.state.get(firing.KIND, firing_id))
    meeting = None if said is None else _labelled(request, said.alarm)
    if said is None or meeting is None:
        return None
    at = said.local.replace(tzinfo=UTC)
    near = rings(meeting, at - timedelta(seconds=1), at + timedelta(minutes=1), zone_of(request.zone))
    sitting = next((ring.sitting for ring in near if ring.due == said.local), None)
    if sitting is None and not meeting.event.repeats:
        # It was moved since: it is the same event.
        sitting = agenda_of(request, request.state).next(meeting.id, request.now)
    return None if sitting is None else EventSitting(meeting, sitting)


def _changed(request: Request, change_id: str) -> EventSitting | None:
    found = request.state.get(CHANGE, change_id)
    owner = None if found is None else found.first("event")
    meeting = _labelled(request, owner) if isinstance(owner, str) else None
    change = None if meeting is None else next((each for each in meeting.changes if each.id == change_id), None)
    if meeting is None or change is None or change.event.onwards:
        return None
    sitting = _of(meeting, change, zone_of(request.zone))
    return None if sitting is None else EventSitting(meeting, sitting)


def _of(meeting: Meeting, change: Change, floating: Zone) -> Sitting | None:
    start = change.event.start.utc(floating)
    try:
        window = Window(start - timedelta(days=1), start + timedelta(days=1))
    except OverflowError:
        return None
    near = sittings(meeting, window, floating)
    return next((sitting for sitting in near if sitting.occurrence.event.recurrence_id == change.recurrence), None)


def _labelled(request: Request, event_id: str) -> Meeting | None:
    found = agenda_of(request, request.state).get(event_id)
    return None if found is None else replace(found, label=found.called)
