"""Which project a room belongs to, as the room's register says (pure).

Each room of a project holds one object of this kind, with the same id in all of them, so that every assistant in the
room knows it, and a report can put the rooms of one project together.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bots.assistant.words.lenient import line
from bots.register.replica.places import Key
from bots.register.replica.state import State

KIND: Final = "project"
_MAX_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its id, which is the same in all its rooms, and what people call it."""

    id: str
    name: str


class _Projects:
    """The objects of this kind in one room: a view, because a room may have a hundred thousand others."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    def update(self, _: State, touched: Collection[Key]) -> None:
        """Take in what has been touched."""
        self.ids |= {object_id for kind, object_id in touched if kind == KIND}


def project_of(state: State) -> Project | None:
    """Return the project that a room belongs to; of several (a cut, an old template) the first by id."""
    for project in sorted(state.view(_Projects).ids):
        found = state.get(KIND, project)
        name = "" if found is None else line(found.value("name"), _MAX_NAME)
        if name:
            return Project(project, name)
    return None
