"""How long before something one is reminded of it, as people say it: ``la veille à 17h`` (pure)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bots.register.format.canonical import Json
from bots.when.clocks import MORNING, said_at
from bots.when.lengths import AMOUNT, amount

_CLOCK: Final = r"midi|noon|(?:[01]?\d|2[0-3])\s?(?:h|heures?|:)\s?(?:[0-5]\d)?|(?:1[0-2]|[1-9])\s?[ap]m"
_HALF_DAY: Final = r"(?:au|le|in\s+the)\s+(?P<half>soir|matin|evening|morning)"
_HOUR: Final = rf"(?:,?\s+(?:{_HALF_DAY}|(?:(?:à|a|vers|at)\s+)?(?P<clock>{_CLOCK}))(?!\w))?"
_DAY: Final = (
    r"(?P<two>(?:l['’]\s?)?avant[- ]veille)|(?P<one>(?:la\s+)?veille|the\s+day\s+before|the\s+evening\s+before)"
    r"|(?P<same>le\s+jour(?:\s+m[eê]me)?|le\s+matin\s+m[eê]me|on\s+the\s+day|the\s+same\s+day)"
)
_AMOUNT: Final = rf"(?P<amount>{AMOUNT})\s+(?:avant|plus\s+t[oô]t|à\s+l['’]avance|before|earlier|ahead)"
LEAD: Final = re.compile(rf"(?:{_DAY}|{_AMOUNT}){_HOUR}(?!\w)", re.IGNORECASE)
_THEN = re.compile(rf"\s*,?\s*(?:(?:à|a|vers|at)\s+(?P<clock>{_CLOCK})|{_HALF_DAY})(?!\w)", re.IGNORECASE)
_ONE_DAY: Final = timedelta(days=1)
_MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Lead:
    """So many *days* before its day, *at* an hour of the clock; or, without *days*, so many *minutes* before it."""

    days: int | None = None
    at: time = MORNING
    minutes: int = 0

    def moment(self, due: date | datetime, zone: ZoneInfo) -> datetime:
        """Return when to remind of something at *due*: naive, as clocks in *zone* show it.

        Of what has no hour, at nine in the morning of its day, however many minutes before are wanted.
        """
        day = due.astimezone(zone).date() if isinstance(due, datetime) else due
        if self.days is not None:
            return datetime.combine(day - self.days * _ONE_DAY, self.at)
        if not isinstance(due, datetime):
            return datetime.combine(day, MORNING)
        return (due.astimezone(UTC) - timedelta(minutes=self.minutes)).astimezone(zone).replace(tzinfo=None)

    def written(self) -> dict[str, Json]:
        """Return it as an operation holds it."""
        return {"days": self.days, "at": self.at.strftime("%H:%M"), "minutes": self.minutes}


def read(raw: object) -> Lead | None:
    """Return the lead in *raw*, an operation's; None where there is none that we follow."""
    if not isinstance(raw, dict):
        return None
    days, minutes = raw.get("days"), raw.get("minutes")
    try:
        at = time.fromisoformat(str(raw.get("at")))
    except ValueError:
        return None
    counts = [count for count in (days, minutes) if count is not None]
    if at.tzinfo is not None or not all(isinstance(count, int) and not isinstance(count, bool) for count in counts):
        return None
    if not 0 <= (days or 0) <= _MOST_DAYS or not 0 <= (minutes or 0) <= _MOST_DAYS * 24 * 60:
        return None
    return Lead(days, at.replace(second=0, microsecond=0), minutes or 0)


def of(found: re.Match[str]) -> Lead:
    """Return what a match of :data:`LEAD` says."""
    at = said_at(found) or MORNING
    if found["amount"] is None:
        return Lead(2 if found["two"] else 1 if found["one"] else 0, at)
    length = amount(found["amount"])
    if length % _ONE_DAY == timedelta() or found["clock"] is not None or found["half"] is not None:
        return Lead(min(length // _ONE_DAY, _MOST_DAYS), at)
    return Lead(minutes=length // timedelta(minutes=1))


def whole(words: str) -> Lead | None:
    """Return the lead that *words*, all of them, say; None where they say anything else."""
    found = LEAD.fullmatch(words.strip(" ,.!"))
    return None if found is None else of(found)


def hour_at(words: str) -> tuple[time, str] | None:
    """Return the hour that *words* begin with (``à 17h de sortir …``), and what stands behind it."""
    found = _THEN.match(words)
    return None if found is None else (said_at(found) or MORNING, words[found.end() :])
