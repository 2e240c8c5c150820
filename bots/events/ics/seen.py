"""Since when somebody could read what was written on a room's events: nothing older is given out to them."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.request import Request
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId, UserId

_FEW: Final = 40
"""So many messages are asked about one by one; of more, the first that they could read is searched for by halves."""


async def seen_since(request: Request, payload: Payload, edge: Edge) -> int | None:
    """Return the clock from which on whoever asks was in the room; None where they could read none of it.

    The payload holds [clock, event] of each operation, in the order of the clocks. Raises ``Unreachable``.
    """
    raw = payload.get("steps")
    steps = [each for each in raw if isinstance(each, list) and len(each) == 2] if isinstance(raw, list) else []
    known = [(clock, EventId(str(event_id))) for clock, event_id in steps if isinstance(clock, int)]
    return await first_seen(edge, request.sender, request.room_id, known)


async def first_seen(edge: Edge, asker: UserId, room_id: RoomId, known: Sequence[tuple[int, EventId]]) -> int | None:
    """Return the first clock of *known*, [clock, event] in the order of the clocks, whose event *asker* could read.

    None where they could read none of it. Raises ``Unreachable``.
    """

    async def could(at: int) -> bool:
        return await could_read(edge, asker, room_id, known[at][1])

    if len(known) <= _FEW:
        first = len(known)
        while first and await could(first - 1):
            first -= 1
    else:
        low, first = 0, len(known)
        while low < first:
            middle = (low + first) // 2
            if await could(middle):
                first = middle
            else:
                low = middle + 1
    return known[first][0] if first < len(known) else None
