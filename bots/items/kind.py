"""What a kind of object is, declared once, and one object of it: its number, title, status and fields (pure)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.objects.numbered import MAX_TITLE
from bots.items.field import Field
from bots.items.phrases import PHRASES, Phrases
from bots.items.spoken import NOT_SHOWN, Noun, Usage, Words
from bots.items.status import DROPPED, KEPT, Status
from bots.items.types.text import Text
from bots.register.replica.state import State
from bots.when.values import Locale
from config.identifiers import UserId
from config.texts import mark

T = TypeVar("T")
WITHDRAWN: Final = "withdrawn"
"""Stands in place of a status where what made the object was taken back: given up, and nobody gave it up."""
TITLE: Final = Field(
    "title",
    Text(MAX_TITLE),
    word=mark("title"),
    verbs=Words(("titre", "renommer", "intitulé"), ("title", "rename")),
    needed=True,
)
"""What people call an object beside its number; the register's field is called ``title`` in every kind."""

Facts = Callable[[Place, State, "Item"], Iterable[Rich]]
Ages = Callable[[State, "Item", datetime], bool]


def _nothing(_: Place, __: State, ___: "Item") -> Iterable[Rich]:
    return ()


def _never(_: State, __: "Item", ___: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Revision:
    """The number of an object's version: *field*, which rises whenever one of the fields *by* is written.

    *stamp* is when any of its fields was last written, in ms since the epoch. What is above *most* is no version:
    somebody else's signature must not keep ours from being written.
    """

    field: str
    by: frozenset[str]
    stamp: str
    most: int

    def read(self, value: object) -> int:
        """Return the version that *value* is; 0 where it is none."""
        return value if isinstance(value, int) and 0 <= value <= self.most else 0

    def raised(self, value: object, written: Iterable[str]) -> int | None:
        """Return the number after *value*; None where nothing that is *written* raises it."""
        if self.by.isdisjoint(written):
            return None
        return min(self.read(value) + 1, self.most)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of objects that people call by a number and a title."""

    name: str
    """The register's."""
    noun: Noun
    fields: tuple[Field[Any], ...]
    """In the order in which they are said; the title is none of them."""
    adds: Usage
    """A line of the help and its example, as the four others are."""
    lists: Usage
    counted: tuple[str, str]
    """How many there are, marked with its plural."""
    hint: str
    """Says below a card how to act on it (marked)."""
    shows: Usage = NOT_SHOWN
    imports: Usage = NOT_SHOWN
    """Without it its sheets are not read back."""
    erases: Usage = NOT_SHOWN
    title: Field[str] = TITLE
    statuses: tuple[Status, ...] = (KEPT, DROPPED)
    """Where one can stand: the first one at the beginning, the last one when it is given up."""
    phrases: Phrases = PHRASES
    due: Field[date] | None = None
    """The field whose day makes an open one late, and by which lists are sorted."""
    right: Right = Right.CHANGE
    """What it takes to make one."""
    alone: frozenset[str] = frozenset()
    """Those of its verbs that mean this kind without its noun (``atteint 3``)."""
    facts: Facts = _nothing
    """Yields what else is known of one, said before its fields."""
    after: Facts = _nothing
    """Yields what is said behind them."""
    ages: Ages = _never
    """Tells whether midnight may change what its facts say."""
    revision: Revision | None = None
    """What others tell its versions apart by."""

    @property
    def all(self) -> tuple[Field[Any], ...]:
        """Return the title, and the other fields."""
        return (self.title, *self.fields)

    @property
    def private(self) -> frozenset[str]:
        """Return the names of the fields that hold what people wrote."""
        return frozenset(found.name for found in self.all if found.private)

    @property
    def first(self) -> Status:
        """Return where a new one stands."""
        return self.statuses[0]

    @property
    def given_up(self) -> Status:
        """Return where one stands whose making was taken back: the last of the statuses."""
        return self.statuses[-1]

    def status(self, raw: object) -> Status:
        """Return the status that the register calls *raw*; the first one where that is none."""
        known = {found.value: found for found in self.statuses}
        if raw == WITHDRAWN:
            return self.given_up
        return known.get(raw, self.first) if isinstance(raw, str) else self.first

    def language(self, request: Request) -> Locale:
        """Return the language of the command's noun; else the room's."""
        for word in words_of(request)[:4]:
            bare = fold(word).lstrip("!")
            if bare in (fold(self.noun.french.one), fold(self.noun.french.many)):
                return "fr"
            if bare in (fold(self.noun.english.one), fold(self.noun.english.many)):
                return "en"
        return request.language


@dataclass(frozen=True, slots=True)
class Item:
    """One object; *giver* is the assistant that gave it its number.

    *withdrawn*: it is given up because whoever asked for it has taken that back. *values* holds the fields that have
    one, by their names: ask :meth:`get`.
    """

    kind: Kind = field(repr=False)
    id: str
    number: int
    title: str
    status: Status
    values: Mapping[str, Any]
    creator: UserId | None = None
    giver: UserId | None = None
    withdrawn: bool = False
    label: str = field(default="", compare=False)
    """What people call it: its number, or ``3-valbourg`` where two have the same."""

    def get(self, wanted: Field[T]) -> T | None:
        """Return the value of a field; None where it has none."""
        if wanted is self.kind.title:
            return self.title  # type: ignore[return-value] # the title is the one field of text that is always read
        found: T | None = self.values.get(wanted.name)
        return found

    @property
    def open(self) -> bool:
        """Whether it is still in use."""
        return self.status.open

    @property
    def due(self) -> date | None:
        """The day by which lists are sorted; None where it has none."""
        return None if self.kind.due is None else self.get(self.kind.due)

    def late(self, now: datetime) -> bool:
        """Tell whether it is open and its day has ended; *now* is in the zone whose days count."""
        day = self.due
        if not self.open or day is None:
            return False
        return day < now if isinstance(day, datetime) else day < now.date()

    def without(self, *names: str) -> "Item":
        """Return it as if these fields had no value."""
        return replace(self, values={name: value for name, value in self.values.items() if name not in names})
