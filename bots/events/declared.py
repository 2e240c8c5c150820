"""What events, polls and calendars offer to other capabilities, and need of the process."""

from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import Ports, offer
from bots.assistant.talk.later.runner import Runners
from bots.assistant.talk.offers.agenda import Absences, Dated, Happenings, Meetings
from bots.assistant.talk.offers.holding import Holder, Holding
from bots.assistant.talk.offers.opening import FileOpener
from bots.assistant.talk.offers.seeding import Seeder
from bots.assistant.talk.offers.town import OwnTown
from bots.calendar.daysoff import DaysOff
from bots.events.capability import events
from bots.events.feeds.commands import feeding
from bots.events.followed.commands import following
from bots.events.ics.offering import CALENDAR_FILES
from bots.events.kept.kinds import KIND
from bots.events.kept.over import is_over
from bots.events.polls.commands import polls
from bots.events.talk.aiming import MEETINGS
from bots.events.talk.happening import DATED, HAPPENINGS
from bots.events.talk.seeding import SEEDER
from config.texts import marks


def _events(ports: Ports) -> Capability:
    town = ports.one(OwnTown)
    return events(DaysOff(town.territory, town.school_zone), ports.first(Absences))


def _followed(ports: Ports) -> Capability:
    return following(ports.one(Runners, "followed").by_kind, plain=ports.one(OwnTown).plain)


_HELD: Final = Holding(
    KIND, "invited", many=True, counted=marks("{count} event ({numbers})", "{count} events ({numbers})"), over=is_over
)
EVENTS: Final = Declaration(
    "events",
    _events,
    offers=(
        offer(Dated, DATED, KIND),
        offer(Happenings, HAPPENINGS),
        offer(Meetings, MEETINGS),
        offer(Seeder, SEEDER, KIND),
        offer(Holder, _HELD),
        offer(FileOpener, CALENDAR_FILES),
    ),
)
POLLS: Final = Declaration("polls", lambda _: polls())
FEEDS: Final = Declaration("feeds", lambda ports: feeding(ports.one(Runners, "feeds").by_kind))
FOLLOWED: Final = Declaration("followed", _followed)
