"""The history that a command asks for, brought from the store into its request."""

from dataclasses import replace

from bots.assistant.talk.request import Deed, Needs, Request
from bots.assistant.talk.scene import Key
from bots.database.engine import Transaction
from bots.register.format.acceptance import Speaks, guest_of
from bots.register.format.operation import Operation
from bots.register.store.trail import Step, carriers, trail


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


def _deed(step: Step, key: Key, speaks: Speaks) -> Deed:
    if isinstance(step, Operation):
        return Deed(replace(step, behalf=guest_of(step, speaks)), step.sender, step.ts)
    traces = [each for each in step.stone.traces if (each.kind, each.id) == key]
    return Deed(None, step.sender, None, tuple(dict.fromkeys(name for each in traces for name in each.set)))
