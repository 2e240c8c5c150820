"""Drop boxes at the share server, on each kind of database: what comes in, what is kept, what goes, and whose it is."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.links.box.keys import Entrance
from bots.links.client.boxes import BoxServer
from bots.links.client.errors import Over, ShareRefused
from bots.links.format.encoding import encode
from bridge.share.store.blobs import FOR_GOOD
from bridge.share.store.tables import deposits
from tests.boxes import Citizen, Depositing
from tests.contract.test_share_server import sweep
from tests.shares import Share, sharing
from tests.unit.links.boxmakers import MadeBox, made_box, plaintext_of

MINUTE, HOUR, DAY = 60, 3_600, 86_400
MIB = 2**20


@pytest.fixture
async def share(database_url: str, tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share", database_url, behind_proxy=True) as running:
        yield running


def town_of(share: Share) -> BoxServer:
    return BoxServer(share.http, f"http://127.0.0.1:{share.settings.api_port}", share.settings.token)


async def opened(share: Share, *, files: int = 5, size: int = 10 * MIB, quota: int = 10**9) -> tuple[MadeBox, Citizen]:
    now = datetime.fromtimestamp(share.clock.now / 1000, UTC)
    box = made_box(share.origin, files=files, size=size, quota=quota, expires=now + timedelta(days=30))
    await town_of(share).open(box.opening)
    return box, Citizen(share.http, str(box.address))


def from_elsewhere(citizen: Citizen, number: int) -> Citizen:
    """Return *citizen* at an address of their own."""
    return replace(citizen, headers={"X-Forwarded-For": f"2001:db8:{number:x}::1"})


async def waits(share: Share) -> list[str]:
    """Return what waits, box by box."""
    town, found = town_of(share), list[str]()
    for first in await town.waiting():
        page = [first]
        while page:
            found += [arrival.deposit for arrival in page]
            page = [*await town.waiting_behind(page[-1])]
    return found


async def test_a_deposit_is_kept_until_the_town_has_said_so_and_then_its_bytes_go(share: Share) -> None:
    box, citizen = await opened(share)
    made = await citizen.deposit([("délib.pdf", b"x" * 3 * MIB), ("vide", b"")], ["Zoé"])
    town = town_of(share)

    (arrival,) = await town.waiting()
    assert (arrival.deposit, arrival.box, arrival.kept) == (made.id, box.address.id, made.kept)
    deposit = box.opened((await town.sealed(made.id)).sealed, made.id)
    for place, file in enumerate(deposit.files):
        pieces = [piece async for piece in town.file(made.id, place, file.size)]
        assert len(plaintext_of(file, b"".join(pieces))) == file.size
    assert len(share.files()) == 2
    # Days pass, and nobody has fetched it.
    share.clock.forward(300 * DAY)
    await sweep(share)
    assert await waits(share) == [made.id]
    assert len(share.files()) == 2

    await town.say(made.id, b"said")
    assert await waits(share) == []
    assert share.files() == []
    assert await made.look_raw() == b"said"
    await town.say(made.id, b"said more")
    assert await made.look_raw() == b"said more"
    share.clock.forward(401 * DAY)
    await sweep(share)
    assert (await citizen.post(f"{made.id}/look", {}, made.holding.hold))[0] == 404


async def test_they_come_in_the_order_in_which_they_were_whole(share: Share) -> None:
    _, citizen = await opened(share)
    first, second = citizen.begin(), citizen.begin()
    await first.send([("a", b"a")])
    await second.send([("b", b"b")])
    await second.finish()
    share.clock.now += 1
    await first.finish()

    assert await waits(share) == [second.id, first.id]


async def test_what_waits_in_one_box_hides_nothing_of_another(share: Share) -> None:
    """The first hundred of all boxes together were told: whatever was not fetched hid for ever all that came later."""
    assert share.database is not None
    (full, _), (other, visitor) = await opened(share), await opened(share)
    async with share.database.begin() as transaction:
        await transaction.execute(deposits.insert(), [waiting(full.address.id, number) for number in range(250)])
    late = await visitor.deposit([("a", b"a")])

    told = {first.box: (first.deposit, first.waiting) for first in await town_of(share).waiting()}
    assert told == {full.address.id: (f"{0:016}", 250), other.address.id: (late.id, 1)}
    assert await waits(share) == [
        deposit
        for box in sorted(told)
        for deposit in ([f"{number:016}" for number in range(250)] if box == full.address.id else [late.id])
    ]


async def test_of_many_boxes_each_is_told(share: Share) -> None:
    boxes = sorted([(await opened(share))[0].address.id for _ in range(201)])
    assert share.database is not None
    async with share.database.begin() as transaction:
        await transaction.execute(deposits.insert(), [waiting(box, number) for number, box in enumerate(boxes)])

    assert [first.box for first in await town_of(share).waiting()] == boxes


def waiting(box: str, number: int) -> dict[str, Any]:
    """Return the row of a deposit that waits since *number* (ms), of no file."""
    return {
        **{"id": f"{number:016}", "box": box, "hold_hash": b"", "begun": 0, "expires": FOR_GOOD},
        **{"seal": b"x", "kept": number, "collected": False, "forgotten": FOR_GOOD},
    }


async def test_what_is_sealed_is_sealed(share: Share) -> None:
    _, citizen = await opened(share)
    made = await citizen.deposit([("a", b"abc")])

    assert await made.finish() == (200, {"kept": made.kept})
    made.sealed = made.sealed[:-1] + bytes([made.sealed[-1] ^ 1])
    assert (await made.finish())[0] == 409
    assert (await made.patch(0, 0, b"xyz"))[0] == 404
    assert (await citizen.post(f"{made.id}/drop", {}, made.holding.hold))[0] == 200
    assert await waits(share) == [made.id]
    assert len(share.files()) == 1


async def test_nothing_is_sealed_before_all_of_it_is_here(share: Share) -> None:
    _, citizen = await opened(share)
    made = citizen.begin()
    await made.start([10, 5])
    assert await made.patch(0, 0, b"x" * 10) == (204, 10)
    assert await made.patch(1, 0, b"x" * 4) == (204, 4)

    made.files = []
    assert (await made.finish(["x"]))[0] == 409
    assert await waits(share) == []
    assert await made.patch(1, 4, b"x") == (204, 5)
    assert (await made.finish(["x"]))[0] == 200


async def test_a_deposit_that_is_begun_again_is_the_same_and_another_s_name_is_taken(share: Share) -> None:
    _, citizen = await opened(share)
    made = citizen.begin()
    assert (await made.start([10]))[0] == 201
    await made.patch(0, 0, b"x" * 4)
    assert await made.start([10]) == (201, {"received": [4]})
    assert (await made.start([11]))[0] == 409
    thief = Depositing(citizen, made.id, b"t" * 32)
    assert (await thief.start([10]))[0] == 409
    assert (await thief.patch(0, 4, b"x"))[0] == 404
    assert (await citizen.post(f"{made.id}/look", {}, thief.holding.hold))[0] == 404
    assert (await citizen.post(f"{made.id}/seal", {"seal": "AAAA"}, thief.holding.hold))[0] == 404
    assert (await citizen.post(f"{made.id}/look", {}))[0] == 404


async def test_what_is_half_done_goes_after_some_hours_and_makes_room(share: Share) -> None:
    _, citizen = await opened(share, quota=30 * MIB)
    halves = [from_elsewhere(citizen, number).begin() for number in range(3)]
    for half in halves:
        assert (await half.start([10 * MIB]))[0] == 201
        await half.patch(0, 0, b"x" * 1000)
    assert (await citizen.begin().start([1]))[0] == 507
    assert len(share.files()) == 3

    share.clock.forward(6 * HOUR + 1)
    await sweep(share)
    assert share.files() == []
    assert (await halves[0].patch(0, 1000, b"x"))[0] == 404
    assert (await citizen.begin().start([1]))[0] == 201


async def test_one_address_holds_half_of_a_box_and_no_more(share: Share) -> None:
    """Twenty deposits that were begun, and nobody else could deposit anything."""
    _, citizen = await opened(share, size=MIB, quota=20 * MIB)
    made = [citizen.begin() for _ in range(20)]

    assert [(await one.start([MIB]))[0] for one in made] == [201] * 10 + [507] * 10
    assert (await made[0].start([MIB]))[0] == 201
    other = from_elsewhere(citizen, 1).begin()
    assert (await other.start([MIB]))[0] == 201
    # What is whole is a deposit like any other.
    assert await made[0].patch(0, 0, b"x" * MIB) == (204, MIB)
    assert (await made[0].finish(["x"]))[0] == 200
    assert (await citizen.begin().start([MIB]))[0] == 201
    assert (await citizen.begin().start([1]))[0] == 507
    share.clock.forward(16 * MINUTE)
    assert (await citizen.begin().start([MIB]))[0] == 201, "it makes way for itself"
    assert (await other.patch(0, 0, b"x"))[0] == 204, "and has nobody else make way"


async def test_who_is_refused_a_turn_of_the_box_has_not_spent_their_own(share: Share) -> None:
    """Behind the one address of a town hall are many: what they asked for in vain shut them out for an hour."""
    _, citizen = await opened(share)
    for number in range(60):
        one = from_elsewhere(citizen, number // 20 + 1).begin()
        await one.send([("a", b"a")])
        assert (await one.finish())[0] == 200

    made = from_elsewhere(citizen, 99).begin()
    await made.send([("a", b"a")])
    assert [(await made.finish())[0] for _ in range(40)] == [429] * 40
    share.clock.forward(MINUTE)
    assert (await made.finish())[0] == 200


async def test_the_same_seal_many_times_at_once_takes_one_turn(share: Share) -> None:
    _, citizen = await opened(share)
    for _ in range(29):
        await citizen.deposit([("a", b"a")])
    last = citizen.begin()
    await last.send([("a", b"a")])
    last.sealed = b"x" * 1000

    answers = await asyncio.gather(*(last.finish() for _ in range(10)))
    assert answers == [(200, {"kept": last.kept})] * 10


async def test_a_small_box_takes_its_largest_deposit_from_one_address(share: Share) -> None:
    _, citizen = await opened(share, size=10, quota=10)

    assert (await citizen.begin().start([10]))[0] == 201


@pytest.mark.parametrize(("each", "answer"), [(1, 201), (MIB, 507)])
async def test_a_byte_now_and_then_holds_no_room(share: Share, each: int, answer: int) -> None:
    _, citizen = await opened(share, size=5 * MIB, quota=20 * MIB)
    halves = [from_elsewhere(citizen, number).begin() for number in range(4)]
    assert [(await half.start([5 * MIB]))[0] for half in halves] == [201] * 4

    for turn in range(3):
        share.clock.forward(14 * MINUTE)
        for half in halves:
            assert await half.patch(0, turn * each, b"x" * each) == (204, (turn + 1) * each)

    assert (await from_elsewhere(citizen, 9).begin().start([5 * MIB]))[0] == answer


async def test_a_box_takes_no_more_than_one_deposit_may_hold(share: Share) -> None:
    _, citizen = await opened(share, files=2, size=100)

    assert (await citizen.begin().start([50, 51]))[0] == 507
    assert (await citizen.begin().start([1, 1, 1]))[0] == 507
    strange: list[Any] = [[-1], [True], [1.5], ["1"], [None], [2**53], "1", None, {}, [0] * 21]
    for sizes in strange:
        status, _ = await citizen.begin().start(sizes)
        assert status == 400, sizes
    made = citizen.begin()
    assert (await made.start([50, 50]))[0] == 201
    # No client makes one larger than it was to be, by whatever way.
    assert (await made.patch(0, 0, b"x" * 51))[0] == 413
    assert (await made.patch(0, 7, b"x"))[0] == 409
    assert (await made.patch(2, 0, b"x"))[0] == 404
    assert share.files() == [] or all(path.stat().st_size == 0 for path in share.files())


async def test_a_hundred_that_begin_at_once_do_not_pass_the_box(share: Share) -> None:
    """The sum is read in the transaction that adds to it."""
    _, citizen = await opened(share, size=10, quota=50)

    async def begins(number: int) -> int:
        # Each has an address of their own.
        return (await from_elsewhere(citizen, number).begin().start([10]))[0]

    answers = await asyncio.gather(*(begins(number) for number in range(25)))
    assert sorted(answers) == [201] * 5 + [507] * 20


async def test_a_closed_box_takes_nothing_and_loses_nothing(share: Share) -> None:
    box, citizen = await opened(share)
    kept = await citizen.deposit([("a", b"abc")])
    half = citizen.begin()
    await half.start([10])
    town = town_of(share)
    await town.close(box.address.id)
    await town.close(box.address.id)

    assert (await citizen.begin().start([1]))[0] == 410
    assert (await half.patch(0, 0, b"x"))[0] == 404
    assert await waits(share) == [kept.id]
    assert len(share.files()) == 1
    assert (await town.look(box.address.id)).state == "closed"
    # Also an assistant from a backup, which knows of no end.
    with pytest.raises(Over):
        await town.open(box.opening)
    with pytest.raises(Over):
        await town.agree(box.address.id, datetime.now(UTC) + timedelta(days=1))


async def test_a_box_that_was_closed_before_it_was_opened_stays_closed(share: Share) -> None:
    box = made_box(share.origin)
    await town_of(share).close(box.address.id)

    with pytest.raises(Over):
        await town_of(share).open(box.opening)
    assert (await Citizen(share.http, str(box.address)).post("open", {"knock": encode(b"x" * 32)}))[0] == 410


async def test_its_date_ends_it_and_another_one_opens_it_again(share: Share) -> None:
    box, citizen = await opened(share)
    share.clock.forward(30 * DAY + 1)

    assert (await citizen.begin().start([1]))[0] == 410
    assert (await town_of(share).look(box.address.id)).state == "expired"
    later = datetime.fromtimestamp(share.clock.now / 1000, UTC) + timedelta(days=30)
    await town_of(share).agree(box.address.id, later)
    await town_of(share).agree(box.address.id, later)
    assert (await citizen.begin().start([1]))[0] == 201


async def test_the_same_box_twice_is_one_and_another_under_its_name_is_refused(share: Share) -> None:
    box, _ = await opened(share)
    await town_of(share).open(box.opening)
    other = made_box(share.origin)
    taken = other.opening.__class__(
        **{**{name: getattr(other.opening, name) for name in other.opening.__slots__}, "id": box.address.id}
    )
    with pytest.raises(ShareRefused):
        await town_of(share).open(taken)


async def test_whoever_has_only_an_id_learns_nothing(share: Share) -> None:
    box, citizen = await opened(share)
    made = await citizen.deposit([("a", b"abc")])
    knock = encode(Entrance.derive(b"x" * 32, box.address.id).knock)

    unknown = await Citizen(share.http, str(box.address).replace(box.address.id, "A" * 16)).post(
        "open", {"knock": knock}
    )
    assert await citizen.post("open", {"knock": knock}) == unknown == (404, {"error": "unknown"})
    for said in ({}, {"knock": 1}, {"knock": None}, {"knock": "x" * 43}, {"knock": [knock]}):
        assert (await citizen.post("open", said))[0] == 404
    assert await citizen.post("A" * 16 + "/look", {}, made.holding.hold) == (404, {"error": "unknown"})
