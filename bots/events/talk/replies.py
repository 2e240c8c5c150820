"""The sentences about events that no other kind has (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, short, small, strong, text
from bots.assistant.talk.question import Around, Before, Candidate, Instead, Question, Slot, Takes, by_example
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import spoken as spoken_words
from bots.calendar.event import Event
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting
from bots.events.talk.facts import said
from bots.events.words import hours, scope
from bots.events.words.drafting import Assumed
from bots.events.words.times import spoken, zone_of
from bots.when.saying import say

_ALL_DAY: Final = ("toute la journée", "la journée entière", "journée entière", "all day", "the whole day")
_MOST_ROOMS: Final = 7
_JOINS: Final = re.compile(r"^.*?\b(?:(?:inv|conv)i\w*|convoque\w*|r?ajoute\w*|add)[ -]", re.IGNORECASE)
_LAST_HOUR: Final = 23


def when(request: Request, event: Event) -> Rich:
    """Return when *event* is, in words."""
    return text(hours.said(request, event))


def which_time(request: Request) -> Question:
    """Ask when it is."""
    gettext = request.texts.gettext
    example = code(gettext("Thursday 2pm-4pm"))
    return Question(fill(gettext("When is it? For example: {example}"), example=example), slot=Slot(Takes.TIME))


def which_hour(request: Request) -> Question:
    """Ask at what hour; or whether it is all day long."""
    gettext = request.texts.gettext
    words = gettext("all day")
    candidate = Candidate(text(words), words, Before(), words=_ALL_DAY)
    sentence = fill(gettext("At what time does it begin? For example: {example}"), example=code(gettext("2pm-4pm")))
    return Question(sentence, (candidate,), Slot(Takes.TIME))


def assumed(request: Request, what: Assumed, start: int) -> Rich:
    """Say what of its time nobody had said, and how to say it; *start* is the hour at which it begins."""
    gettext = request.texts.gettext
    end = min(start + 2, _LAST_HOUR)
    if what is Assumed.HOURS:
        said = gettext("No time was given: answer “{example}” to give it.")
        example = gettext("from {start}:00 to {end}:00").format(start=start, end=end)
    else:
        said = gettext("No end was given: answer “{example}” to give it.")
        example = gettext("until {end}:00").format(end=end)
    return small(said.format(example=example))


def not_here(request: Request, names: str) -> Rich:
    """Say that *names* stand in the title alone: nobody in the room is called so."""
    return small(request.texts.gettext("Not in this room, and not invited: {names}").format(names=short(names)))


def one_thing(request: Request, title: str, rest: str) -> Question:
    """Say that several things were asked at once, and ask whether the event alone shall be noted."""
    gettext = request.texts.gettext
    sentence = gettext("There are several things in it: one at a time, please. Shall I note “{title}” alone?")
    words = gettext("the event alone")
    candidate = Candidate(text(words), "", Instead((rest.strip(" ?!.,"),)), words=(words, title))
    return Question(fill(sentence, title=text(title.strip(" ,;"))), (candidate,))


def which_half(request: Request, hour: re.Match[str]) -> Question:
    """Ask whether an early hour is meant, or the same in the evening."""
    gettext = request.texts.gettext
    number, minute = int(hour["hour"]), hour["minute"] or ""
    early, late = f"{number}h{minute}", f"{number + 12}h{minute}"
    place = Instead((hour[0].strip(),))
    morning = gettext("{hour} in the morning").format(hour=early)
    candidates = (
        Candidate(text(late), late, place, words=(late, f"à {late}", f"{number + 12} h", "le soir", "in the evening")),
        Candidate(text(morning), morning, place, words=(morning, "le matin", "du matin", "matin", "in the morning")),
    )
    return Question(text(gettext("At what time?")), candidates, Slot(Takes.TIME, place))


def which_room(request: Request, rooms: Sequence[Scene]) -> Question:
    """Ask in which room something said in private belongs."""
    gettext = request.texts.gettext
    here = gettext("between us")
    candidates = [Candidate(text(gettext("here, between us")), here, Before(), words=(here, "ici", "here", "moi"))]
    for scene in rooms[:_MOST_ROOMS]:
        name = scene.name or scene.room_id
        puts = gettext("in the room “{name}”").format(name=name)
        candidates.append(Candidate(text(name), puts, Before(), words=(name,)))
    return Question(text(gettext("In which room? Everybody there will see it.")), tuple(candidates))


def no_such_room(request: Request, name: str) -> Rich:
    """Say that nobody knows the room that somebody named."""
    sentence = request.texts.gettext("You and I are in no room called “{name}”.")
    return fill(sentence, name=text(name))


def noted_elsewhere(request: Request, scene: Scene) -> Rich:
    """Say, where it was asked, that it is announced in another room."""
    sentence = request.texts.gettext("📅 Noted: I announce it in “{room}”.")
    return fill(sentence, room=strong(scene.name or scene.room_id))


def which_times(request: Request, sitting: Sitting, words: Sequence[str]) -> Question:
    """Ask how much of a series is meant: the next time, all of them, or all from then on."""
    gettext = request.texts.gettext
    language = request.language
    place = Before(tuple(words))
    once, whole, onwards = scope.ONCE_WORDS[language], scope.ALL_WORDS[language], scope.ONWARDS_WORDS[language]
    day = text(said(request, sitting))
    candidates = (
        Candidate(fill(gettext("this time only: {when}"), when=day), once, place, words=(once, "once", "une fois")),
        Candidate(text(gettext("the whole series")), whole, place, words=(whole, "la série", "tout", "toutes", "all")),
        Candidate(
            text(gettext("from this time on")), onwards, place, words=(onwards, "à partir de là", "from then on")
        ),
    )
    # « Celle du 8 seulement » is none of these, and says it as well.
    sentence = _about(gettext("Event {number} ({title}) repeats. What shall be changed?"), sitting.meeting)
    return Question(sentence, candidates, Slot(Takes.ONE_DAY, place))


def not_that_day(request: Request, meeting: Meeting) -> Rich:
    """Say that it does not take place on the day that was named."""
    return _about(request.texts.gettext("Event {number} ({title}) does not take place on that day."), meeting)


def over(request: Request, meeting: Meeting) -> Rich:
    """Say that no time of it is still to come."""
    return _about(request.texts.gettext("Event {number} ({title}) is over: no time of it is still to come."), meeting)


def cannot_shift(request: Request, meeting: Meeting) -> Rich:
    """Say that the rule of a series cannot be moved to another day, and what to say instead."""
    gettext = request.texts.gettext
    sentence = gettext("I cannot move the rule of event {number} ({title}) to another day: say it anew. {example}")
    example = code(gettext("!agenda repeat {number} every first Thursday").format(number=meeting.label))
    return fill(sentence, number=strong(meeting.label), title=text(meeting.title), example=example)


def too_many_changes(request: Request, meeting: Meeting) -> Rich:
    """Say that too many occurrences of a series are otherwise for it to be moved."""
    sentence = request.texts.gettext(
        "Too many times of event {number} ({title}) have been changed: move it from one time on instead."
    )
    return _about(sentence, meeting)


def to_when(request: Request, words: Sequence[str]) -> Question:
    """Ask to when it shall be moved."""
    gettext = request.texts.gettext
    return by_example(gettext("To when? For example: {example}"), gettext("Thursday 10am"), Takes.SHIFT, words)


def when_then(request: Request, meeting: Meeting, day: Rich, command: str, *, hour: bool) -> Question:
    """Ask to when *meeting* is to be changed, or (*hour*) at what time it is; *command* lacks only that."""
    gettext = request.texts.gettext
    asked = gettext("Event {number} “{title}”, {day}: at what time? For example: {example}")
    if not hour:
        asked = gettext("Event {number} “{title}”, {day}: to when? For example: {example}")
    example = code(gettext("5pm") if hour else gettext("Thursday 10am"))
    return Question(_called(asked, meeting, day, example), slot=Slot(Takes.SHIFT, Around(f"{command} ", "")))


def where_then(request: Request, meeting: Meeting, day: Rich, command: str) -> Question:
    """Ask where *meeting* is to be; *command* lacks only that."""
    gettext = request.texts.gettext
    asked = gettext("Event {number} “{title}”, {day}: where is it? For example: {example}")
    example = code(gettext("village hall"))
    return Question(_called(asked, meeting, day, example), slot=Slot(Takes.WORDS, Around(f"{command} ", "")))


def _called(sentence: str, meeting: Meeting, day: Rich, example: Rich) -> Rich:
    facts = {"number": strong(meeting.label), "title": text(short(meeting.title)), "day": day}
    return fill(sentence, example=example, **facts)


def no_guest(request: Request, name: str) -> Question:
    """Ask what is meant where nobody to be invited is called *name*: a task, or whom."""
    gettext = request.texts.gettext
    asked = fill(gettext("Nobody in this room is called {typed}. Is it a task? Or who is invited?"), typed=code(name))
    bare = _JOINS.sub("", spoken_words(request))
    command = f"!{'tâche ajouter' if request.language == 'fr' else 'task add'} {bare}"
    words = ("oui", "yes", "tâche", "une tâche", "c'est une tâche", "a task")
    task = Candidate(code(command), command, words=words)
    return Question(asked, (task,), Slot(Takes.PERSON, Instead((name,))))


def how_often(request: Request, words: Sequence[str]) -> Question:
    """Ask how it shall repeat."""
    gettext = request.texts.gettext
    return by_example(gettext("How often? For example: {example}"), gettext("every Tuesday"), Takes.TIME, words)


def how_long_before(request: Request, words: Sequence[str]) -> Question:
    """Ask how long before it people shall be reminded."""
    gettext = request.texts.gettext
    return by_example(
        gettext("How long before? For example: {example}"), gettext("1 day and 1 hour"), Takes.WORDS, words
    )


def moved(request: Request, meeting: Meeting, before: Event, now: Event) -> Rich:
    """Say from when to when it was moved; where it begins as before, that it is otherwise."""
    gettext = request.texts.gettext
    sentence = gettext("📅 Event {number} moved: {title} · {when} (instead of {before})")
    if before.start == now.start:
        sentence = gettext("📅 Event {number} changed: {title} · {when} (instead of {before})")
    if when(request, now).plain == _then(request, before).plain:
        # What was supposed has been said now: « jusqu'à midi » of what ended at noon.
        return _about(gettext("📅 Event {number}: {title} · {when}, that is noted"), meeting, when=when(request, now))
    return _about(sentence, meeting, when=_strong(when(request, now)), before=_then(request, before))


def already_then(request: Request, meeting: Meeting, when: Rich) -> Rich:
    """Say that it takes place when somebody would have it moved to."""
    sentence = request.texts.gettext("Event {number} ({title}) takes place {when} already: nothing is changed.")
    return _about(sentence, meeting, when=when)


def moved_onwards(request: Request, meeting: Meeting, now: Event) -> Rich:
    """Say that a series is otherwise from a day on."""
    sentence = request.texts.gettext("📅 Event {number} moved: {title} · from {when} on")
    return _about(sentence, meeting, when=_strong(when(request, now)))


def cancelled(request: Request, meeting: Meeting) -> Rich:
    """Say that it does not take place."""
    sentence = request.texts.gettext("✖ Event {number} cancelled: {title} · {when}")
    return _about(sentence, meeting, when=when(request, meeting.event))


def cancelled_once(request: Request, meeting: Meeting, sitting: Sitting) -> Rich:
    """Say that it does not take place once."""
    sentence = request.texts.gettext("✖ Event {number}: {title} does not take place {when}; the series goes on.")
    return _about(sentence, meeting, when=text(said(request, sitting)))


def cancelled_onwards(request: Request, meeting: Meeting, sitting: Sitting) -> Rich:
    """Say that a series ends."""
    sentence = request.texts.gettext("✖ Event {number}: {title} ends; it no longer takes place from {when} on.")
    return _about(sentence, meeting, when=text(said(request, sitting)))


def already_cancelled(request: Request, meeting: Meeting) -> Rich:
    """Say that there is nothing to cancel."""
    return _about(request.texts.gettext("Event {number} ({title}) is cancelled already."), meeting)


def not_understood(request: Request, words: Sequence[str]) -> Rich:
    """Say that *words* are nothing that is known here."""
    gettext = request.texts.gettext
    sentence = gettext("I do not understand “{typed}”. “{help}” shows what I can do.")
    return fill(sentence, typed=code(" ".join(words)[:80]), help=code(gettext("!help agenda")))


def _then(request: Request, event: Event) -> Rich:
    """Return when it was, in our hours alone."""
    return text(say(spoken(event, zone_of(request.zone), request.zone), request.language))


def _about(sentence: str, meeting: Meeting, **fields: Rich) -> Rich:
    return fill(sentence, number=strong(meeting.called), title=text(meeting.title), **fields)


def _strong(words: Rich) -> Rich:
    return Rich(words.plain, f"<strong>{words.html}</strong>")
