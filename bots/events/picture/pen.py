"""What is drawn alike in a list of days and in a sheet of weeks: words, boxes, colours (pure)."""

from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

from bots.assistant.talk.wording import unaccented
from bots.assistant.words.files.lettering import fitted, spelled, width, write
from bots.events.picture.figure import Entry

WIDTH: Final = 1080
EDGE: Final = 36
INNER: Final = WIDTH - 2 * EDGE
INK, SOFT, LINE, PALE, HOLIDAY = "#111111", "#444444", "#9a9a9a", "#e6e6e6", "#a83200"
ACCENT: Final = "#00604d"
"""Of today, and of what takes all of a day."""


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a box; what is told by a colour is told in words, too."""

    fill: str
    bar: str
    ink: str = INK


_TAIL: Final = 3
"""Letters of a broken word that begin a line."""
_BACK: Final = 4
"""Letters that are left to the next line where a syllable begins among them."""
_VOWELS, _JOINED = frozenset("aeiouy"), frozenset("hlrn")
"""What is joined to a consonant before it: « tr », « ch », « gn »."""
_TIMED, _WHOLE = Look("#e2f0ec", ACCENT), Look(ACCENT, ACCENT, "#ffffff")
_THEIRS, _CANCELLED = Look("#f1e6ee", "#5a3a4e"), Look("#ffffff", LINE, SOFT)


def look(entry: Entry) -> Look:
    """Return how an entry looks."""
    if entry.cancelled:
        return _CANCELLED
    if entry.theirs:
        return _THEIRS
    return _TIMED if entry.hours else _WHOLE


def wrapped(words: str, size: int, most: int, lines: int, *, bold: bool = False) -> list[str]:
    """Return *words*, spelled, in so many *lines* of *most* pixels, one at least: the last is cut with "…"."""
    left, found = spelled(words).split(), list[str]()
    while left and len(found) < lines - 1:
        taken = 1
        while taken < len(left) and width(" ".join(left[: taken + 1]), size, bold=bold) <= most:
            taken += 1
        line = " ".join(left[:taken])
        if width(line, size, bold=bold) > most:
            line, rest = _broken(line, size, most, bold=bold)
            left = [rest, *left[1:]]
        else:
            left = left[taken:]
        found.append(line)
    if left:
        found.append(fitted(" ".join(left), size, most, bold=bold))
    return found or [fitted("", size, most)]


def _broken(word: str, size: int, most: int, *, bold: bool) -> tuple[str, str]:
    """Return as much of a long word as fits, with a hyphen, and the rest of it."""
    kept = max(len(word) - _TAIL, 1)
    while kept > 1 and width(f"{word[:kept]}-", size, bold=bold) > most:
        kept -= 1
    kept = next((at for at in range(kept, max(kept - _BACK, 1), -1) if _begins_a_syllable(word, at)), kept)
    return f"{word[:kept]}-", word[kept:]


def _begins_a_syllable(word: str, at: int) -> bool:
    """Tell whether a syllable begins *at* that place, in most French and English words: « perma-nence »."""
    near = unaccented(word[at - 1 : at + 2])
    alone = near[1:2] not in _VOWELS and near[2:] in _VOWELS
    return near.isalpha() and alone and (near[0] in _VOWELS or near[1] not in _JOINED)


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on *image*."""

    image: Image.Image

    def write(self, at: tuple[int, int], words: str, size: int, colour: str, *, bold: bool = False) -> None:
        """Write words that fit, so that their baseline begins at *at*."""
        write(self.image, at, spelled(words), size, colour, bold=bold)

    def centred(self, at: tuple[int, int], words: str, size: int, colour: str, *, bold: bool = False) -> None:
        """Write words so that the middle of their baseline is *at*."""
        self.write((at[0] - width(spelled(words), size, bold=bold) // 2, at[1]), words, size, colour, bold=bold)

    def struck(self, at: tuple[int, int], words: str, size: int, colour: str) -> None:
        """Write words with a line through them."""
        self.write(at, words, size, colour)
        middle = at[1] - size // 4
        self._draw.line((at[0], middle, at[0] + width(spelled(words), size), middle), fill=colour, width=3)

    def box(self, area: tuple[int, int, int, int], fill: str, outline: str | None = None, radius: int = 8) -> None:
        """Draw a box with round corners."""
        self._draw.rounded_rectangle(area, radius, fill=fill, outline=outline, width=2)

    def card(self, area: tuple[int, int, int, int], shown: Look) -> None:
        """Draw the box of an entry, with a bar at its left."""
        left, top, _, bottom = area
        self.box(area, shown.fill, shown.bar)
        self._draw.rectangle((left + 1, top + 8, left + 8, bottom - 8), fill=shown.bar)

    def rule(self, top: int, left: int = EDGE, right: int = WIDTH - EDGE) -> None:
        """Draw a thin line."""
        self._draw.line((left, top, right, top), fill=LINE, width=2)

    @property
    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)
