"""Rooms of our own making on a real Synapse: made once whatever dies, and seen by the sync for what they are."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bots.database.engine import Database, Transaction, metadata
from bots.matrix.backoff import SystemClock
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import Incoming, Joined, NewRoom, Sent, StateEvent, ToDevice
from bots.matrix.homeserver.making import alias_of
from bots.matrix.homeserver.session import PasswordLogin
from bridge.operate.synapse import Account
from config.identifiers import EventId, RoomId, ServerName, UserId
from tests.servers import VALBOURG, Server, Servers
from tests.servers import running as servers_of

pytestmark = pytest.mark.integration

MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}


class Listener:
    def __init__(self) -> None:
        self.heard: list[Incoming | ToDevice] = []

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        self.heard.append(incoming)

    async def sent(self, sent: Sent, transaction: Transaction) -> None: ...

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None: ...

    def garbled(self, sender: UserId) -> None: ...

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None: ...

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None: ...

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None: ...

    async def idle(self) -> None: ...


async def call(account: Account, method: str, target: str, body: Any = None) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http:
        return await account.call(http, method, f"/v3/{target}", body)


class Bot:
    """A running edge, and its account for looking from outside."""

    def __init__(self, edge: MatrixEdge, account: Account, listener: Listener) -> None:
        self.edge = edge
        self.account = account
        self.listener = listener

    async def state(self, room_id: RoomId, kind: str, key: str = "") -> dict[str, Any]:
        found: dict[str, Any] = await call(self.account, "GET", f"rooms/{room_id}/state/{kind}/{key}")
        return found


@asynccontextmanager
async def running(server: Server, folder: Path) -> AsyncIterator[Bot]:
    account = await server.user("bot")
    database = Database.open(f"sqlite:///{folder}/bot.db")
    async with database.begin() as transaction:
        await transaction.run_sync(metadata.create_all)
        await transaction.exec_driver_sql("INSERT INTO matrix_edge VALUES ('device_id', ?)", (str(account.device_id),))
    user_id = UserId(account.user_id)
    kept = {"user_id": user_id, "device_id": account.device_id, "access_token": account.access_token}
    (folder / "session.json").write_text(json.dumps(kept))
    seeds = CrossSigningSeeds(*(hashlib.sha256(f"{user_id}{n}".encode()).digest() for n in range(3)))
    listed = frozenset({ServerName(user_id.server)})
    settings = EdgeSettings(server.client_url, user_id, PasswordLogin(""), folder, "Bot", {}, lambda: listed)
    edge = await MatrixEdge.open(settings, database, seeds, clock=SystemClock())
    listener = Listener()
    task = asyncio.create_task(edge.run(listener))
    await until(lambda: edge.status().last_sync is not None)
    try:
        yield Bot(edge, account, listener)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await edge.close()
        await database.close()


@pytest.fixture
async def bot(synapse: Server, tmp_path: Path) -> AsyncIterator[Bot]:
    async with running(synapse, tmp_path) as found:
        yield found


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.05)


def cause() -> EventId:
    return EventId("$" + secrets.token_urlsafe(32))


def new_room(why: EventId, index: int = 0, *, asker: str = "@anne:valbourg.localhost") -> NewRoom:
    levels = {"users": {asker: 100}, "users_default": 0, "invite": 50, "state_default": 50}
    state = (
        StateEvent("m.room.name", "", {"name": "Général"}),
        StateEvent("m.room.power_levels", "", levels),
        StateEvent("m.room.encryption", "", MEGOLM),
        StateEvent("m.room.join_rules", "", {"join_rule": "invite"}),
    )
    return NewRoom(why, index, state)


async def test_a_room_is_made_once_and_is_what_was_wanted(bot: Bot) -> None:
    new = new_room(cause())
    room_id = await bot.edge.create_room(new)

    assert await bot.edge.create_room(new) == room_id
    assert await bot.edge.create_room(replace(new, index=1)) != room_id
    assert (await bot.state(room_id, "m.room.create"))["room_version"] == "12"
    levels = await bot.state(room_id, "m.room.power_levels")
    # The creator's power is infinite, and stands nowhere.
    assert levels["users"] == {"@anne:valbourg.localhost": 100}
    assert await bot.state(room_id, "m.room.encryption") == MEGOLM
    # Nobody is shown the alias by which we find it.
    assert await bot.state(room_id, "m.room.canonical_alias") == {}


async def test_the_sync_tells_what_it_is_and_who_made_it(bot: Bot) -> None:
    why = cause()
    name = StateEvent("m.room.name", "", {"name": "Pont"})
    space = await bot.edge.create_room(NewRoom(why, 0, (name,), "m.space"))
    room_id = await bot.edge.create_room(new_room(why, 1))
    # Synapse tells of a room that it has just begun to make: what is said there must wait until encryption is known.
    await until(lambda: all((known := bot.edge.room(each)) and known.name for each in (space, room_id)))

    found, room = bot.edge.room(space), bot.edge.room(room_id)
    assert found is not None
    assert room is not None
    assert (found.space, found.creator, found.name) == (True, bot.edge.user_id, "Pont")
    assert (room.space, room.creator, room.encrypted) == (False, bot.edge.user_id, True)
    await until(lambda: {each.room_id for each in bot.listener.heard if isinstance(each, Joined)} >= {space, room_id})


async def test_a_room_whose_making_was_cut_short_is_completed(bot: Bot) -> None:
    """Synapse writes the alias first, the creator's join next, and all the rest together."""
    new = new_room(cause())
    half = {"room_version": "12", "room_alias_name": alias_of(new.cause, 0), "preset": "private_chat"}
    levels = {"users": {}, "state_default": 50}
    made = await call(bot.account, "POST", "createRoom", {**half, "power_level_content_override": levels})
    room_id = RoomId(made["room_id"])

    assert await bot.edge.create_room(new) == room_id
    assert (await bot.state(room_id, "m.room.name"))["name"] == "Général"


async def test_an_alias_that_leads_nowhere_is_made_anew(bot: Bot) -> None:
    new = new_room(cause())
    lost = await bot.edge.create_room(new)
    await call(bot.account, "POST", f"rooms/{lost}/leave", {})

    again = await bot.edge.create_room(new)

    assert again != lost
    assert await bot.edge.create_room(new) == again


async def test_somebody_elses_alias_is_not_ours(bot: Bot, synapse: Server) -> None:
    new = new_room(cause())
    thief = await synapse.user("thief")
    body = {"room_alias_name": alias_of(new.cause, 0), "invite": [bot.edge.user_id]}
    made = await call(thief, "POST", "createRoom", body)
    with pytest.raises(Refused):
        await bot.edge.create_room(new)

    # Not even when we are in it.
    await until(lambda: bot.edge.room(RoomId(made["room_id"])) is not None)
    with pytest.raises(Refused, match="M_ROOM_IN_USE"):
        await bot.edge.create_room(new)


async def test_an_invitation_is_sent_once_and_a_no_is_a_no(bot: Bot, synapse: Server) -> None:
    anne, basile = await synapse.user("anne"), await synapse.user("basile")
    room_id = await bot.edge.create_room(new_room(cause()))
    for _ in range(2):
        await bot.edge.invite(room_id, UserId(anne.user_id))
    await call(anne, "POST", f"rooms/{room_id}/join", {})
    await bot.edge.invite(room_id, UserId(anne.user_id))
    await bot.edge.invite(room_id, UserId(basile.user_id))
    await call(basile, "POST", f"rooms/{room_id}/leave", {})
    await bot.edge.invite(room_id, UserId(basile.user_id))

    assert (await bot.state(room_id, "m.room.member", anne.user_id))["membership"] == "join"
    assert (await bot.state(room_id, "m.room.member", basile.user_id))["membership"] == "leave"


async def test_the_same_state_again_is_no_event(bot: Bot) -> None:
    room_id = await bot.edge.create_room(new_room(cause()))
    query = "GET", f"rooms/{room_id}/state/m.room.pinned_events/?format=event"
    ids = set()
    for _ in range(2):
        await bot.edge.set_state(room_id, "m.room.pinned_events", "", {"pinned": ["$a"]})
        ids.add((await call(bot.account, *query))["event_id"])

    assert len(ids) == 1


async def test_who_is_in_the_space_may_join_its_rooms_from_another_server(federation: Servers, tmp_path: Path) -> None:
    """And whoever cannot be reached is an error that leaves the rest as it is."""
    valbourg, rivemont = federation["valbourg"], federation["rivemont"]
    maire, dgs = await rivemont.user("maire"), await rivemont.user("dgs")
    async with running(valbourg, tmp_path) as bot:
        why = cause()
        space = await bot.edge.create_room(NewRoom(why, 0, (), "m.space"))
        rule = {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": space}]}
        rules = StateEvent("m.room.join_rules", "", rule)
        room_id = await bot.edge.create_room(NewRoom(why, 1, (rules,)))
        await bot.edge.set_state(space, "m.space.child", room_id, {"via": [str(bot.edge.user_id.server)]})
        await bot.edge.invite(space, UserId(maire.user_id))
        via = f"?server_name={bot.edge.user_id.server}"
        await joined(lambda: call(maire, "POST", f"join/{space}{via}", {}))
        await joined(lambda: call(maire, "POST", f"join/{room_id}{via}", {}))
        federation.cut()
        try:
            with pytest.raises(Unreachable):
                await bot.edge.invite(space, UserId(dgs.user_id))
        finally:
            federation.mend()
        assert (await bot.state(room_id, "m.room.member", maire.user_id))["membership"] == "join"


async def test_a_server_that_is_not_in_the_federation_is_refused(bot: Bot) -> None:
    room_id = await bot.edge.create_room(new_room(cause()))
    with pytest.raises(Refused):
        await bot.edge.invite(room_id, UserId("@qui:ailleurs.localhost"))


async def joined(attempt: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await attempt()
            except aiohttp.ClientResponseError:
                await asyncio.sleep(0.2)
            else:
                return


async def test_synapses_own_limit_of_invitations_is_waited_for(tmp_path: Path) -> None:
    """By its defaults: ten in a row by one user or into one room, then three in ten seconds."""
    with servers_of(tmp_path / "synapse", [VALBOURG]) as servers:
        server = servers["valbourg"]
        people = [await server.user("invited") for _ in range(12)]
        await asyncio.to_thread(limit_invitations, server)
        (tmp_path / "bot").mkdir()
        async with running(server, tmp_path / "bot") as bot:
            room_id = await bot.edge.create_room(new_room(cause()))
            for each in people:
                await bot.edge.invite(room_id, UserId(each.user_id))
            for each in people:
                assert (await bot.state(room_id, "m.room.member", each.user_id))["membership"] == "invite"


def limit_invitations(server: Server) -> None:
    """Start it again with Synapse's own limits for them."""
    server.stop()
    file = server.site.homeserver.directory / "homeserver.yaml"
    settings = yaml.safe_load(file.read_text())
    del settings["rc_invites"]
    file.write_text(yaml.safe_dump(settings))
    server.start()
