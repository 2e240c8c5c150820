"""What somebody orders to be done to a file, taken out of their words: verb, which file, and what with (pure).

``ranger délib-12.pdf dans Marchés/Lot 3``, ``renommer en Délibération 12.pdf``, ``étiqueter #budget``, ``version 2``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.amounts import DAYS, amount
from bots.assistant.words.commands.courtesy import essence
from bots.files.library.naming import inside

PREVIOUS: Final = 0
"""Stands for the version before the current one."""
LAST: Final = -1
"""Stands for the one file that was sent last, whoever has sent it."""
SENT: Final = -2
"""Stands for what whoever speaks has just sent."""


class Verb(Enum):
    """What can be done to a file."""

    MOVE = auto()
    RENAME = auto()
    TAG = auto()
    UNTAG = auto()
    BIN = auto()
    RESTORE = auto()
    VERSION = auto()
    ATTACH = auto()
    DETACH = auto()
    SHOW = auto()


WORDS: Final[Mapping[Verb, tuple[str, ...]]] = {
    Verb.MOVE: (
        *("ranger", "range", "classer", "classe", "déplacer", "déplace", "mettre", "mets", "met", "mettez"),
        *("move", "put", "file"),
    ),
    Verb.RENAME: ("renommer", "renomme", "rename"),
    Verb.TAG: ("étiqueter", "étiquette", "tag"),
    Verb.UNTAG: ("désétiqueter", "détiqueter", "untag"),
    Verb.BIN: ("jeter", "jette", "supprimer", "supprime", "bin", "trash", "discard", "delete"),
    Verb.RESTORE: ("restaurer", "restaure", "récupérer", "récupère", "restore", "recover"),
    Verb.VERSION: ("version",),
    Verb.ATTACH: (
        "rattacher",
        "rattache",
        "joindre",
        "joins",
        "joint",
        "joignez",
        "attacher",
        "attache",
        "attach",
        "link",
    ),
    Verb.DETACH: ("détacher", "détache", "detach", "unlink"),
    Verb.SHOW: ("détails", "détail", "details", "versions", "infos", "info"),
}
"""The words of each verb, the one for the help first."""

_VERBS: Final = {fold(word): verb for verb, words in WORDS.items() for word in words}
_BEFORE_VALUE: Final = {
    Verb.MOVE: frozenset({"dans", "sous", "to", "into", "in", "under"}),
    Verb.RENAME: frozenset({"en", "to", "as"}),
    Verb.ATTACH: frozenset({"a", "au", "to"}),
    Verb.DETACH: frozenset({"de", "du", "from"}),
}
_SPANS: Final = {
    **DAYS,
    **dict.fromkeys(("h", "heure", "heures", "min", "minutes", "hour", "hours"), timedelta(hours=1)),
}
_NOUNS: Final = frozenset({"fichier", "fichiers", "photo", "document", "file", "files", "image", "piece", "picture"})
_PICTURES: Final = frozenset({"photo", "image", "l'image", "picture"})
_ARTICLES: Final = frozenset({"le", "la", "les", "ce", "cette", "ces", "the", "this", "these", "un", "l'image"})
_OF: Final = frozenset({"de", "du", "of"})
_THIS: Final = frozenset({"ca", "cela", "le", "la", "les", "celui-ci", "it", "this", "that"})
_POINTING: Final = re.compile(r"(?P<verb>\w+)-(?P<this>le|la|les|ça|ca)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """An order: which files (*names*, none: those that are answered), and what with (*value*).

    *pointed*: « ça » stood there for the file. *many*: so many files are pointed to, 0 where it was not said how many;
    :data:`LAST` is one, too. *told*: it was only told how something is called now.
    """

    verb: Verb
    names: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    version: int | None = None
    """:data:`PREVIOUS` is the one before the current one."""
    pointed: bool = False
    many: int = 1
    told: bool = False
    picture: bool = False
    """« La photo » stood there for the file: no other one is meant."""


def verb_of(word: str) -> Verb | None:
    """Return the verb that *word* is."""
    return _VERBS.get(fold(word))


def readings(words: Sequence[str]) -> Iterator[Order]:
    """Yield what *words* may order, the likeliest first: a name may hold ``dans`` as well as a folder."""
    said = [*essence(words)]
    pointing = _POINTING.fullmatch(said[0]) if said else None
    if pointing is not None:
        said = [pointing["verb"], pointing["this"], *said[1:]]
    if len(said) > 1 and fold(said[0]) == "a" and verb_of(said[1]) is not None:
        # « À ranger dans Conseil 2026 », the caption of a file.
        said = said[1:]
    if len(said) > 1 and fold(said[0]) in _THIS and verb_of(said[1]) is not None:
        # « Tu peux le ranger dans Conseil ? »
        said[:2] = said[1::-1]
    verb = verb_of(said[0].rstrip(":")) if said else None
    if verb is None:
        return
    yield from _of(verb, said[1:])


def of(verb: Verb, words: Sequence[str]) -> Iterator[Order]:
    """Yield what *words*, those behind *verb*, may order."""
    yield from _of(verb, [*essence(words)])


def _of(verb: Verb, words: list[str]) -> Iterator[Order]:
    quoted = inside(words)
    if verb in (Verb.TAG, Verb.UNTAG):
        if words[:1] == [":"] or words[:1] == ["："]:
            # « étiquette : urgent, école »
            words = [f"#{word.strip(',#')}" for word in words[1:] if word.strip(",#")]
        tags = tuple(word.lstrip("#") for word in words if word.startswith("#") and len(word) > 1)
        names = _bare([word for word in words if not word.startswith("#")])
        if tags:
            yield Order(verb, names, tags, picture=_is_picture([word for word in words if not word.startswith("#")]))
        return
    if verb in (Verb.RESTORE, Verb.VERSION):
        yield from _restored(verb, words)
        return
    marks = _BEFORE_VALUE.get(verb)
    if marks is None:
        yield Order(verb, _bare(words), pointed=_points(words), picture=_is_picture(words))
        return
    for at, word in enumerate(words):
        if at not in quoted and fold(word) in marks and words[at + 1 :]:
            value = words[at + 1 :] if verb is not Verb.MOVE else of_folder(words[at + 1 :])
            if verb is Verb.MOVE and is_span(value):
                continue
            said = words[:at]
            yield Order(verb, _bare(said), tuple(value), pointed=_points(said), picture=_is_picture(said))


def is_span(words: Sequence[str]) -> bool:
    """Tell whether what would be a folder says in how long: « mets-la dans 3 jours »."""
    said = amount([fold(word) for word in words], ()) if len(words) <= 2 and words else None
    return said is not None and said.of(_SPANS) is not None


def of_folder(words: list[str]) -> list[str]:
    """Return *words* without « le dossier » before the name of one."""
    bare = words[1:] if len(words) > 2 and fold(words[0]) in _ARTICLES else words
    return bare[1:] if len(bare) > 1 and fold(bare[0]) in ("dossier", "folder", "repertoire") else words


def _restored(verb: Verb, words: list[str]) -> Iterator[Order]:
    """``restaurer délib.pdf``, ``restaurer la version 2 de délib.pdf``, ``version 2``."""
    rest = words if verb is Verb.RESTORE else ["version", *words]
    if rest and fold(rest[0]) in _ARTICLES:
        rest = rest[1:]
    if len(rest) > 1 and fold(rest[0]) == "version" and rest[1].isdecimal() and len(rest[1]) < 7:
        names = rest[2:]
        names = names[1:] if names and fold(names[0]) in _OF else names
        yield Order(Verb.VERSION, _bare(names), version=int(rest[1]))
    elif verb is Verb.RESTORE:
        yield Order(Verb.RESTORE, _bare(words))


def _bare(words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* without « le fichier » before them; « ça » is none."""
    rest = [*words]
    if len(rest) > 1 and fold(rest[0]) in _ARTICLES and fold(rest[1]) in _NOUNS:
        rest = rest[2:]
    elif rest and fold(rest[0]) in _NOUNS:
        rest = rest[1:]
    return () if _points(rest) or _is_picture(rest) else tuple(rest)


def _is_picture(words: Sequence[str]) -> bool:
    """Tell whether *words* are « la photo », and nothing else."""
    said = [fold(word).replace("’", "'") for word in words]
    return bool(said) and said[-1] in _PICTURES and all(word in _ARTICLES for word in said[:-1])


def _points(words: Sequence[str]) -> bool:
    return len(words) == 1 and fold(words[0]) in _THIS
