"""Days as programs write them: figures alone, in a cell or a field of their own, read without the grammar (pure)."""

import re
from datetime import date
from typing import Final

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2999
_ISO = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})")
_SLASHES = re.compile(r"(?P<first>\d{1,2})(?P<between>[/.-])(?P<second>\d{1,2})(?P=between)(?P<year>\d{4}|\d{2})")


def figures(cell: str, *, day_first: bool = True) -> date | None:
    """Return the day that figures alone say; where not *day_first*, only those that can be read in one way."""
    iso = _ISO.fullmatch(cell)
    if iso is not None:
        return _date(int(iso["year"]), int(iso["month"]), int(iso["day"]))
    said = _SLASHES.fullmatch(cell)
    if said is None:
        return None
    first, second = int(said["first"]), int(said["second"])
    year = int(said["year"]) + (2000 if len(said["year"]) == 2 else 0)
    if not day_first and first != second and first <= 12 and second <= 12:
        return None
    if not day_first and second > 12:
        first, second = second, first
    return _date(year, second, first)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None
