"""A stream that takes no harm from a full disk: who serves people goes on, and what could not be written is lost."""

import io
import os
from typing import Any, TextIO


class _Heedless(io.RawIOBase):
    """Writes to *descriptor*, and lets what it refuses go."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        left = memoryview(data).cast("B")
        length = len(left)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except OSError:
                break
        return length


def heedless(descriptor: int) -> TextIO:
    """Return a text stream to *descriptor* that raises nothing."""
    return io.TextIOWrapper(_Heedless(descriptor), encoding="utf-8", errors="replace", write_through=True)  # type: ignore[type-var] # a raw stream, as the manual allows
