"""One of a few values (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.markup import Rich, fill, text
from bots.assistant.talk.question import Candidate, Question, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold
from bots.items.spoken import Words
from bots.items.types.type import Asking, Type, Unclear, Wanted, around
from bots.register.format.canonical import Json
from bots.when.values import Locale
from config.texts import texts

_LONGEST = 3
_LOCALES: Final[tuple[Locale, Locale]] = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Option:
    """One value: as the register holds it, as people type it, and as it is *said* to them, marked."""

    value: str
    words: Words
    said: str


@dataclass(frozen=True)
class Choice(Type[Option]):
    """One of *options*; what another assistant may write beside them is as if nobody had written it."""

    options: tuple[Option, ...] = ()

    def sample(self, language: Locale) -> str:
        """Return what is typed for it, as an example."""
        return self.options[0].words.usual(language)

    def read(self, raw: object) -> Option | None:
        """Return the option that is called *raw*."""
        return next((option for option in self.options if option.value == raw), None)

    def write(self, value: Option) -> Json:
        """Return what the register calls it."""
        return value.value

    def parse(self, words: Sequence[str], asking: Asking) -> Option | Unclear:
        """Return the option that *words* are."""
        found = self._option(around(words))
        if found is not None:
            return found
        request, place = asking.request, in_place_of(words)
        candidates = tuple(
            Candidate(self.say(option, request), option.words.usual(request.language), place, words=option.words.all)
            for option in self.options
        )
        sentence = request.texts.gettext("Which one? For example: {example}")
        return Unclear((Question(fill(sentence, example=asking.example), candidates),))

    def say(self, value: Option, place: Place) -> Rich:
        """Return it in words."""
        return text(place.texts.gettext(value.said))

    def from_cell(self, cell: str, asking: Asking) -> Option | Unclear:
        """Return the option in *cell*, as it is typed or as it is said in either language."""
        spoken = {fold(texts(locale).gettext(option.said)): option for locale in _LOCALES for option in self.options}
        return spoken.get(fold(" ".join(cell.split()))) or self.parse(cell.split(), asking)

    def wants(self, words: Sequence[str]) -> tuple[int, Wanted[Option]] | None:
        """Return the option that the first of *words* are, as what is to be listed."""
        for length in range(min(_LONGEST, len(words)), 0, -1):
            found = self._option(words[:length])
            if found is not None:
                return length, _is(found)
        return None

    def _option(self, words: Sequence[str]) -> Option | None:
        said = " ".join(map(fold, words))
        return next((option for option in self.options if said in option.words.folded), None)


def _is(option: Option) -> Wanted[Option]:
    def read(_: Request) -> "_Fits":
        return _Fits(option)

    return Wanted(read)


@dataclass(frozen=True, slots=True)
class _Fits:
    option: Option

    def __call__(self, value: Option | None) -> bool:
        return value == self.option
