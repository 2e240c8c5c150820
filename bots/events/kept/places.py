"""Where on the line of time plain events lie: found by day, without reading them (pure)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, time
from functools import lru_cache
from heapq import nsmallest
from typing import Final

from bots.calendar.format.values import Moment
from bots.calendar.format.zones import Zone, iana
from bots.events.kept.kinds import Span
from bots.register.replica.object import Object

_LONG: Final = 62
"""Days: what lasts longer is looked at whatever day is asked for."""
MANY: Final = 500
"""Of so many that are asked for, the next ones are looked for day by day."""
_MINUTE: Final = 16
"""Characters of ``2026-11-27T10:00``."""
_DAY: Final = 10


def plain_span(found: Object, floating: Zone) -> Span | None:
    """Return from when to when a plain event is, as reading all of it would tell; None for one that must be read."""
    when = found.value("when")
    if not isinstance(when, dict) or when.keys() - {"start", "end", "zone"}:
        return None
    if found.value("rule") or found.value("zones") or found.first("recurrence") is not None:
        return None
    zone, start, end = when.get("zone"), when.get("start"), when.get("end")
    where = floating if zone is None else _zone(zone) if isinstance(zone, str) else None
    if where is None or not isinstance(start, str) or not isinstance(end, str) or len(start) != len(end):
        return None
    begins, ends = (_moment(said, where, floating) for said in (start, end))
    return (begins, ends) if begins is not None and ends is not None and begins < ends else None


@lru_cache(maxsize=20_000)
def _moment(said: str, zone: Zone, floating: Zone) -> datetime | None:
    try:
        if len(said) == _DAY and said.count("-") == 2:
            return floating.utc(datetime.combine(date.fromisoformat(said), time()))
        if len(said) == _MINUTE and said[10] == "T" and said[13] == ":" and said[:_DAY].count("-") == 2:
            return Moment(date.fromisoformat(said[:_DAY]), time.fromisoformat(said[11:]), zone).utc(floating)
    except (ValueError, OverflowError):
        return None
    return None


@lru_cache(maxsize=64)
def _zone(name: str) -> Zone | None:
    return iana(name)


class Places:
    """Which plain events lie on which days (UTC)."""

    def __init__(self) -> None:
        self.spans: dict[str, Span] = {}
        self._days: dict[int, dict[str, None]] = defaultdict(dict)

    def put(self, event_id: str, span: Span) -> bool:
        """Place an event; False for one that lasts too long to be found by its days."""
        days = _days(span)
        if len(days) > _LONG:
            return False
        self.spans[event_id] = span
        for day in days:
            self._days[day][event_id] = None
        return True

    def drop(self, event_id: str) -> None:
        """Take an event away."""
        span = self.spans.pop(event_id, None)
        for day in () if span is None else _days(span):
            self._days[day].pop(event_id, None)

    def between(self, start: datetime, stop: datetime) -> list[tuple[datetime, str]]:
        """Return what begins, or is going on, from *start* until *stop*, with its start, the earliest first."""
        days = _days((start.astimezone(UTC), stop.astimezone(UTC)))
        ids = dict.fromkeys(event_id for day in days for event_id in self._days.get(day, ()))
        spans = ((event_id, self.spans[event_id]) for event_id in ids)
        return sorted((span[0], event_id) for event_id, span in spans if _touches(span, start, stop))

    def coming(self, ids: Collection[str], now: datetime, most: int) -> list[str]:
        """Return those of *ids*, a set where they are many, that are not over at *now*: the *most* next ones."""
        if len(ids) > MANY:
            return self._first_of(ids, now, most)
        held = ((span[0], event_id) for event_id in ids if (span := self.spans.get(event_id)) and span[1] > now)
        return [event_id for _, event_id in nsmallest(most, held)]

    def _first_of(self, ids: Collection[str], now: datetime, most: int) -> list[str]:
        """Return the same, day by day: of many, the next ones lie close."""
        today = now.astimezone(UTC).toordinal()
        found: dict[str, datetime] = {}
        for day in sorted(day for day in self._days if day >= today):
            there = (event_id for event_id in self._days[day] if event_id in ids)
            found |= {event_id: span[0] for event_id in there if (span := self.spans[event_id])[1] > now}
            if len(found) >= most:
                break
        return nsmallest(most, found, key=lambda event_id: (found[event_id], event_id))


def _touches(span: Span, start: datetime, stop: datetime) -> bool:
    begins, ends = span
    return begins < stop and (begins >= start or ends > start)


def _days(span: Span) -> range:
    return range(span[0].toordinal(), span[1].toordinal() + 1)
