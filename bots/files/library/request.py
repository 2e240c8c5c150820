"""The library of the room in which somebody asks, and alone with us those of all rooms (pure)."""

from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.needing import always
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Scene
from bots.files.library.library import EMPTY, Library

NAME: Final = "files"
"""Under which the library is kept (``Needs.kept``)."""
EVERYWHERE: Final = "files.everywhere"
"""Under which those of other rooms are."""
NEEDS: Final = Needs(kept=frozenset({NAME}))
_ALL: Final = Needs(rooms=True, kept=frozenset({NAME, EVERYWHERE}))


@dataclass(frozen=True, slots=True)
class Shelved:
    """What somebody may see of the files of another room."""

    scene: Scene
    library: Library


def library(request: Request) -> Library:
    """Return the files that the sender of *request* may see."""
    found = request.kept.get(NAME)
    return found if isinstance(found, Library) else EMPTY


def others(request: Request) -> tuple[Shelved, ...]:
    """Return the files of other rooms in which a word of *request* is found: alone with us, else none."""
    found = request.kept.get(EVERYWHERE)
    return found if request.private and isinstance(found, tuple) else ()


needs: Final = always(NEEDS)
"""What every command about files must be given."""


def needs_all(request: Request, _: list[str]) -> Needs:
    """What a search must be given: alone with us, of all rooms."""
    return _ALL if request.private else NEEDS
