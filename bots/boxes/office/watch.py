"""Fetches what has come in the boxes, box by box in its order; closes those in whose room nobody is left (shell)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

import structlog

from bots.assistant.store import errand_store, memory
from bots.assistant.store.closing import Closer
from bots.assistant.store.watch import Watch
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.boxes.office import store
from bots.boxes.talk import errands
from bots.boxes.talk.box import NAME, Box
from bots.boxes.talk.deposit import KIND, WHOLE
from bots.boxes.talk.secrets import BoxMaker
from bots.database.engine import Database, Transaction
from bots.links.client.boxes import Arrival, BoxServer
from bots.links.client.errors import Away
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from config.identifiers import EventId, RoomId

_log = structlog.get_logger(__name__)
_EVERY_MS: Final = 2_000
_AGAIN_MS: Final = 60_000
"""After so long a deposit that could not be posted is tried again; meanwhile it waits, and holds up its box only."""
_HOUR_MS: Final = 3_600_000
"""How often authors are looked for, and a deposit is tried that is set aside."""
_MOST_UPGRADES: Final = 20


@dataclass(slots=True)
class BoxWatch(Watch):
    """Implements ``Keeper`` for boxes. *soon* has the errands looked at."""

    name: ClassVar[str] = NAME
    edge: Edge
    database: Database
    server: Callable[[], BoxServer]
    maker: BoxMaker
    now_ms: Callable[[], int]
    soon: Callable[[int], None] = lambda _: None
    lineage: Lineage = field(init=False)
    """Which room follows which: a box goes along."""
    closer: Closer = field(init=False)
    _due: int = 0
    _hourly: int = 0
    _used: bool = False
    """There has been a box: the server is asked."""
    _tried: dict[str, int] = field(default_factory=dict)
    """Until when (ms) a deposit is not tried again; meanwhile nothing of its box is."""
    _aside: dict[str, int] = field(default_factory=dict)
    """Until when (ms) one is not that its room knows not to come; the others of its box are."""
    _strange: set[str] = field(default_factory=set)
    """Boxes in which something waits, and which we do not know."""
    unknown: int = 0
    """Deposits that wait in such boxes, as far as the server tells: nobody knows whose room is to have them."""

    def __post_init__(self) -> None:
        self.lineage = Lineage(self.edge)
        self.closer = Closer(
            store.closing,
            self.database,
            lambda box_id: self.server().close(box_id),
            lambda box_id: _log.info("box_closed", box=box_id),
        )

    async def moved(self, room_id: RoomId, event: Event, transaction: Transaction) -> None:
        """A box outlives whoever opened it: it is the room's. Where none of our town is left, it is closed, hourly."""
        self._hourly = 0

    async def withdraw(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Close the box whose command is redacted; where a deposit's message is, all that shows it goes."""
        for box in await store.open_in(transaction, room_id):
            if box.cause == event_id:
                await self.closer.doom(transaction, box.box_id)
        shown = await memory.shown_by(transaction, room_id, event_id)
        return next(((KIND, object_id) for kind, object_id in shown if kind == WHOLE), None)

    async def bring(self, request: Request, transaction: Transaction) -> tuple[Box, ...]:
        """Return the boxes of the room, and of those that it follows, open or not, with who has their keys."""
        rooms = (request.room_id, *self.lineage.before(request.room_id))
        found = [box for room_id in rooms for box in await store.all_in(transaction, room_id)]
        return tuple(replace(box, locked=not self.maker.has_made(box)) for box in found)

    async def tend(self) -> None:
        """Look for what has come; tell the server what is closed."""
        now = self.now_ms()
        hourly = self._hourly <= now
        if hourly:
            await self._look()
            self._hourly = now + _HOUR_MS
        await self.closer.tend()
        if self._due <= now:
            self._due = now + _EVERY_MS
            # Where we know of no box there may be one all the same: our store may be another one.
            if hourly or self._strange or await self._is_used():
                await self._collect()

    async def _is_used(self) -> bool:
        if not self._used:
            async with self.database.begin() as transaction:
                self._used = await store.any_at_all(transaction)
        return self._used

    async def _collect(self) -> None:
        """Have the first deposit of each box posted that is not set aside: in one box, one after the other."""
        try:
            waiting = await self.server().waiting()
            seen = {name for first in waiting for name in await self._post_in_box(first)}
        except Away:
            # It is asked again in a moment; how long it is away shows in its own health.
            return
        self._strange &= {first.box for first in waiting}
        self.unknown = sum(first.waiting for first in waiting if first.box in self._strange)
        for until in (self._tried, self._aside):
            for name in until.keys() - seen:
                del until[name]

    async def _post_in_box(self, first: Arrival) -> set[str]:
        """Have what waits longest in a box posted, but for what is set aside; return all that was looked at."""
        seen, page = set[str](), [first]
        while page:
            for arrival in page:
                seen.add(arrival.deposit)
                if not await self._post(arrival):
                    return seen
            page = [*await self.server().waiting_behind(page[-1])]
        return seen

    async def _post(self, arrival: Arrival) -> bool:
        """Have it posted, unless it was tried just now; tell whether what came after it in its box may go before it."""
        now = self.now_ms()
        if self._aside.get(arrival.deposit, 0) > now:
            return True
        if self._tried.get(arrival.deposit, 0) > now:
            return False
        async with self.database.begin() as transaction:
            box = await store.find(transaction, arrival.box)
            if box is None:
                self._note_strange(arrival.box)
                return False
            self._strange.discard(arrival.box)
            room_id = self._now(box.room_id)
            return room_id is not None and await self._leave(transaction, arrival, box, room_id)

    async def _leave(self, transaction: Transaction, arrival: Arrival, box: Box, room_id: RoomId) -> bool:
        """Leave the errand, unless it waits; tell whether *arrival* is set aside, as its room was told."""
        now, deposit = self.now_ms(), arrival.deposit
        told = await errand_store.due_at(transaction, errands.HELD, errands.aside_key(deposit), room_id) is not None
        if told and deposit not in self._aside:
            self._aside[deposit] = now + _HOUR_MS
            return True
        for kind in (errands.POST, errands.TELL):
            if await errand_store.due_at(transaction, kind, deposit, room_id) is not None:
                return told
        payload: dict[str, Json] = {"deposit": deposit, "box": arrival.box, "kept": arrival.kept, "told": told}
        await errand_store.keep(
            transaction,
            errand_store.WaitingErrand(errands.POST, deposit, room_id, payload, arrival.kept, box.cause, box.author),
        )
        if told:
            self._aside[deposit] = now + _HOUR_MS
        else:
            self._tried[deposit] = now + _AGAIN_MS
        self.soon(0)
        return told

    def _note_strange(self, box_id: str) -> None:
        if box_id not in self._strange:
            _log.warning("box_not_known", box=box_id)
        self._strange.add(box_id)

    def _now(self, room_id: RoomId) -> RoomId | None:
        """Return the room that a box's room has become; None where we are not in it."""
        for _ in range(_MOST_UPGRADES):
            after = self.lineage.after(room_id)
            if after is None:
                break
            room_id = after
        return room_id if self.edge.room(room_id) is not None else None

    async def _look(self) -> None:
        """Close the boxes whose room we have left, or where nobody of our town is left to read what comes."""
        me = self.edge.user_id
        async with self.database.begin() as transaction:
            for box in await store.all_open(transaction):
                room_id = self._now(box.room_id)
                room = None if room_id is None else self.edge.room(room_id)
                ours = [] if room is None else [user for user in room.joined if user.server == me.server and user != me]
                if not ours:
                    await self.closer.doom(transaction, box.box_id)
