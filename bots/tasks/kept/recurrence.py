"""When a recurring task is due next: the first time after now, so that missed ones do not pile up (pure)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bots.tasks.kept.task import Recurrence, Span
from bots.when.meaning.hours import moment
from bots.when.rule import Rule

_MOST_STEPS: Final = 20_000
"""Days that fit a rule but for its interval; a thousand years of most, fifty of "every working day"."""
_MOST_MISSED: Final = 10_000


def following(rule: Recurrence, done: Span, now: datetime) -> tuple[Span, Recurrence] | None:
    """Return when a series comes back after the one that stood for its anchor, and the rule from there on.

    None when it is over. That is after the anchor and not before now, wherever *done* had been moved to; what it had
    of a start keeps its distance from the end.
    """
    last = rule.anchor.date() if isinstance(rule.anchor, datetime) else rule.anchor
    for passed, day in enumerate(occurrences(rule)):
        due = _at(day, rule.anchor)
        if day > last and (due > now if isinstance(due, datetime) else due >= now.date()):
            # The hour of the first one stays that of the series: what the clocks skip is later that night only.
            return _moved(done, due), Recurrence(_counted(rule.rrule, passed), _as_said(day, rule.anchor))
        if passed >= _MOST_MISSED:
            return None
    return None


def _counted(rrule: str, passed: int) -> str:
    rule = Rule.parse(rrule)
    return rrule if rule.count is None else str(replace(rule, count=rule.count - passed))


def occurrences(rule: Recurrence) -> Iterator[date]:
    """Yield the days of a series from its anchor on (RFC 5545 3.3.10, as far as people say it)."""
    ruled = Rule.parse(rule.rrule)
    anchor = rule.anchor.date() if isinstance(rule.anchor, datetime) else rule.anchor
    until = ruled.until.date() if isinstance(ruled.until, datetime) else ruled.until
    for number, day in enumerate(_days(ruled.anchored(anchor), anchor)):
        if (ruled.count is not None and number >= ruled.count) or (until is not None and day > until):
            return
        yield day


def _days(rule: Rule, anchor: date) -> Iterator[date]:
    day = anchor
    for _ in range(_MOST_STEPS):
        found = rule.next(day)
        if found is None:
            return
        apart = _apart(rule, anchor, found) % rule.interval
        if not apart:
            yield found
        # Days are stepped over at once; the other units are few enough to be looked at.
        step = rule.interval - apart if rule.freq == "DAILY" and not rule.by_day else 1
        if found.toordinal() + step > date.max.toordinal():
            return
        day = found + timedelta(days=step)


def _apart(rule: Rule, anchor: date, day: date) -> int:
    """Return how many of the rule's units lie between the anchor's and *day*'s."""
    match rule.freq:
        case "DAILY":
            return (day - anchor).days
        case "WEEKLY":
            return ((day - timedelta(days=day.weekday())) - (anchor - timedelta(days=anchor.weekday()))).days // 7
        case "MONTHLY":
            return (day.year - anchor.year) * 12 + day.month - anchor.month
        case _:
            return day.year - anchor.year


def _as_said(day: date, anchor: date | datetime) -> date | datetime:
    """Return *day* at the hour of *anchor*, whether or not there is one that day."""
    return datetime.combine(day, anchor.timetz()) if isinstance(anchor, datetime) else day


def _at(day: date, anchor: date | datetime) -> date | datetime:
    if not isinstance(anchor, datetime):
        return day
    assert isinstance(anchor.tzinfo, ZoneInfo), "read so"
    return moment(day, anchor.hour * 60 + anchor.minute, anchor.tzinfo)


def _moved(done: Span, due: date | datetime) -> Span:
    if done.due is None:
        return Span(start=due) if done.start is not None else Span(due)
    if done.start is None or isinstance(done.due, datetime) != isinstance(due, datetime):
        return Span(due)
    return Span(due, due - (done.due - done.start))
