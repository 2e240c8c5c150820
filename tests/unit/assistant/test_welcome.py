"""The assistant writes to each person of its town once, when they have signed in, and to nobody else."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.welcome import DEVICES_MS, LEAST_REST_MS, PACE_MS, Welcome
from bots.database.engine import Database, metadata
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import Member, Outgoing
from bots.matrix.fake import FakeEdge
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bots.tasks.commands import TASKS
from config.identifiers import RoomId, UserId

ME, OTHER = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
ANNE, PAUL, ROBOT = (UserId(f"@{each}:valbourg.fr") for each in ("anne", "paul", "supervision"))
MAIRE = UserId("@maire:rivemont.fr")
ALIKE = UserId("@anne:valbourg.fr.exemple.fr")
"""Her server is called nearly like ours, so the same search shows her."""


START = 1_795_431_600_000


class Died(BaseException):
    """Stands for SIGKILL."""


class House:
    """An assistant that meets people; :meth:`restart` is what is left of it after a crash."""

    def __init__(self) -> None:
        self.now = START
        self.edge = FakeEdge(ME)
        self.edge.accounts = {ME, OTHER, ANNE, PAUL, ROBOT, MAIRE, ALIKE}
        self.wanted = True
        self.restart()

    def restart(self) -> None:
        ledger = Ledger(ME, Signer(b"v" * 32), lambda _: (), lambda: self.now)
        desk = Desk(self.edge, self.database, ledger, Dispatcher([TASKS]), lambda: [ME, OTHER], now_ms=lambda: self.now)
        self.edge.attach(desk)
        self.meeting = Welcome(
            *(self.edge, self.database, lambda: [ME, OTHER], lambda: self.now),
            bots=frozenset({ROBOT}),
            wanted=self.wanted,
        )

    @property
    def passed_ms(self) -> int:
        return self.now - START

    @property
    def database(self) -> Database:
        return self.edge.database

    async def wait(self, seconds: int = 90) -> None:
        for _ in range(seconds):
            self.now += 1_000
            await self.meeting.tend()
            await self.edge.flush()

    def sign_in(self, *people: UserId) -> None:
        self.edge.signed_in |= {*people}

    def room_of(self, person: UserId) -> RoomId | None:
        return self.edge.made.get((person, 0))

    def enter(self, person: UserId) -> RoomId:
        room_id = self.room_of(person)
        assert room_id is not None
        self.edge.enter(room_id, person)
        return room_id

    def said(self, room_id: RoomId) -> list[str]:
        messages = (each for each in self.edge.said if isinstance(each, Outgoing) and each.room_id == room_id)
        return [each.content["body"] for each in messages]

    def asked(self, what: str) -> int:
        return sum(each[0] == what for each in self.edge.asked)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    async with made.database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield made
    await made.database.close()


async def test_whoever_signs_in_is_invited_alone_and_greeted_when_they_come(house: House) -> None:
    await house.wait()
    assert house.edge.made == {}
    house.sign_in(ANNE)
    await house.wait()

    room_id = house.room_of(ANNE)
    assert room_id is not None
    room = house.edge.room(room_id)
    assert room is not None
    assert room.encrypted
    assert room.members.keys() == {ME, ANNE}
    assert ("invite", room_id, ANNE, "direct") in house.edge.asked
    assert house.said(room_id) == [], "nobody could read it yet"

    house.enter(ANNE)
    await house.wait()
    (greeting,) = house.said(room_id)
    assert len(greeting.splitlines()) == 3
    assert "Je suis Beffroi" in greeting
    assert "ma journée" in greeting


async def test_nobody_else_is_written_to(house: House) -> None:
    """Neither who has not signed in, nor programs, nor assistants, nor people of other towns."""
    house.sign_in(ROBOT, OTHER, MAIRE, ALIKE, ME)
    await house.wait(300)
    assert house.edge.made == {}
    assert house.asked("invite") == 0


@pytest.mark.parametrize("membership", ["join", "leave"])
async def test_who_has_written_to_it_before_is_not_written_to(house: House, membership: str) -> None:
    room = house.edge.add_room("!theirs", [ANNE], direct=True)
    house.edge.set_room(replace(room, creator=ANNE, members={**room.members, ANNE: Member(ANNE, membership)}))  # type: ignore[arg-type]
    house.sign_in(ANNE, PAUL)
    await house.wait()
    assert house.room_of(ANNE) is None
    assert house.room_of(PAUL) is not None
    house.edge.leave_room(RoomId("!theirs"))
    house.restart()
    await house.wait()
    assert house.room_of(ANNE) is None, "once met is met"


async def test_a_room_of_several_is_no_conversation(house: House) -> None:
    house.edge.add_room("!office", [ANNE, PAUL])
    house.sign_in(ANNE)
    await house.wait()
    assert house.room_of(ANNE) is not None


async def test_where_people_do_not_want_it_nobody_is_looked_for(house: House) -> None:
    house.wanted = False
    house.restart()
    house.sign_in(ANNE)
    await house.wait(300)
    assert house.edge.asked == []


async def test_who_declines_hears_nothing_and_is_not_asked_again(house: House) -> None:
    house.sign_in(ANNE)
    await house.wait()
    room_id = house.room_of(ANNE)
    assert room_id is not None
    room = house.edge.room(room_id)
    assert room is not None
    house.edge.set_room(replace(room, members={**room.members, ANNE: Member(ANNE, "leave")}))
    house.restart()
    await house.wait(300)
    assert house.asked("invite") == 1
    assert house.said(room_id) == []


@pytest.mark.parametrize("when", ["create_room", "create_room done", "invite", "invite done"])
async def test_once_whatever_dies_in_between(house: House, when: str) -> None:
    house.sign_in(ANNE)
    _dies(house, when)
    with pytest.raises(Died):
        await house.wait()
    house.restart()
    await house.wait()
    room_id = house.enter(ANNE)
    house.restart()
    await house.wait()
    assert list(house.edge.made) == [(ANNE, 0)]
    assert len(house.said(room_id)) == 1


def _dies(house: House, when: str) -> None:
    def fault(what: str) -> None:
        if what == when:
            house.edge.fault = lambda _: None
            raise Died

    house.edge.fault = fault


async def test_a_lost_store_greets_nobody_twice(house: House) -> None:
    house.sign_in(ANNE)
    await house.wait()
    room_id = house.enter(ANNE)
    await house.wait()
    assert len(house.said(room_id)) == 1
    async with house.database.engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    # A new device begins anew with its transactions: the homeserver drops nothing of it.
    house.edge.said.clear()
    house.restart()
    await house.wait(300)
    assert list(house.edge.made) == [(ANNE, 0)]
    assert house.said(room_id) == []


async def test_a_homeserver_that_is_away_is_waited_for_and_a_refusal_is_final(house: House) -> None:
    def fault(what: str) -> None:
        if what == "invite":
            raise house_fault

    house_fault: Exception = Unreachable("down")
    house.edge.fault = fault
    house.sign_in(ANNE)
    await house.wait(300)
    house.edge.fault = lambda _: None
    await house.wait(600)
    assert house.asked("invite") == 1

    house_fault = Refused(403, "M_FORBIDDEN", "no invitations please")
    house.edge.fault = fault
    house.sign_in(PAUL)
    await house.wait(300)
    house.edge.fault = lambda _: None
    await house.wait(900)
    assert house.asked("invite") == 1


async def test_a_whole_town_on_one_morning_is_met_one_by_one(house: House) -> None:
    crowd = [UserId(f"@agent{number}:valbourg.fr") for number in range(120)]
    house.edge.accounts |= {*crowd}
    house.sign_in(*crowd)
    for _ in range(60 * 10):
        await house.wait(1)
        assert house.asked("create_room") <= 1 + house.passed_ms // PACE_MS
    await house.wait(60 * 10)
    assert {person for person, _ in house.edge.made} == {*crowd}
    assert house.asked("create_room") == 120


async def test_what_it_asks_of_the_homeserver_is_bounded(house: House) -> None:
    seconds = 3_600
    await house.wait(seconds)
    assert house.asked("find_people") <= seconds * 1_000 // LEAST_REST_MS + 1
    assert house.asked("with_devices") <= seconds * 1_000 // DEVICES_MS + 1
    assert PACE_MS >= 5_000


async def test_an_account_that_is_new_is_found_and_one_that_is_gone_forgotten(house: House) -> None:
    await house.wait()
    new: Callable[[str], UserId] = lambda name: UserId(f"@{name}:valbourg.fr")  # noqa: E731
    house.edge.accounts |= {new("zoe")}
    house.edge.accounts -= {PAUL}
    await house.wait()
    house.sign_in(new("zoe"), PAUL)
    await house.wait()
    assert {person for person, _ in house.edge.made} == {new("zoe")}
