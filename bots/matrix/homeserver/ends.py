"""The ends of a transfer on our side: what is uploaded, read a piece ahead; what is saved, there only when whole."""

import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Self

from bots.envelope.cipher import Encryptor
from bots.envelope.port import Progress
from bots.envelope.stream import PIECE, Ahead
from config.files import sync_directory

_SLICE = 1 << 18  # what counts as progress when we send


class Body:
    """What we upload: read, encrypted and hashed a piece at a time in a thread, one piece ahead of the network."""

    def __init__(
        self, stream: BinaryIO, size: int, encryptor: Encryptor | None, progress: Progress | None = None
    ) -> None:
        self._stream = stream
        self._size = self._left = self._unsent = size
        self._encryptor = encryptor
        self._progress = progress
        self._ahead = Ahead(self._work)
        self._piece = memoryview(b"")

    @property
    def failure(self) -> OSError | None:
        """Why the file could not be read: aiohttp tells another story."""
        return self._ahead.failure

    def watch(self, moved: Callable[[], None], ended: Callable[[], None]) -> None:
        """Have *moved* called each time the network has taken something, *ended* when it has taken all."""
        self._moved, self._ended = moved, ended

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> memoryview:
        self._moved()
        if self._progress is not None:
            self._progress(self._size - self._unsent)
        if not self._piece:
            self._piece = memoryview(await self._ahead.next())
        if not self._piece:
            raise StopAsyncIteration
        part, self._piece = self._piece[:_SLICE], self._piece[_SLICE:]
        self._unsent -= len(part)
        if not self._unsent:
            # aiohttp counts too, and does not ask again.
            self._ended()
            if self._progress is not None:
                self._progress(self._size)
        return part

    def _work(self) -> bytes:
        if not self._left:
            return b""
        piece = self._stream.read(min(PIECE, self._left))
        if not piece:
            raise OSError("the file became shorter while it was uploaded")
        self._left -= len(piece)
        return piece if self._encryptor is None else self._encryptor.update(piece)

    async def settle(self) -> None:
        """Wait until no thread reads any more."""
        await self._ahead.settle()


class UnfinishedFile(AbstractContextManager["UnfinishedFile"]):
    """A file that takes its name when it is whole, and is gone otherwise."""

    def __init__(self, target: Path) -> None:
        self._target = target
        # Not made of the target's name, which may be as long as a name can be.
        self._draft = target.with_name(f".{secrets.token_hex(12)}.part")
        descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.stream = os.fdopen(descriptor, "wb")

    def release(self) -> None:
        """Bring it to the disk, under its name; what was there is replaced."""
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self._draft.replace(self._target)
        # The name too must survive a power cut.
        sync_directory(self._target.parent)

    def __exit__(self, *_: object) -> None:
        # A full disk is met again when what is left in the buffer is written; the first error is the one to tell.
        with suppress(OSError):
            self.stream.close()
        self._draft.unlink(missing_ok=True)


def size_of(source: bytes | Path) -> int:
    """Return the bytes of what is uploaded, or of the file at that place."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def opened(source: bytes | Path) -> AbstractContextManager[BinaryIO]:
    """Return what is uploaded as a stream."""
    return nullcontext(BytesIO(source)) if isinstance(source, bytes) else source.open("rb")
