"""Doing errands as soon as they are due, a few rooms at once, and each once (see ``errand.py``)."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog

from bots.assistant.dispatch.answered import guarded, silence, trouble_for
from bots.assistant.handler.apologies import Apologies
from bots.assistant.handler.way.line import Line
from bots.assistant.store import errand_store
from bots.assistant.store.errand_store import WaitingErrand
from bots.assistant.sync.alarm import Alarm
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Asked, Request
from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.database.gathering import gathering
from bots.matrix.errors import LoggedOut, Unreachable
from config.identifiers import RoomId

_log = structlog.get_logger(__name__)

PATIENCE_S: Final = 120
"""How long the network may take for one errand before it is tried again."""
TRIES: Final = 10
"""How often an errand is tried, about a quarter of an hour in all, before its person hears that it failed."""
AT_ONCE: Final = 4
"""Rooms whose errands are done at the same time; in one room they are done one after the other."""
WAITS_MS: Final = 5_000
"""After how long one is taken to wait for some server, and another room's is begun beside it."""
MOST: Final = 24
"""Rooms whose errands are under way, whatever they wait for."""
GLANCE_MS: Final = 5_000
"""How often it is looked whether another process has left an errand: those who run the town do (bridge/people)."""
TOGETHER: Final = 64
"""Errands that wait for nobody and are done in one transaction: a thousand people are reminded at nine o'clock."""
_PAUSE_MS: Final = 1_000
_LONGEST_PAUSE_MS: Final = 600_000
_LOOK_S: Final = 1.0
"""How often the clock is looked at while others are being done."""


@dataclass(slots=True)
class Errands:
    """Does what is due. Ask :meth:`tend` from one place only.

    One that waits for a server holds up its own room, and another one for a few seconds: a stranger's server that
    never answers must not keep everybody's exports waiting.
    """

    line: Line
    database: Database
    now_ms: Callable[[], int]
    apologies: Apologies
    alarm: Alarm
    reach: Callable[[str], None] = lambda _: None
    """Told « due KIND » when one is found, and « done KIND » when what it says is committed: tests kill there."""
    _glance: int = 0
    """When (ms) it is next looked for what others have left."""
    _busy: dict[RoomId, int] = field(default_factory=dict)
    """The rooms in which something is being done, and since when (ms)."""
    _served: set[RoomId] = field(default_factory=set)
    """Rooms that had their turn in this round: whoever asks for a hundred things waits for those who ask for one."""
    _failures: list[BaseException] = field(default_factory=list)
    _apart: bool = False
    """Several together have failed, and nobody knows which of them it was: until all are done, each is done alone."""

    def soon(self, due: int) -> None:
        """Note that something is due at *due* (ms)."""
        self.alarm.soon(due)

    async def tend(self) -> None:
        """Do all that is due; what the network hinders is tried again later.

        Returns when nothing is due any more. Raises what only a person or another start can mend (``LoggedOut``, a
        database that cannot be written), once the others have ended: what was begun is done again.
        """
        self._failures.clear()
        self._apart = False
        try:
            async with asyncio.TaskGroup() as group:
                while await self._begin(group):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.alarm.wait(), _LOOK_S)
        except BaseException:
            # Even where the database could not be read: what was not done is still due.
            self._busy.clear()
            self.soon(0)
            raise
        if self._failures:
            raise self._failures[0]

    async def _begin(self, group: asyncio.TaskGroup) -> bool:
        """Begin what is due, as much as may be done at once; tell whether anything is being done."""
        self.alarm.quiet()
        await self._at_once()
        while self._may_begin():
            # Whatever is kept while we look makes it sooner again.
            self.alarm.due = None
            async with self.database.begin() as transaction:
                waiting = await self._first(transaction)
                due = await errand_store.next_due(transaction, self._busy.keys() | self._begun(waiting))
            if due is not None:
                self.soon(due)
            if waiting is not None:
                self._busy[waiting.room_id] = self.now_ms()
                self._served.add(waiting.room_id)
                group.create_task(self._turn(waiting))
        return bool(self._busy)

    async def _at_once(self) -> None:
        """Do what is due and waits for nobody, many in one transaction."""
        kinds = self.line.dispatcher.instant
        if not kinds or self._apart or self.alarm.due is None or self.alarm.due > self.now_ms():
            return
        done = TOGETHER
        while done == TOGETHER:
            try:
                done = await self._together(kinds)
            except (LoggedOut, DatabaseAway):
                raise
            except Exception:  # the outermost frame of several errands: each is tried alone, and the bad one given up
                _log.exception("errands_not_ended")
                self._apart = True
                return

    async def _together(self, kinds: Collection[str]) -> int:
        """Do some of what is due in one transaction; return how many there were."""
        async with self.line.ledger.begin(self.database) as transaction, gathering(transaction):
            due = await errand_store.take(transaction, self.now_ms(), kinds, TOGETHER, self._busy.keys())
            for waiting in due:
                self.reach(f"due {waiting.kind}")
            async with self.line.ledger.numbering.holding(transaction, {waiting.room_id for waiting in due}):
                for waiting in due:
                    await self._finish_taken(waiting, transaction)
        for waiting in due:
            self.reach(f"done {waiting.kind}")
        return len(due)

    async def _finish_taken(self, waiting: WaitingErrand, transaction: Transaction) -> None:
        """Do one that was struck off already; in a room that is not known (yet) it waits again."""
        if self.line.edge.room(waiting.room_id) is None:
            if waiting.tries + 1 < TRIES:
                await errand_store.put_back(transaction, waiting, self._later(waiting))
            return
        runner = self.line.dispatcher.runners[waiting.kind]
        await self._say(waiting, runner, partial(runner.finish, payload=waiting.payload, prepared=None), transaction)

    def _may_begin(self) -> bool:
        now = self.now_ms()
        if self._glance <= now:
            self._glance = now + GLANCE_MS
            self.alarm.due = now if self.alarm.due is None else min(self.alarm.due, now)
        due = self.alarm.due is not None and self.alarm.due <= now
        working = sum(now - since < WAITS_MS for since in self._busy.values())
        return due and working < AT_ONCE and len(self._busy) < MOST and not self._failures

    @staticmethod
    def _begun(waiting: WaitingErrand | None) -> set[RoomId]:
        return set() if waiting is None else {waiting.room_id}

    async def _first(self, transaction: Transaction) -> WaitingErrand | None:
        """Return what is due longest, of rooms in which nothing is being done: those that had no turn yet first."""
        now = self.now_ms()
        waiting = await errand_store.first(transaction, now, self._busy.keys() | self._served)
        if waiting is not None or not self._served:
            return waiting
        self._served.clear()
        return await errand_store.first(transaction, now, self._busy.keys())

    async def _turn(self, waiting: WaitingErrand) -> None:
        try:
            await self._contained(waiting)
        except asyncio.CancelledError:
            raise
        except BaseException as exc:  # the outermost frame of a task: it is raised by ``tend``
            # Not from here, which would cancel the others in the middle of their transactions.
            self._failures.append(exc)
        self._busy.pop(waiting.room_id, None)
        # Others in this room may have been due all the time.
        self.soon(0)

    async def _contained(self, waiting: WaitingErrand) -> None:
        try:
            await self._do(waiting)
        except LoggedOut:
            raise
        except Exception:  # the outermost frame of an errand: those behind it must not wait for ever
            _log.exception("errand_not_ended", kind=waiting.kind, room_id=waiting.room_id, tries=waiting.tries + 1)
            await self._put_off(waiting)

    async def _do(self, waiting: WaitingErrand) -> None:
        self.reach(f"due {waiting.kind}")
        runner = self.line.dispatcher.runners.get(waiting.kind)
        async with self.line.ledger.begin(self.database) as transaction:
            request = await self._request(waiting, runner, transaction)
            if runner is None or request is None:
                await self._without(waiting, transaction)
                return
        act = await self._prepared(waiting, runner, request)
        if act is not None:
            await self._end(waiting, runner, act)

    async def _prepared(
        self, waiting: WaitingErrand, runner: Runner, request: Request
    ) -> Callable[[Request], Reply | None] | None:
        """Do what needs the network; return what says how it went, None: it is to be tried again."""
        failure: Exception
        try:
            async with asyncio.timeout(PATIENCE_S):
                prepared = await runner.prepare(request, waiting.payload, self.line.edge)
        except LoggedOut:
            raise
        except (Unreachable, TimeoutError) as exc:
            _log.info("errand_hindered", kind=waiting.kind, room_id=waiting.room_id, tries=waiting.tries + 1)
            if waiting.tries + 1 < TRIES:
                await self._postpone(waiting, exc)
                return None
            failure = exc
        except Exception as exc:  # the outermost frame of an errand
            _log.exception("errand_failed", kind=waiting.kind, room_id=waiting.room_id)
            failure = exc
        else:
            return lambda asked: runner.finish(asked, waiting.payload, prepared)
        return lambda asked: runner.failed(asked, waiting.payload, failure)

    async def _end(self, waiting: WaitingErrand, runner: Runner, act: Callable[[Request], Reply | None]) -> None:
        async with self.line.ledger.begin(self.database) as transaction:
            await self._finish(waiting, runner, act, transaction)
        self.reach(f"done {waiting.kind}")

    async def _finish(
        self,
        waiting: WaitingErrand,
        runner: Runner,
        act: Callable[[Request], Reply | None],
        transaction: Transaction,
    ) -> None:
        if self.line.edge.room(waiting.room_id) is None:
            await self._without(waiting, transaction)
            return
        if not await errand_store.strike(transaction, waiting):
            return
        await self._say(waiting, runner, act, transaction)

    async def _say(
        self,
        waiting: WaitingErrand,
        runner: Runner,
        act: Callable[[Request], Reply | None],
        transaction: Transaction,
    ) -> None:
        """Say, and write, what comes of an errand that is struck off."""
        request = await self._request(waiting, runner, transaction)
        if request is None:
            return
        reply = guarded("errand", act, request, trouble_for if waiting.answers else silence)
        if reply is not None:
            await self.line.say(
                transaction,
                request,
                reply,
                waiting.cause,
                answers=waiting.cause if waiting.answers else None,
                thread=waiting.thread,
                what=f"{waiting.kind} {waiting.key} {waiting.due}",
            )

    async def _request(self, waiting: WaitingErrand, runner: Runner | None, transaction: Transaction) -> Request | None:
        """Return the request for *waiting*; None when nobody is there any more who asked for it."""
        room = self.line.edge.room(waiting.room_id)
        if room is None or runner is None:
            return None
        if waiting.sender not in room.joined and waiting.kind not in self.line.dispatcher.unattended:
            return None
        asked = Asked(waiting.room_id, waiting.cause, waiting.sender)
        request = await self.line.gatherer.request(room, asked, transaction, cause=waiting.cause, text="")
        return await self.line.gatherer.with_needs(request, runner.needs, transaction)

    async def _without(self, waiting: WaitingErrand, transaction: Transaction) -> None:
        """Strike off what nobody waits for; a room that we have just made may not be known yet."""
        if self.line.edge.room(waiting.room_id) is None and waiting.tries + 1 < TRIES:
            await errand_store.postpone(transaction, waiting, self._later(waiting))
            return
        _log.info("errand_dropped", kind=waiting.kind, room_id=waiting.room_id)
        await errand_store.strike(transaction, waiting)

    async def _put_off(self, waiting: WaitingErrand) -> None:
        """Try again later what cannot be written; in the end let it go, and tell who waits for it."""
        async with self.database.begin() as transaction:
            if waiting.tries + 1 < TRIES:
                await errand_store.postpone(transaction, waiting, self._later(waiting))
            elif await errand_store.strike(transaction, waiting) and waiting.answers:
                await self.apologies.failed(waiting.room_id, waiting.sender, waiting.cause, transaction)

    async def _postpone(self, waiting: WaitingErrand, hindrance: Exception) -> None:
        async with self.database.begin() as transaction:
            await errand_store.postpone(transaction, waiting, self._later(waiting, hindrance))

    def _later(self, waiting: WaitingErrand, hindrance: Exception | None = None) -> int:
        asked_s = hindrance.retry_after if isinstance(hindrance, Unreachable) else None
        # A server that says when gets its wish: trying sooner uses up our tries, and its patience.
        asked_ms = min(int((asked_s or 0) * 1_000), _LONGEST_PAUSE_MS)
        later = self.now_ms() + max(_PAUSE_MS << waiting.tries, asked_ms)
        self.soon(later)
        return later
