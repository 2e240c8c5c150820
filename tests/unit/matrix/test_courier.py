"""What is told to devices arrives once, in order with its room, and nobody else's trouble holds it up."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import OutgoingToDevice, Unreadable
from bots.matrix.seams import SeamName
from bots.matrix.sending.courier import LONGEST_MS
from config.identifiers import RoomId, UserId
from tests.unit.matrix.test_crashes import CrashingSeams, Died
from tests.unit.matrix.world import ANNE, BOT, PARTNERS, RIVEMONT, ROOM, World

CASSEL = UserId("@beffroi:cassel.fr")


async def joined(world: World, *others: str) -> None:
    world.server.room(members=(ANNE, RIVEMONT, *others))
    await world.open()
    world.server.join()
    await world.settle()


async def enqueue(world: World, txn: str, *to: UserId, room_id: RoomId = ROOM) -> None:
    assert world.edge is not None
    async with world.database.begin() as transaction:
        message = OutgoingToDevice(room_id, txn, "fake.signal", {"said": txn}, to or (RIVEMONT,))
        await world.edge.enqueue_to_device(message, transaction)


async def calm(world: World) -> None:
    """Wait until nothing is on its way."""
    await world.pulse.until(lambda: _states_known(world) or world.crashed)


async def later(world: World, condition: Callable[[], bool]) -> None:
    """Let minutes pass until *condition* holds."""

    def met() -> bool:
        world.clock.advance(60)
        return condition()

    await world.pulse.until(met)


def _states_known(world: World) -> bool:
    edge = world.edge
    return edge is not None and edge.status().to_device_waiting == 0 and not edge._courier._expected


def said(world: World) -> list[tuple[str, str]]:
    """To whom what was handed to the server."""
    return [(user, str(each["said"])) for (user, _), each in world.encryption.handed.items()]


async def states(world: World) -> list[str]:
    async with world.database.begin() as transaction:
        return list((await transaction.execute(text("SELECT state FROM matrix_to_device ORDER BY id"))).scalars())


# -- going out


async def test_it_is_sent_to_each_user_once_with_its_room_and_a_name_inside(world: World) -> None:
    await joined(world)

    await enqueue(world, "t1")
    await enqueue(world, "t1")
    await enqueue(world, "t2")
    await calm(world)

    assert said(world) == [(RIVEMONT, "t1"), (RIVEMONT, "t2")]
    assert next(iter(world.encryption.handed.values())) == {"said": "t1", "room_id": ROOM, "fr.beffroi.txn": "t1"}
    assert world.server.sent() == [], "nothing in the timeline"


async def test_a_transaction_that_is_rolled_back_tells_nothing(world: World) -> None:
    await joined(world)
    with pytest.raises(KeyError):
        await _fail(world)
    await enqueue(world, "yes")
    await calm(world)

    assert said(world) == [(RIVEMONT, "yes")]


async def _fail(world: World) -> None:
    assert world.edge is not None
    async with world.database.begin() as transaction:
        await world.edge.enqueue_to_device(OutgoingToDevice(ROOM, "no", "fake.signal", {}, (RIVEMONT,)), transaction)
        raise KeyError


@pytest.mark.parametrize("seam", ["handled", "told"])
async def test_killed_between_store_and_send_or_after_it_is_told_under_one_name(world: World, seam: SeamName) -> None:
    """The server may see it twice, under one transaction id, and the receiver knows it by the name inside."""
    await joined(world)
    await world.close()
    world.server.tell(RIVEMONT, {"ask": 1})
    try:
        await world.open(CrashingSeams(seam, 1))
        await world.pulse.until(lambda: world.crashed)
    finally:
        await world.close()
    handed = dict(world.encryption.handed)

    await world.open()
    await world.pulse.until(lambda: bool(world.encryption.handed))
    await calm(world)

    assert len(world.encryption.handed) == 1
    assert not handed or handed == world.encryption.handed
    assert await states(world) == ["sent"]
    assert len(world.echo.told) == 1, "handled once"


async def test_a_partner_without_a_key_holds_nobody_else_up(world: World) -> None:
    await joined(world, CASSEL)
    world.partners = (*PARTNERS, CASSEL)
    world.encryption.refuse = lambda user_id: user_id == RIVEMONT

    await enqueue(world, "t1", RIVEMONT, CASSEL)
    await world.pulse.until(lambda: (CASSEL, "t1") in said(world) and len(world.clock.slept) > 2)
    assert said(world) == [(CASSEL, "t1")]

    world.encryption.refuse = lambda user_id: False
    await later(world, lambda: (RIVEMONT, "t1") in said(world))
    await calm(world)
    assert await states(world) == ["sent", "sent"]


@pytest.mark.parametrize("error", [Unreachable("cut"), Unreachable("limited", retry_after=4.0)])
async def test_a_server_that_is_away_is_tried_again(world: World, error: Unreachable) -> None:
    await joined(world)
    errors = [error, error]

    def fail(_: UserId) -> bool:
        if errors:
            raise errors.pop()
        return False

    world.encryption.refuse = fail
    await enqueue(world, "t1")
    await calm(world)
    assert said(world) == [(RIVEMONT, "t1")]


def _refused(world: World) -> None:
    def refuse(_: UserId) -> bool:
        raise Refused(413, "M_TOO_LARGE", "too large")

    world.encryption.refuse = refuse


def _left(world: World) -> None:
    world.server.state(ROOM, "m.room.member", RIVEMONT, {"membership": "leave"}, RIVEMONT, before="join")


def _aged(world: World) -> None:
    world.clock.advance(LONGEST_MS / 1000)


def _no_partner(world: World) -> None:
    world.partners = (BOT,)


@pytest.mark.parametrize("happens", [_refused, _left, _aged, _no_partner])
async def test_what_nobody_needs_or_takes_any_more_is_dropped(world: World, happens: Callable[[World], None]) -> None:
    await joined(world)
    world.encryption.refuse = lambda user_id: True
    await enqueue(world, "t1")
    await world.pulse.until(lambda: world.edge is not None and world.edge.status().to_device_waiting == 1)

    happens(world)
    world.clock.advance(1)
    await later(world, lambda: _states_known(world))

    assert said(world) == []
    assert await states(world) == ["dropped"]


async def test_whoever_is_not_in_the_room_is_not_told(world: World) -> None:
    await joined(world)
    world.partners = (*PARTNERS, CASSEL)
    await enqueue(world, "t1", CASSEL)
    await calm(world)
    assert await states(world) == ["dropped"]


async def test_what_waits_for_somebody_who_never_comes_is_bounded(world: World) -> None:
    await joined(world)
    world.encryption.refuse = lambda user_id: True
    assert world.edge is not None
    async with world.database.begin() as transaction:
        for number in range(505):
            message = OutgoingToDevice(ROOM, f"t{number}", "fake.signal", {}, (RIVEMONT,))
            await world.edge.enqueue_to_device(message, transaction)
    await later(world, lambda: world.edge is not None and world.edge.status().to_device_waiting == 500)
    assert (await states(world))[:6] == ["dropped"] * 5 + ["queued"]


# -- coming in


async def test_it_is_handed_over_in_order_with_its_room(world: World) -> None:
    await joined(world)
    world.server.say(ROOM, "one")
    world.server.tell(RIVEMONT, {"two": 2})
    await world.settle()

    (told,) = world.echo.told
    assert (told.room_id, told.sender, told.type, told.device) == (ROOM, RIVEMONT, "fake.signal", "SIGNED")
    assert told.content["two"] == 2
    assert world.echo.bodies()[-1:] == ["one"]


async def test_the_same_told_again_is_one(world: World) -> None:
    """Its sender was killed before it knew that its server had it."""
    await joined(world)
    for _ in range(2):
        world.server.tell(RIVEMONT, {"x": 1}, txn="same")
        await world.settle()
    assert len(world.echo.told) == 1


async def test_nobody_takes_the_place_of_anothers_message(world: World) -> None:
    await joined(world, CASSEL)
    world.partners = (*PARTNERS, CASSEL)
    for each in (CASSEL, RIVEMONT):
        world.server.tell(each, {"x": 1}, txn="same")
    await world.settle()
    assert [each.sender for each in world.echo.told] == [CASSEL, RIVEMONT]


@pytest.mark.parametrize("seam", ["fetched", "stored", "handled"])
async def test_killed_while_receiving_it_is_handled_once(world: World, seam: SeamName) -> None:
    await joined(world)
    await world.close()
    world.server.tell(RIVEMONT, {"ask": 1})
    try:
        await world.open(CrashingSeams(seam, 2 if seam == "fetched" else 1))
        await world.pulse.until(lambda: world.crashed or len(world.echo.told) == 1)
    except BaseExceptionGroup as exc:
        assert exc.subgroup(Died)  # noqa: PT017
    finally:
        await world.close()
    await world.open()
    await world.settle()
    await calm(world)

    assert len(world.echo.told) == 1
    assert len(world.encryption.handed) == 1


async def test_a_device_that_nobody_has_signed_says_nothing(world: World) -> None:
    await joined(world)
    world.server.tell(RIVEMONT, {"x": 1}, key="unsigned")
    await world.settle()
    assert world.echo.told == []
    assert [each.reason for each in world.echo.incoming if isinstance(each, Unreadable)] == ["untrusted_device"]


async def test_anybody_else_s_devices_are_not_even_written_down(world: World) -> None:
    await joined(world)
    world.server.tell(ANNE, {"x": 1})
    world.server.tell(BOT, {"x": 1})
    world.server.tell(CASSEL, {})
    await world.settle()
    async with world.database.begin() as transaction:
        found = (await transaction.execute(text("SELECT event_id FROM matrix_inbox"))).scalars()
        assert not [each for each in found if each.startswith("~")]
    assert (world.echo.told, world.echo.lost) == ([], [])


async def test_who_is_not_in_the_room_says_nothing_about_it(world: World) -> None:
    await joined(world, CASSEL)
    world.partners = (*PARTNERS, CASSEL)
    world.server.state(ROOM, "m.room.member", CASSEL, {"membership": "leave"}, CASSEL, before="join")
    world.server.tell(CASSEL, {"x": 1})
    world.server.tell(RIVEMONT, {"x": 1}, room_id="!elsewhere")
    await world.settle()
    world.clock.advance(11)
    await world.pulse.until(lambda: len([each for each in world.echo.incoming if isinstance(each, Unreadable)]) == 2)
    assert world.echo.told == []


async def test_it_may_come_before_its_sender_s_join(world: World) -> None:
    """Over federation the two go their own ways."""
    await joined(world)
    world.partners = (*PARTNERS, CASSEL)
    world.server.tell(CASSEL, {"x": 1})
    await world.settle()
    assert world.echo.told == []

    world.server.state(ROOM, "m.room.member", CASSEL, {"membership": "join"}, CASSEL)
    await world.settle()
    assert [each.sender for each in world.echo.told] == [CASSEL]


async def test_it_may_come_before_our_own_join(world: World) -> None:
    await joined(world)
    world.server.room("!new", members=(ANNE, RIVEMONT))
    world.server.tell(RIVEMONT, {"x": 1}, room_id="!new")
    await world.settle()
    assert world.echo.told == []

    world.server.join("!new")
    await world.settle()
    assert [each.room_id for each in world.echo.told] == ["!new"]


async def test_a_device_that_is_not_known_yet_is_waited_for(world: World) -> None:
    await joined(world)
    world.server.tell(RIVEMONT, {"x": 1}, key="fresh")
    await world.settle()
    assert world.echo.told == []

    world.encryption.devices["fresh"] = True
    world.clock.advance(11)
    await world.pulse.until(lambda: len(world.echo.told) == 1)


async def test_it_is_told_what_could_not_be_opened(world: World) -> None:
    await joined(world)
    world.server.tell(RIVEMONT, {})
    await world.settle()
    assert world.echo.lost == [RIVEMONT]


@pytest.mark.parametrize(
    "content", [{"room_id": 7}, {"room_id": "!x\x00"}, {"fr.beffroi.txn": 3}, {"fr.beffroi.txn": "\ud800"}]
)
async def test_what_names_no_room_or_has_no_name_is_nothing(world: World, content: dict[str, object]) -> None:
    await joined(world)
    whole = {"room_id": ROOM, "fr.beffroi.txn": "t", **content}
    event = {"type": "fake.olm", "inner": "fake.signal", "sender": RIVEMONT, "key": "signed", "content": whole}
    world.server.send_to_device(event)
    await world.settle()
    assert world.echo.told == []
