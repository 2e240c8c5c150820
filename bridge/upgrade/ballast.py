"""Room held on a disk for the way back: an upgrade in whose middle the disk fills up must be able to go back."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_FILE: Final = ".ballast.part"
"""What ends so is in no backup."""
SIZE: Final = 64 << 20


@contextmanager
def ballast(data: Path) -> Iterator[Callable[[], None]]:
    """Hold :data:`SIZE` bytes of the disk of *data* within the block; what it gives lets go of them.

    Raises ``OSError`` where there is no such room.
    """
    path = data / _FILE

    def let_go() -> None:
        path.unlink(missing_ok=True)

    try:
        with path.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, SIZE)
        yield let_go
    finally:
        let_go()
