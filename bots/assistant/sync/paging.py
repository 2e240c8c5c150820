"""What the homeserver shows page after page, the latest first: what references a chapter, what somebody has said."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection

from bots.matrix.events import Incoming
from bots.matrix.port import Edge, Page
from config.identifiers import EventId, RoomId, UserId

Pages = AsyncIterator[tuple[Incoming, ...]]
"""The next page is asked for when it is wanted; not inside a transaction. ``pages`` and ``events`` are counted."""


def relations(edge: Edge, room_id: RoomId, root: EventId, counts: Counter[str]) -> Pages:
    """Yield page by page what references *root*. Raises what ``Edge.fetch_relations`` does."""
    return _pages(lambda since: edge.fetch_relations(room_id, root, since), counts)


def said(edge: Edge, room_id: RoomId, senders: Collection[UserId], counts: Counter[str]) -> Pages:
    """Yield page by page what *senders* have said in a room. Raises what ``Edge.fetch_messages`` does."""
    return _pages(lambda since: edge.fetch_messages(room_id, senders, since), counts)


async def _pages(fetch: Callable[[str | None], Awaitable[Page]], counts: Counter[str]) -> Pages:
    since: str | None = None
    while True:
        page = await fetch(since)
        counts["pages"] += 1
        counts["events"] += len(page.events)
        yield page.events
        # A server that says the same again would have us read for ever.
        if page.next is None or page.next == since:
            return
        since = page.next
