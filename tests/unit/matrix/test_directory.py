"""What the homeserver says of its people, whatever else stands in its answers."""

from collections.abc import Mapping
from typing import Any

import pytest

from bots.matrix.events import FoundUsers
from bots.matrix.homeserver.directory import Directory
from config.identifiers import UserId

ANNE, PAUL = UserId("@anne:valbourg.fr"), UserId("@paul:valbourg.fr")


class Homeserver:
    """Answers everything with *answer*, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.bodies: list[Any] = []

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
    ) -> dict[str, Any]:
        del method, path, query, timeout_s
        self.bodies.append(body)
        answer: dict[str, Any] = self.answer
        return answer


async def test_people_are_found_with_their_names_in_the_servers_order() -> None:
    results = [
        {"user_id": PAUL, "display_name": "Paul\x00", "avatar_url": None},
        {"user_id": "nobody", "display_name": "x"},
        "nonsense",
        {"user_id": ANNE},
    ]
    homeserver = Homeserver({"results": results, "limited": True})
    found = await Directory(homeserver).find("valbourg")
    assert list(found.people) == [PAUL, ANNE]
    assert found.people[ANNE] is None
    assert "\x00" not in (found.people[PAUL] or "")
    assert found.more
    assert homeserver.bodies == [{"search_term": "valbourg", "limit": 50}]


@pytest.mark.parametrize("answer", [{}, {"results": 3, "limited": "yes"}, {"results": None}])
async def test_nonsense_finds_nobody(answer: dict[str, Any]) -> None:
    assert await Directory(Homeserver(answer)).find("x") == FoundUsers({}, more=False)


@pytest.mark.parametrize(
    ("devices", "signed_in"),
    [
        ({"PHONE": {"keys": {"ed25519:PHONE": "x"}}}, True),
        ({"BARE": {"keys": {}}, "PHONE": {"keys": {"ed25519:PHONE": "x"}}}, True),
        ({}, False),
        ({"BARE": {}}, False),
        ({"BARE": None}, False),
        ([], False),
        (None, False),
    ],
)
async def test_who_has_a_device_with_keys_has_signed_in(devices: object, signed_in: bool) -> None:
    homeserver = Homeserver({"device_keys": {ANNE: devices, "@mallory:valbourg.fr": {"X": {"keys": {"a": "b"}}}}})
    assert await Directory(homeserver).with_devices([ANNE, PAUL]) == ({ANNE} if signed_in else set())
    assert homeserver.bodies[0]["device_keys"] == {ANNE: [], PAUL: []}
