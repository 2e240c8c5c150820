"""Whose agenda somebody asks for: « agenda du maire », « qu'est-ce que @dgs a mardi ? » (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.period import is_period

_MOST_WORDS: Final = 12
_HEADS: Final = re.compile(
    r"(?:l'|le |la |les )?(?:agenda|planning|emploi du temps|semaine|journee|programme|rdv|rendez-vous|reunions?) "
    r"(?:d'|d’|du |de la |de l'|de l’|de |des )"
    r"|(?:qu'est-ce qu'|qu'est ce qu'|qu'est-ce que |qu'est ce que |ou est )"
    r"|what does |where is "
)
_VERB: Final = re.compile(r" (?:a|ont|fait|font|a-t-il|a-t-elle|have|do)(?= |$)(?: (?:de prevu|comme rdv|on))?")
_ARTICLE: Final = re.compile(r"^(?:(?:le|la|les|monsieur|madame|m\.?|mme|the) |l'|l’)")


@dataclass(frozen=True, slots=True)
class Whose:
    """The person's *name*, folded and without article, and the *days*, as they were typed."""

    name: str
    days: tuple[str, ...]


def whose(words: Sequence[str]) -> Whose | None:
    """Return whose agenda *words* ask for; None where they ask for nothing of that sort."""
    if len(words) > _MOST_WORDS:
        return None
    said = " ".join(fold(word) for word in words).rstrip(" ?!.")
    found = _HEADS.match(said)
    if found is None:
        return None
    rest = _VERB.sub(" ", said[found.end() :], count=1).split()
    # « agenda du maire de mardi » : the days stand last, and the name is what is left.
    at = next((at for at in range(1, len(rest) + 1) if is_period(rest[at:])), len(rest))
    name = _ARTICLE.sub("", " ".join(rest[:at])).strip()
    return Whose(name, tuple(rest[at:])) if name and not is_period(name.split()) else None
