"""Which event the answer to a card speaks of: that one, « la réunion », or another, « l'autre conseil » (pure)."""

import re
from typing import Final

from bots.assistant.talk.wording import unaccented
from bots.assistant.words.objects.numbered import reference

_THIS: Final = re.compile(
    r"(?:(?:la|le|l'|cette|cet|ce|the|this|ca|cela|it|tout)\s?)?(?:reunion|seance|rdv|rendez-vous|evenement|meeting|event)?"
)
_NUMBERED: Final = re.compile(
    r"(?:(?:la|le|l'|the)\s?)?(?:reunion|rdv|rendez-vous|evenement|meeting|event|agenda)\s(?P<number>\S+)"
)
_COMMON: Final = frozenset(
    {"reunion", "reunions", "seance", "rendez-vous", "evenement", "meeting", "event"}
    | {"celle", "celui", "cette", "notre", "elle", "prevue", "prevu"}
)
"""Words by which any event may be called."""
_SHORT: Final = 3
"""Letters of what only joins words: « du », « les »."""
_OTHER: Final = re.compile(r"\b(?:l'autre|autres?|the other|other)\s")
_ASIDE: Final = re.compile(r"[,;]\s*(?:c'est |it's )?(?:un |a )?(?:doublon|duplicate|erreur|en double|mistake).*$")


def named_by(what: str, label: str) -> str:
    """Return *what*, behind ``annule``, or "" where it only says again which card is answered, of event *label*."""
    said = unaccented(what).strip(" .!,")
    return "" if _THIS.fullmatch(said) or number_in(what) == label else what


def number_in(what: str) -> str:
    """Return the number in « l'événement 3 », and nothing else; "" where there is none."""
    found = _NUMBERED.fullmatch(unaccented(what).strip(" .!,"))
    return found["number"] if found is not None and reference(found["number"]) is not None else ""


def of_another(what: str) -> bool:
    """Tell whether *what* is another event: by its number, or as the other one."""
    return bool(number_in(what)) or _OTHER.search(unaccented(what)) is not None


def may_be(called: str, title: str) -> bool:
    """Tell whether nothing in *called* (« la réunion de Lyon ») speaks against an event of that *title*."""
    known = unaccented(title)
    words = re.findall(r"[a-z-]+", unaccented(called))
    return all(len(word) <= _SHORT or word in _COMMON or word in known for word in words)


def pointed(what: str) -> str:
    """Return how the other event in « l'autre conseil (le 3), doublon » is called: « conseil le 3 »."""
    said = unaccented(what)
    kept = _ASIDE.sub("", said)
    return _OTHER.sub("", kept).translate(str.maketrans("()", "  ")).strip(" ,.!")
