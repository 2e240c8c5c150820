"""One file as somebody has sent it, and what people have since done to it (pure).

The message *is* the entry: nothing of it is written anywhere else but in our own index. The register holds an object
for a file only once somebody has done something to it (``docs/decisions/025``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from bots.assistant.dispatch.reading.sources import FILES
from bots.assistant.talk.messages import FILED
from bots.assistant.words.lenient import identifier, line
from bots.envelope.errors import MalformedFile
from bots.envelope.file import EncryptedFile, parse_attachment
from bots.files.library import naming
from bots.matrix.events import Event
from bots.register.format.identity import object_id
from bots.register.replica.object import Object
from bots.when.moments import day_from
from config.identifiers import EventId, RoomId, UserId

KIND: Final = "file"
_LATEST_MS: Final = 4_000_000_000_000
_LARGEST: Final = 2**53 - 1
_MOST_TYPE: Final = 100
_MOST_TAGS: Final = 20
_MOST_TAG: Final = 60
_MOST_LINKS: Final = 50
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".heic", ".gif", ".webp")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was sent: *position* orders those of a room, *at* (ms) is no later than when we heard of it.

    ``content_type`` and ``size`` (bytes) are the sender's word; ``sha256`` (hex) is of the ciphertext, "" in the clear.
    """

    id: str
    event_id: EventId
    position: int
    sender: UserId
    at: int
    name: str
    content_type: str = ""
    size: int | None = None
    sha256: str = ""
    folder: str = ""
    """Where it stands until somebody moves it: an assistant's word, of what it has brought from outside."""


def is_picture(entry: Entry) -> bool:
    """Tell whether a file is a picture, by what its sender calls it."""
    return entry.content_type.startswith("image/") or entry.name.lower().endswith(_PICTURES)


def id_of(room_id: RoomId, event_id: EventId) -> str:
    """Return the id under which the register knows the file in *event_id*: every assistant's is the same."""
    return object_id(KIND, room_id, event_id)


def is_filed(content: Mapping[str, Any]) -> bool:
    """Tell whether a message of an assistant's carries a file for the library; its other files are answers."""
    return isinstance(content.get(FILED), Mapping)


def entry_of(event: Event, now_ms: int, *, filed: bool = False) -> Entry | None:
    """Return the file that *event* carries; None where it carries none that can be read, or edits another message.

    *filed*: it is an assistant's, whose word counts for the folder.
    """
    content = event.content
    if content.get("msgtype") not in FILES or event.relates_to.get("rel_type") == "m.replace":
        return None
    try:
        file = parse_attachment(content)
    except MalformedFile:
        return None
    said = content.get("info")
    info: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    return Entry(
        id_of(event.room_id, event.event_id),
        event.event_id,
        event.position,
        event.sender,
        max(0, min(event.timestamp, now_ms, _LATEST_MS)),
        naming.shown(content.get("filename", content.get("body"))),
        line(info.get("mimetype"), _MOST_TYPE),
        _size(info.get("size")),
        file.sha256.hex() if isinstance(file, EncryptedFile) else "",
        _folder(content.get(FILED)) if filed else "",
    )


def _folder(raw: object) -> str:
    path = raw.get("folder") if isinstance(raw, Mapping) else None
    return (naming.folder(path) or "") if isinstance(path, str) else ""


def _size(raw: object) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= _LARGEST else None


@dataclass(frozen=True, slots=True)
class Filing:
    """What was done to a file: ``name`` "" is the sender's own; ``raised`` (ms): when it was made the newest version.

    ``about`` names what it was attached to: ``task:<id>``. ``infected`` is what some assistant's antivirus has found in
    it, as that assistant has warned of it; "" where none has.
    """

    folder: str = ""
    name: str = ""
    binned: date | None = None
    raised: int = 0
    tags: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    infected: str = ""
    moved: bool = False
    """Somebody has said where it stands, be it in no folder."""

    def of(self, entry: Entry) -> "Filing":
        """Return what was done to *entry*, in the folder in which it stands."""
        return self if self.moved or not entry.folder else replace(self, folder=entry.folder)


UNTOUCHED: Final = Filing()


def filing_of(found: Object | None, room_id: RoomId) -> Filing | None:
    """Read what the register holds; None where it is not what it says it is: an id is derived from its event."""
    if found is None:
        return None
    event_id = identifier(EventId.parse, found.value("event"))
    if event_id is None or id_of(room_id, event_id) != found.id:
        return None
    raised, name = found.value("raised"), found.value("name")
    path = found.value("folder")
    return Filing(
        (naming.folder(path) or "") if isinstance(path, str) else "",
        naming.shown(name) if isinstance(name, str) and name.strip() else "",
        day_from(found.value("binned")),
        raised if isinstance(raised, int) and not isinstance(raised, bool) and 0 < raised < _LATEST_MS else 0,
        _texts(found.elements("tags"), _MOST_TAGS, _MOST_TAG),
        _texts(found.elements("about"), _MOST_LINKS, 200),
        infected=line(found.value("infected"), _MOST_TYPE),
        moved="folder" in found.fields,
    )


def _texts(raw: list[Any], most: int, longest: int) -> tuple[str, ...]:
    found = (line(each, longest) for each in raw[: 4 * most])
    return tuple(dict.fromkeys(each for each in found if each))[:most]
