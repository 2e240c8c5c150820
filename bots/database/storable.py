"""What a database takes as a value, judged before it gets there: the same on each kind of database.

PostgreSQL refuses NUL, SQLite takes it; neither takes half a surrogate pair or more than 64 bits. What strangers
write is parsed where it comes in; this is the net below, so that what slips through fails alike everywhere, in tests
too, and as the fault of the value.
"""

from collections.abc import Iterable
from typing import Final

from bots.database.errors import Unstorable

_MOST: Final = 2**63 - 1


def is_storable(text: str) -> bool:
    """Tell whether a database takes *text*."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_values(values: Iterable[object]) -> None:
    """Raise :class:`Unstorable` where one of *values* is nothing that a database takes."""
    for value in values:
        if isinstance(value, str):
            if not is_storable(value):
                raise Unstorable("a text with NUL or half a surrogate pair")
        elif isinstance(value, int) and not -_MOST <= value <= _MOST:
            raise Unstorable("a number of more than 64 bits")
