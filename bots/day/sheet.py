"""What somebody has to do, in all rooms together: gathered, grouped by day, in order (pure)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.offers.agenda import Agenda, AgendaItem, Happening, Happenings
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.dates.period import Period
from bots.day.links import Links
from bots.register.replica.answering import responder
from bots.when.meaning.days import end_of_week
from config.identifiers import RoomId, UserId

_ALL: Final = date.max
_MOST_HAPPENINGS: Final = 20


class DayGroup(Enum):
    """The groups, in the order in which they are read."""

    LATE = auto()
    TODAY = auto()
    TOMORROW = auto()
    WEEK = auto()
    LATER = auto()
    SOMEDAY = auto()
    THEN = auto()
    """Due in a period that was asked about, whatever its days."""


DAY: Final[Mapping[DayGroup, int]] = {
    DayGroup.LATE: 6,
    DayGroup.TODAY: 12,
    DayGroup.TOMORROW: 6,
    DayGroup.WEEK: 8,
    DayGroup.LATER: 4,
    DayGroup.SOMEDAY: 4,
}
WEEK: Final[Mapping[DayGroup, int]] = {
    DayGroup.LATE: 6,
    DayGroup.TODAY: 12,
    DayGroup.TOMORROW: 12,
    DayGroup.WEEK: 16,
    DayGroup.SOMEDAY: 4,
}
TODAY: Final[Mapping[DayGroup, int]] = {DayGroup.LATE: 6, DayGroup.TODAY: 24}
TOMORROW: Final[Mapping[DayGroup, int]] = {DayGroup.TOMORROW: 30}
LATE: Final[Mapping[DayGroup, int]] = {DayGroup.LATE: 30}
THEN: Final[Mapping[DayGroup, int]] = {DayGroup.THEN: 30}
"""How many of each group are shown."""


@dataclass(frozen=True, slots=True)
class Group:
    """What is due at one time: those that are shown, and how many are not."""

    when: DayGroup
    items: tuple[AgendaItem, ...]
    more: int = 0


def place(request: Request, scene: Scene, links: Links) -> tuple[UserId, ...]:
    """Return the accounts of whoever asks that count in a room; none where it is not ours to speak of it.

    Of several assistants in the conversation one speaks of each room that they share, as it would answer there.
    """
    accounts = links.accounts(request.sender, scene)
    if not accounts:
        return ()
    # The conversation is private: whoever else is in it is an assistant.
    here = sorted(each for each in request.members if each != request.sender)
    return accounts if responder(accounts[0], here, scene.members) == request.served_by else ()


def gather(request: Request, agendas: Iterable[Agenda], links: Links) -> list[AgendaItem]:
    """Return all that whoever asks has to do, in the rooms that they share with us."""
    places = [(scene, accounts) for scene in request.rooms if (accounts := place(request, scene, links))]
    return [item for agenda in agendas for scene, accounts in places for item in agenda.mine(scene, accounts, _ALL)]


def days_of(request: Request, asked: Collection[DayGroup]) -> tuple[date, date] | None:
    """Return the first and the last of the days whose events are shown beside what is *asked* about."""
    today = request.here.date()
    if DayGroup.WEEK in asked and DayGroup.LATER not in asked:
        return today, end_of_week(today)
    if DayGroup.TODAY in asked:
        return today, today
    return (today + timedelta(days=1), today + timedelta(days=1)) if DayGroup.TOMORROW in asked else None


def taking_place(
    request: Request, happenings: Iterable[Happenings], links: Links, first: date, last: date
) -> tuple[Happening, ...]:
    """Return what takes place on these days in the rooms that whoever asks shares with us, by start."""
    places = [(scene, accounts) for scene in request.rooms if (accounts := place(request, scene, links))]
    found = [
        happening
        for each in happenings
        for scene, accounts in places
        for happening in each.of(scene, accounts, first, last)
    ]
    return tuple(sorted(found, key=lambda happening: _begins(request, happening))[:_MOST_HAPPENINGS])


def _begins(request: Request, happening: Happening) -> tuple[date, time, str]:
    begins = happening.begins
    hour = begins.astimezone(request.zone).time() if isinstance(begins, datetime) else time()
    return day_of(request, begins), hour, happening.title


def grouped(request: Request, items: Iterable[AgendaItem], limits: Mapping[DayGroup, int]) -> tuple[Group, ...]:
    """Return *items* in groups, at most so many of each as *limits* says; groups without a limit are left out."""
    names: Mapping[RoomId, str] = {scene.room_id: scene.name or "" for scene in request.rooms}
    groups: dict[DayGroup, list[AgendaItem]] = {each: [] for each in DayGroup if each in limits}
    for entry in items:
        groups.get(when(request, entry), []).append(entry)
    return tuple(
        _group(each, sorted(held, key=lambda item: _order(request, item, names)), limits[each])
        for each, held in groups.items()
        if held
    )


def during(request: Request, items: Iterable[AgendaItem], days: Period) -> tuple[Group, ...]:
    """Return those of *items* that are due, or under way, on these *days*, as one group; none where there are none."""
    names: Mapping[RoomId, str] = {scene.room_id: scene.name or "" for scene in request.rooms}
    held = [item for item in items if _falls(request, item, days)]
    ordered = sorted(held, key=lambda item: _order(request, item, names))
    return (_group(DayGroup.THEN, ordered, THEN[DayGroup.THEN]),) if held else ()


def _falls(request: Request, item: AgendaItem, days: Period) -> bool:
    if item.due is None:
        return False
    due = day_of(request, item.due)
    begins = due if item.start is None else day_of(request, item.start)
    return begins < days.stop and due >= days.first


def _group(each: DayGroup, held: Sequence[AgendaItem], most: int) -> Group:
    # Of what is late, the latest first to be dropped from sight is the oldest: it has waited longest already.
    shown = held[-most:] if each is DayGroup.LATE else held[:most]
    return Group(each, tuple(shown), len(held) - len(shown))


def when(request: Request, item: AgendaItem) -> DayGroup:
    """Return to which group *item* belongs."""
    if item.due is None:
        return DayGroup.SOMEDAY
    if item.late:
        return DayGroup.LATE
    today, due = request.here.date(), day_of(request, item.due)
    if due <= today:
        return DayGroup.TODAY
    if due == today + timedelta(days=1):
        return DayGroup.TOMORROW
    return DayGroup.WEEK if due <= end_of_week(today) else DayGroup.LATER


def day_of(request: Request, due: date | datetime) -> date:
    """Return the day, where we are, on which *due* falls."""
    return due.astimezone(request.zone).date() if isinstance(due, datetime) else due


def _order(request: Request, item: AgendaItem, names: Mapping[RoomId, str]) -> tuple[date, time, int, str, str]:
    due = item.due
    # What is due at no hour comes after what is due at one: the day is long.
    hour = due.astimezone(request.zone).time() if isinstance(due, datetime) else time.max
    day = _ALL if due is None else day_of(request, due)
    return day, hour, item.priority, names.get(item.room_id, ""), f"{item.label:>9} {item.key[1]}"
