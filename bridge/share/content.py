"""``GET /s/<id>/blob/<place>``: ciphertext, in ranges, against a ticket; nothing that a browser would run or keep."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

from bots.database.engine import Database
from bridge.share.disk import Blobs
from bridge.share.errors import Ended, Spent, Unknown
from bridge.share.guard import address_of
from bridge.share.limiting import Addresses, Seats
from bridge.share.opening import ticket_of
from bridge.share.running import Running
from bridge.share.settings import Clock, ShareSettings
from bridge.share.store import blobs, leases, links
from bridge.share.store.blobs import Blob

_LONGEST_S: Final = 2 * 3600.0
"""Of one request. The page asks for 8 MiB at most at a time."""


_HEADERS: Final = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": "attachment",
    # A proxy that compresses breaks ranges.
    "Cache-Control": "no-store, no-transform",
}


class _Sent(web.FileResponse):
    """A file that is sent while its handler still holds seat and link; aiohttp prepares it again when that returns."""

    _begun = False

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send the headers and the file; once."""
        if self._begun:
            return None
        self._begun = True
        return await super().prepare(request)


def wanted(asked: slice, size: int) -> int:
    """Return how many bytes of *size* a Range (as aiohttp reads it) asks for."""
    start, stop, _ = asked.indices(size)
    return max(0, stop - start)


class Content:
    """Serves blobs of links."""

    def __init__(
        self, database: Database, disk: Blobs, settings: ShareSettings, clock: Clock, addresses: Addresses
    ) -> None:
        self._database, self._disk, self._settings, self._clock = database, disk, settings, clock
        self._addresses = addresses
        self._seats = Seats(settings.streams, settings.streams_each)
        self.running = Running()
        """What is being sent just now."""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send a blob, or a range of it; HEAD costs nothing."""
        with self._seats.seat(self._addresses.key(address_of(request, self._settings))):
            blob = await self._paid(request)
            response = _Sent(self._disk.path(blob.id), headers=_HEADERS)
            with self.running.sending(request.match_info["link"]):
                async with asyncio.timeout(_LONGEST_S):
                    await response.prepare(request)
                    return response

    async def _paid(self, request: web.Request) -> Blob:
        try:
            asked = request.http_range
        except ValueError:
            raise web.HTTPRequestRangeNotSatisfiable from None
        now = self._clock()
        async with self._database.begin() as transaction:
            lease = await leases.find(transaction, ticket_of(request), now)
            if lease.link != request.match_info["link"]:
                raise Unknown("ticket")
            if (how := (await links.find(transaction, lease.link)).end(now)) is not None:
                raise Ended(how)
            blob = _at(await blobs.of_link(transaction, lease.link), request.match_info["place"])
            # With If-Range the range may not count (RFC 9110 §13.1.5); whatever is answered was asked for.
            most = blob.size if hdrs.IF_RANGE in request.headers else wanted(asked, blob.size)
            cost = max(most, min(1, blob.size))
            if request.method == hdrs.METH_GET and not await leases.pay(transaction, lease.ticket_hash, cost):
                raise Spent("lease")
        return blob


def _at(held: Sequence[Blob], place: str) -> Blob:
    # Short: int() of a long number is slow, and of "²" an error.
    if not (place.isascii() and place.isdigit() and len(place) <= 4) or int(place) >= len(held):
        raise Unknown("blob")
    return held[int(place)]
