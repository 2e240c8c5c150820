"""What a photograph tells of its place, its camera and its day, taken off without touching the picture (pure).

Sources: JPEG (ITU-T T.81, Annex B) and Exif 2.32; PNG (W3C, third edition), chunks; WebP (RFC 9649).
"""

import struct
from collections.abc import Iterator
from typing import Final

_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = 1
_EOI, _SOS = 0xD9, 0xDA
_RESTARTS: Final = (0xD0, 0xD7)
_FILL: Final = 0xFF
_KEPT_APPS: Final = frozenset({0xE0, 0xE2, 0xEE})
"""JFIF, colour profile, Adobe's colour transform: without these a picture looks otherwise."""
_COMMENT: Final = 0xFE
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_WORDS: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_WORDS: Final = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS: Final = 0b0000_1100
_MORE: Final = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif", b"ftyphevc")


class NoPhoto(Exception):
    """It begins like a photograph and is none that can be cleaned."""


def cleaned(data: bytes) -> bytes | None:
    """Return *data* without what is not the picture; itself where there is nothing to take off, None: it is no photo.

    Which way is up stays. Raises :class:`NoPhoto` for kinds that we cannot clean, and for what is broken.
    """
    if data[:2] == b"\xff\xd8":
        return _jpeg(data)
    if data[:8] == _PNG:
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:12] in _MORE or data[:4] in (b"II*\0", b"MM\0*"):
        raise NoPhoto("of a kind that we cannot clean")
    return None


def is_photo(head: bytes) -> bool:
    """Tell whether what begins with *head* (16 bytes) is a photograph, whatever its sender says that it is."""
    known = head[:2] == b"\xff\xd8" or head[:8] == _PNG or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
    return known or head[4:12] in _MORE or head[:4] in (b"II*\0", b"MM\0*")


def _jpeg(data: bytes) -> bytes:
    kept, up, changed = [b"\xff\xd8"], _UPRIGHT, False
    at = 2
    while True:
        marker, body, at = _segment(data, at)
        if marker == _SOS:
            break
        if marker == 0xE1 and body[:6] == b"Exif\0\0":
            up = _orientation(body[6:]) or up
        if (0xE0 <= marker <= 0xEF and marker not in _KEPT_APPS) or marker == _COMMENT:
            changed = True
            continue
        kept.append(bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body)
    picture = data[at - len(body) - 4 :]
    # What follows the picture (a second one, a film) may tell everything again.
    end = _end(picture)
    if not changed and end == len(picture):
        return data
    turned = [] if up == _UPRIGHT else [_turned(up)]
    return b"".join((kept[0], *turned, *kept[1:], picture[:end]))


def _segment(data: bytes, at: int) -> tuple[int, bytes, int]:
    while data[at : at + 2] == b"\xff\xff":
        at += 1
    if data[at : at + 1] != b"\xff" or len(data) < at + 4:
        raise NoPhoto("a segment is missing")
    (length,) = struct.unpack(">H", data[at + 2 : at + 4])
    body = data[at + 4 : at + 2 + length]
    if length < 2 or len(body) != length - 2:
        raise NoPhoto("a segment is cut")
    return data[at + 1], body, at + 2 + length


def _end(picture: bytes) -> int:
    """Return where the picture ends, after all its scans; what has no end ends with the file."""
    at = 0
    while at < len(picture):
        marker = picture[at + 1] if picture[at : at + 1] == b"\xff" and at + 1 < len(picture) else 0
        if marker == _EOI:
            return at + 2
        # Within a scan 0xFF is followed by 0 or a restart; else by tables, or by the next scan.
        if marker and not _RESTARTS[0] <= marker <= _RESTARTS[1] and marker != _FILL:
            _, _, at = _segment(picture, at)
        else:
            at = picture.find(b"\xff", at + 1)
            at = len(picture) if at < 0 else at
    return len(picture)


def _orientation(tiff: bytes) -> int | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    (first,) = struct.unpack(order + "I", tiff[4:8])
    if len(tiff) < first + 2:
        return None
    (count,) = struct.unpack(order + "H", tiff[first : first + 2])
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack(order + "HHIH", tiff[at : at + 10])
        if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
            return int(value)
    return None


def _turned(up: int) -> bytes:
    """Return a segment that says which way is up, and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, up, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(data: bytes) -> bytes:
    chunks = [*_png_chunks(data)]
    kept = [chunk for kind, chunk in chunks if kind not in _PNG_WORDS]
    return _PNG + b"".join(kept)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(data):
        if len(data) < at + 12:
            raise NoPhoto("a chunk is cut")
        (length,) = struct.unpack(">I", data[at : at + 4])
        end = at + 12 + length
        if len(data) < end:
            raise NoPhoto("a chunk is cut")
        kind = data[at + 4 : at + 8]
        yield kind, data[at:end]
        at = end
        if kind == b"IEND":
            return


def _webp(data: bytes) -> bytes:
    kept: list[bytes] = []
    at = 12
    while at + 8 <= len(data):
        kind = data[at : at + 4]
        (length,) = struct.unpack("<I", data[at + 4 : at + 8])
        end = at + 8 + length + length % 2
        chunk = data[at:end]
        if len(chunk) < 8 + length:
            raise NoPhoto("a chunk is cut")
        if kind == b"VP8X" and length:
            chunk = chunk[:8] + bytes((chunk[8] & ~_WEBP_FLAGS,)) + chunk[9:]
        if kind not in _WEBP_WORDS:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
