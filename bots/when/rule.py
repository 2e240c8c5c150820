"""Recurrence rules (RFC 5545 3.3.10), as many of them as people say in a sentence."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from bots.when.feasts import is_working

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
WORKING: Final = (0, 1, 2, 3, 4)
_NAMES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONTHS: Final = 12
# 29 February is at most eight years away; a rule without a day in all this time has none.
_MOST_YEARS: Final = 9
_LAST: Final = 9999
_COMMON_YEAR: Final = 2027
_A_YEAR: Final = 366


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; weekdays count from Monday, 0. *nth* are which of the *by_day* in the month, -1 the last.

    *by_month* are the months to which it is kept: that of a yearly day, or those that are not left out (``sauf en
    août``); none are all.
    """

    freq: Frequency
    interval: int = 1
    by_day: tuple[int, ...] = ()
    nth: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    set_pos: int | None = None
    count: int | None = None
    until: date | None = None

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Return the rule that *text* is; raises ``ValueError`` or ``KeyError`` for what is never written here."""
        parts = dict(each.split("=", 1) for each in text.split(";"))
        days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
        ranks = [int(each[:-2]) for each in days if each[:-2]]
        if ranks and len({each[-2:] for each in days}) > 1:
            raise ValueError("one weekday has a rank, or several have none")
        return cls(
            _FREQUENCIES[parts["FREQ"]],
            int(parts.get("INTERVAL", 1)),
            tuple(dict.fromkeys(_NAMES.index(each[-2:]) for each in days)),
            tuple(ranks),
            tuple(int(each) for each in parts["BYMONTHDAY"].split(",")) if "BYMONTHDAY" in parts else (),
            tuple(int(each) for each in parts["BYMONTH"].split(",")) if "BYMONTH" in parts else (),
            int(parts["BYSETPOS"]) if "BYSETPOS" in parts else None,
            int(parts["COUNT"]) if "COUNT" in parts else None,
            _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        )

    def __str__(self) -> str:
        ranks = [str(each) for each in self.nth] or [""]
        days = [rank + _NAMES[each] for each in self.by_day for rank in ranks]
        parts = (
            ("FREQ", self.freq),
            ("INTERVAL", str(self.interval) if self.interval > 1 else ""),
            ("BYMONTH", ",".join(map(str, self.by_month))),
            ("BYMONTHDAY", ",".join(map(str, self.by_month_day))),
            ("BYDAY", ",".join(days)),
            ("BYSETPOS", str(self.set_pos or "")),
            ("COUNT", str(self.count or "")),
            ("UNTIL", _written(self.until)),
        )
        return ";".join(f"{name}={value}" for name, value in parts if value)

    @property
    def named(self) -> bool:
        """Whether it says itself on which days it falls."""
        return bool(self.by_day or self.by_month_day or self.freq == "DAILY")

    @property
    def working(self) -> bool:
        """Whether it counts working days, which public holidays are not: ``le premier jour ouvré du mois``."""
        return self.set_pos is not None and self.by_day == WORKING

    @property
    def months_out(self) -> tuple[int, ...]:
        """Return the months that are left out on purpose."""
        if not self.by_month or (self.freq == "YEARLY" and len(self.by_month) == 1):
            return ()
        return tuple(month for month in range(1, _MONTHS + 1) if month not in self.by_month)

    def left_out(self, anchor: date) -> tuple[int, ...]:
        """Return the months in which a series from *anchor* on would come, and cannot: they have no such day."""
        day = max(self.by_month_day, default=0)
        if self.freq != "MONTHLY":
            return ()
        months = dict.fromkeys((anchor.month - 1 + each * self.interval) % _MONTHS + 1 for each in range(_MONTHS))
        short = (each for each in months if monthrange(_COMMON_YEAR, each)[1] < day)
        return tuple(sorted(each for each in short if each not in self.months_out))

    def anchored(self, day: date) -> "Rule":
        """Return the rule with what RFC 5545 would take from its start, written out."""
        match self.freq:
            case _ if self.named:
                return self
            case "WEEKLY":
                return replace(self, by_day=(day.weekday(),))
            case "MONTHLY":
                return replace(self, by_month_day=(day.day,))
            case _:
                return replace(self, by_month=(day.month,), by_month_day=(day.day,))

    def next(self, since: date) -> date | None:
        """Return the first day on or after *since* that fits, the interval left aside; None when there is none."""
        return next((each for each in self._days(since) if each >= since), None)

    def _days(self, since: date) -> Iterator[date]:
        if self.freq in ("DAILY", "WEEKLY"):
            days = range(_A_YEAR if self.by_month else 7)
            coming = (since + timedelta(days=each) for each in days if since.toordinal() + each <= _MOST_DAYS)
            yield from (each for each in coming if self._comes_in(each.month) and self._comes_on(each.weekday()))
            return
        for ahead in range(_MOST_YEARS * _MONTHS):
            year, month = since.year + (since.month - 1 + ahead) // _MONTHS, (since.month - 1 + ahead) % _MONTHS + 1
            if year <= _LAST and self._comes_in(month):
                yield from self._in_month(year, month)

    def _comes_in(self, month: int) -> bool:
        return not self.by_month or month in self.by_month

    def _comes_on(self, weekday: int) -> bool:
        return not self.by_day or weekday in self.by_day

    def _in_month(self, year: int, month: int) -> Iterator[date]:
        length = monthrange(year, month)[1]
        if self.by_month_day:
            days = {each if each > 0 else length + 1 + each for each in self.by_month_day}
            yield from (date(year, month, each) for each in sorted(days) if 1 <= each <= length)
            return
        month_days = (date(year, month, each) for each in range(1, length + 1))
        # The first working day of January is not the first of January.
        fitting = [each for each in month_days if (is_working(each) if self.working else each.weekday() in self.by_day)]
        positions = self.nth or (self.set_pos or 0,)
        places = {each - 1 if each > 0 else len(fitting) + each for each in positions}
        yield from (fitting[at] for at in sorted(places) if 0 <= at < len(fitting))


_FREQUENCIES: Final[dict[str, Frequency]] = {
    "DAILY": "DAILY",
    "WEEKLY": "WEEKLY",
    "MONTHLY": "MONTHLY",
    "YEARLY": "YEARLY",
}
_MOST_DAYS: Final = date.max.toordinal()


def _written(until: date | None) -> str:
    match until:
        case None:
            return ""
        case datetime():
            return until.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        case _:
            return until.strftime("%Y%m%d")


def _until(text: str) -> date:
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
