"""Events that somebody asks for: read back from the server, decrypted, and not handled."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from bots.database.engine import Database
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.errors import LoggedOut, Refused
from bots.matrix.events import Incoming
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.sync import read_event, read_events
from bots.matrix.port import Raw
from bots.matrix.reading import EventReader
from config.identifiers import EventId, RoomId, UserId

_NOT_SAID = ("m.room.member", "m.reaction", "m.room.redaction")


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page of events; ``next`` is None on the last one."""

    events: tuple[Incoming, ...]
    next: str | None


class Lookup:
    """Reads single events, those that reference one, and what somebody has said."""

    def __init__(self, homeserver: Homeserver, database: Database, reader: EventReader) -> None:
        self._homeserver = homeserver
        self._database = database
        self._reader = reader

    async def event(self, room_id: RoomId, event_id: EventId) -> Incoming | None:
        """Return one event; None when it is gone or not ours to see."""
        try:
            raw = read_event(await self._homeserver.request("GET", path("rooms", room_id, "event", event_id)))
        except LoggedOut:
            raise
        except Refused:
            return None
        if raw is None:
            return None
        # A handler asks inside its own transaction: SQLite has one writer.
        async with self._database.joined() as transaction:
            return await self._reader.read(room_id, raw, transaction, position=None)

    async def relations(self, room_id: RoomId, root: EventId, since: str | None = None) -> EventPage:
        """Return one page of the events that reference *root*, newest first; raises ``Refused`` and ``Unreachable``."""
        target = path("rooms", room_id, "relations", root, "m.reference", version="v1")
        query = {"dir": "b", "limit": "100"} | ({"from": since} if since is not None else {})
        answer = await self._homeserver.request("GET", target, query=query, timeout_s=60)
        return await self._page(room_id, answer, answer.get("next_batch"))

    async def messages(
        self, room_id: RoomId, senders: Collection[UserId] | None, since: str | None = None
    ) -> EventPage:
        """Return a page of what *senders*, or all, have said, newest first; raises ``Refused`` and ``Unreachable``."""
        whose = {} if senders is None else {"senders": sorted(senders)}
        wanted = json.dumps({**whose, "not_types": [*_NOT_SAID]}, separators=(",", ":"))
        query = {"dir": "b", "limit": "100", "filter": wanted} | ({"from": since} if since is not None else {})
        answer = await self._homeserver.request("GET", path("rooms", room_id, "messages"), query=query, timeout_s=90)
        return await self._page(room_id, answer, answer.get("end"))

    async def _page(self, room_id: RoomId, answer: Raw, following: object) -> EventPage:
        chunk = answer.get("chunk")
        async with self._database.joined() as transaction:
            found = [
                await self._reader.read(room_id, raw, transaction, position=None)
                for raw in read_events(chunk if isinstance(chunk, list) else ())
            ]
        events = tuple(event for event in found if event is not None)
        return EventPage(events, following if isinstance(following, str) else None)
