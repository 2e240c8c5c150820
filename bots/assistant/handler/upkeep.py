"""What is done between events: whatever is due, one thing after the other, and none keeps another waiting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from bots.assistant.handler.apologies import Apologies
from bots.assistant.handler.cards import Cards
from bots.assistant.handler.erasure import Eraser
from bots.assistant.handler.identities import Identities
from bots.assistant.handler.keeping import Keepers
from bots.assistant.handler.people import People
from bots.assistant.handler.questions import Questions
from bots.assistant.handler.reactions import Reactions
from bots.assistant.handler.repeats import Repeats
from bots.assistant.handler.way.line import Line
from bots.assistant.store import looking, memory, pending
from bots.assistant.sync.catchup import CatchUp
from bots.assistant.sync.chapters import Chapters
from bots.assistant.sync.chores import Chores
from bots.assistant.sync.newcomers import Newcomers
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.readiness import Readiness
from bots.assistant.sync.redaction_check import RedactionCheck
from bots.assistant.sync.registrar import Registrar
from bots.assistant.sync.upgrades import Upgrades
from bots.assistant.talk.gathering import WaitingReaction
from bots.database.engine import Database
from config.identifiers import RoomId, UserId

_HOUR_MS: Final = 3_600_000
_ROOMS_AT_ONCE: Final = 50
"""Rooms whose errands are compared with their registers before anything else has its turn."""


@dataclass(slots=True)
class Upkeep:
    """Does what is due. Asked after each sync and each second: whatever takes long is done by one of them."""

    database: Database
    line: Line
    board: NoticeBoard
    people: People
    reactions: Reactions
    questions: Questions
    apologies: Apologies
    cards: Cards
    eraser: Eraser
    identities: Identities
    repeats: Repeats
    keepers: Keepers
    registrar: Registrar
    newcomers: Newcomers
    catch_up: CatchUp
    redaction_check: RedactionCheck
    chapters: Chapters
    upgrades: Upgrades
    readiness: Readiness
    now_ms: Callable[[], int]
    chores: Chores = field(init=False)
    stands: int = 0
    """When (ms) the errands are next compared with what stands in the registers: at a start, and each hour."""
    _standing: list[RoomId] = field(default_factory=list)
    """The rooms that are still to be compared this time."""
    _meeting: bool = False
    """Somebody loads what is known of rooms that are new to us."""
    _busy: bool = False
    """Somebody moves snapshots: that may take long, and nobody waits for it."""

    def __post_init__(self) -> None:
        self.chores = Chores(self.now_ms)

    async def idle(self) -> None:
        """Do what is due: answer reactions that waited, draw cards, tell and ask the other assistants."""
        do = self.chores.do
        await do("upgrades", "", self.upgrades.tend)
        await self.meet_rooms()
        if self.stands <= self.now_ms():
            await do("errands", "", self._stand)
        await do("identities", "", self.identities.tend)
        await do("doomed messages", "", self._clear_doomed)
        for room_id in self.registrar.due():
            await do("register", room_id, partial(self._tend_register, room_id))
        for room_id in self.repeats.due():
            await do("repeats", room_id, partial(self.repeats.tend, room_id))
        if self.reactions.due():
            await do("held reactions", "", self._answer_held)
        if self.cards.due():
            await do("cards", "", self._tend_cards)
        for room_id, person in self.apologies.due():
            await do("apology", f"{room_id} {person}", partial(self._apologise, room_id, person))
        for keeper in self.keepers.each:
            await do("keeping", keeper.name, keeper.tend)
        if not self._busy:
            await self._move_snapshots()
        self.line.writer.notices.sweep(self.now_ms())
        await self.readiness.tend()

    async def _tend_register(self, room_id: RoomId) -> None:
        async with self.line.ledger.begin(self.database, room_id) as transaction:
            await self.registrar.tend(room_id, transaction)

    async def _tend_cards(self) -> None:
        async with self.database.begin() as transaction:
            await self.cards.tend(transaction)

    async def _apologise(self, room_id: RoomId, person: UserId) -> None:
        async with self.database.begin() as transaction:
            await self.apologies.tell_sum(transaction, room_id, person)

    async def _answer_held(self) -> None:
        """Answer the reactions that have waited, those of one person apart from others'."""
        async with self.database.begin() as transaction:
            groups = await self.reactions.held(transaction)
        for held in groups:
            about = f"{held[0].room_id} {held[0].sender}"
            give_up = partial(self._give_up_held, held)
            await self.chores.do("held reaction", about, partial(self._answer_group, held), give_up)

    async def _answer_group(self, held: Sequence[WaitingReaction]) -> None:
        try:
            async with self.line.ledger.begin(self.database) as transaction:
                await self.reactions.answer(transaction, held)
        except BaseException:
            self.line.writer.notices.close(held[0].room_id)
            raise

    async def _give_up_held(self, held: Sequence[WaitingReaction]) -> None:
        async with self.database.begin() as transaction:
            for reaction in held:
                await memory.release(transaction, reaction.room_id, reaction.event_id, reaction.sender)
            self.reactions.windows.answered(held[0].room_id, held[0].sender)
            await self.apologies.failed(held[0].room_id, held[0].sender, held[0].event_id, transaction)

    async def _clear_doomed(self) -> None:
        """Redact what was on its way to the server when what it shows was erased, and is there now."""
        if not self.board.doomed:
            return
        # First: what arrives meanwhile is for the next time.
        self.board.doomed = False
        try:
            async with self.database.begin() as transaction:
                found = await memory.doomed(transaction)
            for room_id, event_id in found:
                async with self.line.ledger.begin(self.database, room_id) as transaction:
                    await self.eraser.arrived(transaction, room_id, event_id)
        except BaseException:
            self.board.doomed = True
            raise

    async def _stand(self) -> None:
        """Have the errands wait that follow from the registers: the table of them may be lost, or one have failed."""
        if not self._standing and self.line.dispatcher.following.stands(None):
            self._standing = [room.room_id for room in self.line.edge.rooms()]
        some, self._standing = self._standing[:_ROOMS_AT_ONCE], self._standing[_ROOMS_AT_ONCE:]
        for room_id in some:
            room = self.line.edge.room(room_id)
            if room is not None:
                async with self.line.ledger.begin(self.database, room_id) as transaction:
                    await self.line.writer.stand(transaction, room)
        if self._standing:
            # The others have their turn when we are idle again: nobody's card waits for a thousand conversations.
            return
        async with self.database.begin() as transaction:
            await memory.forget_said(transaction, self.now_ms() - 48 * _HOUR_MS)
            await self.questions.forget(transaction)
            await looking.forget(transaction, self.now_ms() - _HOUR_MS)
        # Noted by a transaction that had not ended when we looked: only where there are several at a time.
        self.board.doomed = True
        self.stands = self.now_ms() + _HOUR_MS

    async def meet_rooms(self) -> None:
        """Come to know the rooms that are new to us, and answer what was asked there: somebody waits for that.

        Beside everything else, which may wait for a server; one at a time.
        """
        if self._meeting:
            return
        self._meeting, do = True, self.chores.do
        try:
            await do("newcomers", "", self.newcomers.tend)
            for room_id in self.newcomers.drainable():
                await do("pending", room_id, partial(self._drain, room_id), partial(self._give_up_pending, room_id))
        finally:
            self._meeting = False

    async def _move_snapshots(self) -> None:
        do, quiet = self.chores.do, self.newcomers.waiting
        self._busy = True
        try:
            await do("catching up", "", lambda: self.catch_up.tend(except_in=quiet()))
            await do("review", "", lambda: self.redaction_check.tend(except_in=quiet()))
            await do("chapters", "", lambda: self.chapters.tend(except_in=quiet()))
        finally:
            self._busy = False

    async def _drain(self, room_id: RoomId) -> None:
        """Answer what was asked in a room while we knew nothing of it yet, in order, one transaction each."""
        while await self._drain_one(room_id):
            pass

    async def _give_up_pending(self, room_id: RoomId) -> None:
        """Say that the first of what waits in a room cannot be done, and let those behind it have their turn."""
        async with self.database.begin() as transaction:
            event = await pending.first(transaction, room_id)
            if event is not None:
                await pending.drop(transaction, room_id, event.event_id)
                await self.people.abandoned(event, transaction)

    async def _drain_one(self, room_id: RoomId) -> bool:
        try:
            async with self.line.ledger.begin(self.database, room_id) as transaction:
                event = await pending.first(transaction, room_id)
                if event is None:
                    self.newcomers.release(room_id)
                    return False
                await pending.drop(transaction, room_id, event.event_id)
                await self.people.asked(event, transaction, waited=True)
        except BaseException:
            self.line.writer.notices.close(room_id)
            for other in self.line.forwarding.elsewhere:
                self.line.ledger.forget(other)
                self.line.writer.notices.close(other)
            self.newcomers.forget()
            raise
        return True
