"""Keeps the index of the files in rooms: written as messages come, read back from the rooms when it is lost (shell)."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

import structlog

from bots.antivirus.verdict import Scan, Why, unscanned
from bots.assistant.dispatch.admission import flaw_of
from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.store import errand_store
from bots.assistant.store.errand_store import WaitingErrand
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.database.engine import Database, Transaction
from bots.files.keeping import store
from bots.files.keeping.store import Horizon, RoomReading
from bots.files.library.entry import KIND, Entry, entry_of, is_filed
from bots.files.library.library import Library
from bots.files.library.request import NAME
from bots.files.library.shelf import Shelf
from bots.files.library.weighing import LARGE, TOO_LARGE
from bots.files.scanning import store as scan_store
from bots.matrix.errors import Refused
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from bots.register.replica.state import State
from config.errors import MalformedId
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)

_ROOMS: Final = 64
"""Rooms whose files are held in memory."""
_NEWER: Final = 500
"""After so many files more we ask anew since when somebody reads along."""
_UNSURE: Final = 20
"""Files that arrived late of which we ask one by one whether somebody could read them; more are not shown."""


@dataclass(slots=True)
class FileKeeper:
    """Implements ``Keeper`` for files; *assistants* send files too, which are answers and no part of the library.

    *scanned*: there is an antivirus, which is to be asked about whatever is sent from now on.
    """

    name: ClassVar[str] = NAME
    edge: Edge
    database: Database
    now_ms: Callable[[], int]
    assistants: Callable[[], Sequence[UserId]]
    scanned: bool = False
    _shelves: dict[RoomId, Shelf] = field(default_factory=dict)
    _read: set[RoomId] = field(default_factory=set)
    """Rooms that were read back."""

    async def hear(self, event: Event, transaction: Transaction) -> None:
        """Put the file of a message on the shelf."""
        entry = entry_of(event, self.now_ms(), filed=self._is_assistant(event.sender))
        if entry is None:
            return
        if not entry.position:
            # What we have sent ourselves: behind all that is known.
            entry = replace(entry, position=await store.highest(transaction, event.room_id) + 1)
        await store.keep(transaction, event.room_id, [entry])
        if self.scanned:
            await scan_store.wait(transaction, event.room_id, [(entry.event_id, entry.id)], self.now_ms())
        await self._weigh(entry, event.room_id, transaction)
        shelf = self._shelves.get(event.room_id)
        if shelf is not None:
            shelf.add(entry)
            if self.scanned:
                shelf.scans.setdefault(entry.id, unscanned(Why.PENDING))

    async def _weigh(self, entry: Entry, room_id: RoomId, transaction: Transaction) -> None:
        """Have it looked at whether our homeserver takes a large file of another one's."""
        if entry.sender.server == self.edge.user_id.server or (entry.size or 0) < LARGE:
            return
        # No name: a payload must not be erased.
        payload: dict[str, Json] = {"size": entry.size}
        waiting = WaitingErrand(
            TOO_LARGE,
            entry.id,
            room_id,
            payload,
            self.now_ms(),
            entry.event_id,
            self.edge.user_id,
            answers=True,
        )
        await errand_store.keep(transaction, waiting)

    def judge(self, room_id: RoomId, file_id: str, scan: Scan) -> None:
        """Take in what the antivirus says of a file."""
        shelf = self._shelves.get(room_id)
        if shelf is not None:
            shelf.judge(file_id, scan)

    async def moved(self, room_id: RoomId, event: Event, transaction: Transaction) -> None:
        """Forget since when somebody reads along who has come or gone."""
        try:
            await store.forget_reader(transaction, room_id, UserId.parse(event.state_key))
        except MalformedId:
            return

    async def withdraw(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Take a redacted file off the shelf."""
        file_id = await store.drop(transaction, room_id, event_id)
        if file_id is None:
            return None
        await scan_store.drop(transaction, room_id, event_id)
        shelf = self._shelves.get(room_id)
        if shelf is not None:
            shelf.remove(file_id)
        return KIND, file_id

    async def shown(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Return the file that a message carries."""
        file_id = await store.id_of(transaction, room_id, event_id)
        return None if file_id is None else (KIND, file_id)

    async def bring(self, request: Request, transaction: Transaction) -> Library:
        """Return what *request*'s sender may see of the room's files."""
        shelf = await self.shelf(transaction, request.room_id, request.state)
        if not len(shelf):
            return Library(shelf, scanned=self.scanned)
        seen = await store.horizon(transaction, request.room_id, request.sender)
        newer = [] if seen is None else shelf.since(seen.upto + 1)
        if seen is None or len(newer) > _NEWER:
            seen = await self._look(request, shelf)
            newer = []
            await store.see(transaction, request.room_id, request.sender, seen)
        first = bisect_left(shelf.positions, seen.first)
        return Library(shelf, first, await self._hidden(request, newer, seen), self.scanned)

    def forget(self, room_id: RoomId) -> None:
        """Read a room's shelf anew."""
        self._shelves.pop(room_id, None)

    async def tend(self) -> None:
        """Read back one page of one room that was not read back yet."""
        for room in self.edge.rooms():
            if room.room_id in self._read or room.space:
                continue
            if not await self._read_page(room.room_id):
                self._read.add(room.room_id)
                continue
            return

    async def shelf(self, transaction: Transaction, room_id: RoomId, state: State) -> Shelf:
        """Return all files of a room, whoever may see them, as they stand in its *state*."""
        shelf = self._shelves.pop(room_id, None)
        if shelf is None:
            scans = await scan_store.scans(transaction, room_id)
            shelf = Shelf(room_id, await store.entries(transaction, room_id), state, scans)
        self._shelves[room_id] = shelf
        while len(self._shelves) > _ROOMS:
            del self._shelves[next(iter(self._shelves))]
        shelf.follow(state)
        return shelf

    async def _look(self, request: Request, shelf: Shelf) -> Horizon:
        """Ask the homeserver from which file on the sender reads along, by halves: that never ends and begins again."""
        entries = shelf.entries()
        low, high = 0, len(entries)
        if await self._could_read(request, entries[0]):
            high = 0
        while low < high:
            middle = (low + high) // 2
            if await self._could_read(request, entries[middle]):
                high = middle
            else:
                low = middle + 1
        last = entries[-1].position
        first = entries[low].position if low < len(entries) else last + 1
        return Horizon(first, last, self.now_ms())

    async def _hidden(self, request: Request, newer: Sequence[Entry], seen: Horizon) -> frozenset[str]:
        """Return the files that came after we asked and were sent before: a server was away, its file may be older."""
        late = [entry for entry in newer if entry.at < seen.asked_at and entry.sender != request.sender]
        sure = {entry.id for entry in late[-_UNSURE:] if await self._could_read(request, entry)}
        return frozenset(entry.id for entry in late if entry.id not in sure)

    async def _could_read(self, request: Request, entry: Entry) -> bool:
        return await could_read(self.edge, request.sender, request.room_id, entry.event_id)

    async def _read_page(self, room_id: RoomId) -> bool:
        """Read a page; tell whether there was one to read."""
        async with self.database.begin() as transaction:
            reading = await store.reading(transaction, room_id)
        if reading.done:
            return False
        try:
            page = await self.edge.fetch_messages(room_id, None, reading.cursor)
        except Refused:
            await self._note(room_id, [], replace(reading, done=True))
            return False
        found, lowest = [], reading.lowest
        for event in page.events:
            lowest -= 1
            entry = self._entry(event, lowest)
            found += [] if entry is None else [entry]
        await self._note(room_id, found, RoomReading(page.next, lowest, done=page.next is None))
        return True

    def _entry(self, event: object, position: int) -> Entry | None:
        if not isinstance(event, Event) or event.redacted or event.type != "m.room.message":
            return None
        ours = self._is_assistant(event.sender)
        if flaw_of(event) is not None or (ours and not is_filed(event.content)):
            return None
        return entry_of(replace(event, position=position), self.now_ms(), filed=ours)

    def _is_assistant(self, user: UserId) -> bool:
        return user in (self.edge.user_id, *self.assistants())

    async def _note(self, room_id: RoomId, found: Sequence[Entry], reading: RoomReading) -> None:
        async with self.database.begin() as transaction:
            await store.keep(transaction, room_id, found)
            await store.read(transaction, room_id, reading)
            if found:
                # What they could read may begin earlier than we thought.
                await store.forget_reader(transaction, room_id)
        if found:
            self.forget(room_id)
        if reading.done:
            _log.info("files_read_back", room_id=room_id)
