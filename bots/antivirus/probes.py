"""Two small files that a scanner must not call clean: it can look into neither (pure).

Source: clamd.conf(5), ``AlertEncrypted`` and ``AlertExceedsMax``, both "no" unless somebody writes them down.
"""

import zipfile
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Final

from bots.antivirus.verdict import Why

_DEEP: Final = 120
"""Zips one in another: ``MaxRecursion`` is 17, and 100 at most."""
_NAME: Final = "beffroi.zip"
_LOCAL: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 0x01


@cache
def probes() -> Sequence[tuple[bytes, Why]]:
    """Return each file, with the reason that an honest scanner gives for not having scanned it."""
    return ((_locked(), Why.ENCRYPTED), (_nested(), Why.LIMIT))


def _zipped(data: bytes) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as held:
        held.writestr(zipfile.ZipInfo(_NAME), data)
    return archive.getvalue()


def _locked() -> bytes:
    """Return an archive that says of its only file that it has a password (APPNOTE.TXT 4.4.4, bit 0)."""
    archive = bytearray(_zipped(bytes(64)))
    for signature, flags in ((_LOCAL, 6), (_CENTRAL, 8)):
        archive[archive.index(signature) + flags] |= _ENCRYPTED
    return bytes(archive)


def _nested() -> bytes:
    data = b"beffroi"
    for _ in range(_DEEP):
        data = _zipped(data)
    return data
