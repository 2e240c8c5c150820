"""Lines in and out of a gzip attachment, and the bounds on what a hostile one can make us do (FORMAT.md §10)."""

import zlib
from collections.abc import Iterable, Iterator

from bots.register.format.errors import BadSnapshot, Flaw

MAX_HEADER_BYTES = 1_000_000
MAX_LINE_BYTES = 60_000
MAX_LINES = 1_000_000
MAX_BYTES = 512 * 1024 * 1024
"""Of all lines together, unpacked."""

_GZIP = 31
_PIECE = 65_536
_LEVEL = 6


def pack(lines: Iterable[bytes]) -> bytes:
    """Return *lines*, each of which ends in a newline, as gzip (RFC 1952) without a name or a time."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return b"".join([*map(packer.compress, lines), packer.flush()])


def unpack(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines in the pieces of *packed*, without their newlines, holding one piece at a time.

    Raises :class:`BadSnapshot` (unreadable, too large) as soon as a bound is passed.
    """
    rest, number, total, most = b"", 0, 0, MAX_HEADER_BYTES
    for piece in _inflate(packed):
        total += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        number += len(lines)
        if total > MAX_BYTES or number > MAX_LINES:
            raise BadSnapshot(Flaw.TOO_LARGE, f"more than {MAX_BYTES} bytes or {MAX_LINES} lines")
        for line in lines:
            _bound(line, most)
            yield line
            most = MAX_LINE_BYTES
        _bound(rest, most)
    if rest:
        raise BadSnapshot(Flaw.UNREADABLE, "the last line has no end")


def _bound(line: bytes, most: int) -> None:
    if len(line) > most:
        raise BadSnapshot(Flaw.TOO_LARGE, f"a line of more than {most} bytes")


def _inflate(packed: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_GZIP)
    try:
        for piece in packed:
            waiting = piece
            # What is not asked for here stays inside: a bomb never unfolds further than one piece.
            while found := inflater.decompress(waiting, _PIECE):
                yield found
                waiting = inflater.unconsumed_tail
            if inflater.unused_data:
                raise BadSnapshot(Flaw.UNREADABLE, "something follows the end")
    except zlib.error as exc:
        raise BadSnapshot(Flaw.UNREADABLE, str(exc)) from exc
    if not inflater.eof:
        raise BadSnapshot(Flaw.UNREADABLE, "cut short")
