"""Saying what is due, once, late rather than never: an errand that follows from what stands in the register (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bots.assistant.talk.errand import Cancel, Errand, StandingErrand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key, Scene
from bots.register.format.canonical import Json
from bots.reminders import saying
from bots.reminders.ahead.kept import Before, read_before
from bots.reminders.promising import promise
from bots.reminders.reminder import FORM, KIND, ReminderStatus, due, prepare_due, read
from bots.reminders.wanting import WantedReminder
from bots.when.moments import in_ms
from config.identifiers import UserId
from config.texts import texts

RING: Final = "reminder.ring"
KEEP: Final = "reminder.keep"
_AGAIN: Final = "⏰"


def standing(scene: Scene, me: UserId, keys: Iterable[Key] | None = None) -> Iterator[StandingErrand]:
    """Yield the errand of each reminder of a private conversation, or of these: it rings, or it does not (any more)."""
    if not scene.private:
        return
    if keys is None:
        # So that the first minute in which many are due finds it made, and the sentences read.
        prepare_due(scene.state, me)
        texts(scene.locale)
    mine = scene.state.all(KIND) if keys is None else scene.state.each(key for key in keys if key[0] == KIND)
    for found in mine:
        reminder = read(found, me)
        if reminder is None or reminder.of not in scene.members:
            continue
        errand = Errand(RING, reminder.id, due=in_ms(reminder.due))
        waits = reminder.status is ReminderStatus.WAITING
        yield StandingErrand(errand if waits else Cancel(RING, reminder.id), reminder.of, reminder.cause)


@dataclass(frozen=True, slots=True)
class Ringing(Offline):
    """Says what is due (a ``Runner``): all that is due for somebody in one message."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say it, and note that it was said, in one event; nothing where it was said, moved or dropped meanwhile."""
        waiting = due(request.state, request.served_by, request.sender, request.now)
        if not waiting:
            return None
        done = [each.after(request.now) for each in waiting]
        changes = tuple(each.change("at", "status") for each in done)
        if not request.private or request.doubted:
            # Somebody else would read it: it is dropped, and nothing of it is said.
            dropped = tuple(replace(each, status=ReminderStatus.CANCELLED).change("status") for each in waiting)
            return Reply(saying.in_private(request), mentions=(request.sender,), changes=dropped)
        return Reply(
            saying.rung(request, waiting),
            mentions=(request.sender,),
            changes=changes,
            shows=tuple((KIND, each.id) for each in waiting),
            reactions=(_AGAIN,),
        )


@dataclass(frozen=True, slots=True)
class ReminderKeeper(Offline):
    """Takes into the private conversation what somebody asked for where others read along (a ``Runner``)."""

    @staticmethod
    def payload(wanted: WantedReminder, part: int, before: Before | None = None) -> Mapping[str, Json]:
        """Return what is to be kept, of which *part* of a message; the words wait for a second at the most.

        *before* is the thing whose time it follows.
        """
        assert wanted.local is not None
        kept: dict[str, Json] = {"title": wanted.title, "local": wanted.local.strftime(FORM), "rule": wanted.rule}
        return {**kept, "part": part} | ({} if before is None else {"before": before.written()})

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Promise it there."""
        rule = payload["rule"]
        local = datetime.strptime(str(payload["local"]), FORM)
        wanted = WantedReminder(str(payload["title"]), local, rule if isinstance(rule, str) else None)
        part = payload.get("part")
        asked = replace(request, part=part if isinstance(part, int) else 0)
        return promise(asked, wanted, read_before(payload.get("before"))) if request.private else None
