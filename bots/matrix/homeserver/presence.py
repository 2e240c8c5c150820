"""Who was in a room when something was said there: by the state that our homeserver keeps for each event.

Neither timestamps, which are the word of whoever sent them, nor the order in which things reached us, which differs
from server to server: the room as it was at that event decides, as it does for what the homeserver itself shows.
"""

import json

from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.errors import LoggedOut, Refused
from bots.matrix.homeserver.http import path
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import EventId, RoomId, UserId

_MOST = 50
"""Changes of somebody's name or picture within one stay that are followed back."""


class Presence:
    """Asks the homeserver; raises ``Unreachable`` where it does not answer."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver

    async def was_there(self, room_id: RoomId, event_id: EventId, user_id: UserId) -> bool:
        """Tell whether *user_id* was in the room at *event_id* and has not left it since."""
        then = await self._member_at(room_id, event_id, user_id)
        if then is None:
            return False
        found: Raw | None = await self._get(path("rooms", room_id, "state", "m.room.member", user_id), format="event")
        for _ in range(_MOST):
            if found is None or _membership(found) != "join":
                return False
            if found.get("event_id") == then:
                return True
            before = _replaced(found)
            found = None if before is None else await self._get(path("rooms", room_id, "event", before))
        return False

    async def _member_at(self, room_id: RoomId, event_id: EventId, user_id: UserId) -> object:
        """Return the id of the event that had *user_id* in the room then, None where they were not."""
        # Whoever has joined has sent that themselves. A large room's other members need not be told.
        members = json.dumps({"types": ["m.room.member"], "senders": [user_id]}, separators=(",", ":"))
        context = await self._get(path("rooms", room_id, "context", event_id), limit="0", filter=members)
        state = None if context is None else context.get("state")
        for event in state if isinstance(state, list) else ():
            if isinstance(event, dict) and event.get("state_key") == user_id and _membership(event) == "join":
                return event.get("event_id")
        return None

    async def _get(self, target: str, **query: str) -> Raw | None:
        try:
            return await self._homeserver.request("GET", target, query=query)
        except LoggedOut:
            raise
        except Refused:
            return None


def _membership(event: Raw) -> object:
    content = event.get("content")
    return content.get("membership") if isinstance(content, dict) and event.get("type") == "m.room.member" else None


def _replaced(event: Raw) -> EventId | None:
    """Return the event that *event* took the place of in the room's state."""
    unsigned = event.get("unsigned")
    try:
        return EventId.parse(unsigned.get("replaces_state") if isinstance(unsigned, dict) else None)
    except MalformedId:
        return None
