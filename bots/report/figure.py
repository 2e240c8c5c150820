"""What the chart of a report shows, in words: the worst first, and no more than can be read (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.offers.census import Count, Goal
from bots.assistant.talk.request import Request
from bots.report.collecting import Report, RoomReport, summed
from bots.report.telling import goals, name_of, title

BARS: Final = 12
PROGRESSES: Final = 8


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a bar, none of which overlap: what is late and blocked is late."""

    done: int
    on_time: int
    late: int
    blocked: int

    @property
    def total(self) -> int:
        """How long the bar is."""
        return self.done + self.on_time + self.late + self.blocked


@dataclass(frozen=True, slots=True)
class Bar:
    """A project or a room: its name, what stands at the end of that line, and its parts."""

    name: str
    note: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class ObjectiveProgress:
    """An objective: *percent* of it is done. *place* is its room, empty where there is but one."""

    name: str
    place: str
    note: str
    percent: int
    late: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart. *legend* says what the parts of a bar are, in their order; *goals* stands above the objectives.

    *others* and *more* say what is left out of the bars and of the objectives: a bar of the rest would dwarf all.
    """

    title: str
    legend: tuple[str, str, str, str]
    bars: tuple[Bar, ...]
    others: str = ""
    goals: str = ""
    progresses: tuple[ObjectiveProgress, ...] = ()
    more: str = ""


def parts(count: Count) -> Parts:
    """Return *count* in parts that do not overlap."""
    blocked = count.blocked - count.both
    return Parts(count.done, count.open - count.late - blocked, count.late, blocked)


def figure(request: Request, report: Report, wanted: str = "") -> Figure:
    """Return what the chart of *report* shows."""
    gettext = request.texts.gettext
    legend = (gettext("done this week"), gettext("open, on time"), gettext("late"), gettext("blocked, not late"))
    found, rows = goals(report), _rows(request, report)
    return Figure(
        title(request, report, wanted),
        legend,
        tuple(_bar(request, name, count) for name, count in rows[:BARS]),
        _others(request, [count for _, count in rows[BARS:]]),
        gettext("Objectives") if found else "",
        tuple(_progress(request, report, room, goal) for room, goal in found[:PROGRESSES]),
        _more(request, len(found) - PROGRESSES),
    )


def _rows(request: Request, report: Report) -> list[tuple[str, Count]]:
    """Return what has a bar: the projects and rooms; of a single project, its rooms."""
    if len(report.groups) == 1:
        return [(name_of(request, each), each.counts.total) for each in report.groups[0].rooms]
    return [(each.name or name_of(request, each.rooms[0]), each.total) for each in report.groups]


def _others(request: Request, counts: Sequence[Count]) -> str:
    if not counts:
        return ""
    texts, total = request.texts, summed(counts)
    opened = texts.ngettext("{count} open", "{count} open", total.open).format(count=total.open)
    late = texts.gettext("{count} late").format(count=total.late)
    sentence = texts.ngettext("and {count} other: {open}, {late}", "and {count} others: {open}, {late}", len(counts))
    return sentence.format(count=len(counts), open=opened, late=late)


def _bar(request: Request, name: str, count: Count) -> Bar:
    opened = request.texts.ngettext("{count} open", "{count} open", count.open)
    return Bar(name, opened.format(count=count.open), parts(count))


def _progress(request: Request, report: Report, room: RoomReport, goal: Goal) -> ObjectiveProgress:
    gettext, tally = request.texts.gettext, goal.tally
    share = gettext("{percent}%").format(percent=tally.percent)
    note = f"{share} · {tally.done}/{tally.total}" if tally.total else gettext("no task yet")
    late = f" · {gettext('late')}" if goal.late else ""
    place = "" if len(report.rooms) == 1 else name_of(request, room)
    return ObjectiveProgress(goal.title, place, note + late, tally.percent, goal.late)


def _more(request: Request, count: int) -> str:
    if count <= 0:
        return ""
    return request.texts.ngettext("… and {count} more.", "… and {count} more.", count).format(count=count)
