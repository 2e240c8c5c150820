"""Words of commands in both languages, and what a kind is called (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Final

from bots.assistant.talk.wording import fold
from bots.when.values import Locale


@dataclass(frozen=True, slots=True)
class Words:
    """What people say for one thing, in both languages, accented as they should see it; the first is the usual one."""

    french: tuple[str, ...] = ()
    english: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.french, *self.english)))

    @property
    def folded(self) -> frozenset[str]:
        """All of them, as they are compared."""
        return frozenset(" ".join(map(fold, word.split())) for word in self.all)

    def usual(self, language: Locale) -> str:
        """Return the first word of *language*; "" where there is none."""
        words = self.french if language == "fr" else self.english
        return words[0] if words else ""


NO_WORDS: Final = Words()


@dataclass(frozen=True, slots=True)
class Usage:
    """One line of the help: an *example* to copy, and what it is *about*; both marked. Without these it has none.

    *others*: it also names the verbs of the fields (or, on a status, of the statuses) that have no line of their own.
    """

    example: str = ""
    about: str = ""
    others: bool = False


NOT_SHOWN: Final = Usage()


@dataclass(frozen=True, slots=True)
class Called:
    """What one language calls a kind: ``objectif``, ``objectifs``, ``un objectif``, ``l'objectif`` and so on.

    *gender* is the context (``msgctxt``) under which the catalogue keeps the sentences that agree with it; "" where the
    language has none.
    """

    one: str
    many: str
    a: str
    the: str
    new: str
    gender: str = ""


@dataclass(frozen=True, slots=True)
class Noun:
    """What a kind is called in both languages."""

    french: Called
    english: Called

    def spoken(self, language: Locale) -> Called:
        """Return what *language* calls it."""
        return self.french if language == "fr" else self.english

    @property
    def ones(self) -> tuple[str, ...]:
        """Return the noun of one, French first."""
        return tuple(dict.fromkeys((self.french.one, self.english.one)))

    @property
    def manies(self) -> tuple[str, ...]:
        """Return the noun of several, French first."""
        return tuple(dict.fromkeys((self.french.many, self.english.many)))

    def before(self, verbs: Words, *, many: bool = False) -> tuple[str, ...]:
        """Return every noun with every verb behind it: of one language first, because the first one is suggested."""
        french = self.french.many if many else self.french.one
        english = self.english.many if many else self.english.one
        pairs = _pairs(((french, verbs.french), (english, verbs.english), (french, verbs.english)))
        pairs += _pairs(((english, verbs.french),))
        return tuple(dict.fromkeys(f"{noun} {verb}" for noun, verb in pairs))

    def behind(self, verbs: Words, *, many: bool = False) -> tuple[str, ...]:
        """Return *verbs* as people say them before what they are about: ``reporter l'objectif 3``."""
        nouns = (self.french.the, self.french.one, self.english.the, self.english.one)
        if many:
            french, english = self.french.many, self.english.many
            nouns = (f"les {french}", french, f"the {english}", english)
        return tuple(f"{verb} {noun}" for verb in verbs.all for noun in dict.fromkeys(nouns))


def _pairs(rows: Iterable[tuple[str, tuple[str, ...]]]) -> list[tuple[str, str]]:
    return [pair for noun, verbs in rows for pair in product((noun,), verbs)]
