"""Which copies are kept: the last of each of so many days, weeks and months (pure)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from config.settings import Backups


def kept(copies: Iterable[datetime], rule: Backups) -> frozenset[datetime]:
    """Return those of *copies* that *rule* keeps; the newest always is."""
    newest_first = sorted(copies, reverse=True)
    found = {*newest_first[:1]}
    for most, period in ((rule.daily, _day), (rule.weekly, _week), (rule.monthly, _month)):
        found |= _last_of_each(newest_first, period, most)
    return frozenset(found)


def _last_of_each(newest_first: list[datetime], period: Callable[[datetime], object], most: int) -> set[datetime]:
    last: dict[object, datetime] = {}
    for copy in newest_first:
        last.setdefault(period(copy), copy)
    return {*list(last.values())[:most]}


def _day(moment: datetime) -> object:
    return moment.date()


def _week(moment: datetime) -> object:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> object:
    return moment.year, moment.month
