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
    """A field: its *name* in the register, the *type* that knows its values, and the *word* for it, marked.

    *verbs* change it (``places 3 7``). *labels* say it inside a sentence, a colon or quotes behind (``mesure : …``);
    both name it where it is put back. *said* is a marked sentence around its ``{value}``, "" where that says it alone.
    *usage* is its line of the help. *listed*: lists say it too. *taken*: a sentence may say it without a label, where
    its type knows such words. *needed*: it is never cleared. *notifies*: whoever is written there is told. *made*:
    written once, when the object is made; *later*: it may be said otherwise afterwards.
    *ical* is the property of RFC 5545 that it is.
    """

    name: str
    type: Type[T]
    word: str
    verbs: Words = NO_WORDS
    labels: Words = NO_WORDS
    said: str = ""
    usage: Usage = NOT_SHOWN
    listed: bool = True
    taken: bool = True
    needed: bool = False
    notifies: bool = False
    made: bool = False
    later: bool = False
    ical: str = ""
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
