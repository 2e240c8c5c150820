"""What a person has to do in one room, as other capabilities are told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bots.assistant.talk.scene import Scene
from bots.register.format.operation import Change, Operation
from bots.register.replica.state import State
from bots.tasks.saying.agenda import AGENDA
from config.identifiers import RoomId, UserId

ME, OTHER, BOT = UserId("@sec:valbourg.fr"), UserId("@dgs:valbourg.fr"), UserId("@beffroi:valbourg.fr")
NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
ROOM = RoomId("!room")


class Room:
    """A room's state, written task by task."""

    def __init__(self) -> None:
        self.state = State()
        self._seq = 0

    def add(self, title: str, number: int, *people: UserId, sender: UserId = BOT, **fields: Any) -> str:
        task_id = f"00000000-0000-5000-8000-{self._seq:012}"
        depends = tuple(fields.pop("depends", ()))
        add: dict[str, Any] = {"assignees": tuple(people)} if people else {}
        add |= {"depends": depends} if depends else {}
        change = Change("task", task_id, set={"title": title, **fields}, first={"number": number}, add=add)
        self._seq += 1
        digest = f"{self._seq:016}"
        operation = Operation(ROOM, sender, "srcsrcsrc", self._seq, self._seq, 0, sender, (change,), (), digest, {})
        self.state.apply(operation)
        return task_id

    def scene(self) -> Scene:
        return Scene(ROOM, self.state, {ME: None, OTHER: None}, NOW)


@pytest.fixture
def room() -> Room:
    return Room()


def titles(room: Room, *people: UserId, until: date = date.max) -> list[str]:
    return [each.title for each in AGENDA.mine(room.scene(), people, until)]


def test_only_what_is_open_and_theirs(room: Room) -> None:
    room.add("mine", 1, ME)
    room.add("both", 2, ME, OTHER)
    room.add("other", 3, OTHER)
    room.add("done", 4, ME, status="done")
    room.add("nobody", 5)
    assert titles(room, ME) == ["mine", "both"]
    assert titles(room, ME, OTHER) == ["mine", "both", "other"]
    assert titles(room) == []


def test_until_a_day_or_at_no_time(room: Room) -> None:
    room.add("soon", 1, ME, when={"due": "2026-11-24"})
    room.add("later", 2, ME, when={"due": "2026-11-26"})
    # In Paris, that is already the 25th.
    room.add("night", 3, ME, when={"due": "2026-11-24T23:30", "zone": "UTC"})
    room.add("never", 4, ME)
    assert titles(room, ME, until=date(2026, 11, 24)) == ["soon", "never"]
    assert titles(room, ME, until=date(2026, 11, 25)) == ["soon", "night", "never"]


def test_what_is_late_and_what_waits(room: Room) -> None:
    first = room.add("first", 1, ME, when={"due": "2026-11-20"}, priority=1)
    room.add("second", 2, ME, depends=[first])
    room.add("blocked", 3, ME, status="blocked")
    found = {each.title: each for each in AGENDA.mine(room.scene(), [ME], date.max)}
    assert [each.late for each in found.values()] == [True, False, False]
    assert [each.waiting for each in found.values()] == [False, True, True]
    assert (found["first"].priority, found["first"].due, found["first"].key) == (1, date(2026, 11, 20), ("task", first))


def test_two_with_one_number_are_told_apart(room: Room) -> None:
    room.add("ours", 1, ME)
    room.add("theirs", 1, ME, sender=UserId("@beffroi:rivemont.fr"))
    assert [each.label for each in AGENDA.mine(room.scene(), [ME], date.max)] == ["1-valbourg", "1-rivemont"]


@pytest.mark.parametrize("raw", [None, "", "x" * 5_000, "a\nb\u202e"])
def test_titles_that_make_no_sense_stay_in_one_line(room: Room, raw: Any) -> None:
    room.add(raw, 1, ME)
    said = titles(room, ME)
    assert len(said) == (0 if raw is None else 1)
    for each in said:
        assert "\n" not in each
        assert 0 < len(each) <= 500
