"""A link to an object of another kind, by its number (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bots.assistant.talk.markup import Rich, fill, text
from bots.assistant.talk.question import Candidate, Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Place, Scene
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.numbered import alike
from bots.items.types.type import Asking, Type, Unclear, around
from bots.register.format.canonical import Json
from bots.register.format.operation import is_object_id
from bots.when.values import Locale


@dataclass(frozen=True)
class Link(Type[str]):
    """The id of a numbered object of *kind*, in the same room; people say its number. Capabilities need not know it."""

    kind: str = ""

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "3", "en": "3"}

    def read(self, raw: object) -> str | None:
        """Return the id that *raw* is, whether or not there is such an object."""
        return raw if isinstance(raw, str) and is_object_id(raw) else None

    def write(self, value: str) -> Json:
        """Return the id."""
        return value

    def parse(self, words: Sequence[str], asking: Asking) -> str | Unclear:
        """Return the id of the object whose number *words* are."""
        said = around(words)
        wanted = numbered.reference(said[0].rstrip(",;")) if len(said) == 1 else None
        if wanted is None:
            return Unclear((_which(words, asking),))
        found = numbered.called(asking.request.state, self.kind, wanted)
        if len(found) == 1:
            return found[0].id
        if not found:
            sentence = asking.request.texts.gettext("There is nothing with the number {number} here.")
            return Unclear((fill(sentence, number=text(wanted.label)),))
        sentence = asking.request.texts.gettext("Several have the number {number}. Which one?")
        candidates = tuple(_candidate(item, wanted.label) for item in found)
        return Unclear((Question(fill(sentence, number=text(wanted.label)), candidates),))

    def say(self, value: str, place: Place) -> Rich:
        """Return its number, where *place* knows the room's register; "…" for one that is not there (any more)."""
        found = numbered.get(place.state, self.kind, value) if isinstance(place, Request | Scene) else None
        return text("…" if found is None else found.label)


def _candidate(item: numbered.Numbered, typed: str) -> Candidate:
    return alike(text(f"{item.label} · {item.title}"), typed, item.label)


def _which(words: Sequence[str], asking: Asking) -> Question:
    sentence = asking.request.texts.gettext("Which number? For example: {example}")
    return Question(fill(sentence, example=asking.example), slot=Slot(Takes.NUMBER, in_place_of(words)))
