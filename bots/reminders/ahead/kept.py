"""What somebody wants to be reminded of beforehand, in the conversation in which it is said (pure).

:class:`LeadTimes` is one's own settings; :class:`Before` ties one reminder to a thing in some room, and follows
its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bots.assistant.words.lenient import identifier
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.reminders.ahead import lead
from bots.reminders.ahead.lead import Lead
from bots.when.moments import STAMP, stamp
from config.identifiers import EventId, RoomId, UserId

KIND: Final = "reminder.ahead"
TASKS: Final = "tasks"
EVENTS: Final = "events"
TOPICS: Final = (TASKS, EVENTS)


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """How long before their tasks and events *of* is reminded; *told* is up to when (UTC) that was done."""

    of: UserId
    cause: EventId
    leads: Mapping[str, Lead]
    told: datetime

    def written(self, me: UserId) -> Change:
        """Return the change by which the assistant *me* writes it."""
        fields: dict[str, Json] = {"of": str(self.of), "cause": str(self.cause), "told": stamp(self.told)}
        for topic in TOPICS:
            held = self.leads.get(topic)
            fields[topic] = None if held is None else held.written()
        return Change(KIND, wish_id(me, self.of), set=fields)


def wish_id(me: UserId, of: UserId) -> str:
    """Return the id of the object in which the assistant *me* keeps what *of* wants."""
    return object_id(KIND, me, of)


def read(found: Object | None, me: UserId) -> LeadTimes | None:
    """Return the wish in *found*; None where there is none, or not *me* has written it."""
    names = ("of", "cause", "told", *TOPICS)
    if found is None or any((at := found.changed(name)) is None or at[1] != me for name in names):
        return None
    of, cause = identifier(UserId.parse, found.value("of")), identifier(EventId.parse, found.value("cause"))
    try:
        told = datetime.strptime(str(found.value("told")), STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    if of is None or cause is None or found.id != wish_id(me, of):
        return None
    held = {topic: lead.read(found.value(topic)) for topic in TOPICS}
    return LeadTimes(of, cause, {topic: each for topic, each in held.items() if each is not None}, told)


@dataclass(frozen=True, slots=True)
class Before:
    """So long before the object *of_kind* *object_id* of a room."""

    room_id: RoomId
    of_kind: str
    object_id: str
    lead: Lead

    def written(self) -> dict[str, Json]:
        """Return it as an operation holds it."""
        return {
            "room": str(self.room_id),
            "kind": self.of_kind,
            "id": self.object_id,
            "lead": dict(self.lead.written()),
        }


def read_before(raw: object) -> Before | None:
    """Return what ties a reminder to a thing; None where nothing does."""
    if not isinstance(raw, dict):
        return None
    room, held = identifier(RoomId.parse, raw.get("room")), lead.read(raw.get("lead"))
    kind, named = raw.get("kind"), raw.get("id")
    if room is None or held is None or not isinstance(kind, str) or not isinstance(named, str):
        return None
    return Before(room, kind, named, held)
