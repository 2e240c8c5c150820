"""What somebody is to do, as it is wished: « que M. Martin s'occupe de prévenir … », « que Paul répare … » (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.names.people import somebody
from bots.tasks.words.offering import infinitive

_WISH: Final = (
    r"(?:il (?:faut|faudrait|faudra|serait bien|conviendrait)|faut|faudrait|j'aimerais"
    r"|je (?:souhaite|voudrais|souhaiterais|veux)|nous (?:souhaitons|souhaiterions|voudrions))(?: bien)? "
)
_THAT: Final = re.compile(
    rf"(?:{_WISH})?(?:que |qu')(?P<who>[^,;:!?]{{2,40}}?) "
    r"(?:(?:s'occupe|se charge|s'occuperait) (?:de |d'|du )(?P<task>\S.*)"
    r"|(?P<verb>[a-z]{2,}e|fasse|[a-z]+isse) (?P<rest>\S.*))"
)


def bidden(request: Request, words: Sequence[str]) -> list[str] | None:
    """Return what somebody here is to do, with their id behind it; None where *words* wish nothing of anybody."""
    whole = " ".join(words)
    found = _THAT.fullmatch(unaccented(whole))
    if found is None:
        return None
    name = whole[found.start("who") : found.end("who")].split()
    user = somebody(name, request)
    if user is None:
        return None
    if found["task"]:
        return [*whole[found.start("task") :].split(), str(user)]
    verb, *behind = whole[found.start("verb") :].split()
    return [infinitive(verb), *behind, str(user)]
