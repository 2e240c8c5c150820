"""Messages of devices that their owner's known identity has not signed: not acted on, and never in silence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.dispatch.identity import IdentityNotice
from bots.assistant.dispatch.identity_words import IdentityWords
from bots.assistant.handler.conversation import Conversation
from bots.assistant.store import identity_store
from bots.assistant.talk.messages import mentions_of, relation_of, reply_content, txn_of
from bots.assistant.talk.reply import Reply
from bots.database.engine import Transaction
from bots.matrix.events import Event, JsonObject, Outgoing, Unreadable
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId, UserId

LOCK: Final = "🔐"
DAY_MS: Final = 24 * 3_600_000
MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Unverified:
    """Tells people that a device of theirs is not heard.

    That device cannot read us, but it sees reactions, which nobody encrypts: so a 🔐 stands at what it asked, at most
    once a minute, and at the first that it says on a day, whatever that is. With the first comes a sentence that the
    room reads, and that wakes the person's other devices alone.
    """

    edge: Edge
    conversation: Conversation
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"

    async def hear(self, unreadable: Unreadable, transaction: Transaction) -> None:
        """Tell who sent *unreadable* that their device is not verified."""
        if not unreadable.unbelieved or unreadable.sender in (self.edge.user_id, *self.assistants()):
            return
        event = _as_said(unreadable)
        first = await self._is_due(transaction, event, IdentityNotice.UNVERIFIED, DAY_MS)
        if first and self._is_ours(event):
            await self._explain(event, transaction)
        await self._lock(event, transaction, first=first)

    async def doubted(self, event: Event, transaction: Transaction) -> None:
        """Mark what a changed identity asks where it is not obeyed; the room has been warned already."""
        if event.type == "m.room.message":
            await self._lock(event, transaction, first=False)

    async def _explain(self, event: Event, transaction: Transaction) -> None:
        await identity_store.note(transaction, event.room_id, event.sender, IdentityNotice.UNVERIFIED, self.now_ms())
        words = IdentityWords(self.locale, self.edge.user_id.server, {})
        rel_type, target, _ = relation_of(event)
        reply = Reply(words.unverified(), mentions=(event.sender,))
        thread = target if rel_type == "m.thread" else None
        content = reply_content(reply, answers=event.event_id, thread=thread)
        await self._say(transaction, event.room_id, event.event_id, "m.room.message", content)

    async def _lock(self, event: Event, transaction: Transaction, *, first: bool) -> None:
        room = self.edge.room(event.room_id)
        if room is None or not self._is_ours(event):
            return
        if not first and not await self._is_due(transaction, event, IdentityNotice.LOCKED, MINUTE_MS):
            return
        if not first and not await self.conversation.asks(event, room, transaction):
            return
        await identity_store.note(transaction, event.room_id, event.sender, IdentityNotice.LOCKED, self.now_ms())
        rel_type, target, _ = relation_of(event)
        # An edit is not shown: what it edits is.
        marked = target if rel_type == "m.replace" and target is not None else event.event_id
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": marked, "key": LOCK}}
        await self._say(transaction, event.room_id, event.event_id, "m.reaction", content)

    def _is_ours(self, event: Event) -> bool:
        room = self.edge.room(event.room_id)
        return room is not None and self.conversation.line.admission.answers(
            event.sender, room, mentions_of(event.content)
        )

    async def _is_due(self, transaction: Transaction, event: Event, told: IdentityNotice, every_ms: int) -> bool:
        last = await identity_store.told_at(transaction, event.room_id, event.sender, told)
        return last is None or self.now_ms() - last >= every_ms

    async def _say(
        self, transaction: Transaction, room_id: RoomId, cause: EventId, kind: str, content: JsonObject
    ) -> None:
        await self.edge.enqueue(Outgoing(room_id, txn_of(room_id, cause, kind), kind, content), transaction)


def _as_said(unreadable: Unreadable) -> Event:
    """Return the message as if it were believed: only to know whether it asks something of us."""
    return Event(
        unreadable.room_id,
        unreadable.event_id,
        unreadable.sender,
        "m.room.message",
        unreadable.unbelieved,
        unreadable.timestamp,
        unreadable.relates_to,
        encrypted=True,
    )
