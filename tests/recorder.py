"""A proxy that keeps every byte which a browser sends, and may slow, cut or falsify what it is sent."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_ASKED = re.compile(rb"^(?:[A-Z]+) http://([^/ ]+)", re.MULTILINE)


class Recorder:
    """Leads to one server, whatever is asked for; other names get its 404, and are seen in :attr:`hosts`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.sent = bytearray()
        """Everything that browsers sent, connection by connection as it came."""
        self.keeps = True
        """Whether that is kept: of gigabytes it is not."""
        self.received = 0
        """Bytes that the server has sent."""
        self.refused: list[str] = []
        """Hosts that were asked for over TLS: none of ours."""
        self.open: set[asyncio.StreamWriter] = set()
        """Connections of browsers that are open now."""
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0
        self.rate: float | None = None
        """Bytes a second towards the browser, None for as fast as it goes."""
        self.cut_after: int | None = None
        """Break each connection behind so many bytes towards the browser."""
        self.cut_up_after, self.cuts_left = 0, 0
        """Break so many connections, each behind so many bytes from the browser."""
        self.lost, self.losses = b"", 0
        """So many answers to requests with these words never arrive, though the server has heard and done them."""
        self.instead: bytes | None = None
        """A whole answer to give instead of the server's."""

    @property
    def hosts(self) -> set[str]:
        """All that browsers asked for."""
        return {match.decode() for match in _ASKED.findall(bytes(self.sent))} | set(self.refused)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of a browser's."""
        serving = asyncio.ensure_future(self._connection(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def end(self) -> None:
        """Break what is still open; returns when nothing of it is left."""
        for writer in self.open:
            writer.transport.abort()
        for serving in self._serving:
            serving.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            await _closed(writer)
            self.open.discard(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(65536)
        self.sent += first
        if first.startswith(b"CONNECT "):
            self.refused.append(first.split()[1].decode())
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        if self.instead is not None:
            writer.write(self.instead)
            await writer.drain()
            return
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            mute = asyncio.Event()
            self._judge(first, mute)
            up_writer.write(first)
            down = asyncio.ensure_future(self._down(up_reader, writer, mute))
            up = asyncio.ensure_future(self._up(reader, up_writer, mute))
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
        finally:
            # What it was not sent yet would keep it open behind the test's end.
            up_writer.transport.abort()
            await _closed(up_writer)

    def _judge(self, piece: bytes, mute: asyncio.Event) -> None:
        if self.losses and self.lost in piece:
            self.losses -= 1
            mute.set()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mute: asyncio.Event) -> None:
        passed = 0
        while piece := await reader.read(65536):
            if self.keeps:
                self.sent += piece
            self._judge(piece, mute)
            writer.write(piece)
            await writer.drain()
            passed += len(piece)
            if self.cuts_left and passed > self.cut_up_after:
                self.cuts_left -= 1
                return

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mute: asyncio.Event) -> None:
        passed = 0
        while piece := await reader.read(65536):
            if mute.is_set():
                writer.transport.abort()
                return
            if self.cut_after is not None and passed + len(piece) > self.cut_after:
                writer.write(piece[: max(0, self.cut_after - passed)])
                await writer.drain()
                writer.transport.abort()
                return
            passed += len(piece)
            self.received += len(piece)
            writer.write(piece)
            await writer.drain()
            if self.rate is not None:
                await asyncio.sleep(len(piece) / self.rate)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def recording(target: int) -> AsyncIterator[Recorder]:
    """Run a recorder in front of the server at port *target*."""
    recorder = Recorder(target)
    server = await asyncio.start_server(recorder.serve, "127.0.0.1", 0)
    recorder.port = server.sockets[0].getsockname()[1]
    try:
        yield recorder
    finally:
        server.close()
        await recorder.end()
