"""A CONNECT proxy that gives names on one machine what DNS and routers give real servers, and can cut the wire.

Each Synapse has a listening port of its own, which tells us who asks; ``<name>:8448`` leads to that server's local
port. Everything else is refused: above all ``:443``, so that Synapse's look-up of ``.well-known`` fails at once and
falls through to port 8448 (Matrix specification v1.18, server-server API, "Resolving server names").

Own process: ``python -m bridge.operate.proxy WIRING.json``; SIGHUP reads the file again, which cuts and mends links.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, assert_never

HOST = "127.0.0.1"
_FEDERATION_PORT = 8448
_HEAD_LIMIT = 8192
_HEAD_TIMEOUT = 10.0
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Link:
    """The way from one server to another; the other direction is another link."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Wiring:
    """Who listens where: *entrances* are the proxy's ports by client, *exits* the servers' federation ports."""

    entrances: Mapping[str, int]
    exits: Mapping[str, int]
    severed: frozenset[Link] = field(default_factory=frozenset)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the JSON form; raises ``ValueError`` or ``KeyError`` when it is none."""
        raw = json.loads(text)
        severed = frozenset(Link(str(source), str(target)) for source, target in raw.get("severed", []))
        return cls({str(k): int(v) for k, v in raw["entrances"].items()}, _ports(raw["exits"]), severed)

    def render(self) -> str:
        """The JSON form that :meth:`parse` reads."""
        severed = sorted([each.source, each.target] for each in self.severed)
        raw = {"entrances": dict(self.entrances), "exits": dict(self.exits), "severed": severed}
        return json.dumps(raw, indent=2, sort_keys=True) + "\n"


def _ports(raw: Mapping[str, object]) -> dict[str, int]:
    return {str(name): int(str(port)) for name, port in raw.items()}


@dataclass(frozen=True, slots=True)
class Tunnel:
    """Let it through: connect to *port* on the loopback address."""

    link: Link
    port: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Do not: answer with *status* and close."""

    status: int
    reason: str


def decide(source: str, request: bytes, wiring: Wiring) -> Tunnel | Refusal:
    """Judge the request line that *source* sent (``CONNECT name:8448 HTTP/1.1``)."""
    parts = request.split()
    if len(parts) != 3 or not parts[2].startswith(b"HTTP/1."):
        return Refusal(400, "Bad Request")
    if parts[0] != b"CONNECT":
        return Refusal(405, "Method Not Allowed")
    host, _, port = parts[1].decode("ascii", "replace").rpartition(":")
    exit_port = wiring.exits.get(host.lower().rstrip("."))
    if exit_port is None or port != str(_FEDERATION_PORT):
        return Refusal(403, "Forbidden")
    link = Link(source, host.lower().rstrip("."))
    if link in wiring.severed:
        return Refusal(503, "Link Cut")
    return Tunnel(link, exit_port)


class ConnectProxy:
    """The running proxy; start it with :meth:`start`, on the loopback address only."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self._servers: list[asyncio.Server] = []
        self._tunnels: dict[asyncio.Task[None], Link] = {}

    async def start(self) -> None:
        """Listen on every entrance; raises ``OSError`` when a port is taken."""
        for source, port in self.wiring.entrances.items():
            self._servers.append(await asyncio.start_server(self._greeter(source), HOST, port, limit=_HEAD_LIMIT))

    async def close(self) -> None:
        """Stop listening and close every tunnel."""
        for server in self._servers:
            server.close()
        await self._break(list(self._tunnels))
        for server in self._servers:
            await server.wait_closed()

    async def cut(self, source: str | None = None, target: str | None = None) -> None:
        """Cut the links from *source* to *target* (None: any), and close what is open on them."""
        named = {each for each in self._links() if _matches(each, source, target)}
        await self.rewire(self.wiring.severed | named)

    async def mend(self, source: str | None = None, target: str | None = None) -> None:
        """Mend what :meth:`cut` with the same arguments has cut."""
        await self.rewire(each for each in self.wiring.severed if not _matches(each, source, target))

    async def rewire(self, severed: Iterable[Link]) -> None:
        """Make exactly *severed* the links that are cut."""
        self.wiring = Wiring(self.wiring.entrances, self.wiring.exits, frozenset(severed))
        await self._break([task for task, link in self._tunnels.items() if link in self.wiring.severed])

    def _links(self) -> Iterable[Link]:
        return (Link(source, target) for source in self.wiring.entrances for target in self.wiring.exits)

    async def _break(self, tunnels: list[asyncio.Task[None]]) -> None:
        for tunnel in tunnels:
            tunnel.cancel()
        await asyncio.gather(*tunnels, return_exceptions=True)

    def _greeter(self, source: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                await self._serve(source, reader, writer)
            await _close(writer)

        return greet

    async def _serve(self, source: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_HEAD_TIMEOUT):
                head = await reader.readuntil(b"\r\n\r\n")
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        verdict = decide(source, head.partition(b"\r\n")[0], self.wiring)
        match verdict:
            case Refusal(status, reason):
                writer.write(f"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
            case Tunnel(link, port):
                await self._carry(link, port, reader, writer)
            case _:
                assert_never(verdict)

    async def _carry(self, link: Link, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tunnels[task] = link
        try:
            await _join(port, reader, writer)
        except asyncio.CancelledError:
            # The link was cut: like a pulled cable, nothing more is said, not even what is buffered.
            writer.transport.abort()
        finally:
            del self._tunnels[task]


async def _join(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        far_reader, far_writer = await asyncio.open_connection(HOST, port)
    except OSError:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        return
    try:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        async with asyncio.TaskGroup() as both:
            both.create_task(_pump(reader, far_writer))
            both.create_task(_pump(far_reader, writer))
    finally:
        far_writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    # The other half may still have something to say (TLS close_notify): close only this direction.
    with contextlib.suppress(OSError, RuntimeError):
        if writer.can_write_eof():
            writer.write_eof()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()


def _matches(link: Link, source: str | None, target: str | None) -> bool:
    return source in (None, link.source) and target in (None, link.target)


async def run(path: Path) -> None:
    """Serve the wiring in the file *path* until SIGTERM; SIGHUP reads which links are severed anew."""
    proxy = ConnectProxy(_read(path))
    ended, reread = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    loop.add_signal_handler(signal.SIGHUP, reread.set)
    await proxy.start()
    async with asyncio.TaskGroup() as tasks:
        watcher = tasks.create_task(_reread(proxy, path, reread))
        await ended.wait()
        watcher.cancel()
    await proxy.close()


def _read(path: Path) -> Wiring:
    return Wiring.parse(path.read_text("utf-8"))


async def _reread(proxy: ConnectProxy, path: Path, asked: asyncio.Event) -> None:
    while await asked.wait():
        asked.clear()
        # A file that somebody is still typing must not end federation: the old wiring stays until SIGHUP comes again.
        with contextlib.suppress(ValueError, KeyError, TypeError):
            await proxy.rewire(_read(path).severed)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
