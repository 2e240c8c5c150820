"""The desk: what comes from the rooms is judged, answered and written down here, one transaction an item."""

from typing import assert_never

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.dispatch.admission import flaw_of
from bots.assistant.handler.parts import Parts
from bots.assistant.store import card_store, memory
from bots.assistant.talk.messages import FILED, buttons_of, reply_content, txn_of
from bots.database.engine import Transaction
from bots.matrix.errors import Refused
from bots.matrix.events import Event, Incoming, Joined, Left, Outgoing, Redaction, Sent, ToDevice, Unreadable
from bots.register.format.wire import OPS
from bots.register.store import roots
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)


class Desk(Parts):
    """Implements the edge's ``Handler``.

    Whatever it does for one item happens in that item's transaction. When that fails, the room is dropped from memory
    and read again from the store, so that memory never knows more than the disk.
    """

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        """React to what the edge brings (``Handler.handle``)."""
        self.handled[type(incoming).__name__] += 1
        self.line.forwarding.elsewhere.clear()
        try:
            await self._handle(incoming, transaction)
        except BaseException:
            before = self.ledger.lineage.before(incoming.room_id)
            for room_id in (incoming.room_id, *before, *self.line.forwarding.elsewhere):
                self.ledger.forget(room_id)
                self.keepers.forget(room_id)
                self.notices.close(room_id)
            self.newcomers.forget()
            self.upgrades.forget()
            raise

    async def _handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        room = self.edge.room(incoming.room_id)
        if room is not None and room.space:
            return
        self.upgrades.touch(incoming.room_id)
        await self.upgrades.settle(transaction, incoming.room_id)
        match incoming:
            case Event():
                await self._event(incoming, transaction)
            case Redaction():
                await self.people.redacted(incoming, transaction)
            case Unreadable():
                await self._unreadable(incoming, transaction)
            case Joined():
                await self._introduce(incoming, transaction)
                await self.newcomers.arrive(incoming, transaction)
                self.reconciler.greeted(incoming.room_id)
                if self.ledger.frontier(incoming.room_id):
                    # We were here before, and what was redacted since is in no sync.
                    await self.redaction_check.missed(transaction, incoming.room_id)
            case ToDevice():
                await self.registrar.listen(incoming, transaction)
            case Left():
                _log.info("room_left", room_id=incoming.room_id)
            case _:
                assert_never(incoming)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        """Note the event id of what we said, wrote or opened (``Handler.sent``)."""
        await self.registrar.sent(sent, transaction)
        if OPS in sent.content and await memory.was_redacted(transaction, sent.room_id, sent.event_id):
            # Not erased here: that writes a void, and this transaction is not ours alone.
            await self.redaction_check.missed(transaction, sent.room_id)
        if sent.type == "m.room.message":
            await self.questions.sent(transaction, sent)
            if FILED in sent.content:
                await self.keepers.hear(self._said(sent), transaction)
            if await memory.acknowledge(transaction, sent.room_id, sent.txn, sent.event_id):
                # Not here: it may have to be written anew, and this transaction is not ours alone.
                self.board.doomed = True
            for content in buttons_of(sent.event_id, sent.content):
                txn = txn_of(sent.room_id, sent.event_id, content["m.relates_to"]["key"])
                await self.edge.enqueue(Outgoing(sent.room_id, txn, "m.reaction", content), transaction)

    def _said(self, sent: Sent) -> Event:
        """Return what we have sent as others hear it: where it stands among what they say, nobody has told us."""
        me = UserId(self.edge.user_id)
        return Event(sent.room_id, sent.event_id, me, sent.type, sent.content, self.now_ms())

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        """Log a message that the server will never take (``Handler.refused``)."""
        _log.error("message_refused", room_id=room_id, txn=outgoing_txn, errcode=error.errcode)
        await card_store.drop(transaction, room_id, outgoing_txn)
        if await roots.withdraw(transaction, room_id, outgoing_txn):
            self.chapters.failed(room_id)

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None:
        """Look for redactions that were in what cannot be had (``Handler.unfilled``)."""
        await self.redaction_check.missed(transaction, room_id)

    async def idle(self) -> None:
        """Do what is due between events (``Handler.idle``)."""
        await self.upkeep.idle()

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None:
        """Tell who has asked for something at which we have failed for good (``Handler.abandoned``)."""
        await self.people.abandoned(incoming, transaction)

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None:
        """Say whose commands wait behind one another (``Handler.crowded``)."""
        await self.people.crowded(room_id, person, waiting, transaction)

    def garbled(self, sender: UserId) -> None:
        """Ask an assistant anew for what it told us in vain (``Handler.garbled``)."""
        self.reconciler.garbled(sender)

    async def _event(self, event: Event, transaction: Transaction) -> None:
        if event.redacted:
            return
        if self.line.admission.is_assistant(event.sender):
            await self.registrar.hear(event, transaction)
            if event.type == "m.room.message":
                await self.cards.recall(transaction, event)
                await self.identities.hear(transaction, event)
                if FILED in event.content and flaw_of(event) is None:
                    await self.keepers.hear(event, transaction)
            if event.type != "m.room.member":
                return
        else:
            self.registrar.disown(event)
        if event.type == "m.room.member":
            await self.keepers.moved(event, transaction)
            await self._membership(event, transaction)
            return
        await self.people.hear(event, transaction)

    async def _unreadable(self, unreadable: Unreadable, transaction: Transaction) -> None:
        if unreadable.reason in ("no_session", "withheld") and unreadable.sender in self.assistants():
            self.reconciler.missed(unreadable.room_id, unreadable.sender)
        else:
            await self.people.unreadable(unreadable, transaction)

    async def _membership(self, event: Event, transaction: Transaction) -> None:
        others = {*self.assistants()} - {self.edge.user_id}
        if event.content.get("membership") == "join" and event.state_key in others:
            await self.reconciler.newcomer(event, transaction)

    async def _introduce(self, joined: Joined, transaction: Transaction) -> None:
        room = self.edge.room(joined.room_id)
        if room is not None and room.creator in (self.edge.user_id, *self.assistants()):
            # Whoever made it says what it is for.
            return
        if any(self.edge.room(each) is not None for each in self.ledger.lineage.before(joined.room_id)):
            # People know us from the room that it follows.
            return
        if not await memory.first_time(transaction, joined.room_id, "introduction", self.now_ms()):
            return
        alone = (
            room is not None and sum(each not in {*self.assistants(), self.edge.user_id} for each in room.joined) <= 1
        )
        said = sentences.introduction_alone if alone and room is not None and room.direct else sentences.introduction
        content = reply_content(said(self.locale))
        txn = txn_of(joined.room_id, joined.event_id, "introduction")
        await self.edge.enqueue(Outgoing(joined.room_id, txn, "m.room.message", content), transaction)
