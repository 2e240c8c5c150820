"""« Note qu'il faut que j'appelle EDF, ça presse pas »: what is to be done, without what is said around it (pure)."""

import re
from typing import Final

from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.objects.articles import ALSO
from bots.tasks.words.offering import after_duty

_THAT: Final = re.compile(r"(?:que |qu['’] ?)(?=il )", re.IGNORECASE)
_UNHURRIED: Final = re.compile(
    r"[\s,;:.(–-]+(?:(?:mais |et )?(?:ca|c'est|il n'y a|y a|ce n'est|rien) )?(?:(?:ne )?presse pas|ne presse"
    r"|pas (?:presse|urgente?|d'urgence)|rien d'urgent|sans urgence"
    r"|quand (?:tu|vous|on) (?:peux|peut|pouvez|as|a|aurez|auras) ?(?:le temps|un moment)?)[\s.!)]*$"
)
"""« …, ça presse pas »: it matters less."""


def wished(words: list[str]) -> list[str]:
    """Return what *words* want done: without « aussi » or « qu'il faut que j' » before it, nor « ça presse pas »."""
    at = next((at for at, word in enumerate(words) if fold(word).strip(",:") not in ALSO), len(words))
    said = " ".join(words[at:])
    duty = _THAT.match(said)
    wanted = None if duty is None else after_duty(said[duty.end() :].split())
    said = said if wanted is None else " ".join(wanted)
    calm = _UNHURRIED.search(unaccented(said))
    return said.split() if calm is None or not calm.start() else [*said[: calm.start()].split(), "!basse"]
