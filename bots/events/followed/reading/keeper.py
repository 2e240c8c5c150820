"""Brings what was read at followed addresses to whoever asks for an agenda (shell)."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import ClassVar, Final

from bots.assistant.store.watch import Watch
from bots.assistant.talk.request import Request
from bots.database.engine import Transaction
from bots.events.followed.reading import store
from bots.events.followed.shown import NAME, CalendarReading, Followed
from bots.events.followed.source import sources
from bots.events.followed.timetable import Timetable
from bots.matrix.port import Edge
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId

_MOST: Final = 64
"""Timetables that are held in memory; those that nobody has asked for longest are read again."""


@dataclass(slots=True)
class SourceKeeper(Watch):
    """Implements ``Keeper`` for followed calendars."""

    name: ClassVar[str] = NAME
    edge: Edge
    ledger: Ledger
    _held: OrderedDict[tuple[RoomId, str], Timetable] = field(default_factory=OrderedDict)

    async def bring(self, request: Request, transaction: Transaction) -> Followed:
        """Return what the room follows; alone with somebody, what all their rooms follow."""
        rooms = [request.room_id]
        if request.private:
            rooms = [room.room_id for room in self.edge.rooms() if request.sender in room.joined]
        known = {(row.room_id, row.source_id): row for row in await store.all_rows(transaction)}
        found: dict[RoomId, list[CalendarReading]] = {}
        for room_id in rooms:
            followed = sources(await self.ledger.state(transaction, room_id))
            for source in followed:
                row = known.get((room_id, source.id))
                table = Timetable() if row is None else await self._timetable(transaction, room_id, source.id)
                how = (0, 0, "") if row is None else (row.read_at, row.failing, row.why)
                found.setdefault(room_id, []).append(CalendarReading(source, table, *how))
        return Followed(found)

    async def _timetable(self, transaction: Transaction, room_id: RoomId, source_id: str) -> Timetable:
        key = (room_id, source_id)
        if key not in self._held:
            self._held[key] = await store.timetable(transaction, room_id, source_id)
            if len(self._held) > _MOST:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]

    def changed(self, room_id: RoomId, source_id: str) -> None:
        """Read it anew: something else was read."""
        self._held.pop((room_id, source_id), None)

    def forget(self, room_id: RoomId) -> None:
        """Read the room's anew: a transaction has failed."""
        for key in [key for key in self._held if key[0] == room_id]:
            del self._held[key]
