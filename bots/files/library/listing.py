"""Lists of files: all, a folder, what words find, the bin, what belongs to a task (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words import numbered
from bots.assistant.words.vocabulary import has_words
from bots.files.library import naming, saying
from bots.files.library.entry import KIND
from bots.files.library.request import library
from bots.files.library.shelf import BIN_DAYS, File

_FOLDER: Final = frozenset({"dossier", "folder"})
_BIN: Final = frozenset({"corbeille", "bin", "trash"})
_SEARCH: Final = frozenset({"cherche", "chercher", "cherches", "recherche", "search", "find", "trouve", "trouver"})
_LITTLE: Final = frozenset(
    {"le", "la", "les", "l", "un", "une", "des", "du", "de", "moi", "nous", "stp", "svp", "fichier", "document", "the"}
    | {"file", "of", "for", "me", "us", "please", "a"}
)
_KINDS: Final = {
    "tache": "task",
    "task": "task",
    "objectif": "objective",
    "objective": "objective",
    "evenement": "event",
}


def show(request: Request, rest: list[str]) -> Reply:
    """Answer ``!fichiers …``."""
    words = [word for word in rest if has_words([word])]
    if not words:
        return _overview(request)
    first, others = fold(words[0]), words[1:]
    if first in _FOLDER and others:
        return _folder(request, " ".join(others))
    if first in _BIN and not others:
        return _bin(request)
    if first in _KINDS and len(others) == 1 and numbered.reference(others[0]) is not None:
        return _attached(request, words)
    return _search(request, others if first in _SEARCH and others else words)


def search(request: Request, rest: list[str]) -> Reply:
    """Answer « retrouve le devis de la toiture »: every word but the little ones."""
    words = [word for word in rest if has_words([word]) and fold(word) not in _LITTLE]
    return _search(request, words or rest)


def _overview(request: Request) -> Reply:
    known = library(request)
    places = known.all()
    head = saying.overview(request, known.folders(), len(places))
    return _listed(request, known.files(places, saying.MOST_LISTED // 2), len(places), head)


def _folder(request: Request, words: str) -> Reply:
    known, folder = library(request), naming.folder(words) or words
    places = known.within(folder)
    files = known.files(places, saying.MOST_LISTED)
    written = next(
        (file.filing.folder for file in files if naming.compared(file.filing.folder) == naming.compared(folder)), folder
    )
    return _listed(request, files, len(places), saying.in_folder(request, written, len(places)))


def _search(request: Request, words: Sequence[str]) -> Reply:
    known = library(request)
    places = known.find([word.strip('«»"“”,;') for word in words])
    head = saying.found(request, " ".join(words), len(places))
    return _listed(request, known.files(places, saying.MOST_LISTED), len(places), head)


def _bin(request: Request) -> Reply:
    files = library(request).binned(request.here.date())
    return _listed(request, files[: saying.MOST_LISTED], len(files), saying.in_bin(request, len(files), BIN_DAYS))


def _attached(request: Request, words: Sequence[str]) -> Reply:
    meant = numbered.reference(words[1])
    found = () if meant is None else numbered.called(request.state, _KINDS[fold(words[0])], meant)
    files = [file for thing in found for file in library(request).about(f"{_KINDS[fold(words[0])]}:{thing.id}")]
    head = saying.found(request, " ".join(words), len(files))
    return _listed(request, files[: saying.MOST_LISTED], len(files), head)


def _listed(request: Request, files: Sequence[File], count: int, head: Rich) -> Reply:
    return Reply(
        saying.listed(request, files, count, head),
        shows=tuple((KIND, file.id) for file in files),
        inverse=request.inverse,
        lists=bool(files),
    )
