"""Writes the feeds: whenever what their authors may read has changed, and no sooner than that is worth (shell).

Nobody waits for it: whoever asks for a feed gets the file that lies there.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bots.assistant.words.lenient import line
from bots.database.engine import Database
from bots.events.feeds import text
from bots.events.feeds.feed import Feed
from bots.events.feeds.keeping import store
from bots.events.feeds.keeping.folder import FeedFolder
from bots.events.feeds.keeping.readers import Readers
from bots.events.feeds.sealed import Facts, etag_of
from bots.events.feeds.secrets import FeedMaker
from bots.events.kept.book import Book, book
from bots.events.kept.meeting import Meeting
from bots.events.words.times import zone_of
from bots.matrix.errors import LoggedOut, Unreachable
from bots.matrix.events import Room
from bots.matrix.port import Edge
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId
from config.texts import Texts

_log = structlog.get_logger(__name__)
_TICK_S: Final = 2.0
_PAUSE_S: Final = 10
_SHARE: Final = 30
"""What has taken a second is not done again for half a minute: feeds never take more of a machine than that."""
_SOONEST_S: Final = 2.0
_AT_ONCE: Final = 50
"""Events that are looked at before others have their turn."""
_LASTS: Final = timedelta(days=7)
"""How long a feed is good for without us: who has left while we were down reads it no longer than that."""
_MOST_NAME: Final = 80

_Mark = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A room in a feed: as it is now (*version*), and from which clock on it may be read."""

    room: Room
    since: int
    version: int

    @property
    def mark(self) -> _Mark:
        return (self.room.room_id, self.room.name, self.since, self.version)


@dataclass(slots=True)
class FeedWriter:
    """Keeps the files of all feeds as they should be; ask :meth:`tend` from one place only."""

    edge: Edge
    database: Database
    ledger: Ledger
    maker: FeedMaker
    folder: FeedFolder
    texts: Texts
    zone: ZoneInfo
    now_ms: Callable[[], int]
    readers: Readers = field(init=False)
    _written: dict[str, _Mark] = field(default_factory=dict)
    _next: dict[str, float] = field(default_factory=dict)
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.readers = Readers(self.edge, self.database, self.ledger, self.now_ms)

    def wake(self) -> None:
        """Have it looked at soon: somebody has asked for one, or has left."""
        self._wanted.set()

    async def run(self) -> None:
        """Tend until cancelled."""
        while True:
            try:
                await self.tend()
            except LoggedOut:
                # The edge logs in again.
                pass
            except Exception as exc:  # the outermost loop: what could not be written is written later
                _log.exception("feeds_failed", error=type(exc).__name__)
                await asyncio.sleep(_PAUSE_S)
            try:
                async with asyncio.timeout(_TICK_S):
                    await self._wanted.wait()
            except TimeoutError:
                continue
            finally:
                self._wanted.clear()

    async def tend(self) -> None:
        """Take away what is closed, write what has changed."""
        await self.readers.refresh()
        async with self.database.begin() as transaction:
            known = await store.all_open(transaction)
        await self._close({feed.name for feed in known})
        made: dict[_Mark, bytes] = {}
        agendas: dict[RoomId, Book] = {}
        for feed in known:
            if self._next.get(feed.name, 0) > time.monotonic():
                continue
            try:
                await self._feed(feed, agendas, made)
            except (Unreachable, OSError) as exc:
                _log.warning("feed_not_written", feed=feed.name, error=type(exc).__name__)
                self._next[feed.name] = time.monotonic() + _PAUSE_S

    async def _close(self, names: set[str]) -> None:
        for name in await asyncio.to_thread(self.folder.names) - names:
            await asyncio.to_thread(self.folder.take_away, name)
            self._written.pop(name, None)
            self._next.pop(name, None)
            _log.info("feed_closed", feed=name)

    async def _feed(self, feed: Feed, agendas: dict[RoomId, Book], made: dict[_Mark, bytes]) -> None:
        parts = await self._parts(feed, agendas)
        if parts is None:
            return
        today = datetime.fromtimestamp(self.now_ms() / 1000, self.zone).date()
        content: _Mark = (feed.busy, feed.author if feed.mine else None, today, *(part.mark for part in parts))
        if self._written.get(feed.name) == content:
            return
        began = time.monotonic()
        if content not in made:
            made[content] = await self._made(feed, parts, agendas)
        await asyncio.to_thread(self._put, feed, made[content])
        self._written[feed.name] = content
        took = time.monotonic() - began
        self._next[feed.name] = time.monotonic() + max(_SOONEST_S, _SHARE * took)
        _log.info("feed_written", feed=feed.name, bytes=len(made[content]), ms=round(took * 1000))

    async def _parts(self, feed: Feed, agendas: dict[RoomId, Book]) -> list[_Part] | None:
        """Return the rooms of *feed*; None: of one of them it is not known what may be read of it."""
        rooms = [room for room in self.edge.rooms() if not room.space] if feed.mine else [self.edge.room(feed.room_id)]
        parts = []
        for room in rooms:
            if room is None or feed.author not in room.joined:
                continue
            agenda = await self._agenda(room.room_id, agendas)
            since = await self.readers.since(room.room_id, feed.author, agenda)
            if since is None:
                return None
            parts.append(_Part(room, since, agenda.version))
        return sorted(parts, key=lambda part: part.room.room_id)

    async def _agenda(self, room_id: RoomId, agendas: dict[RoomId, Book]) -> Book:
        if room_id not in agendas:
            async with self.database.begin() as transaction:
                state = await self.ledger.state(transaction, room_id)
            agendas[room_id] = state.view(book(zone_of(self.zone)))
        return agendas[room_id]

    async def _made(self, feed: Feed, parts: Sequence[_Part], agendas: Mapping[RoomId, Book]) -> bytes:
        sources = [await self._source(part, agendas[part.room.room_id]) for part in parts]
        now, zone = datetime.fromtimestamp(self.now_ms() / 1000, UTC), zone_of(self.zone)
        of = feed.author if feed.mine else None
        if feed.busy:
            return await asyncio.to_thread(text.occupied, sources, zone, self.texts.gettext("Busy"), now, of=of)
        return await asyncio.to_thread(text.full, sources, zone, self._called(feed, parts), now, of=of)

    async def _source(self, part: _Part, agenda: Book) -> text.RoomEvents:
        """Return what may be read of a room; others have their turn in between."""
        room = part.room
        found: list[Meeting] = []
        ids = [*agenda.ids]
        for start in range(0, len(ids), _AT_ONCE):
            # Most have not been read yet: a hundred thousand take ten seconds.
            read = [agenda.get(event_id) for event_id in ids[start : start + _AT_ONCE]]
            found += text.readable([meeting for meeting in read if meeting is not None], agenda.state, part.since)
            await asyncio.sleep(0)
        members: dict[UserId, str | None] = {user: room.members[user].display_name for user in room.joined}
        return text.RoomEvents(room.room_id, members, tuple(found))

    def _called(self, feed: Feed, parts: Sequence[_Part]) -> str:
        gettext = self.texts.gettext
        if feed.mine:
            return gettext("Agenda of {person}").format(person=feed.author.localpart)
        named = line(parts[0].room.name, _MOST_NAME) if parts else ""
        return gettext("Agenda of {room}").format(room=named) if named else gettext("Agenda")

    def _put(self, feed: Feed, calendar: bytes) -> None:
        now, secret = self.now_ms() // 1000, self.maker.of(feed)
        etag, held = etag_of(secret, calendar), self.folder.facts(feed.name)
        # The same events are the same file, also after a restart.
        modified = held.modified if held is not None and held.etag == etag else now
        until = now + round(_LASTS.total_seconds())
        whole = text.stamped(calendar, datetime.fromtimestamp(modified, UTC))
        self.folder.put(feed.name, secret, whole, Facts(etag, modified, until, len(whole)))
