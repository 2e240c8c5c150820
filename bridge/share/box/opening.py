"""What a citizen may do at a drop box: read what it asks, deposit, and come back to what they have deposited."""

import json
import re
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

from aiohttp import web

from bots.database.engine import Database, Transaction
from bridge.share import proofs
from bridge.share.disk import Blobs, collect
from bridge.share.encoded import read_bytes
from bridge.share.errors import Ended, Unknown
from bridge.share.guard import address_of
from bridge.share.limiting import Addresses, Buckets, Makers, Seats
from bridge.share.reading import read_object
from bridge.share.settings import Clock, ShareSettings
from bridge.share.store import boxes
from bridge.share.store.blobs import Blob
from bridge.share.store.boxes import HALF_MS, Box, Deposit
from bridge.share.uploading import Uploads

ID: Final = re.compile(r"[A-Za-z0-9_-]{16}")
SEALED: Final = "application/vnd.beffroi.sealed"
MOST_SEAL: Final = 8 * 2**20
_ANSWERS: Final = 2**20
_NAMED: Final = 8192
_HASHED: Final = 64
"""In base64, with some room."""
_MOST_FILES: Final = 20
_PATIENCE_S: Final = 60.0


class Drop:
    """``POST /d/<box>/…``: JSON in, against the box's knock or the deposit's hold; nothing of it is ever logged."""

    def __init__(
        self,
        database: Database,
        disk: Blobs,
        settings: ShareSettings,
        clock: Clock,
        addresses: Addresses,
        uploads: Uploads,
    ) -> None:
        self._database, self._disk, self._settings, self._clock = database, disk, settings, clock
        self._addresses, self._uploads = addresses, uploads
        self._asked = Buckets(burst=240, every_ms=1000)
        # A town hall, or a school, has one address.
        self._begun = Buckets(burst=30, every_ms=20_000)
        self._makers = Makers()
        # Each is a message in a room.
        self._sealed = Buckets(burst=60, every_ms=60_000)
        # Of those one address may take half: whoever seals without end leaves others their turn.
        self._turns = Buckets(burst=30, every_ms=120_000)
        self._seats = Seats(settings.streams, settings.streams_each)

    async def open(self, request: web.Request) -> web.Response:
        """Give out the sealed descriptor, against the knock."""
        said = await self._said(request)
        async with self._database.begin() as transaction:
            box = await self._knocked(transaction, request, said)
        terms = json.dumps({"expires": box.expires, "open": box.is_open(self._clock()), "ended": box.ended})
        return web.Response(body=box.sealed, content_type=SEALED, headers={"Beffroi-Terms": terms})

    async def begin(self, request: web.Request) -> web.Response:
        """Begin a deposit of files of these sizes, under an id and a hold of the visitor's own making."""
        said = await self._said(request)
        sizes, name = said.get("sizes"), said.get("deposit")
        if not isinstance(name, str) or ID.fullmatch(name) is None:
            raise web.HTTPBadRequest
        if not isinstance(sizes, list) or len(sizes) > _MOST_FILES or not all(_is_size(size) for size in sizes):
            raise web.HTTPBadRequest
        now = self._clock()
        address = self._addresses.key(address_of(request, self._settings))
        self._begun.take(address, now)
        hold = proofs.hashed(said.get("hold"))
        async with self._database.begin() as transaction:
            box = await self._knocked(transaction, request, said, locked=True)
            if not box.is_open(now):
                raise Ended("revoked" if box.ended else "expired")
            new = Deposit(name, box.id, hold, now, now + HALF_MS, None, None, collected=False, said=None)
            is_theirs = partial(self._makers.is_of, address)
            blobs = await boxes.begin(transaction, box, new, sizes, self._settings.quota, is_theirs)
            # Before the box is let go: the next one of this address is to find it.
            self._makers.note(name, address)
        for blob in blobs:
            if blob.size == 0:
                await self._uploads.create_empty(blob.id)
        return web.json_response({"received": [blob.received for blob in blobs]}, status=201)

    async def file(self, request: web.Request) -> web.Response:
        """Take a file of a deposit, over tus: ``/d/<box>/<deposit>/<place>``."""
        place = request.match_info["place"]
        if not (place.isascii() and place.isdigit() and len(place) <= 2):
            raise Unknown("place")
        with self._seats.seat(self._addresses.key(address_of(request, self._settings))):
            async with self._database.begin() as transaction:
                deposit = await self._held(transaction, request)
                if deposit.kept is not None and request.method != "HEAD":
                    raise Unknown("it is sealed")
                held = await boxes.parts_of(transaction, deposit.id)
                if int(place) >= len(held):
                    raise Unknown("place")
            blob = held[int(place)]
            try:
                return await self._uploads.act(request, blob.id, blob.size)
            finally:
                # Also where the line was cut.
                await self._moved(deposit, int(place), blob)

    async def _moved(self, deposit: Deposit, place: int, before: Blob) -> None:
        """Give a deposit more time for each MiB, and each whole file, that comes: a byte now and then holds no room."""
        async with self._database.begin() as transaction:
            held = await boxes.parts_of(transaction, deposit.id)
            if place < len(held) and _is_further(held[place], before):
                await boxes.moved(transaction, deposit.id, self._clock() + HALF_MS)

    async def seal(self, request: web.Request) -> web.Response:
        """Keep a deposit whose files are whole, with what opens them, sealed: from now on it is not lost."""
        said = await self._said(request, MOST_SEAL * 4 // 3 + 1000)
        sealed = read_bytes(said.get("seal"))
        if sealed is None or not 0 < len(sealed) <= MOST_SEAL:
            raise web.HTTPBadRequest
        now = self._clock()
        # Around the transaction: what cannot be kept takes nobody's turn.
        with ExitStack() as turns:
            async with self._database.begin() as transaction:
                deposit = await self._held(transaction, request)
                if deposit.kept is None and len(sealed) > _most_seal(await boxes.parts_of(transaction, deposit.id)):
                    raise web.HTTPRequestEntityTooLarge(MOST_SEAL, len(sealed))
                kept, is_new = await boxes.seal(transaction, deposit.id, sealed, now)
                if is_new:
                    address = self._addresses.key(address_of(request, self._settings))
                    turns.enter_context(self._turns.turn(deposit.box.encode() + address, now))
                    turns.enter_context(self._sealed.turn(deposit.box.encode(), now))
        return web.json_response({"kept": kept})

    async def look(self, request: web.Request) -> web.Response:
        """Tell whoever holds a deposit what became of it: since when it is kept, and what the town says, sealed."""
        await self._said(request)
        async with self._database.begin() as transaction:
            deposit = await self._held(transaction, request)
        headers = {"Beffroi-Kept": str(deposit.kept or 0)}
        return web.Response(body=deposit.said or b"", content_type=SEALED, headers=headers)

    async def drop(self, request: web.Request) -> web.Response:
        """Let go of a deposit that was not sealed: its maker has thought better of it."""
        self._asked.take(self._addresses.key(address_of(request, self._settings)), self._clock())
        async with self._database.begin() as transaction:
            deposit = await self._held(transaction, request)
            if deposit.kept is None:
                await boxes.moved(transaction, deposit.id, 0)
                await boxes.sweep(transaction, self._clock())
        await collect(self._database, self._disk)
        return web.json_response({})

    async def _said(self, request: web.Request, most: int = 2**16) -> dict[str, Any]:
        self._asked.take(self._addresses.key(address_of(request, self._settings)), self._clock())
        return await read_object(request, partial(_body, request, most), _PATIENCE_S)

    async def _knocked(
        self, transaction: Transaction, request: web.Request, said: dict[str, Any], *, locked: bool = False
    ) -> Box:
        """Return the box to whoever has its address; an id alone may be read in a log."""
        name = request.match_info["box"]
        if ID.fullmatch(name) is None:
            raise Unknown("box")
        box = await boxes.find(transaction, name, locked=locked)
        if not box.knock_hash and box.ended:
            raise Ended("revoked")
        if not proofs.is_same(box.knock_hash, proofs.hashed(said.get("knock"))):
            raise Unknown("box")
        return box

    async def _held(self, transaction: Transaction, request: web.Request) -> Deposit:
        name, box = request.match_info["deposit"], request.match_info["box"]
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        if ID.fullmatch(name) is None or ID.fullmatch(box) is None or scheme != "Deposit":
            raise Unknown("deposit")
        return await boxes.deposit(transaction, box, name, proofs.hashed(shown))


def add_routes(app: web.Application, drop: Drop) -> None:
    """Add what citizens ask to the public *app*."""
    app.router.add_post("/d/{box}/open", drop.open)
    app.router.add_post("/d/{box}/begin", drop.begin)
    app.router.add_post("/d/{box}/{deposit}/seal", drop.seal)
    app.router.add_post("/d/{box}/{deposit}/look", drop.look)
    app.router.add_post("/d/{box}/{deposit}/drop", drop.drop)
    for method in ("HEAD", "OPTIONS", "PATCH", "POST"):
        app.router.add_route(method, "/d/{box}/{deposit}/file/{place}", drop.file)


def _most_seal(files: Sequence[Blob]) -> int:
    """Return how long what is sealed with *files* may be: forty long answers, names, a hash for each MiB."""
    return min(MOST_SEAL, sum(_NAMED + _HASHED * -(-file.size // 2**20) for file in files) + _ANSWERS)


def _is_further(now: Blob, before: Blob) -> bool:
    """Tell whether a file has passed another MiB, or its end."""
    return now.received // 2**20 > before.received // 2**20 or (now.whole and not before.whole)


def _is_size(raw: object) -> bool:
    return type(raw) is int and 0 <= raw < 2**53


async def _body(request: web.Request, most: int) -> bytes:
    """Return the body, *most* bytes at most, whatever the application lets through."""
    taken = bytearray()
    async for piece in request.content.iter_any():
        taken += piece
        if len(taken) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(taken))
    return bytes(taken)
