"""``!tâches exporter``: the tasks that fit, all of them, as a file in the room."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from bots.assistant.dispatch.threads import give_way, in_thread
from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.later.runner import Payload, excused
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.aims import OBJECTIVE
from bots.matrix.port import Edge
from bots.register.format.canonical import Json, encode
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Priority
from bots.tasks.lists import listing
from bots.tasks.lists.listing import Chosen
from bots.tasks.sheet import saying
from bots.tasks.sheet.writing import Seen, TaskSheet, cells, see
from bots.tasks.words.filters import Filters, Order, StatusFilter, Time
from config.identifiers import UserId

EXPORT: Final = "tasks.export"
SHEET: Final = "task.sheet"
"""Beside the tasks that an exported file shows: so that one of a single task is not taken for its card."""
_SLICE: Final = 50
"""Tasks that are read at once, two milliseconds: the room is answered in between."""
_IN_A_THREAD: Final = 1_000
_CONTENT_TYPE: Final = "text/csv"


def export(request: Request, rest: list[str]) -> Reply:
    """Leave the errand that sends the tasks which fit *rest*, the same words as of ``!tâches``."""
    chosen = listing.chosen(request, rest)
    if isinstance(chosen, Reply):
        return chosen
    errand = Errand(EXPORT, str(request.event_id), _payload(request, chosen))
    # Apart from the file: clients take a caption for its name, and then nothing opens it.
    order = None if chosen.wanted.state is StatusFilter.DONE else chosen.wanted.order
    return Reply(saying.exporting(request, order), errands=(errand,))


def _payload(request: Request, chosen: Chosen) -> Mapping[str, Json]:
    """Return what is asked for, without words: labels are people's own, and a payload must not outlive them."""
    wanted = chosen.wanted
    return {
        "state": wanted.state.name,
        "time": None if wanted.time is None else wanted.time.name,
        "order": wanted.order.name,
        "priority": None if wanted.priority is None else wanted.priority.value,
        "people": [str(each) for each in chosen.people],
        "objectives": [each.id for each in chosen.objectives],
        "labels": [_digest(request, each) for each in wanted.labels],
    }


def _digest(request: Request, label: str) -> str:
    """Return what a label is known by while it waits: of this command alone."""
    return hashlib.sha256(encode({"label": fold(label), "cause": str(request.event_id)})).hexdigest()


def _restored(request: Request, payload: Any, board: Board) -> Chosen:
    labels = {_digest(request, each): each for each in board.index.by_label} if payload["labels"] else {}
    wanted = Filters(
        state=StatusFilter[payload["state"]],
        time=None if payload["time"] is None else Time[payload["time"]],
        order=Order[payload["order"]],
        priority=None if payload["priority"] is None else Priority(payload["priority"]),
        # A label that nobody has (any more) fits nothing, and neither does its digest.
        labels=tuple(labels.get(each, each) for each in payload["labels"]),
    )
    named = [numbered.get(request.state, OBJECTIVE, each) for each in payload["objectives"]]
    gone = [numbered.Numbered(each, 0, "", "") for each in payload["objectives"]]
    objectives = tuple(found or lost for found, lost in zip(named, gone, strict=True))
    return Chosen(wanted, tuple(UserId(each) for each in payload["people"]), objectives)


@dataclass(frozen=True, slots=True)
class Exported:
    """A sheet that has been uploaded, and the *ids* of its tasks."""

    uploaded: Uploaded
    ids: tuple[str, ...]


class TaskExporter:
    """Does the errand (``Runner``)."""

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Exported:
        """Write the sheet and upload it."""
        room = edge.room(request.room_id)
        chosen = _restored(request, payload, Board(request.state))
        data, ids = await _written(request, chosen)
        # Of a room that we no longer know, nothing is told to the server.
        encrypted = room is None or room.encrypted
        file = await edge.upload(data, content_type=_CONTENT_TYPE, encrypted=encrypted)
        name = request.texts.gettext("tasks-{date}.csv").format(date=request.here.date().isoformat())
        uploaded = Uploaded(file, name, _CONTENT_TYPE, len(data))
        return Exported(uploaded, tuple(ids))

    def finish(self, request: Request, payload: Payload, prepared: Exported) -> Reply:
        """Send the file."""
        del payload
        # All that it shows, so that it goes when something of that is erased.
        shows = ((SHEET, str(request.event_id)), *((KIND, each) for each in prepared.ids))
        return Reply(NO_WORDS, attachment=prepared.uploaded, shows=shows)

    failed = excused(saying.not_exported)


async def _written(request: Request, chosen: Chosen) -> tuple[bytes, list[str]]:
    """Return the sheet of the tasks that fit, and their ids; what changes meanwhile may be in it or not, by task.

    Tasks are read here and not in the thread: the room goes on meanwhile, and its index is for one reader at a time.
    """
    ids, sheet, held = await _ids(request, chosen), TaskSheet(request.texts), list[str]()
    for start in range(0, len(ids), _IN_A_THREAD):
        seen = await _seen(request, ids[start : start + _IN_A_THREAD])
        held += [each.task.id for each in seen]
        await in_thread(_add, sheet, seen, request)
    return await in_thread(sheet.data), held


async def _ids(request: Request, chosen: Chosen) -> list[str]:
    found = listing.ids(request, Board(request.state), chosen)
    if isinstance(found, list):
        return found
    for start in range(0, len(found.ids), _IN_A_THREAD):
        found.read(start, start + _IN_A_THREAD)
        await give_way()
    return await in_thread(found.sorted)


async def _seen(request: Request, ids: Sequence[str]) -> list[Seen]:
    seen: list[Seen] = []
    for start in range(0, len(ids), _SLICE):
        board = Board(request.state)
        seen += [see(board, request, each) for each in board.tasks(ids[start : start + _SLICE])]
        await give_way()
    return seen


def _add(sheet: TaskSheet, seen: Sequence[Seen], request: Request) -> None:
    sheet.add(cells(each, request) for each in seen)
