"""A file of one's own disk into a room: encrypted on the way, named in a message, filed by the room's assistant."""

import asyncio
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from bots.envelope.file import EncryptedFile, as_content
from bots.envelope.port import Progress
from bots.files.library import naming
from bots.files.library.entry import KIND, id_of
from bots.files.library.library import Library
from bots.matrix.backoff import Backoff
from bots.matrix.errors import Unreachable
from bots.matrix.events import Event, Room
from bots.matrix.person.device import PersonDevice
from bots.register.format.wire import OPS
from bridge.agent.errors import AlreadyThere, NotEncrypted, NotSendable
from bridge.agent.library import is_assistant
from config.identifiers import EventId, RoomId
from config.sentence import sentence

_TRIES: Final = 4
_SHOWN_IN_PLACE: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LOOKS: Final = 20
_BETWEEN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file to be sent: *path* on disk, *name* and *folder* ("": none) in the library."""

    path: Path
    name: str
    folder: str

    @classmethod
    def of(cls, path: Path, folder: str | None) -> "Parcel":
        """Return what is to be sent; raise ``NotSendable``."""
        if not path.is_file():
            raise NotSendable(sentence("There is no file to send at {path}.", path=path))
        given = folder or ""
        named = naming.folder(given)
        # A folder with a question mark would be read as a question about it.
        if named is None or "?" in given or (given.strip() and not named):
            raise NotSendable(
                sentence("No folder can be called that: words with / between, eight at most, and no question mark.")
            )
        return cls(path, naming.shown(path.name), named)

    @property
    def place(self) -> str:
        """Folder and name."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def content_type(self) -> str:
        """What the name says of its type."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def check(parcel: Parcel, room: Room, library: Library, most: int | None, *, anew: bool) -> None:
    """Raise why *parcel* cannot be sent to *room*; *anew*: it is the next version of a file that is there."""
    if not room.encrypted:
        raise NotEncrypted
    if parcel.folder and not any(is_assistant(user_id) for user_id in room.joined):
        raise NotSendable(sentence("No assistant is in this room, so nobody would file it: leave --folder out."))
    if most is not None and parcel.path.stat().st_size > most:
        raise NotSendable(
            sentence("This file is too large: the server takes {size} MB at most.", size=most // 1_000_000)
        )
    wanted = naming.compared(parcel.place)
    if not anew and any(naming.compared(file.path) == wanted for file in library.called(parcel.place)):
        raise AlreadyThere(parcel.place, library=True)


async def send(device: PersonDevice, room_id: RoomId, parcel: Parcel, order: str, progress: Progress) -> EventId:
    """Upload *parcel* and say so in the room; *order* is the caption by which the assistant files it ("": none).

    An upload that breaks begins anew, up to four times: Matrix takes no parts. The message is said once, whatever
    happens to the answer. Raises ``Refused``, ``Unreachable``, ``OSError``.
    """
    backoff = Backoff()
    while True:
        try:
            uploaded = await device.media.upload(
                parcel.path, content_type=parcel.content_type, encrypted=True, progress=progress
            )
            break
        except Unreachable as exc:
            delay = backoff.failed(exc.retry_after)
            if backoff.failures >= _TRIES:
                raise
            await asyncio.sleep(delay)
    assert isinstance(uploaded, EncryptedFile)
    kind = "m.image" if parcel.content_type in _SHOWN_IN_PLACE else "m.file"
    content = {
        "msgtype": kind,
        "body": order or parcel.name,
        "filename": parcel.name,
        "info": {"mimetype": parcel.content_type, "size": parcel.path.stat().st_size},
        **as_content(uploaded),
    }
    return await device.send(room_id, content, f"beffroi-files-{uuid4().hex}")


async def filed(device: PersonDevice, room_id: RoomId, event_id: EventId, waiting: Callable[[], None]) -> bool:
    """Wait until an assistant has filed what was sent, some twenty seconds; tell whether one has."""
    file_id = id_of(room_id, event_id)
    for _ in range(_LOOKS):
        await device.listen()
        async for page in device.history(room_id):
            if any(isinstance(event, Event) and _files(event, file_id) for event in page.events):
                return True
            # What answers is newer than what it answers.
            break
        waiting()
        await asyncio.sleep(_BETWEEN_S)
    return False


def _files(event: Event, file_id: str) -> bool:
    said = event.content.get(OPS)
    changes = said.get("ops") if isinstance(said, dict) and is_assistant(event.sender) else None
    return any(
        isinstance(change, dict) and (change.get("kind"), change.get("id")) == (KIND, file_id)
        for change in (changes if isinstance(changes, list) else ())
    )
