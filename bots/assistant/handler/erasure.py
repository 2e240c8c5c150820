"""Erasing what people wrote from our messages too (RGPD): an event's old versions stay on the servers until redacted.

See DESIGN.md, "Erasure".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from bots.assistant.dispatch.deeds import Notices
from bots.assistant.store import card_store, memory
from bots.assistant.sync.registrar import Registrar
from bots.assistant.talk.messages import txn_of
from bots.assistant.talk.scene import CardMaker, Key
from bots.database.engine import Transaction
from bots.matrix.events import OutgoingRedaction
from bots.matrix.port import Edge
from bots.register.format.operation import Change, Identity, Operation
from bots.register.replica.state import State
from bots.register.replica.tombstone import tombstone
from bots.register.store import operations as store
from bots.register.store.ledger import Ledger
from config.identifiers import EventId, RoomId

_log = structlog.get_logger(__name__)


def objects_losing_text(operation: Operation, state: State, makers: Iterable[CardMaker]) -> set[Key]:
    """Return the objects whose text the erasure of *operation*, or the voids in it, takes away."""
    stones = operation.void or (tombstone(operation),)
    fields = {(each.kind, each.id): {*each.set, *each.first} for stone in stones for each in stone.traces}
    owners: dict[Key, object] = {}
    for change in operation.changes:
        key = change.kind, change.id
        # What joined a set leaves no trace: labels are words too.
        fields.setdefault(key, set()).update(change.add)
        owners[key] = next((change.first[each.kind] for each in makers if each.kind in change.first), None)
    return {
        (maker.kind, owner)
        for maker in makers
        for key, names in fields.items()
        if names & maker.private.get(key[0], frozenset())
        and isinstance(owner := key[1] if key[0] == maker.kind else _owner(key, owners, state, maker.kind), str)
    }


def _owner(key: Key, owners: Mapping[Key, object], state: State, kind: str) -> object:
    found = state.get(*key)
    return owners.get(key) or (None if found is None else found.first(kind))


def changes_without_text(operation: Operation, state: State, makers: Mapping[str, CardMaker]) -> list[Change]:
    """Return what *operation* did that still stands and is no text, so that its message may go."""
    return [each for each in (_restated(change, state, makers) for change in operation.changes) if each is not None]


def _restated(change: Change, state: State, makers: Mapping[str, CardMaker]) -> Change | None:
    found, maker = state.get(change.kind, change.id), makers.get(change.kind)
    if found is None or (maker is not None and maker.author(state, change.id) is None):
        return None
    private = frozenset[str]().union(*(each.private.get(change.kind, ()) for each in makers.values()))
    fields = {name: value for name, value in change.set.items() if name not in private and found.value(name) == value}
    joined = {
        name: tuple(each for each in elements if each in found.elements(name))
        for name, elements in change.add.items()
        if name not in private
    }
    joined = {name: elements for name, elements in joined.items() if elements}
    return Change(change.kind, change.id, set=fields, add=joined) if fields or joined else None


@dataclass(slots=True)
class Eraser:
    """Redacts our messages that showed what has been erased."""

    edge: Edge
    ledger: Ledger
    registrar: Registrar
    makers: Mapping[str, CardMaker]
    notices: Notices
    """What tells of deeds must not go on telling what was erased."""

    async def erase(self, transaction: Transaction, room_id: RoomId, identity: Identity) -> None:
        """Erase an operation of ours: by redacting its message, so that servers and clients let go of it too."""
        operation = await store.find(transaction, room_id, identity)
        if operation is None:
            return
        event_id = await store.event_of(transaction, room_id, identity)
        if event_id is None:
            # It was not said in a message of its own.
            await self.registrar.annul(transaction, room_id, operation, operation.cause or operation.digest)
        else:
            await self._enqueue(transaction, room_id, event_id)

    async def erased(self, transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
        """Clear our messages of the text that went with *operation* (or with those that it voids)."""
        self.notices.close(room_id)
        state = await self.ledger.state(transaction, room_id)
        for key in sorted(objects_losing_text(operation, state, [*self.makers.values()])):
            await self.clear(transaction, room_id, key)

    async def clear(self, transaction: Transaction, room_id: RoomId, key: Key) -> None:
        """Redact what of ours shows an object, here and elsewhere, also what is on its way."""
        await memory.forget_about(transaction, room_id, key[1])
        await self._redact(transaction, room_id, await card_store.showing(transaction, room_id, key))
        await card_store.doom(transaction, room_id, key)
        await memory.doom_elsewhere(transaction, room_id, key[1])
        for other, event_id in await memory.shown_elsewhere(transaction, room_id, key[1]):
            await self._redact(transaction, other, [event_id])

    async def withdraw_edits(self, transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
        """Redact the edits of a card that has been redacted: they would go on showing what it showed."""
        self.notices.close(room_id, await card_store.said_as(transaction, room_id, event_id) or "")
        edits = await card_store.redacted(transaction, room_id, event_id)
        await self._redact(transaction, room_id, edits)

    async def gone(self, room_id: RoomId, target: EventId, transaction: Transaction) -> None:
        """Erase what an event brought that was redacted without our hearing of it (``RedactionCheck.erase``)."""
        await self.withdraw_edits(transaction, room_id, target)
        await self.registrar.erase(room_id, target, self.edge.user_id, transaction)

    async def arrived(self, transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
        """Redact a message of ours that was on its way when what it shows was erased."""
        await self._redact(transaction, room_id, [event_id])
        await memory.cleared(transaction, room_id, event_id)

    async def _redact(self, transaction: Transaction, room_id: RoomId, events: Iterable[EventId]) -> None:
        for event_id in events:
            operation = await store.find_by_event(transaction, room_id, event_id)
            if operation is not None and not await self._release(transaction, operation, event_id):
                continue
            await self._enqueue(transaction, room_id, event_id)

    async def _enqueue(self, transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
        redaction = OutgoingRedaction(room_id, txn_of(room_id, event_id, "erased"), event_id)
        await self.edge.enqueue(redaction, transaction)

    async def _release(self, transaction: Transaction, operation: Operation, event_id: EventId) -> bool:
        """Say again, without words, what the operation of a message did, because redacting it erases that."""
        room_id = operation.room_id
        state = await self.ledger.state(transaction, room_id)
        if self._makes(operation, state):
            # What it made cannot be made again under an operation of its own: only people can redact that.
            _log.warning("message_not_cleared", room_id=operation.room_id, event_id=event_id)
            return False
        changes = changes_without_text(operation, state, self.makers)
        if changes:
            again = await self.ledger.write(
                transaction, room_id, changes, by=operation.by, behalf=operation.behalf, cause=operation.cause
            )
            await self.registrar.publish(transaction, room_id, again, f"{event_id} again")
        return True

    def _makes(self, operation: Operation, state: State) -> bool:
        """Tell whether *operation* made something that is still there: what hangs on a gone object is not."""
        return any(each.first and not self._hangs_on_nothing(each, state) for each in operation.changes)

    def _hangs_on_nothing(self, change: Change, state: State) -> bool:
        owners = ((maker, change.first.get(kind)) for kind, maker in self.makers.items() if kind != change.kind)
        return any(isinstance(owner, str) and _is_gone(state, maker, owner) for maker, owner in owners)


def _is_gone(state: State, maker: CardMaker, object_id: str) -> bool:
    return state.get(maker.kind, object_id) is not None and maker.author(state, object_id) is None
