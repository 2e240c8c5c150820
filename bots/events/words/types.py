"""The fields of an event that no other kind has: when it is, how it repeats, what reminds of it (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from bots.assistant.talk.markup import Rich, join, text
from bots.assistant.talk.scene import Place
from bots.calendar.event import Alarm, Event
from bots.calendar.format.findings import Findings
from bots.calendar.format.lines import ContentLine, read_line
from bots.calendar.format.zones import UTC_ZONE, Zones
from bots.calendar.vevent import EventReader
from bots.events.kept import wire
from bots.events.kept.kinds import MAX_LINES
from bots.events.words import hours
from bots.events.words.times import Times
from bots.items.types.type import Asking, Type, Unclear
from bots.register.format.canonical import Json
from bots.when.saying import say, say_rule
from bots.when.values import Locale

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_COUNTED: Final = timedelta(hours=3)
"""Up to there people count in hours and minutes, « 1 h 30 avant »."""
_HALF_A_DAY: Final = timedelta(hours=12)
_MOST_NAMED: Final = 4
"""So many days on which a series does not take place are named."""
_UNITS: Final = ((timedelta(days=7), "week"), (timedelta(days=1), "day"), (timedelta(hours=1), "hour"))


def _event(fields: Mapping[str, Any]) -> Event | None:
    unheard = Findings()
    return EventReader(wire.component_of("", {"title": "…", **fields}), Zones(UTC_ZONE, unheard), unheard).read()


def series_of(times: Times | None, rule: tuple[str, ...] | None) -> Event | None:
    """Return when something takes place, of the two fields that say so; None where nothing does."""
    if times is None:
        return None
    return _event({"when": When().write(times), "rule": None if rule is None else [*rule]})


@dataclass(frozen=True)
class When(Type[Times]):
    """From when to when, as clocks show it where it is."""

    def read(self, raw: object) -> Times | None:
        """Return the times in *raw*."""
        found = _event({"when": raw})
        return None if found is None else Times(found.start, found.length, exact=found.exact)

    def write(self, value: Times) -> Json:
        """Return the field as the register holds it."""
        zone = value.start.zone or UTC_ZONE
        return wire.when_of(Event("", value.start, value.length, value.exact), zone)

    def parse(self, words: Sequence[str], asking: Asking) -> Times | Unclear:
        """Times are read by the event's own commands, which know when it is now."""
        raise NotImplementedError

    def say(self, value: Times, place: Place) -> Rich:
        """Return it in words, in the hours of the collectivity, and of other towns of the room."""
        return text(hours.said(place, Event("", value.start, value.length, value.exact)))


@dataclass(frozen=True)
class Repeats(Type[tuple[str, ...]]):
    """How it repeats, as content lines: rules, extra dates, exceptions."""

    def read(self, raw: object) -> tuple[str, ...] | None:
        """Return the lines in *raw*."""
        lines = [line for line in raw if isinstance(line, str)] if isinstance(raw, list) else []
        return tuple(lines[:MAX_LINES]) or None

    def write(self, value: tuple[str, ...]) -> Json:
        """Return the lines."""
        return [*value]

    def parse(self, words: Sequence[str], asking: Asking) -> tuple[str, ...] | Unclear:
        """Rules are read by the event's own command, which knows when it begins."""
        raise NotImplementedError

    def say(self, value: tuple[str, ...], place: Place) -> Rich:
        """Return the rules in words; of those that nobody says so, that it repeats."""
        lines = [line for raw in value if (line := read_line(raw)) is not None]
        said = [_ruled(line, place) for line in lines if line.name == "RRULE"]
        also = sorted({day for line in lines if line.name == "RDATE" for day in line.value.split(",")})
        known = [] if len(also) > _MOST_NAMED else [day for each in also if (day := _day(each)) is not None]
        if known:
            among = ", ".join(say(day, place.language) for day in known)
            said.append(text(place.texts.gettext("also on {days}").format(days=among)))
        elif also:
            said.append(text(place.texts.gettext("on several dates")))
        days = sorted({day for line in lines if line.name == "EXDATE" for day in line.value.split(",")})
        named = [] if len(days) > _MOST_NAMED else [day for each in days if (day := _day(each)) is not None]
        if named:
            among = ", ".join(say(day, place.language) for day in named)
            said.append(text(place.texts.gettext("except on {days}").format(days=among)))
        elif days:
            sentence = place.texts.ngettext("except {count} time", "except {count} times", len(days))
            said.append(text(sentence.format(count=len(days))))
        return join(", ", said or [text(place.texts.gettext("repeats"))])


def _day(written: str) -> date | None:
    """Return the day of ``20261228T090000``; None where it is none."""
    try:
        return datetime.strptime(written[:8], "%Y%m%d").date()
    except ValueError:
        return None


def _ruled(line: ContentLine, place: Place) -> Rich:
    try:
        return text(say_rule(line.value, place.language))
    except (ValueError, KeyError, IndexError, TypeError):
        return text(place.texts.gettext("repeats"))


@dataclass(frozen=True)
class Alarms(Type[tuple[Alarm, ...]]):
    """How long before it people are reminded."""

    private: bool = True

    def read(self, raw: object) -> tuple[Alarm, ...] | None:
        """Return the alarms in *raw*."""
        found = _event({"when": {"start": "2000-01-01T00:00", "zone": "UTC"}, "alarms": raw})
        return (found.alarms or None) if found is not None else None

    def write(self, value: tuple[Alarm, ...]) -> Json:
        """Return them as content lines."""
        return [wire.alarm_of(alarm) for alarm in value]

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "1 jour", "en": "1 day"}

    def parse(self, words: Sequence[str], asking: Asking) -> tuple[Alarm, ...] | Unclear:
        """Alarms are read by the event's own command."""
        raise NotImplementedError

    def say(self, value: tuple[Alarm, ...], place: Place) -> Rich:
        """Return how long before."""
        return join(", ", [text(before(alarm, place)) for alarm in value])


def reminders_of(alarms: tuple[Alarm, ...], times: Times | None, place: Place) -> Rich:
    """Return when *alarms* ring before what takes place at *times*."""
    return join(", ", [text(_at_hour(alarm, times, place) or before(alarm, place)) for alarm in alarms])


def _at_hour(alarm: Alarm, times: Times | None, place: Place) -> str:
    """Return « la veille à 9 h », where nobody would count the hours: « 32 h 45 avant »; "" where people do."""
    if times is None or times.start.clock is None or not isinstance(alarm.trigger, timedelta):
        return ""
    length = -alarm.trigger
    if alarm.related != "START" or length < _COUNTED or length % _DAY == timedelta():
        return ""
    at = times.start.local - length
    days = (times.start.day - at.date()).days
    if length < _HALF_A_DAY and length % _HOUR == timedelta():
        return ""
    gettext, hour = place.texts.gettext, _clock(at, place)
    if days == 0:
        return gettext("on the day at {hour}").format(hour=hour)
    if days == 1:
        return gettext("the day before at {hour}").format(hour=hour)
    return place.texts.ngettext("{count} day before at {hour}", "{count} days before at {hour}", days).format(
        count=days, hour=hour
    )


def _clock(at: datetime, place: Place) -> str:
    day = say(at.date(), place.language)
    return say(at, place.language).removeprefix(day).strip(" ,").removeprefix("à ")


def before(alarm: Alarm, place: Place) -> str:
    """Return how long before an event *alarm* rings, in words."""
    texts = place.texts
    if not isinstance(alarm.trigger, timedelta):
        return texts.gettext("at a fixed time")
    length = abs(alarm.trigger)
    for unit, name in _UNITS:
        count, left = divmod(length, unit)
        if count and not left:
            sentences = {
                "week": texts.ngettext("{count} week before", "{count} weeks before", count),
                "day": texts.ngettext("{count} day before", "{count} days before", count),
                "hour": texts.ngettext("{count} hour before", "{count} hours before", count),
            }
            return sentences[name].format(count=count)
    minutes = length // timedelta(minutes=1)
    if minutes < 60:
        return texts.ngettext("{count} minute before", "{count} minutes before", minutes).format(count=minutes)
    days, hours, left_minutes = length.days, length.seconds // 3600, minutes % 60
    clock = f"{hours + 24 * days} h {left_minutes:02}" if left_minutes else f"{hours + 24 * days} h"
    return texts.gettext("{clock} before").format(clock=clock)
