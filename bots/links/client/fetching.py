"""A visitor's side of a share server, without a browser: what ``beffroi decrypt`` does. FORMAT.md §5."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from bots.links.client.errors import Away, Over, ShareRefused, Spent
from bots.links.format.address import ShareLink
from bots.links.format.chunks import CHUNK, ChunkOpener, chunk_length
from bots.links.format.encoding import encode
from bots.links.format.errors import DamagedLink, WrongSecret
from bots.links.format.keys import LinkKeys
from bots.links.format.manifest import MOST_BYTES, Manifest, SharedFile
from bots.links.format.seal import open_seal

_SPAN: Final = 64 * CHUNK
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=60)


def new_ticket() -> str:
    """Return what a download may be asked for with: 256 random bits, base64url."""
    return encode(secrets.token_bytes(32))


class PasswordWanted(Exception):
    """The link is protected."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link whose manifest was read; *keys* are secret."""

    link: ShareLink
    keys: LinkKeys
    manifest: Manifest
    protected: bool


class Visitor:
    """Opens links, over *http*. Raises ``Away``, ``Over``, ``ShareRefused`` and the errors of the format."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def open(self, link: ShareLink, password: str | None) -> Opened:
        """Return what *link* holds; no download is taken.

        Raises :class:`PasswordWanted` where one is and *password* is None, ``WrongSecret`` for a wrong one.
        """
        keys = await asyncio.to_thread(LinkKeys.derive, link, password)
        opened = Opened(link, keys, Manifest(()), password is not None)
        async with self._posted(opened, "open") as response:
            sealed = await response.content.read(MOST_BYTES + 1)
        return Opened(link, keys, open_seal(sealed, keys, link.id), opened.protected)

    async def lease(self, opened: Opened, drawn: str) -> str:
        """Take one download, for all files and a day; returns the ticket.

        *drawn* (``new_ticket()``) is the ticket that is asked for: with it an answer that was lost may be asked for
        again, and is the same download. A server of an earlier version answers with another one.
        """
        async with self._posted(opened, "lease", ticket=drawn) as response:
            ticket: str = (await response.json())["ticket"]
        return ticket

    async def done(self, opened: Opened, ticket: str) -> None:
        """Say that everything has arrived: a link that is read once is burnt by that."""
        async with self._posted(opened, "done", {"Authorization": f"Ticket {ticket}"}):
            return

    async def plaintext(self, opened: Opened, place: int, ticket: str, begin: int = 0) -> AsyncIterator[bytes]:
        """Yield the plaintext of file *place* from its piece *begin* on, each piece checked before it is decrypted.

        Raises ``Altered``, and ``Away`` where the line breaks: begin again behind what has come.
        """
        file = opened.manifest.files[place]
        opener = ChunkOpener(file.key, file.iv, file.chunks)
        index = begin
        while index < len(file.chunks):
            async for piece in self._pieces(opened.link, file, place, index, ticket):
                yield opener.open(index, piece)
                index += 1

    async def _pieces(
        self, link: ShareLink, file: SharedFile, place: int, index: int, ticket: str
    ) -> AsyncIterator[bytes]:
        start = index * CHUNK
        end = min(file.size, start + _SPAN)
        headers = {"Authorization": f"Ticket {ticket}", "Range": f"bytes={start}-{end - 1}"}
        url, right = f"{link.origin}/s/{link.id}/blob/{place}", f"bytes {start}-{end - 1}/{file.size}"
        options: dict[str, Any] = {"headers": headers, "timeout": _TIMEOUT, "allow_redirects": False}
        with _on_the_way():
            async with self._http.get(url, **options) as response:
                if response.status != 206 or response.headers.get("Content-Range", "") != right:
                    raise await _refused(response)
                while index * CHUNK < end:
                    yield await response.content.readexactly(chunk_length(index, file.size))
                    index += 1

    @asynccontextmanager
    async def _posted(
        self, opened: Opened, what: str, headers: Mapping[str, str] | None = None, **more: str
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        said = {
            **more,
            "knock": encode(opened.keys.knock),
            "proof": encode(opened.keys.proof),
            "typed": opened.protected,
        }
        url = f"{opened.link.origin}/s/{opened.link.id}/{what}"
        options: dict[str, Any] = {"headers": headers, "timeout": _TIMEOUT, "allow_redirects": False}
        with _on_the_way():
            async with self._http.post(url, json=said, **options) as response:
                if response.status != 200:
                    raise await _refused(response)
                yield response


@contextmanager
def _on_the_way() -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, ConnectionError, asyncio.IncompleteReadError) as error:
        raise Away(type(error).__name__) from error


async def _refused(response: aiohttp.ClientResponse) -> Exception:
    try:
        said = await response.json(content_type=None)
    except (aiohttp.ClientError, ValueError):
        said = None
    word = said.get("error") if isinstance(said, dict) else None
    if response.status == 410:
        return Over(str(word))
    known = {
        (401, "password"): PasswordWanted(),
        (403, "wrong_password"): WrongSecret("password"),
        (403, "spent"): Spent(),
        (403, "damaged"): DamagedLink("the part behind # is another"),
        (404, "unknown"): ShareRefused(404, "unknown"),
    }
    # Whatever else comes, a proxy may have made it up: it says nothing about the link.
    return known.get((response.status, str(word)), Away(str(response.status)))
