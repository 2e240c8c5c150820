"""What people say and do: judged, and led into the line; taken back where they delete it."""

from dataclasses import dataclass

import structlog

from bots.assistant.dispatch.admission import WORDS, AdmissionFlaw, flaw_of
from bots.assistant.handler.apologies import Apologies
from bots.assistant.handler.conversation import Conversation
from bots.assistant.handler.erasure import Eraser
from bots.assistant.handler.keeping import Keepers
from bots.assistant.handler.questions import Questions
from bots.assistant.handler.reactions import Reactions
from bots.assistant.handler.unverified import Unverified
from bots.assistant.handler.way.line import Line
from bots.assistant.store import errand_store, looking, memory, pending
from bots.assistant.sync.newcomers import Newcomers
from bots.assistant.sync.registrar import Registrar
from bots.assistant.sync.upgrades import Upgrades
from bots.assistant.talk.messages import body_of
from bots.assistant.words.following import is_brought
from bots.database.engine import Transaction
from bots.matrix.events import Event, Incoming, Redaction, Room, Unreadable
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class People:
    """Hears people, in the transaction of each event."""

    line: Line
    conversation: Conversation
    reactions: Reactions
    questions: Questions
    registrar: Registrar
    newcomers: Newcomers
    upgrades: Upgrades
    eraser: Eraser
    keepers: Keepers
    apologies: Apologies
    unverified: Unverified

    async def hear(self, event: Event, transaction: Transaction) -> None:
        """Answer what is somebody's word; of all else, say where they must know."""
        if event.type not in WORDS:
            return
        flaw = await self.line.admission.flaw_of(event, transaction)
        if flaw is not None:
            _log.warning("event_not_admitted", room_id=event.room_id, event_id=event.event_id, reason=flaw.value)
            if flaw is AdmissionFlaw.DOUBTED:
                await self.unverified.doubted(event, transaction)
            return
        if event.type == "m.room.message":
            await self.keepers.hear(event, transaction)
        await self.asked(event, transaction)

    async def asked(self, event: Event, transaction: Transaction, *, waited: bool = False) -> None:
        """Answer what a person says or does; *waited*: it is one of those that were kept until now."""
        room = self.line.edge.room(event.room_id)
        if room is None:
            return
        if self.upgrades.held(event.room_id) is not None and await self._brings(event, room, transaction):
            return
        keeps = not waited and await self.newcomers.holds(transaction, event.room_id)
        if event.type == "m.room.message":
            await self.conversation.hear(event, room, transaction, keeps=keeps)
        elif event.type == "m.reaction" and self.line.ledger.lineage.after(event.room_id) is None:
            if await self.conversation.press(event, room, transaction, keeps=keeps):
                return
            ours = self.line.admission.answers(event.sender, room)
            if ours or self.line.admission.is_private(room, event.sender):
                await self.reactions.hear(event, room, transaction, keeps=keeps, ours=ours)

    async def _brings(self, event: Event, room: Room, transaction: Transaction) -> bool:
        """Let the register of a room come along where somebody says so who may; tell whether this is such a word."""
        if event.type != "m.room.message" or not is_brought(body_of(event.content, answers=True)):
            return False
        asked = await self.line.gatherer.request(room, event, transaction, cause=event.event_id, text="")
        reply = await self.upgrades.hear(asked, transaction)
        if reply is not None and self.line.admission.answers(event.sender, room):
            await self.line.say(transaction, asked, reply, event.event_id, answers=event.event_id)
        return True

    async def redacted(self, redaction: Redaction, transaction: Transaction) -> None:
        """Take back what somebody has deleted: what it brought, what it waits for, what it did."""
        room_id, target = redaction.room_id, redaction.target
        for key in await self.keepers.withdraw(room_id, target, transaction):
            await self.eraser.clear(transaction, room_id, key)
        await self.eraser.withdraw_edits(transaction, room_id, target)
        await looking.withdraw(transaction, room_id, target)
        if await memory.release(transaction, room_id, target, redaction.sender):
            return
        if await pending.drop(transaction, room_id, target):
            return
        if await self.registrar.erase(room_id, target, redaction.sender, transaction):
            return
        await memory.redacted(transaction, room_id, target, self.registrar.now_ms())
        target = await self.questions.withdraw(transaction, room_id, target, redaction.sender)
        # Its answer may already be said, so what it did is taken back all the same.
        await errand_store.withdraw(transaction, target, redaction.sender)
        before = await memory.answered(transaction, room_id, target)
        room = self.line.edge.room(room_id)
        # Only one's own command: a moderator who removes somebody's message does not undo what it did.
        if before is None or before.sender != redaction.sender or room is None:
            return
        await self.line.forwarding.take_back(transaction, room_id, target, redaction.sender, redaction.event_id)
        if not before.inverse:
            return
        request = await self.line.gatherer.request(room, redaction, transaction, cause=target, text="", before=before)
        reply = self.line.dispatcher.undo(request)
        if reply is not None:
            await self.line.say(transaction, request, reply, redaction.event_id, answers=None, deed=True)

    async def unreadable(self, unreadable: Unreadable, transaction: Transaction) -> None:
        """Say to whom it concerns that a message of theirs cannot be read."""
        if unreadable.reason == "untrusted_device":
            await self.unverified.hear(unreadable, transaction)
            return
        if unreadable.reason not in ("no_session", "withheld"):
            return
        room = self.line.edge.room(unreadable.room_id)
        if room is None or not self.line.admission.answers(unreadable.sender, room):
            return
        await self.apologies.unreadable(unreadable, transaction)

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None:
        """Tell who has asked for something at which we have failed for good (``Handler.abandoned``)."""
        room = self.line.edge.room(incoming.room_id)
        if room is None or not isinstance(incoming, Event) or self.line.admission.is_assistant(incoming.sender):
            return
        if incoming.type == "m.reaction":
            asked = self.reactions.means(incoming) and self.line.admission.answers(incoming.sender, room)
        else:
            asked = flaw_of(incoming) is None and await self.conversation.asks(incoming, room, transaction)
        if asked:
            await self.apologies.failed(incoming.room_id, incoming.sender, incoming.event_id, transaction)

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None:
        """Say whose commands wait behind one another (``Handler.crowded``)."""
        room = self.line.edge.room(room_id)
        if (
            room is not None
            and not self.line.admission.is_assistant(person)
            and self.line.admission.answers(person, room)
        ):
            await self.apologies.crowded(room, person, waiting, transaction)
