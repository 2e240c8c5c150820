"""Base64url as the page and the assistant write it: without padding. Pure."""

import base64
import re
from typing import Final

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")


def read_bytes(raw: object) -> bytes | None:
    """Return the bytes that *raw* spells; None where it is not spelt so."""
    if not isinstance(raw, str) or _BASE64URL.fullmatch(raw) is None or len(raw) % 4 == 1:
        return None
    return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
