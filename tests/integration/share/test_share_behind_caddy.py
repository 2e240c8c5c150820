"""The share server behind a real Caddy: nobody's request becomes two, and everybody keeps their address."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.operate.ports import reserve
from tests.browsers import until
from tests.shares import Share, sharing

pytestmark = pytest.mark.integration

HIDDEN = "GET /hidden HTTP/1.1\r\nHost: partage.localhost\r\n\r\n"
POST = "POST /s/x/open HTTP/1.1\r\nHost: partage.localhost\r\n"
# Each says in two ways how long it is: who believes the other one finds a second request in it (RFC 9112, 11.2).
CHUNKED = "Transfer-Encoding: chunked\r\n\r\n"
SMUGGLED = {
    "length and chunks": f"{POST}Content-Length: {5 + len(HIDDEN)}\r\n{CHUNKED}0\r\n\r\n{HIDDEN}",
    "chunks and length": f"{POST}Content-Length: 4\r\n{CHUNKED}{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n",
    "an unknown coding": f"{POST}Transfer-Encoding: xchunked\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a space before the colon": f"{POST}Transfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n{HIDDEN}",
    "two lengths": f"{POST}Content-Length: 0\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a length with a sign": f"{POST}Content-Length: +0\r\n\r\n{HIDDEN}",
    "a folded line": f"{POST}Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n{HIDDEN}",
    "an extension of a chunk": f"{POST}Transfer-Encoding: chunked\r\n\r\n0;\n{HIDDEN}\r\n\r\n",
    "a body behind GET": f"GET /s/x HTTP/1.1\r\nHost: x\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "another protocol": "GET /s/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
}


@dataclass
class Front:
    """A share server and the port of the Caddy before it."""

    share: Share
    port: int


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    with reserve(1) as (port,):
        pass
    async with AsyncExitStack() as stack:
        share = await stack.enter_async_context(sharing(tmp_path / "share", behind_proxy=True))
        path = tmp_path / "Caddyfile"
        path.write_text(
            f"{{\n\tadmin off\n\tauto_https off\n}}\n"
            f"http://:{port} {{\n\tbind 127.0.0.1\n\treverse_proxy 127.0.0.1:{share.settings.port}\n}}\n"
        )
        with (tmp_path / "log").open("wb") as log:
            command = ("caddy", "run", "--adapter", "caddyfile", "--config", str(path))
            environment = {**os.environ, "HOME": str(tmp_path)}
            process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log, env=environment)
        try:
            await until(lambda: listens(port))
            yield Front(share, port)
        finally:
            process.terminate()
            await process.wait()


async def listens(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


async def answers(port: int, asked: str, patience: float = 3) -> list[bytes]:
    """Return how all that comes back on one connection begins."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(asked.encode())
    heard = b""
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(patience):
            while piece := await reader.read(65536):
                heard += piece
    writer.close()
    return re.findall(rb"HTTP/1\.[01] \d{3} ", heard)


@pytest.mark.parametrize("how", SMUGGLED)
async def test_nobody_s_request_becomes_two_at_the_server(front: Front, how: str) -> None:
    """Of a second one on the same line to us, another visitor would get the answer."""
    await answers(front.port, SMUGGLED[how])

    # Whoever comes next on the same line between Caddy and us has their own answer.
    for _ in range(3):
        async with front.share.http.get(f"http://127.0.0.1:{front.port}/s/AAAAAAAAAAAAAAAA") as response:
            assert response.status == 200
            assert (await response.text()).startswith("<!doctype html>")


@pytest.mark.parametrize("how", SMUGGLED)
async def test_nobody_s_request_becomes_two_without_caddy(front: Front, how: str) -> None:
    """Ours judges by itself."""
    assert len(await answers(front.share.settings.port, SMUGGLED[how])) == 1


async def test_two_requests_are_two(front: Front) -> None:
    """So that the tests above would see one that was hidden."""
    two = "GET /s/x HTTP/1.1\r\nHost: x\r\n\r\n" * 2
    for port in (front.port, front.share.settings.port):
        assert len(await answers(port, two)) == 2


async def test_nobody_loses_or_changes_their_address_on_the_way(front: Front) -> None:
    """``Connection`` names headers that a proxy drops: not the one by which we count who asks."""
    url, said = f"http://127.0.0.1:{front.port}/s/{0:016d}/open", {"knock": "A" * 43, "proof": "A" * 43}
    statuses = []
    for number in range(130):
        headers = {"Connection": "keep-alive, X-Forwarded-For", "X-Forwarded-For": f"10.0.0.{number}"}
        async with front.share.http.post(url, json=said, headers=headers) as response:
            statuses.append(response.status)
    assert statuses[:120] == [404] * 120
    assert set(statuses[120:]) == {429}
    # Who comes by another address is not held up by that.
    direct = f"{front.share.origin}/s/{0:016d}/open"
    async with front.share.http.post(direct, json=said, headers={"X-Forwarded-For": "203.0.113.8"}) as response:
        assert response.status == 404
    async with front.share.http.post(direct, json=said, headers={"X-Forwarded-For": "127.0.0.1"}) as response:
        assert response.status == 429
