"""What a card is made of: the room as it stands, and how a capability draws one of its objects (pure)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.markup import Rich
from bots.register.format.operation import Change
from bots.register.replica.state import State
from bots.when.values import Locale
from config.identifiers import RoomId, ServerName, UserId
from config.texts import Texts, texts

PARIS: Final = ZoneInfo("Europe/Paris")

Key = tuple[str, str]
"""(kind, id) of an object."""


ELSEWHERE: Final = "elsewhere"
"""The kind, in ``Reply.shows``, of what is another room's: nothing can be done to it there, but it may be erased."""


NUMBERED: Final = "day"
"""The kind, in ``Reply.shows``, of what a private list numbers, as :func:`elsewhere` calls it: in that order."""
NUMBERED_FOR: Final = "day.for"
"""The kind, in ``Reply.shows``, of the person whose list a message is: nobody else's presses count."""
NAMED: Final = "named"
"""The kind, beside ``Reply.shows``, of what a message only names, as :func:`elsewhere` calls it, its own room's too."""


def elsewhere(room_id: RoomId, object_id: str) -> str:
    """Return what an object of one room is called where a message in another shows it (``Reply.shows``)."""
    return f"{room_id} {object_id}"


class Place:
    """Where and when something is said: what :class:`Scene` and a request have in common."""

    __slots__ = ()
    members: Mapping[UserId, str | None]
    now: datetime
    locale: str
    zone: ZoneInfo
    zones: Mapping[ServerName, ZoneInfo]
    """Those of the listed collectivities."""

    @property
    def texts(self) -> Texts:
        """The sentences in the language of the room."""
        return texts(self.locale)

    @property
    def language(self) -> Locale:
        """The language in which the room is answered, as the dates know it."""
        return "en" if self.locale[:2].lower() == "en" else "fr"

    @property
    def languages(self) -> tuple[Locale, Locale]:
        """Both languages, that of the room first: for what somebody may have written in either."""
        return ("en", "fr") if self.language == "en" else ("fr", "en")

    @property
    def here(self) -> datetime:
        """What time it is, in the collectivity's zone: whose days count."""
        return self.now.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Scene(Place):
    """One room at one moment, for what is said in it without having been asked."""

    room_id: RoomId
    state: State
    members: Mapping[UserId, str | None]
    """Those who have joined, with their display names."""
    now: datetime
    """With a zone."""
    locale: str = "fr"
    zone: ZoneInfo = PARIS
    """The collectivity's."""
    name: str | None = None
    """The room's; None where it has none."""
    private: bool = False
    """Only whoever asks, and listed assistants, read it."""
    assistants: tuple[UserId, ...] = ()
    """All listed ones, in the order of the member list, whether they are here or not."""
    began: datetime | None = None
    """Since when we listen."""
    zones: Mapping[ServerName, ZoneInfo] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows, and *until* when if nobody changes anything (a task becomes late by time alone)."""

    text: Rich
    until: datetime | None = None


def _itself(_: State, key: Key) -> Iterable[Key]:
    return (key,)


@dataclass(frozen=True, slots=True)
class CardMaker:
    """How one kind of object is shown by a card.

    Other kinds than its own are those of its parts, which name it in a write-once field called like its kind.
    """

    kind: str
    face: Callable[[Scene, str], Face | None]
    """Draws the object with this id; None when there is nothing to show (any more)."""
    hint: Callable[[Texts], Rich]
    """The line that says how to act, below the answer that becomes a card."""
    author: Callable[[State, str], UserId | None]
    """The assistant that made an object; None when that was erased."""
    private: Mapping[str, frozenset[str]]
    """By kind, the fields that hold what people wrote: where one of them is erased, all that showed the object goes."""
    counted: Callable[[Texts, int], str]
    """Says how many there are."""
    about: Callable[[State, Key], Iterable[Key]] = _itself
    """Yields the objects whose cards a change concerns: a checklist's line concerns its task."""

    def existing(self, state: State) -> int:
        """Return how many objects of its kind were made and not erased, done and dropped ones included."""
        return sum(self.author(state, each.id) is not None for each in state.all(self.kind))


def made_by(changes: Iterable[Change], kinds: Collection[str]) -> Key | None:
    """Return the object that *changes* make, if they make exactly one that has cards: their message is its card."""
    made = {(each.kind, each.id) for each in changes if each.first and each.kind in kinds}
    return next(iter(made)) if len(made) == 1 else None
