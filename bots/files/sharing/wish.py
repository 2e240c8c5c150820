"""What somebody wishes of a share link, taken out of their words (pure).

``délib-12.pdf, plan.pdf 7j protégé 3 téléchargements``: the files, until when, for whom, how often.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.amounts import DAYS, amount
from bots.files.library.naming import inside

DEFAULT: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=90)
MOST_DOWNLOADS: Final = 10_000
_SPANS: Final[Mapping[str, timedelta]] = {
    **dict.fromkeys(("h", "heure", "heures", "hour", "hours"), timedelta(hours=1)),
    **DAYS,
}
_COUNTED: Final = frozenset({"telechargement", "telechargements", "download", "downloads", "fois", "times"})
_ONCE: Final = (("une", "seule", "fois"), ("une", "fois"), ("usage", "unique"), ("only", "once"), ("once",))
_PROTECTED: Final = (
    *(
        ("avec", "un", "mot", "de", "passe"),
        ("protege", "par", "un", "mot", "de", "passe"),
        ("un", "mot", "de", "passe"),
    ),
    *(("protege", "par", "mot", "de", "passe"), ("par", "mot", "de", "passe")),
    *(("avec", "mot", "de", "passe"), ("mot", "de", "passe"), ("with", "a", "password"), ("with", "password")),
    *(("mdp", "auto"), ("avec", "mdp"), ("avec", "un", "mdp"), ("mdp",)),
    *(("protege",), ("protegee",), ("proteges",), ("protected",), ("password",)),
)
_OPEN: Final = (("sans", "mot", "de", "passe"), ("sans", "mdp"), ("without", "password"), ("without", "a", "password"))
_OWN_PASSWORD: Final = re.compile(r"[«\"“].+|•+|(?=\S*[A-Za-z])(?=\S*[0-9])\S{5,}")
"""« avec mot de passe Neige2026 »"""
_HIDDEN: Final = "•••"
"""Stands in :func:`terms` for a password that nobody is to read again."""
_FILE: Final = re.compile(r".*\.(?:[A-Za-z]\w{1,4}|7z)[»\"”,;.]*")
_PASS: Final = ("passe", "password", "mdp")
_LONGEST_FORM: Final = 6
_WHOLE: Final = (
    *(("avec", "metadonnees"), ("avec", "les", "metadonnees"), ("with", "metadata")),
    *(("sans", "retirer", "les", "metadonnees"),),
)
_QR: Final = (
    *(("avec", "un", "qr", "code"), ("avec", "qr", "code"), ("avec", "un", "qr"), ("avec", "le", "qr"), ("avec", "qr")),
    *(("with", "a", "qr", "code"), ("with", "qr", "code"), ("with", "a", "qr"), ("with", "qr")),
    *(("avec", "un", "code", "qr"), ("avec", "code", "qr"), ("qr", "code"), ("code", "qr"), ("qr",)),
)
_LEADING: Final = frozenset(
    {
        "mais",
        "pendant",
        "pour",
        "pr",
        "durant",
        "for",
        "jusqu'a",
        "max",
        "maximum",
        "valable",
        "valide",
        "valid",
        "de",
        "avec",
    }
)
"""What stands before a span or a number, and is no part of a name."""
_BEHIND: Final = frozenset({"seulement", "uniquement", "max", "maxi", "maximum", "only"})
"""What stands behind one."""
_UNTIL: Final = ("jusqu", "until", "till")
_ONES: Final = frozenset({"un", "une", "d'un", "d'une", "one", "a"})
_TO: Final = re.compile(r"(?:^|\s)(?:à|a|au|aux|chez|pour|pr|avec|to|for|with)\s.*$", re.IGNORECASE | re.DOTALL)
_LISTED: Final = re.compile(r"[,;](?![^«»]*»)")
"""What stands between guillemets is one name: its sender wrote it, and no part of it names another file."""
_JOINED: Final = re.compile(r"\s+(?:et|and|\+)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ShareWish:
    """*lasts*: how long; *until*: as typed; *downloads*: None is endless; *whole*: a photo's place stays.

    *qr*: the address as a picture too.
    """

    names: tuple[str, ...] = ()
    lasts: timedelta = DEFAULT
    downloads: int | None = None
    burn: bool = False
    protected: bool = False
    whole: bool = False
    qr: bool = False
    until: str = ""
    given: bool = False
    """Its asker has written a password of their own."""


def wish(words: Sequence[str]) -> ShareWish:
    """Return what *words* wish; what is no wish is the name of a file, several with commas between."""
    found, names, until, _ = _read(words)
    listed = (each.strip(' «»"“”') for each in _LISTED.split(" ".join(names)))
    return replace(found, names=tuple(each for each in listed if each), until=" ".join(until))


def terms(words: Sequence[str]) -> list[str]:
    """Return those of *words* that wish something: nothing of whom the link is for, or of what."""
    return _read(words)[-1]


def _read(words: Sequence[str]) -> tuple[ShareWish, list[str], list[str], list[str]]:
    """Return what *words* wish, and which of them are a name, say until when, or wish anything."""
    found, names, until, terms, at = ShareWish(), list[str](), list[str](), list[str](), 0
    quoted = inside(words)
    while at < len(words):
        if at in quoted and not until:
            # Nor does it say how long, or for how many.
            names.append(words[at])
            at += 1
            continue
        folded = [fold(word) for word in words[at : at + _LONGEST_FORM]]
        begins = not until and folded[0].startswith(_UNTIL)
        # « jusqu'à vendredi 18h » is an hour, and not for how long.
        step = None if begins else _step(found, folded, spans=not until)
        if step is None:
            (until if begins or until else names).append(words[at])
            terms += [words[at]] if begins or until else []
            at += 1
            continue
        found, taken = step
        terms += words[at : at + taken]
        at += taken
        at += at < len(words) and fold(words[at]).strip(",;.") in _BEHIND
        if found.protected and fold(words[at - 1]) in _PASS and not words[at - 1].endswith((",", ";")):
            at += words[at : at + 1] == [":"]
            own = _own_password(words[at:])
            if own:
                # Whoever reads the room has read it: it is not used, and that is said.
                found, at = replace(found, given=True), at + own
                terms.append(_HIDDEN)
        while names and fold(names[-1]) in _LEADING:
            names.pop()
    return found, names, until, terms


def _own_password(words: Sequence[str]) -> int:
    """Return how many of *words*, those behind « mot de passe », are one that its asker wrote."""
    said = words[:_LONGEST_FORM]
    if not said or not _OWN_PASSWORD.fullmatch(said[0]):
        return 0
    ends = (at for at, word in enumerate(said, 1) if word.rstrip(",;.").endswith(("»", '"', "”")))
    taken = next(ends, 1) if said[0].startswith(("«", '"', "“")) else 1
    wished = _step(ShareWish(), [fold(word) for word in said], spans=True) is not None
    return 0 if wished or _FILE.fullmatch(said[taken - 1]) else taken


def without_whom(name: str) -> str:
    """Return *name* without whom the link is for: « le devis au notaire » is the estimate."""
    return _TO.sub("", name).strip()


def apart(name: str) -> list[str]:
    """Return the files that *name* may mean: « A.pdf et B.pdf » are two, if it is not the name of one."""
    return [each for each in _JOINED.split(name) if each.strip()]


def only_whom(names: Sequence[str]) -> bool:
    """Tell whether *names* say nothing but whom a link is for: « au notaire »."""
    return all(_TO.match(name) is not None for name in names)


def _step(found: ShareWish, words: Sequence[str], *, spans: bool) -> tuple[ShareWish, int] | None:
    for forms, change in (
        (_ONCE, {"downloads": 1, "burn": True}),
        (_PROTECTED, {"protected": True}),
        (_OPEN, {"protected": False}),
        (_WHOLE, {"whole": True}),
        (_QR, {"qr": True}),
    ):
        form = next((form for form in forms if tuple(words[: len(form)]) == form), None)
        if form is not None:
            return replace(found, **change), len(form)
    return _counted(found, words, spans=spans)


def _counted(found: ShareWish, words: Sequence[str], *, spans: bool) -> tuple[ShareWish, int] | None:
    said = amount(words, _ONES)
    if said is None:
        return None
    if said.unit in _COUNTED and 0 < said.count <= MOST_DOWNLOADS:
        return replace(found, downloads=said.count), said.taken
    lasts = said.of(_SPANS) if spans else None
    return None if lasts is None else (replace(found, lasts=lasts), said.taken)
