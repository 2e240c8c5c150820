"""What somebody wishes of a share link, taken out of their words (pure).

``délib-12.pdf, plan.pdf 7j protégé 3 téléchargements``: the files, until when, for whom, how often.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bots.assistant.talk.wording import fold

DEFAULT: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=90)
MOST_DOWNLOADS: Final = 10_000
_SPANS: Final[Mapping[str, timedelta]] = {
    **dict.fromkeys(("h", "heure", "heures", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("j", "jour", "jours", "d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("sem", "semaine", "semaines", "w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("mois", "month", "months"), timedelta(days=30)),
}
_NUMBER: Final = re.compile(r"(?P<count>[0-9]{1,5})(?P<unit>[a-z]*)")
_COUNTED: Final = frozenset({"telechargement", "telechargements", "download", "downloads", "fois", "times"})
_ONCE: Final = (("une", "seule", "fois"), ("une", "fois"), ("usage", "unique"), ("only", "once"), ("once",))
_PROTECTED: Final = (
    *(("avec", "mot", "de", "passe"), ("mot", "de", "passe"), ("with", "a", "password"), ("with", "password")),
    *(("protege",), ("protegee",), ("proteges",), ("protected",), ("password",)),
)
_WHOLE: Final = (
    *(("avec", "metadonnees"), ("avec", "les", "metadonnees"), ("with", "metadata")),
    *(("sans", "retirer", "les", "metadonnees"),),
)
_QR: Final = (
    *(("avec", "un", "qr", "code"), ("avec", "qr", "code"), ("avec", "un", "qr"), ("avec", "le", "qr"), ("avec", "qr")),
    *(("with", "a", "qr", "code"), ("with", "qr", "code"), ("with", "a", "qr"), ("with", "qr")),
    *(("avec", "un", "code", "qr"), ("avec", "code", "qr"), ("qr", "code"), ("code", "qr"), ("qr",)),
)
_LEADING: Final = frozenset({"pendant", "pour", "for", "jusqu'a", "max", "maximum"})
_ONES: Final = frozenset({"un", "une", "one", "a"})


@dataclass(frozen=True, slots=True)
class Wish:
    """*lasts*: how long; *downloads*: None is without end; *whole*: what a photograph tells of its place stays.

    *qr*: its address is also wanted as a picture.
    """

    names: tuple[str, ...] = ()
    lasts: timedelta = DEFAULT
    downloads: int | None = None
    burn: bool = False
    protected: bool = False
    whole: bool = False
    qr: bool = False


def wish(words: Sequence[str]) -> Wish:
    """Return what *words* wish; what is no wish is the name of a file, several with commas between."""
    found, names, at = Wish(), list[str](), 0
    while at < len(words):
        step = _step(found, [fold(word) for word in words[at : at + 4]])
        if step is None:
            names.append(words[at])
            at += 1
            continue
        found, taken = step
        at += taken
        while names and fold(names[-1]) in _LEADING:
            names.pop()
    listed = (each.strip(' «»"“”') for each in re.split(r",|;", " ".join(names)))
    return replace(found, names=tuple(each for each in listed if each))


def _step(found: Wish, words: Sequence[str]) -> tuple[Wish, int] | None:
    for forms, change in (
        (_ONCE, {"downloads": 1, "burn": True}),
        (_PROTECTED, {"protected": True}),
        (_WHOLE, {"whole": True}),
        (_QR, {"qr": True}),
    ):
        form = next((form for form in forms if tuple(words[: len(form)]) == form), None)
        if form is not None:
            return replace(found, **change), len(form)
    return _counted(found, words)


def _counted(found: Wish, words: Sequence[str]) -> tuple[Wish, int] | None:
    matched = _NUMBER.fullmatch("1" if words[0] in _ONES else words[0])
    if matched is None:
        return None
    count, unit = int(matched["count"]), matched["unit"]
    taken = 1 if unit else 2
    unit = unit or (words[1] if len(words) > 1 else "")
    if unit in _COUNTED and 0 < count <= MOST_DOWNLOADS:
        return replace(found, downloads=count), taken
    if unit in _SPANS and count:
        return replace(found, lasts=count * _SPANS[unit]), taken
    return None
