"""Looks at the town each minute (``watch.every``) for ``/metrics``, and tells administrators of what hurts."""

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import structlog

from bots.matrix.port import Edge
from bridge.people.administration import administering
from bridge.people.errors import PeopleError
from bridge.watch.gathering import Gathering
from bridge.watch.sample import Sample
from bridge.watch.telling import Teller
from config.errors import MalformedId
from config.identifiers import RoomId
from config.texts import texts

_log = structlog.get_logger(__name__)
_SETTLE_S: Final = 120.0
"""After a start everything may be late for a moment: nobody is told of that."""


class Watcher:
    """Watches, for as long as the assistant runs; *samples* is what it found last."""

    def __init__(self, gathering: Gathering, edge: Edge) -> None:
        self._gathering = gathering
        self._edge = edge
        self._room: RoomId | None = None
        self.samples: Sequence[Sample] = ()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        began = asyncio.get_running_loop().time()
        while True:
            try:
                self.samples = await self._gathering.look()
                if asyncio.get_running_loop().time() - began > _SETTLE_S:
                    await self._tell()
            except Exception as exc:  # the outermost loop: what hurts now still does at the next look
                _log.exception("watch_failed", error=type(exc).__name__)
            await asyncio.sleep(self._gathering.collectivity.watch.every)

    async def _tell(self) -> None:
        wanted = self._gathering.collectivity.administrators_room
        if wanted is None:
            return
        if self._room is None:
            self._room = await self._found(wanted)
        if self._room is None:
            _log.warning("administrators_room_unknown")
            return
        known, database = texts(self._gathering.collectivity.locale), self._gathering.database
        teller = Teller(self._edge, database, self._room, known, lambda: int(self._gathering.now() * 1000))
        await teller.hear(self.samples)

    async def _found(self, wanted: str) -> RoomId | None:
        """Return the room that is called so: by its id, or by an address such as ``#administrateurs:valbourg.fr``."""
        if wanted.startswith("!"):
            return RoomId.parse(wanted)
        try:
            async with administering(self._gathering.collectivity, self._gathering.secrets) as administration:
                told = await administration.ask("GET", f"/_matrix/client/v3/directory/room/{quote(wanted)}")
                return RoomId.parse(told.get("room_id"))
        except (PeopleError, MalformedId):
            return None
