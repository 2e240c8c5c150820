"""One's own reminders as part of one's day, for a capability that does not know what a reminder is (pure)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from bots.assistant.talk.offers.agenda import Happening
from bots.assistant.talk.scene import Scene
from bots.reminders.reminder import KIND, held
from config.identifiers import UserId


@dataclass(frozen=True, slots=True)
class OwnReminders:
    """Tells somebody's reminders (a ``Happenings``), as far as the assistant *me* has promised them."""

    me: UserId

    def of(self, scene: Scene, people: Collection[UserId], first: date, last: date) -> Iterator[Happening]:
        """Yield what comes on these days in a conversation that only one person reads."""
        for person in people if scene.private else ():
            for reminder in held(scene.state, self.me, person):
                at = reminder.due.astimezone(scene.zone)
                if first <= at.date() <= last:
                    yield Happening(scene.room_id, (KIND, reminder.id), f"⏰ {reminder.title}", at, at)
