"""How an objective and what is done towards it are said to people (pure)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bots.assistant.talk.census import Tally
from bots.assistant.talk.markup import Rich, fill, join, lines, short, strong, text
from bots.assistant.talk.scene import Place
from bots.assistant.words.people import name_of
from bots.objectives.objective import Objective, Status
from bots.when.saying import say
from config.texts import Texts

_CELLS: Final = 5


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


def facts(place: Place, objective: Objective, tally: Tally, *, listed: bool = False) -> Iterator[Rich]:
    """Yield what is known of *objective* beside its title; *listed*: only what a list has room for."""
    gettext = place.texts.gettext
    if objective.status is Status.REACHED:
        yield text(gettext("reached"))
    elif objective.status is Status.DROPPED:
        yield text(gettext("withdrawn") if objective.withdrawn else gettext("given up"))
    if tally.total or objective.open:
        yield progress(place.texts, tally)
    if objective.target is not None:
        day = say(objective.target, place.language)
        late = objective.late(place.here)
        yield join(" ", (strong(gettext("late")), text(f"({day})"))) if late else text(day)
    if objective.owner is not None:
        yield name_of(objective.owner, place)
    if objective.measure and not listed:
        yield fill(gettext("measure: {measure}"), measure=text(objective.measure))


def item(place: Place, objective: Objective, tally: Tally, *, whose: bool = True) -> Rich:
    """Return one line of the list; not *whose*: all of it is one person's."""
    said = facts(place, objective if whose else replace(objective, owner=None), tally, listed=True)
    return join(" · ", (strong(objective.label), text(short(objective.title)), *said))


def whole(place: Place, objective: Objective, tally: Tally) -> Rich:
    """Return *objective* below its title."""
    head = text(objective.title)
    return lines((head, join(" · ", facts(place, objective, tally))))
