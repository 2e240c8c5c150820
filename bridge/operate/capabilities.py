"""What the assistant can do, put together: capabilities are given each other's services here, and know nobody."""

from collections.abc import Mapping, Sequence

from bots.absences.commands import absences
from bots.absences.known import ABSENCES
from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.holding import Holding
from bots.assistant.talk.runner import Runner
from bots.boxes.talk.commands import drop_boxes
from bots.calendar.daysoff import DaysOff
from bots.day.commands import day
from bots.events.capability import events
from bots.events.ics.offering import CALENDAR_FILES
from bots.events.kept.kinds import KIND as EVENT
from bots.events.kept.over import is_over
from bots.events.polls.commands import polls
from bots.events.talk.happening import DATED as DATED_EVENTS
from bots.events.talk.happening import HAPPENINGS
from bots.files.library.commands import files
from bots.files.sharing.commands import sharing
from bots.handover.handing import handover
from bots.objectives.commands import objectives
from bots.objectives.goals import ObjectiveGoals
from bots.objectives.seeding import ObjectiveSeeder
from bots.projects.commands import projects
from bots.projects.federation import Partners
from bots.reminders.ahead.sources import Sources as Reminded
from bots.reminders.commands import reminders
from bots.reminders.happening import OwnReminders
from bots.report.collecting import Sources
from bots.report.commands import reports
from bots.tasks.commands import TASKS
from bots.tasks.doing.seeding import SEEDER
from bots.tasks.kept.task import KIND as TASK
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.agenda import DATED as DATED_TASKS
from bots.tasks.saying.census import CENSUS
from config.federation import Federation
from config.identifiers import ServerName, UserId
from config.load import load_project_templates
from config.settings import Collectivity
from config.texts import marks

HOLDINGS = (
    Holding("task", "assignees", many=True, counted=marks("{count} task ({numbers})", "{count} tasks ({numbers})")),
    Holding(
        "objective",
        "owner",
        many=False,
        counted=marks("{count} objective ({numbers})", "{count} objectives ({numbers})"),
    ),
    Holding(
        "event",
        "invited",
        many=True,
        counted=marks("{count} event ({numbers})", "{count} events ({numbers})"),
        over=is_over,
    ),
)
"""Where each kind of object names those who have it: what goes to a successor when somebody leaves."""
REMINDED = Reminded((AGENDA,), (HAPPENINGS,), {EVENT: DATED_EVENTS, TASK: DATED_TASKS})
"""Of what people are reminded beforehand."""


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

    def collectivity(self, server: ServerName) -> str:
        """Return what people call the collectivity of *server*; of one that is not listed, the server itself."""
        member = self._federation.member_for(server)
        return member.name if member is not None and member.name else str(server)


def capabilities(
    collectivity: Collectivity,
    members: MemberList,
    share_runners: Mapping[str, Runner],
    calendars: Sequence[Capability],
    box_runners: Mapping[str, Runner],
) -> list[Capability]:
    """Return all that the assistant of *collectivity* can do.

    *share_runners* and *box_runners* do what needs the share server, *calendars* is what can be asked about feeds and
    followed addresses.

    Raises ``InvalidSettings`` for a bad project template.
    """
    made = projects(
        load_project_templates(collectivity.paths.projects),
        Partners(members.servers, members.assistants),
        objectives=ObjectiveSeeder(CENSUS),
        tasks=SEEDER,
    )
    happenings = [HAPPENINGS, OwnReminders(collectivity.assistant)]
    return [
        TASKS,
        objectives(CENSUS),
        reports(Sources(CENSUS, ObjectiveGoals(CENSUS), members.collectivity)),
        made,
        day([AGENDA], collectivity.name, collectivity.territory, happenings, [ABSENCES]),
        absences(),
        reminders(REMINDED),
        files((CALENDAR_FILES,)),
        events(DaysOff(collectivity.territory, collectivity.school_zone)),
        polls(),
        *calendars,
        sharing(share_runners),
        drop_boxes(box_runners),
        handover(HOLDINGS),
    ]
