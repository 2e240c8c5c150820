"""A report in words and tables: what fits a message, the worst first, and the rest in a sum (pure)."""

from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.markup import Rich, blocks, code, fill, join, room_link, strong, table, text
from bots.assistant.talk.offers.agenda import Happening
from bots.assistant.talk.offers.census import Count, Goal
from bots.assistant.talk.reply import MAX_BODY, MAX_HTML
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.report.collecting import Group, Report, RoomReport, Sources, summed
from bots.when.saying import say
from config.texts import mark

GOALS: Final = 12
"""Objectives that are told, at most."""
COMING: Final = 12
"""Events that are told, at most."""
_LIMITS: Final = (30, 20, 12, 8, 5, 3, 1)
"""How many lines a table may have: the first with which all of it fits counts."""
_PER_PROJECT: Final = 6
_NAMES: Final = 20
_TITLE: Final = 60
_CELLS: Final = 5
NUMBERS: Final = (1, 2, 3, 4)
"""The columns of a table that hold numbers."""

Row = tuple[Rich, ...]


def told(request: Request, report: Report, sources: Sources, wanted: str = "") -> Rich:
    """Return *report* as a message holds it; *wanted* is what it was asked to be about."""
    for most in _LIMITS:
        said = blocks(_parts(request, report, sources, wanted, most))
        if len(said.plain) <= MAX_BODY and len(said.html) <= MAX_HTML:
            return said
    return said


def title(request: Request, report: Report, wanted: str = "") -> str:
    """Return what stands above a report: its day, and what it is about."""
    gettext = request.texts.gettext
    day = say(report.now.date(), request.language)
    if wanted:
        return gettext("Report of {day}, “{wanted}”").format(day=day, wanted=wanted)
    return gettext("Report of {day}").format(day=day)


def summary(request: Request, count: Count) -> str:
    """Return *count* in one sentence: ``12 ouvertes, dont 3 en retard et 2 bloquées ; 5 faites cette semaine``."""
    texts = request.texts
    opened = texts.ngettext("{count} open task", "{count} open tasks", count.open).format(count=count.open)
    done = texts.ngettext("{count} done this week", "{count} done this week", count.done).format(count=count.done)
    late = texts.gettext("{count} late").format(count=count.late)
    blocked = texts.ngettext("{count} blocked", "{count} blocked", count.blocked).format(count=count.blocked)
    sentence = texts.gettext("{open} ({late}, {blocked}); {done}")
    return sentence.format(open=opened, late=late, blocked=blocked, done=done)


def only_in_private(request: Request) -> Rich:
    """Refuse where others read along, and say how to ask."""
    if request.doubted:
        return doubted(request.texts, request.sender, request.served_by.server)
    gettext = request.texts.gettext
    sentence = gettext(
        "A report covers all your rooms, and others would read it here. Ask me in a direct, encrypted conversation "
        "that only you and I are in: select my name, then “Message”, and write {command}."
    )
    return fill(sentence, command=code(gettext("!report")))


def nothing(request: Request) -> Rich:
    """Say that there is nothing to report."""
    gettext = request.texts.gettext
    sentence = gettext("There is no task and no objective in the rooms that you and I are in. {add} adds one there.")
    return fill(sentence, add=code(gettext("!task add call the fire brigade @dgs")))


def unknown(request: Request, wanted: str, report: Report) -> Rich:
    """Say that nothing is called *wanted*, and what there is."""
    gettext = request.texts.gettext
    names = list(dict.fromkeys(_name(request, each.name) for each in report.groups))
    shown = join(", ", [text(each) for each in (*names[:_NAMES], *(["…"] if len(names) > _NAMES else []))])
    sentence = gettext("None of your projects and rooms is called “{wanted}”. There are: {names}.")
    return fill(sentence, wanted=code(wanted), names=shown)


no_picture: Final = says(mark("I could not send the chart; the tables above are complete without it."))
"""Say that the chart could not be sent."""


def exporting(request: Request, report: Report, most: int) -> Rich:
    """Say what the sheet will hold that is on its way; *most* are the rows that it has room for."""
    texts = request.texts
    count = report.total.open
    where = texts.ngettext("{count} room", "{count} rooms", len(report.rooms)).format(count=len(report.rooms))
    sentence = texts.ngettext(
        "The sheet is on its way: {count} open task of {rooms}.",
        "The sheet is on its way: {count} open tasks of {rooms}.",
        count,
    )
    said = text(sentence.format(count=count, rooms=where))
    cut_off = texts.gettext("It holds the first {most}; “{example}” exports one project.")
    example = texts.gettext("export the report Lys")
    return join(" ", (said, text(cut_off.format(most=most, example=example)))) if count > most else said


no_sheet: Final = says(mark("I could not send the sheet; please ask for it again."))
"""Say that the sheet could not be sent."""


def name_of(request: Request, room: RoomReport) -> str:
    """Return what a room is called."""
    return _name(request, room.name)


def goals(report: Report) -> list[tuple[RoomReport, Goal]]:
    """Return the objectives, the late ones first, then as their rooms come."""
    found = [(room, goal) for room in report.rooms for goal in room.goals]
    return sorted(found, key=lambda each: (not each[1].late, not each[1].tally.late))


def cut(words: str, most: int) -> str:
    """Return *words*, at most *most* characters of them."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _name(request: Request, name: str) -> str:
    return name or request.texts.gettext("unnamed room")


def _parts(request: Request, report: Report, sources: Sources, wanted: str, most: int) -> Iterator[Rich]:
    gettext = request.texts.gettext
    yield strong(title(request, report, wanted))
    rooms = len(report.rooms)
    where = request.texts.ngettext("In {count} room: {summary}.", "In {count} rooms: {summary}.", rooms)
    yield text(where.format(count=rooms, summary=summary(request, report.total)))
    if report.held or report.coming:
        yield text(_events(request, report))
    yield table(head(request, gettext("Project or room")), _rooms(request, report, most), NUMBERS)
    servers = [*_collectivities(request, report, sources, most)]
    if servers:
        yield strong(gettext("By collectivity"))
        yield table(head(request, gettext("Assigned to")), servers, NUMBERS)
        if _counted_twice(report):
            yield text(gettext("What people of several collectivities share is counted for each of them."))
    coming = report.coming
    if coming:
        yield strong(gettext("Coming up"))
        yield table(_coming_head(request), _coming(request, coming[: min(most, COMING)]))
        yield from _left_out(request, len(coming) - min(most, COMING))
    found = goals(report)
    if found:
        yield strong(gettext("Objectives"))
        yield table(_goal_head(request), _goals(request, report, min(most, GOALS)), (2,))
        yield from _left_out(request, len(found) - min(most, GOALS))


def _left_out(request: Request, count: int) -> Iterator[Rich]:
    if count > 0:
        more = request.texts.ngettext("… and {count} more.", "… and {count} more.", count)
        yield text(more.format(count=count))


def head(request: Request, first: str) -> Row:
    """Return what stands above the numbers of :func:`numbers`, *first* above what they are of."""
    gettext = request.texts.gettext
    heads = (first, gettext("Open"), gettext("Late"), gettext("Blocked"), gettext("Done this week"))
    return tuple(text(each) for each in heads)


def _rooms(request: Request, report: Report, most: int) -> Iterator[Row]:
    for group in report.groups[:most]:
        if not group.project:
            yield (_link(request, group.rooms[0]), *numbers(group.total))
            continue
        yield (_project(request, group), *numbers(group.total, bold=True))
        shown = group.rooms[: min(most, _PER_PROJECT)]
        for room in shown:
            yield (join(" ", (text("›"), _link(request, room))), *numbers(room.counts.total))
        yield from _rest(request, group.rooms[len(shown) :], inside=True)
    yield from _rest(request, [room for group in report.groups[most:] for room in group.rooms])
    if len(report.groups) > 1:
        yield (strong(request.texts.gettext("Total")), *numbers(report.total, bold=True))


def _rest(request: Request, rooms: Sequence[RoomReport], *, inside: bool = False) -> Iterator[Row]:
    if not rooms:
        return
    sentence = request.texts.ngettext("and {count} other room", "and {count} other rooms", len(rooms))
    words = text(sentence.format(count=len(rooms)))
    name = join(" ", (text("›"), words)) if inside else words
    yield (name, *numbers(summed(each.counts.total for each in rooms)))


def _project(request: Request, group: Group) -> Rich:
    count = len(group.rooms)
    sentence = request.texts.ngettext("{project} ({count} room)", "{project} ({count} rooms)", count)
    return fill(sentence, project=strong(cut(group.name, _TITLE)), count=text(str(count)))


def _collectivities(request: Request, report: Report, sources: Sources, most: int) -> Iterator[Row]:
    """Yield what each collectivity has: where there is but one, that is the table above."""
    held = sorted(report.by_server.items(), key=lambda each: (-each[1].late, -each[1].open, each[0]))
    nobody = report.unassigned
    if len(held) < 2 and not (held and nobody != Count()):
        return
    for server, count in held[:most]:
        yield (text(cut(sources.collectivity(server), _TITLE)), *numbers(count))
    if held[most:]:
        sentence = request.texts.ngettext("{count} other", "{count} others", len(held) - most)
        yield (text(sentence.format(count=len(held) - most)), *numbers(summed(each for _, each in held[most:])))
    if nobody != Count():
        yield (text(request.texts.gettext("Not assigned")), *numbers(nobody))


def _counted_twice(report: Report) -> bool:
    return summed((*report.by_server.values(), report.unassigned)) != report.total


def _events(request: Request, report: Report) -> str:
    texts, coming = request.texts, len(report.coming)
    held = texts.ngettext("{count} event took place this week.", "{count} events took place this week.", report.held)
    ahead = texts.ngettext(
        "{count} event is to come in the next two weeks.", "{count} events are to come in the next two weeks.", coming
    )
    said = ((held, report.held), (ahead, coming))
    return " ".join(sentence.format(count=count) for sentence, count in said if count)


def _coming_head(request: Request) -> Row:
    gettext = request.texts.gettext
    return tuple(text(words) for words in (gettext("Event"), gettext("When"), gettext("Room")))


def _coming(request: Request, coming: Sequence[tuple[RoomReport, Happening]]) -> Iterator[Row]:
    for room, happening in coming:
        when = text(say(happening.begins, request.language))
        yield text(cut(happening.title, _TITLE)), when, _link(request, room)


def _goal_head(request: Request) -> Row:
    gettext = request.texts.gettext
    return tuple(text(each) for each in (gettext("Objective"), gettext("Progress"), gettext("Tasks"), gettext("By")))


def _goals(request: Request, report: Report, most: int) -> Iterator[Row]:
    gettext = request.texts.gettext
    for room, goal in goals(report)[:most]:
        tally = goal.tally
        full = _CELLS * tally.percent // 100
        bar = "▰" * full + "▱" * (_CELLS - full)
        share = gettext("{percent}%").format(percent=tally.percent)
        day = text("–" if goal.target is None else say(goal.target, request.language))
        yield (
            fill(
                gettext("{title} (no. {number}, {room})"),
                title=text(cut(goal.title, _TITLE)),
                number=text(goal.label),
                room=_link(request, room),
            ),
            text(f"{bar} {share}" if tally.total else gettext("no task yet")),
            text(f"{tally.done}/{tally.total}" if tally.total else "–"),
            join(" ", (strong(gettext("late")), text("·"), day)) if goal.late else day,
        )


def _link(request: Request, room: RoomReport) -> Rich:
    return room_link(room.room_id, cut(name_of(request, room), _TITLE))


def numbers(count: Count, *, bold: bool = False) -> Row:
    """Return the cells of *count*."""
    dress = strong if bold else text
    return tuple(dress(str(each)) for each in (count.open, count.late, count.blocked, count.done))
