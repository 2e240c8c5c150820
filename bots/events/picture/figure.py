"""What a picture of the agenda shows, as words and numbers: days, and what takes place on them (pure)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.offers.agenda import Absence, Absences
from bots.assistant.talk.request import Request
from bots.assistant.words.dates.period import Period
from bots.assistant.words.names.people import called
from bots.calendar.daysoff import DaysOff
from bots.events.kept.sitting import shown
from bots.events.talk.schedule import daysoff, showing
from bots.events.talk.schedule.showing import Placed
from bots.when.saying import say

LONGEST: Final = 62
"""Days in one picture."""
_LISTED: Final = 14
"""Days that are a list; more are a sheet of weeks."""
_MOST: Final = 24
"""Times of one day that are looked at."""
_NIGHT: Final = timedelta(hours=6)
_DAY: Final = timedelta(days=1)
_NAMED: Final = 3
_LONGEST_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class Entry:
    """One time that something takes place, on one day; *hours* are empty for all of the day.

    *begins* and *ends* are instants: what overlaps stands side by side. *theirs*: it stands in a followed calendar.
    """

    hours: str
    title: str
    begins: datetime
    ends: datetime
    place: str = ""
    cancelled: str = ""
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day: what it is called, the holiday that it is, who is away, what takes place, how much *more* there is.

    *today* is the word for it. *inside*: it belongs to the days that were asked for.
    """

    day: date
    name: str
    today: str = ""
    holiday: str = ""
    away: str = ""
    entries: tuple[Entry, ...] = ()
    more: int = 0
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture: its days in order, whole weeks where it is a *sheet*; *empty* is said where nothing takes place."""

    title: str
    days: tuple[Day, ...]
    sheet: bool
    empty: str = ""
    feet: tuple[str, ...] = ()
    count: int = 0
    """Events, each once."""
    further: Callable[[int], str] = str
    """How it is said that there are so many more."""


@dataclass(frozen=True, slots=True)
class Drawable:
    """A figure, and what in the register it was made of."""

    figure: Figure
    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Painter:
    """Makes figures; *off* are the days on which the town does not work, *absences* tell who is away."""

    off: DaysOff
    absences: Absences | None = None

    def made(self, request: Request, wanted: Period) -> Drawable:
        """Return the picture of *wanted*: nothing but what ``!agenda`` would tell whoever asks, in the same place."""
        days = {day: self._on(request, day) for day in _days(wanted)}
        placed = [each for found, _ in days.values() for each in found]
        sheet = wanted.days > _LISTED
        around = _weeks(wanted) if sheet else [*days]
        figure = Figure(
            title=_title(request, wanted),
            days=tuple(self._day(request, day, days.get(day)) for day in around),
            sheet=sheet,
            empty="" if placed else request.texts.gettext("Nothing takes place on these days."),
            feet=tuple(line.plain for line in daysoff.school(request, self.off, wanted)),
            count=len({(each.scene.room_id, each.sitting.meeting.id, each.sitting.begins) for each in placed}),
            further=lambda count: request.texts.ngettext("… and {count} more.", "… and {count} more.", count).format(
                count=count
            ),
        )
        return Drawable(figure, tuple(placed))

    def _on(self, request: Request, day: date) -> tuple[list[Placed], int]:
        found, count = showing.between(request, Period(day, day + _DAY), _MOST)
        kept = [placed for placed in found if not _is_over(request, placed, day)]
        return kept, count - len(found)

    def _day(self, request: Request, day: date, held: tuple[list[Placed], int] | None) -> Day:
        name = say(day, request.language).removesuffix(f" {day.year}")
        if held is None:
            return Day(day, name, inside=False)
        found, more = held
        return Day(
            day,
            name,
            today=request.texts.gettext("today") if day == request.here.date() else "",
            holiday=self.off.feast(day, request.language) or "",
            away=self._away(request, day),
            entries=tuple(_entry(request, placed, day) for placed in found),
            more=more,
        )

    def _away(self, request: Request, day: date) -> str:
        if self.absences is None:
            return ""
        if request.private:
            return _names(request, self.absences.around(request, day, day))
        # All in the room see the picture: of other rooms nothing is said in it.
        found = self.absences.here(request, None, day, day)
        return _names(request, (absence for absence in found if absence.room_id == request.room_id))


def _title(request: Request, wanted: Period) -> str:
    """Return what the days are called: a whole month by its name."""
    whole = wanted.first.day == 1 and wanted.stop.day == 1 and wanted.days <= _LONGEST_MONTH
    if not whole:
        return showing.head(request, wanted)
    named = say(wanted.first, request.language).split()[-2:]
    return request.texts.gettext("Agenda, {month}").format(month=" ".join(named))


def _names(request: Request, found: Iterable[Absence]) -> str:
    people = [*dict.fromkeys(absence.person for absence in found)]
    if not people:
        return ""
    names = [called(person, request) or person.localpart for person in people[:_NAMED]]
    if len(people) > _NAMED:
        names.append(f"+{len(people) - _NAMED}")
    return request.texts.gettext("Away: {people}").format(people=", ".join(names))


def _days(wanted: Period) -> Iterator[date]:
    return (wanted.first + count * _DAY for count in range(min(wanted.days, LONGEST)))


def _weeks(wanted: Period) -> Sequence[date]:
    """Return all days of the weeks that *wanted* touches."""
    last = wanted.first + (min(wanted.days, LONGEST) - 1) * _DAY
    first = wanted.first - wanted.first.weekday() * _DAY
    return [first + count * _DAY for count in range((last - first).days + 7 - last.weekday())]


def _is_over(request: Request, placed: Placed, day: date) -> bool:
    """Tell whether it began on an earlier day and ends in the night: that is nothing of this day."""
    sitting = placed.sitting
    if sitting.occurrence.start.clock is None:
        return False
    midnight = datetime.combine(day, time(), request.zone)
    return sitting.begins < midnight and sitting.ends - _NIGHT <= midnight


def _entry(request: Request, placed: Placed, day: date) -> Entry:
    sitting, event = placed.sitting, shown(placed.sitting)
    gettext = request.texts.gettext
    here = placed.scene.room_id == request.room_id
    place = [event.location, placed.source.name if placed.source is not None else ""]
    place.append("" if here else placed.scene.name or gettext("a room without a name"))
    return Entry(
        hours=_hours(request, placed, day),
        title=event.summary or "…",
        begins=sitting.begins,
        ends=sitting.ends,
        place=" · ".join(filter(None, place)),
        cancelled="" if sitting.stands else gettext("cancelled"),
        theirs=placed.source is not None,
    )


def _hours(request: Request, placed: Placed, day: date) -> str:
    """Return from when to when it takes *day*, ``10 h – 11 h``; nothing where it takes all of it."""
    sitting = placed.sitting
    if sitting.occurrence.start.clock is None:
        return ""
    begins, ends = (moment.astimezone(request.zone) for moment in (sitting.begins, sitting.ends))
    since = begins if begins.date() == day else None
    until = ends if (ends - _NIGHT).date() <= day else None
    if since is None and until is None:
        return ""
    if since is None or until is None:
        return f"{clock(request, since)} →" if since is not None else f"→ {clock(request, ends)}"
    return clock(request, since) if since == until else f"{clock(request, since)} – {clock(request, until)}"


def clock(request: Request, moment: datetime) -> str:
    """Return the hour as the dates say it, without its day."""
    said = say(moment, request.language).removeprefix(say(moment.date(), request.language)).strip()
    return said.removeprefix("à").removeprefix("at").strip()
