"""What references a chapter is read page by page, by whoever wants to know."""

from collections import Counter

import pytest

from bots.assistant.sync import paging
from bots.matrix.events import Event
from bots.matrix.fake import FakePage
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId, UserId

ROOM, ROOT = RoomId("!room"), EventId("$root")


class Shelf:
    """As much of an edge as this takes: one event a page, and what the server says comes next."""

    def __init__(self, following: dict[str | None, str | None]) -> None:
        self._following = following
        self.asked: list[str | None] = []

    async def fetch_relations(self, room_id: RoomId, root: EventId, since: str | None = None) -> FakePage:
        self.asked.append(since)
        event = Event(room_id, EventId(f"${since}"), UserId("@a:x.fr"), "m.room.message", {}, 0)
        return FakePage((event,), self._following[since])


async def read(shelf: Shelf, counts: Counter[str], most: int = 9) -> int:
    edge: Edge = shelf  # type: ignore[assignment] # a part of one is enough here
    found = 0
    async for page in paging.relations(edge, ROOM, ROOT, counts):
        found += len(page)
        if found == most:
            break
    return found


async def test_all_pages_are_read_and_counted() -> None:
    shelf, counts = Shelf({None: "1", "1": "2", "2": None}), Counter[str]()
    assert await read(shelf, counts) == 3
    assert shelf.asked == [None, "1", "2"]
    assert counts == {"pages": 3, "events": 3}


async def test_who_has_read_enough_asks_for_no_more() -> None:
    shelf = Shelf({None: "1", "1": "2", "2": None})
    assert await read(shelf, Counter(), most=2) == 2
    assert shelf.asked == [None, "1"]


@pytest.mark.parametrize("again", ["1", None])
async def test_a_server_that_names_the_same_page_again_has_no_more(again: str | None) -> None:
    shelf = Shelf({None: "1", "1": again})
    assert await read(shelf, Counter()) == 2
