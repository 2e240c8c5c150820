"""The assistant's errands at the share server: publish, close, one more download, how the links stand (shell).

Each may be killed anywhere and done again: the link, its password and the names of its ciphertexts are derived from the
command (``sharing/secrets``), every step at the server changes nothing the second time, and the answer is said by the
errand's own transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.runner import Payload, Runner
from bots.database.engine import Database
from bots.envelope.errors import EnvelopeError
from bots.files.library.entry import KIND as FILE
from bots.files.library.entry import id_of
from bots.files.library.request import NAME as FILES
from bots.files.library.request import library
from bots.files.publishing import store
from bots.files.publishing.locking import LOCKED, Locking
from bots.files.publishing.sealing import CannotShare, Sealed, looked_at, read_back, sealed
from bots.files.scanning.inspector import Inspector
from bots.files.sharing import commands, saying
from bots.files.sharing.qr import picture
from bots.files.sharing.saying import Standing
from bots.files.sharing.secrets import LinkMaker
from bots.files.sharing.share import KIND, NEEDS, Share
from bots.links.client.errors import Away, Over, ShareRefused
from bots.links.client.server import ShareServer
from bots.links.format.manifest import Manifest
from bots.links.format.publication import Publication, Terms
from bots.matrix.errors import Refused, TooLarge, Unreachable
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from config.identifiers import EventId, RoomId

_T = TypeVar("_T")
_NOT_KNOWN: Final = 404
_MOST_LOOKED_AT: Final = 20


@dataclass(frozen=True, slots=True)
class Counter:
    """What all errands at the share server need; *folder* is where ciphertext lies on its way, *sender* the town."""

    server: Callable[[], ShareServer]
    database: Database
    maker: LinkMaker
    folder: Path
    sender: str
    now_ms: Callable[[], int]
    inspector: Inspector | None = None
    """Who asks the antivirus; None: the town has none."""

    def runners(self) -> Mapping[str, Runner]:
        """Return what does each errand."""
        return {
            commands.PUBLISH: Publishing(self),
            commands.TELL: Telling(self),
            commands.END: Ending(self),
            commands.MORE: Adding(self),
            commands.LOOK: Looking(self),
            LOCKED: Locking(),
        }


@dataclass(frozen=True, slots=True)
class Published:
    """A link that is open."""

    share: Share
    names: tuple[str, ...]
    address: str
    password: str | None
    asked: Json
    picture: Uploaded | None = None


@dataclass(frozen=True, slots=True)
class Publishing:
    """Seals files for the share server and opens a link."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """The names of the files, and where a password can be told."""
        return NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Published:
        """Bring the ciphertext there, and publish what opens it, sealed."""
        asked: Json = {"room": str(request.room_id), "cause": str(request.event_id), "wish": dict(payload)}
        maker = self.counter.maker
        link, password = maker.link(asked), maker.password(asked) if payload["protected"] else None
        events = tuple(EventId(event_id) for event_id in _list(payload["files"]))
        found = [
            await read_back(edge, request.room_id, event_id, request.sender, self.counter.now_ms())
            for event_id in events
        ]
        names = tuple(_named(request, event_id, entry.name) for event_id, (entry, _) in zip(events, found, strict=True))
        share = Share(
            link.id,
            request.room_id,
            request.event_id,
            request.sender,
            events,
            _number(payload["until"]),
            _maybe(payload["downloads"]),
            protected=password is not None,
        )
        # First: whoever leaves while it is being published has it closed.
        async with self.counter.database.begin() as transaction:
            await store.keep(transaction, share)
        if not await _is_known(self.counter.server(), link.id):
            with ExitStack() as stack:
                bundle = [
                    stack.enter_context(
                        await sealed(edge, entry, name, file, self.counter.folder, whole=bool(payload["whole"]))
                    )
                    for name, (entry, file) in zip(names, found, strict=True)
                ]
                shared = [
                    await looked_at(self.counter.inspector, each, request.room_id, event_id)
                    for each, event_id in zip(bundle, events, strict=True)
                ]
                blobs = maker.blobs(asked, len(bundle))
                await self._upload(bundle, blobs)
                terms = Terms(
                    datetime.fromtimestamp(share.until / 1000, UTC), share.downloads, burn=bool(payload["burn"])
                )
                manifest = Manifest(tuple(shared), self.counter.sender)
                publication = await asyncio.to_thread(Publication.seal, link, password, manifest, blobs, terms)
            await _asked(self.counter.server().publish(publication))
        code = await _coded(request, str(link), edge) if payload.get("qr") else None
        return Published(share, names, str(link), password, asked, code)

    async def _upload(self, bundle: Iterable[Sealed], blobs: Sequence[str]) -> None:
        server = self.counter.server()
        for file, blob in zip(bundle, blobs, strict=True):
            if file.fresh:
                # What an earlier try has brought was sealed under another key.
                await _asked(server.forget(blob))
            await _asked(server.upload(blob, file.file.size, file.source))

    def finish(self, request: Request, payload: Payload, prepared: Published) -> Reply:
        """Tell the address; the password only where nobody else reads it."""
        del payload
        share = prepared.share
        told = prepared.password if request.private else None
        place = commands.private_of(request)
        errands: tuple[Errand, ...] = ()
        if prepared.password is not None and not request.private and isinstance(place, str):
            errands = (Errand(commands.TELL, share.link_id, _telling(prepared), room_id=RoomId(place)),)
        files = tuple((FILE, id_of(share.room_id, event_id)) for event_id in share.files)
        said = saying.opened(request, share, prepared.names, prepared.address, told)
        shows = ((KIND, share.link_id), *files)
        return Reply(said, shows=shows, errands=errands, attachment=prepared.picture)

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why there is no link."""
        del payload
        return Reply(saying.not_shared(request, _why(error)))


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells a password, in the direct conversation."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """Nothing but the room."""
        return Needs()

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> str:
        """Derive it again."""
        del request, edge
        return self.counter.maker.password(payload["asked"])

    def finish(self, request: Request, payload: Payload, prepared: str) -> Reply | None:
        """Say it, unless others have come to read along."""
        asked = payload["asked"]
        if not request.private or not isinstance(asked, dict):
            return None
        room_id, cause = RoomId(str(asked["room"])), EventId(str(asked["cause"]))
        return Reply(saying.password_is(request, room_id, cause, _list(payload.get("names")), prepared))

    def failed(self, request: Request, payload: Payload, error: Exception) -> None:
        """Nothing can fail but the database."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Closes a link at somebody's word."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """The names of what it holds."""
        return NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Share | None:
        """Close it at the server, then here."""
        del edge
        share = await _known(self.counter, request, payload)
        await _asked(self.counter.server().revoke(str(payload["link"])))
        async with self.counter.database.begin() as transaction:
            await store.end(transaction, str(payload["link"]))
        return share

    def finish(self, request: Request, payload: Payload, prepared: Share | None) -> Reply:
        """Say that it is closed."""
        del payload
        return Reply(saying.over(request, "") if prepared is None else saying.ended(request, prepared))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say that it is still open."""
        del payload
        return Reply(saying.not_closed(request)) if isinstance(error, Unreachable) else _failed(request, error)


@dataclass(frozen=True, slots=True)
class Adding:
    """Gives a link one download more; how many it is to have stands in the payload, so that twice is once."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """The names of what it holds."""
        return NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Share | None:
        """Agree with the server."""
        del edge
        share = await _known(self.counter, request, payload)
        if share is None:
            return None
        count, server = _number(payload["downloads"]), self.counter.server()
        terms = Terms(datetime.fromtimestamp(share.until / 1000, UTC), count)
        await _asked(server.agree(share.link_id, terms))
        async with self.counter.database.begin() as transaction:
            await store.agree(transaction, share.link_id, count)
        return replace(share, downloads=count)

    def finish(self, request: Request, payload: Payload, prepared: Share | None) -> Reply:
        """Say how many it has now."""
        if prepared is None:
            return Reply(saying.over(request, ""))
        return Reply(saying.more(request, prepared, _number(payload["downloads"])), shows=((KIND, prepared.link_id),))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why not."""
        del payload
        return _failed(request, error)


@dataclass(frozen=True, slots=True)
class Looking:
    """Asks how the open links of a room stand."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """The names of what they hold."""
        return Needs(kept=frozenset({FILES}))

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> list[Standing]:
        """Ask of each; what has ended by itself is noted."""
        del payload, edge
        async with self.counter.database.begin() as transaction:
            known = await store.open_in(transaction, request.room_id, self.counter.now_ms())
        found = [await self._look(share) for share in known[:_MOST_LOOKED_AT]]
        over = {standing.share.link_id for standing in found if standing.state not in ("", "open", "exhausted")}
        async with self.counter.database.begin() as transaction:
            for link_id in over:
                await store.end(transaction, link_id)
        return [standing for standing in found if standing.share.link_id not in over]

    async def _look(self, share: Share) -> Standing:
        try:
            state = await self.counter.server().look(share.link_id)
        except Over as exc:
            return Standing(share, exc.how)
        except ShareRefused as exc:
            return Standing(share, "revoked" if exc.status == _NOT_KNOWN else "")
        except Away:
            return Standing(share, "")
        return Standing(share, state.state, state.used, state.opened, state.last_opened, state.locked)

    def finish(self, request: Request, payload: Payload, prepared: list[Standing]) -> Reply:
        """List them, numbered."""
        del payload
        shows = tuple((KIND, standing.share.link_id) for standing in prepared)
        return Reply(saying.listed(request, prepared), shows=shows, lists=bool(shows))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why not."""
        del payload
        return _failed(request, error)


async def _coded(request: Request, address: str, edge: Edge) -> Uploaded:
    """Return the QR code of *address*, encrypted: whoever reads it opens the link."""
    code = await asyncio.to_thread(picture, address)
    file = await edge.upload(code.data, content_type="image/png", encrypted=True)
    name = request.texts.gettext("link-qr.png")
    return Uploaded(file, name, "image/png", len(code.data), code.side, code.side)


async def _known(counter: Counter, request: Request, payload: Payload) -> Share | None:
    async with counter.database.begin() as transaction:
        known = await store.open_in(transaction, request.room_id, counter.now_ms())
    return next((share for share in known if share.link_id == payload["link"]), None)


async def _is_known(server: ShareServer, link_id: str) -> bool:
    """Tell whether a link was published before we died; raises ``Over`` where it has ended since."""
    try:
        state = await _asked(server.look(link_id))
    except ShareRefused as exc:
        if exc.status == _NOT_KNOWN:
            return False
        raise
    if state.state in ("revoked", "expired", "burnt"):
        raise Over(state.state)
    return True


async def _asked(asking: Awaitable[_T]) -> _T:
    """Await what the share server is asked; one that is away is tried again later, as any other server is."""
    try:
        return await asking
    except Away as exc:
        raise Unreachable("the share server") from exc


def _failed(request: Request, error: Exception) -> Reply:
    return Reply(
        saying.over(request, error.how) if isinstance(error, Over) else saying.not_shared(request, _why(error))
    )


def _telling(published: Published) -> dict[str, Json]:
    """Return what the password is told of; it is told at once, so the names wait for a second at the most."""
    return {"asked": published.asked, "names": [*published.names]}


def _why(error: Exception) -> str:
    match error:
        case CannotShare():
            return error.why
        case Refused(status=404):
            return "gone"
        case TooLarge():
            return "large"
        case EnvelopeError():
            return "altered"
        case Unreachable() | TimeoutError() | Away():
            return "away"
        case _:
            return ""


def _named(request: Request, event_id: EventId, sent_as: str) -> str:
    found = library(request).get(id_of(request.room_id, event_id))
    return sent_as if found is None else found.name


def _list(raw: Json) -> list[str]:
    return [str(each) for each in raw] if isinstance(raw, list) else []


def _number(raw: Json) -> int:
    assert isinstance(raw, int)
    return raw


def _maybe(raw: Json) -> int | None:
    return raw if isinstance(raw, int) else None
