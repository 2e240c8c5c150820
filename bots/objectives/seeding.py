"""Objectives that a new room begins with (pure)."""

from dataclasses import dataclass, field, replace
from datetime import date

from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.offers.census import Census
from bots.assistant.talk.offers.seeding import Seed, seed_id
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.words.objects import numbered
from bots.items.doing import adding
from bots.items.doing.drafting import Draft
from bots.items.kind import Kind
from bots.items.types.type import Asking
from bots.objectives.objective import KIND, MEASURE, TARGET, objective


@dataclass(frozen=True, slots=True)
class ObjectiveSeeder:
    """Makes an objective of each seed, in the name of whoever asked; *census* counts what is done towards them."""

    census: Census
    kind: str = KIND
    _declared: Kind = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_declared", objective(self.census))

    def sow(self, request: Request, seed: Seed, index: int) -> Reply | None:
        """Return what makes an objective of *seed* and says so."""
        if request.state.get(KIND, seed_id(KIND, request, index)) is not None:
            return None
        values = {TARGET.name: _day(seed, request), MEASURE.name: _measure(seed)}
        wanted = Draft(seed.title[: numbered.MAX_TITLE], {name: value for name, value in values.items() if value})
        # The id is that of the cause as a whole, whichever of its commands asked for the room.
        return replace(adding.write(self._declared, replace(request, part=0), wanted, index), inverse=())


def _day(seed: Seed, request: Request) -> date | None:
    read = (TARGET.type.take(seed.due, Asking(request, language, NOTHING)) for language in request.languages)
    day = next((taken.value for taken in read if taken.value is not None), None)
    return None if day is None else seed.on_a_working_day(day)


def _measure(seed: Seed) -> str:
    return " ".join(seed.measure.split())[: MEASURE.type.most]
