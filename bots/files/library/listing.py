"""Lists of files: all, a folder, what words find, the bin, what belongs to a task (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.numbered import Numbered
from bots.files.library import naming, saying, sending, told
from bots.files.library.entry import KIND
from bots.files.library.library import BIN_DAYS
from bots.files.library.linked import LINKED, called
from bots.files.library.request import Shelved, library, others
from bots.files.library.shelf import File
from bots.files.plain.seeking import LITTLE, seeking
from config.identifiers import UserId

_MOST_OFFERED: Final = 9
_MAIL: Final = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,250}\.[a-z]{2,63}")
_BEFORE: Final = re.compile(r"^[ldn]['’](?=\w)", re.IGNORECASE)
"""« L'arrêté » is one."""
_FOLDER: Final = frozenset({"dossier", "folder"})
_INSIDE: Final = frozenset({"du", "de", "dans", "in", "of"})
_BIN: Final = frozenset({"corbeille", "bin", "trash"})
_TO_WHOM: Final = frozenset({"a", "au", "aux", "to"})
_SEARCH: Final = frozenset({"cherche", "chercher", "cherches", "recherche", "search", "find", "trouve", "trouver"})


def show(request: Request, rest: list[str]) -> Reply:
    """Answer ``!fichiers …``."""
    return of_form(request, rest) or _search(request, [word for word in rest if has_words([word])])


def of_form(request: Request, rest: Sequence[str]) -> Reply | None:
    """Answer what of ``!fichiers …`` has a form of its own: a folder, the bin, a search, a task, all; None: words."""
    words = [word for word in rest if has_words([word])]
    if len(words) > 1 and fold(words[0]) in _INSIDE and fold(words[1]) in _FOLDER | _BIN | {"la"}:
        # « les fichiers du dossier Conseil », « … de la corbeille »
        words = [word for word in words[1:2] if fold(word) != "la"] + words[2:]
    if not words:
        return _overview(request)
    first, others = fold(words[0]), words[1:]
    if first in _FOLDER and others:
        return _folder(request, " ".join(others))
    if first in _BIN and not others:
        return _bin(request)
    if first in LINKED and len(others) == 1 and numbered.reference(others[0]) is not None:
        return _attached(request, words)
    return _search(request, others) if first in _SEARCH and others else None


def search(request: Request, rest: list[str]) -> Reply:
    """Answer « retrouve le devis de la toiture »: every word but the little ones."""
    said = (_BEFORE.sub("", word) for word in rest)
    words = [word for word in said if has_words([word]) and fold(word) not in LITTLE]
    return _search(request, words) if words else _overview(request)


def _overview(request: Request) -> Reply:
    known = library(request)
    places = known.all()
    head = told.overview(request, known.folders(), len(places))
    return _listed(request, known.files(places, told.MOST_LISTED // 2), len(places), head)


def _folder(request: Request, words: str) -> Reply:
    known, folder = library(request), naming.folder(words) or words
    places = known.within(folder)
    files = known.files(places, told.MOST_LISTED)
    written = next(
        (file.filing.folder for file in files if naming.compared(file.filing.folder) == naming.compared(folder)), folder
    )
    listed = _listed(request, files, len(places), told.in_folder(request, written, len(places)))
    # « le dossier Amule » may be a matter of somebody's, and no folder.
    return replace(listed, nothing=not places)


def unfiled(request: Request) -> Reply:
    """List what is in no folder."""
    known = library(request)
    places = known.unfiled()
    files = known.files(places, told.MOST_LISTED)
    return _listed(request, files, len(places), told.unfiled(request, len(places)))


def sent_by(request: Request, person: UserId) -> Reply:
    """List what *person* has sent, the newest first."""
    known = library(request)
    places = known.sent_by(person)
    files = known.files(places, told.MOST_LISTED // 2)
    return _listed(request, files, len(places), told.sent_by(request, person, len(places)))


def of_places(request: Request, said: str, places: Sequence[int]) -> Reply:
    """List the files that stand at *places*, found by what was *said*."""
    head = told.found(request, said, len(places))
    listed = _listed(request, library(request).files(places, told.MOST_LISTED), len(places), head)
    return replace(listed, nothing=not places)


def _search(request: Request, words: Sequence[str]) -> Reply:
    known, wanted = library(request), [word.strip('«»"“”,;?!.') for word in words]
    places = known.find(wanted)
    elsewhere = [*_elsewhere(request, wanted)]
    if not elsewhere:
        head = told.found(request, " ".join(words), len(places))
        listed = _listed(request, known.files(places, told.MOST_LISTED), len(places), head)
        return replace(listed, nothing=not places)
    head = told.found(request, " ".join(words), len(places) + len(elsewhere))
    rows = told.elsewhere(request, elsewhere)
    if not places and len(elsewhere) <= _MOST_OFFERED:
        return _offered(request, head, elsewhere)
    if not places:
        return Reply(lines((head, *rows)), inverse=request.inverse)
    here = _listed(request, known.files(places, told.MOST_LISTED), len(places), head)
    return replace(here, text=lines((here.text, *rows)))


def _elsewhere(request: Request, words: Sequence[str]) -> Iterator[tuple[Shelved, File]]:
    """Yield what is found in other rooms, as far as whoever asks may see it, the newest first."""
    found = [
        (shelved, file)
        for shelved in others(request)
        for file in shelved.library.files(shelved.library.find(words), told.MOST_LISTED)
    ]
    yield from sorted(found, key=lambda each: -each[1].entry.at)


def sought(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what is found of what *words* look for: « où est le PV ? », « le dernier devis »; None where it is none.

    Nothing is said of what nobody would call a file, where there is none.
    """
    wanted = seeking(words)
    if wanted is None:
        return None
    mails = [word for word in wanted.words if _MAIL.fullmatch(word)]
    if wanted.sends and mails:
        known = library(request)
        meant = known.files(known.find([word for word in wanted.words if word not in mails]), 1)
        return ask(request, saying.no_mail(request, meant[0].name if meant else "…"))
    if request.private and wanted.sends:
        sent = _sent(request, wanted.words)
        if sent is not None:
            return sent
    if wanted.sends and _TO_WHOM & {fold(word) for word in words[2:]} and not library(request).find(wanted.words):
        # « Envoie le devis à Paul »: whoever knows links says what comes of that.
        return None
    found = _search(request, wanted.words)
    there = bool(found.shows) or bool([*_elsewhere(request, wanted.words)])
    return found if there or wanted.surely else None


def _sent(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what sends the one file that *words* call, or asks which; None where there is none."""
    known = library(request)
    here = known.files(known.find(words), _MOST_OFFERED + 1)
    elsewhere = [*_elsewhere(request, words)]
    if len(here) + len(elsewhere) > _MOST_OFFERED:
        return None
    if not here and len(elsewhere) == 1:
        return sending.one(request, _place(*elsewhere[0]))
    if not elsewhere and len(here) == 1:
        return sending.one(request, sending.here(request, here[0]))
    if not here and not elsewhere:
        return None
    head = told.found(request, " ".join(words), len(here) + len(elsewhere))
    mine = [(sending.here(request, file), told.named(request, file)) for file in here]
    theirs = [(_place(shelved, file), told.there(request, shelved, file)) for shelved, file in elsewhere]
    return sending.offered(request, head, [*mine, *theirs])


def _offered(request: Request, head: Rich, found: Sequence[tuple[Shelved, File]]) -> Reply:
    rows = [(_place(shelved, file), told.there(request, shelved, file)) for shelved, file in found]
    reply = sending.offered(request, head, rows)
    return reply.above(told.not_from_here(request))


def _place(shelved: Shelved, file: File) -> sending.FileInRoom:
    return sending.FileInRoom(shelved.scene.room_id, shelved.scene.name or "", shelved.library, file)


def _bin(request: Request) -> Reply:
    files = library(request).binned(request.here.date())
    return _listed(request, files[: told.MOST_LISTED], len(files), told.in_bin(request, len(files), BIN_DAYS))


def _attached(request: Request, words: Sequence[str]) -> Reply:
    found = called(request, words)
    files = [file for kind, thing in found for file in library(request).about(f"{kind}:{thing.id}")]
    head = told.found(request, " ".join(words), len(files))
    return _listed(request, files[: told.MOST_LISTED], len(files), head)


def attached(request: Request, kind: str, thing: Numbered) -> Reply:
    """List what is attached to a thing."""
    files = library(request).about(f"{kind}:{thing.id}")
    head = told.found(request, thing.title, len(files))
    return _listed(request, files[: told.MOST_LISTED], len(files), head)


def _listed(request: Request, files: Sequence[File], count: int, head: Rich) -> Reply:
    return Reply(
        told.listed(request, files, count, head),
        shows=tuple((KIND, file.id) for file in files),
        inverse=request.inverse,
        lists=bool(files),
    )
