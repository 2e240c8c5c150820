"""What the assistant can do: the one list of capabilities, wired by what each declares; none knows another."""

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from bots.absences.declared import ABSENCES
from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.declaration import Declaration, assembled, ports
from bots.assistant.dispatch.ports import Offer, offer
from bots.assistant.talk.offers.holding import Holder
from bots.assistant.talk.offers.town import OwnTown, Towns
from bots.boxes.declared import BOXES
from bots.day.declared import DAY
from bots.events.declared import EVENTS, FEEDS, FOLLOWED, POLLS
from bots.files.declared import FILES, SHARING
from bots.handover.declared import HANDOVER
from bots.objectives.declared import OBJECTIVES
from bots.projects.declared import PROJECTS
from bots.reminders.declared import REMINDERS
from bots.report.declared import REPORT
from bots.tasks.declared import TASKS
from config.federation import Federation
from config.identifiers import ServerName, UserId
from config.load import load_project_templates
from config.project_template import ProjectTemplate
from config.settings import Collectivity

DECLARED: Final[tuple[Declaration, ...]] = (
    TASKS,
    OBJECTIVES,
    REPORT,
    PROJECTS,
    DAY,
    ABSENCES,
    REMINDERS,
    FILES,
    EVENTS,
    POLLS,
    FEEDS,
    FOLLOWED,
    SHARING,
    BOXES,
    HANDOVER,
)
"""In the order in which they are asked, where several might answer."""
SERVED: Final = ("feeds", "followed", "sharing", "boxes")
"""Those whose errands only the process can do: it gives each its ``Runners``, by this name."""
HOLDINGS: Final = ports(DECLARED).all(Holder)
"""What people have in their hands: what goes to a successor when somebody leaves, or ends."""


class MemberList:
    """The federation's member list, as the assistant asks it."""

    def __init__(self, federation: Federation) -> None:
        self._federation = federation
        self._keys = {each.assistant: each.register_keys for each in federation.members}

    def assistants(self) -> tuple[UserId, ...]:
        """Return the assistants of all present members, in the list's order."""
        return tuple(each.assistant for each in self._federation.members if not each.former)

    def keys(self, assistant: UserId) -> tuple[str, ...]:
        """Return the register keys of an assistant, former members' included: their past still counts."""
        return self._keys.get(assistant, ())

    def pinned(self) -> dict[UserId, str]:
        """Return the cross-signing master keys that the list vouches for."""
        return {each.assistant: each.master_key for each in self._federation.members if each.master_key}

    def servers(self) -> frozenset[ServerName]:
        """Return the servers whose invitations we accept."""
        return self._federation.listed_servers

    def zones(self) -> dict[ServerName, ZoneInfo]:
        """Return the time zone of each member."""
        return {member.server_name: ZoneInfo(member.timezone) for member in self._federation.members}

    def collectivity(self, server: ServerName) -> str:
        """Return what people call the collectivity of *server*; of one that is not listed, the server itself."""
        member = self._federation.member_for(server)
        return member.name if member is not None and member.name else str(server)


def capabilities(collectivity: Collectivity, members: MemberList, given: Iterable[Offer]) -> list[Capability]:
    """Return all that the assistant of *collectivity* can do.

    *given* is what only the process can make: who does the errands that need other processes.

    Raises ``InvalidSettings`` for a bad project template, ``Unwired`` where a capability is not given what it needs.
    """
    town = OwnTown(
        collectivity.name,
        collectivity.assistant,
        collectivity.territory,
        collectivity.school_zone,
        plain=_is_on_one_machine(collectivity),
    )
    templates = load_project_templates(collectivity.paths.projects)
    return assembled(
        DECLARED,
        (
            offer(OwnTown, town),
            offer(Towns, members),
            *(offer(ProjectTemplate, template, name) for name, template in templates.items()),
            *given,
        ),
    )


def _is_on_one_machine(collectivity: Collectivity) -> bool:
    web = collectivity.web
    return collectivity.network.private_addresses or (web is not None and web.trial)
