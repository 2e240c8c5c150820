"""How much one person may have done to others: in a day, and to somebody's telephone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch import sentences
from bots.assistant.store import memory
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.database.engine import Transaction

_DAY_MS: Final = 24 * 3_600_000
_WOKEN_MS: Final = 3_600_000
"""How long somebody is not mentioned again by the same person about the same thing."""


async def bounded(
    transaction: Transaction, request: Request, reply: Reply, daily: Mapping[str, int], now: int
) -> Reply:
    """Return *reply* without what would wake somebody again and again, or the refusal to do too much in a day.

    *daily* says how many errands of a kind are enough, *now* (ms) what time it is.
    """
    sender = request.sender
    for errand in () if request.edited else reply.errands:
        most = daily.get(errand.kind) if isinstance(errand, Errand) else None
        name = f"{errand.kind} {sender}"
        if most is not None and not await memory.one_more(transaction, name, most, now, now - _DAY_MS):
            return ask(request, sentences.enough_today(request, most))
    if not reply.changes:
        return reply
    about = ",".join(sorted(object_id for _, object_id in reply.shows))
    woken = [
        user
        for user in reply.mentions
        if user == sender
        or await memory.first_time_since(
            transaction, request.room_id, f"woke {user} {sender} {about}", now, now - _WOKEN_MS
        )
    ]
    return reply if len(woken) == len(reply.mentions) else replace(reply, mentions=tuple(woken))
