"""What a room of many events is looked up in is made in pieces, while others have their turns."""

import asyncio
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.sync.readiness import Readiness
from bots.calendar.format.zones import iana
from bots.events.capability import events
from bots.events.kept import book as shelf
from bots.events.kept.book import Book, book
from bots.items.capability import PIECE
from bots.register.format.operation import Change
from bots.register.replica.places import Key
from bots.register.replica.state import State
from config.identifiers import RoomId
from tests.unit.events.test_kept import TUESDAYS, Room

HERE = datetime(2026, 11, 24, 11, tzinfo=UTC)


class Seen:
    """A view that notes how much it is given at once."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.most = 0

    def update(self, state: State, touched: Collection[Key]) -> None:
        self.keys += touched
        self.most = max(self.most, len(touched))


def full(count: int) -> Room:
    room = Room()
    for number in range(1, count + 1):
        day = f"2026-12-{number % 27 + 1:02}"
        room.event(
            f"u{number}", number, title=f"visite {number}", when={"start": f"{day}T10:00", "end": f"{day}T11:00"}
        )
    return room


def test_a_view_is_made_of_so_many_objects_at_a_time_and_of_each_once() -> None:
    room = full(25)

    pieces = [room.state.ahead(Seen, 10) for _ in range(4)]

    assert pieces == [True, True, False, False]
    made = room.state.view(Seen)
    assert made.most == 10
    assert made.keys == [found.key for found in room.state.objects()]


def test_whoever_asks_before_it_is_made_gets_all_of_it() -> None:
    room = full(25)
    room.state.ahead(Seen, 10)

    assert room.state.view(Seen).keys == [found.key for found in room.state.objects()]
    assert not room.state.ahead(Seen, 10)


def test_what_changes_meanwhile_is_taken_in() -> None:
    paris = iana("Europe/Paris")
    assert paris is not None
    room, agenda = full(30), book(paris)
    room.state.ahead(agenda, 10)
    first = next(iter(room.state.all("event")))
    room.write(Change("event", first.id, set={"title": "autre"}))
    room.event("new", 99, **TUESDAYS)
    while room.state.ahead(agenda, 10):
        pass

    made = room.state.view(agenda)
    anew = Book(paris)
    anew.update(room.state, [found.key for found in room.state.objects()])
    assert {*made.ids} == {*anew.ids}
    assert made.titles.saying(["autre"], every=True) == {first.id}
    assert made.titles.saying(["visite"], every=True) == anew.titles.saying(["visite"], every=True)


def test_no_piece_looks_at_more_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: a slow machine changes nothing in it."""
    room, looked = full(2 * PIECE + 5), list[int]()
    taken = Book.update

    def counted(self: Book, state: State, touched: Collection[Key]) -> None:
        looked.append(len(touched))
        taken(self, state, touched)

    monkeypatch.setattr(Book, "update", counted)
    following, pieces = Dispatcher([events()]).following, 0
    while following.ready(room.state, HERE.astimezone(_paris())):
        pieces += 1
    assert max(looked) == PIECE
    assert pieces > 2 * (2 * PIECE // PIECE)
    assert not room.book.titles.ready(), "titles too"
    assert shelf.TITLES <= PIECE


def _paris() -> Any:
    found = iana("Europe/Paris")
    assert found is not None
    return found.rules


class _Ledger:
    def rooms(self) -> Iterator[RoomId]:
        yield RoomId("!salon")

    def known(self, room_id: RoomId) -> State:
        return State()

    def hash_ahead(self, room_id: RoomId, most: int) -> bool:
        return False


async def test_others_have_their_turn_between_two_slices() -> None:
    now, pieces, turns = [0], list[int](), list[int]()

    def ready(_: State, __: datetime) -> bool:
        now[0] += 8
        pieces.append(now[0])
        return True

    async def other() -> None:
        while True:
            turns.append(len(pieces))
            await asyncio.sleep(0)

    readiness = Readiness(_Ledger(), ready, _paris(), lambda: now[0])  # type: ignore[arg-type] # what it asks of it
    async with asyncio.TaskGroup() as group:
        task = group.create_task(other())
        await asyncio.sleep(0)
        await readiness.tend()
        task.cancel()

    between = [later - before for before, later in pairwise(turns)]
    assert max(between) == 3, "a slice of 20 ms, in pieces of 8"
    assert len([step for step in between if step]) == 5
