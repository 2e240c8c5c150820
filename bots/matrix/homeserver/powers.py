"""What people may do in a room, read from the homeserver when it matters: seldom, so nothing of it is kept."""

from collections.abc import Mapping
from typing import Any

from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.errors import LoggedOut, Refused
from bots.matrix.events import Powers
from bots.matrix.homeserver.http import path
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import RoomId, UserId

_FIRST_WITH_CREATORS = 12


def parse(create: Mapping[str, Any], levels: Mapping[str, Any] | None) -> Powers:
    """Return what the event *create* and the content of ``m.room.power_levels`` (None: there is none) say.

    Spec v1.18 §11.5 and room versions 1 to 12. What is no number counts as if it were not there.
    """
    content = _object(create.get("content"))
    creator, version = _user(create.get("sender")), content.get("room_version", "1")
    named = content.get("additional_creators")
    with_creators = isinstance(version, str) and version.isdecimal() and int(version) >= _FIRST_WITH_CREATORS
    creators = [creator, *map(_user, named if isinstance(named, list) else ())] if with_creators else []
    if levels is None:
        return Powers(users={} if creator is None else {creator: 100}, creators=_known(creators))
    users = {_user(user): _level(level, 0) for user, level in _object(levels.get("users")).items()}
    return Powers(
        _level(levels.get("invite"), 0),
        _level(levels.get("users_default"), 0),
        {user: level for user, level in users.items() if user is not None},
        _known(creators),
    )


class PowerLevels:
    """Asks the homeserver; raises ``Unreachable`` where it does not answer."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver

    async def read(self, room_id: RoomId) -> Powers | None:
        """Return what people may do in *room_id*; None where we are not shown that."""
        create = await self._state(room_id, "m.room.create", format="event")
        return None if create is None else parse(create, await self._state(room_id, "m.room.power_levels"))

    async def _state(self, room_id: RoomId, kind: str, **query: str) -> Raw | None:
        try:
            return await self._homeserver.request("GET", path("rooms", room_id, "state", kind, ""), query=query)
        except LoggedOut:
            raise
        except Refused:
            return None


def _level(raw: object, default: int) -> int:
    # Older room versions take numbers in quotes.
    if isinstance(raw, str) and raw.strip().lstrip("+-").isdecimal():
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else default


def _user(raw: object) -> UserId | None:
    try:
        return UserId.parse(raw)
    except MalformedId:
        return None


def _known(users: list[UserId | None]) -> frozenset[UserId]:
    return frozenset(user for user in users if user is not None)


def _object(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}
