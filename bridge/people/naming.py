"""From people's names to the first half of their addresses (pure)."""

import re
import unicodedata
from typing import Final

MOST: Final = 60
"""Characters of a localpart: people spell it over the telephone."""
_LOCALPART = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_OTHER = re.compile(r"[^a-z0-9]+")


def localpart(*names: str) -> str:
    """Return ``anne-marie.de-la-tour`` for ("Anne-Marie", "de La Tour"); empty when nothing can be spelt in it."""
    return ".".join(filter(None, map(_plain, names)))[:MOST].strip(".-")


def is_localpart(word: str) -> bool:
    """Tell whether *word* can be the first half of a new address: what Matrix allows, and people can dictate."""
    return len(word) <= MOST and _LOCALPART.fullmatch(word) is not None


def _plain(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return _OTHER.sub("-", "".join(letter for letter in spread if not unicodedata.combining(letter))).strip("-")
