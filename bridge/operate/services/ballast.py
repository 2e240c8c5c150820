"""Room held on a disk for the way back: an upgrade in whose middle the disk fills up must be able to go back."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from config.settings import Collectivity

_FILE: Final = ".ballast.part"
"""What ends so is in no backup."""
LEAST: Final = 64 << 20


@contextmanager
def ballast(collectivity: Collectivity) -> Iterator[Callable[[], None]]:
    """Hold room on the disk of a town's data within the block; what it gives lets go of it.

    It is as much as the databases whose schema changes, and :data:`LEAST` bytes at least. Raises ``OSError`` where
    there is no such room.
    """
    path = collectivity.paths.data / _FILE

    def let_go() -> None:
        path.unlink(missing_ok=True)

    try:
        with path.open("wb") as stream:
            # Held until the end of this process, however it ends: so nobody takes it for one that a killed one left.
            with suppress(OSError):
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.posix_fallocate(stream.fileno(), 0, _size(collectivity))
            yield let_go
    finally:
        let_go()


def sweep(collectivity: Collectivity) -> None:
    """Delete what an upgrade has left that was killed; not what one holds that goes on."""
    path = collectivity.paths.data / _FILE
    with suppress(OSError), path.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()


def _size(collectivity: Collectivity) -> int:
    paths = collectivity.paths
    databases = {paths.assistant / "assistant.db": collectivity.database}
    databases[paths.share / "share.db"] = collectivity.share.database
    sizes = [path.stat().st_size for path, kind in databases.items() if kind == "sqlite" and path.is_file()]
    return max(LEAST, sum(sizes))
