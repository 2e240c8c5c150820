"""A choice called by its place: « la deuxième », “the first one”, « option 2 », 2️⃣ (pure)."""

import re
from typing import Final

from bots.assistant.talk.emoji import keycap

_LEAD: Final = r"le|la|les|the|n°|no|numero|number"
NUMBER: Final = re.compile(rf"(?:(?:{_LEAD})\s*)?([0-9]{{1,2}})")
"""« 2 », « le 2 », « n° 2 »: the second choice, or what is called so."""
_PLACE: Final = re.compile(
    rf"(?:(?:{_LEAD}|option|choix|reponse)\s*)?(?P<number>[0-9]{{1,2}})(?:e|eme|er|ere|re|nd|nde|st|rd|th)?"
)
_AROUND_PLACE: Final = re.compile(
    r"^(?:(?:la |le |l')?(?:option|proposition|reponse|solution|choix|ligne|choice|answer)\s+)"
    r"|\s+(?:one|option|proposition|reponse|solution|choix|choice|ligne)$"
)
"""« la première option », “the first one”, « choix 2 »."""
_ORDINALS: Final = {
    **dict.fromkeys(("premier", "premiere", "first"), 1),
    **dict.fromkeys(("deuxieme", "second", "seconde"), 2),
    **dict.fromkeys(("troisieme", "third"), 3),
    **dict.fromkeys(("quatrieme", "fourth"), 4),
    **dict.fromkeys(("cinquieme", "fifth"), 5),
    **dict.fromkeys(("dernier", "derniere", "last"), -1),
}


def place_of(form: str, count: int) -> int | None:
    """Return which of *count* candidates, from 0, is called by its place: ``2``, ``le 2``, ``la deuxième``, 2️⃣."""
    if count < 2:
        return None
    form = _AROUND_PLACE.sub("", form).strip() or form
    last = form.rsplit(maxsplit=1)[-1]
    matched = _PLACE.fullmatch(form)
    number = keycap(form) or (int(matched["number"]) if matched is not None else None)
    if number is None and len(form.split()) <= 2:
        number = _ORDINALS.get(last)
    if number == -1:
        return count - 1
    return number - 1 if number is not None and 0 < number <= count else None
