"""An hour of the clock, or a half of the day, as people say it of a reminder: ``à 17h``, ``le soir`` (pure)."""

import re
from datetime import time
from typing import Final

MORNING: Final = time(9)
"""When somebody is reminded on a day of which they said no hour."""
_EVENING: Final = time(18)
_NOON: Final = time(12)


def said_at(found: re.Match[str]) -> time | None:
    """Return the hour in the groups ``clock`` (``17h30``, ``5pm``, ``midi``) or ``half`` of a match; None: neither."""
    if found["clock"] is not None:
        return _clock(found["clock"].lower())
    if found["half"] is None:
        return None
    return _EVENING if found["half"].lower().endswith(("soir", "evening")) else MORNING


def _clock(said: str) -> time:
    if said in ("midi", "noon"):
        return _NOON
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    if said.endswith("m"):
        return time(numbers[0] % 12 + (12 if said.endswith("pm") else 0))
    return time(numbers[0], numbers[1] if len(numbers) > 1 else 0)
