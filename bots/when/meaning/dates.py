"""Which day, or days, a node of the grammar means; ranges, which are made of two such nodes.

A meaning returns a day or a range of days (an amount of hours gives a moment), or raises :class:`Unclear`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from bots.when.language.grammar import Node
from bots.when.meaning.amounts import amount, amount_clock, amount_days
from bots.when.meaning.days import (
    calendar,
    checked,
    exactly,
    month_day,
    named,
    numeric,
    offset,
    week_day,
    weekday,
    weekday_in,
    whole,
)
from bots.when.meaning.periods import (
    edge,
    half_month,
    month,
    nth_period,
    nth_soon,
    nth_week,
    nth_weekday,
    nth_working,
    nth_working_soon,
    period,
    week_number,
    weekend,
    year_period,
)
from bots.when.scene import MONTHS, Scene, months_on, week_from
from bots.when.values import Code, Range, Unclear, Value


def spread(scene: Scene, last: Node, first: Node | None = None, from_day: int | None = None) -> Range:
    """``du 3 au 5 décembre``, ``du 21 décembre au 3 janvier``, ``de mardi à jeudi``."""
    opening = {"day": from_day} if first is None else _written(scene, first)
    closing = _written(scene, last)
    if opening is None or closing is None:
        return _plain_spread(scene, first, last)
    end = calendar(scene, **closing)
    if opening.get("month") is None and opening.get("year") is None and closing.get("month") is not None:
        opening |= {"month": end.month, "year": end.year}
    return _forward(_latest_before(scene, opening, end), end)


def pair(scene: Scene, last: Node, first: Node | None = None, from_day: int | None = None) -> Range:
    """``les 24 et 25 décembre``: a range when one follows the other, and otherwise two dates."""
    found = spread(scene, last, first, from_day)
    if found.end.toordinal() - found.start.toordinal() != 1:
        raise Unclear(Code.SEVERAL, found.start, found.end)
    return found


def days_of(scene: Scene, days: tuple[int, ...], month: int, year: int | None = None) -> Range:
    """``les 7, 8 et 9 décembre``: a range when each follows the one before, and otherwise several dates."""
    found = [calendar(scene, each, month, year) for each in days]
    if any(after - before != timedelta(days=1) for before, after in pairwise(found)):
        raise Unclear(Code.SEVERAL, *found)
    return Range(found[0], found[-1])


def either(scene: Scene, one: int, other: int) -> Value:
    """``lundi/jeudi``, where nothing says whether both are meant, all between them, or one of them."""
    raise Unclear(Code.SEVERAL, weekday(scene, one), weekday(scene, other))


def week_of(scene: Scene, day: Node) -> Range:
    """``la semaine du 7 décembre``."""
    found = resolve(scene, day)
    start = found.start if isinstance(found, Range) else found
    return week_from(start - timedelta(days=start.weekday()))


def day_of_week(scene: Scene, weekday: int, day: Node) -> date:
    """``lundi de la semaine du 7 décembre``."""
    monday = week_of(scene, day).start
    return date(monday.year, monday.month, monday.day) + timedelta(days=weekday)


def weekend_of(scene: Scene, day: Node) -> Range:
    """``le week-end du 12 décembre``."""
    monday = week_of(scene, day).start
    return Range(monday + timedelta(days=5), monday + timedelta(days=6))


def month_spread(scene: Scene, month: int, from_day: int, day: int, year: int | None = None) -> Range:
    """``December 3-5``."""
    return spread(scene, Node("calendar", {"day": day, "month": month, "year": year}), from_day=from_day)


def _plain_spread(scene: Scene, first: Node | None, last: Node) -> Range:
    start = None if first is None else resolve(scene, first)
    if start is None or isinstance(start, Range | datetime):
        raise Unclear(Code.IMPOSSIBLE)
    end = resolve(scene, last)
    if last.meaning == "weekday" and not isinstance(end, Range) and end < start:
        # Of the week in which it begins, or the one after it.
        end += timedelta(days=7 * -((end - start).days // 7))
    if isinstance(end, Range):
        end = end.end
    return _forward(start, end)


def _latest_before(scene: Scene, opening: dict[str, Any], end: date) -> date:
    """Return the day that a range begins with which ends on *end*: its missing year or month is that of *end*."""
    if opening.get("year") is not None:
        return calendar(scene, **opening)
    if opening.get("month") is not None:
        this = calendar(scene, **{**opening, "year": end.year, "weekday": None})
        year = end.year - (this > end)
        return calendar(scene, **{**opening, "year": year})
    month = end if opening["day"] <= end.day else months_on(end.replace(day=1), -1)
    return checked(exactly(opening["day"], month.month, month.year), opening.get("weekday"))


def _forward(start: date, end: date) -> Range:
    if end < start:
        raise Unclear(Code.CONTRADICTION, start, end)
    return Range(start, end)


def _written(scene: Scene, node: Node) -> dict[str, Any] | None:
    """Return day, month, year and weekday as they were written; None for what is not written so."""
    match node.meaning:
        case "calendar":
            return dict(node.facts)
        case "numeric":
            if not scene.day_first and max(node.facts["left"], node.facts["right"]) <= MONTHS:
                return None
            pair = node.facts["left"], node.facts["right"]
            day, month = pair if scene.day_first or pair[0] > MONTHS else pair[::-1]
            return {"day": day, "month": month, "year": whole(node.facts.get("year"))}
        case "same":
            inner = _written(scene, _inner(node.facts))
            return (
                None if inner is None else inner | {key: each for key, each in node.facts.items() if key == "weekday"}
            )
        case _:
            return None


def _inner(facts: Mapping[str, Any]) -> Node:
    return next(each for each in facts.values() if isinstance(each, Node))


def same(scene: Scene, **facts: Any) -> Value:
    """What the one inside says, with what stands around it."""
    node = _inner(facts)
    outer = {key: each for key, each in facts.items() if not isinstance(each, Node)}
    return resolve(scene, Node(node.meaning, {**node.facts, **outer}))


def resolve(scene: Scene, node: Node) -> Value:
    """Return the day, or the days, that *node* means; raises :class:`Unclear`."""
    # What only says where a row may stand is no part of what it means.
    return _MEANINGS[node.meaning](scene, **{key: each for key, each in node.facts.items() if key != "needs_clock"})


_MEANINGS: Final[Mapping[str, Callable[..., Value]]] = {
    each.__name__: each
    for each in (
        offset, weekday, weekday_in,
        week_day, calendar, numeric, month_day, period, month, edge, weekend, named, amount,
        amount_days, amount_clock, nth_period, year_period, nth_weekday, days_of, spread,
        month_spread, pair, week_of, weekend_of, week_number, day_of_week, same, either, nth_soon,
        nth_working, nth_working_soon, nth_week, half_month,
    )
}  # fmt: skip
