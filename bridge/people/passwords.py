"""First passwords: random, and easy to read from paper and to type on a telephone."""

import secrets
from typing import Final

_CONSONANTS: Final = "bdfgkmnprstvz"
_VOWELS: Final = "aeiou"
PERSONS: Final = 5
"""Groups of a person's: 60 bits of chance."""
ADMINISTRATORS: Final = 7
"""Groups of an administrator's: 84 bits."""


def first_password(groups: int = PERSONS) -> str:
    """Return ``bodu-kife-rapo-nuze-mita``, of so many *groups*: 12 bits each, no letter that looks like another."""
    return "-".join(_group() for _ in range(groups))


def _group() -> str:
    return "".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS))
