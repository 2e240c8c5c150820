"""What people can ask about objectives: what every kind can be asked, and whose they are (pure)."""

from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.offers.census import Census
from bots.assistant.words.commands.command import Command
from bots.items.asked import asked
from bots.items.capability import capability
from bots.objectives import mine
from bots.objectives.answers import answers
from bots.objectives.objective import KIND, objective

_MINE: Final = ("mes objectifs", "quels sont mes objectifs", "my objectives", "what are my objectives")


def objectives(census: Census, meetings: Meetings | None = None) -> Capability:
    """Return what can be asked about objectives; *census* counts what is done towards them, *meetings* what is held."""
    kind = objective(census, meetings)
    everywhere = Command(
        name="objective.mine",
        topic=KIND,
        apart=_MINE,
        handle=partial(mine.everywhere, kind),
        alone=True,
        needs=rooms_alone,
        by_each=True,
    )
    here = Command(
        name="objective.mine.here",
        topic=KIND,
        banged=_MINE,
        handle=partial(mine.here, kind),
        alone=True,
    )
    return capability(kind, everywhere, here, *answers(), *asked(kind))
