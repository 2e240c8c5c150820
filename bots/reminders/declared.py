"""What reminders offer to other capabilities, and need of them (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import offer, offer_made
from bots.assistant.talk.offers.agenda import Agenda, Dated, Happenings
from bots.assistant.talk.offers.holding import Holder
from bots.assistant.talk.offers.town import OwnTown
from bots.reminders.ahead.sources import ReminderSources
from bots.reminders.commands import reminders
from bots.reminders.happening import OwnReminders
from bots.reminders.room.leaving import RoomRemindersHeld

REMINDERS: Final = Declaration(
    "reminders",
    lambda ports: reminders(ReminderSources(ports.all(Agenda), ports.all(Happenings), ports.by_kind(Dated))),
    offers=(
        offer_made(Happenings, lambda ports: OwnReminders(ports.one(OwnTown).assistant)),
        offer(Holder, RoomRemindersHeld()),
    ),
)
