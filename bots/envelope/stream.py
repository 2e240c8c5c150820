"""Any stream to any stream, a piece at a time: memory stays flat, the loop free, and no thread is left alone.

What reads, hashes, encrypts and writes runs in worker threads, while the next piece is fetched or the last one sent.
Cancelling waits for the piece that is being worked on, because a thread cannot be stopped.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Final, Self, TypeVar

from bots.envelope.cipher import Decryptor, Encryptor, cipher_at
from bots.envelope.file import EncryptedFile
from bots.envelope.port import Progress, Reader, Seekable, Writer

_T = TypeVar("_T")

PIECE: Final = 1 << 20
"""Bytes that one job in a worker thread reads, hashes, encrypts or writes."""

Source = Reader | AsyncIterable[bytes]


async def seal(source: Source, sink: Writer, encryptor: Encryptor, *, progress: Progress | None = None) -> int:
    """Write the ciphertext of *source* to *sink* and return its size in bytes; ``encryptor.finish`` then says the rest.

    Raises what *source* and *sink* raise.
    """
    return await _through(source, progress, lambda piece: sink.write(encryptor.update(piece)))


async def unseal(
    file: EncryptedFile, source: Source, sink: Writer, *, size: int | None = None, progress: Progress | None = None
) -> int:
    """Write the plaintext of *source* to *sink* and return its size in bytes; *size* is what the sender said.

    Only once this has returned may anybody use what *sink* got. Raises ``Corrupt``, ``Truncated`` or ``Trailing``, and
    what *source* and *sink* raise.
    """
    decryptor = Decryptor(file, size)
    done = await _through(source, progress, decryptor.verify, lambda piece: sink.write(decryptor.decrypt(piece)))
    decryptor.finish()
    return done


async def deciphered(source: Seekable, key: bytes, iv: bytes) -> AsyncGenerator[bytes, None]:
    """Yield the plaintext of *source* from its beginning, in pieces of a MiB at most, hashing nothing.

    Of a ciphertext that was found right, for who may see it before its end: a scanner. Raises what *source* raises.
    """
    cipher = cipher_at(key, iv, 0)
    await asyncio.to_thread(source.seek, 0)
    while piece := await asyncio.to_thread(lambda: cipher.update(source.read(PIECE))):
        yield piece


async def _through(source: Source, progress: Progress | None, *works: Callable[[bytes], object]) -> int:
    done = 0
    async with Behind(works) as behind, aclosing(pieces(source)) as found:
        async for piece in found:
            await behind.give(piece)
            done += len(piece)
            if progress is not None:
                progress(done)
    return done


async def pieces(source: Source) -> AsyncGenerator[bytes, None]:
    """Yield what *source* holds; what can only be read by blocking is read one piece ahead."""
    if isinstance(source, AsyncIterable):
        async for piece in source:
            yield piece
        return
    ahead = Ahead(lambda: source.read(PIECE))
    try:
        while piece := await ahead.next():
            yield piece
    finally:
        await ahead.settle()


class Ahead:
    """What a thread makes, one piece ahead of whoever takes it; *make* returns nothing at the end."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make = make
        self._job: asyncio.Future[bytes] | None = None
        self.failure: OSError | None = None
        """What :meth:`next` has raised, for whoever is told something else of it by a library between."""

    async def next(self) -> bytes:
        """Return the next piece, and have the one after it made. Raises what *make* raises."""
        try:
            piece = await asyncio.shield(self._job or self._start())
        except OSError as exc:
            self.failure = exc
            raise
        self._start()
        return piece

    def _start(self) -> asyncio.Future[bytes]:
        self._job = asyncio.ensure_future(asyncio.to_thread(self._make))
        return self._job

    async def settle(self) -> None:
        """Wait until no thread makes anything any more."""
        if self._job is not None:
            with suppress(Exception):
                await settled(self._job)


class Behind:
    """What threads do with pieces, one piece behind whoever brings them: each of *works* in a thread of its own.

    Each work gets the pieces in order, one at a time. An error of theirs comes out at the next piece, or at the end.
    """

    def __init__(self, works: tuple[Callable[[bytes], object], ...]) -> None:
        self._works = works
        self._jobs: list[asyncio.Future[object]] = []

    async def __aenter__(self) -> Self:
        return self

    async def give(self, piece: bytes) -> None:
        """Have *piece* worked on, once the one before it is done."""
        await self._finish()
        self._jobs = [asyncio.ensure_future(asyncio.to_thread(work, piece)) for work in self._works]

    async def _finish(self) -> None:
        while self._jobs:
            await asyncio.shield(self._jobs[-1])
            self._jobs.pop()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Also when cancelled: whoever owns the sink may close it only when no thread writes to it.
        jobs, self._jobs = self._jobs, []
        if jobs:
            await settled(asyncio.ensure_future(asyncio.wait(jobs)))
        failures = [failure for job in jobs if (failure := job.exception()) is not None]
        if failures and error is None:
            raise failures[0]


async def settled(job: "asyncio.Future[_T]") -> _T:
    """Await *job* to its end, even when cancelled: a thread cannot be stopped, only waited for."""
    try:
        return await asyncio.shield(job)
    except asyncio.CancelledError:
        await asyncio.wait([job])
        if not job.cancelled():
            # What it raised is of no interest any more; asking for it keeps asyncio from complaining.
            job.exception()
        raise
