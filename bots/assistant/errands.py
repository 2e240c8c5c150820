"""Doing errands: one after the other, as soon as they are due, and each once (see ``errand.py``)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from bots.assistant import errand_store
from bots.assistant.clerk import Clerk, silence, trouble_for
from bots.assistant.errand_store import Waiting
from bots.assistant.reply import Reply
from bots.assistant.request import Asked, Request
from bots.assistant.runner import Runner
from bots.database.engine import Database, Transaction
from bots.matrix.errors import LoggedOut, Unreachable

_log = structlog.get_logger(__name__)

PATIENCE_S: Final = 120
"""How long the network may take for one errand before it is tried again."""
TRIES: Final = 10
"""How often an errand is tried, about a quarter of an hour in all, before its person hears that it failed."""
_PAUSE_MS: Final = 1_000


@dataclass(slots=True)
class Errands:
    """Does what is due. One at a time: ask :meth:`tend` from one place only."""

    clerk: Clerk
    database: Database
    now_ms: Callable[[], int]
    _next: int | None = 0
    """When (ms) there may be something to do; at a start, at once."""

    def soon(self, due: int) -> None:
        """Note that something is due at *due* (ms)."""
        self._next = due if self._next is None else min(self._next, due)

    async def tend(self) -> None:
        """Do all that is due; what the network hinders is tried again later."""
        while self._next is not None and self._next <= self.now_ms():
            # Whatever is kept while we look makes it sooner again.
            self._next = None
            async with self.database.begin() as transaction:
                waiting = await errand_store.first(transaction, self.now_ms())
                due = await errand_store.next_due(transaction)
            if due is not None:
                self.soon(due)
            if waiting is None:
                continue
            await self._do(waiting)

    async def _do(self, waiting: Waiting) -> None:
        runner = self.clerk.dispatcher.runners.get(waiting.kind)
        async with self.clerk.ledger.begin(self.database) as transaction:
            request = await self._request(waiting, runner, transaction)
            if runner is None or request is None:
                await self._without(waiting, transaction)
                return
        act = await self._prepared(waiting, runner, request)
        if act is None:
            async with self.database.begin() as transaction:
                await errand_store.postpone(transaction, waiting, self._later(waiting))
            return
        try:
            await self._end(waiting, runner, act)
        except Exception:  # the outermost frame of an errand: those behind it must not wait for ever
            _log.exception("errand_not_ended", kind=waiting.kind, room_id=waiting.room_id, tries=waiting.tries + 1)
            await self._put_off(waiting)

    async def _prepared(
        self, waiting: Waiting, runner: Runner, request: Request
    ) -> Callable[[Request], Reply | None] | None:
        """Do what needs the network; return what says how it went, None: it is to be tried again."""
        failure: Exception
        try:
            async with asyncio.timeout(PATIENCE_S):
                prepared = await runner.prepare(request, waiting.payload, self.clerk.edge)
        except LoggedOut:
            raise
        except (Unreachable, TimeoutError) as exc:
            _log.info("errand_hindered", kind=waiting.kind, room_id=waiting.room_id, tries=waiting.tries + 1)
            if waiting.tries + 1 < TRIES:
                return None
            failure = exc
        except Exception as exc:  # the outermost frame of an errand
            _log.exception("errand_failed", kind=waiting.kind, room_id=waiting.room_id)
            failure = exc
        else:
            return lambda asked: runner.finish(asked, waiting.payload, prepared)
        return lambda asked: runner.failed(asked, waiting.payload, failure)

    async def _end(self, waiting: Waiting, runner: Runner, act: Callable[[Request], Reply | None]) -> None:
        async with self.clerk.ledger.begin(self.database) as transaction:
            if not await errand_store.strike(transaction, waiting):
                return
            request = await self._request(waiting, runner, transaction)
            if request is None:
                return
            reply = self.clerk.guarded("errand", act, request, trouble_for if waiting.answers else silence)
            if reply is not None:
                await self.clerk.say(
                    transaction,
                    request,
                    reply,
                    waiting.cause,
                    answers=waiting.cause if waiting.answers else None,
                    thread=waiting.thread,
                    what=f"{waiting.kind} {waiting.key} {waiting.due}",
                )

    async def _request(self, waiting: Waiting, runner: Runner | None, transaction: Transaction) -> Request | None:
        """Return the request for *waiting*; None when nobody is there any more who asked for it."""
        room = self.clerk.edge.room(waiting.room_id)
        if room is None or runner is None:
            return None
        if waiting.sender not in room.joined and waiting.kind not in self.clerk.dispatcher.unattended:
            return None
        asked = Asked(waiting.room_id, waiting.cause, waiting.sender)
        request = await self.clerk.request(room, asked, transaction, cause=waiting.cause, text="")
        return await self.clerk.with_needs(request, runner.needs, transaction)

    async def _without(self, waiting: Waiting, transaction: Transaction) -> None:
        """Strike off what nobody waits for; a room that we have just made may not be known yet."""
        if self.clerk.edge.room(waiting.room_id) is None and waiting.tries + 1 < TRIES:
            await errand_store.postpone(transaction, waiting, self._later(waiting))
            return
        _log.info("errand_dropped", kind=waiting.kind, room_id=waiting.room_id)
        await errand_store.strike(transaction, waiting)

    async def _put_off(self, waiting: Waiting) -> None:
        """Try again later what cannot be written; in the end let it go."""
        async with self.database.begin() as transaction:
            if waiting.tries + 1 < TRIES:
                await errand_store.postpone(transaction, waiting, self._later(waiting))
            else:
                await errand_store.strike(transaction, waiting)

    def _later(self, waiting: Waiting) -> int:
        later = self.now_ms() + (_PAUSE_MS << waiting.tries)
        self.soon(later)
        return later
