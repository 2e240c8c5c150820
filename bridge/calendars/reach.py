"""Where a name may lead: looked up once, judged, and connected to as judged (hostile.md, attack 8)."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult

_LOOK_UP_S: Final = 10
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The name leads to this machine, to a private network, or to nowhere that is one machine's."""


class Nowhere(OSError):
    """Nobody has that name."""


def is_public(address: str) -> bool:
    """Tell whether *address* is of one machine somewhere in the Internet, and not of this one or its networks.

    An IPv4 address inside of an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged as what it leads to.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast and not each.is_reserved for each in _meant(found))


def _meant(address: _Address) -> list[_Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return [*address.teredo]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]


LookUp = Callable[[str, int, socket.AddressFamily], Awaitable[Sequence[tuple[socket.AddressFamily, str]]]]
"""Returns where a name leads: families and addresses."""


async def look_up(host: str, port: int, family: socket.AddressFamily) -> Sequence[tuple[socket.AddressFamily, str]]:
    """Ask the machine's own resolver; raises ``OSError``."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
    return list(dict.fromkeys((kind, str(where[0])) for kind, _, _, _, where in found))


@dataclass(frozen=True, slots=True)
class Resolver(AbstractResolver):
    """Looks names up for a client that then connects to what was judged here, and to nothing else."""

    judge: Callable[[str], bool] = is_public
    look_up: LookUp = look_up

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where *host* leads; raises :class:`Nowhere`, and :class:`Forbidden` where any of it is private."""
        try:
            async with asyncio.timeout(_LOOK_UP_S):
                addresses = await self.look_up(host, port, family)
        except (OSError, TimeoutError, UnicodeError) as exc:
            raise Nowhere(host) from exc
        if not addresses:
            raise Nowhere(host)
        if not all(self.judge(address) for _, address in addresses):
            raise Forbidden(host)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""
