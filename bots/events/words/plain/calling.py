"""An event that is called by its name, and nothing else is said: « réunion cantine », ``agenda cantine`` (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.articles import ARTICLES, LINKING

LITTLE: Final = (
    ARTICLES
    | LINKING
    | frozenset(
        {"tout", "tous", "toutes", "y", "qu'il", "qu'on", "prevu", "bien", "stp", "svp", "d", "l", "cet"}
        | {"prochain", "prochaine", "finalement", "next"}
    )
)
"""Words that say nothing of which event it is."""
_AGENDAS: Final = frozenset({"agenda", "calendrier", "calendar"})
_SHORT: Final = {
    **dict.fromkeys(("reunion", "reu"), "réunion"),
    **dict.fromkeys(("rdv", "rendez-vous"), "rendez-vous"),
    **dict.fromkeys(("meeting",), "meeting"),
}
"""What nothing but an event is called."""
_MOST_WORDS: Final = 8
_VERBS: Final = frozenset(
    {"est", "etait", "sera", "a", "ont", "sont", "faut", "doit", "peut", "va", "vais", "etaient", "dure", "commence"}
    | {"is", "was", "has", "will"}
)


def called_only(words: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return the noun and the rest of « réunion cantine », which is all that is said; of ``agenda cantine``, no noun.

    None where more is said than what something is called.
    """
    said = [*words]
    if len(said) > 1 and fold(said[0]) in _AGENDAS:
        return ("", said[1:]) if len(said) <= _MOST_WORDS else None
    while len(said) > 1 and fold(said[0]) in LITTLE:
        del said[0]
    noun = _SHORT.get(fold(said[0]).rstrip(":,")) if said else None
    if noun is None or len(said) < 2 or len(said) > _MOST_WORDS or said[-1].endswith("?"):
        return None
    rest = said[1:]
    return None if any(fold(word).strip(",.") in _VERBS for word in rest) else (noun, rest)
