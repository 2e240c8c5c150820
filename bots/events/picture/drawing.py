"""A picture of the agenda, from a figure to the bytes of a PNG: the same ones for the same figure (pure).

A telephone shows it a third as large: nothing in it is smaller than 26 pixels. Only whoever draws imports this.
"""

from typing import Final

from PIL import Image

from bots.assistant.words.files.lettering import spelled, width
from bots.assistant.words.files.picture import Drawn, finished
from bots.events.picture import listing, sheet
from bots.events.picture.figure import Figure
from bots.events.picture.pen import EDGE, INK, INNER, SOFT, WIDTH, Pen, wrapped

_TITLES, _FOOT, _EMPTY = (48, 44, 40), 28, 36
_HEAD: Final = 96


def draw(figure: Figure) -> Drawn:
    """Return the picture: its title, what was asked for, and the school holidays below."""
    feet = [line for words in figure.feet for line in wrapped(words, _FOOT, INNER, 2)]
    size = _size(figure.title)
    titles = wrapped(figure.title, size, INNER, 2, bold=True)
    body = sheet if figure.sheet else listing
    top = EDGE + _HEAD - 56 + 56 * len(titles)
    empty = 70 if figure.empty else 0
    height = top + empty + body.height(figure) + 40 * len(feet) + EDGE
    pen = Pen(Image.new("RGB", (WIDTH, height), "#ffffff"))
    for number, line in enumerate(titles):
        pen.write((EDGE, EDGE + 48 + 56 * number), line, size, INK, bold=True)
    if figure.empty:
        pen.write((EDGE, top + 40), figure.empty, _EMPTY, SOFT)
    y = body.drawn(pen, top + empty, figure)
    for line in feet:
        y += 40
        pen.write((EDGE, y), line, _FOOT, SOFT)
    return finished(pen.image)


def _size(title: str) -> int:
    """Return the largest size in which a title is one line; the smallest where it needs two."""
    known = spelled(title)
    return next((size for size in _TITLES if width(known, size, bold=True) <= INNER), _TITLES[-1])
