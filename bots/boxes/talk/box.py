"""A drop box as its assistant remembers it: nothing of it opens anything (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.later.payload import as_number
from bots.assistant.talk.needing import always
from bots.assistant.talk.request import Needs, Request
from bots.links.box.descriptor import FormField
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.replica.object import Object
from bots.register.replica.state import State
from config.identifiers import EventId, RoomId, UserId

KIND: Final = "box"
NAME: Final = "boxes"
"""Under which the boxes of a room are kept (``Needs.kept``)."""
_KNOWN: Final = ("cause", "room", "creator", "made", "until")
NEEDS: Final = Needs(kept=frozenset({NAME}))


@dataclass(frozen=True, slots=True)
class BoxTerms:
    """What was asked for when a box was opened; it never changes. *size* is in bytes, of one deposit."""

    title: str
    files: int
    size: int
    folder: str
    task: bool
    people: tuple[UserId, ...]
    fields: tuple[FormField, ...]
    note: str = ""
    """What the page says above the form."""

    def as_json(self) -> dict[str, Json]:
        """Return it as it is kept, and as keys are derived from it."""
        return {
            "title": self.title,
            "files": self.files,
            "size": self.size,
            "folder": self.folder,
            "note": self.note,
            "task": self.task,
            "people": [str(user) for user in self.people],
            "fields": [
                {"label": field.label, "kind": field.kind, "required": field.required, "choices": list(field.choices)}
                for field in self.fields
            ],
        }

    @classmethod
    def read(cls, raw: Mapping[str, Json]) -> "BoxTerms":
        """Return what we have kept ourselves."""
        fields, people = raw["fields"], raw["people"]
        assert isinstance(fields, list) and isinstance(people, list)  # noqa: PT018 - our own words
        return cls(
            str(raw["title"]),
            as_number(raw["files"]),
            as_number(raw["size"]),
            str(raw["folder"]),
            bool(raw["task"]),
            tuple(UserId(str(user)) for user in people),
            tuple(_field(field) for field in fields),
            str(raw.get("note", "")),
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A box: *until* (ms) it takes deposits, unless it was *closed*; *cause* is the command that asked for it."""

    box_id: str
    """What the share server knows it by."""
    room_id: RoomId
    cause: EventId
    author: UserId
    until: int
    made: BoxTerms
    closed: bool = False
    locked: bool = False
    """Its keys are not ours any more: nobody opens what comes, or answers for it."""

    @property
    def object_id(self) -> str:
        """What the room's register knows it by."""
        return box_object(self.room_id, self.cause)


def box_object(room_id: RoomId, cause: EventId) -> str:
    """Return the id of the box that the command *cause* asked for."""
    return object_id(KIND, room_id, cause)


def read_box(found: Object, me: UserId) -> tuple[EventId, dict[str, Json]] | None:
    """Return the command that asked for a box of ours, and what is to be known of it; None: it is none, or closed.

    Only what we have written ourselves counts: a partner could name any command, any form, and any box.
    """
    ours = all(found.first_author(name) == me for name in _KNOWN)
    if found.kind != KIND or not ours or found.value("closed") is True:
        return None
    known = {name: found.first(name) for name in _KNOWN}
    if found.first_author("box") == me:
        known["box"] = found.first("box")
    return EventId(str(found.first("cause"))), known


def boxes(request: Request) -> tuple[Box, ...]:
    """Return the boxes of the room that this assistant keeps and that are not closed, what ends next first."""
    return tuple(box for box in _kept(request) if not box.closed)


def answers_for(request: Request, object_id: str) -> bool:
    """Tell whether this assistant can answer, to whoever deposited something, for a box that it keeps."""
    # Where a command is taken back nobody has looked: then it is not doubted.
    unseen = NAME not in request.kept
    return unseen or any(box.object_id == object_id and not box.locked for box in _kept(request))


def _kept(request: Request) -> tuple[Box, ...]:
    found = request.kept.get(NAME)
    return found if isinstance(found, tuple) else ()


def numbers(state: State) -> Mapping[str, int]:
    """Return the number of each box of a room, by its object: in the order in which they were opened.

    A box keeps its number when others are opened, or closed, whichever town keeps them.
    """
    opened = [(place, held.id) for held in state.all(KIND) if (place := held.changed("title")) is not None]
    return {object_id: number for number, (_, object_id) in enumerate(sorted(opened), 1)}


needs: Final = always(NEEDS)
"""What every command about boxes must be given."""


def _field(raw: Json) -> FormField:
    assert isinstance(raw, dict)
    choices = raw["choices"]
    assert isinstance(choices, list)
    return FormField(str(raw["label"]), raw["kind"], bool(raw["required"]), tuple(map(str, choices)))  # type: ignore[arg-type]
