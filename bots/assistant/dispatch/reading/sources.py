"""What somebody said and a command is about, read back from the server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bots.assistant.talk.messages import body_of, relation_of
from bots.assistant.talk.request import Attached, Quoted
from bots.envelope.errors import MalformedFile
from bots.envelope.file import parse_attachment
from bots.matrix.errors import Unreachable
from bots.matrix.events import Event, Incoming, JsonObject
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId

_PATIENCE_MS: Final = 60_000
"""How old an event may be for which the server is asked again, when it did not answer."""
_MAX_NAME: Final = 200
_FIRST_MS, _LAST_MS = 0, 4_000_000_000_000
FILES: Final = ("m.file", "m.image", "m.audio", "m.video")
"""The messages that carry a file."""


@dataclass(frozen=True, slots=True)
class EarlierMessages:
    """Reads messages back; all of it may raise ``Unreachable``."""

    edge: Edge
    now_ms: Callable[[], int]

    async def quoted(self, room_id: RoomId, event_id: EventId) -> Quoted | None:
        """Read what somebody said; None when it is gone, or no person's words."""
        said = await self.edge.fetch_event(room_id, event_id)
        if not isinstance(said, Event) or said.type != "m.room.message" or said.content.get("msgtype") == "m.notice":
            return None
        body = body_of(said.content, answers="m.in_reply_to" in said.relates_to)
        if not body.strip():
            return None
        return Quoted(said.event_id, said.sender, body, attached_to(said.content), _when(said.timestamp))

    async def edited(self, edit: Event, target: EventId) -> Incoming | None:
        """Return what *edit* edits; None when it is gone, or the server has not told for a minute."""
        try:
            return await self.edge.fetch_event(edit.room_id, target)
        except Unreachable:
            if self.is_recent(edit):
                raise
            return None

    async def answered_by(self, room_id: RoomId, edited: EventId) -> tuple[EventId | None, EventId | None]:
        """Return the thread that what was edited stands in, and what it answers: an edit itself names neither."""
        said = await self.edge.fetch_event(room_id, edited)
        if not isinstance(said, Event):
            return None, None
        rel_type, target, answers = relation_of(said)
        return target if rel_type == "m.thread" else None, answers

    def is_recent(self, event: Event) -> bool:
        """Tell whether what *event* needs may be asked for again: everything else in the room waits meanwhile."""
        return abs(self.now_ms() - event.timestamp) < _PATIENCE_MS


def attached_to(content: JsonObject) -> Attached | None:
    """Return the file that a message carries, if it carries one that can be read."""
    if content.get("msgtype") not in FILES:
        return None
    try:
        file = parse_attachment(content)
    except MalformedFile:
        return None
    info = content.get("info")
    size = info.get("size") if isinstance(info, Mapping) else None
    name = content.get("filename", content.get("body"))
    known = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    kind = info.get("mimetype") if isinstance(info, Mapping) else None
    return Attached(
        file,
        name[:_MAX_NAME] if isinstance(name, str) else "",
        size if known else None,
        kind[:_MAX_NAME] if isinstance(kind, str) else "",
    )


def _when(timestamp: int) -> datetime | None:
    """Return the moment of an event; None where its server says a time that there is not."""
    if not _FIRST_MS <= timestamp <= _LAST_MS:
        return None
    return datetime.fromtimestamp(timestamp / 1000, UTC)
