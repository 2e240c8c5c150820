"""Limits by address, in memory alone: buckets that fill again, and seats. Pure but for the numbers that it keeps."""

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bridge.share.errors import Locked

_MOST_ADDRESSES: Final = 50_000


class Addresses:
    """Turns addresses into keys that say nothing once this process has ended; an IPv6 customer is a /64."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)

    def key(self, address: str | None) -> bytes:
        """Return what stands for *address* in every limit."""
        try:
            parsed = ipaddress.ip_address((address or "").partition("%")[0])
        except ValueError:
            return b""
        if isinstance(parsed, ipaddress.IPv6Address):
            parsed = parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False).network_address
        return hmac.digest(self._salt, parsed.packed, hashlib.sha256)[:16]


class Buckets:
    """One bucket for each key: *burst* at once, then one in *every_ms*."""

    def __init__(self, burst: int, every_ms: int) -> None:
        self._burst, self._every = burst, every_ms
        self._until: OrderedDict[bytes, int] = OrderedDict()

    def take(self, key: bytes, now: int) -> None:
        """Take one; raises :class:`Locked` with how long until there is one again (GCRA)."""
        free_at = max(self._until.get(key, 0), now)
        ahead = free_at + self._every - now
        if ahead > self._burst * self._every:
            raise Locked(-(-(ahead - self._burst * self._every) // 1000))
        self._until[key] = free_at + self._every
        self._until.move_to_end(key)
        if len(self._until) > _MOST_ADDRESSES:
            # The one that has asked for nothing longest.
            self._until.popitem(last=False)

    @contextmanager
    def turn(self, key: bytes, now: int) -> Iterator[None]:
        """Take one, as :meth:`take` does; it is given back where the block fails."""
        self.take(key, now)
        try:
            yield
        except Exception:
            if key in self._until:
                self._until[key] -= self._every
            raise


class Makers:
    """Which address has made what: of the last so many, in memory alone."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, bytes] = OrderedDict()

    def note(self, name: str, key: bytes) -> None:
        """Note that *name* is of *key*; whoever has made it first has made it."""
        self._keys.setdefault(name, key)
        if len(self._keys) > _MOST_ADDRESSES:
            self._keys.popitem(last=False)

    def is_of(self, key: bytes, name: str) -> bool:
        """Tell whether *key* has made *name*, as far as is known."""
        return self._keys.get(name) == key


class Seats:
    """How many move files at the same time: in all, and for one address."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most, self._most_each = most, most_each
        self._taken: dict[bytes, int] = {}
        self._all = 0

    @contextmanager
    def seat(self, key: bytes) -> Iterator[None]:
        """Hold a seat until the block ends; raises :class:`Locked` where there is none."""
        if self._all >= self._most or self._taken.get(key, 0) >= self._most_each:
            raise Locked(5)
        self._all += 1
        self._taken[key] = self._taken.get(key, 0) + 1
        try:
            yield
        finally:
            self._all -= 1
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]
