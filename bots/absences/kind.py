"""What an absence is to people: who, which days, who takes their place; why is not asked (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Final

from bots.assistant.talk.markup import Rich, code, fill, short, text
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.scene import Place
from bots.items.field import Field
from bots.items.kind import TITLE, Kind
from bots.items.phrases import PHRASES
from bots.items.spoken import Called, Noun, Usage, Words
from bots.items.status import DROPPED, KEPT
from bots.items.types.people import Person
from bots.items.types.type import Asking, Type, Unclear, around
from bots.register.format.canonical import Json
from bots.when import finding
from bots.when.saying import say
from bots.when.values import Bound, Locale, Range, When, rest
from config.texts import mark, marks

NAME: Final = "absence"
LONGEST: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Days:
    """From the *first* day to the *last* one, both included."""

    first: date
    last: date

    @property
    def said(self) -> date | Range:
        """As ``bots.when.saying`` says it."""
        return self.first if self.first == self.last else Range(self.first, self.last)

    def without(self, others: "Days") -> "Days | None":
        """Return what is left without *others* at one end; None where nothing is, or two parts."""
        if others.first <= self.first and self.first <= others.last < self.last:
            return Days(others.last + timedelta(days=1), self.last)
        if self.first < others.first <= self.last <= others.last:
            return Days(self.first, others.first - timedelta(days=1))
        return None


@dataclass(frozen=True)
class DaysType(Type[Days]):
    """Some days in a row."""

    words: int = 0

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "du 20 au 24 avril 2028", "en": "20 April 2028 to 24 April 2028"}

    def read(self, raw: object) -> Days | None:
        """Return the days in *raw*."""
        found = [_day(raw.get(name)) for name in ("first", "last")] if isinstance(raw, Mapping) else [None]
        first, last = found[0], found[-1]
        if first is None or last is None or not first <= last <= first + LONGEST:
            return None
        return Days(first, last)

    def write(self, value: Days) -> Json:
        """Return both days as ISO 8601 has them."""
        return {"first": value.first.isoformat(), "last": value.last.isoformat()}

    def parse(self, words: Sequence[str], asking: Asking) -> Days | Unclear:
        """Return the days that *words* say, and nothing else."""
        said = " ".join(words)
        when = finding.find(said, asking.request.here, asking.request.zone, asking.language)
        days = days_of(when, asking.request.here.date()) if isinstance(when, When) else None
        if days is None or not isinstance(when, When) or around(rest(said, when.spans).split()):
            sentence = asking.request.texts.gettext("I read no days in “{typed}”. For example: {example}")
            asked = fill(sentence, typed=code(short(said) or "…"), example=asking.example)
            return Unclear((Question(asked, slot=Slot(Takes.TIME, in_place_of(words))),))
        return days

    def say(self, value: Days, place: Place) -> Rich:
        """Return them in words."""
        return text(say(value.said, place.language))


def days_of(when: When, today: date) -> Days | None:
    """Return the days that are meant, from today on: ``jusqu'à vendredi`` too; None for what has no end."""
    value = when.value
    first, last = (_bare(value.start), _bare(value.end)) if isinstance(value, Range) else (_bare(value), _bare(value))
    if when.rule is not None or when.bound is Bound.FROM:
        return None
    if when.bound in (Bound.BY, Bound.BEFORE):
        first, last = today, last - timedelta(days=1 if when.bound is Bound.BEFORE else 0)
    first = max(first, today)
    return Days(first, last) if first <= last <= first + LONGEST else None


def _bare(value: date) -> date:
    return date(value.year, value.month, value.day)


def _day(raw: object) -> date | None:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 and raw.count("-") == 2 else None
    except ValueError:
        return None


WHO: Final = Field("who", Person(), word=mark("who is away"), made=True, notifies=True, taken=False)
WHEN: Final = Field(
    "when",
    DaysType(),
    word=mark("days"),
    verbs=Words(("dates",), ("days",)),
    labels=Words(("dates",), ("days",)),
    taken=False,
    needed=True,
)
DEPUTY: Final = Field(
    "deputy",
    Person(),
    word=mark("deputy"),
    verbs=Words(("remplaçant", "remplaçante", "suppléant", "suppléante"), ("deputy",)),
    labels=Words(("remplaçant", "remplaçante", "suppléant", "suppléante"), ("deputy",)),
    said=mark("deputy: {value}"),
    notifies=True,
)
CANCELLED: Final = replace(
    DROPPED,
    verbs=Words(("annuler", "annule", "supprimer"), ("cancel",)),
    words=Words(("annulée", "annulé"), ("cancelled",)),
    said=mark("absence cancelled"),
    moved=mark("✖ Absence {number} cancelled: {title}"),
    told=(
        mark("✖ Absence {number} cancelled by {person}"),
        marks(
            "✖ {count} absence cancelled by {person}: {numbers}",
            "✖ {count} absences cancelled by {person}: {numbers}",
        ),
    ),
)
ABSENCE: Final = Kind(
    NAME,
    Noun(
        french=Called("absence", "absences", "une absence", "l'absence", "nouvelle absence", gender="feminine"),
        english=Called("absence", "absences", "an absence", "the absence", "new absence"),
    ),
    fields=(WHO, WHEN, DEPUTY),
    adds=Usage(
        mark("!away from 20 to 24 April, replaced by @dgs"),
        mark("tells whoever gives you something to do, or invites you; also “!@dgs is away tomorrow”"),
    ),
    lists=Usage(mark("!absences"), mark("who is away, and who takes their place")),
    counted=marks("{count} absence", "{count} absences"),
    hint=mark("🗑 cancelled · answer “deputy @dgs”, “days …” or “cancel”"),
    title=replace(TITLE, verbs=Words()),
    statuses=(KEPT, CANCELLED),
    phrases=replace(PHRASES, added=mark("✔ Absence {number} noted: {what}")),
)
