"""Opens chapters: what is due is worked out from the database each time, so that a crash only begins again."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.talk.messages import reply_content, txn_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.scene import CardMaker
from bots.assistant.words.lenient import line
from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.envelope.file import as_content
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.events import Outgoing, OutgoingRedaction
from bots.matrix.port import Edge
from bots.register.format.chapter import GONE, LOADED, Root, reach_of, root_of
from bots.register.format.wire import CHAPTER, Chapter, chapter_content
from bots.register.replica.answering import speaker
from bots.register.replica.due import Cause, due, outdated
from bots.register.replica.state import State
from bots.register.store import operations as store
from bots.register.store import roots, snapshot_claims, snapshot_io
from bots.register.store.ledger import Ledger
from bots.register.store.snapshot_io import PreparedSnapshot
from config.identifiers import EventId, RoomId, UserId
from config.texts import texts

_log = structlog.get_logger(__name__)

_FIRST_MS = 2_000
_LONGEST_MS = 600_000
_AGING_MS = 600_000
_MAX_NAME = 100
_SETTLED_MS = 1_000
ERASED_MS = 30_000
"""How long it must be quiet after something was erased: of several erasures in a row, people read one sentence."""
UNSAID_MS = 60_000
"""How long what we wrote without words may stand in our store alone."""


@dataclass(frozen=True, slots=True)
class _Due:
    """Why a chapter is opened, which others have asked for it, and which one it follows."""

    cause: Cause
    askers: tuple[UserId, ...]
    previous: EventId | None


@dataclass(slots=True)
class Chapters:
    """Opens a chapter with a snapshot where one of ours is due, and redacts those that carry what was erased."""

    edge: Edge
    database: Database
    ledger: Ledger
    board: NoticeBoard
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    schema: Mapping[str, int] = field(default_factory=dict)
    makers: Mapping[str, CardMaker] = field(default_factory=dict)
    locale: str = "fr"
    counts: Counter[str] = field(default_factory=Counter)
    _later: dict[RoomId, tuple[int, int]] = field(default_factory=dict)
    _started: bool = False
    _unsaid: dict[RoomId, tuple[list[tuple[str, int]], int]] = field(default_factory=dict)
    """What of ours stands in no message, and when (ms) that is looked at again."""
    _erased: dict[RoomId, tuple[int, int, int]] = field(default_factory=dict)
    """Where one is due because something was erased: how much is, since when (ms) we know, until when it waits."""
    _settled: int = 0
    """When (ms) the rooms with operations are looked at next."""
    _aged: int = 0
    """When (ms) the rooms whose messages do not stay are looked at next."""

    async def tend(self, except_in: Sequence[RoomId] = ()) -> None:
        """Do what is due in all rooms but those where we know nothing yet. Not inside a transaction."""
        if not self._started:
            self.board.touched.update(self.ledger.rooms())
            self.board.silent.update(self.ledger.rooms())
            self._started = True
        now = self.now_ms()
        if self.board.written and self._settled <= now:
            self.board.touched |= self.board.written
            self.board.written.clear()
            self._settled = now + _SETTLED_MS
        if self._aged <= now:
            # In a silent room, too, time goes by.
            self.board.touched.update(each.room_id for each in self.edge.rooms() if each.retention_ms is not None)
            self._aged = now + _AGING_MS
        self.board.touched.update(room_id for room_id, (_, at) in self._unsaid.items() if at <= now)
        self.board.touched.update(room_id for room_id, (_, _, at) in self._erased.items() if at <= now)
        looked = {each for each in self.board.touched if self._later.get(each, (0, 0))[0] <= now} - {*except_in}
        self.board.touched -= looked
        for room_id in sorted(looked):
            try:
                await self._tend(room_id)
            except (Unreachable, Refused) as exc:
                if isinstance(exc, LoggedOut):
                    self.board.touched.add(room_id)
                    raise
                self._postpone(room_id, exc)
            except Exception as exc:  # the outermost frame of a room's chapter: other rooms' must not wait for it
                self.ledger.forget(room_id)
                self._again(room_id)
                if isinstance(exc, DatabaseAway):
                    raise
                _log.exception("chapter_failed", room_id=room_id, error=type(exc).__name__)
            except BaseException:
                self.board.touched.add(room_id)
                self.ledger.forget(room_id)
                raise

    def failed(self, room_id: RoomId) -> None:
        """Note that the server has refused a chapter of ours: another one is tried later."""
        self.counts["refused by our server"] += 1
        self._again(room_id)

    def _postpone(self, room_id: RoomId, exc: Exception) -> None:
        self.counts["upload failed"] += 1
        seconds = self._again(room_id) / 1000
        _log.warning("snapshot_not_uploaded", room_id=room_id, error=type(exc).__name__, seconds=seconds)

    def _again(self, room_id: RoomId) -> int:
        _, times = self._later.get(room_id, (0, 0))
        delay: int = min(_LONGEST_MS, _FIRST_MS * 2 ** min(times, 20))
        self._later[room_id] = (self.now_ms() + delay, times + 1)
        self.board.touched.add(room_id)
        return delay

    async def _tend(self, room_id: RoomId) -> None:
        if self.edge.room(room_id) is None:
            return
        if self.ledger.lineage.after(room_id) is not None:
            await self._close(room_id)
            return
        async with self.database.begin() as transaction:
            due = await self._due(transaction, room_id)
        if due is None:
            return
        prepared = await snapshot_io.prepare(self.database, self.ledger, room_id, self.schema)
        uploaded = await self.edge.upload(prepared.packed, content_type="application/gzip", encrypted=True)
        file = as_content(uploaded).get("file")
        chapter = Chapter(prepared.clock, prepared.frontier, prepared.state_hash, due.previous, file)
        async with self.database.begin() as transaction:
            opened = await self._open(transaction, room_id, chapter, prepared, due)
        if not opened:
            self.board.touched.add(room_id)
            return
        self._later.pop(room_id, None)
        self.counts["sent"] += 1
        size = len(prepared.packed)
        _log.info("chapter_opened", room_id=room_id, cause=due.cause.value, bytes=size, operations=prepared.reach)

    async def _due(self, transaction: Transaction, room_id: RoomId) -> _Due | None:
        known = await roots.roots(transaction, room_id)
        await self._redact(transaction, room_id, outdated(self.edge.user_id, known))
        state = await self.ledger.state(transaction, room_id)
        reach = reach_of(self.ledger.frontier(room_id))
        askers = [each.assistant for each in await roots.peers(transaction, room_id) if each.wants]
        unsaid = await self._is_unsaid(transaction, room_id, known)
        cause = due(
            self.edge.user_id,
            known,
            lambda author: self._speaks(room_id, author),
            asked=Cause.NEWCOMER if askers else Cause.UNSAID if unsaid else None,
            reach=reach,
            objects=len(state),
            now_ms=self.now_ms(),
            retention_ms=room.retention_ms if (room := self.edge.room(room_id)) else None,
        )
        if askers and reach == 0:
            # Our frontier, which is empty, has said so.
            await roots.note_under_way(transaction, room_id)
        if cause is None or (cause is Cause.ERASED and not await self._is_quiet(transaction, room_id)):
            return None
        me = UserId(self.edge.user_id)
        others = tuple(each for each in askers if each != me) if cause is Cause.NEWCOMER else ()
        return _Due(cause, others, next((EventId(each.root) for each in known if each.sent), None))

    async def _is_quiet(self, transaction: Transaction, room_id: RoomId) -> bool:
        """Tell whether nothing more has been erased for a while: of several, one chapter follows."""
        now, count = self.now_ms(), await snapshot_claims.tombstones(transaction, room_id)
        before, first, due_at = self._erased.get(room_id, (-1, now, 0))
        if before != count:
            due_at = min(now + ERASED_MS, first + _LONGEST_MS)
        self._erased[room_id] = (count, first, due_at)
        if due_at > now:
            return False
        del self._erased[room_id]
        return True

    async def _is_unsaid(self, transaction: Transaction, room_id: RoomId, known: Sequence[Root]) -> bool:
        """Tell whether something of ours has stood in no message for a while, and nobody else was heard to hold it.

        What belongs together (a sheet is read in several operations) makes one chapter.
        """
        if room_id not in self.board.silent:
            return False
        me, now = UserId(self.edge.user_id), self.now_ms()
        carried = max((each.clock for each in known if each.verdict == LOADED and each.snapshot is not None), default=0)
        found = await store.unsaid(transaction, room_id, me, carried)
        if not found or await self._is_held(transaction, room_id, found):
            self._unsaid.pop(room_id, None)
            self.board.silent.discard(room_id)
            return False
        before, due_at = self._unsaid.get(room_id, ([], 0))
        if before != found:
            due_at = now + UNSAID_MS
        self._unsaid[room_id] = (found, due_at)
        return due_at <= now

    async def _is_held(self, transaction: Transaction, room_id: RoomId, own: Sequence[tuple[str, int]]) -> bool:
        """Tell whether another assistant in the room has said that it holds all of *own*."""
        room = self.edge.room(room_id)
        present = {*self.assistants()} & (room.joined if room is not None else frozenset())
        told = [
            (each.frontier or {}).get(self.edge.user_id, {})
            for each in await roots.peers(transaction, room_id)
            if each.assistant in present
        ]
        return any(all(reached.get(src, 0) >= seq for src, seq in own) for reached in told)

    def _speaks(self, room_id: RoomId, author: UserId) -> bool:
        room = self.edge.room(room_id)
        return room is not None and speaker(author, self.assistants(), room.joined) == self.edge.user_id

    async def _close(self, room_id: RoomId) -> None:
        """In a closed room no chapter follows one that carries what has been erased: it goes without."""
        async with self.database.begin() as transaction:
            known = await roots.roots(transaction, room_id)
            stale = [each for each in known if each.sent and each.stale and each.author == self.edge.user_id]
            await self._redact(transaction, room_id, stale)

    async def _redact(self, transaction: Transaction, room_id: RoomId, spent: Sequence[Root]) -> None:
        for chapter in spent:
            root = EventId(chapter.root)
            redaction = OutgoingRedaction(room_id, txn_of(room_id, root, "outdated"), root)
            await self.edge.enqueue(redaction, transaction)
            await roots.judge(transaction, room_id, root, GONE)
            _log.info("chapter_redacted", room_id=room_id, event_id=root)

    async def _open(
        self, transaction: Transaction, room_id: RoomId, chapter: Chapter, prepared: PreparedSnapshot, due: _Due
    ) -> bool:
        """Enqueue the chapter, unless something in it may have been erased since: then it is made anew."""
        if await snapshot_claims.tombstones(transaction, room_id) != prepared.erased:
            return False
        me = self.edge.user_id
        # One for each upload: a chapter that the server refused is made anew, and must not be taken for this one.
        txn = txn_of(room_id, chapter.previous or me, f"chapter {(chapter.snapshot or {}).get('url')}")
        pending = root_of(
            txn, me, chapter, early=prepared.early, verdict=LOADED, reach=prepared.reach, opened=self.now_ms()
        )
        await roots.note(transaction, room_id, pending)
        await roots.note_under_way(transaction, room_id)
        state = await self.ledger.state(transaction, room_id)
        content = {**reply_content(self._sentence(room_id, due, state)), CHAPTER: chapter_content(chapter)}
        await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)
        return True

    def _sentence(self, room_id: RoomId, due: _Due, state: State) -> Reply:
        """Return what people read in the place of a chapter."""
        room, known = self.edge.room(room_id), texts(self.locale)
        members = room.members if room is not None else {}
        names = (line(members[user].display_name, _MAX_NAME) if user in members else "" for user in due.askers)
        who = [name or str(user) for name, user in zip(names, due.askers, strict=True)]
        held = [maker.counted(known, count) for maker in self.makers.values() if (count := maker.existing(state))]
        return sentences.chapter(self.locale, due.cause, who, held)
