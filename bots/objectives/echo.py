"""How an objective and what is done towards it are said to people (pure)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bots.assistant.census import Tally
from bots.assistant.markup import Rich, fill, join, lines, strong, text
from bots.assistant.people import Company, name_of
from bots.assistant.when.saying import say
from bots.objectives.objective import Objective, Status
from config.texts import Texts

_CELLS: Final = 5
_IN_A_LIST: Final = 120


class Place(Company, Protocol):
    """What a sentence must know of where and when it is said: a request has it, and a scene."""

    @property
    def texts(self) -> Texts:
        """The sentences in the language of the room."""

    @property
    def locale(self) -> str:
        """That language."""

    @property
    def now(self) -> datetime:
        """The time, with a zone."""

    @property
    def zone(self) -> ZoneInfo:
        """The collectivity's zone."""


def bar(tally: Tally) -> str:
    """Return how far it is in blocks; the last one is full only when all is done."""
    full = _CELLS * tally.percent // 100
    return "▰" * full + "▱" * (_CELLS - full)


def progress(texts: Texts, tally: Tally) -> Rich:
    """Return ``▰▰▱▱▱ 40 % (2/5 tâches, 1 en retard)``."""
    if not tally.total:
        return text(texts.gettext("no task yet"))
    counted = texts.ngettext("{done}/{total} task", "{done}/{total} tasks", tally.total)
    said = [fill(counted, done=text(str(tally.done)), total=text(str(tally.total)))]
    if tally.late:
        said.append(fill(texts.gettext("{count} late"), count=strong(str(tally.late))))
    share = fill(texts.gettext("{percent}%"), percent=text(str(tally.percent)))
    return join(" ", (text(bar(tally)), share, text("·"), join(", ", said)))


def here(place: Place) -> datetime:
    """Return what time it is, in the zone whose days count."""
    return place.now.astimezone(place.zone)


def facts(place: Place, objective: Objective, tally: Tally, *, listed: bool = False) -> Iterator[Rich]:
    """Yield what is known of *objective* beside its title; *listed*: only what a list has room for."""
    gettext = place.texts.gettext
    if objective.status is Status.REACHED:
        yield text(gettext("reached"))
    elif objective.status is Status.DROPPED:
        yield text(gettext("dropped"))
    if tally.total or objective.open:
        yield progress(place.texts, tally)
    if objective.target is not None:
        day = say(objective.target, "en" if place.locale.startswith("en") else "fr")
        late = objective.late(here(place))
        yield join(" ", (strong(gettext("late")), text(f"({day})"))) if late else text(day)
    if objective.owner is not None:
        yield name_of(objective.owner, place)
    if objective.measure and not listed:
        yield fill(gettext("measure: {measure}"), measure=text(objective.measure))


def item(place: Place, objective: Objective, tally: Tally) -> Rich:
    """Return one line of the list."""
    said = facts(place, objective, tally, listed=True)
    return join(" · ", (strong(objective.label), text(short(objective.title)), *said))


def whole(place: Place, objective: Objective, tally: Tally) -> Rich:
    """Return *objective* below its title."""
    head = text(objective.title)
    return lines((head, join(" · ", facts(place, objective, tally))))


def short(words: str) -> str:
    """Return *words*, cut where they would be too long for a list."""
    return words if len(words) <= _IN_A_LIST else words[: _IN_A_LIST - 1] + "…"
