"""Base64 as links and manifests write it: RFC 4648 §5 (URL alphabet), without padding, one spelling only."""

import base64
import binascii


def encode(raw: bytes) -> str:
    """Return *raw* in base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str, size: int | None = None) -> bytes:
    """Return the bytes that *text* spells; raises ``ValueError`` for any other spelling, or another length than *size*.

    ``+ / =`` are refused here: what a messenger makes of a link is mended where addresses are read.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        # Not "from": a decoder's error may show what it decoded.
        raise ValueError("no base64url") from None
    if encode(raw) != text or (size is not None and len(raw) != size):
        raise ValueError("no base64url of this length")
    return raw
