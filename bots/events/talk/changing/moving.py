"""``!agenda déplacer 3 à jeudi 10h``: an event, one time of a series, all of it, or all from one time on (pure)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final, assert_never

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.calendar.event import Event, Extra
from bots.calendar.format.values import Moment
from bots.calendar.writing import rule_lines
from bots.events.kept.begins import begins
from bots.events.kept.kinds import WITHDRAWN
from bots.events.kept.meeting import Change, Meeting
from bots.events.kept.sitting import Sitting, next_sitting, on_day, shown
from bots.events.kept.wire import when_of
from bots.events.talk import replies
from bots.events.talk.adding import language
from bots.events.talk.concerned import AGAIN
from bots.events.talk.deed import Deed
from bots.events.words import moving
from bots.events.words.scope import Scope, Which, from_day, scope_in
from bots.events.words.times import Times
from bots.register.format.canonical import Json
from bots.when.values import Locale

_MOST_MONTHS: Final = 4
"""Months in which a day that is said by its number is looked for."""
_MOST_CHANGES: Final = 20
"""Times of a series that are otherwise, and are moved along with it."""


def move(deed: Deed) -> Reply:
    """Move an event, or what of a series is meant."""
    request, meeting = deed.request, deed.meeting
    scope, text = _of_series(deed, *scope_in(deed.text, request.here, language(request)))
    chosen = sitting_of(deed, scope)
    if not isinstance(chosen, Sitting):
        return ask(request, chosen)
    whole = meeting.event.repeats and scope is not None and scope.which is Which.ALL
    base = _regular(meeting, chosen) if whole else shown(chosen)
    # Of a whole series, “Wednesday” is that of its own week.
    asked = _said_on(request, base) if whole else request
    near = scope is not None and scope.day is not None and not whole
    times = times_for(asked, base, text, language(request), near=near)
    if not isinstance(times, Times):
        return ask(request, times or replies.to_when(request, text.split()))
    if meeting.event.repeats and scope is None:
        return ask(request, replies.which_times(request, chosen, deed.words))
    if scope is None or not meeting.event.repeats:
        return _moved_to(deed, chosen, base, times, Which.ALL)
    return _moved_to(deed, chosen, base, times, scope.which)


def _of_series(deed: Deed, scope: Scope | None, text: str) -> tuple[Scope | None, str]:
    """Return which time of a series is meant where only its day is said, ``du 14 à mardi 15``, and the rest."""
    if not deed.meeting.event.repeats or (scope is not None and (scope.which is not Which.ONCE or scope.day)):
        return scope, text
    once, rest = from_day(text, deed.request.here, language(deed.request))
    if once is None or (scope is None and _on_day_of(deed, once) is None):
        return scope, text
    return once, rest


def _on_day_of(deed: Deed, scope: Scope) -> Sitting | None:
    """Return the time on the day of *scope*; of a day without a month, in the next month that has one."""
    day = scope.day
    for _ in range(_MOST_MONTHS if scope.monthless else 1):
        found = None if day is None else on_day(deed.meeting, day, deed.floating)
        if found is not None or day is None:
            return found
        day = _month_later(day)
    return None


def _month_later(day: date) -> date | None:
    year, month = divmod(day.year * 12 + day.month, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return None


def _regular(meeting: Meeting, chosen: Sitting) -> Event:
    """Return the event as it would be at that time, had nobody changed it."""
    return replace(meeting.event, start=chosen.recurrence)


def times_for(request: Request, base: Event, text: str, spoken: Locale, *, near: bool) -> Times | Question | None:
    """Return when *base* would be in the words *text*; *near*: a day without a date is the one nearest to it."""
    times = moving.moved(text, base, request, spoken)
    return _nearest(times, moving.moved(text, base, _said_on(request, base), spoken), base) if near else times


def _nearest(one: Times | Question | None, other: Times | Question | None, base: Event) -> Times | Question | None:
    """Return whichever of two readings lies nearer to *base*: « celle du 14 à mardi » is that of its week."""
    if not isinstance(one, Times) or not isinstance(other, Times):
        return one if isinstance(one, Times) else other or one
    away = [abs(times.start.local - base.start.local) for times in (one, other)]
    return one if away[0] <= away[1] else other


def _said_on(request: Request, base: Event) -> Request:
    start = datetime.combine(base.start.day, time(), request.zone)
    return replace(request, now=start)


def _moved_to(deed: Deed, chosen: Sitting, base: Event, times: Times, which: Which) -> Reply:
    request, meeting = deed.request, deed.meeting
    now = replace(base, start=times.start, length=times.length, exact=times.exact)
    fields: dict[str, Json] = {"when": when_of(now, deed.floating)}
    match which:
        case Which.ALL:
            return whole(deed, base, now)
        case Which.ONCE:
            deed.write_once(chosen.recurrence, fields)
            return _told(deed, base, now, chosen)
        case Which.ONWARDS:
            deed.write_once(chosen.recurrence, {**fields, "onwards": True})
            return _calling(deed, replies.moved_onwards(request, meeting, now), base, now, chosen)
        case _:
            assert_never(which)


def sitting_of(deed: Deed, scope: Scope | None) -> Sitting | Rich | Question:
    """Return the time that is meant: that of the day, or the next one; or what is said instead."""
    meeting = deed.meeting
    if scope is not None and scope.day is not None:
        return _on_day_of(deed, scope) or replies.not_that_day(deed.request, meeting)
    following = next_sitting(meeting, deed.request.now, deed.floating)
    if following is not None:
        return following
    alone = None if meeting.event.repeats else on_day(meeting, meeting.event.start.day, deed.floating)
    return alone or replies.over(deed.request, meeting)


def whole(deed: Deed, base: Event, now: Event) -> Reply:
    """Move all of it: a series by as much as the time that was named."""
    meeting = deed.meeting
    by = now.start.local - base.start.local
    moved = _moved(meeting.event, now, by)
    if moved is None:
        return ask(deed.request, replies.cannot_shift(deed.request, meeting))
    apart = live(deed)
    if len(apart) > _MOST_CHANGES:
        return ask(deed.request, replies.too_many_changes(deed.request, meeting))
    fields: dict[str, Json] = {"when": when_of(moved, deed.floating)}
    if moved.repeats:
        fields["rule"] = [*rule_lines(moved)]
    deed.write(fields)
    carry(deed, apart if by else (), by)
    return _told(deed, base, now)


def live(deed: Deed) -> list[Change]:
    """Return what is otherwise once in a series."""
    return [change for change in deed.meeting.changes if change.fields.get("status") != WITHDRAWN]


def carry(deed: Deed, changes: Iterable[Change], by: timedelta) -> None:
    """Move along what is otherwise once: it is told apart by when it would be."""
    for change in changes:
        deed.write_once(change.recurrence, {"status": WITHDRAWN})
        kept = {name: value for name, value in change.fields.items() if name != "status" or value != WITHDRAWN}
        deed.write_once(_shifted(change.recurrence, by), kept)
    # What is said is about all of it.
    deed.once = None


def _told(deed: Deed, before: Event, now: Event, chosen: Sitting | None = None) -> Reply:
    return _calling(deed, replies.moved(deed.request, deed.meeting, before, now), before, now, chosen)


def _calling(deed: Deed, said: Rich, before: Event, now: Event, chosen: Sitting | None) -> Reply:
    """Say it; where it begins otherwise, to those who had said that they come, too."""
    if begins(before.start, deed.floating) == begins(now.start, deed.floating):
        return deed.reply(said)
    return deed.calling(said, deed.request.texts.gettext(AGAIN), None if chosen is None else chosen.answers)


def _moved(event: Event, now: Event, by: timedelta) -> Event | None:
    """Return *event*, a series too, moved *by* so much and as long as *now*; None where its rule cannot be moved."""
    start = now.start if not event.repeats else _placed(event.start, now.start, by)
    rules = [moving.shifted(rule, by) for rule in event.rules]
    if any(rule is None for rule in rules):
        return None
    return replace(
        event,
        start=start,
        length=now.length,
        exact=now.exact,
        rules=tuple(rule for rule in rules if rule is not None),
        extras=tuple(Extra(_shifted(extra.start, by), extra.length) for extra in event.extras),
        excluded=tuple(_shifted(moment, by) for moment in event.excluded),
    )


def _placed(start: Moment, now: Moment, by: timedelta) -> Moment:
    """Return the first start of a series moved *by* so much, of days or of hours as *now* is."""
    local = start.local + by
    return Moment(local.date(), None if now.clock is None else local.time(), now.zone)


def _shifted(moment: Moment, by: timedelta) -> Moment:
    return moment.at(moment.local + by)
