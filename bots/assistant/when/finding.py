"""The one time that a sentence speaks of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.when import english, french, series
from bots.assistant.when.dates import resolve
from bots.assistant.when.days import named
from bots.assistant.when.feasts import MOVABLE
from bots.assistant.when.grammar import Grammar, Node
from bots.assistant.when.hours import PARTS, Hours, between, clock, in_part, on
from bots.assistant.when.rule import Rule
from bots.assistant.when.scanning import Cluster, Hit, clusters, spans
from bots.assistant.when.scene import Scene
from bots.assistant.when.tokens import Text
from bots.assistant.when.values import Bound, Code, Doubt, Locale, Range, Unclear, Value, When

_TABLES: Final = {"fr": french.TABLES, "en": english.TABLES}
_OVER: Final = frozenset({Code.PAST, Code.WHICH_YEAR})
_PARTS: Final = frozenset(Hours.of_part(each) for each in PARTS)


def find(text: str, now: datetime, zone: ZoneInfo, locale: Locale) -> When | Doubt | None:
    """Return the time that *text* speaks of, a doubt about it, or None when there is none in it.

    *now* must be aware, and between the years 1900 and 2200; hours are those of *zone*. Never raises on any text, and
    takes time in proportion to its length.
    """
    read = Text(text)
    scene = Scene(now.astimezone(zone), zone, day_first=locale == "fr")
    hits = _that_count(clusters(grammar(locale), read), scene)
    if not hits:
        return None
    where = spans(hits, read)
    try:
        value, rule, bound = _meant(hits, scene)
    except Unclear as unclear:
        return Doubt(where, unclear.code, unclear.candidates)
    except OverflowError:
        # The calendar of Python ends with the year 9999.
        return Doubt(where, Code.IMPOSSIBLE)
    return When(where, value, rule, bound)


@cache
def grammar(locale: Locale) -> Grammar:
    """Return the grammar of a language, compiled when it is first asked for."""
    return Grammar(_TABLES[locale])


def _that_count(groups: Sequence[Cluster], scene: Scene) -> tuple[Hit, ...]:
    """Return the hits that ask for something; ``la réunion du 3 décembre`` yields to any other date."""
    groups = [part for each in groups for part in _parted(each)]
    kept = [each for each in groups if not _is_reference(each) or not _over(each, scene)]
    asking = [each for each in kept if not _is_reference(each)]
    if any(hit.dated or hit.repeated for each in asking for hit in each):
        kept = asking
    return tuple(hit for each in kept for hit in each)


def _parted(group: Cluster) -> Iterator[Cluster]:
    """Part a reference from the date beside it: ``la réunion du 3 décembre | avant vendredi``."""
    part: list[Hit] = []
    weak: bool | None = None
    for hit in group:
        if hit.dated:
            if weak not in (None, hit.weak):
                yield tuple(part)
                part = []
            weak = hit.weak
        part.append(hit)
    yield tuple(part)


def _is_reference(group: Cluster) -> bool:
    said = [each for each in group if each.dated or each.repeated]
    return bool(said) and all(each.weak for each in said)


def _over(group: Cluster, scene: Scene) -> bool:
    try:
        return any(_is_over(value, scene) for value in (_day(each, scene) for each in group if each.dated))
    except Unclear as unclear:
        return unclear.code in _OVER


def _meant(hits: Sequence[Hit], scene: Scene) -> tuple[Value, str | None, Bound]:
    if any(each.facts.get("beyond") for each in hits):
        raise Unclear(Code.BEYOND)
    if any(each.repeated for each in hits):
        return *_series(hits, scene), Bound.AT
    dated = [each for each in hits if each.dated]
    hours = _hours(hits, lambda said: _hourly(_dates(dated, scene), said, scene))
    value, bound = _date(dated, hours, scene), _bound(dated or hits)
    if _from_until(dated):
        bound = Bound.AT
    if value is None and hours is not None:
        value = _today_at(hours, scene)
    elif value is not None:
        value = _at(value, hours, scene)
    if value is None:
        raise Unclear(Code.IMPOSSIBLE)
    if bound is Bound.AT and not _from_until(dated):
        bound = _bound(hits)
    value = _bounded(value, bound)
    if _is_over(value, scene):
        raise Unclear(Code.PAST, value)
    if any(each.facts.get("once_or_weekly") for each in hits):
        raise Unclear(Code.ONCE_OR_WEEKLY, value)
    return value, None, bound


def _bound(hits: Iterable[Hit]) -> Bound:
    return next((each.bound for each in hits if each.bound is not Bound.AT), Bound.AT)


def _from_until(dated: Iterable[Hit]) -> bool:
    return {Bound.FROM, Bound.BY} <= {each.bound for each in dated}


def _bounded(value: Value, bound: Bound) -> Value:
    if bound is Bound.AT or not isinstance(value, Range):
        return value
    return value.end if bound is Bound.BY else value.start


def _is_over(value: Value, scene: Scene) -> bool:
    end = value.end if isinstance(value, Range) else value
    return end <= scene.now if isinstance(end, datetime) else end < scene.today


def _today_at(hours: Hours, scene: Scene) -> Value:
    if hours.start.why is Code.WHICH_MIDNIGHT:
        hours = Hours(replace(hours.start, minutes=24 * 60, also=None, why=None), hours.end)
    value = on(scene.today, hours, scene.zone)
    begins = value.start if isinstance(value, Range) else value
    if isinstance(value, Range) and hours in _PARTS and not _is_over(value, scene):
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
    for each in dated:
        days.setdefault(_day(each, scene), each.bound)
    ends = {bound: day for day, bound in days.items()}
    if len(days) == 2 and set(ends) == {Bound.FROM, Bound.BY}:
        start, end = ends[Bound.FROM], ends[Bound.BY]
        if not isinstance(start, Range | datetime) and not isinstance(end, Range | datetime) and start <= end:
            return [Range(start, end)]
    return list(days)


def _day(hit: Hit, scene: Scene) -> Value:  # noqa: PLR0911 (one for each way to say a day)
    """Return the day that *hit* says; raises :class:`Unclear`."""
    match hit.facts:
        case {"feast": name, **more}:
            return named(scene, name, more.get("year"), more.get("shift", 0))
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


def _hours(hits: Sequence[Hit], shown: Callable[[Hours], Sequence[Value]]) -> Hours | None:
    """Return the one time of day that *hits* say; of several, what *shown* makes of each is asked about."""
    said: dict[Hours, None] = {}
    part = next((each.facts["part"] for each in hits if "part" in each.facts), None)
    for each in hits:
        facts = each.facts
        if "from_part" in facts:
            start, end = (Hours.of_part(_part(facts[each])) for each in ("from_part", "to_part"))
            said[Hours(start.start, end.end)] = None
        elif "start" in facts:
            said[between(clock(facts["start"]), clock(facts["end"]))] = None
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


def _part(said: Node | str) -> str:
    return said if isinstance(said, str) else str(said.facts["part"])


def _hourly(days: Sequence[Value], hours: Hours, scene: Scene) -> list[Value]:
    return [_loosely(each, hours, scene) for each in days or [scene.today]]


def _series(hits: Sequence[Hit], scene: Scene) -> tuple[Value, str]:
    scene = replace(scene, recurring=True)
    said = series.rule([_repeat(each) for each in hits if each.repeated])
    dated = [(each, _day(each, scene)) for each in hits if each.dated]
    if said.freq in ("MONTHLY", "YEARLY") and any(_moves(each) for each, _ in dated if each.bound is Bound.AT):
        raise Unclear(Code.BEYOND)
    within = _within(day for hit, day in dated if hit.bound is Bound.AT)
    hours = _hours(hits, lambda _: ())
    if hours is not None and hours.start.why is Code.WHICH_MIDNIGHT:
        hours = Hours(replace(hours.start, also=None, why=None), hours.end)
    plan = series.Plan(
        rule=said,
        anchor=_only(day for hit, day in dated if hit.bound is Bound.AT and day != within),
        since=_only(day for hit, day in dated if hit.bound is Bound.FROM or day == within),
        until=_only(
            _last_day(day, hit.bound) for hit, day in dated if hit.bound in (Bound.BY, Bound.BEFORE) or day == within
        ),
        count=next((int(each.facts["count"]) for each in hits if "count" in each.facts), None),
        during=next((each.facts["during"] for each in hits if "during" in each.facts), None),
        bounds_each=not any(hit.bound is Bound.FROM or "during" in hit.facts for hit in hits),
    )
    return series.begun(plan, hours, scene)


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
