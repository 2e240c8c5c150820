"""A week as a list: day below day, what takes all of one on top, what overlaps side by side (pure)."""

from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.words.files.lettering import fitted, spelled, width
from bots.events.picture.figure import Day, Entry, Figure
from bots.events.picture.pen import ACCENT, EDGE, HOLIDAY, INK, INNER, SOFT, Pen, look, wrapped

_NAME, _NOTE, _HOURS, _TITLE, _PLACE = 38, 28, 30, 34, 28
_GAP: Final = 12
_BESIDE: Final = 3
"""Boxes in one row."""
_SHOWN: Final = 12
"""Entries of one day."""
_PAD: Final = 24


def height(figure: Figure) -> int:
    """Return how many pixels the days take."""
    return sum(_height(day) for day in figure.days)


def drawn(pen: Pen, top: int, figure: Figure) -> int:
    """Draw the days from *top* on; returns where they end."""
    for day in figure.days:
        _day(pen, top, day, figure)
        top += _height(day)
    return top


def rows(entries: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Yield the entries in rows: those that overlap share one, up to three; what takes all of the day stands alone."""
    row: list[Entry] = []
    for entry in sorted(entries, key=lambda entry: (bool(entry.hours), entry.begins, entry.ends, entry.title)):
        beside = row and entry.hours and row[-1].hours and any(entry.begins < other.ends for other in row)
        if row and not (beside and len(row) < _BESIDE):
            yield tuple(row)
            row = []
        row.append(entry)
    if row:
        yield tuple(row)


def _height(day: Day) -> int:
    taken = 74 + (40 if day.away else 0) + (44 if _left(day) else 0)
    return taken + sum(_tall(row) + _GAP for row in rows(day.entries[:_SHOWN])) + (8 if day.entries else 0)


def _left(day: Day) -> int:
    return day.more + max(len(day.entries) - _SHOWN, 0)


def _day(pen: Pen, top: int, day: Day, figure: Figure) -> None:
    pen.rule(top + 6)
    _head(pen, top, day)
    y = top + 74
    if day.away:
        pen.write((EDGE, y + 22), fitted(day.away, _NOTE, INNER), _NOTE, SOFT)
        y += 40
    for row in rows(day.entries[:_SHOWN]):
        wide = (INNER - _GAP * (len(row) - 1)) // len(row)
        for number, entry in enumerate(row):
            left = EDGE + number * (wide + _GAP)
            _entry(pen, (left, y, left + wide, y + _tall(row)), entry)
        y += _tall(row) + _GAP
    if _left(day):
        pen.write((EDGE, y + 26), figure.further(_left(day)), _NOTE, INK, bold=True)


def _head(pen: Pen, top: int, day: Day) -> None:
    """Write what the day is called; today in a box of its own, a holiday flush right."""
    name = spelled(day.name[:1].upper() + day.name[1:])
    x = EDGE
    if day.today:
        known = f"{name} · {spelled(day.today)}"
        pen.box((EDGE, top + 14, EDGE + width(known, _NAME, bold=True) + 28, top + 66), ACCENT)
        pen.write((EDGE + 14, top + 54), known, _NAME, "#ffffff", bold=True)
        x += width(known, _NAME, bold=True) + 44
    else:
        pen.write((EDGE, top + 54), name, _NAME, INK, bold=True)
        x += width(name, _NAME, bold=True) + 24
    if day.holiday:
        found = fitted(day.holiday, _NOTE, INNER + EDGE - x)
        pen.write((EDGE + INNER - width(found, _NOTE), top + 54), found, _NOTE, HOLIDAY)


def _tall(row: Sequence[Entry]) -> int:
    """Return how high a row is: as its highest box."""
    wide = (INNER - _GAP * (len(row) - 1)) // len(row) - 2 * _PAD
    return max(_needs(entry, wide) for entry in row)


def _needs(entry: Entry, wide: int) -> int:
    lines = len(wrapped(entry.title, _TITLE, wide, 2))
    return 22 + 42 * lines + (40 if _over(entry) else 0) + (36 if entry.place else 0)


def _over(entry: Entry) -> str:
    """Return what stands above the title: the hours, and whether it is cancelled."""
    return " · ".join(filter(None, (entry.hours, entry.cancelled)))


def _entry(pen: Pen, area: tuple[int, int, int, int], entry: Entry) -> None:
    left, top, right, _ = area
    shown, wide = look(entry), right - left - 2 * _PAD
    pen.card(area, shown)
    x, y = left + _PAD, top + 2
    if over := _over(entry):
        y += 40
        pen.write((x, y), fitted(over, _HOURS, wide, bold=True), _HOURS, shown.ink, bold=True)
    for line in wrapped(entry.title, _TITLE, wide, 2):
        y += 42
        (pen.struck if entry.cancelled else pen.write)((x, y), line, _TITLE, shown.ink)
    if entry.place:
        pen.write((x, y + 38), fitted(entry.place, _PLACE, wide), _PLACE, shown.ink)
