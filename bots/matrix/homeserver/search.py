"""Looking in a room for a message of ours that may or may not have been taken."""

from bots.database.engine import Database
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.events import Event
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.sync import read_events
from bots.matrix.reading import TXN, EventReader
from config.identifiers import EventId, RoomId, UserId

# Our clock and our homeserver's may differ.
_MARGIN_MS = 3_600_000


class Search:
    """Reads back in rooms, remembering which messages of ours it met."""

    def __init__(self, user_id: UserId, homeserver: Homeserver, database: Database, reader: EventReader) -> None:
        self._user_id = user_id
        self._homeserver = homeserver
        self._database = database
        self._reader = reader
        self._met: dict[RoomId, dict[str, EventId]] = {}
        self._reached: dict[RoomId, int] = {}

    async def find(self, room_id: RoomId, txn: str, since_ms: int) -> EventId | None:
        """Return the event of ours that carries *txn*, sent after *since_ms*, or None.

        Raises ``Refused`` and ``Unreachable``. What one process has read of a room it does not read again: whatever
        it sends itself it need not look for.
        """
        back_to = since_ms - _MARGIN_MS
        if self._reached.get(room_id, back_to + 1) > back_to:
            await self._scan(room_id, back_to)
        return self._met.get(room_id, {}).get(txn)

    async def _scan(self, room_id: RoomId, back_to: int) -> None:
        met = self._met.setdefault(room_id, {})
        cursor: str | None = None
        while True:
            query = {"dir": "b", "limit": "100"} | ({"from": cursor} if cursor else {})
            answer = await self._homeserver.request(
                "GET", path("rooms", room_id, "messages"), query=query, timeout_s=90
            )
            chunk = answer.get("chunk")
            events = read_events(chunk if isinstance(chunk, list) else ())
            async with self._database.begin() as transaction:
                for raw in events:
                    if raw["sender"] != self._user_id:
                        continue
                    own = await self._reader.read(room_id, raw, transaction, position=None)
                    if isinstance(own, Event) and isinstance(own.content.get(TXN), str):
                        met.setdefault(own.content[TXN], own.event_id)
            end = answer.get("end")
            # Other servers date their events as they like: only our own server's word ends the search.
            ours = [each for each in events if UserId(each["sender"]).server == self._user_id.server]
            dates = [each["origin_server_ts"] for each in ours]
            if not isinstance(end, str) or end == cursor or (dates and max(dates) < back_to):
                self._reached[room_id] = back_to
                return
            cursor = end
