"""``!agenda répéter 3 tous les mardis``, and ``!agenda rappel 3 1 jour``: how it repeats, what reminds of it (pure)."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.doubts import doubtful
from bots.calendar.event import Event
from bots.calendar.format.values import Moment
from bots.calendar.writing import rule_lines
from bots.events.kept.lost import lost
from bots.events.kept.sitting import on_day
from bots.events.kept.wire import when_of
from bots.events.talk import replies
from bots.events.talk.adding import language
from bots.events.talk.changing import moving
from bots.events.talk.deed import Deed
from bots.events.talk.kind import ALARMS, EVENT
from bots.events.words.asides import asides
from bots.events.words.times import excluded, moment, ruled
from bots.items.board import Board
from bots.items.saying import echo
from bots.when.finding import find
from bots.when.values import Doubt, Range, When

_SET_BY_START: Final = re.compile(r"BYDAY=[A-Z]{2}|BYMONTHDAY=\d+|BYMONTH=\d+|WKST=.*")
"""What the first day says as well."""
_NEVER: Final = frozenset({"jamais", "plus", "aucun", "aucune", "non", "never", "once", "no", "none", "sans"})


def repeat(deed: Deed) -> Reply:
    """Have an event repeat, or no longer."""
    request, event = deed.request, deed.meeting.event
    if deed.words and all(fold(word) in _NEVER for word in deed.words):
        deed.write({"rule": None})
        return _repeated(deed, replace(event, rules=(), extras=(), excluded=(), unless=()))
    begins = datetime.combine(event.start.day, time(), request.zone)
    said = asides(deed.text, begins, language(request))
    match find(said.text, begins, request.zone, language(request)):
        case When(rule=str() as rule) as when:
            start = _first(event, when, request)
            if _at_another_hour(event, rule, start) and not said.excluded:
                return moving.whole(deed, event, replace(event, start=start))
            now = replace(event, start=start, rules=ruled(rule, start), extras=(), unless=())
            now = replace(now, excluded=_excluded(deed, now, said.excluded))
            deed.write({"when": when_of(now, deed.floating), "rule": [*rule_lines(now)]})
            _carry(deed, now)
            return _repeated(deed, now)
        case Doubt() as doubt:
            return ask(request, doubtful(request, said.text, doubt))
        case _:
            return ask(request, replies.how_often(request, deed.words))


def _first(event: Event, when: When, request: Request) -> Moment:
    """Return the first time of the series: at the hour at which the event is, where nobody said another one."""
    value = when.value.start if isinstance(when.value, Range) else when.value
    first = moment(value, request.zone)
    if first.clock is None and event.start.clock is not None:
        return event.start.at(datetime.combine(first.day, event.start.clock))
    return first


def _at_another_hour(event: Event, rule: str, start: Moment) -> bool:
    """Tell whether the series stays as it is but for its hour: « à 9h30 toutes les semaines » of a weekly one."""
    if len(event.rules) != 1 or start.day != event.start.day or None in (start.clock, event.start.clock):
        return False
    said, kept = ({*text.split(";")} for text in (rule, event.rules[0].text))
    days = {part for part in kept if _SET_BY_START.fullmatch(part)}
    return start.clock != event.start.clock and said - days == kept - days


def _excluded(deed: Deed, now: Event, said: Iterable[date]) -> tuple[Moment, ...]:
    """Return when the series *now* does not take place: on the days that are *said*, and where it did not before."""
    before = (moment.day for moment in deed.meeting.event.excluded)
    days = {*said, *(day for day in before if _takes_place(deed, replace(now, excluded=()), day))}
    return excluded(sorted(days), now.start)


def _carry(deed: Deed, now: Event) -> None:
    """Keep what is otherwise once on days that the series has *now*, where its hour is another one."""
    before, after = deed.meeting.event.start.clock, now.start.clock
    if before is None or after is None or before == after:
        return
    by = datetime.combine(date.min, after) - datetime.combine(date.min, before)
    moving.carry(deed, [each for each in moving.live(deed) if _takes_place(deed, now, each.recurrence.day)], by)


def _takes_place(deed: Deed, event: Event, day: date) -> bool:
    return on_day(replace(deed.meeting, event=event, changes=()), day, deed.floating) is not None


def remind(deed: Deed) -> Reply:
    """Set when people are reminded of an event; ``aucun`` ends that."""
    request = deed.request
    if deed.words and all(fold(word) in _NEVER for word in deed.words):
        deed.write({"alarms": None})
        return _changed(deed)
    said = asides(f"rappel {deed.text}", request.here, language(request))
    start = deed.meeting.event.start
    alarms = (*said.alarms, *(eve.before(start.local) for eve in said.eves))
    if not alarms or said.text:
        return ask(request, replies.how_long_before(request, deed.words))
    deed.write({"alarms": ALARMS.written(alarms)})
    return _changed(deed)


def _repeated(deed: Deed, event: Event) -> Reply:
    """Say how it repeats now; those who come to times that are no more are called."""
    gone = lost(deed.meeting, replace(deed.meeting, event=event), deed.request.now)
    return deed.losing(_stands_now(deed), gone)


def _changed(deed: Deed) -> Reply:
    """Say how the event stands now."""
    return deed.reply(_stands_now(deed))


def _stands_now(deed: Deed) -> Rich:
    work = deed.work
    changes = work.editing.changes()
    after = Board(EVENT, deed.request.state, work.editing.pending(changes, work.editing.inverse()))
    item = after.get(deed.meeting.id)
    assert item is not None, "it is there"
    return echo.changed(deed.request, item)
