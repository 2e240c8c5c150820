"""What somebody says ahead of an order that it is about: « pour le portail, avance de deux jours » (pure)."""

import re
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.grammar import bare
from bots.assistant.words.objects.titled import is_titled, telling

_AHEAD: Final = re.compile(
    r"(?:(?:et|alors|mais|bon|sinon|du coup|donc|and) )*(?:pour|concernant|cote|quant (?:a|au|aux)"
    r"|(?:au sujet|a propos) (?:de|du|des|d')|as for|about) ?(?:l'|(?:la|le|les|the) )?(?P<what>[^,:]{2,60}),"
)
_ANY: Final = frozenset(
    {
        "reunion",
        "reunions",
        "rdv",
        "rendez-vous",
        "evenement",
        "tache",
        "rappel",
        "objectif",
        "meeting",
        "task",
        "event",
    }
    | {"suite", "lui", "elle", "celle", "celui", "celle-la", "celui-la", "info", "moi", "nous"}
)
"""What calls nothing by its name."""


def names_another(request: Request, title: str) -> bool:
    """Tell whether *request* says ahead what it is about, and that is nothing that is called *title*."""
    found = _AHEAD.match(unaccented(" ".join(bare(request))))
    said = () if found is None else telling(found["what"])
    return bool(said) and not any(word in _ANY or is_titled([word], title) for word in said)
