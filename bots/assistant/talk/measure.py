"""How much of a message is read: what has more is refused in words, and is never read by half (pure).

It has at most :data:`MOST` characters, and at most :data:`MOST_SIGNS` signs in a row that are no words. Of such a row
the first :data:`_KEPT` count: nobody means anything by the others, and many a pattern would begin anew at each of them.
"""

import re
from dataclasses import dataclass
from typing import Final

MOST: Final = 8_000
"""Characters: a command is short, and an event may hold 60,000."""
MOST_SIGNS: Final = 500
"""As many as a title may have."""
_KEPT: Final = 40
_ROW: Final = re.compile(rf"([\W_]{{{_KEPT}}})([\W_]+)")


@dataclass(frozen=True, slots=True)
class Excess:
    """What of a message is more than we read: its *length* in characters, or in *signs* in a row."""

    length: int
    signs: bool = False


def excess(said: str) -> Excess | None:
    """Return what is too much in *said*; None where it is read to its end."""
    if len(said) > MOST:
        return Excess(len(said))
    longest = max((len(run[0].strip()) for run in _ROW.finditer(said)), default=0)
    return Excess(longest, signs=True) if longest > MOST_SIGNS else None


def thinned(said: str) -> str:
    """Return *said* without the signs that do not count; lines stay lines."""
    return _ROW.sub(_first, said)


def _first(run: re.Match[str]) -> str:
    return f"{run[1]}\n" if "\n" in run[2] else run[1]
