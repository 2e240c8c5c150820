"""What projects need of other capabilities, and of the process (pure)."""

from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import Ports
from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.offers.seeding import Seeder
from bots.assistant.talk.offers.town import Towns
from bots.projects.commands import projects
from bots.projects.federation import Partners
from config.project_template import ProjectTemplate


def _made(ports: Ports) -> Capability:
    towns = ports.one(Towns)
    return projects(
        ports.by_kind(ProjectTemplate),
        Partners(towns.servers, towns.assistants),
        objectives=ports.one(Seeder, "objective"),
        tasks=ports.one(Seeder, "task"),
        events=ports.by_kind(Seeder).get("event"),
        meetings=ports.first(Meetings),
    )


PROJECTS: Final = Declaration("projects", _made)
