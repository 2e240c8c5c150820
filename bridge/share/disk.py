"""Ciphertext on disk, behind a small port: a name of ours, bytes appended where they belong, a path to serve from."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, ParamSpec, Protocol, TypeVar

from bots.database.engine import Database
from bridge.share.store import blobs

P = ParamSpec("P")
T = TypeVar("T")

_PIECE: Final = 2**20
"""Bytes that an upload may hold in memory, however many there are."""
_ALL: Final = 4 * _PIECE
"""Bytes that all of them together may hold, where they are few: fewer, longer writes cost half the processor."""
_MOST_PIECES: Final = 512
"""What one write of the system's takes, and less than what a byte costs as an object of its own."""


class Blobs(Protocol):
    """Where ciphertext lies; names are ids that were judged before."""

    async def write(self, name: str, start: int, pieces: AsyncIterator[bytes]) -> int:
        """Put *pieces* at *start*, whatever was behind it, and return how long the blob is now, safely on the disk.

        Where *pieces* raises, or the disk has no room (``OSError``), what had come until then is kept on the disk too
        and the error goes on; :meth:`size` tells how far it went.
        """

    async def size(self, name: str) -> int:
        """Return how many bytes are there; 0 where nothing is."""

    def path(self, name: str) -> Path:
        """Return the file to serve."""

    async def delete(self, names: Iterable[str]) -> None:
        """Delete; what is not there is deleted already."""


class Disk:
    """Blobs as files of mode 0600 in 256 folders below one, named by their ids."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers = 0

    async def write(self, name: str, start: int, pieces: AsyncIterator[bytes]) -> int:
        """See :class:`Blobs`. Constant memory: a MiB of each, up to four where they are few, written in a thread."""
        file = await _settled(self._open, name, start)
        length = start
        self._writers += 1
        try:
            async for held in _gathered(pieces, self._room):
                length += await _settled(_append, file, held)
        finally:
            self._writers -= 1
            await _settled(_settle, file)
        return length

    def _room(self) -> int:
        return max(_PIECE, _ALL // self._writers)

    async def size(self, name: str) -> int:
        """See :class:`Blobs`."""
        return await asyncio.to_thread(_length, self.path(name))

    def path(self, name: str) -> Path:
        """See :class:`Blobs`."""
        return self._folder / name[:2].lower() / name

    async def delete(self, names: Iterable[str]) -> None:
        """See :class:`Blobs`."""
        for name in names:
            await asyncio.to_thread(self.path(name).unlink, missing_ok=True)

    async def sweep(self, database: Database) -> int:
        """Delete files that no row names (a database from a backup); returns how many. Before anything is served.

        Where the database knows none of them it is taken for the wrong one, and nothing is deleted.
        """
        found = {path.name: path for path in self._folder.glob("??/*")}
        names, rows = list(found), 0
        for start in range(0, len(names), 500):
            async with database.begin() as transaction:
                known = await blobs.known(transaction, names[start : start + 500])
            rows += len(known)
            for name in known:
                del found[name]
        if found and not rows:
            # None of many is known: more likely that this is another server's database than that all are strays.
            return 0
        await self.delete(found)
        return len(found)

    def _open(self, name: str, start: int) -> int:
        path = self.path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.ftruncate(file, start)
            os.lseek(file, start, os.SEEK_SET)
        except BaseException:
            os.close(file)
            raise
        return file


async def collect(database: Database, disk: Blobs) -> None:
    """Delete the bytes of what is doomed, then their rows: killed in between, it is done again."""
    while True:
        async with database.begin() as transaction:
            names = await blobs.doomed(transaction)
        if not names:
            return
        await disk.delete(names)
        async with database.begin() as transaction:
            await blobs.forget(transaction, names)


def _append(file: int, pieces: Sequence[bytes]) -> int:
    """Write *pieces*, all of them, and return how many bytes that was."""
    size, written = sum(map(len, pieces)), os.writev(file, pieces)
    if written < size:
        rest = memoryview(b"".join(pieces))[written:]
        while rest:
            rest = rest[os.write(file, rest) :]
    return size


def _settle(file: int) -> None:
    try:
        os.fdatasync(file)
    finally:
        os.close(file)


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


async def _gathered(pieces: AsyncIterator[bytes], room: Callable[[], int]) -> AsyncIterator[list[bytes]]:
    """Yield *pieces*, *room* bytes at a time: a thread for each packet would cost more than the disk.

    What is held when *pieces* raises is yielded before the error goes on.
    """
    held: list[bytes] = []
    size = 0
    try:
        async for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size >= room() or len(held) >= _MOST_PIECES:
                yield held
                held, size = [], 0
    except Exception:
        if held:
            yield held
        raise
    if held:
        yield held


async def _settled(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run *work* in a thread, to its end even where the caller is cancelled: its file is closed afterwards."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
