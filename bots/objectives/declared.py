"""What objectives offer to other capabilities, and need of them (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import offer, offer_made
from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.offers.census import Census, Goals
from bots.assistant.talk.offers.holding import Holder, Holding
from bots.assistant.talk.offers.seeding import Seeder
from bots.objectives.commands import objectives
from bots.objectives.goals import ObjectiveGoals
from bots.objectives.objective import KIND
from bots.objectives.seeding import ObjectiveSeeder
from config.texts import marks

_HELD: Final = Holding(
    KIND, "owner", many=False, counted=marks("{count} objective ({numbers})", "{count} objectives ({numbers})")
)
OBJECTIVES: Final = Declaration(
    "objectives",
    lambda ports: objectives(ports.one(Census), ports.first(Meetings)),
    offers=(
        offer_made(Goals, lambda ports: ObjectiveGoals(ports.one(Census))),
        offer(Holder, _HELD),
        offer_made(Seeder, lambda ports: ObjectiveSeeder(ports.one(Census)), KIND),
    ),
)
