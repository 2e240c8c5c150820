"""A room was upgraded: what its register holds comes along into the new one (DESIGN.md, "Upgraded rooms")."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import structlog

from bots.assistant import card_store, errand_store, memory, sentences
from bots.assistant.lineage import Lineage
from bots.assistant.messages import reply_content, txn_of
from bots.assistant.registrar import Registrar
from bots.assistant.scene import Key
from bots.database.engine import Database, Transaction
from bots.matrix.events import Outgoing
from bots.matrix.port import Edge
from bots.register import roots
from bots.register.errors import Flaw
from bots.register.ledger import Ledger
from bots.register.operation import Operation
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)


class Listener(Protocol):
    """Who wants to know what a room has taken in."""

    async def changed(self, transaction: Transaction, room_id: RoomId, keys: Iterable[Key] | None) -> None:
        """Note that any object of the room may have changed."""

    async def erased(self, transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
        """Note that *operation* has been erased."""


@dataclass(slots=True)
class Upgrades:
    """Carries registers from upgraded rooms into those that follow them.

    What is to be carried is found by comparing the two rooms on disk, so nothing is remembered of it: *_carried* are
    those that were compared, and alike, since the last start and since anything came in the old one.
    """

    edge: Edge
    database: Database
    ledger: Ledger
    registrar: Registrar
    lineage: Lineage
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    listener: Listener
    offered: set[RoomId]
    """Rooms in which a snapshot may now be believed that was not before."""
    locale: str = "fr"
    _carried: set[tuple[RoomId, RoomId]] = field(default_factory=set)

    def touch(self, room_id: RoomId) -> None:
        """Note that something has come in a room: if it is closed, what follows it must learn of that."""
        self._carried -= {pair for pair in self._carried if pair[0] == room_id}

    def erased(self, room_id: RoomId) -> None:
        """Note that something was erased in a room: nothing of it may stay in those before it."""
        self._carried -= {pair for pair in self._carried if room_id in pair}

    def forget(self) -> None:
        """Compare all again: a transaction failed."""
        self._carried.clear()

    async def tend(self) -> None:
        """Carry what has come in closed rooms. Not inside a transaction."""
        for room in self.edge.rooms():
            for old, new in self._due(room.room_id):
                try:
                    async with self.ledger.begin(self.database, old, new) as transaction:
                        await self._carry(transaction, old, new)
                except BaseException:
                    self.forget()
                    raise

    async def settle(self, transaction: Transaction, room_id: RoomId) -> None:
        """Have a room hold what those before it held, before anything is answered there."""
        for old, new in self._due(room_id):
            await self._carry(transaction, old, new)

    def _due(self, room_id: RoomId) -> list[tuple[RoomId, RoomId]]:
        """Return what is to be carried so that *room_id* holds everything, the oldest first."""
        room = self.edge.room(room_id)
        if room is None or room.predecessor is None:
            return []
        chain = [room_id, *self.lineage.before(room_id)]
        pairs = [(old, new) for new, old in pairwise(chain) if self.edge.room(old) is not None]
        return [pair for pair in reversed(pairs) if pair not in self._carried]

    async def _carry(self, transaction: Transaction, old: RoomId, new: RoomId) -> None:
        carried = await self.ledger.carry(transaction, old, new)
        first = await self._arrive(transaction, old, new)
        if carried is None:
            if not first:
                # All of it was there: by a transaction that was committed, so it need not be looked at again.
                self._carried.add((old, new))
            return
        # Another room may follow the new one.
        self.touch(new)
        self.registrar.wrote(new)
        await self.listener.changed(transaction, new, None)
        for room_id, erased in ((new, carried.erased), (old, carried.left)):
            for operation in erased:
                await self.listener.erased(transaction, room_id, operation)
        _log.info("register_carried", room_id=new, predecessor=old, erased=len(carried.erased))

    async def _arrive(self, transaction: Transaction, old: RoomId, new: RoomId) -> bool:
        """Do what is done once: move what waits, open with a snapshot, tell people; tell whether this was it."""
        if not await memory.first_time(transaction, new, f"upgraded {old}", self.now_ms()):
            return False
        for key in await card_store.move(transaction, old):
            txn = txn_of(new, f"{self.edge.user_id} {key[1]}", "card")
            await card_store.inherit(transaction, new, key, txn)
        await errand_store.move(transaction, old, new)
        # What was refused as another room's may be believed now.
        await roots.reconsider(transaction, new, Flaw.OTHER_ROOM.value)
        self.offered.add(new)
        me = UserId(self.edge.user_id)
        here, there = self.edge.room(new), self.edge.room(old)
        if here is None or there is None:
            return True
        if self._first(here.joined & there.joined) == me:
            await roots.want(transaction, new, me, f"upgraded {old}")
            self.registrar.touched.add(new)
        if self._first(there.joined) == me:
            # The first of those who were there, whoever of them comes first: so it is said once.
            content = reply_content(sentences.moved_in(self.locale))
            txn = txn_of(new, old, "moved in")
            await self.edge.enqueue(Outgoing(new, txn, "m.room.message", content), transaction)
        return True

    def _first(self, present: Collection[UserId]) -> UserId:
        """Return which of the assistants that are *present* speaks; one that no list names yet speaks for itself."""
        return next((each for each in self.assistants() if each in present), UserId(self.edge.user_id))
