"""Writing words into a picture with Pillow's own font, which has neither accents nor emoji (pure).

Which fonts a machine has nobody knows, and the same data must make the same picture; Pillow brings one (Aileron, about
110 characters). French needs more: accents are drawn above its letters here, and what cannot be is spelled otherwise.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bots.assistant.talk.wording import clean

_Point = tuple[float, float]

_OTHERWISE: Final = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2007\u2009\t\n\r", " "),
        **dict.fromkeys("–—‐‑‒−", "-"),
        **{"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "€": "EUR", "ʼ": "’", "→": ">", "№": "N°", "º": "°"},
        **{"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "×": "x", "≥": ">=", "≤": "<="},
        **{"„": "“", "‚": "‘", "•": "·", "′": "’", "″": "”"},
    }
)
# Strokes in em: x from the middle of the letter, y upwards from its top, or from the line for those below it.
_ACUTE: Final[tuple[_Point, ...]] = ((-0.05, 0.08), (0.08, 0.23))
_GRAVE: Final = ((0.05, 0.08), (-0.08, 0.23))
_CIRCUMFLEX: Final = ((-0.14, 0.08), (0.0, 0.22), (0.14, 0.08))
_CARON: Final = ((-0.14, 0.22), (0.0, 0.08), (0.14, 0.22))
_TILDE: Final = ((-0.17, 0.10), (-0.07, 0.17), (0.07, 0.11), (0.17, 0.18))
_MACRON: Final = ((-0.14, 0.14), (0.14, 0.14))
_CEDILLA: Final = ((0.02, 0.0), (-0.01, -0.07), (0.07, -0.12), (0.04, -0.19), (-0.08, -0.2))
_OGONEK: Final = ((0.12, 0.0), (0.05, -0.1), (0.1, -0.18), (0.2, -0.17))
_STROKES: Final[dict[str, tuple[_Point, ...]]] = {
    "\u0327": _CEDILLA,
    "\u0328": _OGONEK,
    "\u0301": _ACUTE,
    "\u0300": _GRAVE,
    "\u0302": _CIRCUMFLEX,
    "\u030c": _CARON,
    "\u0303": _TILDE,
    "\u0304": _MACRON,
}
_DOTS: Final[dict[str, tuple[_Point, ...]]] = {
    "\u0308": ((-0.11, 0.15), (0.11, 0.15)),
    "\u0307": ((0.0, 0.15),),
    "\u030a": ((0.0, 0.16),),
}
_BELOW: Final = frozenset("\u0327\u0328")
_MARKS: Final = frozenset({*_STROKES, *_DOTS})
_STEM: Final = 0.075
_FINE: Final = 4
"""How much larger accents are drawn before they are made smooth."""
_GAP: Final = "…"


def spelled(words: str) -> str:
    """Return *words* in letters that can be written; a run of others is one "…", emoji and controls are none."""
    found: list[str] = []
    for letter in unicodedata.normalize("NFC", clean(words).translate(_OTHERWISE)):
        for known in _known(letter):
            if known != _GAP or found[-1:] != [_GAP]:
                found.append(known)
    return " ".join("".join(found).split())


def _known(letter: str) -> Iterator[str]:
    if _drawable(letter):
        yield letter
        return
    if unicodedata.category(letter)[0] in "CMS":
        return
    plain = unicodedata.normalize("NFKD", letter)
    bases = [each for each in plain if not unicodedata.combining(each)]
    if bases and all(_drawable(each) for each in bases):
        yield from bases
    else:
        yield _GAP


def _drawable(letter: str) -> bool:
    base, *marks = list(unicodedata.normalize("NFD", letter))
    return _has(letter) or (base.isalpha() and _has(base) and len(marks) == 1 and marks[0] in _MARKS)


@lru_cache(maxsize=4096)
def _has(letter: str) -> bool:
    """Tell whether the font has *letter*: it draws all that it lacks alike."""
    if letter == " ":
        return True
    font = _font(24)
    mask, missing = font.getmask(letter), font.getmask("\uffff")
    return mask.size != missing.size or bytes(mask) != bytes(missing)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow's wheels have FreeType"
    # Whether Pillow has Raqm depends on the machine, and with it where letters stand.
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


def width(words: str, size: int, *, bold: bool = False) -> int:
    """Return how many pixels *words*, which are :func:`spelled`, take."""
    return round(_font(size).getlength(_bases(words))) + (2 if bold else 0)


def fitted(words: str, size: int, most: int, *, bold: bool = False) -> str:
    """Return *words*, spelled, cut with "…" where they would take more than *most* pixels."""
    known = spelled(words) or _GAP
    if width(known, size, bold=bold) <= most:
        return known
    low, high = 0, len(known)
    while low < high:
        middle = (low + high + 1) // 2
        if width(known[:middle].rstrip() + _GAP, size, bold=bold) <= most:
            low = middle
        else:
            high = middle - 1
    return known[:low].rstrip() + _GAP


def write(image: Image.Image, at: tuple[int, int], words: str, size: int, colour: str, *, bold: bool = False) -> None:
    """Write *words*, which are :func:`spelled`, so that their baseline begins at *at*."""
    above, below = round(size * 1.15), round(size * 0.4)
    mask = Image.new("L", (width(words, size, bold=bold) + size, above + below), 0)
    margin = size // 4
    ImageDraw.Draw(mask).text(
        (margin, above), _bases(words), fill=255, font=_font(size), anchor="ls", stroke_width=0.5 if bold else 0
    )
    for number, letter in enumerate(words):
        if not _has(letter):
            start = margin + _font(size).getlength(_bases(words[:number]))
            _accent(mask, letter, (start, above), size, bold=bold)
    image.paste(colour, (at[0] - margin, at[1] - above), mask)


def _bases(words: str) -> str:
    return "".join(each if _has(each) else unicodedata.normalize("NFD", each)[0] for each in words)


def _accent(mask: Image.Image, letter: str, at: tuple[float, float], size: int, *, bold: bool) -> None:
    base, mark = list(unicodedata.normalize("NFD", letter))[:2]
    font = _font(size)
    advance = font.getlength(base)
    below = mark in _BELOW
    top = 0 if below else font.getbbox("x" if base in "ij" else base, anchor="ls")[1]
    if base in "ij" and not below:
        # Its own dot makes room.
        dot = (round(at[0]) - 1, 0, round(at[0] + advance) + 1, round(at[1] + top) - 2)
        ImageDraw.Draw(mask).rectangle(dot, fill=0)
    drawn = _mark(mark, size, bold=bold)
    height = 0 if below else drawn.height
    place = round(at[0] + advance / 2 - drawn.width / 2), round(at[1] + top - height)
    mask.paste(255, place, drawn)


@lru_cache(maxsize=256)
def _mark(mark: str, size: int, *, bold: bool) -> Image.Image:
    """Return an accent as a mask; its lower edge is the top of the letter, or its upper one the line."""
    unit, stem = size * _FINE, max(1, round(size * (_STEM + 0.03 * bold) * _FINE))
    wide, high = round(0.5 * unit), round(0.3 * unit)

    def place(point: _Point) -> _Point:
        return wide / 2 + point[0] * unit, (0 if mark in _BELOW else high) - point[1] * unit

    image = Image.new("L", (wide, high), 0)
    pen = ImageDraw.Draw(image)
    if mark in _STROKES:
        pen.line([place(each) for each in _STROKES[mark]], fill=255, width=stem, joint="curve")
    radius = stem * (0.75 if mark != "\u030a" else 1.1)
    for x, y in map(place, _DOTS.get(mark, ())):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return image.resize((wide // _FINE, high // _FINE), Image.Resampling.LANCZOS)
