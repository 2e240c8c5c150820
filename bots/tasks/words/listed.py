"""Several things to do, one behind the other: « commander les sapins, réserver le traiteur et prévenir … » (pure)."""

import re
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.enumeration import between, parts

_BETWEEN: Final = between("puis", "then")
_TO_DO: Final = re.compile(
    r"(?:s'|se )?[a-z]*(?:[a-z]{2}er|[a-z]{2}ir|[aelo]ndre|[eo]rdre|oudre|indre|[ae]ttre|aitre|oitre|clure|clore|ompre"
    r"|aincre|faire|plaire|traire|oire|dire|lire|crire|uire|suivre|vivre|suffire)"
)
"""An infinitive: « montre » and « retire » are orders, to us as likely as not."""
_NO_VERBS: Final = frozenset(
    {"hier", "mer", "fer", "courrier", "dossier", "cahier", "papier", "atelier", "quartier", "chantier", "panier"}
    | {"premier", "dernier", "particulier", "loyer", "foyer", "escalier", "calendrier", "fichier", "notre", "votre"}
    | {"autre", "contre", "lettre", "titre", "cadre", "registre", "verre", "terre", "maire", "notaire", "centre"}
    | {
        "livre",
        "ordre",
        "arbre",
        "nombre",
        "chambre",
        "plaisir",
        "avenir",
        "loisir",
        "entre",
        "outre",
        "hiver",
        "encore",
    }
    | {"septembre", "octobre", "novembre", "decembre", "membre", "theatre", "cimetiere", "secretaire", "encore"}
)
_NUMBER: Final = re.compile(r"(?:^|(?<=[\s,;]))[1-9][).°]\s+")
"""« 1) commander les chocolats 2) réserver le traiteur »."""
_ALL_OF_IT: Final = re.compile(
    r"[\s.,;:(]+(?:tout (?:ça|ca|cela)|le tout|all of it)\s+(?P<when>(?:pour|avant|d['’]ici|for|by) .+)$", re.IGNORECASE
)
"""« …, tout ça pour aujourd'hui »."""
_FEWEST: Final = 3
_MOST: Final = 9


def listed(head: str) -> tuple[str, ...]:
    """Return the things to do that *head* lists, three at least, each with its verb; () where it is one."""
    if head[:1] in ("«", "“", '"'):
        return ()
    numbered = [each.strip(" ,;.") for each in _NUMBER.split(head)]
    if not numbered[0] and len(numbered) > _FEWEST:
        return tuple(numbered[1:]) if len(numbered) <= _MOST + 1 and all(map(is_to_do, numbered[1:])) else ()
    all_of_it = _ALL_OF_IT.search(head)
    when = "" if all_of_it is None else f" {all_of_it['when']}"
    head = head if all_of_it is None else head[: all_of_it.start()]
    found = parts(_BETWEEN, head.strip(" .:"), ":")
    # « … réserver le traiteur et la salle » is one thing with two objects.
    if not _FEWEST <= len(found) <= _MOST or not all(map(is_to_do, found)):
        return ()
    return tuple(f"{part}{when}" for part in found)


def is_to_do(part: str) -> bool:
    """Tell whether *part* begins with a verb, and has what is done by it: ``réserver le traiteur``."""
    words = part.split(maxsplit=1)
    first = fold(words[0]) if words else ""
    return len(words) > 1 and _TO_DO.fullmatch(first) is not None and first not in _NO_VERBS
