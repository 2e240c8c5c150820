"""Which object a row of a sheet names or makes, and what a row comes to: the same for every sheet (pure)."""

from enum import IntEnum
from typing import Final

from bots.assistant.talk.markup import short
from bots.assistant.talk.request import Request
from bots.assistant.words.files.cells import whole
from bots.assistant.words.objects.numbered import Reference, reference
from bots.register.format.identity import object_id

_SHOWN: Final = 60


class Wrong(ValueError):
    """A row, or a cell of it, that cannot be taken in; its message is a sentence in the language of the room."""


class RowOutcome(IntEnum):
    """What a row comes to."""

    ADDED = 0
    CHANGED = 1
    SAME = 2


def made_id(kind: str, request: Request, line: int) -> str:
    """Return the id of the object that *line* makes: the same however often the import is handled."""
    return object_id(kind, request.room_id, f"{request.event_id} import", line)


def number_in(cell: str, request: Request) -> Reference:
    """Return the number of an object that *cell* holds, ``12`` or ``12-valbourg``; raises :class:`Wrong`."""
    found = reference(whole(cell.strip().lower()))
    if found is None:
        sentence = request.texts.gettext("“{typed}” is no number.")
        raise Wrong(sentence.format(typed=short(" ".join(cell.split()), _SHOWN)))
    return found
