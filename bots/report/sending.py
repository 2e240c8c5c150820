"""The chart of a report, on its way: drawn in a thread, uploaded encrypted, and said to whom it concerns (shell)."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from bots.assistant.dispatch.painting import Painted, painted
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import text
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import ELSEWHERE, elsewhere
from bots.matrix.port import Edge
from bots.report import telling
from bots.report.collecting import Report, Sources, collect
from bots.report.figure import PROGRESSES, figure

KIND: Final = "report.chart"


def errand(request: Request, wanted: str) -> Errand:
    """Return the errand of drawing what *request* asks a report of; *wanted* is what it is to be about."""
    return Errand(KIND, request.event_id, {"about": wanted})


@dataclass(frozen=True, slots=True)
class Chart:
    """Draws and sends a chart. Rooms and numbers are looked at anew: some time may have passed."""

    sources: Sources

    needs: ClassVar[Needs] = ROOMS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Painted | None:
        """Draw and upload; None where others have come to read along, or nothing is left to show."""
        wanted = wanted_in(payload)
        report = collect(request, self.sources).about(wanted) if request.private else None
        if report is None or not report.groups:
            return None
        # Only who asks for a chart pays for Pillow.
        from bots.report.drawing import draw  # noqa: PLC0415

        name = request.texts.gettext("report-{day}.png").format(day=report.now.date().isoformat())
        return Painted(
            await painted(edge, partial(draw, figure(request, report, wanted)), name, encrypted=True),
            frozenset(each.room_id for each in report.rooms),
            f"{telling.title(request, report, wanted)} – {telling.summary(request, report.total)}",
            shown(report, PROGRESSES),
        )

    def finish(self, request: Request, payload: Payload, prepared: Painted | None) -> Reply | None:
        """Say it; where whoever asked has meanwhile left a room that it tells of, it is drawn anew without that."""
        if prepared is None or not request.private:
            return None
        if not prepared.rooms <= {each.room_id for each in request.visible}:
            return Reply(text(""), quiet=True, errands=(errand(request, wanted_in(payload)),))
        return Reply(text(prepared.caption), attachment=prepared.uploaded, shows=prepared.shows)

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say that there will be no chart."""
        del payload, error
        return Reply(telling.no_picture(request)) if request.private else None


def shown(report: Report, most: int) -> tuple[tuple[str, str], ...]:
    """Return the objectives whose titles are told, as other rooms' are noted: what shows them must go with them."""
    return tuple((ELSEWHERE, elsewhere(room.room_id, goal.id)) for room, goal in telling.goals(report)[:most])


def coming(report: Report, most: int) -> tuple[tuple[str, str], ...]:
    """Return the events whose titles are told, likewise."""
    return tuple((ELSEWHERE, elsewhere(room.room_id, event.key[1])) for room, event in report.coming[:most])


def wanted_in(payload: Payload) -> str:
    """Return what an errand of ours is to be about."""
    wanted = payload.get("about")
    return wanted if isinstance(wanted, str) else ""
