"""Any stream to any stream: in flat memory, cancellable, and nothing unverified where that is asked."""

import asyncio
import hashlib
import io
import os
import threading
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bots.envelope.cipher import Encryptor
from bots.envelope.errors import Corrupt, Trailing, Truncated
from bots.envelope.file import EncryptedFile
from bots.envelope.stream import PIECE, deciphered, seal, unseal
from config.identifiers import MxcUri

URL = MxcUri("mxc://valbourg.fr/abc")
SIZES = [0, 1, 16, 65_536, PIECE - 1, PIECE, PIECE + 1, 8 * PIECE]


async def sealed(data: bytes) -> tuple[bytes, EncryptedFile]:
    sink, encryptor = io.BytesIO(), Encryptor()
    assert await seal(io.BytesIO(data), sink, encryptor) == len(data)
    return sink.getvalue(), encryptor.finish(URL)


async def trickled(data: bytes, step: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), step):
        yield data[start : start + step]


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_sealed_is_unsealed(size: int) -> None:
    data = os.urandom(size)
    ciphertext, file = await sealed(data)
    once, pushed = io.BytesIO(), io.BytesIO()

    assert await unseal(file, io.BytesIO(ciphertext), once, size=size) == size
    assert await unseal(file, trickled(ciphertext, 70_001), pushed) == size

    assert once.getvalue() == pushed.getvalue() == data
    assert len(ciphertext) == size
    assert hashlib.sha256(ciphertext).digest() == file.sha256


@pytest.mark.parametrize("size", [0, PIECE - 1, 2 * PIECE + 5])
async def test_a_scanner_gets_the_plaintext_from_its_beginning_wherever_the_spool_stands(size: int) -> None:
    data = os.urandom(size)
    ciphertext, file = await sealed(data)
    spool = io.BytesIO(ciphertext)
    spool.seek(0, io.SEEK_END)

    found = [piece async for piece in deciphered(spool, file.key, file.iv)]

    assert b"".join(found) == data
    assert all(len(piece) <= PIECE for piece in found)


async def test_progress_is_told_to_the_last_byte() -> None:
    told: list[int] = []
    await seal(io.BytesIO(bytes(2 * PIECE + 5)), io.BytesIO(), Encryptor(), progress=told.append)

    assert told == [PIECE, 2 * PIECE, 2 * PIECE + 5]


@pytest.mark.parametrize("change", ["shorter", "longer", "bit", "hash"])
async def test_what_was_changed_on_its_way_is_told_before_anybody_may_use_it(change: str) -> None:
    data = os.urandom(3 * PIECE)
    ciphertext, file = await sealed(data)
    wrong, error = {
        "shorter": (ciphertext[:-1], Truncated),
        "longer": (ciphertext + b"\0", Trailing),
        "bit": (ciphertext[:-1] + bytes([ciphertext[-1] ^ 1]), Corrupt),
        "hash": (ciphertext, Corrupt),
    }[change]
    file = replace(file, sha256=bytes(32)) if change == "hash" else file

    with pytest.raises(error):
        await unseal(file, io.BytesIO(wrong), io.BytesIO(), size=len(data))


async def test_a_full_disk_is_told_as_such() -> None:
    class Full(io.BytesIO):
        def write(self, _: bytes) -> int:  # type: ignore[override]
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        await seal(io.BytesIO(bytes(5 * PIECE)), Full(), Encryptor())


async def test_a_source_that_breaks_is_told_as_such() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(OSError, match="Input/output error"):
        await seal(Broken(bytes(5 * PIECE)), io.BytesIO(), Encryptor())


async def test_cancelling_waits_for_the_thread_that_writes() -> None:
    """Whoever owns the sink closes it next: a thread that still wrote to it would write into somebody else's file."""
    writing, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def write(self, _: bytes) -> int:  # type: ignore[override]
            writing.set()
            may_end.wait(30)
            ended.set()
            return 0

    task = asyncio.create_task(seal(io.BytesIO(bytes(3 * PIECE)), Slow(), Encryptor()))
    await asyncio.to_thread(writing.wait, 30)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=0.05)
    assert not done, "it did not wait"

    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended.is_set()


async def test_memory_does_not_grow_with_the_file() -> None:
    class Zeros:
        left = 64 * PIECE

        def read(self, size: int, /) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    class Nothing:
        def write(self, _: bytes, /) -> None:
            pass

    tracemalloc.start()
    try:
        assert await seal(Zeros(), Nothing(), Encryptor()) == 64 * PIECE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * PIECE
