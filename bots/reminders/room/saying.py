"""The sentences about a room's reminders (pure)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich, code, fill, join, lines, small, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.request import Request
from bots.assistant.words.names.people import name_of, names_of
from bots.assistant.words.objects.numbered import alike
from bots.reminders.room.alarm import RoomReminder, label
from bots.when.saying import say, say_rule

LATE: Final = timedelta(minutes=2)
MOST_LISTED: Final = 30
MOST_SAID: Final = 20
"""Reminders that one message says; what is due beyond them comes in another."""
_BELL: Final = "⏰"


def when(request: Request, alarm: RoomReminder) -> Rich:
    """Return when it comes: day and hour, and its rule."""
    said = say(alarm.due.astimezone(request.zone), request.language)
    return text(said if alarm.rule is None else f"{say_rule(alarm.rule, request.language)} ({said})")


def promised(request: Request, alarm: RoomReminder) -> Rich:
    """Say what will be said here, to whom and when."""
    gettext = request.texts.gettext
    if alarm.whom:
        how = gettext("reminder {number} · “!reminders” lists them")
    else:
        how = gettext("reminder {number} · all see it, it rings for those who are named · “!reminders” lists them")
    return lines((_to_come(request, alarm), small(how.format(number=label(alarm, request)))))


def _to_come(request: Request, alarm: RoomReminder) -> Rich:
    gettext = request.texts.gettext
    title, then = strong(alarm.title), when(request, alarm)
    if not alarm.whom:
        return fill(gettext("⏰ To be said here, {when}: {title}"), when=then, title=title)
    people = names_of(alarm.whom, request)
    return fill(gettext("⏰ For {people}, here, {when}: {title}"), people=people, when=then, title=title)


def moved(request: Request, alarms: Sequence[RoomReminder]) -> Rich:
    """Say when they come now."""
    return lines(_to_come(request, alarm) for alarm in alarms)


def due_alarms(request: Request, due: Sequence[RoomReminder]) -> Rich:
    """Say what is due, to whom, who asked for it, what is late; and how to put it off."""
    texts = request.texts
    foot = small(texts.gettext("⏰ again in ten minutes · answer “tomorrow at 9” to put it off"))
    if len(due) == 1:
        (alarm,) = due
        return lines((join(" ", (text(_BELL), _told(request, alarm))), _origin(request, alarm), foot))
    head = texts.ngettext("⏰ {count} reminder for this room:", "⏰ {count} reminders for this room:", len(due))
    items = [join(" ", (text("•"), _told(request, alarm), _origin(request, alarm))) for alarm in due]
    return lines((text(head.format(count=len(due))), *items, foot))


def _told(request: Request, alarm: RoomReminder) -> Rich:
    called = alarm.called(request.members)
    title = strong(alarm.title)
    return join(" ", (names_of(called, request), text("·"), title)) if called else title


def _origin(request: Request, alarm: RoomReminder) -> Rich:
    """Say who asked for it, whose assistant does not say it, and for when it was where that is over."""
    gettext = request.texts.gettext
    late = NOTHING
    if request.now - alarm.due > LATE:
        then = say(alarm.due.astimezone(request.zone), request.language)
        late = text(gettext("(late: it was for {when})").format(when=then))
    person = name_of(alarm.creator, request)
    if alarm.owner == request.served_by or alarm.owner not in request.members:
        asked = fill(gettext("(asked for by {person})"), person=person)
    else:
        sentence = gettext("(asked for by {person}; {assistant} does not answer, so I say it)")
        asked = fill(sentence, person=person, assistant=text(str(alarm.owner)))
    return join(" ", (asked, late)) if late != NOTHING else asked


def listed(request: Request, waiting: Sequence[RoomReminder]) -> Rich:
    """List what is still to be said in this room."""
    texts = request.texts
    foot = small(texts.gettext("Your own reminders are in our direct conversation."))
    if not waiting:
        example = code(texts.gettext("!reminder for everyone tomorrow at 9 am bring the keys"))
        none = fill(texts.gettext("No reminder is waiting in this room. For example: {example}"), example=example)
        return lines((none, foot))
    head = texts.ngettext("{count} reminder in this room:", "{count} reminders in this room:", len(waiting))
    items = [_item(request, alarm) for alarm in waiting[:MOST_LISTED]]
    more = len(waiting) - len(items)
    rest = texts.ngettext("… and {count} more.", "… and {count} more.", more).format(count=more) if more else ""
    example = code(texts.gettext("!cancel reminder {number}").format(number=label(waiting[0], request)))
    drop = fill(texts.gettext("To drop one: {example}"), example=example)
    return lines((strong(head.format(count=len(waiting))), *items, text(rest), drop, foot))


def _item(request: Request, alarm: RoomReminder) -> Rich:
    parts = [join(" ", (strong(label(alarm, request)), text(alarm.title))), when(request, alarm)]
    return join(" · ", (*parts, names_of(alarm.whom, request)) if alarm.whom else parts)


def which(request: Request, typed: str, alarms: Sequence[RoomReminder]) -> Question:
    """Ask which of those that share a number is meant."""
    sentence = fill(request.texts.gettext("Several reminders are called {number}: which one?"), number=text(typed))
    shown = [join(" · ", (text(label(alarm, request)), text(alarm.title))) for alarm in alarms]
    names = [label(alarm, request) for alarm in alarms]
    return Question(sentence, tuple(alike(each, typed, name) for each, name in zip(shown, names, strict=True)))


def none_such(request: Request, waiting: Sequence[RoomReminder]) -> Rich:
    """Say that no reminder of this room has that number, and which there are."""
    return lines((text(request.texts.gettext("I know no such reminder.")), listed(request, waiting)))


def drop_which(request: Request, alarms: Sequence[RoomReminder], *, every: bool = False) -> Question:
    """Ask which of these, or whether all of them (*every*), are to be dropped."""
    texts = request.texts
    if every:
        numbers = " ".join(label(alarm, request) for alarm in alarms)
        titles = join(", ", [strong(alarm.title) for alarm in alarms[:MOST_LISTED]])
        said = texts.ngettext("Drop {count} reminder?", "Drop all {count} reminders?", len(alarms))
        return Question(
            lines((text(said.format(count=len(alarms))), titles)),
            (Candidate(text(texts.gettext("all of them")), f"!annuler les rappels {numbers}"),),
        )
    shown = [(label(alarm, request), alarm) for alarm in alarms]
    candidates = tuple(
        Candidate(join(" · ", (text(name), text(alarm.title))), f"!annuler le rappel {name}", words=(name,))
        for name, alarm in shown
    )
    return Question(text(texts.gettext("Several reminders are called so: which one is to be dropped?")), candidates)


def not_theirs(request: Request, alarm: RoomReminder) -> Rich:
    """Say whose it is."""
    gettext = request.texts.gettext
    number, person = text(label(alarm, request)), name_of(alarm.creator, request)
    if alarm.owner != request.served_by:
        sentence = gettext("Reminder {number} was asked for by {person}: only their town's assistant changes it.")
        return fill(sentence, number=number, person=person)
    sentence = gettext("Reminder {number} is {person}'s: they alone, or whom alone it calls, can change it.")
    return fill(sentence, number=number, person=person)


def no_longer_called(request: Request, alarms: Sequence[RoomReminder]) -> Rich:
    """Say that they are not called any more."""
    titles = join(", ", (strong(alarm.title) for alarm in alarms))
    return fill(request.texts.gettext("✔ This reminder calls you no more: {titles}"), titles=titles)


def too_many(request: Request, most: int) -> Rich:
    """Refuse another one."""
    said = request.texts.gettext(
        "{most} reminders of yours wait in this room already: cancel one first; “!reminders” lists them."
    )
    return text(said.format(most=most))


def too_many_called(request: Request, most: int) -> Rich:
    """Refuse to call so many."""
    said = request.texts.gettext("One reminder calls {most} people at most. For everybody: {example}")
    example = code(request.texts.gettext("!reminder for everyone tomorrow at 9 am bring the keys"))
    return fill(said, most=text(str(most)), example=example)


def only_you(request: Request) -> Rich:
    """Say, alone with somebody, where others can be reminded."""
    said = request.texts.gettext("Alone with me I remind only you: say it in a room where that person is.")
    return text(said)


def for_all(request: Request) -> Rich:
    """Say that a reminder is theirs alone, and how the room would have been reminded."""
    example = code(request.texts.gettext("!reminder for everyone tomorrow at 9 am bring the keys"))
    return fill(request.texts.gettext("For you alone. For everybody here: {example}"), example=example)


def taken_back(request: Request, alarm: RoomReminder, *, waits: bool) -> Rich:
    """Say what an undone command leaves, without what others read already."""
    gettext = request.texts.gettext
    said = (
        gettext("↩ Reminder {number} is as it was before.") if waits else gettext("↩ Reminder {number} comes no more.")
    )
    return text(said.format(number=label(alarm, request)))


def cancelled(request: Request, alarms: Sequence[RoomReminder]) -> Rich:
    """Say which ones will not come."""
    said = request.texts.gettext("✖ No reminder any more: {titles}")
    return fill(said, titles=join(", ", (strong(alarm.title) for alarm in alarms)))
