"""Objectives that a new room begins with (pure)."""

from dataclasses import dataclass
from datetime import date

from bots.assistant.talk.census import Census
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.seeding import Seed
from bots.assistant.words import numbered
from bots.objectives import replies
from bots.objectives.adding import create
from bots.objectives.board import Board
from bots.objectives.drafting import Draft, day_in
from bots.objectives.objective import KIND, MAX_MEASURE
from bots.register.format.identity import object_id
from bots.when.values import Locale


@dataclass(frozen=True, slots=True)
class ObjectiveSeeder:
    """Makes an objective of each seed, in the name of whoever asked; *census* counts what is done towards them."""

    census: Census
    kind: str = KIND

    def id(self, request: Request, index: int) -> str:
        """Return the id of the *index*-th objective that the cause of *request* makes in its room."""
        return object_id(KIND, request.room_id, request.event_id, index)

    def sow(self, request: Request, seed: Seed, index: int) -> Reply | None:
        """Return what makes an objective of *seed* and says so."""
        objective_id = self.id(request, index)
        if request.state.get(KIND, objective_id) is not None:
            return None
        wanted = Draft(seed.title[: numbered.MAX_TITLE], target=_day(seed, request), measure=_measure(seed))
        change = create(request, Board(request.state), objective_id, wanted)
        made = Board(request.state, (change,)).get(objective_id)
        assert made is not None, "it has just been made"
        return Reply(replies.added(request, self.census, made), changes=(change,), shows=((KIND, objective_id),))


def _day(seed: Seed, request: Request) -> date | None:
    languages: tuple[Locale, Locale] = ("en", "fr") if request.language == "en" else ("fr", "en")
    read = (day_in(seed.due, request, each) for each in languages)
    day = next((each.target for each in read if each.target is not None), None)
    return None if day is None else seed.on_a_working_day(day)


def _measure(seed: Seed) -> str:
    return " ".join(seed.measure.split())[:MAX_MEASURE]
