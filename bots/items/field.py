"""One field of a kind, as a row: all that is said, asked, shown and written of it follows from this (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.scene import Place
from bots.items.spoken import NO_WORDS, NOT_SHOWN, Usage, Words
from bots.items.types.type import Type
from bots.register.format.canonical import Json
from bots.register.replica.object import Object
from bots.register.replica.places import ERASED

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Field(Generic[T]):
    """A field of a kind: one row, of which all that people and programs see of it is made."""

    name: str
    """The register's."""
    type: Type[T]
    """Knows its values."""
    word: str
    """What it is called in the history and the sheet (marked)."""
    verbs: Words = NO_WORDS
    """Change it: ``places 3 7``. They name it where it is put back, as :attr:`labels` do."""
    labels: Words = NO_WORDS
    """Say it inside a sentence, a colon or quotes behind: ``mesure : …``."""
    said: str = ""
    """A marked sentence around its ``{value}``; "" where that says it alone."""
    usage: Usage = NOT_SHOWN
    """Its line of the help."""
    listed: bool = True
    """Lists say it too."""
    taken: bool = True
    """A sentence may say it without a label, where its type knows such words."""
    needed: bool = False
    """It is never cleared."""
    notifies: bool = False
    """Whoever is written there is told."""
    made: bool = False
    """It is written once, when the object is made."""
    later: bool = False
    """One that is :attr:`made` may be said otherwise afterwards."""
    ical: str = ""
    """The property of RFC 5545 that it is."""
    beside: Callable[[Any, T, Place], Rich] | None = None
    """How it is said of an object (a :class:`bots.items.kind.Item`) whose other fields it needs."""

    @property
    def private(self) -> bool:
        """Tell whether it holds what people wrote: where it is erased, all that showed it goes."""
        return self.type.private

    @property
    def names(self) -> frozenset[str]:
        """Return the words that name it, folded, in both languages."""
        return self.labels.folded | self.verbs.folded

    def read(self, found: Object) -> T | None:
        """Return the value in *found*; None for none, and for what makes no sense."""
        raw = self.raw(found)
        return None if raw is ERASED else self.type.read(raw)

    def raw(self, found: Object) -> object:
        """Return what stands in *found*, as it was written: of a set, the list of its elements."""
        if self.type.many:
            return found.elements(self.name)
        said = found.value(self.name) if self.later or not self.made else None
        return found.first(self.name) if self.made and said is None else said

    def written(self, value: T) -> Json:
        """Return *value* as the register holds it: of a set, the list of its elements."""
        return self.type.write(value)

    def elements(self, value: T | None) -> list[str]:
        """Return *value* as the elements of a set, one where it is none, and none where there is no value."""
        written = None if value is None else self.type.write(value)
        return [word for word in (written if isinstance(written, list) else [written]) if isinstance(word, str)]
