"""Invitations: from a listed server we come, from any other we decline and say why. Upgrades: we follow."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bots.database.engine import Database
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.homeserver.http import path
from bots.matrix.rooms import Rooms, RoomState
from bots.matrix.whole import launch, whole
from config.identifiers import RoomId, ServerName, UserId

log = structlog.get_logger(__name__)

_UNLISTED = "Je ne rejoins que les salons des collectivités de ma fédération. / I only join rooms of my federation."
_IMPOSSIBLE = "Je n'ai pas pu rejoindre ce salon. / I could not join this room."

_TRIES = 7
"""Refusals of a join, about twenty seconds of them, before we believe that it is impossible."""


@dataclass(frozen=True, slots=True)
class Join:
    """Accept the invitation."""


@dataclass(frozen=True, slots=True)
class Decline:
    """Leave the invitation, saying *reason*."""

    reason: str


def decide(inviter: UserId | None, own: ServerName, listed: frozenset[ServerName]) -> Join | Decline:
    """Accept what comes from our own server or a listed one."""
    if inviter is not None and (inviter.server == own or inviter.server in listed):
        return Join()
    return Decline(_UNLISTED)


class Joins:
    """Answers invitations; those not answered yet stand in the rooms' table and survive a restart."""

    def __init__(
        self,
        user_id: UserId,
        homeserver: Homeserver,
        database: Database,
        rooms: Rooms,
        clock: Clock,
        listed: Callable[[], frozenset[ServerName]],
    ) -> None:
        self._user_id = user_id
        self._homeserver = homeserver
        self._database = database
        self._rooms = rooms
        self._clock = clock
        self._listed = listed
        self._busy: set[RoomId] = set()
        self._followed: set[RoomId] = set()

    def start(self, group: asyncio.TaskGroup) -> None:
        """Answer in *group* from now on, first what is still open."""
        self._group = group
        self._busy, self._followed = set(), set()
        self.look()

    def look(self) -> None:
        """Answer the invitations that nobody is answering yet."""
        for state in self._rooms.invited():
            if state.room_id not in self._busy:
                self._busy.add(state.room_id)
                launch(self._group, self._answer(state))
        for state in self._rooms.closed():
            if state.successor is not None and state.successor not in self._followed:
                # Tried once a start: whoever makes the new room invites us where it is not open to us.
                self._followed.add(state.successor)
                launch(self._group, self._follow(state, state.successor))

    async def _answer(self, state: RoomState) -> None:
        backoff = Backoff()
        answer = decide(state.inviter, self._user_id.server, self._listed())
        # The sync tells how it ended, or that the invitation was taken back.
        while self._rooms.get(state.room_id).membership == "invite":
            try:
                await self._send(state, answer)
                break
            except LoggedOut:
                raise
            except Refused as exc:
                log.warning("invitation_refused", room_id=state.room_id, status=exc.status, errcode=exc.errcode)
                if isinstance(answer, Decline):
                    await whole(self._forget(state))
                    break
                if backoff.failures < _TRIES:
                    # An invitation may overtake what our homeserver has yet to learn of the room, such as that we,
                    # who were removed from it, are invited again: it then refuses the join for a moment.
                    await pause(self._clock, backoff.failed())
                    continue
                answer = Decline(_IMPOSSIBLE)
            except Unreachable as exc:
                await pause(self._clock, backoff.failed(exc.retry_after))
        self._busy.discard(state.room_id)

    async def _follow(self, state: RoomState, successor: RoomId) -> None:
        """Go where a room that we are in has been moved to, if whoever moved it might as well have invited us."""
        mover = state.moved_by
        if mover is None or isinstance(decide(mover, self._user_id.server, self._listed()), Decline):
            return
        backoff = Backoff()
        while self._rooms.get(successor).membership == "leave":
            try:
                query = {"via": mover.server, "server_name": mover.server}
                await self._homeserver.request("POST", path("join", successor), query=query, body={}, timeout_s=180)
            except LoggedOut:
                raise
            except Refused as exc:
                log.info("room_not_followed", room_id=successor, status=exc.status, errcode=exc.errcode)
                return
            except Unreachable as exc:
                await pause(self._clock, backoff.failed(exc.retry_after))
            else:
                log.info("room_followed", room_id=successor, sender=mover)
                return

    async def _send(self, state: RoomState, answer: Join | Decline) -> None:
        match answer:
            case Join():
                # A join over federation may have to fetch the state of a large room.
                await self._homeserver.request("POST", path("rooms", state.room_id, "join"), body={}, timeout_s=180)
                log.info("invitation_accepted", room_id=state.room_id, inviter=state.inviter)
            case Decline(reason):
                leave = path("rooms", state.room_id, "leave")
                await self._homeserver.request("POST", leave, body={"reason": reason}, timeout_s=60)
                log.info("invitation_declined", room_id=state.room_id, inviter=state.inviter)
                await whole(self._forget(state))

    async def _forget(self, state: RoomState) -> None:
        async with self._database.begin() as transaction:
            if state.membership == "invite":
                state.membership = "leave"
                await self._rooms.save(state, [], transaction, settings=True)
