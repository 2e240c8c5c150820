"""Extra dates of another length (RDATE;VALUE=PERIOD), said as changed occurrences: programs know these (pure).

khal 0.10.5 shows nothing at all of an event with a period among its dates, Thunderbird 153 each as long as the first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bots.calendar.event import Event, Extra


def without_periods(events: Iterable[Event]) -> Iterator[Event]:
    """Yield *events*; of each series the dates of another length as dates, and after it their changed occurrences."""
    held = tuple(events)
    changed = {(event.uid, event.recurrence_id) for event in held}
    for event in held:
        yield replace(event, extras=tuple(Extra(extra.start) for extra in event.extras))
        for extra in event.extras:
            if extra.length is not None and (event.uid, extra.start) not in changed:
                yield _changed(event, extra)


def _changed(event: Event, extra: Extra) -> Event:
    assert extra.length is not None
    alone = replace(event, rules=(), extras=(), excluded=(), unless=())
    return replace(alone, start=extra.start, length=extra.length, exact=True, recurrence_id=extra.start)
