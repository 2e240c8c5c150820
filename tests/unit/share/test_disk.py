"""Pieces of an upload are gathered: few long writes, and never more in memory than a MiB of each, or four of all."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from bridge.share import disk as module
from bridge.share.disk import Disk

MIB = 2**20
NAME = "a" * 22


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how long each write is."""
    done: list[int] = []

    def written(file: int, pieces: Sequence[bytes]) -> int:
        done.append(sum(map(len, pieces)))
        return os.writev(file, pieces)

    monkeypatch.setattr(module, "os", SimpleNamespace(**vars(os) | {"writev": written}))
    return done


async def of(size: int, piece: int) -> AsyncIterator[bytes]:
    for at in range(0, size, piece):
        yield bytes([at // piece % 256]) * min(piece, size - at)


async def test_one_upload_alone_is_written_four_mebibytes_at_a_time(disk: Disk, writes: list[int]) -> None:
    assert await disk.write(NAME, 0, of(9 * MIB, MIB // 4)) == 9 * MIB
    assert writes == [4 * MIB, 4 * MIB, MIB]


async def test_of_many_each_holds_a_mebibyte_at_most(disk: Disk, writes: list[int]) -> None:
    begun = asyncio.Barrier(8)

    async def pieces() -> AsyncIterator[bytes]:
        await begun.wait()
        async for piece in of(3 * MIB, MIB // 4):
            yield piece
        await begun.wait()

    await asyncio.gather(*(disk.write(f"{NAME}{number}", 0, pieces()) for number in range(8)))
    assert writes == [MIB] * 24


async def test_bytes_that_come_one_by_one_do_not_pile_up_as_objects(disk: Disk, writes: list[int]) -> None:
    assert await disk.write(NAME, 0, of(2000, 1)) == 2000
    assert max(writes) <= 512


async def test_what_the_system_writes_by_half_is_written_to_its_end(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_half(file: int, pieces: Sequence[bytes]) -> int:
        whole = b"".join(pieces)
        return os.write(file, whole[: len(whole) // 2 + 1])

    monkeypatch.setattr(module, "os", SimpleNamespace(**vars(os) | {"writev": by_half}))
    assert await disk.write(NAME, 0, of(5 * MIB, MIB // 3)) == 5 * MIB
    expected = b"".join([piece async for piece in of(5 * MIB, MIB // 3)])
    assert disk.path(NAME).read_bytes() == expected


async def test_what_was_held_when_the_line_broke_is_kept(disk: Disk) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"abc"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await disk.write(NAME, 0, broken())
    assert await disk.size(NAME) == 3
    assert await disk.write(NAME, 3, of(2 * MIB, MIB)) == 2 * MIB + 3
