"""A hall with feeds and followed addresses, over the real gate: its folder, its port, its letter box."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import aiohttp

from bots.assistant.dispatch.capability import Capability
from bots.assistant.handler.keeping import Keeper
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, DIRECT, ROOM, SECRETAIRE
from bots.events.capability import events
from bots.events.feeds.commands import feeding
from bots.events.feeds.keeping.folder import FeedFolder
from bots.events.feeds.keeping.office import FeedOffice
from bots.events.feeds.keeping.watch import FeedWatch
from bots.events.feeds.keeping.writer import FeedWriter
from bots.events.feeds.secrets import FeedMaker
from bots.events.followed.commands import following
from bots.events.followed.reading.keeper import SourceKeeper
from bots.events.followed.reading.office import SourceOffice
from bots.events.followed.reading.post import Post
from bots.events.followed.reading.reader import SourceReader
from bots.matrix.events import Event, Member
from bridge.calendars.serving import running
from bridge.calendars.settings import GateSettings
from bridge.operate.ports import free_port
from config.identifiers import RoomId, UserId
from config.texts import texts

DIRECT_OF_DGS = RoomId("!direct-dgs")
VOIRIE = RoomId("!voirie")


class FeedHall(Hall):
    """The hall with feeds below *folder*, and a gate at *port*."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        super().__init__(self._capabilities)

    def _capabilities(self) -> list[Capability]:
        maker = FeedMaker(f"http://127.0.0.1:{self.port}", b"f" * 32)
        files = FeedFolder(self.folder / "feeds")
        base = (self.edge, self.edge.database)
        self.writer = FeedWriter(*base, self.ledger, maker, files, texts("fr"), ZoneInfo("Europe/Paris"), self.now)
        office = FeedOffice(self.edge.database, maker, self.writer.wake, self.now)
        post, self.keeper = Post(self.folder), SourceKeeper(self.edge, self.ledger)
        paris = ZoneInfo("Europe/Paris")
        self.reader = SourceReader(*base, self.ledger, post, paris, self.now, self.keeper.changed)
        sources = SourceOffice(self.edge.database, post, paris, self.reader.wake, self.now)
        return [events(), feeding(office.runners()), following(sources.runners(), plain=True)]

    def keepers(self) -> tuple[Keeper, ...]:
        return FeedWatch(self.edge, self.edge.database, self.writer.wake, self.now), self.keeper

    async def open(self) -> None:
        await super().open()
        self.edge.add_room(DIRECT_OF_DGS, [DGS], direct=True)
        self.edge.add_room(VOIRIE, [SECRETAIRE, DGS], name="Voirie")

    async def write(self) -> None:
        """Have all feeds written now, however lately they were."""
        self.writer._next.clear()
        await self.writer.tend()

    async def read(self, hours: float = 0) -> None:
        """Let *hours* pass; have what is due then read, and said."""
        self.time += round(hours * 3_600_000)
        self.reader._look = 0
        await self.reader.tend()
        async with asyncio.timeout(30):
            while self.reader._asked:
                await asyncio.sleep(0.02)
                await self.reader.tend()
        await self.tend()

    async def address(
        self, said: str, room: RoomId = DIRECT, where: RoomId = ROOM, sender: UserId | None = None
    ) -> str:
        """Ask for an address by *said*; return what is told in *room*."""
        more: dict[str, Any] = {} if sender is None else {"sender": sender}
        await self.say(said, room=where, **more)
        await self.write()
        found = re.search(r"https?://\S+/agenda/\S+", self.said(room)[-1])
        assert found is not None, self.said(room)
        return found[0]

    async def membership(self, room: RoomId, user: UserId, membership: Literal["join", "leave", "ban"]) -> None:
        """Let *user* come or go, as the sync tells it."""
        held = self.edge.room(room)
        assert held is not None
        self.edge.set_room(replace(held, members={**held.members, user: Member(user, membership, user.localpart)}))
        content = {"membership": membership}
        event = Event(room, self.edge.new_event_id(), user, "m.room.member", content, self.time, state_key=str(user))
        await self.edge.deliver(event)
        await self.tend()


@asynccontextmanager
async def feed_hall(folder: Path, at: datetime | None = None, **settings: Any) -> AsyncIterator[FeedHall]:
    """Yield a hall whose gate listens; *at*: when that is.

    The gate goes by the hall's clock: by the machine's, all of its addresses would be closed a week later.
    """
    hall: FeedHall
    settings.setdefault("clock", lambda: hall.now() / 1000)
    gate = GateSettings(folder, port=free_port(), private_addresses=True, behind_proxy=True, look_s=0.02, **settings)
    async with running(gate):
        hall = FeedHall(folder, gate.port)
        if at is not None:
            hall.time = round(at.timestamp() * 1000)
        await hall.open()
        yield hall
        await hall.close()


async def read(address: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> tuple[int, Any, bytes]:
    """Return what the gate answers: status, headers, body."""
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, address, headers=headers, allow_redirects=False) as response,
    ):
        return response.status, response.headers, await response.read()
