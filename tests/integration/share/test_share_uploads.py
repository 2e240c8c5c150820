"""Uploads over tus 1.0.0: the outside cases, cut lines, abuse, and a client of the protocol's own authors."""

import asyncio
import hashlib
import io
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bots.links.client.errors import Away
from bots.links.format.publication import new_blob_id
from bridge.share.disk import Disk
from bridge.share.running import Running
from bridge.share.sweeping import Sweeper
from tests.shares import TOKEN, Share, sharing, source_of

pytestmark = pytest.mark.integration

PAGE = Path(__file__).parents[2] / "acceptance" / "page"
TUS = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {TOKEN}"}
PATCH = TUS | {"Content-Type": "application/offset+octet-stream"}
MIB = 2**20


@pytest.fixture
async def share(tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share", largest=2**40, quota=2**50) as running:
        yield running


def url_of(share: Share, blob: str | None = None) -> str:
    return f"http://127.0.0.1:{share.settings.api_port}/api/uploads/{blob or new_blob_id()}"


async def ask(share: Share, method: str, url: str, headers: dict[str, str], data: Any = None) -> tuple[int, Any]:
    body = io.BytesIO(data) if isinstance(data, bytes) else data
    async with share.http.request(method, url, headers=headers, data=body) as response:
        await response.read()
        return response.status, response.headers


async def promised(share: Share, length: int) -> str:
    url = url_of(share)
    status, headers = await ask(share, "POST", url, TUS | {"Upload-Length": str(length)})
    assert (status, headers["Upload-Offset"]) == (201, "0")
    assert headers["Location"] == url.removeprefix(f"http://127.0.0.1:{share.settings.api_port}")
    return url


def written(share: Share) -> bytes:
    (path,) = share.files()
    return path.read_bytes()


async def test_f40_a_cut_upload_goes_on_where_it_was(share: Share) -> None:
    whole = bytes(range(256)) * (20 * MIB // 256)
    url = await promised(share, len(whole))
    await cut(share, url, whole[: 5 * MIB], 8 * MIB)

    status, headers = await settled(share, url)
    offset = int(headers["Upload-Offset"])
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert 0 <= offset <= 5 * MIB
    wrong = await ask(share, "PATCH", url, PATCH | {"Upload-Offset": str(8 * MIB)}, whole[8 * MIB : 9 * MIB])
    assert wrong[0] == 409
    assert (await settled(share, url))[1]["Upload-Offset"] == str(offset)
    status, headers = await ask(share, "PATCH", url, PATCH | {"Upload-Offset": str(offset)}, whole[offset:])
    assert (status, headers["Upload-Offset"]) == (204, str(len(whole)))
    assert hashlib.sha256(written(share)).digest() == hashlib.sha256(whole).digest()


async def cut(share: Share, url: str, data: bytes, announced: int) -> None:
    """PATCH as a telephone in a tunnel does: less comes than was announced, then nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", share.settings.api_port)
    path = url.partition(str(share.settings.api_port))[2]
    head = {**PATCH, "Host": "127.0.0.1", "Upload-Offset": "0", "Content-Length": str(announced)}
    writer.write(f"PATCH {path} HTTP/1.1\r\n".encode())
    writer.write("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + data)
    await writer.drain()
    writer.close()
    await reader.read()


async def settled(share: Share, url: str) -> tuple[int, Any]:
    """HEAD, once the server has noticed that the line was cut."""
    for _ in range(200):
        status, headers = await ask(share, "HEAD", url, TUS)
        if headers.get("Upload-Offset") != "0":
            break
        await asyncio.sleep(0.05)
    return status, headers


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ("filename w6l0w6kucGRm,filetype", 201),
        ("filename ", 201),
        ("filename ***", 400),
        ("a b c", 400),
        ("é w6k=", 400),
        ("", 201),
    ],
)
async def test_f42_metadata_is_read_as_the_protocol_has_it_and_not_kept(
    share: Share, metadata: str, status: int
) -> None:
    headers = TUS | {"Upload-Length": "1", "Upload-Metadata": metadata}

    assert (await ask(share, "POST", url_of(share), headers))[0] == status
    assert "w6l0w6kucGRm" not in (share.settings.folder / "share.db").read_bytes().decode("latin-1")


async def test_f44_a_hundred_uploads_that_fall_silent_leave_nothing_also_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    async with sharing(folder) as share:
        urls = [await promised(share, 1000) for _ in range(100)]
        for url in urls:
            assert (await ask(share, "PATCH", url, PATCH | {"Upload-Offset": "0"}, b"x" * 500))[0] == 204
        assert len(share.files()) == 100
    async with sharing(folder) as share:
        share.clock.forward(86_401)
        assert share.database is not None
        moved = [url.rpartition("/")[2] for url in urls]
        assert (await ask(share, "HEAD", url_of(share, moved[0]), TUS))[0] == 404
        await Sweeper(share.database, Disk(folder / "blobs"), share.clock, Running()).sweep()
        assert share.files() == []


async def test_f46_an_upload_of_nothing_is_whole_at_once(share: Share) -> None:
    url = await promised(share, 0)

    assert written(share) == b""
    assert (await ask(share, "PATCH", url, PATCH | {"Upload-Offset": "0"}, b""))[0] == 204


async def test_f48_what_is_wrong_is_said_and_nothing_is_stored(share: Share) -> None:
    bare = {"Authorization": TUS["Authorization"], "Upload-Length": "1"}
    status, headers = await ask(share, "POST", url_of(share), bare)
    assert (status, headers["Tus-Version"]) == (412, "1.0.0")
    assert (await ask(share, "POST", url_of(share), TUS | {"Upload-Length": "2147483648000"}))[0] == 413
    url = await promised(share, 10)
    json_type = PATCH | {"Upload-Offset": "0", "Content-Type": "application/json"}
    assert (await ask(share, "PATCH", url, json_type, b"x"))[0] == 415
    over = PATCH | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert (await ask(share, "POST", url, over, b"12345"))[0] == 204
    assert (await ask(share, "PATCH", url, PATCH | {"Upload-Offset": "5"}, b"123456"))[0] == 413
    assert written(share) == b"12345"


async def test_a_body_without_length_that_goes_beyond_what_was_promised_leaves_nothing(share: Share) -> None:
    url = await promised(share, 3 * MIB)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield bytes(MIB)

    try:
        status, _ = await ask(share, "PATCH", url, PATCH | {"Upload-Offset": "0"}, endless())
        assert status == 413
    except aiohttp.ClientError:
        pass  # it hung up on us in the middle, as it should
    assert (await ask(share, "HEAD", url, TUS))[1]["Upload-Offset"] == "0"
    assert written(share) == b""


@pytest.mark.parametrize("offset", ["-1", "+0", "1_0", "٣", "0x0", "1e3", " ", "9" * 30, "00000000000000000000000"])
async def test_an_offset_is_a_plain_number(share: Share, offset: str) -> None:
    url = await promised(share, 10)

    assert (await ask(share, "PATCH", url, PATCH | {"Upload-Offset": offset}, b"x"))[0] in (400, 409)
    assert (await ask(share, "POST", url_of(share), TUS | {"Upload-Length": offset}))[0] in (400, 413, 201)
    assert all(path.stat().st_size == 0 for path in share.files())


@pytest.mark.parametrize("name", ["../../etc/passwd", "..%2f..%2fpasswd", "a" * 300, "x", "%00" * 22, "a" * 21 + "."])
async def test_no_name_leads_out_of_the_folder(share: Share, name: str) -> None:
    status, _ = await ask(share, "POST", url_of(share, name), TUS | {"Upload-Length": "0"})

    assert status in (400, 404)
    assert share.files() == []


async def test_two_at_once_do_not_mix(share: Share) -> None:
    url = await promised(share, 2 * MIB)
    gate = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield bytes(MIB)
        await gate.wait()
        yield bytes(MIB)

    first = asyncio.create_task(ask(share, "PATCH", url, PATCH | {"Upload-Offset": "0"}, slow()))
    while not share.files():
        await asyncio.sleep(0.01)
    second, _ = await ask(share, "PATCH", url, PATCH | {"Upload-Offset": "0"}, b"x" * 2 * MIB)
    gate.set()

    assert second == 423
    assert (await first)[0] == 204
    assert written(share) == bytes(2 * MIB)


async def let_go(share: Share, url: str, body: AsyncIterator[bytes]) -> bool:
    """Tell whether the server ends a PATCH of its own accord."""
    try:
        return (await ask(share, "PATCH", url, PATCH | {"Upload-Offset": "0"}, body))[0] == 408
    except aiohttp.ClientError:
        return True


async def test_who_falls_silent_is_let_go_and_what_came_is_kept(tmp_path: Path) -> None:
    async def silent() -> AsyncIterator[bytes]:
        yield b"x" * 10
        await asyncio.sleep(120)

    async with sharing(tmp_path / "share", silence_s=0.5) as share:
        url = await promised(share, 1000)

        assert await let_go(share, url, silent())
        assert (await settled(share, url))[1]["Upload-Offset"] == "10"


async def test_who_drips_is_let_go(tmp_path: Path) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x"
            await asyncio.sleep(0.05)

    async with sharing(tmp_path / "share", grace_s=0.2) as share:
        assert await let_go(share, await promised(share, 10**6), dripping())


async def test_only_the_assistant_uploads(share: Share) -> None:
    length = {"Upload-Length": "1"}
    for headers in (
        {"Tus-Resumable": "1.0.0"},
        TUS | {"Authorization": "Bearer " + "1" * 64},
        TUS | {"Authorization": TOKEN},
    ):
        assert (await ask(share, "POST", url_of(share), headers | length))[0] == 401
    assert (await ask(share, "POST", url_of(share), TUS | length | {"Origin": share.origin}))[0] == 403
    assert (await ask(share, "POST", url_of(share), TUS | length | {"Host": "partage.valbourg.fr"}))[0] == 403
    # Nor is the door to be found at the public port.
    async with share.http.post(f"{share.origin}/api/uploads/{new_blob_id()}", headers=TUS | length) as response:
        assert response.status in (404, 405)


async def test_a_full_disk_is_said_and_what_came_is_kept(share: Share, tmp_path: Path) -> None:
    """A file-size limit of the process stands for the disk: EFBIG comes from the same write."""
    import resource  # noqa: PLC0415
    import signal  # noqa: PLC0415

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    content = bytes(24 * MIB)
    blob = new_blob_id()
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * MIB, before[1]))
    try:
        with pytest.raises(Away):
            await share.assistant.upload(blob, len(content), source_of(content, MIB))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)

    assert 0 < int((await ask(share, "HEAD", url_of(share, blob), TUS))[1]["Upload-Offset"]) <= 16 * MIB
    await share.assistant.upload(blob, len(content), source_of(content, MIB))
    assert written(share) == content


async def test_memory_stays_flat_while_much_comes_in(share: Share) -> None:
    import psutil  # noqa: PLC0415

    me = psutil.Process()
    size, before, most = 192 * MIB, me.memory_info().rss, 0
    block = bytes(MIB)

    async def much(offset: int) -> AsyncIterator[bytes]:
        nonlocal most
        for _ in range(offset, size, MIB):
            most = max(most, me.memory_info().rss)
            yield block

    await share.assistant.upload(new_blob_id(), size, much)

    assert most - before < 48 * MIB


@pytest.mark.limit(600)
async def test_tus_js_client_is_cut_and_resumes(share: Share, tmp_path: Path) -> None:
    """The protocol's authors' client, through a line that breaks in the middle of a part."""
    url = url_of(share)
    command = ["node", "upload.mjs", url, TOKEN, str(6_000_000)]
    process = await asyncio.create_subprocess_exec(*command, cwd=PAGE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, error = await process.communicate()

    assert process.returncode == 0, error.decode()
    said = json.loads(out)
    assert said["resumed"] > 0
    assert said["sha256"] == hashlib.sha256(written(share)).hexdigest()
