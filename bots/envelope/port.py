"""What a stream must offer to be read from, or written to (pure)."""

from collections.abc import Callable
from typing import Protocol

Progress = Callable[[int], None]
"""Is told how many bytes have been done so far."""


class Reader(Protocol):
    """What can be read by blocking: a file, a pipe, a buffer."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, *size* at most; none at the end."""


class Seekable(Reader, Protocol):
    """What can be read twice."""

    def seek(self, offset: int, /) -> int:
        """Go to the byte *offset*."""


class Writer(Protocol):
    """What can be written to by blocking; it takes all that it is given."""

    def write(self, piece: bytes, /) -> object:
        """Take *piece*."""
