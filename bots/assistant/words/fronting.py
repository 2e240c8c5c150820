"""The time that stands first is put behind what it is of: « vendredi 10h réunion voirie » (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, lines_of, words_of
from bots.when.finding import find
from bots.when.values import rest

_MOST: Final = 300
"""Characters that are read: whoever writes more puts no day before it."""
_OPENS: Final = re.compile(
    r"\d{1,2}/\d|(?:le|la|les|ce|cet|cette|tous|toutes|chaque|pour|d'ici|dans|des|entre|debut|fin|mi|a|de|du|au|on|at|every|each)$"
    r"|(?:aujourd'hui|demain|apres-demain|today|tomorrow|tonight|next|midi|noon)$"
    r"|(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lun|mar|mer|jeu|ven|vend|sam|dim)[.s]?$"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day$"
)


def fronted(words: Sequence[str], request: Request) -> list[str] | None:
    """Return *words* with the time that they begin with at their end; None where they begin with none, or are one.

    What asks goes on asking. Of several lines none is turned: they are found from the end of the message.
    """
    if len(words) < 2 or _OPENS.match(fold(words[0]).strip(",:")) is None:
        return None
    said = " ".join(words)
    if len(said) > _MOST or len(lines_of(request, words_of(request))) > 1:
        return None
    found = find(said, request.here, request.zone, request.language)
    if found is None or len(found.spans) != 1 or found.spans[0][0] != 0:
        return None
    left = rest(said, found.spans).strip(" ,:-")
    asks = ["?"] if left.endswith("?") else []
    wanted = left.rstrip(" ?").split()
    return [*wanted, *said[: found.spans[0][1]].strip(" ,:").split(), *asks] if wanted else None
