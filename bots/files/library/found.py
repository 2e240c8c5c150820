"""How files are found by words of their paths and tags, by who has sent them, and when: for the look-up (pure)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Final

from bots.assistant.talk.markup import Rich, join, text
from bots.assistant.talk.offers.finding import Finder, Found, Lines, Wanted, WantedState
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.names.people import name_of
from bots.assistant.words.objects.titled import parts_of, said_in
from bots.files.library import told
from bots.files.library.entry import KIND
from bots.files.library.library import Library
from bots.files.library.request import Shelved, library, needs_all, others
from bots.files.library.shelf import File

_MOST: Final = 50
"""Files of one room that are told of at most."""
_READ: Final = 500
"""Those that are read at most, for each way in which they are sought."""


@dataclass(frozen=True, slots=True)
class _Files(Lines):
    """Finds files that whoever asks may see."""

    kind: str = KIND
    nouns: frozenset[str] = frozenset(
        {"fichier", "fichiers", "document", "documents", "doc", "docs", "pdf", "file", "files"}
    )
    called: tuple[str, str] = ("fichiers", "files")
    icon: str = "📄"

    def needs(self, request: Request) -> Needs:
        """What a search is given."""
        return needs_all(request, [])

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield those that fit, those with the whole words first; no file is done, or late."""
        if wanted.state is not WantedState.ANY:
            return
        for known, line in _libraries(request, scene):
            for file, found in islice(_fitting(request, known, wanted), _MOST):
                yield Found((KIND, file.id), partial(line, file), found, _at(file))

    def whole(self, request: Request, object_id: str) -> Rich | None:
        """Return all that is known of it."""
        file = library(request).get(object_id)
        return None if file is None else told.shown(request, [file])


FINDER: Final[Finder] = _Files()


def _libraries(request: Request, scene: Scene) -> Iterator[tuple[Library, Callable[[File, bool], Rich]]]:
    """Yield the files of a room, this one or another, with how one of them is told."""
    if scene.room_id == request.room_id:
        yield library(request), partial(_line, request)
        return
    for shelved in others(request):
        if shelved.scene.room_id == scene.room_id:
            yield shelved.library, partial(_there, request, shelved)


def _fitting(request: Request, known: Library, wanted: Wanted) -> Iterator[tuple[File, frozenset[str]]]:
    """Yield the files that fit with the words that they have."""
    for file in _some(known, wanted):
        if file.filing.binned is not None:
            continue
        found = said_in(wanted.words, said_of(file))
        fits = wanted.falls(_at(file), request.zone) and wanted.is_of((file.entry.sender,))
        if fits and (found or not wanted.words):
            yield file, found


def said_of(file: File) -> str:
    """Return the words that a file is found by: those of its path, apart and together, and its tags."""
    parts = parts_of(file.path.replace("_", " ").replace("-", " ").replace(".", " ").replace("/", " "))
    return " ".join((*parts, *parts_of(" ".join(file.filing.tags)), *parts_of(file.path)))


def _some(known: Library, wanted: Wanted) -> Iterator[File]:
    """Yield the files that may fit, each once: those with all of the words as they are said, with one, with its stem.

    Of « convention » the stem is that of all convocations, too.
    """
    if not wanted.words:
        yield from known.files(known.all(), _READ)
        return
    words = [*wanted.words]
    sought = [words, *([word] for word in words), *([word[:_STEM]] for word in words)]
    places = dict.fromkeys(at for said in sought for at in known.find(said)[:_READ])
    yield from map(known.shelf.file, places)


_STEM: Final = 4
"""Letters that all forms of a word share (``titled``)."""


def _at(file: File) -> datetime:
    return datetime.fromtimestamp(file.entry.at / 1000, UTC)


def _line(request: Request, file: File, _: bool) -> Rich:
    return join(" ", (told.named(request, file), text("–"), name_of(file.entry.sender, request)))


def _there(request: Request, shelved: Shelved, file: File, _: bool) -> Rich:
    return told.there(request, shelved, file)
