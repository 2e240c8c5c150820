"""What every type of field can do: read, write, parse, take from a sentence, say, filter, write to a cell (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.articles import POLITE
from bots.register.format.canonical import Json
from bots.when.values import Locale

T = TypeVar("T")

NOTHING: Final = frozenset({"aucun", "aucune", "rien", "jamais", "none", "never", "nothing", "-"})
WITHOUT: Final = frozenset({"sans", "no", "without"})
AROUND: Final = frozenset(
    {"pour", "au", "a", "et", "le", "la", "en", "de", "est", ":", "→", "->", "=", ","}
    | {"for", "to", "and", "by", "the", "on", "is"}
    | POLITE
)
"""Words around a value that say nothing of it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who says something of a field: in which request and language, with an *example* of how it is said."""

    request: Request
    language: Locale
    example: Rich


@dataclass(frozen=True, slots=True)
class Unclear:
    """What is not clear, as what is to be asked or said."""

    asked: tuple[Rich | Question, ...]


@dataclass(frozen=True, slots=True)
class Taken(Generic[T]):
    """What a type has found in a sentence: the *text* without it, and the value, or what is to be asked about it."""

    text: str
    value: T | None = None
    unclear: tuple[Rich | Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """What a list asks of a field: whether a value *fits*, once the words are read; or what is to be asked."""

    read: Callable[[Request], Callable[[T | None], bool] | Unclear]


class Type(Generic[T]):
    """The type of a field with values of one sort.

    *many*: the register keeps it as an add/remove set, and *T* is a tuple. *long*: the history says that it changed,
    and not what it says. *private*: it says what people wrote, in their own words: where one is erased, all that showed
    it goes. *rank*: in which order types look for themselves in a sentence; *words*: how many stand behind
    a label (0: all up to the next label or the end); *most*: so many characters of a sentence may be this field's.
    """

    many = False
    long = False
    private = False
    rank = 20
    words = 1
    most = 0
    samples: ClassVar[Mapping[Locale, str]] = {"fr": "…", "en": "…"}
    """What is typed for it, as an example."""

    def sample(self, language: Locale) -> str:
        """Return what is typed for it, as an example."""
        return self.samples[language]

    def read(self, raw: object) -> T | None:
        """Return the value that stands in the register; None for none, and for what makes no sense."""
        raise NotImplementedError

    def write(self, value: T) -> Json:
        """Return *value* as the register holds it; of a set, the list of its elements."""
        raise NotImplementedError

    def parse(self, words: Sequence[str], asking: Asking) -> T | Unclear:
        """Return the value that *words* say, all of them; or what is to be asked."""
        raise NotImplementedError

    def clears(self, words: Sequence[str]) -> bool:
        """Tell whether *words* say that there shall be no value: ``aucun``, ``sans date``."""
        said = [fold(word) for word in words if word.strip(".,;:!?")]
        return 0 < len(said) < 3 and (said[-1] in NOTHING or said[0] in WITHOUT)

    def take(self, text: str, asking: Asking) -> Taken[T]:
        """Return what of *text*, a sentence, is this field's without its label; most types know no such words."""
        del asking
        return Taken(text)

    def behind(self, words: Sequence[str], asking: Asking, *, colon: bool) -> int:
        """Return how many of *words*, which stand behind its label in a sentence, are this field's.

        As many as it reads; where it reads none, behind a *colon* those that it takes are its business all the same.
        """
        lengths = range(min(self.words, len(words)), 0, -1)
        read = (length for length in lengths if not isinstance(self.parse(bare(words[:length]), asking), Unclear))
        return next(read, len(words[: self.words or None]) if colon else 0)

    def say(self, value: T, place: Place) -> Rich:
        """Return *value* as people read it."""
        raise NotImplementedError

    def cell(self, value: T, place: Place) -> str:
        """Return *value* as a cell of a sheet, which :meth:`from_cell` reads back."""
        return self.say(value, place).plain

    def from_cell(self, cell: str, asking: Asking) -> T | Unclear:
        """Return the value that *cell* holds, as we or somebody at a spreadsheet wrote it; or what is to be asked."""
        return self.parse(cell.split(), asking)

    def slow(self, cell: str, asking: Asking) -> bool:
        """Tell whether *cell* takes :meth:`from_cell` some milliseconds: of a sheet only so many of those are read."""
        del cell, asking
        return False

    def wants(self, words: Sequence[str]) -> tuple[int, Wanted[T]] | None:
        """Return what a list asks of this field by the first of *words*, and how many those are; None for nothing."""
        del words
        return None

    def wants_named(self, words: Sequence[str]) -> tuple[int, Wanted[T]] | None:
        """Return the same of *words* behind the field's label, up to what else is asked: ``élu référent @x``."""
        return self.wants(words)


def bare(words: Sequence[str]) -> list[str]:
    """Return *words* without the signs around all of them."""
    return " ".join(words).strip(" ,;").split()


def around(words: Sequence[str]) -> list[str]:
    """Return *words* without those that stand around a value, and lone signs."""
    return [word for word in words if fold(word) not in AROUND and word.strip(".,;:!?")]
