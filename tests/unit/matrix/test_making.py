"""Rooms of our own making, against a homeserver that a test can read: made once, limits waited for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import NewRoom, StateEvent
from bots.matrix.homeserver.making import Making, alias_of
from config.identifiers import EventId, RoomId, UserId

BOT, ANNE, MAIRE = UserId("@beffroi:valbourg.fr"), UserId("@anne:valbourg.fr"), UserId("@maire:rivemont.fr")
CAUSE = EventId("$command")
NEW = NewRoom(CAUSE, 1, (StateEvent("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}),))


class Clock:
    def __init__(self) -> None:
        self.waited: list[float] = []

    def now_ms(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


class Homeserver:
    """Rooms under aliases; ``limits`` are the seconds that the next requests are told to wait."""

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}
        self.bodies: list[Any] = []
        self.state: dict[str, Any] = {}
        self.limits: list[float] = []

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
    ) -> dict[str, Any]:
        del query, timeout_s
        path = unquote(path)
        if method != "GET" and self.limits:
            raise Unreachable("status 429", self.limits.pop(0))
        if path.endswith("/createRoom"):
            return self._create(body)
        if "/directory/room/" in path:
            return {"room_id": self.aliases[path.rsplit("/", 1)[1]]}
        if method == "GET":
            key = path.split("/state/")[1].rstrip("/")
            if key not in self.state:
                raise Refused(404, "M_NOT_FOUND", "no such state")
            found: dict[str, Any] = self.state[key]
            return found
        self.bodies.append((method, path, body))
        return {}

    def _create(self, body: Any) -> dict[str, Any]:
        alias = f"#{body['room_alias_name']}:valbourg.fr"
        if alias in self.aliases:
            raise Refused(400, "M_ROOM_IN_USE", "Room alias already taken")
        self.aliases[alias] = f"!room{len(self.aliases)}"
        self.bodies.append(body)
        self.state["m.room.create"] = {"sender": BOT}
        self.state["m.room.member/@beffroi:valbourg.fr"] = {"membership": "join"}
        return {"room_id": self.aliases[alias]}


@pytest.fixture
def homeserver() -> Homeserver:
    return Homeserver()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def making(homeserver: Homeserver, clock: Clock) -> Making:
    return Making(BOT, homeserver, clock)


async def test_the_same_cause_is_the_same_room(making: Making, homeserver: Homeserver) -> None:
    """Also for a process that knows nothing of the one before."""
    first = await making.create_room(NEW)
    again = Making(BOT, homeserver, Clock())

    assert await again.create_room(NEW) == first
    assert await making.create_room(NewRoom(CAUSE, 2, ())) != first
    assert len(homeserver.aliases) == 2


async def test_what_a_cut_left_out_is_added(making: Making, homeserver: Homeserver) -> None:
    """First of all that the room is encrypted."""
    room_id = await making.create_room(NEW)
    homeserver.bodies.clear()
    await making.create_room(NEW)

    # What people have changed since stays: only what is missing is written.
    assert [(method, path.split("/state/")[1].rstrip("/")) for method, path, _ in homeserver.bodies] == [
        ("PUT", "m.room.encryption"),
        ("PUT", "m.room.canonical_alias"),
    ]
    assert all(f"/{room_id}/" in path for _, path, _ in homeserver.bodies)


async def test_somebody_elses_room_is_not_taken(making: Making, homeserver: Homeserver) -> None:
    await making.create_room(NEW)
    homeserver.state["m.room.create"] = {"sender": "@mallory:valbourg.fr"}
    with pytest.raises(Refused, match="M_ROOM_IN_USE"):
        await making.create_room(NEW)


async def test_a_rate_limit_is_waited_for(making: Making, homeserver: Homeserver, clock: Clock) -> None:
    homeserver.limits = [3.0, 3.0]
    await making.invite(RoomId("!r"), ANNE)

    assert [round(each) for each in clock.waited] == [3, 3]
    assert [body for _, _, body in homeserver.bodies] == [{"user_id": ANNE}]


async def test_an_invitation_to_a_conversation_of_two_says_so(making: Making, homeserver: Homeserver) -> None:
    """Clients list the room with people only by what stands in the invitation."""
    await making.invite(RoomId("!r"), ANNE, direct=True)

    ((method, path, body),) = homeserver.bodies
    assert (method, path) == ("PUT", f"/_matrix/client/v3/rooms/!r/state/m.room.member/{ANNE}")
    assert body == {"membership": "invite", "is_direct": True}


async def test_a_long_one_is_the_callers(making: Making, homeserver: Homeserver, clock: Clock) -> None:
    homeserver.limits = [333.0]
    with pytest.raises(Unreachable) as raised:
        await making.invite(RoomId("!r"), ANNE)

    assert raised.value.retry_after == 333
    assert clock.waited == []


@pytest.mark.parametrize("membership", ["join", "invite", "leave", "ban"])
async def test_nobody_is_invited_twice(making: Making, homeserver: Homeserver, membership: str) -> None:
    homeserver.state["m.room.member/@maire:rivemont.fr"] = {"membership": membership}
    await making.invite(RoomId("!r"), MAIRE)

    assert homeserver.bodies == []


def test_an_alias_tells_nothing() -> None:
    assert alias_of(CAUSE, 0) == alias_of(CAUSE, 0) != alias_of(CAUSE, 1)
    assert "command" not in alias_of(CAUSE, 0)
