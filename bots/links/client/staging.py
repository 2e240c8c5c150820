"""Where a file lies that is not whole yet: a folder of its own beside its name, which outlives a kill."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LETTERS: Final = 24


class BeingFetched(Exception):
    """Another command is at the same file in the same folder."""


@dataclass(frozen=True, slots=True)
class Staging:
    """A folder for pieces; *resumed*: an earlier command has left it."""

    path: Path
    resumed: bool


@contextmanager
def staging(folder: Path, told: str) -> Iterator[Staging]:
    """Give what is called *told* a place below *folder*, for as long as the block lasts; it stays behind.

    Raises ``FileNotFoundError`` where *folder* is none, :class:`BeingFetched`, and ``PermissionError`` where others may
    write in that place.
    """
    if not folder.is_dir():
        raise FileNotFoundError(2, os.strerror(2), str(folder))
    name = hashlib.sha256(told.encode()).hexdigest()[:_LETTERS]
    path = folder / f".beffroi-{name}.part"
    resumed = not _made(path)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise BeingFetched from exc
        _check_owned(handle, path)
        yield Staging(path, resumed)
    finally:
        os.close(handle)


def _made(path: Path) -> bool:
    try:
        path.mkdir(0o700)
    except FileExistsError:
        return False
    return True


def _check_owned(handle: int, path: Path) -> None:
    facts = os.fstat(handle)
    if not facts.st_nlink:
        # Whoever was at it has just ended.
        raise BeingFetched
    if facts.st_uid != os.geteuid() or stat.S_IMODE(facts.st_mode) & 0o077:
        raise PermissionError(13, os.strerror(13), str(path))
