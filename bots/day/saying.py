"""The sentences about somebody's day (pure), in the language of the assistant."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.emoji import KEYCAPS
from bots.assistant.talk.markup import Rich, code, fill, join, lines, paragraphs, room_link, short, strong, text
from bots.assistant.talk.offers.agenda import Absence, AgendaItem, Happening
from bots.assistant.talk.question import Before, Candidate, Question, Slot, Takes
from bots.assistant.talk.reply import MAX_BODY, MAX_HTML
from bots.assistant.talk.request import Request
from bots.assistant.words.dates.period import Period
from bots.assistant.words.names.people import name_of
from bots.day.sheet import DayGroup, Group, day_of
from bots.when.saying import say
from bots.when.values import Range
from config.identifiers import RoomId, UserId

_DONE: Final = ("fait", "faite", "c'est fait", "terminé", "terminée", "fini", "done", "finished", "it's done")
_TASKS: Final = ("tache", "taches", "task", "tasks")
"""What people put before the number of a line."""
_TITLE: Final = 90
_ROOM: Final = 40
_HIGH: Final = 1
_MOST_TAUGHT: Final = 3
_WEEK: Final = 7


def whole(
    request: Request,
    groups: Sequence[Group],
    asked: Collection[DayGroup],
    name: str,
    *,
    morning: bool = False,
    beside: Sequence[Happening] = (),
    away: Sequence[Absence] = (),
    days: Period | None = None,
) -> Rich:
    """Return the day, or what of it is *asked*, as one message; *name* is the collectivity whose assistant speaks.

    *beside* takes place then, and those of *away* are. *days* are those asked about, where they are none of the usual.
    """
    gettext = request.texts.gettext
    span = _first(request, asked) if days is None else _spoken(days)
    head = fill(_title(request, asked, days, morning=morning), day=text(say(span, request.language)))
    head = Rich(head.plain, f"<strong>{head.html}</strong>")
    parts = [join(" · ", (head, text(name))) if name else head]
    rooms = {scene.room_id: scene.name for scene in request.rooms}
    if beside:
        shown = _only_day(request, asked, days)
        rows = [_happening(request, happening, rooms, shown) for happening in beside]
        parts.append(lines([strong(gettext("Appointments")), *rows]))
    if away:
        parts.append(lines([strong(gettext("Away")), *(_absence(request, absence) for absence in away)]))
    if not groups:
        return paragraphs([*parts, text(_none(request, asked))])
    urgent = {DayGroup.LATE, DayGroup.TODAY}
    if urgent <= {*asked} and not any(each.when in urgent for each in groups):
        parts.append(text(gettext("Nothing late, and nothing for today.")))
    numbers = iter(range(1, 1_000))
    for part in groups:
        items = [_item(request, item, part.when, next(numbers), rooms) for item in part.items]
        parts.append(lines([_head(request, part.when), *items, _more(request, part)]))
    return paragraphs([*parts, _foot(request, [item for group in groups for item in group.items])])


def _absence(request: Request, absence: Absence) -> Rich:
    gettext, today = request.texts.gettext, request.here.date()
    until = gettext("until {day}").format(day=say(absence.last, request.language))
    span = absence.first if absence.first == absence.last else Range(absence.first, absence.last)
    own = absence.person == request.sender
    parts = [
        text(gettext("you")) if own else _somebody(absence.person, request),
        text(until if absence.first <= today < absence.last else say(span, request.language)),
    ]
    if absence.deputy is not None:
        parts.append(fill(gettext("see {person}"), person=_somebody(absence.deputy, request)))
    return join(" ", (text("•"), join(" · ", parts)))


def _somebody(person: UserId, request: Request) -> Rich:
    """Name *person*, who is not here, as they are called in a room that they share with whoever asks."""
    return name_of(person, next((scene for scene in request.visible if person in scene.members), request))


def _only_day(request: Request, asked: Collection[DayGroup], days: Period | None) -> date | None:
    """Return the one day that is shown, which its lines need not say; None where there are several."""
    if days is not None:
        return days.first if days.days == 1 else None
    return None if DayGroup.WEEK in asked and DayGroup.LATER not in asked else _first(request, asked)


def _happening(request: Request, happening: Happening, rooms: Mapping[RoomId, str | None], day: date | None) -> Rich:
    spoken = Range(happening.begins, happening.ends) if happening.begins != happening.ends else happening.begins
    known = "" if day is None else say(day, request.language)
    hours = say(spoken, request.language).removeprefix(known).strip() or request.texts.gettext("all day")
    room = room_link(happening.room_id, short(rooms.get(happening.room_id) or "…", _ROOM))
    parts = (text(hours), text(short(happening.title, _TITLE)), text(short(happening.place, _TITLE)), room)
    return join(" ", (text("•"), join(" · ", [part for part in parts if part])))


def _first(request: Request, asked: Collection[DayGroup]) -> date:
    """Return the day that is shown, or the first one."""
    today = request.here.date()
    return today + timedelta(days=1) if {*asked} == {DayGroup.TOMORROW} else today


def _spoken(days: Period) -> date | Range:
    return days.first if days.days == 1 else Range(days.first, days.last)


def _title(request: Request, asked: Collection[DayGroup], days: Period | None, *, morning: bool) -> str:
    gettext = request.texts.gettext
    if days is not None and days.days > 1:
        return gettext("Your week, {day}") if days.days == _WEEK else gettext("What is yours, {day}")
    if morning:
        return gettext("☀ Good morning! Your day, {day}")
    if DayGroup.WEEK in asked and DayGroup.LATER not in asked:
        return gettext("Your week, from {day}")
    return gettext("Your day, {day}")


def _none(request: Request, asked: Collection[DayGroup]) -> str:
    gettext = request.texts.gettext
    match [*asked]:
        case [DayGroup.LATE]:
            return gettext("Nothing of yours is late in the rooms that we share.")
        case [DayGroup.THEN]:
            return gettext("Nothing of yours is for then in the rooms that we share.")
        case [DayGroup.TOMORROW]:
            return gettext("Nothing of yours is for tomorrow in the rooms that we share.")
        case [DayGroup.LATE, DayGroup.TODAY]:
            return gettext("Nothing of yours is late or for today in the rooms that we share.")
        case _ if DayGroup.LATER not in asked:
            return gettext("Nothing of yours is late, for this week or without a date in the rooms that we share.")
        case _:
            return gettext("Nothing is yours to do in the rooms that we share. Have a good day!")


def fits(said: Rich) -> bool:
    """Tell whether a message may be so long."""
    return len(said.plain) <= MAX_BODY and len(said.html) <= MAX_HTML


def nothing_today(request: Request, name: str) -> Rich:
    """Say in the morning that there is nothing: silence might as well mean that we are down."""
    said = text(request.texts.gettext("☀ Good morning! Nothing is yours to do this week in the rooms that we share."))
    return join(" · ", (said, text(name))) if name else said


def _head(request: Request, when: DayGroup) -> Rich:
    gettext = request.texts.gettext
    heads: Mapping[DayGroup, Callable[[], str]] = {
        DayGroup.LATE: lambda: gettext("Late"),
        DayGroup.TODAY: lambda: gettext("Today"),
        DayGroup.TOMORROW: lambda: gettext("Tomorrow"),
        DayGroup.WEEK: lambda: gettext("This week"),
        DayGroup.LATER: lambda: gettext("Later"),
        DayGroup.SOMEDAY: lambda: gettext("Without a date"),
        DayGroup.THEN: lambda: gettext("To do"),
    }
    return strong(heads[when]())


def _more(request: Request, group: Group) -> Rich:
    if not group.more:
        return text("")
    texts = request.texts
    if group.when is DayGroup.LATE:
        said = texts.ngettext("… and {count} that is later still.", "… and {count} that are later still.", group.more)
    else:
        said = texts.ngettext("… and {count} more.", "… and {count} more.", group.more)
    return fill(said, count=text(str(group.more)))


def _item(request: Request, item: AgendaItem, when: DayGroup, number: int, rooms: Mapping[RoomId, str | None]) -> Rich:
    return join(" · ", _parts(request, item, when, number, rooms))


def _parts(
    request: Request, item: AgendaItem, when: DayGroup, number: int, rooms: Mapping[RoomId, str | None]
) -> Iterator[Rich]:
    gettext = request.texts.gettext
    key = KEYCAPS[number - 1] if number <= len(KEYCAPS) else f"{number}."
    yield join(" ", (text(key), text(short(item.title, _TITLE))))
    if due := _due(request, item, when):
        yield text(due)
    if item.priority == _HIGH:
        yield text(gettext("high priority"))
    if item.waiting:
        yield text(gettext("waiting for something else"))
    yield room_link(item.room_id, short(rooms.get(item.room_id) or gettext("a room without a name"), _ROOM))


def _due(request: Request, item: AgendaItem, when: DayGroup) -> str:
    """Return when it is due, as far as the group's head does not say it."""
    if item.due is None:
        return ""
    due, start = _local(request, item.due), None if item.start is None else _local(request, item.start)
    said = say(due if start is None else Range(start, due), request.language)
    if when not in (DayGroup.TODAY, DayGroup.TOMORROW):
        return said
    return said.removeprefix(say(day_of(request, due), request.language)).strip()


def _local(request: Request, moment: date | datetime) -> date | datetime:
    return moment.astimezone(request.zone) if isinstance(moment, datetime) else moment


def _foot(request: Request, items: Sequence[AgendaItem]) -> Rich:
    """Say what can be done, in examples that would do it: of numbers that there are, and somebody who is there."""
    gettext = request.texts.gettext
    last = min(len(items), _MOST_TAUGHT)
    moved = min(len(items), 2)
    stands = items[moved - 1].due is not None and not items[moved - 1].late
    postpone = gettext("postpone {number} by a week") if stands else gettext("postpone {number} to Monday")
    done = gettext("done {number}").format(number=1 if last < _MOST_TAUGHT else last)
    examples = [done, postpone.format(number=moved)]
    numbers = sorted(range(1, len(items) + 1), key=lambda number: (number > last, abs(last - number)))
    named = next((said for number in numbers if (said := _named(request, items, number))), None)
    examples += [named] if named is not None else []
    said = gettext("Press a number below to mark it done, or reply to this message: {examples}.")
    return fill(said, examples=join(", ", map(code, examples)))


def _named(request: Request, items: Sequence[AgendaItem], number: int) -> str | None:
    """Return ``3 @dgs``, of somebody else who is in the room of that item, and of nobody else's name."""
    scene = next((each for each in request.rooms if each.room_id == items[number - 1].room_id), None)
    if scene is None:
        return None
    bots = {request.served_by, *request.partners}
    people = sorted(user for user in scene.members if user not in bots and user.localpart != "beffroi")
    alike = Counter(user.localpart for user in people)
    named = (user for user in people if user != request.sender and alike[user.localpart] == 1)
    other = next(named, None)
    return None if other is None else f"{number} @{other.localpart}"


def in_private(request: Request) -> Rich:
    """Say where this may be asked, or that it is not for whoever asks now."""
    if request.doubted:
        return doubted(request.texts, request.sender, request.served_by.server)
    return text(
        request.texts.gettext(
            "That concerns all your rooms: ask me in an encrypted direct conversation, where only you and I are "
            "(select my name, then “Message”)."
        )
    )


def no_days(request: Request, words: str) -> Rich:
    """Say that no days were understood of *words*."""
    gettext = request.texts.gettext
    examples = join(", ", [code(gettext("my week of 7 December")), code(gettext("my day on Thursday"))])
    said = gettext("I did not understand which days “{words}” are. For example: {examples}")
    return fill(said, words=text(short(words, _TITLE)), examples=examples)


def no_such(request: Request, numbers: Sequence[int], count: int) -> Rich:
    """Say that a message has no such buttons."""
    gettext = request.texts.gettext
    named = text(", ".join(str(each) for each in numbers))
    return fill(
        gettext("That message has no {numbers}: its numbers go from 1 to {last}."), numbers=named, last=text(str(count))
    )


def which(request: Request, *, of: Takes) -> Question:
    """Ask which number is meant, or (*of* ``WORDS``) what is to become of it."""
    gettext = request.texts.gettext
    examples = join(", ", [code(gettext("done 3")), code(gettext("postpone 2 to Monday"))])
    sentence = fill(gettext("Which number, and what of it? For example: {examples}."), examples=examples)
    done = Candidate(text(gettext("done")), gettext("done"), Before(), words=_DONE)
    return Question(sentence, (done,) if of is Takes.WORDS else (), Slot(of, nouns=_TASKS))


def out_of_reach(request: Request, number: int) -> Rich:
    """Say that somebody is no longer in a room."""
    said = request.texts.gettext("{number}: you are no longer in that room, so nothing was changed.")
    return fill(said, number=text(str(number)))


def nothing_came(request: Request, number: int, room: str, *, words: bool) -> Rich:
    """Say that a button did nothing, or that words for it were no command."""
    gettext = request.texts.gettext
    if words:
        said = gettext("{number} ({room}): I do not understand what is to become of it. Nothing was changed.")
    else:
        said = gettext("{number} ({room}): there is nothing left to do; it is done already, or gone.")
    return fill(said, number=text(str(number)), room=text(short(room, _ROOM)))


def room_name(request: Request, name: str | None) -> str:
    """Return what a room is called."""
    return short(name or request.texts.gettext("a room without a name"), _ROOM)
