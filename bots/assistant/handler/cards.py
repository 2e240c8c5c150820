"""Cards: one message for each object, edited by the assistant that sent it, so that it always shows how things stand.

See DESIGN.md, "Cards". Everything here happens inside a caller's transaction, and what is to be done is in the
database: a crash loses no edit and repeats none.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Final, assert_never
from zoneinfo import ZoneInfo

import structlog

from bots.assistant.store import card_store
from bots.assistant.store.card_store import Settled
from bots.assistant.talk.drawing import MINUTE_MS, STALE, UNSAID, Card, Drop, Edit, EditPace, Note, Post, Wait, decide
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import CARD, card_content, card_of, edit_content, txn_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.scene import PARIS, CardMaker, Face, Key, Scene, made_by
from bots.database.engine import Transaction
from bots.matrix.events import Event, Outgoing, Room
from bots.matrix.port import Edge
from bots.register.format.operation import Change, Operation, is_object_id
from bots.register.format.wire import OPS
from bots.register.replica.answering import speaker
from bots.register.store import operations as store
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, ServerName, UserId
from config.texts import texts

_log = structlog.get_logger(__name__)

PACE_MS: Final = 1_000
"""How long after an edit a card may be edited again; the first change is drawn at once."""
LATER_MS: Final = 2_000
AWAY_MS: Final = 3_600_000
_MOST: Final = 100


@dataclass(slots=True)
class Cards:
    """Knows which cards are ours, and keeps them true."""

    edge: Edge
    ledger: Ledger
    makers: Mapping[str, CardMaker]
    lineage: Lineage
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"
    zone: ZoneInfo = PARIS
    zones: Mapping[ServerName, ZoneInfo] = field(default_factory=dict)
    pace: EditPace = field(default_factory=EditPace)
    _next: int = 0
    """When (ms) there may be something to draw; at a start, at once."""

    def becomes(self, reply: Reply) -> tuple[Reply, Key | None]:
        """Return *reply* with the line that says how to act below it, and whose card it is, if it is one."""
        key = made_by(reply.changes, self.makers)
        if key is None:
            return reply, None
        return reply.above(self.makers[key[0]].hint(texts(self.locale))), key

    async def wrote(
        self, transaction: Transaction, room_id: RoomId, operation: Operation, card: Key | None, txn: str
    ) -> None:
        """Note our own *operation*, said by the message *txn*, which is the card of *card*."""
        if card is not None:
            # It shows what it is about as it is; until when is worked out together with others of the same second.
            due = (self.now_ms() // PACE_MS + 1) * PACE_MS
            await card_store.keep(transaction, room_id, card, txn, None, self._look(due))
        await self.changed(transaction, room_id, {(each.kind, each.id) for each in operation.changes}, made=card)

    async def shows(self, transaction: Transaction, room_id: RoomId, key: Key, txn: str) -> None:
        """Have the message *txn*, which shows one object whole, be its card if that is ours to say and has none yet."""
        state = await self.ledger.state(transaction, room_id)
        maker = self.makers.get(key[0])
        if maker is not None and maker.author(state, key[1]) == self.edge.user_id:
            await card_store.keep(transaction, room_id, key, txn, None, self._look(self.now_ms()))

    async def changed(
        self, transaction: Transaction, room_id: RoomId, keys: Collection[Key] | None, made: Key | None = None
    ) -> None:
        """Note that these objects, or (None) perhaps all of the room, are no longer what they were.

        *made* has just been made by the message that is its card: that shows it as it is, but other cards may count it.
        """
        soon = self.now_ms()
        if keys is None:
            await card_store.touch_all(transaction, room_id, self._look(soon), PACE_MS)
            return
        state = await self.ledger.state(transaction, room_id)
        about = ((key, each) for key in keys for maker in self.makers.values() for each in maker.about(state, key))
        # What others name in their fields may be anything.
        named = ((key, each) for key, each in about if is_object_id(each[1]))
        concerned = {each for key, each in named if made is None or (key, each) != (made, made)}
        for key in sorted(concerned):
            maker = self.makers.get(key[0])
            if maker is None:
                continue
            if await card_store.touch(transaction, room_id, key, soon, PACE_MS):
                self._look(soon)
            elif self._inherits(room_id, maker.author(state, key[1])):
                txn = txn_of(room_id, f"{self.edge.user_id} {key[1]}", "card")
                await card_store.keep(transaction, room_id, key, txn, UNSAID, self._look(soon))

    def _inherits(self, room_id: RoomId, author: UserId | None) -> bool:
        """Tell whether a card is ours to say because the assistant that made the object is not here any more."""
        room = self.edge.room(room_id)
        if room is None or author is None or author == self.edge.user_id or author in room.joined:
            return False
        return speaker(author, self.assistants(), room.joined) == self.edge.user_id

    async def recall(self, transaction: Transaction, event: Event) -> None:
        """Learn from a message whose card it is: one of our own when our store was lost, or one that we do not make."""
        if event.relates_to.get("rel_type") == "m.replace":
            return
        own = event.sender == self.edge.user_id
        key = card_of(event.content, self.makers) if CARD in event.content else None
        if own and OPS in event.content:
            key = made_by((await self._changes(transaction, event)), self.makers)
        if key is None:
            return
        sent_as = event.content.get("fr.beffroi.txn")
        txn = sent_as if own and isinstance(sent_as, str) else event.event_id
        await card_store.say(transaction, event.room_id, txn, [key], event_id=event.event_id)
        if own:
            due = self._look(self.now_ms())
            await card_store.keep(transaction, event.room_id, key, txn, STALE, due)

    async def _changes(self, transaction: Transaction, event: Event) -> tuple[Change, ...]:
        operation = await store.find_by_event(transaction, event.room_id, event.event_id)
        return operation.changes if operation is not None else ()

    def due(self) -> bool:
        """Tell whether there may be a card to draw."""
        return self._next <= self.now_ms()

    async def tend(self, transaction: Transaction) -> None:
        """Draw the cards that are due, and edit those that show something else."""
        cards = await card_store.waiting(transaction, self.now_ms(), _MOST)
        for room_id, held in groupby(sorted(cards, key=lambda each: each.room_id), key=lambda each: each.room_id):
            await self._draw(transaction, room_id, list(held))
        # Another transaction, not committed yet, may have put in what we cannot see: so we look again in a minute.
        self._next = self.now_ms() + MINUTE_MS
        found = await card_store.next_due(transaction)
        if found is not None:
            self._look(found)

    async def _draw(self, transaction: Transaction, room_id: RoomId, cards: Sequence[Card]) -> None:
        now = self.now_ms()
        room = self.edge.room(room_id)
        if room is not None and self.lineage.successor(room) is not None:
            # Closed: whoever may still write there sees the card in the room that follows.
            await card_store.settle(transaction, [(each, each.shown or STALE, each.edited, None) for each in cards])
            return
        if room is None:
            away: list[Settled] = [(each, each.shown or STALE, each.edited, now + AWAY_MS) for each in cards]
            await card_store.settle(transaction, away)
            return
        scene = await self._scene(transaction, room)
        settled: list[Settled] = []
        for card in cards:
            try:
                face = self.makers[card.key[0]].face(scene, card.key[1])
            except Exception:  # the outermost frame of a drawing: the other cards must not wait for this one
                _log.exception("card_failed", room_id=room_id, kind=card.key[0], object_id=card.key[1])
                settled.append((card, card.shown or STALE, card.edited, now + AWAY_MS))
                continue
            settled += await self._settle(transaction, card, face, now)
        await card_store.settle(transaction, settled)

    async def _settle(self, transaction: Transaction, card: Card, face: Face | None, now: int) -> list[Settled]:
        until = int(face.until.timestamp() * 1000) if face is not None and face.until is not None else None
        action = decide(card, face, free=self.pace.is_free(card.room_id, now))
        match action:
            case Note(digest):
                return [(card, digest, card.edited, until)]
            case Post(digest) | Edit(digest):
                assert face is not None
                await self._say(transaction, card, face, digest, edit=isinstance(action, Edit))
                self.pace.note(card.room_id, now)
                return [(card, digest, now, until)]
            case Wait():
                return [(card, card.shown, card.edited, now + LATER_MS)]
            case Drop():
                await card_store.drop(transaction, card.room_id, card.txn)
                return []
            case _:
                assert_never(action)

    async def _say(self, transaction: Transaction, card: Card, face: Face, digest: str, *, edit: bool) -> None:
        room_id, reply = card.room_id, Reply(face.text)
        if not edit:
            await card_store.say(transaction, room_id, card.txn, [card.key])
            outgoing = Outgoing(room_id, card.txn, "m.room.message", card_content(reply, card.key))
        else:
            assert card.event_id is not None
            # What it showed before and when: the same state shown a second time is another edit.
            txn = txn_of(room_id, f"{card.txn} {card.shown} {card.edited}", digest)
            await card_store.say(transaction, room_id, txn, [card.key], edits=card.event_id)
            outgoing = Outgoing(room_id, txn, "m.room.message", edit_content(reply, card.event_id))
        await self.edge.enqueue(outgoing, transaction)

    async def _scene(self, transaction: Transaction, room: Room) -> Scene:
        return Scene(
            room.room_id,
            await self.ledger.state(transaction, room.room_id),
            {each: room.members[each].display_name for each in room.joined},
            datetime.fromtimestamp(self.now_ms() / 1000, UTC),
            self.locale,
            self.zone,
            zones=self.zones,
        )

    def _look(self, when: int) -> int:
        self._next = min(self._next, when)
        return when
