"""What tasks offer to other capabilities (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import offer
from bots.assistant.talk.offers.agenda import Agenda, Dated
from bots.assistant.talk.offers.census import Census
from bots.assistant.talk.offers.holding import Holder, Holding
from bots.assistant.talk.offers.seeding import Seeder
from bots.tasks import commands
from bots.tasks.doing.seeding import SEEDER
from bots.tasks.kept.task import KIND
from bots.tasks.saying.agenda import AGENDA, DATED
from bots.tasks.saying.census import CENSUS
from config.texts import marks

_HELD: Final = Holding(
    KIND, "assignees", many=True, counted=marks("{count} task ({numbers})", "{count} tasks ({numbers})")
)
TASKS: Final = Declaration(
    "tasks",
    lambda _: commands.TASKS,
    offers=(
        offer(Agenda, AGENDA),
        offer(Census, CENSUS),
        offer(Dated, DATED, KIND),
        offer(Holder, _HELD),
        offer(Seeder, SEEDER, KIND),
    ),
)
