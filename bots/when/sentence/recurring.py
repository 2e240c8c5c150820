"""From the hits that count to the one series that they say together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bots.when.feasts import MOVABLE
from bots.when.language.grammar import Node
from bots.when.meaning import series
from bots.when.meaning.hours import Hours
from bots.when.rule import WORKING, Rule
from bots.when.scene import Scene
from bots.when.sentence.merging import day_of, hours_of
from bots.when.sentence.scanning import Hit
from bots.when.values import Bound, Code, Range, Series, Unclear, Value

_DAY: Final = 24 * 60


def repeated(hits: Sequence[Hit], scene: Scene) -> Series:
    """Return the series that *hits* say; raises :class:`Unclear`."""
    scene = replace(scene, recurring=True)
    said = _rule(hits, scene)
    if said.freq == "MONTHLY" and not said.named:
        hits = [_of_each_month(hit) for hit in hits]
        said = _rule(hits, scene)
    dated = [(each, day_of(each, scene)) for each in hits if each.dated]
    if said.freq in ("MONTHLY", "YEARLY") and any(_moves(each) for each, _ in dated if each.bound is Bound.AT):
        raise Unclear(Code.BEYOND)
    within = _within(day for hit, day in dated if hit.bound is Bound.AT)
    hours = hours_of(hits, lambda _: ())
    if hours is not None and hours.start.why is Code.WHICH_MIDNIGHT:
        hours = Hours(replace(hours.start, also=None, why=None), hours.end)
    plan = series.Plan(
        rule=_without_months(said, hits),
        anchor=_only(day for hit, day in dated if hit.bound is Bound.AT and day != within),
        since=_only(day for hit, day in dated if hit.bound is Bound.FROM or day == within),
        until=_only(
            _last_day(day, hit.bound) for hit, day in dated if hit.bound in (Bound.BY, Bound.BEFORE) or day == within
        ),
        count=next((int(each.facts["count"]) for each in hits if "count" in each.facts), None),
        during=next((each.facts["during"] for each in hits if "during" in each.facts), None),
        bounds_each=not any(hit.bound is Bound.FROM or "during" in hit.facts for hit in hits),
    )
    first, rule = series.begun(plan, hours, scene)
    return Series(first, rule, None if hours is None else _as_said(first, hours))


def _as_said(first: Value, hours: Hours) -> datetime | None:
    """Return the first moment with the hour that was said, where the clocks skip that hour on its day."""
    if not isinstance(first, datetime) or hours.start.minutes >= _DAY:
        return None
    said = first.replace(hour=hours.start.minutes // 60, minute=hours.start.minutes % 60)
    return None if (said.hour, said.minute) == (first.hour, first.minute) else said


def every_time(hits: Sequence[Hit], scene: Scene) -> Iterator[Series]:
    """Yield the series that *hits* say where a day of theirs may be every such day: ``le lundi à 9h``."""
    with suppress(Unclear):
        yield repeated([_every_time(each) for each in hits], scene)


def _of_each_month(hit: Hit) -> Hit:
    """Return *hit* as a rule where it is one of the days of any month: ``tous les mois, 3e jeudi``, no date of one."""
    date = hit.facts.get("date")
    one_of_any = hit.facts.get("once_or_monthly") and isinstance(date, Node) and "nth" in date.facts
    return _every_time(hit) if one_of_any else hit


def _every_time(hit: Hit) -> Hit:
    if hit.facts.get("once_or_weekly"):
        return replace(hit, facts={"repeat": ("WEEKLY",), "by_day": (hit.facts["weekday"],)})
    if hit.facts.get("once_or_monthly"):
        said = hit.facts["date"].facts
        return replace(hit, facts={"repeat": Node("every", {"freq": "MONTHLY", **_day_of_each_month(said)})})
    return hit


def _day_of_each_month(said: Mapping[str, Any]) -> Mapping[str, Any]:
    if "day" in said:
        return {"by_month_day": (said["day"],)}
    if "weekday" in said:
        return {"nth": said["nth"], "one": said["weekday"]}
    return {"set_pos": said["nth"], "by_day": WORKING}


def _rule(hits: Sequence[Hit], scene: Scene) -> Rule:
    repeats = [each for each in hits if each.repeated]
    try:
        return series.rule([_repeat(each) for each in repeats])
    except Unclear as unclear:
        raise Unclear(unclear.code, series=tuple(_each_alone(repeats, hits, scene))) from unclear


def _without_months(said: Rule, hits: Sequence[Hit]) -> Rule:
    """Return *said* without the months that are left out: ``sauf en août``."""
    out = {month for hit in hits for month in _months_out(hit)}
    if not out:
        return said
    months = tuple(each for each in range(1, 13) if each not in out)
    if said.freq == "YEARLY" or not months:
        raise Unclear(Code.BEYOND)
    return replace(said, by_month=months)


def _months_out(hit: Hit) -> Iterator[int]:
    yield from hit.facts.get("months_out", ())
    if "first_out" in hit.facts:
        first, last = hit.facts["first_out"], hit.facts["last_out"]
        yield from ((first - 1 + each) % 12 + 1 for each in range((last - first) % 12 + 1))


def _each_alone(repeats: Sequence[Hit], hits: Sequence[Hit], scene: Scene) -> Iterator[Series]:
    for repeat in repeats if len(repeats) > 1 else ():
        with suppress(Unclear):
            yield repeated([each for each in hits if each is repeat or not each.repeated], scene)


def _repeat(hit: Hit) -> Node | Rule:
    said = hit.facts["repeat"]
    if isinstance(said, Node):
        return said
    return Rule("WEEKLY", by_day=tuple(sorted(set(hit.facts["by_day"])))) if said == ("WEEKLY",) else Rule("DAILY")


def _moves(hit: Hit) -> bool:
    """Tell whether it is on another day of the month each year: Easter, the first Monday of March."""
    date = hit.facts.get("date")
    return hit.facts.get("feast") in MOVABLE or (isinstance(date, Node) and date.meaning == "nth_weekday")


def _within(days: Iterable[Value]) -> Range | None:
    """Return from when until when all of a series is: ``tous les lundis du 4 janvier au 29 mars``."""
    return next((each for each in days if isinstance(each, Range)), None)


def _last_day(day: Value, bound: Bound) -> Value:
    end = (
        day.end
        if isinstance(day, Range) and bound is not Bound.BEFORE
        else day.start
        if isinstance(day, Range)
        else day
    )
    return end - timedelta(days=1) if bound is Bound.BEFORE else end


def _only(days: Iterable[Value]) -> date | None:
    different = dict.fromkeys(days)
    if len(different) > 1:
        raise Unclear(Code.SEVERAL, *different)
    day = next(iter(different), None)
    if isinstance(day, Range):
        return day.start
    return day.date() if isinstance(day, datetime) else day
