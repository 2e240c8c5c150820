"""Reads what rooms follow, again and again, by the town's own process that has a way out (shell)."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bots.assistant.store import errand_store
from bots.assistant.store.errand_store import WaitingErrand
from bots.database.engine import Database
from bots.events.followed.commands import TELL
from bots.events.followed.letters import LetterAnswer, LetterQuestion
from bots.events.followed.reading import judging, store
from bots.events.followed.reading.judging import STALE_MS, Verdict
from bots.events.followed.reading.post import Post, letter
from bots.events.followed.reading.store import ReadingState
from bots.events.followed.source import FollowedCalendar, sources
from bots.events.followed.timetable import Timetable, is_whole
from bots.events.ics.apart import read_times_apart
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from bots.register.store.ledger import Ledger
from config.identifiers import EventId, RoomId

_log = structlog.get_logger(__name__)
_TICK_S: Final = 1.0
_PAUSE_S: Final = 10
_LOOK_MS: Final = 10_000
"""How often it is looked what rooms follow."""
_SILENT_MS: Final = 300_000
"""After so long the process that reads addresses is taken to be away."""
_MOST: Final = 400
"""Addresses of all rooms together: whatever anybody wrote, a town's machine does no more."""

_Key = tuple[RoomId, str]


@dataclass(slots=True)
class SourceReader:
    """Keeps what was read at followed addresses as fresh as they wish; ask :meth:`tend` from one place only."""

    edge: Edge
    database: Database
    ledger: Ledger
    post: Post
    zone: ZoneInfo
    now_ms: Callable[[], int]
    changed: Callable[[RoomId, str], None] = field(default=lambda _, __: None)
    """Told of which source something else was read."""
    _rows: dict[_Key, ReadingState] | None = None
    _look: int = 0
    _asked: dict[str, int] = field(default_factory=dict)
    """Since when (ms) questions wait, by their names."""

    async def run(self) -> None:
        """Tend until cancelled."""
        while True:
            try:
                await self.tend()
            except Exception as exc:  # the outermost loop: what could not be read is read later
                _log.exception("reading_failed", error=type(exc).__name__)
                await asyncio.sleep(_PAUSE_S)
            await asyncio.sleep(_TICK_S)

    async def tend(self) -> None:
        """Look what is followed, take what has come, ask for what is due."""
        rows = await self._known()
        if self._look <= self.now_ms():
            await self._agree(rows)
            self._look = self.now_ms() + _LOOK_MS
        await self._take(rows)
        await self._ask(rows)

    def wake(self) -> None:
        """Have it looked at once: somebody has followed an address."""
        self._rows, self._look = None, 0

    async def _known(self) -> dict[_Key, ReadingState]:
        if self._rows is None:
            async with self.database.begin() as transaction:
                self._rows = {(row.room_id, row.source_id): row for row in await store.all_rows(transaction)}
        return self._rows

    def _followed(self) -> dict[_Key, FollowedCalendar]:
        """Return what all rooms follow; those that are not in memory just now are left as they are."""
        found: dict[_Key, FollowedCalendar] = {}
        for room_id in [*self.ledger.rooms()]:
            if self.edge.room(room_id) is not None:
                found.update({(room_id, source.id): source for source in sources(self.ledger.known(room_id))})
        return dict([*found.items()][:_MOST])

    async def _agree(self, rows: dict[_Key, ReadingState]) -> None:
        """Have a row for each that is followed, and none for any other."""
        wanted, here = self._followed(), {*self.ledger.rooms()}
        gone = [key for key in rows if key not in wanted and (key[0] in here or self.edge.room(key[0]) is None)]
        new = [
            ReadingState(room_id, source_id, wanted[room_id, source_id].address)
            for room_id, source_id in wanted.keys() - rows.keys()
        ]
        if not gone and not new:
            return
        async with self.database.begin() as transaction:
            await store.drop(transaction, gone)
            for row in new:
                await store.put(transaction, row, Timetable())
        for key in gone:
            del rows[key]
        rows.update({(row.room_id, row.source_id): row for row in new})

    async def _ask(self, rows: Mapping[_Key, ReadingState]) -> None:
        now = self.now_ms()
        due = {row.address: row for row in rows.values() if row.due <= now}
        for address, row in due.items():
            name = letter(address)
            if name not in self._asked:
                fresh = now - row.worked < STALE_MS
                question = LetterQuestion(address, row.etag if fresh else "", row.modified if fresh else "")
                await asyncio.to_thread(self.post.ask, name, question)
                self._asked[name] = now
            elif now - self._asked[name] > _SILENT_MS:
                _log.warning("address_not_read", letter=name)
                self._asked[name] = now

    async def _take(self, rows: dict[_Key, ReadingState]) -> None:
        by_letter: dict[str, list[ReadingState]] = {}
        for row in rows.values():
            by_letter.setdefault(letter(row.address), []).append(row)
        for name in await asyncio.to_thread(self.post.answers):
            if name not in by_letter:
                continue
            answer = await asyncio.to_thread(self.post.answer, name)
            if answer is not None:
                for row in by_letter[name]:
                    rows[row.room_id, row.source_id] = await self._taken(row, answer)
            await asyncio.to_thread(self.post.forget, name)
            self._asked.pop(name, None)

    async def _taken(self, row: ReadingState, answer: LetterAnswer) -> ReadingState:
        async with self.database.begin() as transaction:
            before = await store.timetable(transaction, row.room_id, row.source_id)
        now = self.now_ms()
        verdict, read = await read_and_judged(row, before, answer, self.zone, now)
        async with self.database.begin() as transaction:
            if read is not None:
                await store.put(transaction, verdict.row, read)
            else:
                await store.note(transaction, verdict.row)
            told = self._told(verdict, answer)
            if told is not None:
                await errand_store.keep(transaction, told)
        if read is not None:
            self.changed(row.room_id, row.source_id)
        return verdict.row

    def _told(self, verdict: Verdict, answer: LetterAnswer) -> WaitingErrand | None:
        """Return the errand that tells the room, where that is ours to tell: it was our person who followed it."""
        row = verdict.row
        found = next((source for source in sources(self.ledger.known(row.room_id)) if source.id == row.source_id), None)
        if not verdict.tell or found is None or found.giver != self.edge.user_id or found.by is None:
            return None
        payload: dict[str, Json] = {"source": row.source_id, "tell": verdict.tell, "why": row.why}
        cause = EventId(f"$followed-{letter(row.source_id, verdict.tell, str(self.now_ms()))}")
        key = f"{row.source_id} {verdict.tell}"
        return WaitingErrand(
            TELL,
            key,
            row.room_id,
            {**payload, "status": answer.status, "read": row.read_at},
            self.now_ms(),
            cause,
            found.by,
        )


async def read_and_judged(
    row: ReadingState, before: Timetable, answer: LetterAnswer, zone: ZoneInfo, now: int
) -> tuple[Verdict, Timetable | None]:
    """Return how a source stands after *answer*, and what was read, where that is something else than *before*."""
    same = replace(row, etag=answer.etag or row.etag, modified=answer.modified or row.modified)
    if answer.outcome == "same":
        return judging.judge_calendar(same, before, now), None
    if answer.outcome != "read":
        return judging.ill(row, answer.outcome, now, answer.sorry), None
    digest = hashlib.sha256(answer.body).hexdigest()
    read = replace(row, etag=answer.etag, modified=answer.modified, digest=digest)
    if digest == row.digest and now - row.worked < STALE_MS:
        return judging.judge_calendar(read, before, now), None
    timetable = await read_times_apart(answer.body, zone.key, datetime.fromtimestamp(now / 1000, UTC))
    flaw = _flaw(answer.body, timetable, before)
    if flaw:
        return judging.ill(row, flaw, now), None
    return judging.judge_calendar(replace(read, worked=now), timetable, now), timetable


def _flaw(body: bytes, timetable: Timetable, before: Timetable) -> str:
    """Return why what was read does not take the place of what was read *before*, or nothing."""
    if not timetable.readable:
        return "calendar"
    if not is_whole(body):
        return "half"
    return "empty" if before.occurrences and not timetable.occurrences else ""
