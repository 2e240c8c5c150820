"""The assistant's door to drop boxes: it opens and closes them, fetches what has come, and says what became of it."""

from typing import Final

from aiohttp import web

from bots.database.engine import Database
from bridge.share.api import Malformed, read_hash, read_object, read_time
from bridge.share.box.opening import ID, SEALED
from bridge.share.disk import Blobs, collect
from bridge.share.encoded import read_bytes
from bridge.share.errors import Unknown
from bridge.share.settings import Clock
from bridge.share.store import boxes
from bridge.share.store.boxes import NewBox, Waiting

_MOST_DESCRIPTOR: Final = 2**18
_MOST_SAID: Final = 2**18
_AT_ONCE: Final = 100


class BoxApi:
    """What the assistant asks about boxes."""

    def __init__(self, database: Database, disk: Blobs, clock: Clock) -> None:
        self._database, self._disk, self._clock = database, disk, clock

    async def open(self, request: web.Request) -> web.Response:
        """``PUT /api/boxes/<id>``: keep a box; the same again is the same box (200 instead of 201)."""
        new = read_box(_name(request, "box"), await request.read())
        async with self._database.begin() as transaction:
            fresh = await boxes.keep(transaction, new)
        return web.json_response({}, status=201 if fresh else 200)

    async def tell(self, request: web.Request) -> web.Response:
        """``GET /api/boxes/<id>``: how it stands."""
        async with self._database.begin() as transaction:
            box = await boxes.find(transaction, _name(request, "box"))
            had, waits = await boxes.counts(transaction, box.id)
        state = "closed" if box.ended else "open" if box.is_open(self._clock()) else "expired"
        return web.json_response({"state": state, "expires": box.expires, "deposits": had, "waiting": waits})

    async def agree(self, request: web.Request) -> web.Response:
        """``PUT /api/boxes/<id>/terms``: another date, an absolute one."""
        expires = read_time(read_object(await request.read()).get("expires"))
        async with self._database.begin() as transaction:
            await boxes.agree(transaction, _name(request, "box"), expires)
        return web.json_response({})

    async def close(self, request: web.Request) -> web.Response:
        """``DELETE /api/boxes/<id>``: nothing more comes in; known or not, once or again."""
        async with self._database.begin() as transaction:
            await boxes.close(transaction, _name(request, "box"), self._clock())
        await collect(self._database, self._disk)
        return web.Response(status=204)

    async def waiting(self, request: web.Request) -> web.Response:
        """``GET /api/deposits?after=<box>``: what has waited longest in each box, of a hundred boxes at most."""
        after = request.query.get("after", "")
        async with self._database.begin() as transaction:
            found = await boxes.first_of_each(transaction, after, _AT_ONCE)
        return web.json_response({"deposits": [{**_told(each), "waiting": count} for each, count in found]})

    async def waiting_in(self, request: web.Request) -> web.Response:
        """``GET /api/boxes/<id>/deposits?after=<kept>.<deposit>``: what waits behind that one, a hundred at most."""
        kept, _, deposit = request.query.get("after", "0.").partition(".")
        if not (kept.isascii() and kept.isdigit() and len(kept) <= 16):
            raise Malformed("after")
        async with self._database.begin() as transaction:
            found = await boxes.waiting_in(transaction, _name(request, "box"), (int(kept), deposit), _AT_ONCE)
        return web.json_response({"deposits": [_told(each) for each in found]})

    async def sealed(self, request: web.Request) -> web.Response:
        """``GET /api/deposits/<id>``: what was sealed for the town, and since when it is kept."""
        async with self._database.begin() as transaction:
            deposit = await boxes.kept(transaction, _name(request, "deposit"))
        headers = {"Beffroi-Kept": str(deposit.kept), "Beffroi-Box": deposit.box}
        return web.Response(body=deposit.seal, content_type=SEALED, headers=headers)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """``GET /api/deposits/<id>/<place>``: a ciphertext."""
        place = request.match_info["place"]
        async with self._database.begin() as transaction:
            deposit = await boxes.kept(transaction, _name(request, "deposit"))
            held = await boxes.parts_of(transaction, deposit.id)
        if not (place.isascii() and place.isdigit() and len(place) <= 2 and int(place) < len(held)):
            raise Unknown("place")
        return web.FileResponse(
            self._disk.path(held[int(place)].id), headers={"Content-Type": "application/octet-stream"}
        )

    async def say(self, request: web.Request) -> web.Response:
        """``PUT /api/deposits/<id>/said``: the town has it, and says so to its maker, sealed; its bytes go."""
        said = read_bytes(read_object(await request.read()).get("said"))
        if said is None or not 0 < len(said) <= _MOST_SAID:
            raise Malformed("said")
        async with self._database.begin() as transaction:
            await boxes.say(transaction, _name(request, "deposit"), said, self._clock())
        await collect(self._database, self._disk)
        return web.Response(status=204)


def add_routes(app: web.Application, box: BoxApi) -> None:
    """Add what the assistant asks about boxes to its door *app*."""
    app.router.add_put("/api/boxes/{box}", box.open)
    app.router.add_get("/api/boxes/{box}", box.tell)
    app.router.add_put("/api/boxes/{box}/terms", box.agree)
    app.router.add_delete("/api/boxes/{box}", box.close)
    app.router.add_get("/api/boxes/{box}/deposits", box.waiting_in)
    app.router.add_get("/api/deposits", box.waiting)
    app.router.add_get("/api/deposits/{deposit}", box.sealed)
    app.router.add_get("/api/deposits/{deposit}/file/{place}", box.file)
    app.router.add_put("/api/deposits/{deposit}/said", box.say)


def read_box(name: str, raw: bytes) -> NewBox:
    """Return what the assistant wants kept; raises :class:`Malformed`. Pure."""
    said = read_object(raw)
    sealed = read_bytes(said.get("sealed"))
    if sealed is None or not 0 < len(sealed) <= _MOST_DESCRIPTOR:
        raise Malformed("sealed")
    return NewBox(
        id=name,
        knock_hash=read_hash(said.get("knock_hash"), "knock_hash"),
        sealed=sealed,
        expires=read_time(said.get("expires")),
        files=_number(said.get("files"), "files"),
        size=_number(said.get("size"), "size"),
        quota=_number(said.get("quota"), "quota"),
    )


def _told(waiting: Waiting) -> dict[str, object]:
    return {"deposit": waiting.id, "box": waiting.box, "kept": waiting.kept}


def _name(request: web.Request, what: str) -> str:
    name = request.match_info[what]
    if ID.fullmatch(name) is None:
        raise Malformed(what)
    return name


def _number(raw: object, where: str) -> int:
    if type(raw) is not int or not 0 <= raw < 2**53:
        raise Malformed(where)
    return raw
