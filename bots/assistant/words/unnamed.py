"""What somebody means who names nothing: the link, the drop box that is open; how long it is to stay so (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.words.asides import fitting
from config.identifiers import UserId

_LATELY: Final = timedelta(minutes=10)
"""How long somebody who has done something else does not speak of what they do not name."""
FURTHER: Final = r"(?: (?:de plus|supplementaires?|en plus|more|longer))"
KEPT: Final = r"(?:laisse|garde|prolonge|rallonge|keep|extend)[rz]?(?:[ -](?:le|la|it))?"
SPAN: Final = (
    r"(?:encore |d'|de |by )?(?P<span>\S+ (?:jours?|semaines?|mois|days?|weeks?|months?))" rf"(?P<more>{FURTHER})?"
)
"""« encore une semaine de plus »."""
UNTIL: Final = r"(?P<until>(?:jusqu'|until |till ).+)"
PROLONGED: Final = re.compile(
    r"(?:prolonge|rallonge|extend)[rz]?(?:[ -](?:le|la|it))? (?:de |d'|by )?(?P<span>\S+ \w+)"
)
"""« rallonge de 4 jours »."""
ALWAYS: Final = re.compile("")
"""In a :data:`Form` whose deed sees for itself whether it is meant."""
NEVER: Final = re.compile(r"(?!)")
"""In one that names nothing, whatever else stands in it."""
Deed = Callable[[Request, "re.Match[str]", Sequence[str]], Reply | None]
Form = tuple["re.Pattern[str]", "re.Pattern[str]", Deed]
"""What is said (folded, the whole of it), what in it names the one that is meant, and what comes of it."""


def of_one(request: Request, words: Sequence[str], kind: str, forms: Sequence[Form]) -> Reply | None:
    """Return what comes of the first of *forms* that *words* are; what names none of *kind* must be spoken of."""
    for matched, (names, deed), said in _fitting(words, forms):
        if names.search(matched[0]) is not None or is_spoken_of(request, kind):
            reply = deed(request, matched, said)
            if reply is not None:
                return reply
    return None


def is_any(words: Sequence[str], forms: Sequence[Form]) -> bool:
    """Tell whether *words* are one of *forms*."""
    return next(_fitting(words, forms), None) is not None


def _fitting(
    words: Sequence[str], forms: Sequence[Form]
) -> Iterator[tuple["re.Match[str]", tuple["re.Pattern[str]", Deed], list[str]]]:
    return fitting(words, [(said, (names, deed)) for said, names, deed in forms])


def is_spoken_of(request: Request, kind: str) -> bool:
    """Tell whether one of *kind* may be meant without its name: it is answered, or nothing else was done just now."""
    return any(shown == kind for shown, _ in request.shown) if request.shown else not _is_busy(request)


def _is_busy(request: Request) -> bool:
    """Tell whether the sender has just done something here, of which they may speak."""
    last = request.last
    return last is not None and last.at > (request.now - _LATELY).timestamp() * 1_000


def unnamed(request: Request, known: Sequence[tuple[Key, UserId]], *, newest: bool = False) -> int | None:
    """Return which of *known*, with their authors, is meant: those that are answered, else the only one, else theirs.

    None where that is more than one; *newest*: of several of theirs the last one is meant.
    """
    shown = [at for at, (key, _) in enumerate(known) if key in request.shown]
    if shown:
        return shown[0] if len(shown) == 1 else None
    mine = [at for at, (_, author) in enumerate(known) if author == request.sender]
    if len(known) == 1:
        return 0
    return mine[-1] if mine and (newest or len(mine) == 1) else None
