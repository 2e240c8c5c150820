"""An address that a room wants to follow, as somebody typed it (pure)."""

from typing import Final
from urllib.parse import urlsplit, urlunsplit

_LONGEST: Final = 1_000
_SCHEMES: Final = {"https": "https", "webcal": "https", "webcals": "https"}
_PLAIN: Final = {"http": "http", "webcal": "https", "webcals": "https", "https": "https"}


class BadAddress(ValueError):
    """*why*: ``form``, ``scheme`` or ``password``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_address(typed: str, *, plain: bool = False) -> str:
    """Return *typed* as an address that can be asked for; raises :class:`BadAddress`.

    https only, ``webcal:`` being what calendars call it; *plain*: http too, where everything is on one machine. Where
    the name leads is judged when it is asked for (``bridge/calendars/reach``), and each time.
    """
    cleaned = typed.strip().strip("<>")
    if len(cleaned) > _LONGEST or not cleaned.isascii() or not cleaned.isprintable() or " " in cleaned:
        raise BadAddress("form")
    try:
        parts = urlsplit(cleaned)
        host, port = parts.hostname, parts.port
    except ValueError as exc:
        raise BadAddress("form") from exc
    scheme = (_PLAIN if plain else _SCHEMES).get(parts.scheme.lower())
    if scheme is None:
        raise BadAddress("scheme" if parts.scheme else "form")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("password")
    if not host or "\\" in cleaned or port == 0:
        raise BadAddress("form")
    # What stands behind # is never sent.
    return urlunsplit((scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def host_of(address: str) -> str:
    """Return the host of an address that :func:`read_address` has read."""
    return urlsplit(address).hostname or ""
