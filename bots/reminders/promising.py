"""A reminder that somebody has asked for, written into the conversation in which it will be said (pure)."""

from bots.assistant.talk.markup import NOTHING, Rich, lines
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import ELSEWHERE, elsewhere
from bots.assistant.words.objects.numbered import unused
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.reminders import saying
from bots.reminders.ahead.kept import Before
from bots.reminders.reminder import KIND, Reminder, ReminderStatus, next_number, read
from bots.reminders.wanting import WantedReminder


def promise(request: Request, found: WantedReminder, tied_to: Before | None = None, note: Rich = NOTHING) -> Reply:
    """Write a reminder into a private conversation; of an edited command, the one that it had made.

    *tied_to* is the thing whose time it follows, which *note* says.
    """
    assert found.local is not None
    made = object_id(KIND, request.room_id, request.seed, 0)
    before = read(request.state.get(KIND, made), request.served_by)
    number = unused(next_number(request.state), KIND, request.made) if before is None else before.number
    anchor = found.local if found.rule is not None else None
    reminder = Reminder(
        id=made,
        number=number,
        title=found.title,
        of=request.sender,
        local=found.local,
        zone=request.zone,
        cause=request.event_id,
        rule=found.rule,
        anchor=anchor,
        before=tied_to,
    )
    promised = saying.promised(request, reminder)
    # What is erased in its room must go here, too.
    also = () if tied_to is None else ((ELSEWHERE, elsewhere(tied_to.room_id, tied_to.object_id)),)
    first: dict[str, Json] = {} if before is not None else {"number": number, "creator": str(request.sender)}
    return Reply(
        lines((promised, note)) if note else promised,
        changes=(Change(KIND, made, set=reminder.written(), first=first),),
        shows=((KIND, made), *also),
        inverse=(Change(KIND, made, set={"status": ReminderStatus.CANCELLED.value}),),
        lists=True,
    )
