"""Which room, and which file, somebody means by what they have typed (pure)."""

from collections.abc import Sequence

from bots.assistant.talk.wording import clean
from bots.assistant.words.lenient import line
from bots.files.library.library import Library
from bots.files.library.naming import compared
from bots.files.library.shelf import File
from bridge.agent.errors import NoSuchFile, NoSuchRoom
from config.errors import MalformedId
from config.identifiers import RoomId

_SHOWN = 20
_MOST_NAME = 100


def room_id_in(wanted: str) -> RoomId | None:
    """Return the room's id where *wanted* is one."""
    try:
        return RoomId.parse(wanted.strip())
    except MalformedId:
        return None


def room_called(wanted: str, rooms: Sequence[tuple[RoomId, str]]) -> RoomId:
    """Return the room that *wanted* is the name of, or a part of its name; raise ``NoSuchRoom``.

    Neither case nor accents count. Of two rooms with the same name somebody must give the id (:func:`room_id_in`).
    """
    words = _compared(wanted)
    named = [(room_id, name) for room_id, name in rooms if words and words in _compared(name)]
    exact = [(room_id, name) for room_id, name in named if _compared(name) == words]
    found = exact or named
    if len(found) == 1:
        return found[0][0]
    shown = found or [(room_id, name) for room_id, name in rooms if name]
    raise NoSuchRoom(
        wanted, [f"{line(name, _MOST_NAME)}  {room_id}" for room_id, name in shown[:_SHOWN]], several=bool(found)
    )


def _compared(name: str) -> str:
    return compared(" ".join(clean(name).split()))


def file_called(wanted: str, library: Library, version: int | None = None) -> File:
    """Return the file with this path or name, or the only one in whose path *wanted* is found; raise ``NoSuchFile``.

    *version*: which one of its versions; without, the one that is listed.
    """
    found = library.called(wanted)
    if len(found) != 1:
        raise NoSuchFile(wanted, [file.path for file in found[:_SHOWN]])
    if version is None:
        return found[0]
    versions = [file for file in library.versions(found[0].id) if file.version == version]
    if not versions:
        raise NoSuchFile(f"{found[0].path} ({version})", [])
    return versions[0]
