"""The library of the room in which somebody asks (pure)."""

from typing import Final

from bots.assistant.talk.request import Needs, Request
from bots.files.library.shelf import EMPTY, Library

NAME: Final = "files"
"""Under which the library is kept (``Needs.kept``)."""
NEEDS: Final = Needs(kept=frozenset({NAME}))


def library(request: Request) -> Library:
    """Return the files that the sender of *request* may see."""
    found = request.kept.get(NAME)
    return found if isinstance(found, Library) else EMPTY


def needs(_: Request, __: list[str]) -> Needs:
    """What every command about files must be given."""
    return NEEDS
