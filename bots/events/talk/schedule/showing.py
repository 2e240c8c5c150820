"""``!agenda``: what takes place today, this week, this month, on a day; alone with us, in all rooms (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.dispatch.reading.elsewhere import readable, room_of
from bots.assistant.talk.markup import Rich, blocks, fill, join, lines, short, strong, struck, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.period import Period, period
from bots.assistant.words.objects.numbered import reference
from bots.calendar.daysoff import DaysOff
from bots.events.followed.shown import NAME as FOLLOWED
from bots.events.followed.shown import followed
from bots.events.followed.source import FollowedCalendar
from bots.events.kept.kinds import KIND
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting, shown
from bots.events.talk import replies
from bots.events.talk.adding import language
from bots.events.talk.facts import agenda_of, otherwise
from bots.events.talk.kind import EVENT
from bots.events.talk.schedule import daysoff
from bots.events.words.times import spoken, zone_of
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.saying import listing
from bots.when.saying import say
from bots.when.values import Range

_MOST: Final = 60
_SMALL: Final = frozenset(
    {"le", "la", "les", "l'", "un", "une", "du", "de", "des", "the", "a"}
    | {"notre", "mon", "ma", "nos", "mes", "our", "my"}
    | {"prochain", "prochaine", "prochains", "prochaines", "next", "mon", "déjà", "deja"}
)
_AHEAD: Final = timedelta(days=60)
_NIGHT: Final = timedelta(hours=6)
_SOME: Final = 3
_MOST_FOUND: Final = 20


@dataclass(frozen=True, slots=True)
class Placed:
    """One time that something takes place, in its room."""

    scene: Scene
    sitting: Sitting
    source: FollowedCalendar | None = None
    """The calendar of others that it stands in."""


def needs(request: Request, _: list[str]) -> Needs:
    """Return what it must be given: what is followed; all rooms, but only where they may be told of."""
    return Needs(rooms=request.private, kept=frozenset({FOLLOWED}))


def show(off: DaysOff, request: Request, rest: list[str]) -> Reply:
    """Show what takes place on the days that *rest* says, with the public and school holidays among them."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    if is_number(rest):
        return listing.show(EVENT, request, rest)
    if request.direct and request.doubted:
        return ask(request, doubted(request.texts, request.sender, request.served_by.server))
    wanted = period(rest, request.here, language(request))
    if wanted is None:
        return ask(request, replies.not_understood(request, rest))
    kept, count = between(request, wanted, _MOST)
    feasts = daysoff.feasts(request, off, wanted)
    title = daysoff.head(request, head(request, wanted), feasts.get(wanted.first) if wanted.days == 1 else None)
    school = lines(daysoff.school(request, off, wanted)) if wanted.days > 1 else text("")
    if not kept:
        named = [daysoff.head(request, say(day, request.language), name) for day, name in feasts.items()]
        own = named if wanted.days > 1 else []
        return listed(request, lines((title, *own, *_nothing(request, wanted), school)), ())
    parts = [lines(part) for part in _parts(request, wanted, kept, feasts)]
    return listed(request, blocks((title, *parts, more(request, count - len(kept)), school)), kept)


def _parts(
    request: Request, wanted: Period, kept: Sequence[Placed], feasts: Mapping[date, str]
) -> Iterator[tuple[Rich, ...]]:
    """Yield the lines of each day: of those with events, and of public holidays among them."""
    if wanted.days == 1:
        yield tuple(row(request, placed) for placed in kept)
        return
    days: dict[date, list[Rich]] = {day: [] for day in feasts}
    for placed in kept:
        for day in _days(request, placed.sitting, wanted):
            days.setdefault(day, []).append(row(request, placed))
    for day, rows in sorted(days.items()):
        yield daysoff.head(request, say(day, request.language), feasts.get(day)), *rows


def is_number(words: Sequence[str]) -> bool:
    """Tell whether *words* are the number of an event, and nothing else."""
    return len(words) == 1 and reference(words[0]) is not None


def search(request: Request, rest: list[str], *, loosely: bool = True) -> Reply:
    """Show the events whose title, place or description says *rest*, the next ones first.

    *loosely*: where none says all of it, those that say some.
    """
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    words = [said for word in rest if (said := fold(word).strip("?!.,")) and said not in _SMALL]
    # « quand est le conseil municipal ? » of what is called « conseil ».
    found = _called(request, words, every=True) or (_called(request, words, every=False) if loosely else [])
    if not found:
        none = listed(request, text(request.texts.gettext("I find nothing like that that is still to come.")), ())
        return replace(none, nothing=True)
    rows = [row(request, placed, dated=True) for placed in found[:_MOST_FOUND]]
    more = text(request.texts.gettext("… and others, later.") if len(found) > _MOST_FOUND else "")
    return listed(request, lines((*rows, more)), found[:_MOST_FOUND])


def _called(request: Request, words: Sequence[str], *, every: bool) -> list[Placed]:
    found: list[Placed] = []
    for scene in readable(request):
        agenda = agenda_of(request, scene.state)
        ids = agenda.titles.saying(words, every=every)
        found += [Placed(scene, sitting) for sitting in agenda.upcoming(ids, request.now, _MOST_FOUND + 1)]
    return sorted(found, key=lambda placed: placed.sitting.begins)


def between(request: Request, wanted: Period, most: int) -> tuple[list[Placed], int]:
    """Return the *most* first ones of what takes place in these days, by start, and how many there are."""
    start, stop = (datetime.combine(day, time(), request.zone).astimezone(UTC) for day in (wanted.first, wanted.stop))
    found: list[Placed] = []
    count = 0
    for scene in readable(request):
        sittings, there = agenda_of(request, scene.state).first_between(start, stop, most)
        theirs = [
            Placed(scene, sitting, source) for source, sitting in followed(request).between(scene.room_id, start, stop)
        ]
        found += [*(Placed(scene, sitting) for sitting in sittings), *theirs]
        count += there + len(theirs)
    return sorted(found, key=lambda placed: _order(request, placed, wanted))[:most], count


def _order(request: Request, placed: Placed, wanted: Period) -> tuple[date, bool, datetime, int]:
    sitting = placed.sitting
    timed = sitting.occurrence.start.clock is not None
    return _day(request, sitting, wanted), timed, sitting.begins, sitting.meeting.number


def _day(request: Request, sitting: Sitting, wanted: Period) -> date:
    """Return the day under which it is shown: that on which it begins, or the first one that is shown."""
    start = sitting.occurrence.start
    day = start.day if start.clock is None else sitting.begins.astimezone(request.zone).date()
    return max(day, wanted.first)


def _days(request: Request, sitting: Sitting, wanted: Period) -> list[date]:
    """Return the days under which it is shown: each of those that it takes, as far as they are wanted."""
    first = _day(request, sitting, wanted)
    if sitting.occurrence.start.clock is None:
        last = sitting.occurrence.last_day - timedelta(days=1)
    else:
        # What ends at midnight, or in the night, is nothing of the next day.
        last = (sitting.ends - _NIGHT).astimezone(request.zone).date()
    last = min(last, wanted.stop - timedelta(days=1))
    return [first + timedelta(days=count) for count in range(max((last - first).days, 0) + 1)]


def head(request: Request, wanted: Period) -> str:
    """Return what the days are called, as a title."""
    gettext = request.texts.gettext
    if wanted.days == 1:
        return gettext("Agenda, {day}").format(day=say(wanted.first, request.language))
    days = Range(wanted.first, wanted.stop - timedelta(days=1))
    return gettext("Agenda, {days}").format(days=say(days, request.language))


def _nothing(request: Request, wanted: Period) -> Iterable[Rich]:
    """Yield that there is nothing, and what comes next."""
    yield text(request.texts.gettext("Nothing."))
    if wanted.stop > request.here.date():
        yield from next_ones(request, wanted.stop)


def next_ones(request: Request, since: date | None = None) -> Iterator[Rich]:
    """Yield the next events *since* that day, or from today."""
    first = since or request.here.date()
    after = Period(first, first + _AHEAD)
    coming = [placed for placed in between(request, after, _MOST)[0] if placed.sitting.stands][:_SOME]
    if coming:
        yield text(request.texts.gettext("Next:"))
        yield from (row(request, placed, dated=True) for placed in coming)


def row(request: Request, placed: Placed, *, dated: bool = False) -> Rich:
    """Return one line of a list: when, its number and title, where; *dated*: with its day."""
    return join(" ", (text("•"), told(request, placed, dated=dated)))


def told(request: Request, placed: Placed, *, dated: bool = False, own: bool = True) -> Rich:
    """Return what :func:`row` says of one; with its *own* number, where it is of this room."""
    sitting, scene = placed.sitting, placed.scene
    if placed.source is not None:
        return _theirs(request, placed, placed.source, dated=dated)
    event = shown(sitting)
    here = scene.room_id == request.room_id
    number = label(scene, sitting.meeting)
    title = text(short(event.summary or "…")) if sitting.stands else struck(short(event.summary or "…"))
    parts = [
        text(_hours(request, sitting, dated=dated)),
        join(" ", (strong(number), title)) if here and own else title,
        text(short(event.location)),
        text("" if sitting.stands else request.texts.gettext("cancelled")),
        *(otherwise(request if here else replace(scene, locale=request.locale), sitting) if sitting.stands else ()),
    ]
    if not here:
        parts.append(room_of(scene))
    return join(" · ", [part for part in parts if part])


def _theirs(request: Request, placed: Placed, source: FollowedCalendar, *, dated: bool) -> Rich:
    """Return the line of what stands in somebody else's calendar: it has no number, and nothing is done to it here."""
    sitting, event = placed.sitting, shown(placed.sitting)
    title = short(event.summary or "…")
    parts = [
        text(_hours(request, sitting, dated=dated)),
        text(title) if sitting.stands else struck(title),
        text(short(event.location)),
        text("" if sitting.stands else request.texts.gettext("cancelled")),
        text(f"{'🏖' if source.holidays else '📅'} {short(source.name)}"),
    ]
    return join(" · ", [part for part in parts if part])


def label(scene: Scene, meeting: Meeting) -> str:
    """Return what an event is called in its room: its number, or ``3-valbourg``."""
    board = Board(EVENT, scene.state)
    item = None if board.is_alone(meeting.number) else board.get(meeting.id)
    return str(meeting.number) if item is None else item.label


def _hours(request: Request, sitting: Sitting, *, dated: bool) -> str:
    said = say(spoken(shown(sitting), zone_of(request.zone), request.zone), request.language)
    if dated:
        return said
    start = sitting.occurrence.start
    day = start.day if start.clock is None else sitting.begins.astimezone(request.zone).date()
    return said.removeprefix(say(day, request.language)).strip() or request.texts.gettext("all day")


def more(request: Request, count: int) -> Rich:
    """Say how many more there are."""
    if count <= 0:
        return text("")
    sentence = request.texts.ngettext("… and {count} more.", "… and {count} more.", count)
    return fill(sentence, count=text(str(count)))


def listed(request: Request, said: Rich, found: Sequence[Placed]) -> Reply:
    """Return what says *said* of these times, which are answered as what it shows."""
    shows = tuple(dict.fromkeys(key(request, placed) for placed in found if placed.source is None))
    # One alone is no card: it was asked for the day, not for the event.
    beside = (("agenda", request.event_id),) if len(shows) == 1 else ()
    return Reply(said, shows=(*shows, *beside), inverse=request.inverse)


def key(request: Request, placed: Placed) -> tuple[str, str]:
    """Return what the register calls an event, as what a message shows."""
    event_id = placed.sitting.meeting.id
    if placed.scene.room_id == request.room_id:
        return KIND, event_id
    return ELSEWHERE, elsewhere(placed.scene.room_id, event_id)
