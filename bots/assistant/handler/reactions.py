"""Reactions: buttons below cards and other messages of ours, and pins on what people said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from bots.assistant.dispatch import deeds, sentences
from bots.assistant.dispatch.admission import weighed
from bots.assistant.dispatch.reading.sources import EarlierMessages
from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.handler.apologies import WINDOW_MS
from bots.assistant.handler.way.line import Line
from bots.assistant.store import memory, pending
from bots.assistant.talk import gathering
from bots.assistant.talk.gathering import WaitingReaction, Windows
from bots.assistant.talk.messages import relation_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Asked, Request
from bots.database.engine import Transaction
from bots.matrix.errors import Unreachable
from bots.matrix.events import Event, Room
from config.identifiers import EventId, RoomId, UserId


@dataclass(slots=True)
class Reactions:
    """Answers reactions: each at once, many of one person together."""

    line: Line
    sources: EarlierMessages
    now_ms: Callable[[], int]
    windows: Windows = field(default_factory=Windows)

    async def hear(self, event: Event, room: Room, transaction: Transaction, *, keeps: bool, ours: bool = True) -> None:
        """Judge a reaction; *keeps*: it waits until we know the room. Not *ours*: only on a message of our own."""
        rel_type, target, _ = relation_of(event)
        key = event.relates_to.get("key")
        if rel_type != "m.annotation" or target is None or not isinstance(key, str):
            return
        dispatcher = self.line.dispatcher
        card, shown = await self.line.gatherer.shown(transaction, event.room_id, target)
        if not ours and not dispatcher.is_ours(shown):
            return
        pinned = ours and card is None and dispatcher.pressed.pins(key)
        pressed = (card is not None or bool(shown)) and dispatcher.pressed.reacts(key)
        if not pinned and not pressed:
            return
        if keeps:
            await pending.keep(transaction, event, self.now_ms())
            return
        if pinned:
            await self._pin(room, event, target, key, transaction)
        if not pressed:
            return
        # What is about a part of an object does not wait for others: only its message says which.
        alone = card is not None and len(shown) < 2
        if card is not None and alone and await self._holds(transaction, event, key, card):
            return
        request = await self.line.gatherer.request(
            room, event, transaction, cause=event.event_id, text="", card=card, shown=shown
        )
        request = await self.line.gatherer.with_needs(request, dispatcher.needs_below(shown), transaction)
        reply = self.line.answers.reaction(request, key)
        if reply is not None:
            await self.line.say(transaction, request, reply, event.event_id, answers=target, deed=True)

    def means(self, event: Event) -> bool:
        """Tell whether *event* is a reaction that may ask something of us."""
        rel_type, target, _ = relation_of(event)
        key = event.relates_to.get("key")
        if event.type != "m.reaction" or rel_type != "m.annotation" or target is None or not isinstance(key, str):
            return False
        return self.line.dispatcher.pressed.pins(key) or self.line.dispatcher.pressed.reacts(key)

    def due(self) -> bool:
        """Tell whether reactions may have waited long enough."""
        return self.windows.due(self.now_ms())

    async def held(self, transaction: Transaction) -> list[list[WaitingReaction]]:
        """Return the reactions that have waited, each person's of a room together; look again when the next is due."""
        now = self.now_ms()
        found = await memory.held_until(transaction, now, 4 * gathering.MOST)
        self.windows.look(now if found else await memory.next_held(transaction))
        return [list(group) for _, group in groupby(found, key=lambda held: (held.room_id, held.sender))]

    async def answer(self, transaction: Transaction, held: Sequence[WaitingReaction]) -> None:
        """Answer reactions of one person that have waited, together."""
        room_id, sender = held[0].room_id, held[0].sender
        # What was taken back since it was looked for is there no more.
        there = [each for each in held if await memory.release(transaction, room_id, each.event_id, sender)]
        for batch in gathering.rounds(there):
            await self._answer_together(transaction, room_id, sender, batch)
        self.windows.answered(room_id, sender)

    async def hurry(self, transaction: Transaction, room_id: RoomId, sender: UserId) -> None:
        """Answer now what waits of *sender* in a room: they go on, and what they do next comes after it."""
        if not self.windows.may_hold(room_id, sender):
            return
        held = await memory.held_by(transaction, room_id, sender)
        if held:
            await self.answer(transaction, held)
        self.windows.answered(room_id, sender)

    async def _pin(self, room: Room, event: Event, target: EventId, key: str, transaction: Transaction) -> None:
        """Make what a reaction asks of somebody's ordinary message: 📌, a task."""
        reply, quoted = None, None
        try:
            quoted = await self.sources.quoted(event.room_id, target)
            if quoted is not None and not await could_read(self.line.edge, event.sender, event.room_id, target):
                reply, quoted = sentences.before_they_came(self.line.gatherer.locale), None
        except Unreachable:
            if self.sources.is_recent(event):
                raise
            reply = sentences.out_of_reach(self.line.gatherer.locale)
        request = await self.line.gatherer.request(room, event, transaction, cause=event.event_id, text="")
        if quoted is not None:
            pinning = replace(request, quoted=quoted)
            reply = self.line.answers.pin(pinning, key)
        if reply is not None and not reply.changes:
            # Nothing else would tell them: a reaction cannot be replied to.
            reply = replace(reply, mentions=(event.sender,))
        first = await self._is_first(transaction, event, target)
        if reply is not None and (first or reply.changes):
            await self.line.say(transaction, request, reply, event.event_id, answers=target)

    async def _is_first(self, transaction: Transaction, event: Event, target: EventId) -> bool:
        """Tell whether *event* is the first pin of its sender on a message for a while: there are many forms of 📌."""
        now = self.now_ms()
        what = f"pin {target} {event.sender}"
        return await memory.first_time_since(transaction, event.room_id, what, now, now - WINDOW_MS)

    async def _holds(self, transaction: Transaction, event: Event, key: str, card: str) -> bool:
        """Keep a reaction whose sender has done much just now; tell whether it waits."""
        if event.sender.server != self.line.edge.user_id.server:
            return False
        now = self.now_ms()
        if self.windows.is_unknown(event.room_id, event.sender):
            # What was kept before the start comes first.
            await self.hurry(transaction, event.room_id, event.sender)
        due = self.windows.admit(event.room_id, event.sender, now)
        if due is None:
            return False
        held = WaitingReaction(event.room_id, event.event_id, event.sender, key, card)
        await memory.hold(transaction, held, now, due)
        return True

    async def _answer_together(
        self, transaction: Transaction, room_id: RoomId, sender: UserId, batch: Sequence[WaitingReaction]
    ) -> None:
        done: list[tuple[Request, Reply]] = []
        apart: list[WaitingReaction] = []
        room = self.line.edge.room(room_id)
        for reaction in batch:
            if room is None:
                continue
            asked = Asked(room_id, reaction.event_id, sender)
            request = await self.line.gatherer.request(
                room, asked, transaction, cause=reaction.event_id, text="", card=reaction.object_id
            )
            reply = self.line.answers.reaction(request, reaction.reaction)
            if reply is None:
                continue
            reply = weighed(request, reply)
            if len(batch) == 1:
                await self.line.say(transaction, request, reply, reaction.event_id, answers=None, deed=True)
            elif deeds.joins(request, reply, self.line.writer.cards.makers):
                done.append((request, reply))
            else:
                apart.append(reaction)
        for some in gathering.fitting(done):
            for request, reply in some:
                await self.line.writer.leave(transaction, request, reply)
            await self.line.writer.tell(transaction, some, some[0][0].event_id)
        for reaction in apart:
            # What makes another object needs a number, which nobody may have taken since it was judged.
            await self._answer_together(transaction, room_id, sender, [reaction])
