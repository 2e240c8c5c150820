"""Reading one address of a stranger's: judged at each step, bounded in size and time, following nothing unseen."""

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from yarl import URL

from bots.events.followed.address import BadAddress, read_address
from bots.events.followed.letters import LetterAnswer, LetterQuestion
from bridge.calendars.reach import Forbidden, Nowhere, Resolver

_MOST: Final = 10 * 2**20
"""Bytes of a calendar at most, not compressed (``bots.calendar.format.lines.MOST_BYTES``)."""
_MOST_TAG: Final = 500
_REDIRECTS: Final = 5
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_LONGEST_SORRY_S: Final = 86_400
_HEADERS: Final = {
    "Accept": "text/calendar, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "User-Agent": "Beffroi (calendar subscription)",
}


class _Failed(Exception):
    """There is nothing to read; *answer* says why."""

    def __init__(self, answer: LetterAnswer) -> None:
        super().__init__(answer.outcome)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Reads addresses; *private*: also http, and wherever names lead. One reading takes *patience_s* at most.

    *trust*: whose certificates are believed, where not those that the machine believes.
    """

    private: bool = False
    patience_s: float = 45.0
    resolver: Resolver = field(default_factory=Resolver)
    trust: ssl.SSLContext | None = None

    async def read(self, question: LetterQuestion) -> LetterAnswer:
        """Return what became of *question*; whatever its server does, this returns."""
        try:
            async with asyncio.timeout(self.patience_s):
                return await self._followed(question)
        except _Failed as exc:
            return exc.answer
        except (Forbidden, TimeoutError, aiohttp.ClientError, zlib.error, OSError, ValueError) as exc:
            return LetterAnswer(_why(exc))

    async def _followed(self, question: LetterQuestion) -> LetterAnswer:
        address = question.address
        for _ in range(_REDIRECTS + 1):
            async with self._asked(address, question) as response:
                if response.status not in _MOVED:
                    return await self._answered(response)
                target = response.headers.get("Location", "")
            try:
                # Against the address that redirects; then judged as if somebody had typed it.
                address = str(URL(address).join(URL(target)))
            except ValueError as exc:
                raise _Failed(LetterAnswer("garbled")) from exc
        raise _Failed(LetterAnswer("redirects"))

    @asynccontextmanager
    async def _asked(self, address: str, question: LetterQuestion) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            url = URL(read_address(address, plain=self.private), encoded=True)
        except BadAddress as exc:
            raise _Failed(LetterAnswer("address")) from exc
        # What is written in digits aiohttp hands to the system unseen: 127.0.0.1, and 2130706433, which is the same.
        resolver = Resolver(_anywhere) if self.private else self.resolver
        if _is_number(url.host or "") and not resolver.judge(url.host or ""):
            raise _Failed(LetterAnswer("address"))
        known = {"If-None-Match": question.etag, "If-Modified-Since": question.modified}
        headers = {**_HEADERS, **{name: value for name, value in known.items() if value}}
        connector = aiohttp.TCPConnector(
            resolver=resolver, use_dns_cache=False, force_close=True, ssl=True if self.trust is None else self.trust
        )
        timeout = aiohttp.ClientTimeout(total=self.patience_s, sock_connect=10, sock_read=20)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=timeout,
                auto_decompress=False,
                # Neither a proxy of the machine's, nor passwords of a .netrc, nor anybody's cookies.
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            ) as http,
            http.get(url, headers=headers, allow_redirects=False) as response,
        ):
            yield response

    async def _answered(self, response: aiohttp.ClientResponse) -> LetterAnswer:
        tag, modified = (_line(response.headers.get(name, "")) for name in ("ETag", "Last-Modified"))
        if response.status == 304:
            return LetterAnswer("same", tag, modified)
        if response.status != 200:
            raise _Failed(LetterAnswer("status", status=response.status, sorry=_sorry(response)))
        return LetterAnswer("read", tag, modified, body=await self._body(response))

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """Return the body, unpacked piece by piece: a bomb is stopped at :data:`_MOST`, not at its end."""
        coding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip", "x-gzip"):
            raise _Failed(LetterAnswer("garbled"))
        unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in coding else None
        body = bytearray()
        async for piece in response.content.iter_chunked(2**16):
            left = _MOST + 1 - len(body)
            body += piece[:left] if unpacking is None else unpacking.decompress(piece, left)
            if len(body) > _MOST:
                raise _Failed(LetterAnswer("large"))
        if unpacking is not None and not unpacking.eof:
            raise _Failed(LetterAnswer("garbled"))
        return bytes(body)


def _why(error: BaseException) -> str:
    match error:
        case Forbidden():
            return "address"
        case TimeoutError():
            return "slow"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return "certificate"
        case aiohttp.ClientPayloadError() | zlib.error():
            return "garbled"
        case _:
            return "name" if isinstance(error.__cause__, Nowhere) else "away"


def _anywhere(_: str) -> bool:
    return True


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _line(value: str) -> str:
    return value if len(value) <= _MOST_TAG and value.isascii() and value.isprintable() else ""


def _sorry(response: aiohttp.ClientResponse) -> int:
    said = response.headers.get("Retry-After", "")
    return min(int(said), _LONGEST_SORRY_S) if said.isascii() and said.isdecimal() and len(said) < 8 else 0
