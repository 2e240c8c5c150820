"""The card of an objective: how far it is, at a glance (pure)."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bots.assistant.talk.census import Census
from bots.assistant.talk.markup import Rich, fill, join, lines, small, strong, struck, text
from bots.assistant.talk.scene import CardMaker, Face, Key, Scene
from bots.assistant.words import numbered
from bots.objectives import echo
from bots.objectives.board import Board
from bots.objectives.objective import KIND
from bots.register.replica.state import ERASED, State
from config.identifiers import UserId
from config.texts import Texts


def maker(census: Census) -> CardMaker:
    """Return how objectives are drawn, with what *census* counts towards them."""

    def face(scene: Scene, objective_id: str) -> Face | None:
        return _face(scene, objective_id, census)

    private = {KIND: frozenset({"title", "measure"})}
    return CardMaker(kind=KIND, face=face, hint=hint, author=_author, private=private, counted=_counted, about=_about)


def hint(texts: Texts) -> Rich:
    """Say how to act on a card."""
    return small(texts.gettext("✅ reached · answer “reached”, “drop” or “reopen”"))


def _counted(texts: Texts, count: int) -> str:
    return texts.ngettext("{count} objective", "{count} objectives", count).format(count=count)


def _face(scene: Scene, objective_id: str, census: Census) -> Face | None:
    """Draw an objective; of one whose text was erased there is only that to say."""
    objective = Board(scene.state).get(objective_id)
    if objective is None:
        held = scene.state.get(KIND, objective_id)
        number = None if held is None else held.first("number")
        if held is None or not numbered.is_number(number) or held.value("title") is not ERASED:
            return None
        return Face(fill(scene.texts.gettext("✖ Objective {number}: content erased"), number=strong(str(number))))
    now = scene.here
    tally = census.towards(scene.state, objective.id, now)
    title = text(objective.title) if objective.open else struck(objective.title)
    icon = text({"open": "◎", "reached": "✔", "dropped": "✖"}[objective.status])
    head = join(" ", (icon, strong(objective.label), title))
    facts = join(" · ", echo.facts(scene, objective, tally))
    # A day that passes makes late what has a date; a card of what is closed, or has none, may rest.
    ages = objective.open and (tally.open > tally.late or (objective.target is not None and not objective.late(now)))
    foot = hint(scene.texts) if objective.open else text("")
    return Face(lines((head, facts, foot)), _midnight(now) if ages else None)


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def _author(state: State, objective_id: str) -> UserId | None:
    found = state.get(KIND, objective_id)
    return None if found is None or not numbered.is_number(found.first("number")) else found.first_author("number")


def _about(state: State, key: Key) -> Iterable[Key]:
    """An objective concerns those that share its number: they are called otherwise then. What counts says so itself."""
    if key[0] != KIND:
        return ()
    held = numbered.get(state, KIND, key[1])
    alike = () if held is None else numbered.called(state, KIND, numbered.Reference(held.number))
    return [(KIND, each) for each in {key[1], *(each.id for each in alike)}]
