"""Text of one line, and text of several (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.markup import Rich, fill, short, text
from bots.assistant.talk.question import Question, Slot, Takes
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import clean, fold, lines_of
from bots.assistant.words.lenient import line
from bots.items.types.type import NOTHING, Asking, Type, Unclear, Wanted
from bots.register.format.canonical import Json

_QUOTES: Final = (("«", "»"), ("“", "”"), ('"', '"'))


def unquoted(words: str) -> str:
    """Return *words* without the quotes around all of them."""
    words = words.strip()
    for left, right in _QUOTES:
        inside = words[1:-1]
        if len(words) > 2 and words[0] == left and words[-1] == right and left not in inside and right not in inside:
            return inside.strip()
    return words


@dataclass(frozen=True)
class Text(Type[str]):
    """One line of at most *most* characters, of *words* words where it stands behind a label (0: as far as it goes)."""

    most: int = 200
    words: int = 0
    private: bool = True

    def read(self, raw: object) -> str | None:
        """Return *raw* as one line."""
        return line(raw, self.most) or None

    def write(self, value: str) -> Json:
        """Return *value*."""
        return value

    def clears(self, words: Sequence[str]) -> bool:
        """Tell whether it is one word that says so: ``sans fil`` is a text."""
        return len(words) == 1 and fold(words[0]) in NOTHING

    def parse(self, words: Sequence[str], asking: Asking) -> str | Unclear:
        """Return *words* as they are, without the quotes around them."""
        return _measured(unquoted(" ".join(words).lstrip(":– ")), self.most, asking)

    def say(self, value: str, place: Place) -> Rich:
        """Return *value*."""
        del place
        return text(short(value))

    def cell(self, value: str, place: Place) -> str:
        """Return all of *value*."""
        del place
        return value

    def from_cell(self, cell: str, asking: Asking) -> str | Unclear:
        """Return *cell* as one line, quotes and all."""
        return _measured(" ".join(cell.split()), self.most, asking)

    def wants_named(self, words: Sequence[str]) -> tuple[int, Wanted[str]] | None:
        """Return all of *words*, as what is to be somewhere in it."""
        sought = " ".join(map(fold, unquoted(" ".join(words)).split()))
        return (len(words), Wanted(lambda _: _holding(sought))) if sought.strip(" ,;:") else None


@dataclass(frozen=True)
class LongText(Type[str]):
    """Text in the lines in which it was typed, of at most *most* characters."""

    most: int = 4_000
    words: int = 0
    long: bool = True
    private: bool = True

    def read(self, raw: object) -> str | None:
        """Return *raw*, cut."""
        return clean(raw[: 2 * self.most])[: self.most].strip() or None if isinstance(raw, str) else None

    def write(self, value: str) -> Json:
        """Return *value*."""
        return value

    def clears(self, words: Sequence[str]) -> bool:
        """Tell whether there are none, or one that says so."""
        return not words or (len(words) == 1 and fold(words[0]) in NOTHING)

    def parse(self, words: Sequence[str], asking: Asking) -> str | Unclear:
        """Return *words* in the lines in which they were typed."""
        spoken = "\n".join(" ".join(row) for row in lines_of(asking.request, words)).strip()
        return _measured(unquoted(spoken.lstrip(":– ")), self.most, asking)

    def say(self, value: str, place: Place) -> Rich:
        """Return the beginning of *value*."""
        del place
        return text(short(" ".join(value.split())))

    def cell(self, value: str, place: Place) -> str:
        """Return all of *value*."""
        del place
        return value

    def from_cell(self, cell: str, asking: Asking) -> str | Unclear:
        """Return *cell* in its lines."""
        return _measured(cell.strip(), self.most, asking)


def _holding(sought: str) -> Callable[[str | None], bool]:
    return lambda value: value is not None and sought in " ".join(map(fold, value.split()))


def _measured(words: str, most: int, asking: Asking) -> str | Unclear:
    if not words:
        sentence = asking.request.texts.gettext("What shall it say? For example: {example}")
        return Unclear((Question(fill(sentence, example=asking.example), slot=Slot(Takes.WORDS)),))
    return Unclear((too_long(asking.request, words, most),)) if len(words) > most else words
