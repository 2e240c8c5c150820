"""A folder gets another name: « renomme le dossier Compta en Comptabilité »; its files are moved (pure)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.markup import lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.files.library import acting, listing, meant, naming, saying
from bots.files.library.orders import Order, Verb
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.plain.lately import lately
from bots.register.format.operation import MAX_CHANGES, Change

_FOLDER: Final = r"(?:le\s|la\s|ce\s|the\s)?(?:dossier|r[ée]pertoire|folder)"
_RENAME: Final = re.compile(
    rf"(?:renomme[rz]?|rename)\s{_FOLDER}(?P<parts>(?:\s.+?)?\s(?:en|to)\s.+)"
    rf"|{_FOLDER}(?:\s(?P<front>.+?))?\s(?:(?:à|a)\srenommer|renomm[ée])\s(?:en\s)?(?P<behind>.+)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"\s(?:en|to)(?=\s)", re.IGNORECASE)
_AROUND: Final = ' «»"“”'
_OUT: Final = re.compile(
    r"(?:sors|sortir|enl[èe]ve[rz]?|retire[rz]?|[ôo]te[rz]?)\s(?P<name>.+?)\s(?:du|de\sce|de)\s(?:dossier|r[ée]pertoire)"
    r"(?:\s(?P<folder>.+))?",
    re.IGNORECASE,
)
_NEW: Final = re.compile(
    r"(?:cr[ée]{1,2}[rz]?|fais|ajoute[rz]?|ouvre[rz]?)[ -](?:moi\s)?un\s(?:nouveau\s)?(?:dossier|r[ée]pertoire)"
    r"(?:\s(?P<name>.+))?",
    re.IGNORECASE,
)
_GONE: Final = re.compile(
    rf"(?:supprime[rz]?|efface[rz]?|jette[rz]?|enl[èe]ve[rz]?)\s{_FOLDER}\s(?P<name>.+)", re.IGNORECASE
)


def asks(words: Sequence[str]) -> bool:
    """Tell whether *words* are about a folder: another name, a file out of it, a new one, or its end."""
    said = " ".join(words)
    return any(form.fullmatch(said) is not None for form in (_RENAME, _OUT, _NEW, _GONE))


def folders(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of *words* about a folder: nobody makes one or ends it, its files do."""
    said = " ".join(words)
    if _NEW.fullmatch(said) is not None:
        return ask(request, saying.folders_come_and_go(request))
    gone, out = _GONE.fullmatch(said), _OUT.fullmatch(said)
    if gone is not None:
        name = _folder(gone["name"])
        there = library(request).within(name)
        if not there:
            return None if _is_file(request, name) else ask(request, saying.no_such_folder(request, name))
        return listing.of_places(request, name, there).above(saying.folders_come_and_go(request))
    if out is not None:
        order = Order(Verb.MOVE, tuple(out["name"].split()))
        return acting.act(request, [order]) if meant.is_known(request, order) else None
    return renamed(request, words)


def renamed(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what gives a folder the name that *words* say: the one that is named, or that of the last file."""
    matched = _RENAME.fullmatch(" ".join(words))
    if matched is None:
        return None
    named, wished = _parted(request, matched["parts"]) if matched["parts"] else (matched["front"], matched["behind"])
    name = _folder(named or _of_the_last(request))
    value = naming.folder(wished.strip(f"{_AROUND}."))
    if not name:
        return ask(request, saying.which_folder(request))
    known = library(request)
    files = known.files(known.within(name), MAX_CHANGES + 1)
    if not files and _is_file(request, name):
        return None
    if len(files) > MAX_CHANGES:
        return ask(request, saying.too_many(request, MAX_CHANGES))
    if not files or value is None:
        return ask(request, saying.no_such_folder(request, name) if not files else saying.too_deep(request))
    return _moved(request, files, name, value)


def _parted(request: Request, said: str) -> tuple[str, str]:
    """Return the folder that is named and what it is to be called: « Travaux en cours en Travaux finis »."""
    parted = [(said[: joined.start()], said[joined.end() :]) for joined in _JOINED.finditer(said)]
    known = [(name, value) for name, value in parted if name.strip() and library(request).within(_folder(name))]
    return known[-1] if known else parted[0]


def _folder(said: str) -> str:
    """Return a folder as it is kept: « Compta > Factures » is in another one."""
    bare = said.strip(_AROUND)
    return naming.folder(bare) or bare


def _is_file(request: Request, name: str) -> bool:
    """Tell whether « le dossier Durand » is a file that is called so, where it is no folder."""
    return meant.is_known(request, Order(Verb.SHOW, ("dossier", *name.split())))


def _of_the_last(request: Request) -> str:
    folders = {file.filing.folder for file in lately(request)}
    return next(iter(folders)) if len(folders) == 1 else ""


def _moved(request: Request, files: Sequence[File], name: str, value: str) -> Reply:
    """Return what moves *files*, those in the folder *name* and below it, to where they are then."""
    depth = len(name.split("/"))
    kept: dict[str, list[File]] = {}
    for file in files:
        segments = file.filing.folder.split("/")
        above = segments[: depth - 1] if "/" not in value else []
        kept.setdefault("/".join([*above, value, *segments[depth:]]), []).append(file)
    replies = [
        acting.act(request, [Order(Verb.MOVE, (), (folder,), many=0)], acting.keys_of(held))
        for folder, held in kept.items()
    ]
    reply = together(replies)
    return ask(request, saying.too_many(request, MAX_CHANGES)) if len(reply.changes) > MAX_CHANGES else reply


def together(replies: Sequence[Reply]) -> Reply:
    """Return *replies* as one deed; where one of them changes nothing, that one alone."""
    refused = next((reply for reply in replies if not reply.changes), None)
    if refused is not None:
        return refused
    return replace(
        replies[0],
        text=lines(reply.text for reply in replies),
        changes=_joined(change for reply in replies for change in reply.changes),
        inverse=_joined(change for reply in replies for change in reply.inverse),
        shows=tuple(dict.fromkeys(key for reply in replies for key in reply.shows)),
    )


def _joined(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return *changes* with one for each object."""
    found: dict[Key, Change] = {}
    for change in changes:
        key = (change.kind, change.id)
        before = found.get(key)
        found[key] = change if before is None else replace(before, set={**before.set, **change.set})
    return tuple(found.values())
