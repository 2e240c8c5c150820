"""From the hits that count to the one time that they say together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bots.when.feasts import is_working
from bots.when.language.grammar import Node
from bots.when.meaning.dates import resolve
from bots.when.meaning.days import named
from bots.when.meaning.hours import PARTS, Hours, between, clock, in_part, on
from bots.when.scene import Scene
from bots.when.sentence.scanning import Hit
from bots.when.values import Bound, Code, Range, Unclear, Value

_PERIODS: Final = frozenset(
    {"period", "month", "week_of", "week_number", "nth_period", "half_month", "nth_week", "weekend"}
)
_PARTS: Final = frozenset(Hours.of_part(each) for each in PARTS)


def once(hits: Sequence[Hit], scene: Scene) -> tuple[Value, Bound]:
    """Return the one value that *hits* say, and what bounds it; raises :class:`Unclear`. They do not repeat."""
    try:
        return _once(hits, scene)
    except Unclear as unclear:
        apart = list(_each_by_itself(hits, scene)) if unclear.code is Code.SEVERAL else []
        if len(apart) > 1:
            raise Unclear(Code.SEVERAL, *dict.fromkeys(apart)) from unclear
        raise


def _each_by_itself(hits: Sequence[Hit], scene: Scene) -> Iterator[Value]:
    """Yield what is said apart, where each says its day and its hours: ``vendredi après-midi et lundi matin``."""
    groups: list[list[Hit]] = []
    for hit in hits:
        if groups and hit.start == groups[-1][-1].end:
            groups[-1].append(hit)
        else:
            groups.append([hit])
    if all(any(hit.dated for hit in group) and any(hit.timed for hit in group) for group in groups):
        for group in groups:
            with suppress(Unclear):
                yield _once(group, scene)[0]


def _once(hits: Sequence[Hit], scene: Scene) -> tuple[Value, Bound]:
    dated = [each for each in hits if each.dated]
    hours = hours_of(hits, lambda said: _hourly(_dates(dated, scene), said, scene))
    value = _date(dated, hours, scene)
    if value is not None:
        if hours is not None and isinstance(value, Range) and any(_is_period(each) for each in dated):
            raise Unclear(Code.WHICH_DAY, *_each_day(value, hours, scene))
        value = _at(value, hours, scene)
    elif hours is not None:
        value = _today_at(hours, scene)
    if value is None:
        raise Unclear(Code.IMPOSSIBLE)
    bound = bound_of(hits)
    value = bounded(value, bound)
    if is_over(value, scene):
        raise Unclear(Code.PAST, value)
    return value, bound


def _is_period(hit: Hit) -> bool:
    date = hit.facts.get("date")
    return isinstance(date, Node) and date.meaning in _PERIODS


def _each_day(period: Range, hours: Hours, scene: Scene) -> list[Value]:
    """Return the days of a week at *hours*, of which one may be meant; of a longer one, none."""
    days = [period.start + timedelta(days=each) for each in range(7)]
    if days[-1] < period.end:
        return []
    inside = [each for each in days if scene.today <= each <= period.end]
    return [_loosely(each, hours, scene) for each in inside if is_working(each)] or [
        _loosely(each, hours, scene) for each in inside
    ]


def bound_of(hits: Sequence[Hit]) -> Bound:
    """Return what bounds what *hits* say: the day's bound comes first, and from one until another is none."""
    dated = [each for each in hits if each.dated]
    if _from_until(dated):
        return Bound.AT
    found = _first_bound(dated or hits)
    return _first_bound(hits) if found is Bound.AT else found


def _first_bound(hits: Iterable[Hit]) -> Bound:
    return next((each.bound for each in hits if each.bound is not Bound.AT), Bound.AT)


def _from_until(dated: Iterable[Hit]) -> bool:
    return {Bound.FROM, Bound.BY} <= {each.bound for each in dated}


def bounded(value: Value, bound: Bound) -> Value:
    """Return the day of a range that matters to *bound*."""
    if bound is Bound.AT or not isinstance(value, Range):
        return value
    return value.end if bound is Bound.BY else value.start


def is_over(value: Value, scene: Scene) -> bool:
    """Tell whether *value* is over."""
    end = value.end if isinstance(value, Range) else value
    return end <= scene.now if isinstance(end, datetime) else end < scene.today


def _today_at(hours: Hours, scene: Scene) -> Value:
    if hours.start.why is Code.WHICH_MIDNIGHT:
        hours = Hours(replace(hours.start, minutes=24 * 60, also=None, why=None), hours.end)
    value = on(scene.today, hours, scene.zone)
    begins = value.start if isinstance(value, Range) else value
    if isinstance(value, Range) and hours in _PARTS and not is_over(value, scene):
        return value
    if isinstance(begins, datetime) and begins <= scene.now:
        raise Unclear(Code.HOUR_PAST, on(scene.today + timedelta(days=1), hours, scene.zone))
    return value


def _at(value: Value, hours: Hours | None, scene: Scene) -> Value:
    return value if hours is None else on(value, hours, scene.zone)


def _date(dated: Sequence[Hit], hours: Hours | None, scene: Scene) -> Value | None:
    """Return the one date of *dated*; a doubt about it is one about it at those hours."""
    try:
        return _one(_dates(dated, scene))
    except Unclear as unclear:
        raise Unclear(unclear.code, *(_loosely(each, hours, scene) for each in unclear.candidates)) from unclear


def _one(days: Sequence[Value]) -> Value | None:
    if len(days) > 1:
        raise Unclear(Code.SEVERAL, *days)
    return days[0] if days else None


def _loosely(day: Value, hours: Hours | None, scene: Scene) -> Value:
    try:
        return _at(day, hours, scene)
    except Unclear as unclear:
        return unclear.candidates[0] if unclear.candidates else day


def _dates(dated: Sequence[Hit], scene: Scene) -> list[Value]:
    """Return the different dates that are said; from one and until another are a range."""
    days: dict[Value, Bound] = {}
    for hit in dated:
        days.setdefault(day_of(hit, scene), hit.bound)
    ends = {bound: day for day, bound in days.items()}
    if len(days) == 2 and set(ends) == {Bound.FROM, Bound.BY}:
        start, end = ends[Bound.FROM], ends[Bound.BY]
        if not isinstance(start, Range | datetime) and not isinstance(end, Range | datetime) and start <= end:
            return [Range(start, end)]
    return list(days)


def day_of(hit: Hit, scene: Scene) -> Value:  # noqa: PLR0911 (one for each way to say a day)
    """Return the day that *hit* says; raises :class:`Unclear`."""
    match hit.facts:
        case {"feast": name, **more}:
            return named(scene, name, more.get("year"), more.get("shift", 0))
        case {"eve": Node(_, {"shift": days}), "date": Node(meaning, facts)}:
            return _shifted(resolve(scene, Node(meaning, facts)), days)
        case {"amount": Node(meaning, facts), **more}:
            ago = {"ago": True} if more.get("ago") else {}
            return resolve(scene, Node(meaning, {**facts, **ago}))
        case {"days": days}:
            return scene.today + timedelta(days=days)
        case {"first": first, "last": last}:
            return resolve(scene, Node("spread", {"first": first, "last": last}))
        case {"date": Node(meaning, facts)}:
            return resolve(scene, Node(meaning, facts))
        case {"iso_moment": Node(_, facts)}:
            return resolve(scene, Node("calendar", {each: facts[each] for each in ("day", "month", "year")}))
        case {"weekday": weekday}:
            return resolve(scene, Node("weekday", {"weekday": weekday}))
        case _:
            return scene.today


def _shifted(value: Value, days: int) -> Value:
    """Return the day so many before or after *value*: of several days, before the first or after the last."""
    if isinstance(value, Range):
        value = value.start if days < 0 else value.end
    return value + timedelta(days=days)


def hours_of(hits: Sequence[Hit], shown: Callable[[Hours], Sequence[Value]]) -> Hours | None:
    """Return the one time of day that *hits* say; of several, what *shown* makes of each is asked about."""
    said: dict[Hours, None] = {}
    part = next((each.facts["part"] for each in hits if "part" in each.facts), None)
    for hit in sorted(hits, key=lambda each: "about" in each.facts):
        facts = hit.facts
        if _agrees(facts.get("about"), said):
            continue
        if "one_part" in facts:
            said |= {Hours.of_part(_part(facts[name])): None for name in ("one_part", "other_part")}
        elif "from_part" in facts:
            start, end = (Hours.of_part(_part(facts[each])) for each in ("from_part", "to_part"))
            said[Hours(start.start, end.end)] = None
        elif "start" in facts:
            span = between(clock(facts["start"]), clock(facts["end"]))
            # What is due before the end of the morning may be done in its last hour.
            is_due = facts.get("closes") and bound_of(hits) in (Bound.BY, Bound.BEFORE)
            said[Hours(clock(facts["end"])) if is_due else span] = None
        elif "iso_moment" in facts:
            said[Hours(clock(facts["iso_moment"]))] = None
        elif "clock" in facts:
            one = clock(facts["clock"])
            said[Hours(one if part is None else in_part(one, _part(part)))] = None
    if len(said) > 1:
        raise Unclear(Code.SEVERAL, *(value for hours in said for value in shown(hours)))
    if said:
        return next(iter(said))
    return None if part is None else Hours.of_part(_part(part))


def _agrees(about: tuple[int, int] | None, said: Iterable[Hours]) -> bool:
    """Tell whether one of the hours that are *said* is what people call so: ``9h de bonne heure``."""
    return about is not None and any(about[0] * 60 <= each.start.minutes <= about[1] * 60 for each in said)


def _part(said: Node | str) -> str:
    return said if isinstance(said, str) else str(said.facts["part"])


def _hourly(days: Sequence[Value], hours: Hours, scene: Scene) -> list[Value]:
    return [_loosely(each, hours, scene) for each in days or [scene.today]]
