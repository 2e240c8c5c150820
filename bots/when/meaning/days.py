"""Single days: one function for each meaning that the tables name.

Whether the result is over is not judged here, except where that decides which year was meant.
"""

from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Final

from bots.when.feasts import feast
from bots.when.scene import JUST_PAST, MONTHS, Scene, months_on
from bots.when.values import Code, Unclear

_LATELY: Final = timedelta(days=183)
_CENTURY: Final = 2000
_LEAP_YEARS_APART: Final = 9
_FEBRUARY, _LEAP_DAY = 2, 29
_WEEKEND: Final = 2


def end_of_week(today: date) -> date:
    """Return the last day of what people call “this week”: on a Saturday they mean the one that comes."""
    days = 6 - today.weekday()
    return today + timedelta(days=days + 7 if days < _WEEKEND else days)


def offset(scene: Scene, days: int, weeks: int = 0) -> date:
    """``demain``, ``demain en huit``."""
    return scene.today + timedelta(days=days, weeks=weeks)


def weekday(scene: Scene, weekday: int, which: str = "", weeks: int = 0) -> date:
    """``mardi``, ``ce mardi``, ``mardi prochain``, ``mardi dernier``, ``mardi en huit``."""
    ahead = (weekday - scene.today.weekday()) % 7
    if which == "last":
        return scene.today - timedelta(days=7 - ahead if ahead else 7)
    if which == "this" or (scene.recurring and not weeks):
        return scene.today + timedelta(days=ahead)
    coming = scene.today + timedelta(days=ahead or 7)
    if which == "next" and coming < scene.monday + timedelta(days=7):
        raise Unclear(Code.WHICH_WEEK, coming, coming + timedelta(days=7))
    if weeks and not ahead:
        # On a Tuesday, "mardi en huit" is a week from today for some and from the next Tuesday for others.
        raise Unclear(Code.WHICH_WEEK, scene.today + timedelta(weeks=weeks), coming + timedelta(weeks=weeks))
    return coming + timedelta(weeks=weeks)


def weekday_in(scene: Scene, weekday: int, weeks: int) -> date:
    """``mardi dans trois semaines``: counted from today for some, from the next such weekday for others."""
    counted = scene.today + timedelta(weeks=weeks)
    if counted.weekday() == weekday:
        return counted
    week = counted - timedelta(days=counted.weekday()) + timedelta(days=weekday)
    coming = scene.today + timedelta(days=(weekday - scene.today.weekday()) % 7, weeks=weeks)
    if week == coming:
        return week
    raise Unclear(Code.WHICH_WEEK, week, coming)


def week_day(scene: Scene, weekday: int, shift: int) -> date:
    """``vendredi de la semaine prochaine``."""
    return scene.monday + timedelta(days=weekday, weeks=shift)


def calendar(
    scene: Scene, day: int, month: int | None = None, year: int | None = None, weekday: int | None = None
) -> date:
    """``12 décembre``, ``mardi 24``, ``le 12``, ``12 décembre 2026``."""
    if month is None:
        return checked(_upcoming_day(scene, day), weekday)
    if day > 31 or not 1 <= month <= MONTHS or (year is not None and not 1 <= year <= 9998):
        raise Unclear(Code.IMPOSSIBLE)
    if year is not None:
        return checked(exactly(day, month, year), weekday)
    years = [scene.today.year + each for each in range(-1, 2)]
    if (month, day) == (_FEBRUARY, _LEAP_DAY):
        years = [scene.today.year + each for each in range(-_LEAP_YEARS_APART, _LEAP_YEARS_APART)]
    days = [found for each in years if (found := _maybe(day, month, each))]
    if not days:
        after = _exactly_or_next(day, month, scene)
        raise Unclear(Code.IMPOSSIBLE, after - timedelta(days=1), after)
    coming = next(each for each in days if each >= scene.today)
    before = max((each for each in days if each < scene.today), default=coming)
    if weekday is not None and coming.weekday() != weekday:
        if before.weekday() == weekday and scene.today - before <= _LATELY:
            return before
        return _checked_month(scene, coming, weekday)
    if weekday is None and coming > before >= scene.today - JUST_PAST and not scene.recurring:
        raise Unclear(Code.WHICH_YEAR, coming, before)
    return coming


def _checked_month(scene: Scene, coming: date, weekday: int) -> date:
    """Return *coming*; raises when it is not that *weekday*: far away, it may be the month that was a slip."""
    if coming - scene.today <= _LATELY:
        return checked(coming, weekday)
    months = (months_on(scene.today.replace(day=1), ahead) for ahead in range(MONTHS))
    found = (near for each in months if (near := _maybe(coming.day, each.month, each.year)))
    match = next((near for near in found if near >= scene.today and near.weekday() == weekday), None)
    try:
        return checked(coming, weekday)
    except Unclear as unclear:
        if match is None:
            raise
        raise Unclear(Code.CONTRADICTION, match, *unclear.candidates) from unclear


def _upcoming_day(scene: Scene, day: int) -> date:
    first = scene.today.replace(day=1)
    months = (months_on(first, each) for each in range(MONTHS))
    days = (found for each in months if (found := _maybe(day, each.month, each.year)))
    return next(each for each in days if each >= scene.today)


def checked(day: date, weekday: int | None) -> date:
    """Return *day*; raises when it is not the *weekday* that was said with it."""
    if weekday is None or day.weekday() == weekday:
        return day
    away = (weekday - day.weekday() + 3) % 7 - 3
    raise Unclear(Code.CONTRADICTION, day, day + timedelta(days=away))


def _maybe(day: int, month: int, year: int) -> date | None:
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def exactly(day: int, month: int, year: int) -> date:
    """Return that day; raises, with the days around it, when there is none."""
    found = _maybe(day, month, year)
    if found is not None:
        return found
    if not day >= 1:
        raise Unclear(Code.IMPOSSIBLE)
    after = months_on(date(year, month, 1), 1)
    raise Unclear(Code.IMPOSSIBLE, after - timedelta(days=1), after)


def _exactly_or_next(day: int, month: int, scene: Scene) -> date:
    """Return the first day after *month*, in the year in which it is still to come."""
    if not day >= 1:
        raise Unclear(Code.IMPOSSIBLE)
    after = months_on(date(scene.today.year, month, 1), 1)
    return after if after > scene.today else months_on(date(scene.today.year + 1, month, 1), 1)


def numeric(scene: Scene, left: int, right: int, year: int | None = None, weekday: int | None = None) -> date:
    """``03/04``, the third of April in French; in English we ask, unless only one order is possible."""
    when = partial(calendar, scene, year=whole(year), weekday=weekday)
    if scene.day_first or left > MONTHS or left == right:
        return when(left, right)
    if right > MONTHS:
        return when(right, left)
    if weekday is not None:
        return _that_fits(when, left, right)
    raise Unclear(Code.WHICH_ORDER, when(left, right), when(right, left))


def _that_fits(when: Callable[[int, int], date], left: int, right: int) -> date:
    """Return the only one of both orders that falls on the weekday that was said."""
    found = []
    for day, month in ((left, right), (right, left)):
        with suppress(Unclear):
            found.append(when(day, month))
    if len(found) == 1:
        return found[0]
    raise Unclear(Code.WHICH_ORDER if found else Code.CONTRADICTION, *found)


def whole(year: int | None) -> int | None:
    """Return a year of two digits as one of this century."""
    return year + _CENTURY if year is not None and year < 100 else year


def month_day(scene: Scene, day: int, shift: int) -> date:
    """``le 15 du mois prochain``."""
    month = months_on(scene.today.replace(day=1), shift)
    return exactly(day, month.month, month.year)


def named(scene: Scene, name: str, year: int | None = None, shift: int = 0) -> date:
    """``à Noël``, ``le lundi de Pâques``, ``la veille de Noël``."""
    years = [year] if year is not None else [scene.today.year, scene.today.year + 1]
    days = [feast(name, each) + timedelta(days=shift) for each in years]
    return next((each for each in days if each >= scene.today), days[-1])
