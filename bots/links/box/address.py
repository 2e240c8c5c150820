"""The address of a drop box, and of one deposit in it: ``https://<host>/d/<id>#1.<digest>``. Pure. DEPOSITS.md §1."""

import re
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

from bots.links.format.encoding import decode, encode
from bots.links.format.errors import DamagedLink

DIGEST_BYTES: Final = 32
_ID: Final = re.compile(r"[A-Za-z0-9_-]{16}")
_PATH: Final = re.compile(r"/d/(?P<id>[A-Za-z0-9_-]{16})(?:%(?:25)*23(?P<fragment>.*))?")
_FRAGMENT: Final = re.compile(
    r"1\.(?P<digest>[A-Za-z0-9_+/-]{43})(?:\.(?P<deposit>[A-Za-z0-9_-]{16})\.(?P<secret>[A-Za-z0-9_+/-]{43}))?=?(?:[&?].*)?"
)
_SPELLING: Final = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class BoxAddress:
    """A drop box as its link says it: *digest* is the SHA-256 of its descriptor, 32 bytes."""

    origin: str
    """Scheme, host and port, without a trailing slash."""
    id: str
    digest: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"{self.origin}/d/{self.id}#1.{encode(self.digest)}"


@dataclass(frozen=True, slots=True)
class DepositAddress:
    """The way back to one deposit, which only whoever made it has: *secret* is 32 bytes."""

    box: BoxAddress
    deposit: str
    secret: bytes = field(repr=False)

    @classmethod
    def parse(cls, address: str) -> Self:
        """Return the deposit that *address* leads to, mended as a share link is; raises :class:`DamagedLink`."""
        box, deposit, secret = _read(address)
        if deposit is None or secret is None:
            raise DamagedLink("the part behind # names no deposit")
        return cls(box, deposit, _bytes(secret))

    def __str__(self) -> str:
        return f"{self.box}.{self.deposit}.{encode(self.secret)}"


def parse_box(address: str) -> BoxAddress:
    """Return the box that *address*, its own or a deposit's, leads to; raises :class:`DamagedLink`."""
    return _read(address)[0]


def is_id(raw: object) -> bool:
    """Tell whether *raw* is spelt as the id of a box or a deposit: 12 bytes."""
    return isinstance(raw, str) and _ID.fullmatch(raw) is not None


def _read(address: str) -> tuple[BoxAddress, str | None, str | None]:
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise DamagedLink("the address cannot be read") from None
    path = _PATH.fullmatch(parts.path)
    if parts.scheme not in {"https", "http"} or not host or path is None:
        raise DamagedLink("this is no drop box")
    behind = _FRAGMENT.fullmatch(path["fragment"] or parts.fragment)
    if behind is None:
        raise DamagedLink("the part behind # is not whole")
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
    return BoxAddress(origin, path["id"], _bytes(behind["digest"])), behind["deposit"], behind["secret"]


def _bytes(text: str) -> bytes:
    try:
        return decode(text.translate(_SPELLING), DIGEST_BYTES)
    except ValueError:
        raise DamagedLink("the part behind # is not whole") from None
