"""A clamd on this machine, asked over a socket: ``scan(stream, size)`` says what it finds (shell).

Plaintext goes there, so the socket is one of this machine (``config.sections.antivirus``). We write nothing of a file
to disk; clamd keeps a copy in its ``TemporaryDirectory`` while it looks.

Source: clamd(8), "INSTREAM".
"""

import asyncio
import socket
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from bots.antivirus.probes import probes
from bots.antivirus.verdict import MOST_ANSWER, Scan, Version, Why, read, read_version, unscanned

_CONNECT_S: Final = 10.0
_PIECE: Final = 1 << 20
_PROBED_S: Final = 3600.0
"""After how long clamd is asked again whether it says what it has not opened."""


@dataclass(slots=True)
class Clamd:
    """The clamd that listens on *address*: the path of its socket, or a port of loopback.

    *largest*: bytes of a file that is sent there at all; no more than its ``StreamMaxLength``. *patience_s*: how long
    it may take for one file.
    """

    address: Path | int
    largest: int
    patience_s: float = 120.0
    _believed: float = field(default=float("-inf"), init=False)
    """Until when (seconds of the monotonic clock) it needs not be probed again."""

    async def scan(self, stream: AsyncIterable[bytes], size: int, *, patience_s: float | None = None) -> Scan:
        """Return what there is in *stream*, a plaintext of *size* bytes.

        Whatever is wrong with clamd is in the answer; raises only what *stream* raises, which is read to its end unless
        clamd has answered before. Several may ask at a time.
        """
        if size > self.largest:
            return unscanned(Why.LARGE)
        watch = asyncio.timeout(patience_s or self.patience_s)
        try:
            async with watch:
                return await self.doubt() or await self._ask(stream, size)
        except TimeoutError:
            if not watch.expired():
                raise
            return unscanned(Why.SILENT)

    async def doubt(self) -> Scan | None:
        """Return why nothing that clamd says is believed, None where it is.

        As Debian sets it up it says "OK" to archives with a password, and to what is larger or deeper than it opens; so
        it is asked about two such, each hour.
        """
        if monotonic() < self._believed:
            return None
        for probe, expected in probes():
            found = await self._ask(_only(probe), len(probe))
            if found.why in (Why.ABSENT, Why.SILENT):
                return found
            if found.why is not expected:
                return unscanned(Why.LAX)
        self._believed = monotonic() + _PROBED_S
        return None

    async def version(self) -> Version | None:
        """Return what scans; None where nothing answers."""
        try:
            async with asyncio.timeout(_CONNECT_S), self._connected() as connection:
                await asyncio.get_running_loop().sock_sendall(connection, b"zVERSION\0")
                return read_version(await _heard(connection))
        except (_Away, OSError):
            return None

    async def _ask(self, stream: AsyncIterable[bytes], size: int) -> Scan:
        try:
            async with self._connected() as connection:
                return await _asked(connection, stream, size)
        except _Away:
            return unscanned(Why.ABSENT)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[socket.socket]:
        family = socket.AF_UNIX if isinstance(self.address, Path) else socket.AF_INET
        address = str(self.address) if isinstance(self.address, Path) else ("127.0.0.1", self.address)
        # Not a stream of asyncio's: where clamd hangs up while we write, that drops the answer which came before.
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.setblocking(False)
            try:
                async with asyncio.timeout(_CONNECT_S):
                    await asyncio.get_running_loop().sock_connect(connection, address)
            except OSError as exc:
                raise _Away from exc
            yield connection


class _Away(Exception):
    """Nothing listens."""


async def _asked(connection: socket.socket, stream: AsyncIterable[bytes], size: int) -> Scan:
    """Hold one conversation: clamd may answer, and hang up, in the middle of it."""
    telling = asyncio.ensure_future(_tell(connection, stream))
    hearing = asyncio.ensure_future(_heard(connection))
    try:
        await asyncio.wait({telling, hearing}, return_when=asyncio.FIRST_COMPLETED)
        # What *stream* has raised comes out here.
        sent = telling.result() if telling.done() else -1
        answer = await hearing
    finally:
        telling.cancel()
        hearing.cancel()
        await asyncio.gather(telling, hearing, return_exceptions=True)
    return read(answer, sent=sent, size=size) if answer else unscanned(Why.ABSENT)


async def _tell(connection: socket.socket, stream: AsyncIterable[bytes]) -> int:
    """Send pieces, each with its length before it, and an empty one; return how many bytes of them were taken."""
    sent = 0
    if not await _send(connection, b"zINSTREAM\0"):
        return sent
    async for piece in stream:
        for start in range(0, len(piece), _PIECE):
            part = piece[start : start + _PIECE]
            if not await _send(connection, len(part).to_bytes(4) + part):
                return sent
            sent += len(part)
    await _send(connection, bytes(4))
    return sent


async def _send(connection: socket.socket, data: bytes) -> bool:
    """Send *data*; False where the other side has hung up: its last word may still be there."""
    try:
        await asyncio.get_running_loop().sock_sendall(connection, data)
    except OSError:
        return False
    return True


async def _heard(connection: socket.socket) -> bytes:
    """Return what clamd says until it hangs up."""
    heard = b""
    while len(heard) < MOST_ANSWER:
        try:
            more = await asyncio.get_running_loop().sock_recv(connection, MOST_ANSWER - len(heard))
        except OSError:
            break
        if not more:
            break
        heard += more
    return heard


async def _only(data: bytes) -> AsyncIterator[bytes]:
    yield data
