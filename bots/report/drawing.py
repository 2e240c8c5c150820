"""The chart of a report, from a figure to the bytes of a PNG: the same ones for the same figure (pure).

Only whoever draws imports this: Pillow is 10 MiB of a process, and most of them never draw.
"""

from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from bots.assistant.words.files.lettering import fitted, spelled, width, write
from bots.assistant.words.files.picture import Drawn, finished
from bots.report.figure import Bar, Figure, ObjectiveProgress, Parts

WIDTH: Final = 1200
_EDGE: Final = 40
_INNER: Final = WIDTH - 2 * _EDGE
_TITLE, _HEAD, _NAME, _NUMBER, _LEGEND = 44, 40, 36, 30, 30
_BAR: Final = 52
_LINE: Final = 24
_INK, _SOFT, _FRAME, _EMPTY = "#111111", "#444444", "#333333", "#e6e6e6"


@dataclass(frozen=True, slots=True)
class _Look:
    """How a part of a bar looks. The colours are those of Okabe and Ito, which the colour-blind can tell apart."""

    colour: str
    hatching: str = ""
    stripes: str = ""
    """The direction: ``/`` for what is late, ``+`` for what is blocked; so it can be told without any colour."""
    number: str = "#ffffff"


_LOOKS: Final = (
    _Look("#00735c"),
    _Look("#8fd0f5", number=_INK),
    _Look("#d55e00", "#ffffff", "/"),
    _Look("#e3c9d9", "#5a3a4e", "+"),
)


def draw(figure: Figure) -> Drawn:
    """Return the chart: its title, a legend, a bar for each project or room, and how far the objectives are."""
    legend = _legend_lines(figure.legend)
    height = _EDGE + 70 + 50 * len(legend) + 20 + 126 * len(figure.bars)
    height += 56 if figure.others else 0
    if figure.progresses:
        height += 84 + sum(map(_height, figure.progresses)) + (50 if figure.more else 0)
    image = Image.new("RGB", (WIDTH, height + _EDGE // 2), "#ffffff")
    write(image, (_EDGE, _EDGE + 40), fitted(figure.title, _TITLE, _INNER, bold=True), _TITLE, _INK, bold=True)
    y = _EDGE + 70
    for line in legend:
        _legend(image, y, line)
        y += 50
    y += 20
    longest = max((each.parts.total for each in figure.bars), default=0)
    for bar in figure.bars:
        _bar(image, y, bar, longest)
        y += 126
    if figure.others:
        write(image, (_EDGE, y + 34), fitted(figure.others, _LEGEND, _INNER), _LEGEND, _SOFT)
        y += 56
    if figure.progresses:
        write(image, (_EDGE, y + 54), fitted(figure.goals, _HEAD, _INNER, bold=True), _HEAD, _INK, bold=True)
        y += 84
        for shown in figure.progresses:
            _progress(image, y, shown)
            y += _height(shown)
        write(image, (_EDGE, y + 30), fitted(figure.more or " ", _LEGEND, _INNER), _LEGEND, _SOFT)
    return finished(image)


def _legend_lines(legend: tuple[str, ...]) -> list[list[tuple[_Look, str, int]]]:
    """Return the legend in lines that fit, each entry with where it begins."""
    lines: list[list[tuple[_Look, str, int]]] = [[]]
    x = _EDGE
    for look, words in zip(_LOOKS, legend, strict=True):
        known = spelled(words)
        takes = 46 + width(known, _LEGEND) + 36
        if lines[-1] and x + takes > WIDTH:
            lines.append([])
            x = _EDGE
        lines[-1].append((look, known, x))
        x += takes
    return lines


def _legend(image: Image.Image, y: int, line: list[tuple[_Look, str, int]]) -> None:
    for look, words, x in line:
        _fill(image, (x, y + 4, x + 34, y + 38), look)
        write(image, (x + 46, y + 32), words, _LEGEND, _INK)


def _bar(image: Image.Image, y: int, bar: Bar, longest: int) -> None:
    _named(image, y, bar.name, bar.note)
    top, bottom = y + 50, y + 50 + _BAR
    if not bar.parts.total:
        ImageDraw.Draw(image).rectangle((_EDGE, bottom - 3, _EDGE + _INNER, bottom), fill=_EMPTY)
        return
    x = _EDGE
    for look, number, wide in _segments(bar.parts, longest):
        _fill(image, (x, top, x + wide, bottom), look)
        _number(image, (x + wide // 2, top), str(number), look)
        x += wide


def _segments(parts: Parts, longest: int) -> list[tuple[_Look, int, int]]:
    """Return how wide each part is: never so narrow that its number has no room."""
    numbers = (parts.done, parts.on_time, parts.late, parts.blocked)
    shown = [(look, each) for look, each in zip(_LOOKS, numbers, strict=True) if each]
    least = {each: width(str(each), _NUMBER) + 28 for _, each in shown}
    room = _INNER - 4 * max(least.values())
    return [(look, each, least[each] + room * each // max(longest, 1)) for look, each in shown]


def _number(image: Image.Image, at: tuple[int, int], words: str, look: _Look) -> None:
    wide = width(words, _NUMBER)
    x, baseline = at[0] - wide // 2, at[1] + 37
    colour = look.number
    if look.hatching:
        ImageDraw.Draw(image).rectangle((x - 7, at[1] + 8, x + wide + 7, at[1] + _BAR - 8), fill="#ffffff")
        colour = _INK
    write(image, (x, baseline), words, _NUMBER, colour)


def _height(progress: ObjectiveProgress) -> int:
    return 142 if progress.place else 104


def _progress(image: Image.Image, y: int, progress: ObjectiveProgress) -> None:
    _named(image, y, progress.name, progress.note)
    if progress.place:
        write(image, (_EDGE, y + 78), fitted(progress.place, _LEGEND, _INNER), _LEGEND, _SOFT)
        y += 38
    top = y + 54
    frame = (_EDGE, top, _EDGE + _INNER, top + _LINE)
    ImageDraw.Draw(image).rectangle(frame, fill=_EMPTY, outline=_FRAME)
    if progress.percent:
        _fill(image, (*frame[:2], _EDGE + _INNER * progress.percent // 100, frame[3]), _LOOKS[2 * progress.late])


def _named(image: Image.Image, y: int, name: str, note: str) -> None:
    """Write *name*, and *note* flush right: the name is cut first."""
    end = fitted(note, _NUMBER, _INNER // 2)
    takes = width(end, _NUMBER)
    write(image, (_EDGE, y + 40), fitted(name, _NAME, _INNER - takes - 30), _NAME, _INK)
    write(image, (_EDGE + _INNER - takes, y + 40), end, _NUMBER, _SOFT)


def _fill(image: Image.Image, box: tuple[int, int, int, int], look: _Look) -> None:
    left, top, right, bottom = box
    area = Image.new("RGB", (max(1, right - left), bottom - top), look.colour)
    pen = ImageDraw.Draw(area)
    high, step = area.height, 18
    if look.stripes == "/":
        for x in range(-high, area.width + step, step):
            pen.line((x, high, x + high, 0), fill=look.hatching, width=4)
    elif look.stripes == "+":
        for x in range(0, area.width, step):
            pen.line((x, 0, x, high), fill=look.hatching, width=2)
        for line in range(step // 2, high, step):
            pen.line((0, line, area.width, line), fill=look.hatching, width=2)
    pen.rectangle((0, 0, area.width - 1, high - 1), outline=_FRAME)
    image.paste(area, (left, top))
