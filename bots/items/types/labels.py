"""Labels: words with a sign before them, ``#voirie`` (pure)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from bots.assistant.talk.markup import Rich, fill, text
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold
from bots.assistant.words.lenient import line
from bots.items.types.type import Asking, Taken, Type, Unclear, Wanted, around
from bots.register.format.canonical import Json
from bots.when.values import Locale

MAX_LABEL: Final = 60
_BETWEEN = re.compile(r"[,;\n]")
_LABEL = re.compile(r"#(?=[\w-]*[^\W\d_])\w[\w-]*")


@dataclass(frozen=True)
class Labels(Type[tuple[str, ...]]):
    """Labels of an object: an add/remove set of the register. ``#12`` is a number and none."""

    many: bool = True
    words: int = 0
    private: bool = True

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "#voirie", "en": "#roads"}

    def read(self, raw: object) -> tuple[str, ...] | None:
        """Return the labels in *raw*, a list of elements; of two that differ in case or accents, the first."""
        elements = raw if isinstance(raw, list) else []
        found = {fold(label): label for element in reversed(elements) if (label := line(element, MAX_LABEL))}
        return tuple(reversed(found.values())) or None

    def write(self, value: tuple[str, ...]) -> Json:
        """Return the labels, without their sign."""
        return list(value)

    def parse(self, words: Sequence[str], asking: Asking) -> tuple[str, ...] | Unclear:
        """Return the labels that *words* are, with or without their sign."""
        said = around(words)
        found = [label for word in said if (label := _label("#" + word.strip("#,;"))) is not None]
        if not found or len(found) < len(said):
            sentence = fill(asking.request.texts.gettext("Which label? For example: {example}"), example=asking.example)
            return Unclear((Question(sentence, slot=Slot(Takes.WORDS, in_place_of(words))),))
        return tuple(dict.fromkeys(found))

    def take(self, text: str, asking: Asking) -> Taken[tuple[str, ...]]:
        """Return the words of *text* that have the sign."""
        del asking
        words = text.split()
        found = {fold(label): label for word in words if (label := _label(word)) is not None}
        left = " ".join(word for word in words if _label(word) is None)
        return Taken(left if found else text, tuple(found.values()) or None)

    def say(self, value: tuple[str, ...], place: Place) -> Rich:
        """Return the labels with their sign."""
        del place
        return text(" ".join(f"#{label}" for label in value))

    def cell(self, value: tuple[str, ...], place: Place) -> str:
        """Return the labels without their sign."""
        del place
        return ", ".join(value)

    def from_cell(self, cell: str, asking: Asking) -> tuple[str, ...] | Unclear:
        """Return the labels between the commas of *cell*: so ``en`` is one, and no word around another."""
        parts = [part.strip().lstrip("#") for part in _BETWEEN.split(cell) if part.strip(" #")]
        found = [label for part in parts if (label := _label("#" + part)) is not None]
        whole = 0 < len(found) == len(parts)
        return tuple({fold(label): label for label in found}.values()) if whole else self.parse(cell.split(), asking)

    def wants(self, words: Sequence[str]) -> tuple[int, Wanted[tuple[str, ...]]] | None:
        """Return the label that the first of *words* is, as what is to be listed."""
        label = _label(words[0])
        return None if label is None else (1, _having(fold(label)))


def _label(word: str) -> str | None:
    bare = word.rstrip(".,;:!?")
    return line(bare[1:], MAX_LABEL) or None if _LABEL.fullmatch(bare) else None


def _having(wanted: str) -> Wanted[tuple[str, ...]]:
    def read(_: Request) -> Callable[[tuple[str, ...] | None], bool]:
        return lambda value: any(fold(label) == wanted for label in value or ())

    return Wanted(read)
