"""What an import changes in a room: of each event of a file, what is new and what is otherwise than here (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Final

from bots.assistant.talk.request import Request
from bots.calendar.format.contentline import moment_line
from bots.events.ics.age import Age, age_held, age_of
from bots.events.ics.replied import Asking
from bots.events.ics.sheet import FileEvent
from bots.events.kept.begins import begin_alike, begins, written_begin
from bots.events.kept.kinds import CHANGE, KIND, UPDATED, WITHDRAWN
from bots.events.kept.meeting import change_id, meeting_id
from bots.events.kept.record import named_time
from bots.events.kept.sitting import named_sitting
from bots.events.kept.wire import NAMES, definitions_in, strings_in
from bots.events.talk.facts import agenda_of
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.places import ERASED
from bots.when.moments import in_ms

_SETS: Final = ("categories",)
_ASKS: Final = "REQUEST"


class Fate(Enum):
    """What becomes of an event of a file."""

    NEW = auto()
    CHANGED = auto()
    SAME = auto()
    OLDER = auto()
    """The room has a newer state of it (RFC 5546 §2.1.5)."""


@dataclass(frozen=True, slots=True)
class EventDiff:
    """One event of a file: what is written, and what takes that back."""

    fate: Fate
    key: str
    changes: tuple[Change, ...] = ()
    inverse: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where entries come from: a message that was sent then (ms since the epoch), and what its file asks."""

    sent: int
    method: str = ""


def taken(request: Request, entries: Sequence[FileEvent], number: int, origin: Origin) -> Iterator[EventDiff]:
    """Yield what becomes of each of *entries*; the first new one is called *number*."""
    agenda = agenda_of(request, request.state)
    for entry in (_within_series(request, entry) for entry in entries):
        age = age_of(entry, origin.sent)
        key = agenda.uids.get(entry.name) or meeting_id(request.room_id, entry.name)
        held = request.state.get(KIND, key)
        if held is None or held.first("number") is None:
            asking = Asking(origin.method == _ASKS, newer=True)
            parts = _changes(request, entry, key, age, asking)
            changes = tuple(_written((_new(request, entry, number, age, key), *parts)))
            yield EventDiff(Fate.NEW, key, changes, (Change(KIND, key, set={"status": WITHDRAWN}),))
            number += 1
            continue
        if entry.fields and age.is_older(held, in_ms(request.now)):
            yield EventDiff(Fate.OLDER, key)
            continue
        asking = Asking(origin.method == _ASKS, newer=age > age_held(held, in_ms(request.now)))
        own = [_event(request, entry, held, age, asking)] if entry.fields else []
        changes = tuple(_written((*own, *_changes(request, entry, key, age, asking))))
        yield EventDiff(Fate.CHANGED if changes else Fate.SAME, key, changes, tuple(_inverse(request, changes)))


def _written(changes: Iterable[Change]) -> Iterator[Change]:
    return (change for change in changes if change.set or change.first or change.add or change.remove)


def _within_series(request: Request, entry: FileEvent) -> FileEvent:
    """Return *entry*, where it is one time of a series that is here, as a change of that one (RFC 5546 §3.2.2)."""
    agenda = agenda_of(request, request.state)
    key = agenda.uids.get(entry.uid) if entry.recurrence and entry.name not in agenda.uids else None
    meeting, held = None if key is None else agenda.get(key), None if key is None else request.state.get(KIND, key)
    if meeting is None or held is None or not meeting.event.repeats:
        return entry
    sitting = named_sitting(meeting, entry.recurrence)
    if sitting is None:
        return entry
    kept = ("when", "people")
    fields = {name: value for name, value in entry.fields.items() if name in kept or value != held.value(name)}
    fields.pop("rule", None)
    recurrence = moment_line("RECURRENCE-ID", sitting.recurrence)
    return replace(entry, fields={}, changes={recurrence: fields}, recurrence="")


def _new(request: Request, entry: FileEvent, number: int, age: Age, key: str) -> Change:
    fields = {name: value for name, value in entry.fields.items() if name not in _SETS}
    labels = strings_in(entry.fields.get("categories"))
    first: dict[str, Json] = {"number": number, "creator": str(request.sender), "uid": entry.uid}
    if entry.recurrence:
        first["recurrence"] = entry.recurrence
    # Every room says where an event stands; a file says nothing of one that simply takes place.
    written = {"status": "confirmed", **fields, UPDATED: age.stamp}
    return Change(KIND, key, set=written, first=first, add=_set(labels))


def _event(request: Request, entry: FileEvent, held: Object, age: Age, asking: Asking) -> Change:
    fields = {name: value for name, value in entry.fields.items() if name not in _SETS}
    labels, there = strings_in(entry.fields.get("categories")), held.elements("categories")
    differing = [name for name in NAMES if name not in _SETS and _differs(held, name, fields)]
    written: dict[str, Json] = {name: fields.get(name) for name in differing}
    differs = "people" in written
    written.pop("people", None)
    moved = "when" in written and not begin_alike(
        held.value("when"), written["when"], agenda_of(request, request.state).floating, definitions_in(held.fields)
    )
    written |= asking.people(held, written, fields.get("people"), moved=moved, differs=differs)
    gone = [tag for label in there if label not in labels for tag in held.tags("categories", label)]
    return Change(
        KIND,
        held.id,
        set={**written, UPDATED: age.stamp} if written else {},
        add=_set([label for label in labels if label not in there]),
        remove={"categories": tuple(gone)} if gone else {},
    )


def _differs(held: Object, name: str, fields: Mapping[str, Any]) -> bool:
    value, wanted = held.value(name), fields.get(name)
    if name == "status":
        return (value or "confirmed") != (wanted or "confirmed")
    return value is ERASED or value != wanted


def _set(labels: Sequence[str]) -> dict[str, tuple[Json, ...]]:
    return {"categories": tuple(labels)} if labels else {}


def _changes(request: Request, entry: FileEvent, key: str, age: Age, asking: Asking) -> Iterator[Change]:
    """Yield the occurrences that are otherwise in the file; those that are so here alone stay."""
    now = in_ms(request.now)
    for recurrence, own in entry.changes.items():
        part_id = change_id(key, recurrence)
        held, own_age = request.state.get(CHANGE, part_id), age.at(own.get("sequence"))
        if held is None:
            first: dict[str, Json] = {"event": key, "recurrence": recurrence}
            written = _with_people(request, key, recurrence, entry, own, own, asking)
            yield Change(CHANGE, part_id, set={**written, UPDATED: age.stamp}, first=first)
            continue
        if own_age.is_older(held, now):
            continue
        # Once an occurrence has people of its own, it says whom the file has in it.
        everybody = entry.fields.get("people") if "people" in held.fields else None
        fields = own if everybody is None else {"people": everybody, **own}
        names = {*held.fields, *fields} & {*NAMES, "onwards"}
        differing = {name: fields.get(name) for name in sorted(names) if held.value(name) != fields.get(name)}
        asked = replace(asking, newer=own_age > age_held(held, now))
        written = _with_people(request, key, recurrence, entry, fields, differing, asked)
        if written:
            yield Change(CHANGE, part_id, set={**written, UPDATED: age.stamp})


def _with_people(
    request: Request,
    key: str,
    recurrence: str,
    entry: FileEvent,
    fields: Mapping[str, Json],
    differing: Mapping[str, Json],
    asking: Asking,
) -> dict[str, Json]:
    """Return what is *differing* in an occurrence, with its people where they go with its time."""
    series = request.state.get(KIND, key)
    if series is None:
        return {**differing}
    held = request.state.get(CHANGE, change_id(key, recurrence)) or series
    written = {name: value for name, value in differing.items() if name != "people"}
    floating, zones = agenda_of(request, request.state).floating, definitions_in(series.fields)
    moment = named_time(recurrence, floating, zones)
    usual = None if moment is None else begins(moment, floating)
    before = usual if held is series else written_begin(held.value("when"), floating, zones) or usual
    moved = "when" in written and before != (written_begin(written["when"], floating, zones) or usual)
    people = fields.get("people", entry.fields.get("people"))
    return written | asking.people(held, written, people, moved=moved, differs="people" in differing)


def _inverse(request: Request, changes: Sequence[Change]) -> Iterator[Change]:
    for change in changes:
        held = request.state.get(change.kind, change.id)
        if held is None:
            yield Change(change.kind, change.id, set={"status": WITHDRAWN})
        elif change.set:
            yield Change(change.kind, change.id, set={name: _before(held, name) for name in change.set})


def _before(held: Object, name: str) -> Json:
    value: Json = None if held.value(name) is ERASED else held.value(name)
    return value
