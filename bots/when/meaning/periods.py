"""Weeks, months, quarters and their ends."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from bots.when.feasts import is_working
from bots.when.language.grammar import Node
from bots.when.meaning.days import calendar
from bots.when.scene import JUST_PAST, MONTHS, Scene, months_on, week_from
from bots.when.values import Code, Range, Unclear, Value

_WORKING_DAYS, _MOST_OF_THEM = 5, 3
_MONTHS_OF: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def period(scene: Scene, unit: str, shift: int) -> Range:
    """``la semaine prochaine``, ``ce mois-ci``, ``au prochain trimestre``."""
    if unit == "week":
        return week_from(scene.monday + timedelta(weeks=shift))
    length = _MONTHS_OF[unit]
    begins = date(scene.today.year, (scene.today.month - 1) // length * length + 1, 1)
    return _of_months(months_on(begins, shift * length), length)


def _of_months(start: date, length: int = 1) -> Range:
    return Range(start, months_on(start, length) - timedelta(days=1))


def month(scene: Scene, month: int, year: int | None = None) -> Range:
    """``en mars``, ``courant mars 2027``."""
    if year is not None:
        return _of_months(date(year, month, 1))
    this = _of_months(date(scene.today.year, month, 1))
    if this.end >= scene.today:
        return this
    coming = _of_months(date(scene.today.year + 1, month, 1))
    if this.end >= scene.today - JUST_PAST:
        raise Unclear(Code.WHICH_YEAR, coming, this)
    return coming


_period = period  # a parameter of edge has this name in the tables


def edge(scene: Scene, edge: str, period: Node | tuple[str, int]) -> date:
    """``fin du mois``, ``mi-décembre``, ``début janvier``, ``fin de semaine`` (a Friday)."""
    if isinstance(period, Node) and period.meaning == "month":
        return _month_edge(scene, edge, **period.facts)
    found = _days_of(scene, period) if isinstance(period, Node) else _period(scene, *period)
    days = found.end.toordinal() - found.start.toordinal()
    if days == 6:
        day = found.start + timedelta(days={"start": 0, "middle": 2, "end": 4}[edge])
        # Said on a Saturday or Sunday, the end of the week is that of the one that comes.
        return day + timedelta(days=7) if edge == "end" and day < scene.today <= found.end else day
    middle = found.start + timedelta(days=14 if days < 31 else days // 2)
    return {"start": found.start, "middle": middle, "end": found.end}[edge]


def _month_edge(scene: Scene, edge: str, month: int, year: int | None = None) -> date:
    if edge != "end":
        return calendar(scene, 1 if edge == "start" else 15, month, year)
    if year is not None:
        return months_on(date(year, month, 1), 1) - timedelta(days=1)
    this = months_on(date(scene.today.year, month, 1), 1) - timedelta(days=1)
    if this >= scene.today:
        return this
    coming = months_on(date(scene.today.year + 1, month, 1), 1) - timedelta(days=1)
    if this >= scene.today - JUST_PAST:
        raise Unclear(Code.WHICH_YEAR, coming, this)
    return coming


def weekend(scene: Scene, which: str) -> Range:
    """``ce week-end``, ``le week-end prochain``, which is this one for some and the one after for others."""
    this = Range(scene.monday + timedelta(days=5), scene.monday + timedelta(days=6))
    shifted = [Range(this.start + timedelta(weeks=each), this.end + timedelta(weeks=each)) for each in (-1, 1)]
    if which == "this":
        return this
    if which == "last":
        return shifted[0]
    if scene.today.weekday() >= 5:
        return shifted[1]
    raise Unclear(Code.WHICH_WEEK, this, shifted[1])


def nth_period(scene: Scene, nth: int, unit: str, year: int | None = None) -> Range:
    """``au 1er trimestre``, ``fin du second semestre 2027``: without a year, the one that is not over."""
    length = _MONTHS_OF[unit]
    number = nth if nth > 0 else MONTHS // length
    if number * length > MONTHS:
        raise Unclear(Code.IMPOSSIBLE)
    found = _of_months(date(year or scene.today.year, (number - 1) * length + 1, 1), length)
    if year is None and found.end < scene.today:
        return _of_months(months_on(found.start, MONTHS), length)
    return found


def year_period(_scene: Scene, year: int) -> Range:
    """``fin 2026``."""
    return _of_months(date(year, 1, 1), MONTHS)


def nth_weekday(scene: Scene, nth: int, weekday: int, period: Node) -> date:
    """``le premier lundi de mars``, ``le dernier vendredi du mois prochain``."""
    found = _days_of(scene, period)
    first = found.start + timedelta(days=(weekday - found.start.weekday()) % 7)
    last = found.end - timedelta(days=(found.end.weekday() - weekday) % 7)
    day = last + timedelta(weeks=nth + 1) if nth < 0 else first + timedelta(weeks=nth - 1)
    if day > last:
        raise Unclear(Code.IMPOSSIBLE, last)
    return day


def nth_soon(scene: Scene, nth: int, weekday: int) -> date:
    """``le premier lundi``, of the month that is meant: this one, when it is still to come."""
    for shift in (0, 1):
        day = nth_weekday(scene, nth, weekday, Node("period", {"unit": "month", "shift": shift}))
        if day >= scene.today:
            break
    return day


def nth_working_soon(scene: Scene, nth: int) -> date:
    """``le dernier jour ouvré``, of the month that is meant: this one, when it is still to come."""
    for shift in (0, 1):
        day = nth_working(scene, nth, Node("period", {"unit": "month", "shift": shift}))
        if day >= scene.today:
            break
    return day


def nth_working(scene: Scene, nth: int, period: Node) -> date:
    """``le premier jour ouvré de janvier``."""
    found = _days_of(scene, period)
    days = [found.start + timedelta(days=each) for each in range(31) if found.start + timedelta(days=each) <= found.end]
    open_ones = [each for each in days if is_working(each)]
    return open_ones[nth if nth < 0 else nth - 1]


def half_month(scene: Scene, nth: int, period: Node) -> Range:
    """``la 2e quinzaine de décembre``."""
    found = _days_of(scene, period)
    middle = found.start + timedelta(days=14)
    if nth not in (1, 2, -1):
        raise Unclear(Code.IMPOSSIBLE)
    return Range(found.start, middle) if nth == 1 else Range(middle + timedelta(days=1), found.end)


def nth_week(scene: Scene, nth: int, period: Node) -> Range:
    """``la 1ère semaine de décembre``: the first one with most of its working days in the month; else we ask."""
    found = _days_of(scene, period)
    edge = found.end if nth < 0 else found.start
    monday = edge - timedelta(days=edge.weekday())
    outer = week_from(monday + timedelta(weeks=nth + 1 if nth < 0 else nth - 1))
    inner = week_from(outer.start + timedelta(weeks=-1 if nth < 0 else 1))
    days_inside = edge.weekday() + 1 if nth < 0 else _WORKING_DAYS - edge.weekday()
    if days_inside <= 0:
        return inner
    if days_inside < _MOST_OF_THEM:
        raise Unclear(Code.WHICH_WEEK, outer, inner)
    return outer


_PERIODS: Final[Mapping[str, Callable[..., Range]]] = {
    each.__name__: each for each in (period, month, nth_period, year_period, half_month, nth_week)
}


def _days_of(scene: Scene, node: Node) -> Range:
    return _PERIODS[node.meaning](scene, **node.facts)


def week_number(scene: Scene, number: int, weekday: int | None = None) -> Value:
    """``semaine 50``, as ISO 8601 counts them, and ``lundi de la semaine 50``."""
    for year in (scene.today.year, scene.today.year + 1):
        try:
            found = week_from(date.fromisocalendar(year, number, 1))
        except ValueError as exc:
            raise Unclear(Code.IMPOSSIBLE) from exc
        if found.end >= scene.today:
            break
    return found if weekday is None else found.start + timedelta(days=weekday)
