"""The rooms of a project as they are to be made: their state, who is invited where, what they begin with (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.offers.seeding import Seed
from bots.matrix.events import JsonObject, NewRoom, StateEvent
from config.identifiers import EventId, RoomId, ServerName, UserId
from config.project_template import EventSeed, ObjectiveSeed, ProjectTemplate, RoomSeed, TaskSeed

ADMINISTRATOR: Final = 100
MODERATOR: Final = 50
_MEMBER: Final = 0
_LEVELS: Final[Mapping[str, int]] = {"member": _MEMBER, "moderator": MODERATOR}
_MEGOLM: Final = {"algorithm": "m.megolm.v1.aes-sha2"}

SPACE: Final = 0
"""The index of the space among the rooms that a command makes; those of the template follow."""


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """A project to make: *cause* is the command, *asker* who gave it, *assistants* those of the people's servers."""

    cause: EventId
    name: str
    template: ProjectTemplate
    asker: UserId
    people: tuple[UserId, ...]
    assistants: tuple[UserId, ...]
    language: str

    @property
    def server(self) -> ServerName:
        """The server that makes the rooms."""
        return self.asker.server

    def space(self) -> NewRoom:
        """Return the space: nobody talks there."""
        about = self.template.about.said(self.language)
        state = (
            *self._named(self.name, about),
            StateEvent("m.room.power_levels", "", self._levels(None)),
            StateEvent("m.room.join_rules", "", {"join_rule": "invite"}),
            *_closed(),
        )
        return NewRoom(self.cause, SPACE, state, "m.space")

    def room(self, index: int, space: RoomId) -> NewRoom:
        """Return the room with this place (from 0) in the template, in *space*."""
        seed = self.template.rooms[index]
        state = (
            *self._named(self.title(index), seed.topic.said(self.language)),
            StateEvent("m.room.power_levels", "", self._levels(seed)),
            StateEvent("m.room.join_rules", "", _join_rules(seed, space)),
            *_closed(),
            *((StateEvent("m.room.encryption", "", _MEGOLM),) if seed.encrypted else ()),
            StateEvent("m.space.parent", space, {"via": [str(self.server)], "canonical": True}),
        )
        return NewRoom(self.cause, 1 + index, state)

    def title(self, index: int) -> str:
        """Return what a room is called: clients list rooms of all projects together, so it names its own."""
        return f"{self.called(index)} · {self.name}"

    def called(self, index: int) -> str:
        """Return what a room is called within its project."""
        return self.template.rooms[index].name.said(self.language)

    def child(self, index: int) -> JsonObject:
        """Return what the space says of a room."""
        return {"via": [str(self.server)], "suggested": True, "order": f"{index:02}"}

    def guests(self, index: int | None) -> tuple[UserId, ...]:
        """Return who is invited to a room (None: the space), whoever asked first, assistants before their people."""
        own = index is not None and self.template.rooms[index].people == "own"
        people = [each for each in self.people if not own or each.server == self.server]
        # Nothing is said in the space: what should an assistant do there?
        served = () if index is None or own else self.assistants
        return (self.asker, *served, *people)

    def _named(self, name: str, topic: str) -> Iterator[StateEvent]:
        yield StateEvent("m.room.name", "", {"name": name})
        if topic:
            yield StateEvent("m.room.topic", "", {"topic": topic, "m.topic": {"m.text": [{"body": topic}]}})

    def _levels(self, seed: RoomSeed | None) -> JsonObject:
        """Return the power levels. We made the room, and need none; whoever asked must be able to do without us."""
        silent = seed is None or seed.write == "administrators"
        level = _LEVELS[self.template.members]
        users: dict[str, int] = {str(each): level for each in self.people if level}
        if seed is not None and silent:
            # An assistant must be able to answer whoever may write.
            users |= {str(each): MODERATOR for each in self.assistants}
        return {
            "users": {**users, str(self.asker): ADMINISTRATOR},
            "users_default": _MEMBER,
            "events_default": MODERATOR if silent else _MEMBER,
            "state_default": MODERATOR,
            **dict.fromkeys(("invite", "kick", "ban", "redact"), MODERATOR),
            "events": {
                **dict.fromkeys(("m.reaction", "m.room.redaction"), _MEMBER),
                **dict.fromkeys(
                    (
                        *("m.room.power_levels", "m.room.history_visibility", "m.room.encryption"),
                        *("m.room.server_acl", "m.room.join_rules", "m.room.guest_access"),
                    ),
                    ADMINISTRATOR,
                ),
                "m.room.tombstone": 150,
            },
        }


def _join_rules(seed: RoomSeed, space: RoomId) -> JsonObject:
    """Return who may come in: whoever is in the space, from any server; where it is for our own only, the invited."""
    if seed.people == "own":
        return {"join_rule": "invite"}
    return {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": space}]}


def _closed() -> Iterator[StateEvent]:
    # Who comes later may read what the room's servers still have: of what is encrypted, only what they get keys for.
    yield StateEvent("m.room.history_visibility", "", {"history_visibility": "shared"})
    yield StateEvent("m.room.guest_access", "", {"guest_access": "forbidden"})


def seeds(room: RoomSeed, language: str) -> tuple[tuple[bool, ObjectiveSeed | EventSeed | TaskSeed, Seed], ...]:
    """Return what *room* begins with, objectives first: whether it is pinned, what it is, and how it is made.

    The objective of a task or an event is still to be filled in: its id depends on the room.
    """
    objectives = (
        (each.pin, each, Seed(each.title.said(language), each.due, measure=each.measure.said(language)))
        for each in room.objectives
    )
    events = (
        (event.pin, event, Seed(event.title.said(language), event.when, place=event.place.said(language)))
        for event in room.events
    )
    tasks = ((each.pin, each, _task(each, language)) for each in room.tasks)
    return (*objectives, *events, *tasks)


def _task(seed: TaskSeed, language: str) -> Seed:
    return Seed(
        seed.title.said(language),
        seed.due,
        seed.labels,
        seed.description.said(language),
        tuple(each.said(language) for each in seed.checklist),
    )
