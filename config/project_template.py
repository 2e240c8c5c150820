"""What a new project begins with: the whole of one file in ``projects/``, ours or the collectivity's own."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from config.sections.fields import AsTuple, Settings

MOST_ROOMS: Final = 8
MOST_OBJECTS: Final = 15
"""Of tasks, events and objectives in one room: each is said in it, as its card."""

_OFFSET = re.compile(r"\+\s?(?P<count>[1-9][0-9]{0,2})\s(?P<unit>\S+)(?P<hour>\s\S.{0,40})?")
_UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("jour", "jours"), "jours"),
    **dict.fromkeys(("semaine", "semaines"), "semaines"),
    "mois": "mois",
    **dict.fromkeys(("day", "days"), "days"),
    **dict.fromkeys(("week", "weeks"), "weeks"),
    **dict.fromkeys(("month", "months"), "months"),
}


class TranslatedText(Settings):
    """A text of the collectivity's own: written once, or in each language that its people speak."""

    fr: str = ""
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, raw: Any) -> Any:
        return {"fr": raw} if isinstance(raw, str) else raw

    @model_validator(mode="after")
    def _said(self) -> Self:
        for each in (self.fr, self.en):
            if not all(char.isprintable() or char == "\n" for char in each):
                raise ValueError("control characters do not belong in a text")
        return self

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)

    def said(self, language: str) -> str:
        """Return the text in *language* (``fr``, ``en``), or in the one that there is."""
        return ((self.en or self.fr) if language == "en" else (self.fr or self.en)).strip()


def _needed(words: TranslatedText) -> TranslatedText:
    if not words or len(words.said("fr")) > 200 or len(words.said("en")) > 200 or "\n" in words.fr + words.en:
        raise ValueError("write a text, on one line and at most 200 characters long")
    return words


def _offset(raw: str) -> str:
    """Make of ``+14 jours 10h`` what people say (``dans 14 jours 10h``); anything else is a date in words, as it is."""
    found = _OFFSET.fullmatch(raw.strip())
    if raw.strip().startswith("+") and (found is None or found["unit"].lower() not in _UNITS):
        raise ValueError("write an offset as “+14 jours”, “+3 semaines”, “+2 mois”, or “+14 days”, weeks, months")
    if found is None:
        return raw.strip()
    unit = found["unit"].lower()
    before = "in" if unit in ("day", "days", "week", "weeks", "month", "months") else "dans"
    return f"{before} {found['count']} {unit}{found['hour'] or ''}"


Line = Annotated[TranslatedText, AfterValidator(_needed)]
Due = Annotated[str, AfterValidator(_offset)]


class TaskSeed(Settings):
    """A task that a new room begins with; ``objective`` is the place (from 1) of one of the room's objectives."""

    title: Line
    due: Due = ""
    labels: Annotated[tuple[str, ...], AsTuple] = ()
    description: TranslatedText = Field(default_factory=TranslatedText)
    checklist: Annotated[tuple[TranslatedText, ...], AsTuple] = ()
    objective: int = 0
    pin: bool = False


class EventSeed(Settings):
    """An event that a new room begins with: ``when`` is a day, mostly with an hour; ``objective`` is as a task's."""

    title: Line
    when: Annotated[Due, Field(min_length=1)]
    place: TranslatedText = Field(default_factory=TranslatedText)
    objective: int = 0
    pin: bool = False


class ObjectiveSeed(Settings):
    """An objective that a new room begins with."""

    title: Line
    due: Due = ""
    measure: TranslatedText = Field(default_factory=TranslatedText)
    pin: bool = True


class RoomSeed(Settings):
    """A room of a new project.

    ``write``: who may send messages; ``administrators`` are whoever began the project and the assistants. ``people``:
    ``own`` invites only those of the collectivity's own server, and whoever is in the space cannot just join.
    """

    name: Line
    topic: TranslatedText = Field(default_factory=TranslatedText)
    encrypted: bool = True
    write: Literal["everyone", "administrators"] = "everyone"
    people: Literal["everyone", "own"] = "everyone"
    objectives: Annotated[tuple[ObjectiveSeed, ...], AsTuple] = ()
    events: Annotated[tuple[EventSeed, ...], AsTuple] = ()
    tasks: Annotated[tuple[TaskSeed, ...], AsTuple] = ()

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if len(self.objectives) + len(self.events) + len(self.tasks) > MOST_OBJECTS:
            raise ValueError(f"at most {MOST_OBJECTS} objectives, events and tasks fit a new room: each is said in it")
        for number in (*(event.objective for event in self.events), *(task.objective for task in self.tasks)):
            if not 0 <= number <= len(self.objectives):
                raise ValueError(f"there is no objective number {number} in this room")
        return self


class ProjectTemplate(Settings):
    """A template: what it is for, what those who are invited may do, its rooms."""

    about: Line
    members: Literal["member", "moderator"] = "member"
    rooms: Annotated[tuple[RoomSeed, ...], AsTuple]

    @model_validator(mode="after")
    def _rooms_fit(self) -> Self:
        if not 0 < len(self.rooms) <= MOST_ROOMS:
            raise ValueError(f"a project has between 1 and {MOST_ROOMS} rooms")
        return self
