"""The words of tus 1.0.0 (core, creation, expiration, termination): headers in, decisions out. Pure.

Source: https://tus.io/protocols/resumable-upload.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,expiration,termination"
PATCH_TYPE: Final = "application/offset+octet-stream"
_NUMBER: Final = re.compile(r"[0-9]{1,19}")
_KEY: Final = re.compile(r"[!-+\-.-~]{1,100}")  # printable ASCII without space and comma


class Wrong(Exception):
    """What a client said makes no sense in tus: *status* is what it is told."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def check_version(headers: Mapping[str, str]) -> None:
    """Raise :class:`Wrong` (412) unless the client speaks our version."""
    if headers.get("Tus-Resumable") != VERSION:
        raise Wrong(412, "Tus-Resumable: 1.0.0 is wanted")


def read_length(headers: Mapping[str, str], largest: int) -> int:
    """Return the length that a creation promises; raises :class:`Wrong` (400, 413)."""
    length = _number(headers, "Upload-Length")
    if length > largest:
        raise Wrong(413, "larger than this server takes")
    read_metadata(headers.get("Upload-Metadata"))
    return length


def read_metadata(raw: str | None) -> None:
    """Raise :class:`Wrong` (400) unless *raw* is well formed. We keep nothing of it: names are sealed."""
    if raw is None or not raw.strip():
        return
    for pair in raw.split(","):
        key, _, value = pair.strip().partition(" ")
        if _KEY.fullmatch(key) is None:
            raise Wrong(400, "Upload-Metadata")
        try:
            base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise Wrong(400, "Upload-Metadata") from None


def read_patch(headers: Mapping[str, str], received: int, size: int, announced: int | None) -> int:
    """Return the offset at which a PATCH goes on; *announced* is its Content-Length where it has one.

    Raises :class:`Wrong`: 415 for another type, 409 for another offset than *received*, 413 beyond *size*.
    """
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != PATCH_TYPE:
        raise Wrong(415, PATCH_TYPE)
    offset = _number(headers, "Upload-Offset")
    if offset != received:
        raise Wrong(409, "another offset")
    if announced is not None and offset + announced > size:
        raise Wrong(413, "beyond Upload-Length")
    return offset


def _number(headers: Mapping[str, str], name: str) -> int:
    raw = headers.get(name, "")
    # Not int(): it takes "+1", "1_0" and digits of other scripts.
    if _NUMBER.fullmatch(raw) is None or int(raw) > 2**63 - 1:
        raise Wrong(400, name)
    return int(raw)
