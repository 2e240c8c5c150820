"""``reporter 12 d'une semaine``: how far a date is to be moved, from where it stands (pure)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from bots.assistant.talk.wording import fold
from bots.tasks.kept.task import Span

_NUMBERS: Final = {
    **dict.fromkeys(("un", "une", "a", "an", "one"), 1),
    **dict.fromkeys(("deux", "two"), 2),
    **dict.fromkeys(("trois", "three"), 3),
    **dict.fromkeys(("quatre", "four"), 4),
    **dict.fromkeys(("cinq", "five"), 5),
    **dict.fromkeys(("six",), 6),
    **dict.fromkeys(("huit", "eight"), 8),
    **dict.fromkeys(("dix", "ten"), 10),
    **dict.fromkeys(("quinze",), 15),
}
_UNITS: Final = {
    **dict.fromkeys(("jour", "jours", "day", "days"), "days"),
    **dict.fromkeys(("semaine", "semaines", "week", "weeks"), "weeks"),
    **dict.fromkeys(("mois", "month", "months"), "months"),
    **dict.fromkeys(("heure", "heures", "h", "hour", "hours"), "hours"),
    **dict.fromkeys(("minute", "minutes", "min", "mn"), "minutes"),
}
_MINUTES: Final = {"hours": 60, "minutes": 1}
_SHIFT: Final = re.compile(
    rf"(?:de |d'|by )(?P<count>[0-9]{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>{'|'.join(_UNITS)})"
    r"(?P<later> plus tard| later)?"
    r"(?P<sooner> plus tot| earlier| avant)?"
)

_Moment = TypeVar("_Moment", date, datetime)


@dataclass(frozen=True, slots=True)
class Shift:
    """How far later; below zero, how much sooner."""

    days: int = 0
    months: int = 0
    minutes: int = 0


def shift_in(words: Sequence[str], *, sooner: bool = False) -> Shift | None:
    """Return what *words*, all of them, say: ``de 2 jours``, ``d'une semaine``, ``by a month``; else None.

    *sooner*: their verb was « avancer ».
    """
    said = " ".join(fold(each) for each in words).replace("’", "'").replace("d' ", "d'").strip(" .!")
    found = _SHIFT.fullmatch(said)
    if found is None:
        return None
    count = _NUMBERS.get(found["count"]) or int(found["count"])
    if found["sooner"] is not None or (sooner and found["later"] is None):
        count = -count
    unit = _UNITS[found["unit"]]
    if unit == "months":
        return Shift(months=count)
    if unit in _MINUTES:
        return Shift(minutes=count * _MINUTES[unit])
    return Shift(days=count * 7 if unit == "weeks" else count)


def shifted(span: Span, by: Shift) -> Span | None:
    """Return *span* later *by* so much, at the same hour of the clock: a month after the 31st is the last of a month.

    None where no calendar goes so far, or where hours are to be added to a day without one.
    """
    try:
        return Span(
            None if span.due is None else _later(span.due, by),
            None if span.start is None else _later(span.start, by),
        )
    except (OverflowError, ValueError):
        return None


def _later(moment: _Moment, by: Shift) -> _Moment:
    if by.minutes and not isinstance(moment, datetime):
        raise ValueError("a day has no hour to move")
    months = moment.year * 12 + moment.month - 1 + by.months
    year, month = divmod(months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    # Of a zoned time this is its clock, not the hours between.
    return moment.replace(year=year, month=month + 1, day=day) + timedelta(days=by.days, minutes=by.minutes)
