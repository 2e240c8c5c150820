"""``exporter le bilan``: what is still to be done in all rooms, as a sheet for the Monday meeting (shell)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import ClassVar, Final

from bots.assistant.dispatch.threads import give_way, in_thread
from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import NOTHING, text
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.offers.census import Matter
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.assistant.words.files.cells import CONTENT_TYPE, CsvWriter
from bots.assistant.words.names.people import called
from bots.matrix.port import Edge
from bots.report import telling
from bots.report.collecting import Report, Sources, collect
from bots.report.sending import wanted_in
from config.identifiers import RoomId, UserId

SHEET: Final = "report.sheet"
MOST: Final = 5_000
"""Rows: nobody reads more at a meeting, and what fits is the most urgent of each room."""
_SLICE: Final = 50
"""Rows that are read at once: others are answered in between."""

Line = tuple[RoomId, str, tuple[str, ...]]
"""The room and the id of a task, and its cells."""


def errand(request: Request, wanted: str) -> Errand:
    """Return the errand of writing what *request* asks a sheet of; *wanted* is what it is to be about."""
    return Errand(SHEET, request.event_id, {"about": wanted})


@dataclass(frozen=True, slots=True)
class PreparedReport:
    """A sheet that the content repository has, the rooms that it tells of, and all that it shows."""

    uploaded: Uploaded
    rooms: frozenset[RoomId]
    shows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Export:
    """Writes and sends a sheet. Rooms and tasks are looked at anew: some time may have passed."""

    sources: Sources

    needs: ClassVar[Needs] = ROOMS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> PreparedReport | None:
        """Write and upload; None where others have come to read along, or nothing is left to show."""
        report = collect(request, self.sources).about(wanted_in(payload)) if request.private else None
        if report is None or not report.groups:
            return None
        lines, held = islice(_lines(request, report, self.sources), MOST), list[Line]()
        while some := [*islice(lines, _SLICE)]:
            held += some
            await give_way()
        data = await in_thread(_written, _heads(request), held)
        file = await edge.upload(data, content_type=CONTENT_TYPE, encrypted=True)
        name = request.texts.gettext("report-{day}.csv").format(day=report.now.date().isoformat())
        shows = tuple((ELSEWHERE, elsewhere(room_id, task_id)) for room_id, task_id, _ in held)
        rooms = frozenset(room.room_id for room in report.rooms)
        return PreparedReport(Uploaded(file, name, CONTENT_TYPE, len(data)), rooms, shows)

    def finish(self, request: Request, payload: Payload, prepared: PreparedReport | None) -> Reply | None:
        """Say it; where whoever asked has meanwhile left a room that it tells of, it is written anew without that."""
        if prepared is None or not request.private:
            return None
        if not prepared.rooms <= {scene.room_id for scene in request.visible}:
            return Reply(text(""), quiet=True, errands=(errand(request, wanted_in(payload)),))
        # Without a caption: clients take it for the file's name, and then nothing opens it.
        return Reply(NOTHING, attachment=prepared.uploaded, shows=prepared.shows)

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say that there will be no sheet."""
        del payload, error
        return Reply(telling.no_sheet(request)) if request.private else None


def _written(heads: Sequence[str], lines: Sequence[Line]) -> bytes:
    table = CsvWriter(heads)
    table.add(cells for _, _, cells in lines)
    return table.data()


def _heads(request: Request) -> tuple[str, ...]:
    gettext = request.texts.gettext
    first = (gettext("Project"), gettext("Room"), gettext("Number"), gettext("Task"), gettext("Assigned to"))
    return (*first, gettext("Due"), gettext("Time"), gettext("Late"), gettext("Blocked"))


def _lines(request: Request, report: Report, sources: Sources) -> Iterator[Line]:
    scenes = {scene.room_id: scene for scene in request.visible}
    for group in report.groups:
        for room in group.rooms:
            scene, project = scenes[room.room_id], group.name if group.project else ""
            for matter in sources.census.matters(scene.state, report.now):
                cells = _cells(request, scene, matter)
                yield room.room_id, matter.id, (project, telling.name_of(request, room), *cells)


def _cells(request: Request, scene: Scene, matter: Matter) -> tuple[str, ...]:
    yes = request.texts.gettext("yes")
    people = ", ".join(_name(person, scene) for person in matter.people)
    due = _point(request, matter.due)
    return (matter.label, matter.title, people, *due, yes if matter.late else "", yes if matter.blocked else "")


def _name(person: UserId, scene: Scene) -> str:
    return called(person, scene) or (person.localpart if person in scene.members else str(person))


def _point(request: Request, due: date | datetime | None) -> tuple[str, str]:
    """Return day and hour as ISO 8601 has them: every spreadsheet program reads that as a date."""
    if isinstance(due, datetime):
        local = due.astimezone(request.zone)
        return local.date().isoformat(), local.strftime("%H:%M")
    return ("" if due is None else due.isoformat()), ""
