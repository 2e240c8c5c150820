"""The questions that wait for an answer: asked by the writer, looked up when their asker says or presses something."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bots.assistant.dispatch.answering import How
from bots.assistant.store import memory, question_store
from bots.assistant.store.question_store import Posed
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Listed, Request
from bots.database.engine import Transaction
from bots.matrix.events import Sent
from bots.register.format.operation import Operation
from config.identifiers import EventId, RoomId, UserId

_MOST_LISTS: Final = 4
"""Lists of which somebody may still call something by its number: the last one goes first."""
FORGOTTEN_AFTER_MS: Final = 24 * 3_600_000
"""How old a question may be that is still answered."""


@dataclass(slots=True)
class Questions:
    """Knows what was asked of whom, and is not yet forgotten.

    Most messages stand in rooms in which nothing was asked today: for those there is no look at the database.
    """

    now_ms: Callable[[], int]
    _rooms: set[RoomId] | None = field(default=None)
    """Rooms in which something may be answered: perhaps more than the database knows of, and never fewer."""

    async def ask(
        self, transaction: Transaction, request: Request, reply: Reply, txn: str, thread: EventId | None
    ) -> None:
        """Note what *reply*, the message *txn*, asks the sender of *request*, or lists with numbers."""
        question = reply.question
        if not reply.lists and (question is None or not (question.candidates or question.slot)):
            return
        quoted = None if request.quoted is None else request.quoted.event_id
        posed = Posed(
            request.room_id,
            txn,
            request.event_id,
            request.sender,
            thread,
            request.answered or reply.about or quoted,
            question=question,
            at=self.now_ms(),
        )
        # What they say next is about this one, never about what they left open before it.
        await self.pass_by(transaction, request.room_id, request.sender, thread, lists=False)
        (await self._known(transaction)).add(request.room_id)
        await question_store.keep(transaction, posed)

    async def sent(self, transaction: Transaction, sent: Sent) -> None:
        """Note the event id of a message of ours."""
        if sent.room_id in await self._known(transaction):
            await question_store.sent(transaction, sent.room_id, sent.txn, sent.event_id)

    async def under(self, transaction: Transaction, room_id: RoomId, event_id: EventId) -> Posed | None:
        """Return the question in the message *event_id*."""
        if room_id not in await self._known(transaction):
            return None
        found = await question_store.under(transaction, room_id, event_id, self._since)
        return None if found is None or found.question is None else found

    async def taken_by(self, transaction: Transaction, room_id: RoomId, event_id: EventId) -> Posed | None:
        """Return the question that *event_id* has answered."""
        if room_id not in await self._known(transaction):
            return None
        return await question_store.taken_by(transaction, room_id, event_id, self._since)

    async def about(self, transaction: Transaction, room_id: RoomId, cause: EventId, asker: UserId) -> Posed | None:
        """Return what *asker* was last asked about their message *cause*."""
        if room_id not in await self._known(transaction):
            return None
        found = await question_store.about(transaction, room_id, cause, self._since)
        return found if found is not None and found.asker == asker else None

    async def heard_last(
        self, transaction: Transaction, room_id: RoomId, asker: UserId, thread: EventId | None
    ) -> tuple[Posed, How] | None:
        """Return the last question that *asker* has not answered here, and how sure their next words are about it."""
        for posed in await self._open(transaction, room_id, asker, thread):
            if posed.question is not None:
                if not posed.fresh:
                    return posed, How.LATER
                return posed, How.CROSSED if posed.crossed else How.NEXT
        return None

    async def spoken(self, transaction: Transaction, room_id: RoomId, thread: EventId | None, speaker: UserId) -> None:
        """Note that somebody speaks: what others say next may be said to them."""
        if room_id in await self._known(transaction):
            await question_store.speak(transaction, room_id, thread, speaker)

    async def listed(
        self, transaction: Transaction, room_id: RoomId, asker: UserId, thread: EventId | None
    ) -> Listed | None:
        """Return what was last shown to *asker* here with numbers, and what before that."""
        found: list[Listed] = []
        for posed in await self._open(transaction, room_id, asker, thread):
            if posed.question is None and posed.event_id is not None and len(found) < _MOST_LISTS:
                shown = await memory.shown_by(transaction, room_id, posed.event_id)
                found.append(Listed(posed.event_id, shown, posed.fresh and not found))
        return replace(found[0], before=tuple(found[1:])) if found else None

    async def pass_by(
        self, transaction: Transaction, room_id: RoomId, asker: UserId, thread: EventId | None, *, lists: bool = True
    ) -> None:
        """Note that *asker* has spoken of something else; not *lists*: it was about what is listed."""
        for posed in await self._open(transaction, room_id, asker, thread):
            if posed.fresh and (lists or posed.question is not None):
                await question_store.pass_by(transaction, posed)

    async def close(self, transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
        """Forget what was asked about *event_id*, or by it: it says something else now, or is gone."""
        if room_id in await self._known(transaction):
            await question_store.close(transaction, room_id, event_id)

    async def withdraw(self, transaction: Transaction, room_id: RoomId, event_id: EventId, sender: UserId) -> EventId:
        """Return what *sender* takes back by redacting *event_id*: of an answer, the command that it completed."""
        posed = await self.taken_by(transaction, room_id, event_id)
        if posed is not None and posed.asker == sender:
            await question_store.give_back(transaction, posed)
            return posed.cause
        await self.close(transaction, room_id, event_id)
        return event_id

    async def forget(self, transaction: Transaction) -> None:
        """Forget what nobody answered."""
        if await self._known(transaction):
            await question_store.forget(transaction, self._since)

    async def erased(self, transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
        """Forget the words of commands that were completed here (``noticeboard.Erased``)."""
        if room_id in await self._known(transaction):
            await question_store.erase(transaction, room_id)

    async def _open(
        self, transaction: Transaction, room_id: RoomId, asker: UserId, thread: EventId | None
    ) -> list[Posed]:
        if room_id not in await self._known(transaction):
            return []
        found = await question_store.open_to(transaction, room_id, asker, self._since)
        return [each for each in found if each.thread == thread]

    @property
    def _since(self) -> int:
        return self.now_ms() - FORGOTTEN_AFTER_MS

    async def _known(self, transaction: Transaction) -> set[RoomId]:
        if self._rooms is None:
            found = await question_store.rooms(transaction)
            # Somebody else may have looked, and asked, meanwhile.
            self._rooms = found if self._rooms is None else self._rooms | found
        return self._rooms
