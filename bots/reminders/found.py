"""How one's own reminders are found, for the look-up: only where nobody else reads the answer (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from bots.assistant.talk.markup import Rich, join, strong, text
from bots.assistant.talk.offers.finding import Finder, Found, Lines, Wanted, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.objects.titled import said_in
from bots.reminders import saying
from bots.reminders.reminder import KIND, Reminder, held


@dataclass(frozen=True, slots=True)
class _Reminders(Lines):
    """Finds what whoever asks is still to be reminded of."""

    kind: str = KIND
    nouns: frozenset[str] = frozenset({"rappel", "rappels", "reminder", "reminders"})
    called: tuple[str, str] = ("rappels", "reminders")
    icon: str = "⏰"

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield those that wait in this conversation, which only whoever asks reads."""
        ours = (
            request.private and scene.room_id == request.room_id and wanted.state in (WantedState.ANY, WantedState.OPEN)
        )
        if not ours or not wanted.is_of((request.sender,)):
            return
        for reminder in held(request.state, request.served_by, request.sender):
            found = said_in(wanted.words, reminder.title)
            if wanted.falls(reminder.due, request.zone) and (found or not wanted.words):
                yield Found((KIND, reminder.id), partial(_line, request, reminder), found, reminder.due)


FINDER: Final[Finder] = _Reminders()


def _line(request: Request, reminder: Reminder, own: bool) -> Rich:
    number = (strong(str(reminder.number)),) if own else ()
    return join(" · ", (join(" ", (*number, text(reminder.title))), text(saying.when(request, reminder))))
