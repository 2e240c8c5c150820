"""Which time of a series somebody means: the same one still when the series is moved by some hours (pure)."""

from datetime import date, datetime

from bots.calendar.event import Event
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import Zone

Slot = date | datetime
"""A day, as clocks show it where the series is; the instant of what takes place more than once a day."""


def slot_of(series: Event, recurrence: Moment, floating: Zone) -> Slot:
    """Return which time of *series* the RECURRENCE-ID *recurrence* names.

    Its day, so that « not on Tuesday » holds when Tuesday's meeting begins an hour later.
    """
    if recurrence.clock is None or series.start.clock is None:
        return recurrence.day
    instant = recurrence.utc(floating)
    if _comes_often(series):
        return instant
    try:
        return (series.start.zone or floating).local(instant).date()
    except OverflowError:
        return recurrence.day


def _comes_often(series: Event) -> bool:
    """Tell whether it may take place more than once a day."""
    several = any("BYHOUR=" in rule.text or "BYMINUTE=" in rule.text or "HOURLY" in rule.text for rule in series.rules)
    days = [extra.start.day for extra in series.extras]
    return several or len(series.rules) > 1 or bool(series.rules and days) or len({*days}) < len(days)
