"""From the register's objects to an event, read leniently: whatever makes no sense is as if nobody had written it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from bots.assistant.words.lenient import identifier
from bots.assistant.words.objects import numbered
from bots.calendar.event import Answer, Event, EventStatus
from bots.calendar.format.components import Component
from bots.calendar.format.findings import Findings
from bots.calendar.format.lines import read_line
from bots.calendar.format.values import BadValue, Moment, read_moment
from bots.calendar.format.zones import Zone, Zones
from bots.calendar.people import answered
from bots.calendar.vevent import EventReader
from bots.events.kept import wire
from bots.events.kept.begins import begin_alike
from bots.events.kept.kinds import ANSWER, CHANGE, MAX_INVITED, ONCE, WITHDRAWN
from bots.events.kept.meeting import Change, Meeting, Once, Rsvp, is_moved, when_at
from bots.events.kept.slots import Slot, slot_of
from bots.register.replica.object import Object
from bots.register.replica.places import ERASED, Position
from config.identifiers import UserId

_MAX_UID: Final = 1_000
_MAX_RECURRENCE: Final = 200
AS_THE_SERIES: Final = frozenset({"title", "when", "location"})
"""Fields of a changed occurrence that say, without a text or times, that it is as all the others."""


def read(found: Object, parts: Iterable[Object], floating: Zone) -> Meeting | None:
    """Return the event in *found* with its *parts* (changes, answers); None without number, title and start."""
    if not numbered.is_numbered(found):
        return None
    own = fields_in(found)
    event = _event(wire.component_of(uid_of(found), own), own, floating)
    if event is None:
        return None
    # Invited to one meeting of a series only, of which nothing else is known.
    event = replace(event, recurrence_id=_recurrence(found, found, floating))
    changes: list[Change] = []
    answers: dict[UserId, Rsvp] = {}
    when = found.value("when")
    single: list[Object] = []
    for part in parts:
        if part.kind == CHANGE and (change := _change(part, found, event, floating)) is not None:
            changes.append(change)
        elif part.kind == ANSWER and (said := _said(part, when, found, floating)) is not None:
            answers[said[0]] = said[1]
        elif part.kind == ONCE:
            single.append(part)
    in_order = tuple(sorted(changes, key=lambda change: (change.recurrence.local, change.id)))
    return Meeting(
        id=found.id,
        number=found.first("number"),
        event=asked_again(event) if _written_after(found, "when", found, "people") else event,
        changes=in_order,
        invited=_invited(found),
        answers=answers,
        once=_once(single, found, lambda moment: when_at(in_order, event, floating, when, moment), event, floating),
        creator=identifier(UserId.parse, found.first("creator")),
        giver=found.first_author("number"),
        withdrawn=found.value("status") == WITHDRAWN,
        label=str(found.first("number")),
        defined=wire.defined_in(found.fields),
        rung=_rung(found),
        floating=floating,
        when=when,
    )


def rewritten(meeting: Meeting, found: Object, fields: Mapping[str, Any]) -> Meeting:
    """Return the *meeting* that is in *found* as it is with these *fields*; as it was where they make none."""
    event = _event(wire.component_of(meeting.event.uid, {**fields_in(found), **fields}), found.fields, meeting.floating)
    return (
        meeting if event is None else replace(meeting, event=replace(event, recurrence_id=meeting.event.recurrence_id))
    )


def _written_after(one: Object, name: str, other: Object, than: str) -> bool:
    """Tell whether a field was written by a later operation than another one."""
    later, earlier = one.changed(name), other.changed(than)
    return later is not None and earlier is not None and later[:4] > earlier[:4]


def asked_again(event: Event) -> Event:
    """Return *event*, at another time, with nobody's answer but its organizer's (RFC 5546 §3.2.2.1)."""
    holder = event.organizer.address if event.organizer is not None else None
    people = (
        person
        if holder is not None and person.address == holder
        else replace(person, answer=Answer.NEEDS_ACTION, written=answered(person.written, Answer.NEEDS_ACTION))
        for person in event.attendees
    )
    return replace(event, attendees=tuple(people))


def _once(
    parts: Iterable[Object], found: Object, when: Callable[[Moment], object], event: Event, floating: Zone
) -> dict[Slot, Once]:
    """Return what was answered to single times; of two answers of somebody to the same one, the later."""
    kept: dict[Slot, tuple[Moment, dict[UserId, tuple[Position, Rsvp]]]] = {}
    for part in parts:
        place, recurrence = part.changed("partstat"), _recurrence(part, found, floating)
        said = None if recurrence is None else _said(part, when(recurrence), found, floating)
        if said is not None and said[1].before is Answer.DECLINED:
            # Who does not come then stays away whatever its hour is (decision 054).
            said = said[0], replace(said[1], answer=Answer.DECLINED, before=None)
        if said is None or place is None or recurrence is None:
            continue
        _, given = kept.setdefault(slot_of(event, recurrence, floating), (recurrence, {}))
        if said[0] not in given or given[said[0]][0] < place:
            given[said[0]] = place, said[1]
    return {
        slot: Once(recurrence, {person: answer for person, (_, answer) in given.items()})
        for slot, (recurrence, given) in kept.items()
    }


def _rung(found: Object) -> object:
    """Return up to when people were reminded: the word of whoever numbered it, or of who moved it in the same breath.

    Anybody's word for it alone would let another town's assistant keep everybody silent.
    """
    said = found.changed("rung")
    if said is None:
        return None
    moved = [place[:4] for name in ("when", "rule", "alarms") if (place := found.changed(name)) is not None]
    believed = said[1] == found.first_author("number") or said[:4] in moved
    return found.value("rung") if believed else None


def fields_in(found: Object) -> dict[str, Any]:
    """Return what is written of an event, its sets too."""
    return {**found.fields, "categories": found.elements("categories")}


def uid_of(found: Object) -> str:
    """Return the UID of an event: the one that it came with, or the id of one that was made here."""
    uid = found.first("uid")
    return uid if isinstance(uid, str) and 0 < len(uid) <= _MAX_UID else found.id


def _event(component: Component, fields: Mapping[str, Any], floating: Zone) -> Event | None:
    unheard = Findings()
    event = EventReader(component, Zones(floating, unheard, wire.definitions_in(fields)), unheard).read()
    if event is not None and fields.get("status") == WITHDRAWN:
        return replace(event, status=EventStatus.CANCELLED)
    return event


def _invited(found: Object) -> tuple[UserId, ...]:
    people = (identifier(UserId.parse, each) for each in found.elements("invited"))
    return tuple(person for person in people if person is not None)[:MAX_INVITED]


def _change(part: Object, found: Object, master: Event, floating: Zone) -> Change | None:
    recurrence = _recurrence(part, found, floating)
    if recurrence is None or part.value("status") == WITHDRAWN:
        return None
    said = ((name, value) for name, value in part.fields.items() if value is not ERASED)
    own = {name: value for name, value in said if not _is_the_series(name, value)}
    fields = {**fields_in(found), **own}
    event = _event(wire.component_of(master.uid, fields), fields, floating)
    if event is None:
        return None
    if "when" not in own:
        event = replace(event, start=recurrence, length=master.length, exact=master.exact)
    onwards = own.get("onwards") is True
    asked = part if "people" in own else found
    moved = "people" in own or is_moved(event, recurrence, floating)
    if "when" in own and moved and _written_after(part, "when", asked, "people"):
        event = asked_again(event)
    alone = replace(event, recurrence_id=recurrence, onwards=onwards, rules=(), extras=(), excluded=(), unless=())
    return Change(part.id, recurrence, alone, own)


def _is_the_series(name: str, value: object) -> bool:
    """Tell whether a field of a changed occurrence is that of its series: whatever said otherwise was taken back."""
    return name in AS_THE_SERIES and (value is False or (value is None and name != "location"))


def _recurrence(part: Object, found: Object, floating: Zone) -> Moment | None:
    """Return which occurrence of a series *part* is, by its RECURRENCE-ID; its zones are those of *found*."""
    return named_time(part.first("recurrence"), floating, wire.definitions_in(found.fields))


def named_time(raw: object, floating: Zone, defined: Mapping[str, Component] | None = None) -> Moment | None:
    """Return the time that *raw*, the line of a RECURRENCE-ID, names; its zones may be *defined*."""
    line = read_line(raw) if isinstance(raw, str) and len(raw) <= _MAX_RECURRENCE else None
    if line is None or line.name != "RECURRENCE-ID":
        return None
    try:
        moment = read_moment(line.value, line, Zones(floating, Findings(), defined or {}))
        moment.utc(floating)
    except (BadValue, OverflowError):
        return None
    return moment


def _said(part: Object, when: object, found: Object, floating: Zone) -> tuple[UserId, Rsvp] | None:
    """Return who answers what to *found*; nothing is known of what they say of *when* where it began at another time.

    Its end is no other time, nor is another way to write the same one.
    """
    person = identifier(UserId.parse, part.first("of"))
    raw, place = part.value("partstat"), part.changed("partstat")
    if person is None or place is None or raw not in [each.value for each in Answer]:
        return None
    by = UserId(place[1])
    said = Rsvp(Answer(raw), None if by.server == person.server else by)
    to = part.value("to")
    counts = to is None or to == when or begin_alike(to, when, floating, wire.definitions_in(found.fields))
    return person, said if counts else said.again
