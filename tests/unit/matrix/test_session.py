"""One user, one device, one token."""

import json
import stat

from tests.unit.matrix.world import ROOM, World


async def test_we_log_in_once_and_keep_device_and_token(world: World) -> None:
    first = await world.open()
    device = first.status().device_id
    await world.close()
    second = await world.open()

    assert second.status().device_id == device
    assert len(world.server.logins) == 1
    assert world.server.logins[0]["type"] == "m.login.application_service"


async def test_the_token_file_is_nobody_elses(world: World) -> None:
    await world.open()
    file = world.directory / "session.json"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["access_token"] == "token1"


async def test_a_soft_logout_keeps_the_device(world: World) -> None:
    edge = await world.open()
    world.server.room()
    world.server.join()
    await world.settle()
    device = edge.status().device_id
    world.server.soft.update(world.server.tokens)
    world.server.tokens.clear()
    world.server.say(ROOM, "!hello")

    await world.settle()

    assert [each["device_id"] for each in world.server.logins] == [device, device]
    assert [each["content"]["body"] for each in world.server.sent()] == ["re !hello"]


async def test_a_hard_logout_makes_a_new_device(world: World) -> None:
    edge = await world.open()
    world.server.room()
    world.server.join()
    await world.settle()
    device = edge.status().device_id
    world.server.tokens.clear()
    world.server.say(ROOM, "!hello")

    await world.pulse.until(lambda: bool(world.server.sent()))

    assert edge.status().device_id != device
    assert len(world.server.sent()) == 1


async def test_a_lost_token_file_logs_the_same_device_in_again(world: World) -> None:
    edge = await world.open()
    device = edge.status().device_id
    await world.close()
    (world.directory / "session.json").write_text("{")

    edge = await world.open()

    assert edge.status().device_id == device
    assert len(world.server.logins) == 2
