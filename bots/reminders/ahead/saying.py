"""The sentences about what one is reminded of beforehand (pure)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich, code, fill, join, lines, room_link, strong, text
from bots.assistant.talk.offers.agenda import Happening
from bots.assistant.talk.question import Candidate, Instead, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.words.lenient import line
from bots.assistant.words.names.people import name_of
from bots.reminders.ahead.kept import EVENTS, TASKS, LeadTimes
from bots.reminders.ahead.lead import Lead
from bots.reminders.reminder import Reminder
from bots.when.saying import say
from config.texts import mark, marks

_HOUR: Final = 60
_MAX_NAME: Final = 40
_MAX_TITLE: Final = 80
_DAYS: Final = marks("{count} day before at {hour}", "{count} days before at {hour}")


def how_long(request: Request, lead: Lead) -> str:
    """Return how long before: ``la veille à 17 h``, ``1 h 30 avant``."""
    gettext = request.texts.gettext
    if lead.days is not None:
        hour = _clock(request, lead.at)
        if lead.days == 0:
            return gettext("on the day at {hour}").format(hour=hour)
        if lead.days == 1:
            return gettext("the day before at {hour}").format(hour=hour)
        return request.texts.ngettext(*_DAYS, lead.days).format(count=lead.days, hour=hour)
    hours, minutes = divmod(lead.minutes, _HOUR)
    if not hours:
        return gettext("{minutes} min before").format(minutes=minutes)
    if not minutes:
        return gettext("{hours} h before").format(hours=hours)
    return gettext("{hours} h {minutes} before").format(hours=hours, minutes=f"{minutes:02}")


def _clock(request: Request, at: time) -> str:
    moment = datetime.combine(request.here.date(), at, request.zone)
    return (
        say(moment, request.language).removeprefix(say(moment.date(), request.language)).strip(" ,").removeprefix("à ")
    )


def wished(request: Request, wish: LeadTimes, topic: str) -> Rich:
    """Say what somebody is reminded of beforehand from now on."""
    gettext = request.texts.gettext
    lead = wish.leads.get(topic)
    if lead is None:
        said = {
            TASKS: gettext("✔ I no longer remind you of your tasks before they are due."),
            EVENTS: gettext("✔ I no longer remind you of your events before they begin."),
        }
        return text(said[topic])
    said = {
        TASKS: gettext("⏰ I will remind you here of each of your tasks {lead}."),
        EVENTS: gettext("⏰ I will remind you here of each of your events {lead}."),
    }
    example = {
        TASKS: gettext("remind me of my tasks: never"),
        EVENTS: gettext("remind me of my meetings: never"),
    }
    foot = fill(gettext("To end it: {example}"), example=code(example[topic]))
    return lines((fill(said[topic], lead=strong(how_long(request, lead))), foot))


def settings(request: Request, wish: LeadTimes | None) -> Rich:
    """Say what somebody is reminded of beforehand, a line for each; nothing where there is nothing."""
    gettext = request.texts.gettext
    names = {TASKS: gettext("Before my tasks: {lead}"), EVENTS: gettext("Before my events: {lead}")}
    held = {} if wish is None else wish.leads
    return lines(
        [fill(names[topic], lead=text(how_long(request, lead))) for topic, lead in held.items() if topic in names]
    )


def how_long_before(request: Request, topic: str) -> Question:
    """Ask how long before."""
    gettext = request.texts.gettext
    puts = {
        TASKS: ("mes tâches la veille à 17h", "mes tâches le jour même à 9h", "mes tâches une heure avant"),
        EVENTS: ("mes réunions 30 minutes avant", "mes réunions une heure avant", "mes réunions la veille à 17h"),
    }
    labels = {
        TASKS: (gettext("the day before at 5 pm"), gettext("on the day at 9 am"), gettext("an hour before")),
        EVENTS: (gettext("30 minutes before"), gettext("an hour before"), gettext("the day before at 5 pm")),
    }
    pairs = zip(labels[topic], puts[topic], strict=True)
    candidates = tuple(Candidate(text(label), f"rappelle-moi {words}") for label, words in pairs)
    return Question(text(gettext("How long before?")), candidates, Slot(Takes.WORDS))


in_private: Final = says(mark("That is your own setting: say it in our direct conversation."))
"""Say where one's own settings are made."""


def due(request: Request, things: Sequence[tuple[Happening, bool]]) -> Rich:
    """Say what is to come; of each whether that should have been said before (*late*)."""
    mention = name_of(request.sender, request)
    rows = [_thing(request, thing, late=late) for thing, late in things]
    if len(rows) == 1:
        return join(" ", (text("⏰"), mention, text("·"), rows[0]))
    head = fill(request.texts.gettext("⏰ {person}, soon:"), person=mention)
    return lines((head, *(join(" ", (text("•"), row)) for row in rows)))


def _thing(request: Request, thing: Happening, *, late: bool = False) -> Rich:
    place = text(f"📍 {line(thing.place, _MAX_TITLE)}") if thing.place else NOTHING
    over = text(request.texts.gettext("(late: I was not running then)")) if late else NOTHING
    name = strong(line(thing.title, _MAX_TITLE))
    parts = (name, text(_when(request, thing.begins)), place, _room(request, thing), over)
    return join(" · ", [part for part in parts if part])


def _room(request: Request, thing: Happening) -> Rich:
    found = next((scene for scene in request.rooms if scene.room_id == thing.room_id), None)
    if found is None or thing.room_id == request.room_id or not request.private:
        return NOTHING
    name = line(found.name, _MAX_NAME) or request.texts.gettext("a room without a name")
    return room_link(thing.room_id, name)


def _when(request: Request, begins: date | datetime) -> str:
    return say(begins.astimezone(request.zone) if isinstance(begins, datetime) else begins, request.language)


def tied(request: Request, thing: Happening, lead: Lead) -> Rich:
    """Say, below a promise, what it comes before: it follows where that is moved."""
    sentence = request.texts.gettext("{lead}: {thing}; if that is moved, so is the reminder")
    return fill(sentence, lead=text(how_long(request, lead)), thing=_thing(request, thing))


def not_followed(request: Request, thing: Happening, lead: Lead) -> Rich:
    """Say, below a room's reminder, what it comes before, and that it stays where that is moved."""
    gettext = request.texts.gettext
    if not thing.label:
        return fill(gettext("before {thing}; if that is moved, this is not."), thing=_thing(request, thing))
    sentence = gettext("before {thing}; if that is moved, this is not. An event's own: {example}")
    own = gettext("!agenda remind {number} {lead}").format(number=thing.label, lead=how_long(request, lead))
    example = code(own)
    return fill(sentence, thing=_thing(request, thing), example=example)


def which_thing(request: Request, typed: str, things: Sequence[Happening], puts: Sequence[str]) -> Question:
    """Ask which of several things is meant by *typed*."""
    sentence = fill(request.texts.gettext("“{words}”: which one is meant?"), words=text(line(typed, _MAX_TITLE)))
    candidates = tuple(
        Candidate(_thing(request, thing), put, Instead((typed,)), words=(thing.title, _when(request, thing.begins)))
        for thing, put in zip(things, puts, strict=True)
    )
    return Question(sentence, candidates)


def before_what(request: Request) -> Rich:
    """Ask, of so long before, before what."""
    example = code(request.texts.gettext("remind me an hour before the council to take out the files"))
    return fill(request.texts.gettext("Say before what. For example: {example}"), example=example)


def no_such_thing(request: Request, typed: str) -> Rich:
    """Say that nothing to come is called so, and how a date is said."""
    sentence = request.texts.gettext(
        "I find no event and no task to come that is called “{words}” and that you read. With a date: {example}"
    )
    example = code(request.texts.gettext("remind me 2 days before 15 December to order the flowers"))
    return fill(sentence, words=text(line(typed, _MAX_TITLE)), example=example)


def over(request: Request, thing: Happening | None, lead: Lead) -> Rich:
    """Say that so long before it is over already."""
    sentence = request.texts.gettext("{lead}: that is over already.")
    said = fill(sentence, lead=text(how_long(request, lead).capitalize()))
    return said if thing is None else lines((said, _thing(request, thing)))


def followed(request: Request, reminders: Sequence[Reminder]) -> Rich:
    """Say when reminders come now, because what they come before was moved."""
    sentence = request.texts.gettext("⏰ Moved along: I will remind you {when}: {title}")
    said = (
        fill(sentence, when=text(_when(request, each.due)), title=strong(each.title))
        for each in sorted(reminders, key=lambda reminder: reminder.due)
    )
    return lines(said)


def gone(request: Request, titles: Sequence[str]) -> Rich:
    """Say which reminders come no more, because what they came before is cancelled, done or gone."""
    sentence = request.texts.gettext("✖ It does not take place any more, or is done: no reminder of {titles}")
    return fill(sentence, titles=join(", ", [strong(title) for title in titles]))
