"""What an import changes in a room: of each event of a file, what is new and what is otherwise than here (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bots.assistant.talk.request import Request
from bots.events.ics.sheet import Entry
from bots.events.kept.kinds import CHANGE, KIND, WITHDRAWN
from bots.events.kept.record import change_id, meeting_id
from bots.events.kept.wire import NAMES
from bots.events.talk.facts import agenda_of
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.places import ERASED

_SETS = ("categories",)


class Fate(Enum):
    """What becomes of an event of a file."""

    NEW = auto()
    CHANGED = auto()
    SAME = auto()
    OLDER = auto()
    """The room has a newer state of it (SEQUENCE, RFC 5546 §2.1.4)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One event of a file: what is written, and what takes that back."""

    fate: Fate
    key: str
    changes: tuple[Change, ...] = ()
    inverse: tuple[Change, ...] = ()


def taken(request: Request, entries: Sequence[Entry], number: int) -> Iterator[Taken]:
    """Yield what becomes of each of *entries*; the first new one is called *number*."""
    agenda = agenda_of(request, request.state)
    for entry in entries:
        key = agenda.uids.get(entry.name) or meeting_id(request.room_id, entry.name)
        held = request.state.get(KIND, key)
        if held is not None and held.first("number") is None:
            held = None
        if held is not None and _sequence(held.value("sequence")) > _sequence(entry.fields.get("sequence")):
            yield Taken(Fate.OLDER, key)
            continue
        changes = [_event(request, entry, key, held, number), *_changes(request, entry, key)]
        kept = tuple(change for change in changes if change.set or change.first or change.add or change.remove)
        if held is None:
            number += 1
            yield Taken(Fate.NEW, key, kept, (Change(KIND, key, set={"status": WITHDRAWN}),))
        else:
            yield Taken(Fate.CHANGED if kept else Fate.SAME, key, kept, tuple(_inverse(request, kept)))


def _sequence(raw: object) -> int:
    return raw if isinstance(raw, int) else 0


def _event(request: Request, entry: Entry, key: str, held: Object | None, number: int) -> Change:
    fields = {name: value for name, value in entry.fields.items() if name not in _SETS}
    labels = _strings(entry.fields.get("categories"))
    if held is None:
        first: dict[str, Json] = {"number": number, "creator": str(request.sender), "uid": entry.uid}
        if entry.recurrence:
            first["recurrence"] = entry.recurrence
        # Every room says where an event stands; a file says nothing of one that simply takes place.
        return Change(KIND, key, set={"status": "confirmed", **fields}, first=first, add=_set(labels))
    written = {name: fields.get(name) for name in NAMES if name not in _SETS and _differs(held, name, fields)}
    there = held.elements("categories")
    gone = [tag for label in there if label not in labels for tag in held.tags("categories", label)]
    return Change(
        KIND,
        key,
        set=written,
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


def _strings(raw: object) -> list[str]:
    return [each for each in raw if isinstance(each, str)] if isinstance(raw, list) else []


def _changes(request: Request, entry: Entry, key: str) -> Iterator[Change]:
    """Yield the occurrences that are otherwise in the file; those that are so here alone stay."""
    for recurrence, fields in entry.changes.items():
        part_id = change_id(key, recurrence)
        held = request.state.get(CHANGE, part_id)
        if held is None:
            yield Change(CHANGE, part_id, set=dict(fields), first={"event": key, "recurrence": recurrence})
            continue
        names = {*held.fields, *fields} & {*NAMES, "onwards"}
        written = {name: fields.get(name) for name in sorted(names) if held.value(name) != fields.get(name)}
        if written:
            yield Change(CHANGE, part_id, set=written)


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
