"""The errands about boxes that are open: how they stand, closed, extended, known again (shell)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from bots.assistant.talk.later.payload import as_number, as_object
from bots.assistant.talk.later.runner import Payload, tried_later, unsaid
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.words.objects.ending import is_told
from bots.boxes.office import store
from bots.boxes.office.counter import Counter, Excused, date_of
from bots.boxes.talk import deposit as register
from bots.boxes.talk import saying
from bots.boxes.talk.box import KIND, NEEDS, Box, BoxTerms, boxes
from bots.boxes.talk.saying import BoxStanding
from bots.links.client.errors import Away, ShareRefused
from bots.matrix.port import Edge
from bots.register.format.operation import Change
from config.identifiers import EventId, RoomId, UserId

_NOT_KNOWN: Final = 404
_MOST_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Looking(Excused):
    """Asks how the boxes of a room stand."""

    counter: Counter

    needs: ClassVar[Needs] = NEEDS
    """The boxes of the room."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> tuple[list[BoxStanding], int]:
        """Ask of each, or of those named, and count those that have no room; whose date has passed go last."""
        del edge
        now = self.counter.now_ms()
        known = [box for box in boxes(request) if is_told(payload, box.object_id)]
        held = sorted(known, key=lambda box: box.until <= now)
        return [await self._look(box) for box in held[:_MOST_LISTED]], max(0, len(held) - _MOST_LISTED)

    async def _look(self, box: Box) -> BoxStanding:
        try:
            state = await self.counter.server().look(box.box_id)
        except ShareRefused as exc:
            return BoxStanding(box, "closed" if exc.status == _NOT_KNOWN else "")
        except Away:
            return BoxStanding(box, "")
        until = int(state.expires.timestamp() * 1000)
        return BoxStanding(replace(box, until=until), state.state, state.deposits, state.waiting)

    def finish(self, request: Request, payload: Payload, prepared: tuple[Sequence[BoxStanding], int]) -> Reply:
        """List them, numbered, and the deposits in them that wait to be dealt with."""
        found, more = prepared
        standings = [standing for standing in found if standing.state != "closed"]
        shows = tuple((KIND, standing.box.object_id) for standing in standings)
        deposits = register.all_in(request.state)
        waiting = [deposit for deposit in deposits if is_told(payload, deposit.box)]
        said = saying.listed(request, standings, more, waiting)
        return Reply(said, shows=shows, lists=bool(shows))


@dataclass(frozen=True, slots=True)
class Addressing(Excused):
    """Tells the address of a box again: derived, as when it was opened; under other keys it would be another one."""

    counter: Counter

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box | None:
        """Find it."""
        del request, edge
        async with self.counter.database.begin() as transaction:
            return await store.find(transaction, str(payload["box"]))

    def finish(self, request: Request, payload: Payload, prepared: Box | None) -> Reply:
        """Say it, in the room that it was opened in."""
        del payload
        if prepared is None or prepared.closed or prepared.room_id != request.room_id:
            return Reply(saying.failed(request, "closed"))
        if not self.counter.maker.has_made(prepared):
            return Reply(saying.no_address(request, prepared))
        address = self.counter.maker.address(prepared.room_id, prepared.cause, prepared.made)
        return Reply(saying.address(request, prepared, str(address)), shows=((KIND, prepared.object_id),))


@dataclass(frozen=True, slots=True)
class Closing(Excused):
    """Closes a box at somebody's word."""

    counter: Counter

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box | None:
        """Close it at the server, then here."""
        del request, edge
        box_id = str(payload["box"])
        await tried_later(self.counter.server().close(box_id), Away)
        async with self.counter.database.begin() as transaction:
            await store.closing.end(transaction, box_id)
            return await store.find(transaction, box_id)

    def finish(self, request: Request, payload: Payload, prepared: Box | None) -> Reply:
        """Say that it is closed, and note it for whoever comes after us."""
        del payload
        if prepared is None:
            return Reply(saying.failed(request, "closed"))
        closing = Change(KIND, prepared.object_id, set={"closed": True})
        return Reply(saying.closed(request, prepared), changes=(closing,))


@dataclass(frozen=True, slots=True)
class Extending(Excused):
    """Has a box take deposits until another day; which stands in the payload, so that twice is once."""

    counter: Counter

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box | None:
        """Agree with the server."""
        del request, edge
        box_id, until = str(payload["box"]), as_number(payload["until"])
        await tried_later(self.counter.server().agree(box_id, date_of(until)), Away)
        async with self.counter.database.begin() as transaction:
            await store.extend(transaction, box_id, until)
            return await store.find(transaction, box_id)

    def finish(self, request: Request, payload: Payload, prepared: Box | None) -> Reply:
        """Say until when."""
        del payload
        return Reply(saying.failed(request, "closed") if prepared is None else saying.extended(request, prepared))


@dataclass(frozen=True, slots=True)
class Knowing:
    """Puts a box of ours back into our table, from what the register holds: under the id that it has."""

    counter: Counter

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Note it, unless it is known."""
        del edge
        cause, creator = EventId(str(payload["cause"])), UserId(str(payload["creator"]))
        made, until = BoxTerms.read(as_object(payload["made"])), as_number(payload["until"])
        # Where it was opened: the room may have been upgraded since.
        room_id = RoomId(str(payload["room"]))
        # Not derived anew where it is written: our keys may be others meanwhile, and it is the same box still.
        box_id = str(payload.get("box") or self.counter.maker.id(room_id, cause))
        async with self.counter.database.begin() as transaction:
            if not await store.is_known(transaction, room_id, cause):
                await store.keep(transaction, Box(box_id, room_id, cause, creator, until, made))

    def finish(self, request: Request, payload: Payload, prepared: None) -> None:
        """Say nothing."""

    # It is looked at again each hour.
    failed = unsaid
