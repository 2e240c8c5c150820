"""The errand that opens a box at the share server: noted, opened, said; the same after a crash (shell)."""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from bots.assistant.dispatch.reading.sources import attached_to
from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.talk.later.payload import as_number, as_object
from bots.assistant.talk.later.runner import Payload, tried_later
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.boxes.office import store
from bots.boxes.office.counter import Counter, date_of, why
from bots.boxes.talk import saying
from bots.boxes.talk.box import KIND, Box, BoxTerms
from bots.boxes.talk.boxing import made_of
from bots.boxes.talk.template import MOST_BYTES, WrongTemplate, read_template
from bots.links.box.keys import Entrance
from bots.links.client.boxes import OpenBox
from bots.links.client.errors import Away
from bots.matrix.errors import TooLarge
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from config.identifiers import EventId

_DEPOSITS: Final = 20
"""Deposits of the largest size that may wait in a box before it is full."""


class NotSo(Exception):
    """What a template wishes cannot be: *said* says why."""

    def __init__(self, said: Rich) -> None:
        super().__init__(said.plain)
        self.said = said


@dataclass(frozen=True, slots=True)
class BoxOpener:
    """Opens a box at the share server."""

    counter: Counter

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box:
        """Note it, then open it; raises :class:`WrongTemplate` and :class:`NotSo` where it is no box."""
        counter, maker = self.counter, self.counter.maker
        made, until = await self._wanted(request, payload, edge)
        most = await edge.largest_upload()
        if most is not None and most < made.size:
            # One file may be as large as its deposit, and is to come into the room.
            made = replace(made, size=most)
        cause = request.event_id
        box_id = maker.id(request.room_id, cause)
        async with counter.database.begin() as transaction:
            await store.keep(transaction, Box(box_id, request.room_id, cause, request.sender, until, made))
            # As it was noted first: what was done before a crash counts.
            box = await store.find(transaction, box_id)
        assert box is not None
        made = box.made
        descriptor = maker.descriptor(request.room_id, cause, made)
        entrance = Entrance.derive(descriptor.digest, box_id)
        expires, quota = date_of(box.until), made.size * _DEPOSITS
        opening = OpenBox(box_id, entrance.knock_hash, descriptor.sealed(box_id), expires, made.files, made.size, quota)
        await tried_later(counter.server().open(opening), Away)
        return box

    async def _wanted(self, request: Request, payload: Payload, edge: Edge) -> tuple[BoxTerms, int]:
        if "made" in payload:
            return BoxTerms.read(as_object(payload["made"])), as_number(payload["until"])
        event_id = EventId(str(payload["template"]))
        if not await could_read(edge, request.sender, request.room_id, event_id):
            raise WrongTemplate(1, "YAML")
        said = await edge.fetch_event(request.room_id, event_id)
        attached = attached_to(said.content) if isinstance(said, Event) else None
        if attached is None:
            raise WrongTemplate(1, "YAML")
        wanted = made_of(request, *read_template(await edge.download(attached.file, most=MOST_BYTES)))
        if isinstance(wanted, Rich):
            raise NotSo(wanted)
        return wanted

    def finish(self, request: Request, payload: Payload, prepared: Box) -> Reply:
        """Tell the address; the register gets what a lost store would need to come to the same box."""
        del payload
        made = prepared.made
        first: dict[str, Json] = {"creator": str(prepared.author), "made": made.as_json(), "until": prepared.until}
        cause: dict[str, Json] = {
            "box": prepared.box_id,
            "cause": str(prepared.cause),
            "room": str(prepared.room_id),
        }
        change = Change(KIND, prepared.object_id, set={"title": made.title}, first={**first, **cause})
        address = self.counter.maker.address(prepared.room_id, prepared.cause, made)
        said = saying.opened(request, prepared, str(address))
        return Reply(said, changes=(change,), shows=((KIND, prepared.object_id),))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why there is no box."""
        del payload
        match error:
            case NotSo():
                return Reply(error.said)
            case WrongTemplate():
                return Reply(saying.wrong_template(request, error))
            case TooLarge():
                return Reply(saying.wrong_template(request, WrongTemplate(1, "YAML")))
            case _:
                return Reply(saying.failed(request, why(error)))
