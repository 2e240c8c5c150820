"""Half of a date, said of something that has one: ``plutôt à 17h``, ``c'est le 4``; the other half stays (pure)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bots.assistant.talk.wording import fold

_HOUR: Final = re.compile(
    r"(?:(?:non|plutot|finalement|mais|a|pour|vers|des|at|for|rather|by|no) )*"
    r"(?:[0-9]{1,2} ?(?:h|heures?|:)(?: ?[0-9]{2})?|[0-9]{1,2}(?::[0-9]{2})? ?(?:am|pm)|midi|noon)"
    r"(?: (?:plutot|finalement|rather|instead))?"
)
_DAY: Final = re.compile(
    r"(?:(?:non|plutot|finalement|mais|pour|rather|no) )*(?:le |the )?([0-9]{1,2}|1er)(?:th|st|nd|rd)?"
)


def only_hour(words: Sequence[str]) -> bool:
    """Tell whether *words* say an hour and no day: ``plutôt à 17h``. The day is then the one that stands."""
    return _HOUR.fullmatch(" ".join(fold(each) for each in words).strip(" .!,")) is not None


def day_in(words: Sequence[str], held: date | datetime | None, today: date) -> date | None:
    """Return the day in ``plutôt le 4``: of the month in which the task stands, or of the next that is not over."""
    said = " ".join(fold(word) for word in words).strip(" .!,")
    found = _DAY.fullmatch(said)
    if found is None or ("le " not in f"{said} " and "the " not in said):
        return None
    day = int(found[1].rstrip("er"))
    month = (held or today).replace(day=1)
    month = month.date() if isinstance(month, datetime) else month
    for _ in range(3):
        if 0 < day <= monthrange(month.year, month.month)[1] and month.replace(day=day) >= today:
            return month.replace(day=day)
        month = (month + timedelta(days=32)).replace(day=1)
    return None
