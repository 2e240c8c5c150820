"""A kind's sentences in the language of a place: with its noun, in its gender (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass

from bots.assistant.talk.markup import Rich, code, fill, strong, text
from bots.assistant.talk.scene import Place
from bots.items.field import Field
from bots.items.kind import Item, Kind, T
from bots.items.spoken import Called, Usage


@dataclass(frozen=True, slots=True)
class Speech:
    """How *kind* is spoken of in *place*."""

    kind: Kind
    place: Place

    @property
    def called(self) -> Called:
        """What the language calls the kind."""
        return self.kind.noun.spoken(self.place.language)

    def sentence(self, message: str) -> str:
        """Return *message*, a marked sentence, translated and with the noun in it; its other fields are still open."""
        texts = self.place.texts
        found = texts.pgettext(self.called.gender, message) if self.called.gender else message
        # One that agrees with no noun stands in the catalogue without a context.
        return self._with_noun(texts.gettext(message) if found == message else found)

    def plural(self, messages: tuple[str, str], count: int) -> str:
        """Return the form of a marked pair of sentences that goes with *count*, likewise."""
        texts = self.place.texts
        gender = self.called.gender
        found = texts.npgettext(gender, *messages, count) if gender else messages[0]
        return self._with_noun(texts.ngettext(*messages, count) if found in messages else found)

    def say(self, message: str, item: Item, **fields: Rich) -> Rich:
        """Return *message* about *item*, whose number and title it may name."""
        known = {"number": strong(item.label), "title": text(item.title), **fields}
        return fill(self.sentence(message), **known)

    def example(self, field: Field[T]) -> Rich:
        """Return an example of how *field* is changed."""
        if field.usage.example:
            return code(self.place.texts.gettext(field.usage.example))
        verb = field.verbs.usual(self.place.language) or field.verbs.all[0]
        return code(f"!{self.called.one} {verb} 3 {field.type.sample(self.place.language)}")

    def usage(self) -> Rich:
        """Return an example of a command with a number."""
        marked = next((usage.example for usage in self._usages() if usage.example), "")
        if marked:
            return code(self.place.texts.gettext(marked))
        return code(f"!{self.called.one} 3")

    def _usages(self) -> Iterator[Usage]:
        yield from (status.usage for status in self.kind.statuses)
        yield from (field.usage for field in self.kind.fields)

    def _with_noun(self, sentence: str) -> str:
        words = self.called
        the = words.the.replace("'", "’")
        nouns = {"noun": words.one, "nouns": words.many, "Noun": _capital(words.one), "the": the, "The": _capital(the)}
        for name, noun in nouns.items():
            sentence = sentence.replace("{" + name + "}", noun)
        return sentence


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
