"""What a report is made of: the rooms that somebody is in, counted, and put together by project (pure)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import reduce
from typing import Final

from bots.assistant.talk.offers.agenda import Happening, Meetings
from bots.assistant.talk.offers.census import Census, Count, Counts, Goal, Goals
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold
from bots.assistant.words.belonging import project_of
from bots.assistant.words.lenient import line
from config.identifiers import RoomId, ServerName

MAX_NAME = 80
AHEAD: Final = timedelta(days=14)
"""How far a report looks."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What other capabilities tell of a room, and what people call a homeserver's collectivity."""

    census: Census
    goals: Goals
    collectivity: Callable[[ServerName], str] = str
    meetings: Meetings | None = None


@dataclass(frozen=True, slots=True)
class RoomReport:
    """One room: ``name`` is empty where it has none."""

    room_id: RoomId
    name: str
    counts: Counts
    goals: tuple[Goal, ...] = ()
    held: int = 0
    """What took place in it since the week began."""
    coming: tuple[Happening, ...] = ()
    """What is to come in it, in the next two weeks, by its start."""


@dataclass(frozen=True, slots=True)
class Group:
    """The rooms of one project, or a single room that belongs to none. The worst room comes first."""

    name: str
    rooms: tuple[RoomReport, ...]
    project: bool = False

    @property
    def total(self) -> Count:
        """All rooms together."""
        return summed(each.counts.total for each in self.rooms)


@dataclass(frozen=True, slots=True)
class Report:
    """All that one person may see, the group with the most late first. ``since`` is when the week began."""

    groups: tuple[Group, ...]
    now: datetime
    since: datetime

    @property
    def rooms(self) -> tuple[RoomReport, ...]:
        """The rooms of all groups."""
        return tuple(room for group in self.groups for room in group.rooms)

    @property
    def total(self) -> Count:
        """All rooms together."""
        return summed(each.total for each in self.groups)

    @property
    def held(self) -> int:
        """What took place since the week began."""
        return sum(room.held for room in self.rooms)

    @property
    def coming(self) -> list[tuple[RoomReport, Happening]]:
        """What is to come, by its start."""
        found = [(room, happening) for room in self.rooms for happening in room.coming]
        return sorted(found, key=lambda coming: (coming[1].begins.isoformat(), coming[1].title))

    @property
    def unassigned(self) -> Count:
        """What is assigned to nobody."""
        return summed(each.counts.unassigned for each in self.rooms)

    @property
    def by_server(self) -> Mapping[ServerName, Count]:
        """What is assigned to people of each homeserver."""
        found: dict[ServerName, list[Count]] = defaultdict(list)
        for room in self.rooms:
            for server, count in room.counts.by_server.items():
                found[server].append(count)
        return {server: summed(counts) for server, counts in found.items()}

    def about(self, words: str) -> "Report":
        """Return what of this is called like *words*: whole projects, or single rooms; nothing called: all."""
        wanted = fold(words)
        found: Iterable[Group | None] = [_called(group, wanted) for group in self.groups]
        if not any(found):
            # Only where nothing is called just that: “Valbourg” is not also “Valbourg – Rivemont”.
            found = (_fitting(group, wanted) for group in self.groups)
        return Report(tuple(each for each in found if each is not None), self.now, self.since)


def collect(request: Request, sources: Sources) -> Report:
    """Count the rooms that whoever asks is in; those where nothing was ever to be done are left out."""
    now = request.here
    since = week_of(now)
    projects: dict[str, list[RoomReport]] = defaultdict(list)
    names: dict[str, str] = {}
    alone = []
    for scene in request.visible:
        found = _room(scene, sources, now, since)
        project = None if found is None else project_of(scene.state)
        if found is None:
            continue
        if project is None:
            alone.append(Group(found.name, (found,)))
        else:
            projects[project.id].append(found)
            names.setdefault(project.id, line(project.name, MAX_NAME))
    groups = [Group(names[each], tuple(sorted(some, key=_worst)), project=True) for each, some in projects.items()]
    return Report(tuple(sorted([*alone, *groups], key=_worst_group)), now, since)


def week_of(here: datetime) -> datetime:
    """Return when the week of *here* began: on Monday at midnight, in its own zone."""
    return datetime.combine(here.date() - timedelta(days=here.weekday()), time(), here.tzinfo)


def summed(counts: Iterable[Count]) -> Count:
    """Return *counts* together."""
    return reduce(Count.__add__, counts, Count())


def _room(scene: Scene, sources: Sources, now: datetime, since: datetime) -> RoomReport | None:
    counts = sources.census.count(scene.state, now, since)
    held, coming = _events(scene, sources.meetings, now, since)
    if counts is None and not held and not coming and not sources.goals.any(scene.state):
        return None
    goals = sources.goals.open(scene.state, now)
    return RoomReport(scene.room_id, line(scene.name, MAX_NAME), counts or Counts(), goals, held, coming)


def _events(
    scene: Scene, meetings: Meetings | None, now: datetime, since: datetime
) -> tuple[int, tuple[Happening, ...]]:
    """Return how many events took place since *since*, and those that are still to come, or are not over yet."""
    if meetings is None:
        return 0, ()
    found = [*meetings.during(scene, since.date(), (now + AHEAD).date())]
    coming = tuple(happening for happening in found if not happening.over(now))
    return len(found) - len(coming), coming


def _called(group: Group, wanted: str) -> Group | None:
    if wanted == fold(group.name):
        return group
    rooms = tuple(room for room in group.rooms if wanted == fold(room.name))
    return Group(group.name, rooms, group.project) if rooms else None


def _fitting(group: Group, wanted: str) -> Group | None:
    if wanted in fold(group.name):
        return group
    rooms = tuple(each for each in group.rooms if wanted in fold(each.name))
    return Group(group.name, rooms, group.project) if rooms else None


def _worst(room: RoomReport) -> tuple[int, int, str, str]:
    return (-room.counts.total.late, -room.counts.total.open, fold(room.name), room.room_id)


def _worst_group(group: Group) -> tuple[int, int, str, str]:
    return (-group.total.late, -group.total.open, fold(group.name), group.rooms[0].room_id)
