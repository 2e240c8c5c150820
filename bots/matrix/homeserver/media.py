"""Media to and from our homeserver as streams: memory stays flat, and nothing unverified is ever released.

nio's own way is not used: its ``download`` trusts the server's file name and saves an error page as a success, its
``upload`` encrypts at 10 MiB/s, and its decryption holds everything twice. See DESIGN.md.

Source: Matrix specification v1.18, client-server API, "Content repository".
"""

import asyncio
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, aclosing, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, Self, TypeVar

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from yarl import URL

from bots.envelope.cipher import Decryptor, Encryptor, Verifier
from bots.envelope.file import Attachment, EncryptedFile
from bots.envelope.port import Progress, Writer
from bots.envelope.stream import PIECE, Ahead, Behind, settled
from bots.matrix.errors import Refused, TooLarge, Unreachable
from bots.matrix.homeserver.http import decode_answer, path
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import MxcUri, ServerName

_T = TypeVar("_T")

_SLICE = 1 << 18  # what counts as progress when we send
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
        size = _size(source)
        if size > _LOOK_UP_ABOVE:
            # Synapse takes all of it before it says no, and cuts the connection if it is much too large.
            most = await self.largest()
            if most is not None and size > most:
                raise Refused(413, "M_TOO_LARGE", f"{size} bytes, the homeserver takes {most}")
        kind = _CIPHERTEXT if encrypted else content_type

        async def send(token: str) -> Attachment:
            # A key of its own for each try: the same key stream never meets two plaintexts.
            encryptor = Encryptor() if encrypted else None
            with _open(source) as stream:
                url = await self._send(_Body(stream, size, encryptor, progress), size, kind, token)
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
            with _Draft(target) as draft:
                done = await self._fetch(_url(file), _opening(file, draft.stream, size), most, token, progress)
                await settled(asyncio.ensure_future(asyncio.to_thread(draft.release)))
                return done

        return await self._tokens.authorised(fetch)

    async def _send(self, body: "_Body", size: int, content_type: str, token: str) -> MxcUri:
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
        body: "_Body | None" = None,
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


class _Body:
    """What we upload: read, encrypted and hashed a piece at a time in a thread, one piece ahead of the network."""

    def __init__(
        self, stream: BinaryIO, size: int, encryptor: Encryptor | None, progress: Progress | None = None
    ) -> None:
        self._stream = stream
        self._size = self._left = self._unsent = size
        self._encryptor = encryptor
        self._progress = progress
        self._ahead = Ahead(self._work)
        self._piece = memoryview(b"")

    @property
    def failure(self) -> OSError | None:
        """Why the file could not be read: aiohttp tells another story."""
        return self._ahead.failure

    def watch(self, moved: Callable[[], None], ended: Callable[[], None]) -> None:
        """Have *moved* called each time the network has taken something, *ended* when it has taken all."""
        self._moved, self._ended = moved, ended

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> memoryview:
        self._moved()
        if self._progress is not None:
            self._progress(self._size - self._unsent)
        if not self._piece:
            self._piece = memoryview(await self._ahead.next())
        if not self._piece:
            raise StopAsyncIteration
        part, self._piece = self._piece[:_SLICE], self._piece[_SLICE:]
        self._unsent -= len(part)
        if not self._unsent:
            # aiohttp counts too, and does not ask again.
            self._ended()
            if self._progress is not None:
                self._progress(self._size)
        return part

    def _work(self) -> bytes:
        if not self._left:
            return b""
        piece = self._stream.read(min(PIECE, self._left))
        if not piece:
            raise OSError("the file became shorter while it was uploaded")
        self._left -= len(piece)
        return piece if self._encryptor is None else self._encryptor.update(piece)

    async def settle(self) -> None:
        """Wait until no thread reads any more."""
        await self._ahead.settle()


class _Draft(AbstractContextManager["_Draft"]):
    """A file that takes its name when it is whole, and is gone otherwise."""

    def __init__(self, target: Path) -> None:
        self._target = target
        # Not made of the target's name, which may be as long as a name can be.
        self._draft = target.with_name(f".{secrets.token_hex(12)}.part")
        descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.stream = os.fdopen(descriptor, "wb")

    def release(self) -> None:
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self._draft.replace(self._target)
        # The name too must survive a power cut.
        folder = os.open(self._target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def __exit__(self, *_: object) -> None:
        # A full disk is met again when what is left in the buffer is written; the first error is the one to tell.
        with suppress(OSError):
            self.stream.close()
        self._draft.unlink(missing_ok=True)


def _size(source: bytes | Path) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def _open(source: bytes | Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(BytesIO(source)) if isinstance(source, bytes) else source.open("rb")


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
