"""What people can ask about a room's reminders: make one, list, cancel, move, put off, be left in peace (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bots.assistant.talk.later import firing
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.objects.numbered import Reference
from bots.items.doing import asking
from bots.register.format.operation import Change
from bots.reminders.naming import CalledReminders, How, called
from bots.reminders.reminder import ReminderStatus
from bots.reminders.room import alarm as model
from bots.reminders.room import saying
from bots.reminders.room.alarm import KIND, MOST_CALLED, MOST_HELD, SPARED, WHAT, WHEN, RoomReminder
from bots.reminders.room.audience import Audience
from bots.reminders.wanting import WantedReminder, another
from config.identifiers import UserId


def refusal(request: Request, meant: Audience) -> Rich | Question | None:
    """Return why nobody of *meant* is reminded, or what is asked first."""
    if meant.unclear is not None:
        return meant.unclear
    if len(meant.whom) > MOST_CALLED:
        return saying.too_many_called(request, MOST_CALLED)
    calls_others = any(user != request.sender for user in meant.whom)
    if not request.may(Right.ASSIGN if calls_others else Right.ADD):
        return asking.may_not(request)
    return None


def announce(request: Request, meant: Audience, found: WantedReminder) -> Reply:
    """Write a reminder into the room; of an edited command, the one that it had made."""
    assert found.local is not None
    me, seed = request.served_by, request.seed
    made = model.alarm_id(me, seed)
    before = model.written(request.state, made, request.assistants)
    if before is None and _count(request) >= MOST_HELD:
        return ask(request, saying.too_many(request, MOST_HELD))
    number = model.next_number(request, request.made) if before is None else before.number
    reminder = RoomReminder(
        id=made,
        seed=seed,
        number=number,
        title=found.title,
        creator=request.sender,
        owner=me,
        whom=meant.whom,
        local=found.local,
        zone=request.zone,
        cause=request.event_id,
        rule=found.rule,
        anchor=found.local if found.rule is not None else None,
    )
    return Reply(
        saying.promised(request, reminder),
        changes=(reminder.added(WHAT, WHEN),),
        shows=((KIND, made),),
        inverse=(replace(reminder, status=ReminderStatus.CANCELLED).added(WHEN),),
    )


def _count(request: Request) -> int:
    waiting = model.alarms(request, request.served_by)
    return sum(each.waits and each.creator == request.sender for each in waiting)


def show(request: Request, days: tuple[date, date] | None = None) -> Reply:
    """List what is still to be said in the room, on these *days*."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    waiting = model.waiting(request, request.served_by)
    if days is not None:
        waiting = [each for each in waiting if days[0] <= each.due.astimezone(request.zone).date() <= days[1]]
    shows = tuple((KIND, each.id) for each in waiting[: saying.MOST_LISTED])
    return Reply(saying.listed(request, waiting), shows=shows if len(shows) > 1 else (), inverse=request.inverse)


def named(request: Request, words: Sequence[str]) -> CalledReminders[RoomReminder]:
    """Return which of the reminders that wait in the room *words* call."""
    return called(words, model.waiting(request, request.served_by), request, _fits)


def _fits(alarm: RoomReminder, wanted: Reference) -> bool:
    return model.is_called(alarm, wanted.number, wanted.suffix)


def drop(request: Request, words: Sequence[str]) -> Reply:
    """Drop those that *words* call; several that are not called by number are asked about."""
    found = named(request, words)
    if not found.meant:
        return ask(request, saying.none_such(request, model.waiting(request, request.served_by)))
    if found.unclear:
        return ask(request, saying.which(request, found.unclear, found.meant))
    if found.how is How.NUMBERS or len(found.meant) == 1:
        return cancel(request, found.meant)
    theirs = [alarm for alarm in found.meant if may_change(request, alarm)]
    return ask(request, saying.drop_which(request, theirs or found.meant, every=found.how is How.ALL))


def moved_by(request: Request, name: Sequence[str], time: Sequence[str]) -> Reply | None:
    """Return what comes of it where *name* calls one reminder and *time* is nothing else; None where it is not so."""
    found = named(request, name)
    if found.unclear:
        return ask(request, saying.which(request, found.unclear, found.meant))
    if len(found.meant) != 1:
        return None
    (alarm,) = found.meant
    then = another(time, alarm.local, request)
    return None if then.local is None or then.title else move(request, [alarm], then)


def shown(request: Request) -> list[RoomReminder]:
    """Return the reminders that the message reacted on or answered shows."""
    ids = dict.fromkeys(_shown(request))
    found = (model.read(request, each, request.served_by) for each in ids)
    return [each for each in found if each is not None]


def _shown(request: Request) -> Iterator[str]:
    for kind, named in request.shown:
        if kind == KIND:
            yield named
        elif kind == firing.KIND:
            found = firing.read(request.state.get(kind, named))
            if found is not None:
                yield found.alarm


def may_change(request: Request, alarm: RoomReminder) -> bool:
    """Tell whether the sender may move or cancel it: who asked for it, whom alone it calls, for a room its own town."""
    if alarm.owner != request.served_by:
        return False
    if alarm.creator == request.sender:
        return True
    if not request.may(Right.CHANGE):
        return False
    left = [user for user in alarm.whom if user not in alarm.spared]
    return not alarm.whom or left == [request.sender]


def cancel(request: Request, alarms: Sequence[RoomReminder]) -> Reply:
    """Drop what the sender may drop; else leave them in peace, where it calls them; else say whose it is."""
    own = [each for each in alarms if may_change(request, each)]
    if own:
        return _cancelled(request, own)
    calling = [each for each in alarms if request.sender in each.whom and request.sender not in each.spared]
    if calling and request.own:
        return _spared(request, calling)
    return ask(request, saying.not_theirs(request, alarms[0]))


def move(request: Request, alarms: Sequence[RoomReminder], wanted: WantedReminder) -> Reply:
    """Have them come at another time, or say whose they are."""
    assert wanted.local is not None
    own = [each for each in alarms if may_change(request, each)]
    if not own:
        return ask(request, saying.not_theirs(request, alarms[0]))
    return _moved(request, [replace(each, local=wanted.local, status=ReminderStatus.WAITING) for each in own])


def again(request: Request, after: timedelta) -> Reply | None:
    """⏰ below a room's reminder: the same again in a while; from whoever may not move it, nothing."""
    own = [each for each in shown(request) if may_change(request, each)]
    if not own:
        return None
    local = (request.here + after).replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=1)
    return _moved(request, [replace(each, local=local, status=ReminderStatus.WAITING) for each in own])


def enough(request: Request, *, series: bool) -> Reply | None:
    """✅ or 🗑 below a room's reminder: one that waits does not come; a series ends only where *series* is meant."""
    waiting = [each for each in shown(request) if each.waits and (series or each.rule is None)]
    touched = [each for each in waiting if may_change(request, each) or request.sender in each.called(request.members)]
    return cancel(request, touched) if touched else None


def undone(request: Request, change: Change) -> Rich | None:
    """Say what *change*, an inverse, takes back; None where it is about nothing."""
    found = model.written(request.state, change.id, request.assistants)
    if found is None:
        return None
    statuses = [when.get("status") for when in change.add.get(WHEN, ()) if isinstance(when, dict)]
    return saying.taken_back(request, found, waits=ReminderStatus.CANCELLED not in statuses)


def _moved(request: Request, alarms: Sequence[RoomReminder]) -> Reply:
    return Reply(
        saying.moved(request, alarms),
        changes=tuple(each.added(WHEN) for each in alarms),
        shows=tuple((KIND, each.id) for each in alarms),
        inverse=tuple(_before(request, each) for each in alarms),
    )


def _cancelled(request: Request, alarms: Sequence[RoomReminder]) -> Reply:
    return Reply(
        saying.cancelled(request, alarms),
        changes=tuple(replace(each, status=ReminderStatus.CANCELLED).added(WHEN) for each in alarms),
        inverse=tuple(_before(request, each) for each in alarms),
    )


def _spared(request: Request, alarms: Sequence[RoomReminder]) -> Reply:
    me: UserId = request.sender
    return Reply(
        saying.no_longer_called(request, alarms),
        changes=tuple(Change(KIND, each.id, add={SPARED: (str(me),)}) for each in alarms),
        inverse=tuple(Change(KIND, each.id, remove={SPARED: (f"+{me}",)}) for each in alarms),
    )


def _before(request: Request, alarm: RoomReminder) -> Change:
    """Return what leads back to how it stood before the command; one that is edited has already changed it."""
    undone_already = (each for each in request.inverse if (each.kind, each.id) == (KIND, alarm.id))
    stood = model.written(request.state, alarm.id, request.assistants)
    return next(undone_already, (stood or alarm).added(WHEN))
