"""A file of a room on its way to the share server: its ciphertext as it is; a photograph cleaned and sealed anew.

The plaintext is nowhere but in memory, and only of photographs.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from bots.assistant.dispatch.reading.visibility import could_read
from bots.envelope.cipher import Encryptor, cipher_at
from bots.envelope.file import Attachment, EncryptedFile, parse_attachment
from bots.files.library.entry import Entry, entry_of, id_of
from bots.files.scanning.inspector import Inspector
from bots.files.scanning.store import WaitingScan
from bots.files.sharing import photo
from bots.links.client.server import Source
from bots.links.format.chunks import ChunkHasher
from bots.links.format.manifest import SharedFile
from bots.matrix.events import Event
from bots.matrix.port import Edge
from config.identifiers import EventId, MxcUri, RoomId, UserId

MOST: Final = 50 * 10**9
"""Bytes of one file."""
_MOST_PHOTO: Final = 64 * 2**20
_HEAD: Final = 16
_STEP: Final = 1 << 20
_NOWHERE: Final = MxcUri("mxc://beffroi.invalid/x")
"""Where a photograph that was sealed anew is not: only its key and hash are used."""
# What a browser may be told; everything else is bytes. Never what could run (cases F60).
_TYPES: Final = frozenset(
    {
        *(
            "application/pdf",
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/webp",
            "image/avif",
            "text/plain",
            "text/csv",
        ),
        *("audio/mpeg", "audio/ogg", "audio/wav", "video/mp4", "video/webm", "application/zip"),
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


class CannotShare(Exception):
    """A file is not to be shared; *why* is ``gone``, ``before``, ``unread``, ``photo``, ``large`` or ``infected``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Sealed:
    """What goes to the server: *spool* holds the ciphertext; *fresh*: sealed just now, so no earlier upload fits."""

    file: SharedFile
    spool: IO[bytes]
    fresh: bool

    @property
    def source(self) -> Source:
        """The ciphertext from an offset on."""

        async def pieces(offset: int) -> AsyncIterator[bytes]:
            await asyncio.to_thread(self.spool.seek, offset)
            while piece := await asyncio.to_thread(self.spool.read, _STEP):
                yield piece

        return pieces

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self.spool.close()


async def read_back(
    edge: Edge, room_id: RoomId, event_id: EventId, asker: UserId, now_ms: int
) -> tuple[Entry, Attachment]:
    """Return what a message carries, if *asker* could read it; raises :class:`CannotShare`, ``Unreachable``."""
    if not await could_read(edge, asker, room_id, event_id):
        raise CannotShare("before")
    said = await edge.fetch_event(room_id, event_id)
    if said is None:
        raise CannotShare("gone")
    if not isinstance(said, Event):
        raise CannotShare("unread")
    entry = None if said.redacted or said.type != "m.room.message" else entry_of(said, now_ms)
    if entry is None:
        raise CannotShare("gone")
    return entry, parse_attachment(said.content)


async def sealed(edge: Edge, entry: Entry, name: str, file: Attachment, folder: Path, *, whole: bool) -> Sealed:
    """Bring the ciphertext of *file* here; of a photograph, unless *whole*, one without its place and day.

    Raises :class:`CannotShare`, and what ``Edge.pass_on`` and ``Edge.download`` raise.
    """
    kind = entry.content_type if entry.content_type in _TYPES else "application/octet-stream"
    spool: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - whoever gets it closes it
    try:
        if not isinstance(file, EncryptedFile):
            plain = await edge.download(file, most=_MOST_PHOTO)
            return await _anew(plain if whole else _cleaned(plain) or plain, name, kind, spool)
        hasher = ChunkHasher()
        size = await edge.pass_on(file, spool, most=MOST, also=hasher.update)
        clean = None if whole else await _photo(file, spool, size)
        if clean is not None:
            return await _anew(clean, name, kind, spool)
        found = SharedFile(name, kind, size, file.key, file.iv, hasher.sha256(), hasher.digests())
        return Sealed(found, spool, fresh=False)
    except BaseException:
        spool.close()
        raise


async def looked_at(inspector: Inspector | None, found: Sealed, room_id: RoomId, event_id: EventId) -> SharedFile:
    """Return a file with what the antivirus says of these very bytes; raises :class:`CannotShare`.

    What it has not looked at goes out as that: the page says so.
    """
    if inspector is None:
        return found.file
    file = EncryptedFile(_NOWHERE, found.file.key, found.file.iv, found.file.sha256)
    message = WaitingScan(room_id, event_id, id_of(room_id, event_id))
    scan = await inspector.before_sharing(file, found.spool, found.file.size, of=None if found.fresh else message)
    if scan.infected:
        raise CannotShare("infected")
    return replace(found.file, scan="clean" if scan.clean else "unscanned")


async def _photo(file: EncryptedFile, spool: IO[bytes], size: int) -> bytes | None:
    """Return the photograph in *spool* without what it tells; None where there is none, or nothing to take off."""
    await asyncio.to_thread(spool.seek, 0)
    head = cipher_at(file.key, file.iv, 0).update(await asyncio.to_thread(spool.read, _HEAD))
    if not photo.is_photo(head):
        return None
    if size > _MOST_PHOTO:
        raise CannotShare("photo")
    await asyncio.to_thread(spool.seek, 0)
    data = cipher_at(file.key, file.iv, 0).update(await asyncio.to_thread(spool.read))
    clean = await asyncio.to_thread(_cleaned, data)
    return None if clean == data else clean


def _cleaned(data: bytes) -> bytes | None:
    try:
        return photo.cleaned(data)
    except photo.NoPhoto as exc:
        raise CannotShare("photo") from exc


async def _anew(data: bytes, name: str, kind: str, spool: IO[bytes]) -> Sealed:
    encryptor, hasher = Encryptor(), ChunkHasher()
    ciphertext = encryptor.update(data)
    hasher.update(ciphertext)
    await asyncio.to_thread(spool.seek, 0)
    await asyncio.to_thread(spool.truncate)
    await asyncio.to_thread(spool.write, ciphertext)
    file = encryptor.finish(_NOWHERE)
    found = SharedFile(name, kind, len(data), file.key, file.iv, hasher.sha256(), hasher.digests())
    return Sealed(found, spool, fresh=True)
