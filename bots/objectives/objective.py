"""What an objective is: an owner, a day, how one will know that it is reached; and how far it is (pure)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.offers.census import Census
from bots.assistant.talk.scene import Place
from bots.items.field import Field
from bots.items.kind import Item, Kind
from bots.items.phrases import Phrases
from bots.items.spoken import Called, Noun, Usage, Words
from bots.items.status import DROPPED, Status
from bots.items.types.day import Day
from bots.items.types.number import Money
from bots.items.types.people import Person
from bots.objectives.measure import Measure
from bots.objectives.progress import progress
from bots.register.replica.state import State
from config.texts import mark, marks

KIND: Final = "objective"
TARGET: Final = Field(
    "target",
    Day(),
    word=mark("due date"),
    verbs=Words(
        ("échéance", "reporter", "reporte", "repousser", "repousse", "décaler", "décale", "déplacer", "déplace"),
        ("due", "postpone", "move"),
    ),
    labels=Words(("échéance",), ("due",)),
    usage=Usage(mark("!objective due 3 30 June 2027"), mark("changes its day"), others=True),
    ical="DUE",
)
OWNER: Final = Field(
    "owner",
    Person(),
    word=mark("owner"),
    verbs=Words(("responsable", "confier"), ("owner",)),
    labels=Words(("responsable",), ("owner",)),
    notifies=True,
)
MEASURE: Final = Field(
    "measure",
    Measure(200),
    word=mark("measure"),
    verbs=Words(("mesure",), ("measure",)),
    labels=Words(("mesure",), ("measure",)),
    said=mark("measure: {value}"),
    listed=False,
)
BUDGET: Final = Field(
    "budget",
    Money(),
    word=mark("budget"),
    verbs=Words(("budget",), ("budget",)),
    labels=Words(("budget",), ("budget",)),
    said=mark("budget: {value}"),
)
OPEN: Final = Status(
    "open",
    verbs=Words(("rouvrir", "réouvrir"), ("reopen",)),
    words=Words(("rouvert",), ("reopened",)),
    icon="◎",
    said="",
    moved=mark("◎ Objective {number} is open again: {title}"),
    told=(
        mark("◎ Objective {number} reopened by {person}"),
        marks(
            "◎ {count} objective reopened by {person}: {numbers}",
            "◎ {count} objectives reopened by {person}: {numbers}",
        ),
    ),
    open=True,
)
REACHED: Final = Status(
    "reached",
    verbs=Words(("atteint",), ("reached",)),
    words=Words(("atteints",)),
    icon="✔",
    said=mark("reached"),
    moved=mark("✔ Objective {number} reached: {title}"),
    told=(
        mark("✔ Objective {number} marked reached by {person}"),
        marks(
            "✔ {count} objective marked reached by {person}: {numbers}",
            "✔ {count} objectives marked reached by {person}: {numbers}",
        ),
    ),
    pressed=("✅", "✔", "☑"),
    usage=Usage(mark("!objective reached 3"), mark("marks it reached"), others=True),
)
GIVEN_UP: Final = replace(
    DROPPED,
    verbs=Words(("abandonner", "abandonne", "abandonné"), ("drop", "dropped")),
    words=Words(("abandonnés",)),
    pressed=(),
)


def objective(census: Census, meetings: Meetings | None = None) -> Kind:
    """Return what an objective is, where *census* counts what is done towards it, and *meetings* what it holds."""

    def facts(place: Place, state: State, item: Item) -> Iterator[Rich]:
        tally = census.towards(state, item.id, place.here)
        if tally.total or item.open:
            yield progress(place.texts, tally)
        if meetings is not None and item.open:
            yield from meetings.towards(place, state, item.id)

    def ages(state: State, item: Item, now: datetime) -> bool:
        tally = census.towards(state, item.id, now)
        return tally.open > tally.late or (meetings is not None and meetings.coming(state, item.id, now))

    return Kind(
        KIND,
        Noun(
            Called("objectif", "objectifs", "un objectif", "l'objectif", "nouvel objectif", gender="masculine"),
            Called("objective", "objectives", "an objective", "the objective", "new objective"),
        ),
        fields=(TARGET, OWNER, MEASURE, BUDGET),
        adds=Usage(
            mark("!objective add renew the street lights @dgs by 30 June 2027"),
            mark("adds an objective: its owner, its day, measure “40% less energy”, budget €12,000"),
        ),
        lists=Usage(mark("!objectives"), mark("shows how far the objectives are")),
        shows=Usage(mark("!objective 3"), mark("shows one")),
        imports=Usage(
            mark("!objectives import"),
            mark("in answer to a sheet: adds its rows, and changes those that have a number; “!objectives csv” is one"),
        ),
        erases=Usage(mark("!objective erase 3"), mark("erases for good what you asked for; its tasks stay")),
        counted=marks("{count} objective", "{count} objectives"),
        hint=mark("✅ reached · answer “reached”, “drop” or “reopen”"),
        statuses=(OPEN, REACHED, GIVEN_UP),
        phrases=_PHRASES,
        due=TARGET,
        alone=frozenset({"atteint", "reached", "mesure", "measure", "responsable", "owner"}),
        facts=facts,
        ages=ages,
    )


_PHRASES: Final = Phrases(
    none=mark("There is no open objective in this room."),
    which_title=mark("What is to be reached? For example: {example}"),
    erase=mark("Erase objective {number} ({title}) for good? Its tasks stay, without an objective."),
    erased=mark("✖ Objective {number} is being erased for good, here and for everybody; its tasks stay."),
)
