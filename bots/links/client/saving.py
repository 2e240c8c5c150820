"""A file of a link on one's own disk: whole under its name, or not there; nothing is ever overwritten."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bots.links.client.errors import Away
from bots.links.client.fetching import Opened, Visitor
from bots.links.format.chunks import CHUNK
from bots.links.format.names import on_disk

_TRIES: Final = 6
_FIRST_PAUSE_S: Final = 0.5

Progress = Callable[[int], None]
"""Is told how many bytes of the file have come, been checked and decrypted."""


async def save(visitor: Visitor, opened: Opened, place: int, ticket: str, folder: Path, progress: Progress) -> Path:
    """Save file *place* of a link in *folder* and return where; a line that breaks is resumed.

    Raises ``Altered`` where a piece is not what was sealed, ``Away`` where nothing comes for six tries in a row,
    ``OSError`` where the disk refuses; then nothing is left.
    """
    handle, draft = tempfile.mkstemp(prefix=".beffroi-", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            await _fill(visitor, opened, place, ticket, file.write, progress)
            file.flush()
            os.fsync(file.fileno())
        return give_name(Path(draft), folder, on_disk(opened.manifest.files[place].name))
    finally:
        await asyncio.to_thread(Path(draft).unlink, missing_ok=True)


async def _fill(
    visitor: Visitor,
    opened: Opened,
    place: int,
    ticket: str,
    write: Callable[[bytes], object],
    progress: Progress,
) -> None:
    done, tries, count = 0, 0, len(opened.manifest.files[place].chunks)
    while done < count:
        try:
            async for piece in visitor.plaintext(opened, place, ticket, done):
                await asyncio.to_thread(write, piece)
                done, tries = done + 1, 0
                progress((done - 1) * CHUNK + len(piece))
        except Away:
            tries += 1
            if tries >= _TRIES:
                raise
            await asyncio.sleep(_FIRST_PAUSE_S * 2**tries)


def give_name(draft: Path, folder: Path, name: str) -> Path:
    """Give *draft* the first free name that is like *name*; a link, unlike a rename, fails where there is one."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(1, 1000):
        path = folder / (name if number == 1 else on_disk(f"{stem} ({number}){suffix}"))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            continue
        open_up(path)
        return path
    raise FileExistsError(f"{folder / name}, and a thousand like it")


def open_up(path: Path) -> None:
    """Let others read *path* as they read what else its owner makes."""
    path.chmod(0o644 & ~_umask())


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
