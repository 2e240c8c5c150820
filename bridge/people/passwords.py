"""First passwords: random, and easy to read from paper and to type on a telephone."""

import secrets
from typing import Final

_CONSONANTS: Final = "bdfgkmnprstvz"
_VOWELS: Final = "aeiou"
_GROUPS: Final = 5


def first_password() -> str:
    """Return ``bodu-kife-rapo-nuze-mita``: 60 bits of chance, no letter that looks like another."""
    return "-".join(_group() for _ in range(_GROUPS))


def _group() -> str:
    return "".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS))
