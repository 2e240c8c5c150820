"""The share server as it runs: blind in disk, database, logs and memory, and whole after every kill."""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.links.client.errors import Away
from bots.links.client.server import ShareServer
from bots.links.format.address import ShareLink
from bots.links.format.encoding import encode
from bots.links.format.keys import LinkKeys
from bots.links.format.manifest import Manifest
from bots.links.format.publication import Publication, Terms, new_blob_id
from tests.shares import ShareProcess, credentials, share_process, source_of
from tests.unit.links.makers import Made, encrypted, made

pytestmark = pytest.mark.acceptance

MIB = 2**20
# Secrets whose first bytes are ours, so that one look finds any of a hundred; the rest is random as ever.
MARKED_SECRET, MARKED_KEY = bytes.fromhex("f39a01c77e5de1208b44d63f"), bytes.fromhex("a902ee5118bc7f9360d52bc4")
NAME, NOTE, PASSWORD, TEXT = "zqxdélib", "zqxnote-é", "zqxmdp-été", b"zqxtexte du conseil "


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ShareProcess]:
    with share_process(tmp_path / "town") as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        yield session


def marked(origin: str, number: int) -> Made:
    """Return a link whose every secret and text can be recognised."""
    file, _ = encrypted(TEXT * 300, f"{NAME} {number}.pdf")
    file = replace(file, key=MARKED_KEY + secrets.token_bytes(20))
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.modes import CTR  # noqa: PLC0415

    ciphertext = Cipher(AES(file.key), CTR(file.iv)).encryptor().update(TEXT * 300)
    link = replace(ShareLink.new(origin), secret=MARKED_SECRET + secrets.token_bytes(20))
    manifest, password = Manifest((file,), "Valbourg", NOTE), PASSWORD if number % 30 == 0 else None
    terms = Terms(datetime.now(UTC) + timedelta(days=7), 3)
    publication = Publication.seal(link, password, manifest, [new_blob_id()], terms)
    return Made(link, password, manifest, publication, (ciphertext,))


def needles(links: list[Made]) -> dict[str, bytes]:
    """Return what may be nowhere, by what it is."""
    found: dict[str, bytes] = {
        "a name": NAME.encode(),
        "a note": NOTE.encode(),
        "a password": PASSWORD.encode(),
        "plaintext": TEXT,
    }
    for what, mark in (("a secret", MARKED_SECRET), ("a file's key", MARKED_KEY)):
        spelt = encode(mark)
        found |= {what: mark, f"{what}, hexadecimal": mark.hex().encode(), f"{what}, base64url": spelt.encode()}
        found[f"{what}, base64"] = spelt.replace("-", "+").replace("_", "/").encode()
    for number, link in enumerate(links):
        found[f"seal {number}"] = LinkKeys.derive(link.link, link.password).seal
    return found


def held(process: ShareProcess) -> Iterator[tuple[str, bytes]]:
    """Yield everything that the process has: its files, its logs, its memory."""
    for path in process.folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(process.folder)), path.read_bytes()
    with Path(f"/proc/{process.pid}/maps").open() as maps, Path(f"/proc/{process.pid}/mem").open("rb", 0) as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if match is None or "[v" in line:
                continue
            start, end = int(match[1], 16), int(match[2], 16)
            try:
                memory.seek(start)
                yield f"memory {line.split()[-1]}", memory.read(end - start)
            except (OSError, OverflowError):
                continue


def seen(process: ShareProcess, wanted: dict[str, bytes]) -> set[tuple[str, str]]:
    """Return what was found, and where."""
    return {(what, where) for where, blob in held(process) for what, needle in wanted.items() if needle in blob}


async def put(server: ShareServer, link: Made) -> None:
    for blob, ciphertext in zip(link.publication.blobs, link.ciphertexts, strict=True):
        await server.upload(blob, len(ciphertext), source_of(ciphertext))
    await server.publish(link.publication)


async def ask(http: aiohttp.ClientSession, link: Made, what: str, **said: Any) -> tuple[int, Any]:
    url = f"{link.link.origin}/s/{link.link.id}/{what}"
    # Each link has a visitor of its own: one address may ask only so often.
    headers = {"X-Forwarded-For": f"2001:db8:{int.from_bytes(link.link.id[:2].encode()):x}::1"}
    async with http.post(url, json=credentials(link) | said, headers=headers) as response:
        said_back = response.json if response.content_type == "application/json" else response.read
        return response.status, await said_back()


async def fetch(http: aiohttp.ClientSession, link: Made, ticket: str, **headers: str) -> bytes:
    url = f"{link.link.origin}/s/{link.link.id}/blob/0"
    async with http.get(url, headers={"Authorization": f"Ticket {ticket}", **headers}) as response:
        return await response.read()


@pytest.mark.limit(600)
async def test_after_a_hundred_links_the_server_knows_nothing_and_one_that_is_planted_is_found(
    process: ShareProcess, http: aiohttp.ClientSession
) -> None:
    server = process.client(http)
    links = [marked(process.origin, number) for number in range(100)]
    for number, link in enumerate(links):
        await put(server, link)
        assert (await ask(http, link, "open"))[0] == 200
        if number % 2:
            _, said = await ask(http, link, "lease")
            assert await fetch(http, link, said["ticket"]) == link.ciphertexts[0]
        if link.password:
            wrong = LinkKeys.derive(link.link, "zqx")
            assert (await ask(http, link, "open", proof=encode(wrong.proof)))[0] == 403
    await server.revoke(links[0].link.id)

    assert seen(process, needles(links)) == set()

    opened = links[1].manifest.to_json()
    planted = replace(links[1].publication, id=ShareLink.new("").id, blobs=(new_blob_id(),), manifest=opened)
    await server.upload(planted.blobs[0], len(TEXT), source_of(TEXT))
    await server.publish(planted)
    found = seen(process, needles(links))
    assert {what for what, _ in found} >= {"a name", "a note", "plaintext", "a file's key, base64url"}
    assert {where for what, where in found if what == "a name"} >= {"data/share/share.db-wal"}
    assert any(where.startswith("memory") for _, where in found)
    assert any("blobs/" in where for what, where in found if what == "plaintext")


async def test_a_secret_that_a_mail_filter_put_into_the_path_is_in_no_log_and_no_file(
    process: ShareProcess, http: aiohttp.ClientSession
) -> None:
    """F20: the server is sent it, answers with the page, and keeps nothing of it."""
    link = marked(process.origin, 1)
    swallowed = f"/s/{link.link.id}%231.{encode(link.link.secret)}"
    async with http.get(f"{process.origin}{swallowed}") as response:
        assert (response.status, response.content_type) == (200, "text/html")
    lines = [f"GET {swallowed}\x00 HTTP/1.1", f"GET {swallowed}", f"{encode(link.link.secret)} / HTTP/9", "\xff" * 20]
    for line in lines:
        reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
        writer.write(f"{line}\r\nHost: x\r\n\r\n".encode("latin-1"))
        writer.write_eof()
        await reader.read()
        writer.close()

    files = {name: blob for name, blob in held(process) if not name.startswith("memory")}
    wanted = {what: needle for what, needle in needles([link]).items() if what.startswith("a secret")}
    assert "share.log" in files
    assert [(what, name) for name, blob in files.items() for what, needle in wanted.items() if needle in blob] == []
    assert b"127.0.0.1" not in files["share.log"]


@pytest.mark.limit(600)
async def test_killed_at_each_step_nothing_is_half_published_and_nothing_acknowledged_is_lost(
    process: ShareProcess, http: aiohttp.ClientSession
) -> None:
    server = process.client(http)
    link = made(process.origin, os.urandom(12 * MIB + 5), downloads=1)
    ciphertext, blob = link.ciphertexts[0], link.publication.blobs[0]

    # In the middle of an upload, at several places.
    for place in (0, 3 * MIB, 9 * MIB):
        with pytest.raises(Away):
            await server.upload(blob, len(ciphertext), _killing(process, ciphertext, place))
        process.start()
        assert (await ask(http, link, "open"))[0] == 404
    await server.upload(blob, len(ciphertext), source_of(ciphertext))
    # Acknowledged, and not yet published.
    process.kill()
    process.start()
    await server.publish(link.publication)
    process.kill()
    process.start()
    await server.publish(link.publication)
    assert (await ask(http, link, "open"))[0] == 200
    # A download that was taken stays taken, by who has it.
    status, said = await ask(http, link, "lease")
    assert status == 200
    process.kill()
    process.start()
    assert await ask(http, link, "lease") == (410, {"error": "exhausted"})
    first = await _until_killed(process, http, link, said["ticket"])
    process.start()
    rest = await fetch(http, link, said["ticket"], Range=f"bytes={len(first)}-")
    assert first + rest == ciphertext
    # The end, acknowledged or not, is repeated and wins.
    revoking = asyncio.create_task(server.revoke(link.link.id))
    await asyncio.sleep(0.003)
    process.kill()
    await asyncio.gather(revoking, return_exceptions=True)
    process.start()
    await server.revoke(link.link.id)
    process.kill()
    process.start()
    assert await ask(http, link, "open") == (410, {"error": "revoked"})
    assert [path for path in (process.data / "blobs").rglob("*") if path.is_file()] == []


def _killing(process: ShareProcess, ciphertext: bytes, place: int) -> Any:
    def source(offset: int) -> AsyncIterator[bytes]:
        async def pieces() -> AsyncIterator[bytes]:
            for start in range(offset, len(ciphertext), 65536):
                if start >= place:
                    await asyncio.to_thread(process.kill)
                yield ciphertext[start : start + 65536]

        return pieces()

    return source


async def _until_killed(process: ShareProcess, http: aiohttp.ClientSession, link: Made, ticket: str) -> bytes:
    url = f"{link.link.origin}/s/{link.link.id}/blob/0"
    got = bytearray()
    try:
        async with http.get(url, headers={"Authorization": f"Ticket {ticket}"}) as response:
            async for piece in response.content.iter_chunked(65536):
                got += piece
                if len(got) >= 2 * MIB:
                    process.kill()
    except aiohttp.ClientError:
        pass
    return bytes(got)


async def test_a_second_process_on_the_same_folder_says_so_and_leaves(process: ShareProcess) -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    command = [sys.executable, "beffroi.py", "share", "run", "--config", str(process.folder / "collectivity.yaml")]
    english = {**os.environ, "LC_ALL": "en_GB.UTF-8", "LANGUAGE": ""}
    second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=english)

    assert second.returncode == 2
    assert "another share server runs" in second.stderr


async def test_an_independent_script_opens_a_link_of_ours(process: ShareProcess, http: aiohttp.ClientSession) -> None:
    texts = b"Ordre du jour\n" * 100_000, b"", b"PV"
    link = made(process.origin, *texts)
    await put(process.client(http), link)

    script = Path(__file__).parents[1] / "page" / "open.mjs"
    node = await asyncio.create_subprocess_exec(
        "node", str(script), str(link.link), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, error = await node.communicate()
    assert error == b""
    assert out == b"".join(texts)
    assert len(script.read_text().splitlines()) <= 30
