"""What a poll is to people: what is asked, what may be answered, until when (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bots.assistant.talk.markup import Rich, join, text
from bots.assistant.talk.scene import Place
from bots.assistant.words.lenient import line
from bots.events.words.times import Times
from bots.events.words.types import When
from bots.items.field import Field
from bots.items.kind import TITLE, Kind
from bots.items.phrases import PHRASES
from bots.items.spoken import Called, Noun, Usage, Words
from bots.items.status import DROPPED, KEPT, Status
from bots.items.types.type import Asking, Type, Unclear
from bots.register.format.canonical import Json
from bots.when.saying import say
from config.texts import mark, marks

NAME: Final = "poll"
MOST: Final = 20
"""Answers of one poll (MSC3381)."""
_MOST_LABEL: Final = 200
_WHEN: Final = When()


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: a time, or *label*, where a poll is about something else."""

    label: str
    times: Times | None = None


@dataclass(frozen=True)
class Options(Type[tuple[Option, ...]]):
    """What may be answered, in its order."""

    private: bool = True

    def read(self, raw: object) -> tuple[Option, ...] | None:
        """Return the options in *raw*; None where one of them makes no sense, because votes count by their place."""
        found = [_option(each) for each in raw[:MOST]] if isinstance(raw, list) else []
        kept = [option for option in found if option is not None]
        return tuple(kept) if len(kept) == len(found) and kept else None

    def write(self, value: tuple[Option, ...]) -> Json:
        """Return them as the register holds them."""
        return [_written(option) for option in value]

    def parse(self, words: Sequence[str], asking: Asking) -> tuple[Option, ...] | Unclear:
        """Options are read by the poll's own command, and never changed."""
        raise NotImplementedError

    def say(self, value: tuple[Option, ...], place: Place) -> Rich:
        """Return all of them."""
        return join(" / ", [text(labelled(option, place)) for option in value])


def _option(raw: Any) -> Option | None:
    if not isinstance(raw, dict):
        return None
    label = line(raw.get("label"), _MOST_LABEL)
    times = _WHEN.read(raw.get("when")) if "when" in raw else None
    if "when" in raw and times is None:
        return None
    return Option(label, times) if label or times is not None else None


def _written(option: Option) -> Json:
    if option.times is None:
        return {"label": option.label}
    return {"when": _WHEN.write(option.times)}


def labelled(option: Option, place: Place) -> str:
    """Return what is voted for, in words."""
    return option.label if option.times is None else _WHEN.say(option.times, place).plain


@dataclass(frozen=True)
class Until(Type[datetime]):
    """An instant."""

    def read(self, raw: object) -> datetime | None:
        """Return the instant in *raw*, to the second, in UTC."""
        try:
            found = datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 20 else None
        except ValueError:
            return None
        return found if found is not None and found.tzinfo is not None else None

    def write(self, value: datetime) -> Json:
        """Return it in UTC."""
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")

    def parse(self, words: Sequence[str], asking: Asking) -> datetime | Unclear:
        """It is read by the poll's own command."""
        raise NotImplementedError

    def say(self, value: datetime, place: Place) -> Rich:
        """Return it in the hours of the collectivity."""
        return text(say(value.astimezone(place.zone), place.language))


OPTIONS: Final = Field("options", Options(), word=mark("answers"), made=True, listed=False, taken=False)
UNTIL: Final = Field(
    "until", Until(), word=mark("closing"), made=True, later=True, taken=False, said=mark("closes by itself {value}")
)
CLOSED: Final = Status(
    "closed",
    verbs=Words(),
    words=Words(("clos", "clôturé"), ("closed",)),
    icon="✔",
    said=mark("closed"),
    moved=mark("✔ Poll {number} closed: {title}"),
    told=(
        mark("✔ Poll {number} closed by {person}"),
        marks("✔ {count} poll closed by {person}: {numbers}", "✔ {count} polls closed by {person}: {numbers}"),
    ),
)
CANCELLED: Final = replace(
    DROPPED,
    verbs=Words(("annuler", "annule", "supprimer"), ("cancel",)),
    words=Words(("annulé",), ("cancelled",)),
    said=mark("poll cancelled"),
    moved=mark("✖ Poll {number} cancelled: {title}"),
    told=(
        mark("✖ Poll {number} cancelled by {person}"),
        marks("✖ {count} poll cancelled by {person}: {numbers}", "✖ {count} polls cancelled by {person}: {numbers}"),
    ),
)
POLL: Final = Kind(
    NAME,
    Noun(
        french=Called("sondage", "sondages", "un sondage", "le sondage", "nouveau sondage", gender="masculine"),
        english=Called("poll", "polls", "a poll", "the poll", "new poll"),
    ),
    fields=(OPTIONS, UNTIL),
    adds=Usage(
        mark("!poll budget meeting: Tuesday 10am, Wednesday 2pm, Thursday 9am"),
        mark("asks everybody here; closed, it makes the event with those who can come"),
    ),
    lists=Usage(mark("!polls"), mark("lists the open polls; “who can come” says how one stands")),
    counted=marks("{count} poll", "{count} polls"),
    hint=mark("answer “results”, “close” or “cancel”"),
    title=replace(TITLE, verbs=Words()),
    statuses=(KEPT, CLOSED, CANCELLED),
    phrases=replace(PHRASES, added=mark("📊 Poll {number}: {what}")),
)
