"""The sentences about reminders (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.markup import Rich, code, fill, join, lines, small, strong, text
from bots.assistant.talk.question import Before, Candidate, Instead, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says, says_length
from bots.assistant.words.names.people import name_of
from bots.reminders.reminder import Reminder
from bots.when.saying import say, say_rule
from config.texts import mark

LATE: Final = timedelta(minutes=2)
MOST_LISTED: Final = 30
_AGAIN: Final = "⏰"


def when(request: Request, reminder: Reminder) -> str:
    """Return when it comes: day and hour, and its rule."""
    said = say(reminder.due.astimezone(request.zone), request.language)
    return said if reminder.rule is None else f"{say_rule(reminder.rule, request.language)} ({said})"


def promised(request: Request, reminder: Reminder) -> Rich:
    """Say what will be said, and when; its number comes last: few people need it."""
    gettext = request.texts.gettext
    if reminder.rule is None:
        said = gettext("⏰ I will remind you {when}: {title}")
    else:
        said = gettext("⏰ I will remind you, {when}: {title}")
    how = gettext("reminder {number} · “my reminders” lists them").format(number=reminder.number)
    return lines((fill(said, when=text(when(request, reminder)), title=strong(reminder.title)), small(how)))


def promised_elsewhere(request: Request, local: datetime, rule: str | None = None) -> Rich:
    """Say, where others read along, that it is noted, and how often: not what."""
    said = request.texts.gettext("⏰ I will remind you {when}, in our direct conversation.")
    first = say(local.replace(tzinfo=request.zone), request.language)
    return fill(said, when=text(first if rule is None else f"{say_rule(rule, request.language)} ({first})"))


def write_first(request: Request) -> Rich:
    """Say that there is no place yet where only they would read it."""
    said = request.texts.gettext(
        "I remind people in private, and we have no direct, encrypted conversation yet: select my name, then "
        "“Message”, and say it there."
    )
    return text(said)


def unknown_identity(request: Request) -> Rich:
    """Say why nothing private is done for them now."""
    return doubted(request.texts, request.sender, request.served_by.server)


def which_time(request: Request) -> Question:
    """Ask when."""
    gettext = request.texts.gettext
    puts = (gettext("in an hour"), gettext("tomorrow at 9 am"), gettext("on Monday at 9 am"))
    candidates = tuple(Candidate(text(each), each, Before()) for each in puts)
    return Question(text(gettext("When shall I remind you?")), candidates, Slot(Takes.TIME))


def tell_when(request: Request) -> Question:
    """Say to whoever wants something told to others what can be done, and let them say when."""
    gettext = request.texts.gettext
    sentence = gettext(
        "I pass nothing on in private, but I can say it here, and it calls those who are named. Say when:"
    )
    return replace(which_time(request), sentence=text(sentence))


def tell_what(request: Request) -> Question:
    """Say to whoever wants others told, and says not of what, what can be done."""
    gettext = request.texts.gettext
    sentence = gettext(
        "Nobody has been told yet. I pass nothing on in private, but I can say it here, and it calls those who are"
        " named. For example: {example}"
    )
    example = code(gettext("tell @dgs tomorrow at 9 am that the hall is taken"))
    return Question(fill(sentence, example=example), slot=Slot(Takes.WORDS))


def at_what_time(request: Request, words: str, local: datetime) -> Question:
    """Ask at what time of that day it is, where *words* say it and nobody knows what they mean."""
    place = Instead((words,))
    said = [say(datetime.combine(local.date(), time(hour)), request.language) for hour in (9, 12, 14, 17)]
    puts = [each.removeprefix(say(local.date(), request.language)).strip(" ,") for each in said]
    candidates = tuple(Candidate(text(each), each, place) for each in puts)
    sentence = fill(request.texts.gettext("“{words}”: at what time is that?"), words=text(words))
    return Question(sentence, candidates, Slot(Takes.TIME, place))


def before_or_then(request: Request, lead: str, before: datetime, then: datetime) -> Question:
    """Ask whether it is said when *lead* says, or at the hour that it speaks of."""
    place = Instead((lead,))
    said = [say(local, request.language) for local in dict.fromkeys((before, then))]
    candidates = tuple(Candidate(text(each), each, place) for each in said)
    return Question(text(request.texts.gettext("When shall I remind you?")), candidates, Slot(Takes.TIME, place))


def not_repeating(request: Request) -> Rich:
    """Say that a reminder does not become one that repeats."""
    gettext = request.texts.gettext
    sentence = gettext("That would repeat, and this reminder comes once: cancel it, and ask anew: {example}")
    return fill(sentence, example=code(gettext("remind me every Monday at 9 am to call the mayor")))


def ask_of_what(request: Request) -> Question:
    """Ask of what."""
    example = code(request.texts.gettext("remind me tomorrow at 9 am to call the mayor"))
    return Question(
        fill(request.texts.gettext("Of what? For example: {example}"), example=example), slot=Slot(Takes.WORDS)
    )


too_long: Final = says_length(mark("That has {length} characters; at most {most}, please."))
"""Say that it is too long; both in characters."""


def rung(request: Request, due: Sequence[Reminder]) -> Rich:
    """Say what is due, what is late with when it was for; and how to put it off."""
    gettext = request.texts.gettext
    mention = name_of(request.sender, request)
    foot = small(gettext("⏰ again in ten minutes · answer “tomorrow at 9” to put it off"))
    if len(due) == 1:
        return lines(
            (join(" ", (text(_AGAIN), mention, text("·"), strong(due[0].title))), _late(request, due[0]), foot)
        )
    late = [_late(request, each) for each in due]
    head = gettext("⏰ {person}, while I was not running:") if any(late) else gettext("⏰ {person}, it is time for:")
    items = [
        join(" ", (text("•"), strong(each.title), *filter(None, (said,)))) for each, said in zip(due, late, strict=True)
    ]
    return lines((fill(head, person=mention), *items, foot))


def _late(request: Request, reminder: Reminder) -> Rich:
    if request.now - reminder.due <= LATE:
        return text("")
    said = request.texts.gettext("(late: it was for {when}; I was not running then)")
    return text(said.format(when=say(reminder.due.astimezone(request.zone), request.language)))


def listed(request: Request, waiting: Sequence[Reminder]) -> Rich:
    """List what still waits."""
    texts = request.texts
    if not waiting:
        example = code(texts.gettext("remind me tomorrow at 9 am to call the mayor"))
        return fill(texts.gettext("No reminder is waiting. For example: {example}"), example=example)
    head = texts.ngettext("{count} reminder:", "{count} reminders:", len(waiting)).format(count=len(waiting))
    items = [
        join(" · ", (join(" ", (strong(str(each.number)), text(each.title))), text(when(request, each))))
        for each in waiting[:MOST_LISTED]
    ]
    more = len(waiting) - len(items)
    rest = (
        text(texts.ngettext("… and {count} more.", "… and {count} more.", more).format(count=more))
        if more
        else text("")
    )
    example = code(texts.gettext("cancel reminder {number}").format(number=waiting[0].number))
    return lines((strong(head), *items, rest, fill(texts.gettext("To drop one: {example}"), example=example)))


def cancelled(request: Request, reminders: Sequence[Reminder]) -> Rich:
    """Say which ones will not come."""
    said = request.texts.gettext("✖ No reminder any more: {titles}")
    return fill(said, titles=join(", ", (strong(each.title) for each in reminders)))


none_then: Final = says(mark("No reminder is set for then. “my reminders” lists them all."))
"""Say that no reminder comes on the days asked for."""


def drop_which(request: Request, reminders: Sequence[Reminder], *, every: bool = False) -> Question:
    """Ask whether this one, which of these, or all of them (*every*) are to be dropped."""
    texts = request.texts
    if every:
        numbers = " ".join(str(each.number) for each in reminders)
        titles = join(", ", [strong(each.title) for each in reminders[:MOST_LISTED]])
        said = texts.ngettext("Drop {count} reminder?", "Drop all {count} reminders?", len(reminders))
        return Question(
            lines((text(said.format(count=len(reminders))), titles)),
            (Candidate(text(texts.gettext("all of them")), f"annuler les rappels {numbers}"),),
        )
    candidates = tuple(
        Candidate(
            join(" · ", (join(" ", (strong(str(each.number)), text(each.title))), text(when(request, each)))),
            f"annuler le rappel {each.number}",
            words=(str(each.number),),
        )
        for each in reminders
    )
    if len(reminders) == 1:
        sentence = fill(texts.gettext("Drop the reminder “{title}”?"), title=text(reminders[0].title))
        return Question(sentence, candidates)
    return Question(text(texts.gettext("Several reminders are called so: which one is to be dropped?")), candidates)


def moved(request: Request, reminders: Sequence[Reminder]) -> Rich:
    """Say when they come now."""
    said = request.texts.gettext("⏰ I will remind you {when}: {title}")
    return lines(fill(said, when=text(when(request, each)), title=strong(each.title)) for each in reminders)


def none_such(request: Request, waiting: Sequence[Reminder]) -> Rich:
    """Say that no reminder has that number, and which there are."""
    gettext = request.texts.gettext
    return lines((text(gettext("I know no such reminder.")), listed(request, waiting)))


in_private: Final = says(mark("I tell you of your reminders in our direct conversation only."))
"""Say where one's reminders are listed."""


def taken_back(request: Request, reminder: Reminder, *, waits: bool) -> Rich:
    """Say what an undone command leaves."""
    gettext = request.texts.gettext
    if not waits:
        return fill(gettext("↩ No reminder any more: {title}"), title=strong(reminder.title))
    return fill(
        gettext("↩ As before: {when}, {title}"), when=text(when(request, reminder)), title=strong(reminder.title)
    )
