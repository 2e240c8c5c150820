"""Who may invite us."""

from bots.matrix.events import Joined
from bots.matrix.homeserver.joins import Decline, Join, decide
from config.identifiers import ServerName, UserId
from tests.unit.matrix.world import BOT, LISTED, World


def test_listed_servers_may_invite() -> None:
    assert decide(UserId("@x:rivemont.fr"), ServerName("valbourg.fr"), LISTED) == Join()
    assert decide(UserId("@x:valbourg.fr"), ServerName("valbourg.fr"), frozenset()) == Join()


def test_others_are_told_why_not() -> None:
    assert isinstance(decide(UserId("@x:evil.example"), ServerName("valbourg.fr"), LISTED), Decline)
    assert isinstance(decide(None, ServerName("valbourg.fr"), LISTED), Decline)


async def test_we_join_when_a_listed_server_invites(world: World) -> None:
    edge = await world.open()
    world.server.invite("!new", "@maire:rivemont.fr", direct=True)

    await world.pulse.until(lambda: bool(edge.rooms()))
    await world.settle()

    joined = [each for each in world.echo.incoming if isinstance(each, Joined)]
    assert [each.inviter for each in joined] == ["@maire:rivemont.fr"]
    assert edge.rooms()[0].direct
    assert BOT in edge.rooms()[0].joined


async def test_an_invitation_from_elsewhere_is_declined_with_a_reason(world: World) -> None:
    edge = await world.open()
    world.server.invite("!spam", "@x:evil.example")

    await world.pulse.until(lambda: bool(world.server.calls("leave")))
    await world.pulse.until(lambda: edge.status().invitations == 0)

    assert "fédération" in world.server.calls("leave")[0][3]["reason"]
    assert edge.rooms() == ()


async def test_a_join_that_fails_is_tried_again_after_a_restart(world: World) -> None:
    await world.open()
    world.server.fail = lambda method, path: (502, {}) if path.endswith("join") else None
    world.server.invite("!new", "@maire:rivemont.fr")
    await world.pulse.until(lambda: len(world.server.calls("join")) > 2)
    await world.close()
    world.server.fail = lambda method, path: None

    edge = await world.open()
    await world.pulse.until(lambda: bool(edge.rooms()))


async def test_a_join_that_is_refused_for_a_moment_is_tried_again(world: World) -> None:
    """Invited again after a kick, over federation: the invitation was there before the room knew of it."""
    edge = await world.open()
    refusal = {"errcode": "M_FORBIDDEN", "error": "You are not invited to this room."}

    def refuse_thrice(_method: str, path: str) -> tuple[int, dict[str, str]] | None:
        return (403, refusal) if path.endswith("join") and len(world.server.calls("join")) <= 3 else None

    world.server.fail = refuse_thrice
    world.server.invite("!new", "@maire:rivemont.fr")
    await world.pulse.until(lambda: bool(edge.rooms()))

    assert world.server.calls("leave") == []


async def test_a_join_that_stays_refused_is_declined(world: World) -> None:
    edge = await world.open()
    world.server.fail = lambda method, path: (403, {"errcode": "M_FORBIDDEN"}) if path.endswith("join") else None
    world.server.invite("!new", "@maire:rivemont.fr")

    def has_declined() -> bool:
        world.clock.advance(60)
        return bool(world.server.calls("leave"))

    await world.pulse.until(has_declined)
    await world.pulse.until(lambda: edge.status().invitations == 0)

    assert edge.rooms() == ()


async def closed(world: World, mover: str) -> None:
    """A room that we are in is closed in favour of one that we have never seen."""
    world.server.room("!new")
    world.server.room("!old")
    world.server.join("!old")
    world.server.state("!old", "m.room.tombstone", "", {"replacement_room": "!new", "body": "moved"}, mover)
    await world.settle()


async def test_we_follow_a_room_that_has_moved_by_the_server_of_whoever_moved_it(world: World) -> None:
    edge = await world.open()
    await closed(world, "@maire:rivemont.fr")
    await world.pulse.until(lambda: len(edge.rooms()) == 2)
    (call,) = world.server.calls("join/!new")
    assert call[2] == {"via": "rivemont.fr", "server_name": "rivemont.fr"}


async def test_we_follow_nobody_who_could_not_have_invited_us(world: World) -> None:
    edge = await world.open()
    await closed(world, "@x:evil.example")
    world.server.invite("!other", "@maire:rivemont.fr")
    await world.pulse.until(lambda: len(edge.rooms()) == 2)
    assert world.server.calls("join/!new") == []


async def test_where_the_new_room_is_not_open_to_us_we_wait_for_the_invitation(world: World) -> None:
    edge = await world.open()
    refusal = {"errcode": "M_FORBIDDEN", "error": "You are not invited to this room."}
    world.server.fail = lambda _, path: (403, refusal) if path == "join/!new" else None
    await closed(world, "@maire:rivemont.fr")
    await world.pulse.until(lambda: bool(world.server.calls("join/!new")))
    await world.settle()
    world.server.invite("!new", "@maire:rivemont.fr")
    await world.pulse.until(lambda: len(edge.rooms()) == 2)
    assert len(world.server.calls("join/!new")) == 1


async def test_a_room_that_we_have_left_is_not_followed_into(world: World) -> None:
    """Whoever removed us from it does not get us back by a tombstone."""
    edge = await world.open()
    world.server.room("!new")
    world.server.join("!new")
    await world.pulse.until(lambda: bool(edge.rooms()))
    world.server.kick("!new")
    await world.pulse.until(lambda: not edge.rooms())
    world.server.room("!old")
    world.server.join("!old")
    world.server.state("!old", "m.room.tombstone", "", {"replacement_room": "!new"}, "@maire:rivemont.fr")
    world.server.invite("!other", "@maire:rivemont.fr")
    await world.pulse.until(lambda: len(edge.rooms()) == 2)
    assert world.server.calls("join/!new") == []
