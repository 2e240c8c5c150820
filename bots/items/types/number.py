"""Whole numbers with a unit, amounts of money, and lengths of time (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from bots.assistant.talk.markup import Rich, fill, text
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold
from bots.assistant.words.files.cells import whole
from bots.items.spoken import NO_WORDS, Words
from bots.items.types.type import Asking, Taken, Type, Unclear, around
from bots.register.format.canonical import Json
from bots.when.values import Locale

_NUMBER = re.compile(r"[0-9]{1,12}")
_AMOUNT = re.compile(
    r"(?P<before>(?:€|eur(?=[\s0-9]))\s*)?"
    r"(?P<whole>[0-9]{1,3}(?P<group>[ .,])[0-9]{3}(?:(?P=group)[0-9]{3}){0,4}|[0-9]{1,12})"
    r"(?:(?!(?P=group))[.,](?P<cents>[0-9]{1,2}))?"
    r"\s*(?P<thousands>[km](?=[\s.,;:!?)€]|eur|$))?(?P<after>\s*(?:€|euros?|eur))?(?=[\s.,;:!?)]|$)",
    re.IGNORECASE,
)
"""As either language writes it: cents have two digits at most and groups three, so a sign alone tells which it is.

Of so many groups only: of 4,300 digits Python makes no number, it raises."""
_OF: Final = frozenset({"de", "of", ":", "="})
"""What stands between the word for an amount and the amount: ``budget de 12 000 €``."""
_TIMES: Final = {"k": 1_000, "m": 1_000_000}
_MINUTES = re.compile(
    r"~?(?:(?P<hours>\d{1,4}(?:[.,]5)?)(?:h|heures?|hours?)(?P<after>\d{1,2})?)?"
    r"(?:(?P<minutes>\d{1,5})(?:m|mn|min|minutes?))?"
)
_HELD: Final = frozenset({"de", "du", "des", "of"})
"""What stands behind a unit that is no field's: ``5 places de parking``."""
_MOST_WORDS: Final = 8
"""Words that an amount may be: ``1 000 000 000,50 M €``."""
MAX_MINUTES: Final = 100_000


@dataclass(frozen=True)
class Number(Type[int]):
    """A whole number from *low* to *high*, in *units* (marked, with their plural, and ``{count}``).

    *unit* is what people type behind it: ``5 places`` in a sentence is this field's.
    """

    low: int = 0
    high: int = 999_999
    units: tuple[str, str] | None = None
    unit: Words = NO_WORDS

    def sample(self, language: Locale) -> str:
        """Return what is typed for it, as an example."""
        del language
        return str(min(max(5, self.low), self.high))

    def read(self, raw: object) -> int | None:
        """Return *raw* where it is such a number."""
        return _whole(raw, self.low, self.high)

    def write(self, value: int) -> Json:
        """Return *value*."""
        return value

    def parse(self, words: Sequence[str], asking: Asking) -> int | Unclear:
        """Return the number that *words* are, with or without its unit."""
        said = [word for word in around(words) if fold(word) not in self.unit.folded]
        if len(said) != 1 or not _NUMBER.fullmatch(said[0].rstrip(".,;")):
            return Unclear((_how_much(words, asking),))
        number = int(said[0].rstrip(".,;"))
        if self.low <= number <= self.high:
            return number
        sentence = asking.request.texts.gettext("{number} is not possible here: {low} at least, {high} at most.")
        low, high = text(str(self.low)), text(str(self.high))
        return Unclear((fill(sentence, number=text(str(number)), low=low, high=high),))

    def take(self, text: str, asking: Asking) -> Taken[int]:
        """Return the number before its unit."""
        words = text.split()
        for at, word in enumerate(words[1:], 1):
            held = bool(_HELD.intersection(map(fold, words[at + 1 : at + 2])))
            if fold(word) in self.unit.folded and _NUMBER.fullmatch(words[at - 1]) and not held:
                parsed = self.parse([words[at - 1]], asking)
                left = " ".join((*words[: at - 1], *words[at + 1 :]))
                return Taken(text, unclear=parsed.asked) if isinstance(parsed, Unclear) else Taken(left, parsed)
        return Taken(text)

    def say(self, value: int, place: Place) -> Rich:
        """Return the number with its unit."""
        if self.units is None:
            return text(str(value))
        return fill(place.texts.ngettext(*self.units, value), count=text(str(value)))

    def cell(self, value: int, place: Place) -> str:
        """Return the number alone, so that programs count with it."""
        del place
        return str(value)

    def from_cell(self, cell: str, asking: Asking) -> int | Unclear:
        """Return the number in *cell*, which programs may have given decimals: ``5,00``."""
        return self.parse(whole(cell).split(), asking)


@dataclass(frozen=True)
class Money(Type[int]):
    """An amount in euros, kept in cents: ``12 500 €``, ``€12,500``, ``12,5 k€``, ``1 M€``."""

    high: int = 10**12
    words: int = 0

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "12 500 €", "en": "€12,500"}

    def read(self, raw: object) -> int | None:
        """Return *raw*, cents."""
        return _whole(raw, 0, self.high)

    def write(self, value: int) -> Json:
        """Return *value*, cents."""
        return value

    def parse(self, words: Sequence[str], asking: Asking) -> int | Unclear:
        """Return the cents that *words* say."""
        matched = _AMOUNT.fullmatch(" ".join(word for word in around(words) if fold(word) not in _OF).strip(".,; "))
        cents = None if matched is None else _cents(matched)
        return Unclear((_how_much(words, asking),)) if cents is None or cents > self.high else cents

    def behind(self, words: Sequence[str], asking: Asking, *, colon: bool) -> int:
        """Return how many words the amount is; without a colon only with a currency: ``budget 2027`` is a title."""
        del asking
        of = 1 if words and fold(words[0]) in _OF else 0
        matched = _AMOUNT.match(" ".join(words[of : of + _MOST_WORDS]))
        if matched is None or not (colon or matched["before"] or matched["after"]):
            return len(words) if colon else 0
        return of + len(matched[0].split())

    def say(self, value: int, place: Place) -> Rich:
        """Return it as the language writes it: ``12 500 €``, ``€12,500``."""
        euros, cents = divmod(value, 100)
        rest = f"{cents:02}" if cents else ""
        if place.language == "fr":
            grouped = f"{euros:,}".replace(",", "\u202f")
            return text(f"{grouped}{',' if rest else ''}{rest}\u00a0€")
        return text(f"€{euros:,}{'.' if rest else ''}{rest}")

    def cell(self, value: int, place: Place) -> str:
        """Return it with a comma, as French offices count."""
        del place
        euros, cents = divmod(value, 100)
        return f"{euros},{cents:02}" if cents else str(euros)


@dataclass(frozen=True)
class Minutes(Type[int]):
    """A length of time: ``1h30``, ``45 min``."""

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "1h30", "en": "1h30"}

    def read(self, raw: object) -> int | None:
        """Return *raw*, minutes."""
        return _whole(raw, 1, MAX_MINUTES)

    def write(self, value: int) -> Json:
        """Return *value*, minutes."""
        return value

    def parse(self, words: Sequence[str], asking: Asking) -> int | Unclear:
        """Return the minutes that *words* say."""
        said = fold("".join(around(words)))
        matched = _MINUTES.fullmatch(said) if 0 < len(said) <= 40 else None
        if matched is None or not any(matched.groups()):
            sentence = asking.request.texts.gettext("How long? For example: {example}")
            asked = fill(sentence, example=asking.example)
            return Unclear((Question(asked, slot=Slot(Takes.WORDS, in_place_of(words))),))
        hours = float((matched["hours"] or "0").replace(",", "."))
        minutes = int(hours * 60) + int(matched["after"] or 0) + int(matched["minutes"] or 0)
        return minutes if 0 < minutes <= MAX_MINUTES else Unclear((_how_much(words, asking),))

    def say(self, value: int, place: Place) -> Rich:
        """Return hours and minutes."""
        del place
        hours, minutes = divmod(value, 60)
        if not hours:
            return text(f"{minutes} min")
        return text(f"{hours} h {minutes:02}" if minutes else f"{hours} h")

    def cell(self, value: int, place: Place) -> str:
        """Return it as it is typed."""
        del place
        return f"{value // 60}h{value % 60:02}"


def _cents(matched: re.Match[str]) -> int | None:
    """Return the cents of an amount; None for ``1,234 M€``, which is a thousand times more in one language."""
    if matched["thousands"] and (matched["group"] or " ") != " ":
        return None
    cents = int(re.sub(r"\D", "", matched["whole"])) * 100 + int((matched["cents"] or "0").ljust(2, "0"))
    return cents * _TIMES.get((matched["thousands"] or "").lower(), 1)


def _how_much(words: Sequence[str], asking: Asking) -> Question:
    sentence = asking.request.texts.gettext("How much? For example: {example}")
    return Question(fill(sentence, example=asking.example), slot=Slot(Takes.WORDS, in_place_of(words)))


def _whole(raw: object, low: int, high: int) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high else None
