import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bridge.operate.ports import HOST, reserve
from bridge.operate.proxy import ConnectProxy, Link, Refusal, Tunnel, Wiring, decide

VAL, RIV = "valbourg.localhost", "rivemont.localhost"
WIRING = Wiring({VAL: 1, RIV: 2}, {VAL: 11, RIV: 12}, frozenset({Link(RIV, VAL)}))


@pytest.mark.parametrize(
    ("source", "request_line", "verdict"),
    [
        (VAL, f"CONNECT {RIV}:8448 HTTP/1.1", Tunnel(Link(VAL, RIV), 12)),
        (VAL, f"CONNECT {RIV.upper()}:8448 HTTP/1.0", Tunnel(Link(VAL, RIV), 12)),
        (VAL, f"CONNECT {VAL}:8448 HTTP/1.1", Tunnel(Link(VAL, VAL), 11)),
        (RIV, f"CONNECT {VAL}:8448 HTTP/1.1", Refusal(503, "Link Cut")),
        (VAL, f"CONNECT {RIV}:443 HTTP/1.1", Refusal(403, "Forbidden")),
        (VAL, "CONNECT matrix.org:8448 HTTP/1.1", Refusal(403, "Forbidden")),
        (VAL, "CONNECT 127.0.0.1:22 HTTP/1.1", Refusal(403, "Forbidden")),
        (VAL, f"GET http://{RIV}:8448/ HTTP/1.1", Refusal(405, "Method Not Allowed")),
        (VAL, "CONNECT", Refusal(400, "Bad Request")),
        (VAL, "", Refusal(400, "Bad Request")),
        (VAL, "CONNECT \u00e9:8448 HTTP/1.1", Refusal(403, "Forbidden")),
    ],
)
def test_only_known_names_on_the_federation_port_are_let_through(
    source: str, request_line: str, verdict: Tunnel | Refusal
) -> None:
    assert decide(source, request_line.encode(), WIRING) == verdict


def test_the_wiring_survives_its_file() -> None:
    assert Wiring.parse(WIRING.render()) == WIRING


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1000):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def wired() -> AsyncIterator[tuple[ConnectProxy, Wiring]]:
    with reserve(4) as ports:
        pass
    wiring = Wiring({VAL: ports[0], RIV: ports[1]}, {VAL: ports[2], RIV: ports[3]})
    proxy = ConnectProxy(wiring)
    far = await asyncio.start_server(echo, HOST, ports[3])
    await proxy.start()
    async with far:
        yield proxy, wiring
        await proxy.close()


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(port: int, target: str) -> tuple[bytes, Line]:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    return head.split()[1], (reader, writer)


async def says(line: Line, word: bytes) -> bytes:
    reader, writer = line
    writer.write(word)
    return await reader.read(100)


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What still comes before the end, however rude the end."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


async def hang_up(line: Line) -> None:
    line[1].close()
    with suppress(ConnectionError):
        await line[1].wait_closed()


async def test_what_goes_in_comes_out() -> None:
    async with asyncio.timeout(10), wired() as (_, wiring):
        status, line = await connect(wiring.entrances[VAL], f"{RIV}:8448")

        assert status == b"200"
        assert await says(line, b"bonjour") == b"bonjour"
        await hang_up(line)


async def test_the_end_of_one_side_reaches_the_other() -> None:
    async with asyncio.timeout(10), wired() as (_, wiring):
        _status, line = await connect(wiring.entrances[VAL], f"{RIV}:8448")
        line[1].write_eof()

        assert await line[0].read() == b""
        await hang_up(line)


async def test_a_server_that_is_down_is_a_bad_gateway() -> None:
    async with asyncio.timeout(10), wired() as (_, wiring):
        status, line = await connect(wiring.entrances[RIV], f"{VAL}:8448")

        assert status == b"502"
        await hang_up(line)


async def test_a_cut_ends_open_tunnels_and_refuses_new_ones_until_mended() -> None:
    async with asyncio.timeout(10), wired() as (proxy, wiring):
        _status, line = await connect(wiring.entrances[VAL], f"{RIV}:8448")
        assert await says(line, b"avant") == b"avant"

        await proxy.cut()
        assert await rest(line[0]) == b""
        status, refused = await connect(wiring.entrances[VAL], f"{RIV}:8448")
        assert status == b"503"

        await proxy.mend()
        status, again = await connect(wiring.entrances[VAL], f"{RIV}:8448")
        assert status == b"200"
        assert await says(again, "après".encode()) == "après".encode()
        for each in (line, again, refused):
            await hang_up(each)


async def test_a_cut_can_be_one_way() -> None:
    async with asyncio.timeout(10), wired() as (proxy, wiring):
        await proxy.cut(source=RIV, target=VAL)
        status, line = await connect(wiring.entrances[VAL], f"{RIV}:8448")

        assert status == b"200"
        assert proxy.wiring.severed == {Link(RIV, VAL)}
        await hang_up(line)


async def test_nonsense_is_dropped() -> None:
    async with asyncio.timeout(10), wired() as (_, wiring):
        reader, writer = await asyncio.open_connection(HOST, wiring.entrances[VAL])
        writer.write(b"x" * 20000)

        assert await rest(reader) == b""
        writer.close()


async def test_as_a_process_it_rereads_its_file_on_sighup_and_ends_on_sigterm(tmp_path: Path) -> None:
    with reserve(2) as ports:
        pass
    path = tmp_path / "wiring.json"
    path.write_text(Wiring({VAL: ports[0]}, {RIV: ports[1]}).render())
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bridge.operate.proxy", str(path))
    try:
        async with asyncio.timeout(20):
            assert await eventually(ports[0], b"502") == b"502"
            path.write_text(Wiring({VAL: ports[0]}, {RIV: ports[1]}, frozenset({Link(VAL, RIV)})).render())
            os.kill(process.pid, signal.SIGHUP)
            assert await eventually(ports[0], b"503") == b"503"
            path.write_text("{")
            os.kill(process.pid, signal.SIGHUP)
            assert await eventually(ports[0], b"503") == b"503"
            process.terminate()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def eventually(port: int, wanted: bytes) -> bytes:
    """Ask until the answer is *wanted*; the test's own timeout is the limit."""
    while True:
        try:
            status, line = await connect(port, f"{RIV}:8448")
        except ConnectionError:
            await asyncio.sleep(0.02)
            continue
        await hang_up(line)
        if status == wanted:
            return status
