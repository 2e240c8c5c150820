"""What was done before, brought from the store into a request that asks for it."""

from dataclasses import replace
from typing import Final

from bots.assistant.store import card_store, memory
from bots.assistant.talk.request import HistoryEntry, Needs, Past, Request
from bots.assistant.talk.scene import Key
from bots.database.engine import Transaction
from bots.register.format.acceptance import Speaks, guest_of
from bots.register.format.operation import Operation
from bots.register.store import operations as store
from bots.register.store.object_history import Step, carriers, trail
from config.identifiers import EventId, RoomId, UserId

_UNDONE_WITHIN_MS: Final = 24 * 3_600_000
"""How old what ``!annuler`` takes back may be, where nobody says what: later they hardly know any more."""


async def supplied(request: Request, needs: Needs, transaction: Transaction, speaks: Speaks) -> Request:
    """Return *request* with what *needs* asks for, from the disk; nobody else acts for those who are *speaks*'."""
    if needs.carriers:
        brought = await carriers(transaction, request.room_id, needs.carriers, request.state)
        request = replace(request, carriers=brought)
    keys = needs.history
    if not keys:
        return request
    found = await trail(transaction, request.room_id, keys, request.state)
    return replace(request, history={key: tuple(_deed(each, key, speaks) for each in found[key]) for key in keys})


def _deed(step: Step, key: Key, speaks: Speaks) -> HistoryEntry:
    if isinstance(step, Operation):
        return HistoryEntry(replace(step, behalf=guest_of(step, speaks)), step.sender, step.ts)
    traces = [each for each in step.stone.traces if (each.kind, each.id) == key]
    return HistoryEntry(None, step.sender, None, tuple(dict.fromkeys(name for each in traces for name in each.set)))


async def last_of(transaction: Transaction, request: Request, me: UserId, now: int) -> Past | None:
    """Return what the sender can take back: what made the message that they reply to, else what they asked last."""
    room_id, sender = request.room_id, request.sender
    if request.answered is None:
        last = await memory.last(transaction, room_id, sender, now - _UNDONE_WITHIN_MS)
        causes = [] if last is None else [last]
    else:
        causes = await _causes(transaction, room_id, request.answered, me)
    for cause in causes:
        before = await memory.answered(transaction, room_id, cause)
        if before is None or before.sender != sender:
            continue
        if before.inverse or await memory.answered_elsewhere(transaction, room_id, cause):
            return Past(cause, before.inverse, before.at)
    return None


async def _causes(transaction: Transaction, room_id: RoomId, said: EventId, me: UserId) -> list[EventId]:
    """Return what made us say a message, a notice of several deeds too: the last of them first."""
    events = [said, *await card_store.edits_of(transaction, room_id, said)]
    found = [await store.find_by_event(transaction, room_id, event_id) for event_id in events]
    # What others name as their cause is their word.
    ours = [each for each in found if each is not None and each.sender == me and each.cause]
    causes = [EventId(str(each.cause)) for each in sorted(ours, key=lambda each: each.clock, reverse=True)]
    return [*causes, said]
