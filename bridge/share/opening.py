"""What a visitor may do with a link: read what it holds, take a download, give it back, say that it has arrived."""

import json
import re
from typing import Any, Final

from aiohttp import web

from bots.database.engine import Database, Transaction
from bridge.share import proofs
from bridge.share.disk import Blobs, collect
from bridge.share.errors import Ended, Locked, Unknown
from bridge.share.guard import address_of
from bridge.share.limiting import Addresses, Buckets
from bridge.share.reading import read_object
from bridge.share.settings import Clock, ShareSettings
from bridge.share.store import blobs, events, leases, links
from bridge.share.store.leases import Lease
from bridge.share.store.links import HeldLink

LINK_ID: Final = re.compile(r"[A-Za-z0-9_-]{16}")
SEALED: Final = "application/vnd.beffroi.sealed"
_PATIENCE_S: Final = 20.0


class Opening:
    """``POST /s/<id>/open``, ``/lease``, ``/release`` and ``/done``: JSON in; nothing of it is ever logged."""

    def __init__(
        self, database: Database, disk: Blobs, settings: ShareSettings, clock: Clock, addresses: Addresses
    ) -> None:
        self._database, self._disk, self._settings, self._clock = database, disk, settings, clock
        self._addresses = addresses
        # A page asks twice or three times; a town hall has one address.
        self._asked = Buckets(burst=120, every_ms=1000)

    async def open(self, request: web.Request) -> web.Response:
        """Give out the sealed manifest, against knock and proof; this is no download."""
        said = await self._said(request)
        async with self._database.begin() as transaction:
            link = await self._admitted(transaction, request, said)
            if isinstance(link, web.Response):
                return link
            await links.note_opened(transaction, link.id, self._clock())
        terms = json.dumps({"expires": link.expires, "left": link.left(), "burn": link.burn})
        return web.Response(body=link.manifest, content_type=SEALED, headers={"Beffroi-Terms": terms})

    async def lease(self, request: web.Request) -> web.Response:
        """Take one download: a ticket for a day, for all files of the link.

        Who asks draws it, so that an answer that was lost is asked for again; for who shows none, we do.
        """
        said = await self._said(request)
        ticket = _ticket(said)
        async with self._database.begin() as transaction:
            link = await self._admitted(transaction, request, said)
            if isinstance(link, web.Response):
                return link
            size = sum(blob.size for blob in await blobs.of_link(transaction, link.id))
            taken = await leases.take(transaction, link.id, proofs.hashed(ticket), size, self._clock())
            if taken is None:
                raise Ended("exhausted")
            left = (await links.find(transaction, link.id)).left()
        return web.json_response({"ticket": ticket, "until": taken.until, "left": left})

    async def release(self, request: web.Request) -> web.Response:
        """Give a download back of which nothing was fetched."""
        async with self._database.begin() as transaction:
            given = await leases.give_back(transaction, await self._lease(transaction, request))
        return web.json_response({"given": given})

    async def done(self, request: web.Request) -> web.Response:
        """Hear that everything has arrived; the last such word burns a link that is to be burnt."""
        now = self._clock()
        async with self._database.begin() as transaction:
            lease = await self._lease(transaction, request)
            await leases.finish(transaction, lease)
            if lease.link in await links.burning(transaction):
                await links.end(transaction, lease.link, "burnt", now)
        # At once: the page says that it is gone.
        await collect(self._database, self._disk)
        return web.json_response({})

    async def _said(self, request: web.Request) -> dict[str, Any]:
        self._asked.take(self._addresses.key(address_of(request, self._settings)), self._clock())
        return await read_object(request, request.read, _PATIENCE_S)

    async def _admitted(
        self, transaction: Transaction, request: web.Request, said: dict[str, Any]
    ) -> HeldLink | web.Response:
        """Return the link where its holder has shown knock and proof, or what they are told instead.

        Not a word about the link before the knock is right: an id alone may be read in a log.
        """
        name = request.match_info["link"]
        if LINK_ID.fullmatch(name) is None:
            raise Unknown("link")
        link = await links.find(transaction, name, locked=True)
        now = self._clock()
        if not link.knock_hash and link.ended is not None:
            raise Ended("revoked")
        if not proofs.is_same(link.knock_hash, proofs.hashed(said.get("knock"))):
            return web.json_response({"error": "damaged"}, status=403)
        if (how := link.end(now)) is not None:
            raise Ended(how)
        if link.locked_until > now:
            raise Locked(_seconds(link.locked_until, now), guessed=True)
        if link.protected and said.get("typed") is not True:
            # A page does not know before it asks; that is no guess.
            return web.json_response({"error": "password"}, status=401)
        if not proofs.is_same(link.proof_hash, proofs.hashed(said.get("proof"))):
            return await self._wrong(transaction, link, now)
        return link

    async def _wrong(self, transaction: Transaction, link: HeldLink, now: int) -> web.Response:
        wrong = link.wrong + 1
        until = proofs.lock_after(wrong, now)
        await links.note_wrong(transaction, link.id, wrong, until)
        if until:
            await events.add(transaction, link.id, "locked", now)
        left = 0 if until else proofs.TRIES - wrong % proofs.TRIES
        waits = {"seconds": _seconds(until, now)} if until else {}
        return web.json_response({"error": "wrong_password", "left": left, **waits}, status=403)

    async def _lease(self, transaction: Transaction, request: web.Request) -> Lease:
        lease = await leases.find(transaction, ticket_of(request), self._clock())
        if lease.link != request.match_info["link"]:
            raise Unknown("ticket")
        return lease


def _ticket(said: dict[str, Any]) -> str:
    """Return the ticket that *said* shows, a new one where it shows none; raises ``HTTPBadRequest``."""
    shown = said.get("ticket")
    if shown is None:
        return proofs.new_ticket()
    if not proofs.is_shown(shown):
        # Not « unknown »: that would be said of the link.
        raise web.HTTPBadRequest
    return str(shown)


def _seconds(until: int, now: int) -> int:
    return min(-(-(until - now) // 1000), 10**7)


def ticket_of(request: web.Request) -> bytes:
    """Return the hash of the ticket that *request* shows (never in its address); raises :class:`Unknown`."""
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    return proofs.hashed(shown if scheme == "Ticket" else None)
