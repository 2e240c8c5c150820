"""A room was upgraded: what its register holds comes along into the new one (DESIGN.md, "Upgraded rooms")."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.dispatch.admission import weighed
from bots.assistant.store import card_store, errand_store, memory
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import reply_content, txn_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.words.following import comes_along, strangers
from bots.database.engine import Database, Transaction
from bots.matrix.errors import Unreachable
from bots.matrix.events import Outgoing, Room
from bots.matrix.port import Edge
from bots.register.format.errors import Flaw
from bots.register.format.operation import Operation
from bots.register.store import roots
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)
_PATIENCE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class _Judged:
    """Whether one room may follow another, as they were at *at* (ms); not *asks*: nobody knows yet."""

    old: Room
    new: Room
    at: int
    allowed: bool
    asks: bool = True

    def still_holds(self, old: Room, new: Room, now: int) -> bool:
        """Tell whether nothing has changed that we would hear of, and it was not long ago: powers change, too."""
        same = self.old.members == old.members and self.new.members == new.members
        return self.allowed or (same and now - self.at < _PATIENCE_MS)


@dataclass(slots=True)
class Upgrades:
    """Carries registers from upgraded rooms into those that follow them.

    What is to be carried is found by comparing the two rooms on disk, so nothing is remembered of it: *_carried* are
    those that were compared, and alike, since the last start and since anything came in the old one.
    """

    edge: Edge
    database: Database
    ledger: Ledger
    lineage: Lineage
    board: NoticeBoard
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"
    _carried: set[tuple[RoomId, RoomId]] = field(default_factory=set)
    _judged: dict[tuple[RoomId, RoomId], "_Judged"] = field(default_factory=dict)

    def touch(self, room_id: RoomId) -> None:
        """Note that something has come in a room: if it is closed, what follows it must learn of that."""
        self._carried -= {pair for pair in self._carried if pair[0] == room_id}

    async def changed(self, transaction: Transaction, room_id: RoomId, keys: Collection[Key] | None) -> None:
        """Note that something has come in a room (``noticeboard.Changed``)."""
        self.touch(room_id)

    async def erased(self, transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
        """Note that something was erased in a room: nothing of it may stay in those before it (``Erased``)."""
        self._carried -= {pair for pair in self._carried if room_id in pair}

    def forget(self) -> None:
        """Compare all again: a transaction failed."""
        self._carried.clear()
        self._judged.clear()

    async def tend(self) -> None:
        """Carry what has come in closed rooms. Not inside a transaction."""
        for old, new in list(self._claimed()):
            async with self.database.begin() as transaction:
                await self._judge(transaction, old, new)
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
        for old, new in list(self._claimed()):
            if room_id in (old, new):
                await self._judge(transaction, old, new)
        for old, new in self._due(room_id):
            await self._carry(transaction, old, new)

    async def hear(self, request: Request, transaction: Transaction) -> Reply | None:
        """Let what is held apart come along at *request*, if its sender may; return what is said to them.

        Nothing in the new room, where it is said in a moment that it has come.
        """
        pair = self.held(request.room_id)
        assert pair is not None, "only there is it asked"
        (old, new), there = pair, self.edge.room(pair[0])
        powers = await self.edge.powers(old)
        if there is None or request.sender not in there.joined or not powers or not powers.may_invite(request.sender):
            return sentences.only_who_may_invite(self.locale)
        reply = weighed(request, sentences.it_comes_along(self.locale, new, self.edge.user_id.server))
        if reply.weighs:
            await memory.first_time(transaction, old, f"brought {new}", self.now_ms())
            self._judged.pop(pair, None)
            self.lineage.held.discard(pair)
        return None if reply.weighs and request.room_id == new else reply

    def held(self, room_id: RoomId) -> tuple[RoomId, RoomId] | None:
        """Return the (old, new) rooms that are held apart of which this is one."""
        return next((pair for pair in sorted(self.lineage.held) if room_id in pair), None)

    def _claimed(self) -> Iterator[tuple[RoomId, RoomId]]:
        """Yield the (old, new) rooms of which both say so, and that were not compared and alike since the start."""
        for room in self.edge.rooms():
            new = self.lineage.claimed(room)
            if new is not None and (room.room_id, new.room_id) not in self._carried:
                yield room.room_id, new.room_id

    async def _judge(self, transaction: Transaction, old: RoomId, new: RoomId) -> None:
        """Hold the two rooms apart, or do so no longer; ask, once, where somebody must allow it."""
        pair, there, here = (old, new), self.edge.room(old), self.edge.room(new)
        if there is None or here is None:
            return
        if await self._is_allowed(transaction, there, here):
            self.lineage.held.discard(pair)
            return
        self.lineage.held.add(pair)
        if self._judged[pair].asks:
            await self._ask(transaction, there, here)

    async def _is_allowed(self, transaction: Transaction, old: Room, new: Room) -> bool:
        pair, now = (old.room_id, new.room_id), self.now_ms()
        known = self._judged.get(pair)
        if known is not None and known.still_holds(old, new, now):
            return known.allowed
        before = await memory.was_said(transaction, new.room_id, f"upgraded {old.room_id}")
        if before or await memory.was_said(transaction, old.room_id, f"brought {new.room_id}"):
            self._judged[pair] = _Judged(old, new, now, allowed=True)
            return True
        try:
            there, here = await self.edge.powers(old.room_id), await self.edge.powers(new.room_id)
        except Unreachable:
            # Not to be known now: nothing is lost by waiting, and everything may be by guessing.
            self._judged[pair] = _Judged(old, new, now, allowed=False, asks=False)
            return False
        allowed = comes_along(old, new, there, here, self._served())
        self._judged[pair] = _Judged(old, new, now, allowed=allowed)
        return allowed

    def _served(self) -> frozenset[UserId]:
        return frozenset({self.edge.user_id, *self.assistants()})

    async def _ask(self, transaction: Transaction, old: Room, new: Room) -> None:
        """Ask in the old room, once, and say in the new one, once, what is missing there."""
        me = UserId(self.edge.user_id)
        if self._first(old.joined) == me:
            who = strangers(old, new, self._served())
            question = sentences.may_it_follow(self.locale, new.room_id, me.server, who)
            await self._say_once(transaction, old.room_id, f"asked {new.room_id}", question)
        if self._first(old.joined & new.joined) == me:
            told = sentences.has_not_followed(self.locale)
            await self._say_once(transaction, new.room_id, f"waits for {old.room_id}", told)

    async def _say_once(self, transaction: Transaction, room_id: RoomId, what: str, reply: Reply) -> None:
        if await memory.first_time(transaction, room_id, what, self.now_ms()):
            message = Outgoing(room_id, txn_of(room_id, what, "upgrade"), "m.room.message", reply_content(reply))
            await self.edge.enqueue(message, transaction)

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
        self.board.wrote(new)
        await self.board.changed(transaction, new, None)
        for room_id, erased in ((new, carried.erased), (old, carried.left)):
            for operation in erased:
                await self.board.erased(transaction, room_id, operation)
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
        # A snapshot may now be believed that was not before.
        self.board.offered.add(new)
        me = UserId(self.edge.user_id)
        here, there = self.edge.room(new), self.edge.room(old)
        if here is None or there is None:
            return True
        if self._first(here.joined & there.joined) == me:
            await roots.note_wanted(transaction, new, me, f"upgraded {old}")
            self.board.touched.add(new)
        if self._first(there.joined) == me:
            # The first of those who were there, whoever of them comes first: so it is said once.
            content = reply_content(sentences.moved_in(self.locale))
            txn = txn_of(new, old, "moved in")
            await self.edge.enqueue(Outgoing(new, txn, "m.room.message", content), transaction)
        return True

    def _first(self, present: Collection[UserId]) -> UserId:
        """Return which of the assistants that are *present* speaks; one that no list names yet speaks for itself."""
        return next((each for each in self.assistants() if each in present), UserId(self.edge.user_id))
