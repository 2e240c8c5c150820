"""Closes links by themselves: when their author leaves, when what they hold is redacted, when the command is deleted.

Noted in the transaction of the event, told to the server a moment later, again until it has heard (shell).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final

import structlog

from bots.assistant.store.closing import Closer
from bots.assistant.store.watch import Watch
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.database.engine import Database, Transaction
from bots.files.publishing import store
from bots.files.publishing.locking import Locks
from bots.files.sharing.share import NAME, Share
from bots.links.client.server import ShareServer
from bots.matrix.events import Event
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId

_log = structlog.get_logger(__name__)
_HOUR_MS: Final = 3_600_000
_GONE: Final = frozenset({"leave", "ban"})


@dataclass(slots=True)
class ShareWatch(Watch):
    """Implements ``Keeper`` for links."""

    name: ClassVar[str] = NAME
    edge: Edge
    database: Database
    server: Callable[[], ShareServer]
    now_ms: Callable[[], int]
    locks: Locks = field(init=False)
    closer: Closer = field(init=False)
    _due: int = 0
    """When (ms) all authors are looked for next: at a start, and each hour; somebody may have left unseen."""

    def __post_init__(self) -> None:
        self.locks = Locks(self.database, self.server, self.now_ms)
        self.closer = Closer(
            store.closing,
            self.database,
            lambda link_id: self.server().revoke(link_id),
            lambda link_id: _log.info("link_closed", link=link_id),
        )

    async def moved(self, room_id: RoomId, event: Event, transaction: Transaction) -> None:
        """Close the links of whoever has left; who is deactivated leaves all rooms."""
        if event.content.get("membership") in _GONE:
            await self._close(transaction, room_id, lambda share: share.author == event.state_key)

    async def withdraw(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Close the links to a file that is redacted, or that were asked for by a command that is."""
        await self._close(transaction, room_id, lambda share: event_id in (share.cause, *share.files))
        return None

    async def infected(self, transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
        """Close the links to a file in which the antivirus has found something."""
        await self._close(transaction, room_id, lambda share: event_id in share.files)

    async def bring(self, request: Request, transaction: Transaction) -> tuple[Share, ...]:
        """Return the open links of the room."""
        return await store.open_in(transaction, request.room_id, self.now_ms())

    async def tend(self) -> None:
        """Tell the server what has ended; look for authors who are gone, and for links that were locked."""
        if self._due <= self.now_ms():
            await self._look()
            self._due = self.now_ms() + _HOUR_MS
        await self.closer.tend()
        await self.locks.tend()

    async def _close(self, transaction: Transaction, room_id: RoomId, goes: Callable[[Share], bool]) -> None:
        for share in await store.open_in(transaction, room_id, self.now_ms()):
            if goes(share):
                await self.closer.doom(transaction, share.link_id)

    async def _look(self) -> None:
        async with self.database.begin() as transaction:
            for share in await store.all_open(transaction, self.now_ms()):
                room = self.edge.room(share.room_id)
                if room is None or share.author not in room.joined:
                    await self.closer.doom(transaction, share.link_id)
