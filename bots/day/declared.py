"""What the day needs of other capabilities, and of the process (pure)."""

from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import Ports
from bots.assistant.talk.offers.agenda import Absences, Agenda, Happenings
from bots.assistant.talk.offers.town import OwnTown
from bots.day.commands import day


def _made(ports: Ports) -> Capability:
    town = ports.one(OwnTown)
    return day(ports.all(Agenda), town.name, town.territory, ports.all(Happenings), ports.all(Absences))


DAY: Final = Declaration("day", _made)
