"""Media to and from our homeserver as streams: memory stays flat, and nothing unverified is ever released.

nio's own way is not used: its ``download`` trusts the server's file name and saves an error page as a success, its
``upload`` encrypts at 10 MiB/s, and its decryption holds everything twice. See DESIGN.md.

Source: Matrix specification v1.18, client-server API, "Content repository".
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Protocol, TypeVar

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from yarl import URL

from bots.envelope.cipher import Decryptor, Encryptor, Verifier
from bots.envelope.file import Attachment, EncryptedFile
from bots.envelope.port import Progress, Writer
from bots.envelope.stream import PIECE, Behind, settled
from bots.matrix.errors import Refused, TooLarge, Unreachable
from bots.matrix.homeserver.ends import Body, UnfinishedFile, opened, size_of
from bots.matrix.homeserver.http import decode_answer, path
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import MxcUri, ServerName

_T = TypeVar("_T")

_MOST_ANSWER = 1 << 16
_LOOK_UP_ABOVE = 1 << 20
_STILL_S = 30.0
_STORING_S = 300.0
_UPLOAD = "/_matrix/media/v3/upload"
_CIPHERTEXT = "application/octet-stream"
_NO_TIMEOUT = ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


class Tokens(Protocol):
    """Who gives us access tokens: the session."""

    async def authorised(self, send: Callable[[str], Awaitable[_T]]) -> _T:
        """Run *send* with an access token, and a second time with a new one after a soft logout."""


class Media:
    """The content repository, as seen from one account.

    *still_s* is how long a transfer may stand still, not how long it may take; *storing_s* is how long the homeserver
    may be silent while it stores what it got, or fetches from a server that is not *server* what we want: Synapse
    fetches all of it before it sends a byte. Retries are the caller's.
    """

    def __init__(
        self,
        homeserver_url: str,
        server: ServerName,
        tokens: Tokens,
        *,
        still_s: float = _STILL_S,
        storing_s: float = _STORING_S,
    ) -> None:
        self._base = homeserver_url.rstrip("/")
        self._server = server
        self._tokens = tokens
        self._still_s = still_s
        self._storing_s = storing_s
        self._client: ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def largest(self) -> int | None:
        """Return how many bytes the homeserver takes in one upload, None when it does not say.

        Raises ``Refused``, ``LoggedOut`` and ``Unreachable``.
        """

        async def ask(token: str) -> Raw:
            async with self._exchange("GET", path("media", "config", version="v1"), token) as (response, _):
                return await _json(response)

        size = (await self._tokens.authorised(ask)).get("m.upload.size")
        return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None

    async def upload(
        self, source: bytes | Path, *, content_type: str, encrypted: bool, progress: Progress | None = None
    ) -> Attachment:
        """Upload *source* and return what names it in an event; encrypted on the way if *encrypted*.

        *progress* is told how many bytes the network has taken. The homeserver gets no file name, and of an encrypted
        file no type either. Raises ``Refused`` (``M_TOO_LARGE`` when the homeserver does not take that many bytes),
        ``LoggedOut``, ``Unreachable``, and ``OSError`` when the file cannot be read or became shorter meanwhile.
        """
        size = size_of(source)
        if size > _LOOK_UP_ABOVE:
            # Synapse takes all of it before it says no, and cuts the connection if it is much too large.
            most = await self.largest()
            if most is not None and size > most:
                raise Refused(413, "M_TOO_LARGE", f"{size} bytes, the homeserver takes {most}")
        kind = _CIPHERTEXT if encrypted else content_type

        async def send(token: str) -> Attachment:
            # A key of its own for each try: the same key stream never meets two plaintexts.
            encryptor = Encryptor() if encrypted else None
            with opened(source) as stream:
                url = await self._send(Body(stream, size, encryptor, progress), size, kind, token)
            return url if encryptor is None else encryptor.finish(url)

        return await self._tokens.authorised(send)

    async def download(self, file: Attachment, *, most: int) -> bytes:
        """Return the plaintext of *file*, *most* bytes at most, after its hash was found right.

        Raises ``TooLarge``, ``Corrupt``, ``Refused`` (404 when it is gone), ``LoggedOut`` and ``Unreachable``.
        """

        async def fetch(token: str) -> bytes:
            sink = BytesIO()
            await self._fetch(_url(file), _opening(file, sink, None), most, token)
            return sink.getvalue()

        return await self._tokens.authorised(fetch)

    async def pass_on(
        self, file: EncryptedFile, sink: Writer, *, most: int, also: Callable[[bytes], object] | None = None
    ) -> int:
        """Write the *ciphertext* of *file* to *sink*, unchanged, and return its size in bytes.

        Only once this has returned is it known to be what its sender hashed. *also* is given each piece, too, in a
        thread. Raises as :meth:`download` does, and what *sink* raises.
        """

        async def fetch(token: str) -> int:
            verifier = Verifier(file.sha256)
            works = _Works((sink.write, verifier.update, *(() if also is None else (also,))), verifier.finish)
            return await self._fetch(file.url, works, most, token)

        return await self._tokens.authorised(fetch)

    async def save(
        self,
        file: Attachment,
        target: Path,
        *,
        most: int,
        size: int | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Write the plaintext of *file* to *target* and return its size in bytes; *size* is what its sender said.

        *target* appears, or is replaced, at once and after the hash was found right; when anything goes wrong it is
        as it was, and nothing else is left in its folder. Raises as :meth:`download` does, and ``OSError``.
        """

        async def fetch(token: str) -> int:
            with UnfinishedFile(target) as draft:
                done = await self._fetch(_url(file), _opening(file, draft.stream, size), most, token, progress)
                await settled(asyncio.ensure_future(asyncio.to_thread(draft.release)))
                return done

        return await self._tokens.authorised(fetch)

    async def _send(self, body: Body, size: int, content_type: str, token: str) -> MxcUri:
        headers = {"Content-Type": content_type, "Content-Length": str(size)}
        try:
            async with self._exchange("POST", _UPLOAD, token, body=body, headers=headers) as (response, _):
                answer = await _json(response)
        except Unreachable:
            if body.failure is not None:
                raise body.failure from None
            raise
        finally:
            await body.settle()
        try:
            return MxcUri.parse(answer.get("content_uri"))
        except MalformedId as exc:
            raise Unreachable("an upload without an mxc") from exc

    async def _fetch(
        self, url: MxcUri, works: "_Works", most: int, token: str, progress: Progress | None = None
    ) -> int:
        done = 0
        target = path("media", "download", url.server, url.media_id, version="v1")
        patience = self._still_s if url.server == self._server else self._storing_s
        async with self._exchange("GET", target, token, patience=patience) as (response, moved):
            await _expect_media(response, most)
            async with Behind(works.each) as behind, aclosing(_pieces(response, moved, most)) as pieces:
                async for piece in pieces:
                    await behind.give(piece)
                    done += len(piece)
                    if progress is not None:
                        progress(done)
        works.finish()
        return done

    @asynccontextmanager
    async def _exchange(
        self,
        method: str,
        target: str,
        token: str,
        *,
        patience: float | None = None,
        body: Body | None = None,
        headers: dict[str, str] | None = None,
    ) -> AsyncIterator[tuple[ClientResponse, Callable[[], None]]]:
        """Send a request; yield the answer and what to call at each sign of life.

        What goes wrong on the way is translated, also in the block that uses the answer.
        """
        if self._client is None:
            # What comes is hashed or parsed as it is on the wire, and nobody else's cookies belong here.
            self._client = ClientSession(
                cookie_jar=DummyCookieJar(), auto_decompress=False, timeout=_NO_TIMEOUT, read_bufsize=PIECE
            )
        own = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity", **(headers or {})}
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(patience or self._still_s) as watch:

                def moved(seconds: float = self._still_s) -> None:
                    if not watch.expired():
                        watch.reschedule(loop.time() + seconds)

                if body is not None:
                    body.watch(moved, lambda: moved(self._storing_s))
                async with self._client.request(
                    method, URL(self._base + target, encoded=True), data=body, headers=own, allow_redirects=False
                ) as response:
                    moved()
                    yield response, moved
        except TimeoutError as exc:
            raise Unreachable(f"{method} stood still") from exc
        except (ClientError, ConnectionError) as exc:
            raise Unreachable(f"{method} failed: {type(exc).__name__}") from exc


@dataclass(frozen=True, slots=True)
class _Works:
    """What becomes of each piece that comes, and what is asked at the end."""

    each: tuple[Callable[[bytes], object], ...]
    finish: Callable[[], None]


def _url(file: Attachment) -> MxcUri:
    return file.url if isinstance(file, EncryptedFile) else file


def _opening(file: Attachment, sink: Writer, size: int | None) -> _Works:
    """Return what writes the plaintext of *file* to *sink*."""
    if not isinstance(file, EncryptedFile):
        return _Works((sink.write,), lambda: None)
    decryptor = Decryptor(file, size)
    return _Works((decryptor.verify, lambda piece: sink.write(decryptor.decrypt(piece))), decryptor.finish)


async def _expect_media(response: ClientResponse, most: int) -> None:
    if response.status != 200:
        await _json(response)
        raise Unreachable(f"status {response.status} instead of a media")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Unreachable("an encoding that we did not ask for")
    length = response.content_length
    if length is None and "chunked" not in response.headers.get("Transfer-Encoding", "").lower():
        # Where the end of the connection is the end of the body, a cut looks like success.
        raise Unreachable("a media of unknown length")
    if length is not None and length > most:
        raise TooLarge(most, length)


async def _pieces(response: ClientResponse, moved: Callable[[], None], most: int) -> AsyncGenerator[bytes, None]:
    """Yield the body in pieces of ``PIECE`` bytes or more, the last one shorter; stop at the first byte too many."""
    held: list[bytes] = []
    size = total = 0
    async for chunk in response.content.iter_any():
        moved()
        held.append(chunk)
        size += len(chunk)
        total += len(chunk)
        if total > most:
            raise TooLarge(most)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


async def _json(response: ClientResponse) -> Raw:
    text = await response.content.read(_MOST_ANSWER)
    while len(text) < _MOST_ANSWER and (more := await response.content.read(_MOST_ANSWER - len(text))):
        text += more
    return decode_answer(response.status, text, response.headers.get("Retry-After"))
