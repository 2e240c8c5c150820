"""Rooms of our own making: once each, whatever dies in between (DESIGN §5 "Rooms are made under an alias").

The homeserver knows an alias before it knows the room's events, so three things may be found under ours: the whole
room, one whose making was cut short (it is completed), or nothing that we are in (the alias is dropped, and the room
made anew). An alias that somebody else holds is refused.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from bots.matrix.backoff import Clock, pause
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.events import JsonObject, NewRoom, StateEvent
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.missing import unless_missing
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import RoomId, UserId

log = structlog.get_logger(__name__)

_T = TypeVar("_T")

VERSION: Final = "12"
"""The creator needs no entry in the power levels, and nobody can take the room from it."""
_LONGEST_WAIT_S: Final = 30.0
_WAITS: Final = 6
"""A rate limit is waited for; a longer one is the caller's business, who has other things to do meanwhile."""
_FEDERATION_S: Final = 25.0
"""How long another server may take to say that it has an invitation."""


def alias_of(cause: str, index: int) -> str:
    """Return the local part of the alias of the *index*-th room that *cause* makes: it tells nothing of either."""
    return "beffroi-" + hashlib.sha256(f"{cause}\n{index}".encode()).hexdigest()[:32]


class Making:
    """Makes rooms, writes their state, invites. Every method may be called again: same effect."""

    def __init__(self, user_id: UserId, homeserver: Homeserver, clock: Clock) -> None:
        self._user_id = user_id
        self._homeserver = homeserver
        self._clock = clock

    async def create_room(self, new: NewRoom) -> RoomId:
        """Return the room that *new* describes, made now or earlier; see ``port.Edge.create_room``."""
        local = alias_of(new.cause, new.index)
        alias = f"#{local}:{self._user_id.server}"
        for _ in range(2):
            try:
                answer = await self._patiently(lambda: self._request("POST", path("createRoom"), _body(new, local)))
            except LoggedOut:
                raise
            except Refused as exc:
                if exc.errcode != "M_ROOM_IN_USE":
                    raise
                found = await self._taken(alias, new)
                if found is not None:
                    return found
                continue
            room_id = _room_id(answer)
            log.info("room_made", room_id=room_id, index=new.index)
            return room_id
        raise Unreachable("the alias of a room came and went")

    async def set_state(self, room_id: RoomId, kind: str, state_key: str, content: JsonObject) -> None:
        """Write one state event; the homeserver drops what stands there already."""
        target = path("rooms", room_id, "state", kind, state_key)
        await self._patiently(lambda: self._request("PUT", target, dict(content)))

    async def invite(self, room_id: RoomId, user_id: UserId, *, direct: bool = False) -> None:
        """Invite somebody who was never there; see ``port.Edge.invite``."""
        if await self._state(room_id, "m.room.member", user_id) is not None:
            # In, invited, or declined and not to be pestered.
            return
        if direct:
            # Only the invitation itself tells a client so, and ``/invite`` takes no content of ours.
            await self.set_state(room_id, "m.room.member", user_id, {"membership": "invite", "is_direct": True})
            return
        target, body = path("rooms", room_id, "invite"), {"user_id": str(user_id)}
        away = user_id.server != self._user_id.server
        await self._patiently(lambda: self._request("POST", target, body, _FEDERATION_S if away else 30))

    async def _taken(self, alias: str, new: NewRoom) -> RoomId | None:
        """Return the room under *alias* if it is ours, completed; None: the alias led nowhere, and is gone."""
        answer = await unless_missing(self._request("GET", path("directory", "room", alias)))
        if answer is None:
            return None
        room_id = _room_id(answer)
        if not await self._ours(room_id):
            # Refused unless the alias is of our making.
            await self._request("DELETE", path("directory", "room", alias))
            log.warning("room_made_again", room_id=room_id, index=new.index)
            return None
        for state in _initial(new):
            if await self._state(room_id, state.type, state.state_key) is None:
                await self.set_state(room_id, state.type, state.state_key, state.content)
                log.info("room_completed", room_id=room_id, type=state.type)
        return room_id

    async def _ours(self, room_id: RoomId) -> bool:
        """Tell whether we are in a room and have made it."""
        target = path("rooms", room_id, "state", "m.room.create", "")
        try:
            created = await self._request("GET", target, query={"format": "event"})
            member = await self._state(room_id, "m.room.member", self._user_id)
        except LoggedOut:
            raise
        except Refused:
            return False
        if created.get("sender") != self._user_id:
            raise Refused(409, "M_ROOM_IN_USE", "somebody else's room stands under our alias")
        return member is not None and member.get("membership") == "join"

    async def _state(self, room_id: RoomId, kind: str, state_key: str) -> Raw | None:
        return await unless_missing(self._request("GET", path("rooms", room_id, "state", kind, state_key)))

    async def _request(
        self,
        method: str,
        target: str,
        body: Raw | None = None,
        timeout_s: float = 30,
        query: dict[str, str] | None = None,
    ) -> Raw:
        return await self._homeserver.request(method, target, body=body, query=query, timeout_s=timeout_s)

    async def _patiently(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Run *attempt*, and again when a rate limit says: Synapse's own refuses the sixth invitation in a row."""
        for _ in range(_WAITS):
            try:
                return await attempt()
            except Unreachable as exc:
                if exc.retry_after is None or exc.retry_after > _LONGEST_WAIT_S:
                    raise
                await pause(self._clock, exc.retry_after + 0.05)
        return await attempt()


def _body(new: NewRoom, alias: str) -> Raw:
    creation: Raw = {} if new.kind is None else {"type": new.kind}
    return {
        "room_version": VERSION,
        "visibility": "private",
        "preset": "private_chat",
        "room_alias_name": alias,
        "creation_content": creation,
        "initial_state": [
            {"type": each.type, "state_key": each.state_key, "content": dict(each.content)} for each in _initial(new)
        ],
    }


def _initial(new: NewRoom) -> tuple[StateEvent, ...]:
    # An alias is how we find the room again, and no name for people: without this the server would show it as one.
    hidden = StateEvent("m.room.canonical_alias", "", {})
    return (*new.state, hidden)


def _room_id(answer: Raw) -> RoomId:
    try:
        return RoomId.parse(answer.get("room_id"))
    except MalformedId as exc:
        raise Unreachable("no room id in the answer") from exc
