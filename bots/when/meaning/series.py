"""Recurrences: from the words to a rule, and from the rule to where it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from bots.when.language.grammar import Node
from bots.when.meaning.amounts import amount
from bots.when.meaning.dates import resolve
from bots.when.meaning.hours import Hours, on
from bots.when.rule import Frequency, Rule
from bots.when.scene import Scene
from bots.when.values import Code, Range, Unclear, Value

_UNITS: Final[Mapping[str, tuple[Frequency, int]]] = {
    "day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "half": ("MONTHLY", 6),
    "year": ("YEARLY", 1),
}
_LONGEST: Final = {1: 31, 2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True, slots=True)
class Plan:
    """What was said of a series: *anchor* is a day of it, *since* and *until* bound it.

    *bounds_each* when the bounds may as well be those of every occurrence.
    """

    rule: Rule
    anchor: date | None
    since: date | None
    until: date | None
    count: int | None
    during: Node | None
    bounds_each: bool


def rule(said: Sequence[Node | Rule]) -> Rule:
    """Return the rule that the nodes in *said* make; ``toutes les 2 semaines`` and ``le mardi et le jeudi`` are one."""
    rules = list(dict.fromkeys(each if isinstance(each, Rule) else _rule(each) for each in said))
    if len(rules) == 2:
        named, plain = sorted(rules, key=lambda each: not each.named)
        if named.named and not plain.named and named.freq == plain.freq and named.interval == 1:
            return replace(named, interval=plain.interval)
    if len(rules) > 1:
        raise Unclear(Code.SEVERAL)
    return rules[0]


def _rule(node: Node) -> Rule:
    facts = node.facts
    match node.meaning:
        case "every_date":
            if facts["day"] > _LONGEST.get(facts["month"], 31):
                raise Unclear(Code.IMPOSSIBLE)
            return Rule("YEARLY", by_month=(facts["month"],), by_month_day=(facts["day"],))
        case "every_unit":
            return _of_unit(facts["unit"], int(facts.get("n", 1)), bool(facts.get("idiom")))
        case _:
            freq: Frequency = facts["freq"]
            return Rule(
                freq,
                int(facts.get("interval", 1)),
                _weekdays(facts),
                nth=_ranks(facts),
                by_month_day=tuple(sorted(set(facts.get("by_month_day", ())))),
                set_pos=facts.get("set_pos"),
            )


def _of_unit(unit: str, count: int, idiom: bool) -> Rule:
    if idiom and unit == "day" and count in (8, 15):
        return Rule("WEEKLY", 1 if count == 8 else 2)
    freq, length = _UNITS[unit]
    return Rule(freq, count * length)


def _ranks(facts: Mapping[str, Any]) -> tuple[int, ...]:
    """Return which of its weekdays in a month, the last ones behind the first."""
    said = {*facts.get("ranks", ()), *(facts[each] for each in ("nth", "nth_too") if each in facts)}
    return tuple(sorted(said, key=lambda rank: (rank < 0, rank)))


def _weekdays(facts: Mapping[str, Any]) -> tuple[int, ...]:
    if "one" in facts and "last" in facts:
        first, last = facts["one"], facts["last"]
        return tuple(sorted((first + each) % 7 for each in range((last - first) % 7 + 1)))
    days = {*facts.get("by_day", ()), *(facts[each] for each in ("one", "two", "three", "four") if each in facts)}
    return tuple(sorted(days))


def begun(plan: Plan, hours: Hours | None, scene: Scene) -> tuple[Value, str]:
    """Return the first occurrence of *plan*, and its RRULE; raises :class:`Unclear`."""
    since = max(plan.since or scene.today, scene.today)
    start = max(plan.anchor or since, since)
    ruled = plan.rule.anchored(plan.anchor or start)
    # « Le lundi » may be one of a month that is left out.
    whole = replace(ruled, by_month=()) if ruled.months_out else ruled
    if plan.anchor is not None and whole.next(plan.anchor) != plan.anchor:
        raise Unclear(Code.CONTRADICTION, plan.anchor)
    first = _first(ruled, start, hours, scene)
    until = _until(plan, first, scene)
    if until is not None and _day_of(first) > until:
        raise Unclear(Code.CONTRADICTION, first)
    if until is not None and plan.count is not None:
        raise Unclear(Code.BEYOND)
    if until is not None and plan.bounds_each and not _comes_again(ruled, _day_of(first), until):
        # "Tous les ans du 3 au 5 mars" is how long each of them lasts, "chaque année avant le 3" when it is due.
        raise Unclear(Code.BEYOND)
    timed = isinstance(first.start if isinstance(first, Range) else first, datetime)
    written = _end_of(until, scene) if until is not None and timed else until
    return first, str(replace(ruled, until=written, count=plan.count))


def _first(ruled: Rule, start: date, hours: Hours | None, scene: Scene) -> Value:
    day = ruled.next(start)
    if day is None:
        raise Unclear(Code.IMPOSSIBLE)
    if hours is None:
        return day
    value = on(day, hours, scene.zone)
    begins = value.start if isinstance(value, Range) else value
    if isinstance(begins, datetime) and begins > scene.now:
        return value
    return _first(ruled, day + timedelta(days=1), hours, scene)


def _comes_again(ruled: Rule, first: date, until: date) -> bool:
    again = ruled.next(first + timedelta(days=1))
    return again is not None and again <= until


def _until(plan: Plan, first: Value, scene: Scene) -> date | None:
    if plan.during is None:
        return plan.until
    begun = replace(scene, now=datetime.combine(_day_of(first), time(), scene.zone))
    end = (
        resolve(begun, Node(plan.during.meaning, plan.during.facts)) if plan.during.meaning else amount(begun, "day", 1)
    )
    if isinstance(end, Range | datetime):
        raise Unclear(Code.CONTRADICTION, first)
    return end - timedelta(days=1)


def _day_of(value: Value) -> date:
    begins = value.start if isinstance(value, Range) else value
    return begins.date() if isinstance(begins, datetime) else begins


def _end_of(day: date, scene: Scene) -> datetime:
    """Return the last second of *day* there: RFC 5545 wants UNTIL in UTC when the series has hours."""
    return datetime.combine(day, time(23, 59, 59), scene.zone).astimezone(UTC)
