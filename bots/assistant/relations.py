"""The events that reference a chapter, as the homeserver shows them: page after page, the latest first."""

from collections import Counter
from collections.abc import AsyncIterator

from bots.matrix.events import Incoming
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId


async def pages(
    edge: Edge, room_id: RoomId, root: EventId, counts: Counter[str]
) -> AsyncIterator[tuple[Incoming, ...]]:
    """Yield page by page what references *root*; the next page is asked for when it is wanted.

    Counted in *counts*: ``pages`` and ``events``. Not inside a transaction. Raises what ``Edge.fetch_relations`` does.
    """
    since: str | None = None
    while True:
        page = await edge.fetch_relations(room_id, root, since)
        counts["pages"] += 1
        counts["events"] += len(page.events)
        yield page.events
        # A server that says the same again would have us read for ever.
        if page.next is None or page.next == since:
            return
        since = page.next
