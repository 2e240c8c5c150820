"""Attacks on drop boxes that need nothing but a socket and the address; tests/sabotage takes the defences off."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bots.links.format.encoding import encode
from bridge.share.store.tables import deposits
from tests.boxes import Citizen, Depositing
from tests.contract.test_box_server import from_elsewhere, opened, town_of, waits
from tests.shares import Share, sharing
from tests.unit.links.boxmakers import made_box

pytestmark = pytest.mark.integration

MIB = 2**20


@pytest.fixture
async def share(tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share") as running:
        yield running


async def test_one_address_begins_so_many_and_then_waits(share: Share) -> None:
    _, citizen = await opened(share)
    statuses = [(await citizen.begin().start([1]))[0] for _ in range(40)]

    assert statuses == [201] * 30 + [429] * 10
    share.clock.forward(21)
    assert (await citizen.begin().start([1]))[0] == 201


@pytest.fixture
async def proxied(tmp_path: Path) -> AsyncIterator[Share]:
    """A server that hears of each visitor's address from the proxy in front of it."""
    async with sharing(tmp_path / "proxied", behind_proxy=True) as running:
        yield running


async def test_who_only_promises_makes_way_for_who_sends(proxied: Share) -> None:
    """Twenty promises of the largest deposit fill a box; they cost nothing, and nothing of them need ever come."""
    most = 10 * MIB
    _, citizen = await opened(proxied, size=most, quota=20 * most)
    promised = [from_elsewhere(citizen, number % 2).begin() for number in range(20)]
    assert [(await each.start([most]))[0] for each in promised] == [201] * 20
    honest = citizen.begin()
    assert (await honest.start([5]))[0] == 507, "they may be about to send"

    proxied.clock.forward(15 * 60)
    assert (await promised[0].patch(0, 0, b"x" * MIB))[0] == 204
    assert (await promised[1].patch(0, 0, b""))[0] == 204, "nothing is no word of anybody's"
    assert (await promised[2].patch(0, 0, b"x"))[0] == 204, "and a byte is hardly one"
    proxied.clock.forward(1)
    assert (await honest.start([5]))[0] == 201
    assert (await promised[0].patch(0, MIB, b"y"))[0] == 204, "who goes on sending is not sent away"
    assert [(await promised[place].patch(0, place - 1, b"x"))[0] for place in (1, 2)] == [404] * 2
    assert (await honest.patch(0, 0, b"bytes"))[0] == 204


async def many(share: Share, address: str, count: int, number: int = 0) -> list[Depositing]:
    """Have *count* deposits whole and not sealed, ten at an address, from the one of *number* on."""
    made = []
    for place in range(count):
        headers = {"X-Forwarded-For": f"198.51.100.{number + place // 10}"}
        new = Citizen(share.http, address, headers=headers).begin()
        await new.send([("a", b"x")])
        made.append(new)
    return made


async def test_a_room_is_not_flooded_by_one_box(proxied: Share) -> None:
    """Each deposit is a message: sixty at once, then one a minute."""
    box, _ = await opened(proxied)
    made = await many(proxied, str(box.address), 62)
    statuses = [(await new.finish())[0] for new in made]
    assert statuses == [200] * 60 + [429] * 2
    proxied.clock.forward(61)
    assert (await made[-1].finish())[0] == 200
    assert len(await waits(proxied)) == 61


async def test_what_cannot_be_kept_takes_nobody_s_turn(proxied: Share) -> None:
    """One deposit that is never whole, sealed again and again, shut a box to everybody else."""
    box, citizen = await opened(proxied)
    half = citizen.begin()
    await half.start([10])
    assert {(await half.finish(["x"]))[0] for _ in range(100)} == {409}

    (honest,) = await many(proxied, str(box.address), 1)
    assert (await honest.finish())[0] == 200


async def test_one_address_leaves_the_others_their_turn(proxied: Share) -> None:
    """It may begin three a minute, and the room takes one: whoever asked without end had them all."""
    box, _ = await opened(proxied)
    greedy = Citizen(proxied.http, str(box.address), headers={"X-Forwarded-For": "203.0.113.9"})
    for minute in range(40):
        for _ in range(3):
            new = greedy.begin()
            await new.send([("a", b"x")])
            await new.finish()
        if minute > 32:
            # It is always the first to ask.
            (honest,) = await many(proxied, str(box.address), 1, minute)
            if minute % 2:
                assert (await honest.finish())[0] == 200
        proxied.clock.forward(60)


async def test_what_nobody_can_open_does_not_lie_here_for_a_year(share: Share) -> None:
    """Anybody may seal any bytes: eight MiB a minute grew the database, which no quota counts."""
    _, citizen = await opened(share)
    made = citizen.begin()
    await made.start([])
    made.sealed = b"\x01\x01" + os.urandom(8 * MIB - 2)
    assert (await made.finish())[0] == 413, "no form is so long"
    made.sealed = made.sealed[: MIB - 1000]
    assert (await made.finish())[0] == 200

    await town_of(share).say(made.id, b"\0")
    assert share.database is not None
    async with share.database.begin() as transaction:
        held = (await transaction.execute(select(func.max(func.length(deposits.c.seal))))).scalar_one()
    assert held == 32
    # Whoever has not heard of it may ask again, and is told what became of it.
    assert await made.finish() == (200, {"kept": made.kept})
    assert await made.look_raw() == b"\0"
    made.sealed += b"x"
    assert (await made.finish())[0] == 409


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://ailleurs.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
async def test_a_page_of_another_site_deposits_nothing(share: Share, headers: dict[str, str], status: int) -> None:
    box, citizen = await opened(share)
    body = b'{"knock": "x"}'
    sent = {"Content-Type": "application/json", **headers}
    for what in ("open", "begin", "A" * 16 + "/seal", "A" * 16 + "/look", "A" * 16 + "/drop"):
        async with share.http.post(f"{share.origin}/d/{box.address.id}/{what}", data=body, headers=sent) as response:
            # What asks for a hold first is not found by who has none.
            assert response.status == status or (status == 415 and response.status == 404), what
    made = citizen.begin()
    await made.start([1])
    refused, _ = await made.patch(0, 0, b"x", Origin="https://ailleurs.example")
    assert refused == 403


@pytest.mark.parametrize(
    "path",
    [
        "{box}/../../share.db",
        "{box}/{deposit}/file/../../../share.db",
        "{box}/{deposit}/file/%2e%2e%2f",
        "{box}/{deposit}/file/²",
        "{box}/{deposit}/file/-1",
        "{box}/{deposit}/file/999999999999999999999",
        "{box}/{deposit}/file/0/",
        "%00{box}/{deposit}/file/0",
    ],
)
async def test_no_place_leads_out_of_a_deposit(share: Share, path: str) -> None:
    box, citizen = await opened(share)
    made = citizen.begin()
    await made.start([4])
    url = f"{share.origin}/d/" + path.format(box=box.address.id, deposit=made.id)
    headers = {
        "Authorization": f"Deposit {encode(made.holding.hold)}",
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    async with share.http.patch(url, data=b"evil", headers=headers) as response:
        assert response.status in (400, 404, 405)
    assert [path.read_bytes() for path in share.files()] in ([], [b""])


async def test_tus_says_no_where_it_must(share: Share) -> None:
    """F42, F46, F48 through the public door, with the hold in the place of a token."""
    box, citizen = await opened(share)
    made = citizen.begin()
    await made.start([10, 0])
    hold = {"Authorization": f"Deposit {encode(made.holding.hold)}"}
    url = f"{share.origin}/d/{box.address.id}/{made.id}/file/0"
    tus = {"Tus-Resumable": "1.0.0"}

    async def ask(method: str, **headers: str) -> int:
        sent = {**hold, **{name.replace("_", "-"): value for name, value in headers.items()}}
        async with share.http.request(method, url, headers=sent) as response:
            return response.status

    assert await ask("HEAD") == 412
    assert await ask("HEAD", **tus) == 200
    assert await ask("POST", **tus, Upload_Length="10", Upload_Metadata="filename w6l0w6kucGRm,filetype") == 201
    assert await ask("POST", **tus, Upload_Length="10", Upload_Metadata="filename ***") == 400
    assert await ask("POST", **tus, Upload_Length="11") == 413
    assert await ask("DELETE", **tus) == 405
    assert await ask("POST", **tus, Upload_Length="10", X_HTTP_Method_Override="DELETE") == 403
    assert (await made.patch(0, 0, b"x", **{"Content-Type": "application/json"}))[0] == 415
    assert await made.patch(1, 0, b"") == (204, 0)
    assert (await made.patch(0, 0, b"x" * 10)) == (204, 10)
    assert await waits(share) == []


async def test_a_seal_that_is_too_large_or_no_seal_is_refused(share: Share) -> None:
    _, citizen = await opened(share)
    made = citizen.begin()
    await made.start([])

    for said in ({}, {"seal": ""}, {"seal": "é"}, {"seal": 1}, {"seal": "A"}):
        assert (await citizen.post(f"{made.id}/seal", said, made.holding.hold))[0] == 400
    large = {"seal": "A" * (12 * MIB)}
    assert (await citizen.post(f"{made.id}/seal", large, made.holding.hold))[0] == 413
    assert (await citizen.post(f"{made.id}/look", {"x": "A" * 70_000}, made.holding.hold))[0] == 413


async def test_the_assistant_s_door_is_not_for_citizens(share: Share) -> None:
    box, citizen = await opened(share)
    await citizen.deposit([("a", b"abc")])
    for path in ("boxes/" + box.address.id, "deposits", "deposits/" + "A" * 16):
        async with share.http.get(f"{share.origin}/api/{path}") as response:
            assert response.status == 404
        async with share.http.get(f"http://127.0.0.1:{share.settings.api_port}/api/{path}") as response:
            assert response.status == 401
    assert len(await town_of(share).waiting()) == 1


async def test_the_page_is_the_same_for_every_address_and_says_nothing_that_was_asked(share: Share) -> None:
    box = made_box(share.origin, expires=datetime.now(UTC) + timedelta(days=1))
    await town_of(share).open(box.opening)
    pages = set()
    for path in (box.address.id, "A" * 16, "x?<script>alert(1)</script>", f"{box.address.id}%231.abc"):
        async with share.http.get(f"{share.origin}/d/{path}") as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-inline" not in policy
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in response.headers
            pages.add(await response.read())
    assert len(pages) == 1
