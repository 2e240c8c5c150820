"""What citizens call the local authority that writes to them: « Mairie du Touquet »."""

import re
from typing import Final

from config.settings import Collectivity

_SAID: Final = re.compile(r"(?:mairie|ville|commune|village|municipalité)\b", re.IGNORECASE)
_VOWELS: Final = "aeiouyâàéèêëîïôöûüœæ"


def office(collectivity: Collectivity) -> str:
    """Return the name of its office: of a commune « Mairie de … », of others their own name."""
    name = collectivity.name.strip()
    if collectivity.kind != "commune" or not name or _SAID.match(name):
        return name
    return f"Mairie {_of(name)}"


def _of(name: str) -> str:
    """Return « de … », with its article drawn in as French does: « du Havre », « des Lilas », « de La Rochelle »."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    return f"d’{name}" if name[0].lower() in _VOWELS else f"de {name}"
