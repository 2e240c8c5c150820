"""A link as a QR code: to be printed on a poster, or held in front of a telephone (pure). ISO/IEC 18004."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import segno

_MODULE: Final = 8
"""Pixels of one little square."""
_QUIET: Final = 4
"""Little squares of white around it: what the standard asks for."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, *side* pixels wide and high."""

    data: bytes
    side: int


def picture(address: str) -> Picture:
    """Return *address* as a QR code that is still read when a seventh of it is dirty (level M)."""
    code = segno.make_qr(address, error="m")
    drawn = BytesIO()
    code.save(drawn, kind="png", scale=_MODULE, border=_QUIET)
    return Picture(drawn.getvalue(), int(code.symbol_size(_MODULE, _QUIET)[0]))
