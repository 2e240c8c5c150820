"""What the errands of a project carry (pure).

An errand's payload should hold nothing that must be erasable. The project's name stands in it all the same, for the
minutes until its rooms are made: those show it to every server anyway, and deleting the command strikes the errand off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.later.runner import Payload
from bots.register.format.canonical import Json
from config.identifiers import RoomId, UserId

CREATE: Final = "project.create"
SEED: Final = "project.seed"
PIN: Final = "project.pin"
INVITE: Final = "project.invite"


@dataclass(frozen=True, slots=True)
class ProjectPayload:
    """A project to make."""

    name: str
    template: str
    people: tuple[UserId, ...]

    def payload(self) -> dict[str, Json]:
        """Return it as an errand carries it."""
        return {"name": self.name, "template": self.template, "people": [str(each) for each in self.people]}

    @classmethod
    def of(cls, payload: Payload) -> "ProjectPayload":
        """Read back what :meth:`payload` wrote."""
        return cls(_text(payload, "name"), _text(payload, "template"), tuple(map(UserId, _texts(payload, "people"))))


@dataclass(frozen=True, slots=True)
class Sowing:
    """What one room of a project begins with: at *step* 0 the welcome, then one object after the other."""

    project: str
    name: str
    template: str
    room: int
    step: int

    def payload(self) -> dict[str, Json]:
        """Return it as an errand carries it."""
        return {
            **{"project": self.project, "name": self.name, "template": self.template},
            **{"room": self.room, "step": self.step},
        }

    @classmethod
    def of(cls, payload: Payload) -> "Sowing":
        """Read back what :meth:`payload` wrote."""
        numbers = (payload.get("room"), payload.get("step"))
        room, step = (each if isinstance(each, int) else 0 for each in numbers)
        return cls(_text(payload, "project"), _text(payload, "name"), _text(payload, "template"), room, step)

    @property
    def key(self) -> str:
        """Return what tells the errand from others of its kind: they are done in this order."""
        return f"{self.project} {self.step:02}"


@dataclass(frozen=True, slots=True)
class Missing:
    """Invitations that did not arrive, by room; *again*: how often they were sent again."""

    rooms: Mapping[RoomId, tuple[UserId, ...]]
    again: int = 0

    def payload(self) -> dict[str, Json]:
        """Return it as an errand carries it."""
        rooms: dict[str, Json] = {each: [str(user) for user in users] for each, users in self.rooms.items()}
        return {"rooms": rooms, "again": self.again}

    @classmethod
    def of(cls, payload: Payload) -> "Missing":
        """Read back what :meth:`payload` wrote."""
        rooms, again = payload.get("rooms"), payload.get("again")
        held = rooms if isinstance(rooms, Mapping) else {}
        by_room = {RoomId(each): tuple(map(UserId, _texts(held, each))) for each in held}
        return cls(by_room, again if isinstance(again, int) else 0)

    @property
    def people(self) -> tuple[UserId, ...]:
        """All who are missing somewhere."""
        return tuple(dict.fromkeys(user for users in self.rooms.values() for user in users))


def _text(payload: Payload, name: str) -> str:
    found = payload.get(name)
    return found if isinstance(found, str) else ""


def _texts(payload: Payload, name: str) -> tuple[str, ...]:
    found = payload.get(name)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list | tuple) else ()
