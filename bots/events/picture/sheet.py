"""A month as a sheet of the calendar: a row for each week, higher where more takes place (pure)."""

from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.words.files.lettering import fitted, spelled, width
from bots.events.picture.figure import Day, Entry, Figure
from bots.events.picture.pen import ACCENT, HOLIDAY, INK, LINE, PALE, SOFT, WIDTH, Pen, look, wrapped

_MARGIN: Final = 8
_CELL: Final = (WIDTH - 2 * _MARGIN) // 7
_NAMES, _NUMBER, _NOTE, _HOURS, _TITLE = 30, 32, 26, 26, 26
_SHOWN: Final = 4
"""Entries of one day."""
_LOW: Final = 120
_WEEKEND: Final = 5
_PAD: Final = 10


def height(figure: Figure) -> int:
    """Return how many pixels the weeks take."""
    return 52 + sum(map(_tall, _weeks(figure.days))) + 8


def drawn(pen: Pen, top: int, figure: Figure) -> int:
    """Draw the weeks from *top* on; returns where they end."""
    for number, day in enumerate(figure.days[:7]):
        name = spelled(day.name)[:3]
        pen.centred((_MARGIN + number * _CELL + _CELL // 2, top + 34), name, _NAMES, SOFT, bold=True)
    top += 52
    for week in _weeks(figure.days):
        tall = _tall(week)
        for number, day in enumerate(week):
            left = _MARGIN + number * _CELL
            _cell(pen, (left, top, left + _CELL, top + tall), day)
        top += tall
    return top + 8


def _weeks(days: Sequence[Day]) -> Iterator[Sequence[Day]]:
    return (days[first : first + 7] for first in range(0, len(days), 7))


def _tall(week: Sequence[Day]) -> int:
    return max(_LOW, *(_needs(day) for day in week))


def _needs(day: Day) -> int:
    notes = sum(32 * len(_note(words)) for words in (day.holiday, day.away) if words)
    more = 34 if _left(day) else 0
    return 52 + notes + sum(_chip(entry) + 6 for entry in _ordered(day)) + more + 8


def _left(day: Day) -> int:
    return day.more + max(len(day.entries) - _SHOWN, 0)


def _ordered(day: Day) -> list[Entry]:
    """Return the entries that are shown: those of all of the day first."""
    return sorted(day.entries, key=lambda entry: (bool(entry.hours), entry.begins, entry.title))[:_SHOWN]


def _note(words: str) -> list[str]:
    return wrapped(words, _NOTE, _CELL - 12, 2)


def _titles(entry: Entry) -> list[str]:
    return wrapped(entry.title, _TITLE, _CELL - 10 - _PAD - 6, 2)


def _chip(entry: Entry) -> int:
    return 12 + 30 * len(_titles(entry)) + (30 if entry.hours else 0)


def _cell(pen: Pen, area: tuple[int, int, int, int], day: Day) -> None:
    left, top, right, _ = area
    outside = not day.inside
    pen.box(area, PALE if outside or day.day.weekday() >= _WEEKEND else "#ffffff", LINE, radius=0)
    number = str(day.day.day)
    if day.today:
        wide = width(number, _NUMBER, bold=True)
        pen.box((left + 5, top + 5, left + wide + 27, top + 47), ACCENT)
        pen.write((left + 15, top + 37), number, _NUMBER, "#ffffff", bold=True)
    else:
        colour = LINE if outside else HOLIDAY if day.holiday else INK
        pen.write((left + 10, top + 37), number, _NUMBER, colour, bold=True)
    y = top + 52
    for words, colour in ((day.holiday, HOLIDAY), (day.away, SOFT)):
        for line in _note(words) if words else ():
            pen.write((left + 7, y + 22), line, _NOTE, colour)
            y += 32
    for entry in _ordered(day):
        _draw(pen, (left + 5, y, right - 5, y + _chip(entry)), entry)
        y += _chip(entry) + 6
    if _left(day):
        pen.write((left + 10, y + 26), f"+{_left(day)}", _NUMBER, INK, bold=True)


def _draw(pen: Pen, area: tuple[int, int, int, int], entry: Entry) -> None:
    left, y = area[0] + _PAD + 3, area[1] + 4
    shown = look(entry)
    pen.card(area, shown)
    if entry.hours:
        y += 28
        hours = fitted(entry.hours.partition(" – ")[0], _HOURS, _CELL - 10 - _PAD - 6, bold=True)
        pen.write((left, y), hours, _HOURS, shown.ink, bold=True)
    for line in _titles(entry):
        y += 30
        (pen.struck if entry.cancelled else pen.write)((left, y), line, _TITLE, shown.ink)
