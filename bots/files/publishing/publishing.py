"""The errand that seals files for the share server and opens a link, and the one that tells its password (shell).

Each may be killed anywhere and done again: the link, its password and the names of its ciphertexts are derived from the
command (``sharing/secrets``), every step at the server changes nothing the second time, and the answer is said by the
errand's own transaction.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.later.payload import as_number, as_texts
from bots.assistant.talk.later.runner import Payload, excused, tried_later, unsaid
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.envelope.file import Attachment
from bots.files.library.entry import KIND as FILE
from bots.files.library.entry import Entry, id_of
from bots.files.library.request import library
from bots.files.publishing import store
from bots.files.publishing.counter import NOT_KNOWN, Counter, why
from bots.files.publishing.sealing import Sealed, looked_at, read_back, sealed
from bots.files.sharing import saying
from bots.files.sharing.errands import TELL
from bots.files.sharing.qr import picture
from bots.files.sharing.share import KIND, NEEDS, Share
from bots.links.client.errors import Away, Over, ShareRefused
from bots.links.client.server import ShareServer
from bots.links.format.manifest import Manifest
from bots.links.format.publication import Publication, Terms
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from config.identifiers import EventId, RoomId


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

    needs: ClassVar[Needs] = NEEDS
    """The names of the files, and where a password can be told."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Published:
        """Bring the ciphertext there, and publish what opens it, sealed."""
        asked: Json = {"room": str(request.room_id), "cause": str(request.event_id), "wish": dict(payload)}
        maker = self.counter.maker
        link, password = maker.link(asked), maker.password(asked) if payload["protected"] else None
        events = tuple(EventId(event_id) for event_id in as_texts(payload["files"]))
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
            as_number(payload["until"]),
            _maybe(payload["downloads"]),
            protected=password is not None,
        )
        # First: whoever leaves while it is being published has it closed.
        async with self.counter.database.begin() as transaction:
            await store.keep(transaction, share)
        if not await _is_known(self.counter.server(), link.id):
            files = [(name, *carried) for name, carried in zip(names, found, strict=True)]
            publication = await self._brought(
                edge, share, files, asked, password, burn=bool(payload["burn"]), whole=bool(payload["whole"])
            )
            await tried_later(self.counter.server().publish(publication), Away)
        code = await _coded(request, str(link), edge) if payload.get("qr") else None
        return Published(share, names, str(link), password, asked, code)

    async def _brought(
        self,
        edge: Edge,
        share: Share,
        files: Sequence[tuple[str, Entry, Attachment]],
        asked: Json,
        password: str | None,
        *,
        burn: bool,
        whole: bool,
    ) -> Publication:
        """Bring the ciphertexts of *files*, under these names, to the server; return what opens them."""
        maker = self.counter.maker
        with ExitStack() as stack:
            bundle = [
                stack.enter_context(await sealed(edge, entry, name, file, self.counter.folder, whole=whole))
                for name, entry, file in files
            ]
            shared = [
                await looked_at(self.counter.inspector, file, share.room_id, event_id)
                for file, event_id in zip(bundle, share.files, strict=True)
            ]
            blobs = maker.blobs(asked, len(bundle))
            await self._upload(bundle, blobs)
            terms = Terms(datetime.fromtimestamp(share.until / 1000, UTC), share.downloads, burn=burn)
            manifest = Manifest(tuple(shared), self.counter.sender)
            return await asyncio.to_thread(Publication.seal, maker.link(asked), password, manifest, blobs, terms)

    async def _upload(self, bundle: Iterable[Sealed], blobs: Sequence[str]) -> None:
        server = self.counter.server()
        for file, blob in zip(bundle, blobs, strict=True):
            if file.fresh:
                # What an earlier try has brought was sealed under another key.
                await tried_later(server.forget(blob), Away)
            await tried_later(server.upload(blob, file.file.size, file.source), Away)

    def finish(self, request: Request, payload: Payload, prepared: Published) -> Reply:
        """Tell the address; the password only where nobody else reads it, and never in the same message."""
        share = prepared.share
        place = request.room_id if request.private else request.alone_in
        errands: tuple[Errand, ...] = ()
        if prepared.password is not None and place is not None:
            errands = (Errand(TELL, share.link_id, _telling(prepared), room_id=place),)
        files = tuple((FILE, id_of(share.room_id, event_id)) for event_id in share.files)
        given, burn = bool(payload.get("given")), bool(payload.get("burn"))
        said = saying.opened(request, share, prepared.names, prepared.address, given=given, burn=burn)
        shows = ((KIND, share.link_id), *files)
        return Reply(said, shows=shows, errands=errands, attachment=prepared.picture)

    failed = excused(lambda request, error: saying.not_shared(request, why(error)))


@dataclass(frozen=True, slots=True)
class PasswordTeller:
    """Tells a password, in the direct conversation."""

    counter: Counter

    needs: ClassVar[Needs] = NOTHING

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
        return Reply(saying.password_is(request, room_id, cause, as_texts(payload.get("names")), prepared))

    # Nothing can fail but the database.
    failed = unsaid


async def _coded(request: Request, address: str, edge: Edge) -> Uploaded:
    """Return the QR code of *address*, encrypted: whoever reads it opens the link."""
    code = await asyncio.to_thread(picture, address)
    file = await edge.upload(code.data, content_type="image/png", encrypted=True)
    name = request.texts.gettext("link-qr.png")
    return Uploaded(file, name, "image/png", len(code.data), code.side, code.side)


async def _is_known(server: ShareServer, link_id: str) -> bool:
    """Tell whether a link was published before we died; raises ``Over`` where it has ended since."""
    try:
        state = await tried_later(server.look(link_id), Away)
    except ShareRefused as exc:
        if exc.status == NOT_KNOWN:
            return False
        raise
    if state.state in ("revoked", "expired", "burnt"):
        raise Over(state.state)
    return True


def _telling(published: Published) -> dict[str, Json]:
    """Return what the password is told of; it is told at once, so the names wait for a second at the most."""
    return {"asked": published.asked, "names": [*published.names]}


def _named(request: Request, event_id: EventId, sent_as: str) -> str:
    found = library(request).get(id_of(request.room_id, event_id))
    return sent_as if found is None else found.name


def _maybe(raw: Json) -> int | None:
    return raw if isinstance(raw, int) else None
