"""The address of a share link: ``https://<host>/s/<id>#1.<secret>``. Pure. See FORMAT.md §1."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

from bots.links.format.encoding import decode, encode
from bots.links.format.errors import DamagedLink

ID_BYTES: Final = 12
SECRET_BYTES: Final = 32
_ID: Final = re.compile(r"[A-Za-z0-9_-]{16}")
# What mail filters make of "#": encoded once, or twice (cases F20).
_SWALLOWED: Final = re.compile(r"(?P<path>/s/[A-Za-z0-9_-]{16})%(?:25)*23(?P<fragment>.*)")
# Trackers append "&utm_source=…" even behind the fragment (F22); messengers write + and / and pad (F24).
_FRAGMENT: Final = re.compile(r"1\.(?P<secret>[A-Za-z0-9_+/-]{43})=?(?:[&?].*)?")


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A share link. *id* names it to the server; *secret* (32 bytes) never leaves the address, nor is it shown."""

    origin: str
    """Scheme, host and port, without a trailing slash."""
    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls, origin: str) -> Self:
        """Return a link that nobody has had before, on the server at *origin*."""
        return cls(origin.rstrip("/"), encode(secrets.token_bytes(ID_BYTES)), secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def parse(cls, address: str) -> Self:
        """Return the link that *address* is, mended where filters and messengers are known to spoil it.

        Raises :class:`DamagedLink`, whose message shows nothing of the address.
        """
        try:
            parts = urlsplit(address.strip())
            path, fragment = _rejoined(parts.path, parts.fragment)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise DamagedLink("the address cannot be read") from None
        if parts.scheme not in {"https", "http"} or not host:
            raise DamagedLink("this is no web address")
        shown = f"[{host}]" if ":" in host else host
        origin = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
        return cls(origin, _id(path), _secret(fragment))

    def __str__(self) -> str:
        return f"{self.origin}/s/{self.id}#1.{encode(self.secret)}"


def is_link_id(raw: object) -> bool:
    """Tell whether *raw* is spelt as the id of a link."""
    return isinstance(raw, str) and _ID.fullmatch(raw) is not None


def _rejoined(path: str, fragment: str) -> tuple[str, str]:
    swallowed = _SWALLOWED.fullmatch(path)
    return (swallowed["path"], swallowed["fragment"]) if swallowed else (path, fragment)


def _id(path: str) -> str:
    identifier = path.removeprefix("/s/")
    if path == identifier or not is_link_id(identifier):
        raise DamagedLink("the part before # is not whole")
    return identifier


def _secret(fragment: str) -> bytes:
    match = _FRAGMENT.fullmatch(fragment)
    if match is None:
        raise DamagedLink("the part behind # is not whole")
    try:
        return decode(match["secret"].translate(str.maketrans("+/", "-_")), SECRET_BYTES)
    except ValueError:
        raise DamagedLink("the part behind # is not whole") from None
