"""Files beyond 2³² bytes at the share server (case F12): sizes, ranges and offsets are whole numbers on each database.

The bytes are a hole in a sparse file: nothing of them is sent or written.
"""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bots.links.client.server import LinkState, Source
from bots.links.format.publication import new_blob_id
from tests.shares import TOKEN, Share, sharing, source_of
from tests.unit.links.makers import made

GIB = 2**30
# 2³¹, 2³² and the bytes about them; the largest one that a town could mean.
SIZES = (2 * GIB - 1, 2 * GIB, 4 * GIB - 1, 4 * GIB, 4 * GIB + 1, 4 * GIB + 5, 50 * GIB)
TUS = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {TOKEN}"}
PATCH = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
async def share(database_url: str, tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share", database_url, quota=200 * GIB) as running:
        yield running


async def grown(share: Share, blob: str, received: int) -> None:
    """Have the server hold *received* bytes of *blob*, as if they had come."""
    (path,) = [path for path in share.files() if path.name == blob]
    os.truncate(path, received)
    assert share.database is not None
    async with share.database.begin() as transaction:
        words = text("UPDATE share_blobs SET received = :received WHERE id = :id")
        await transaction.execute(words, {"received": received, "id": blob})


@pytest.mark.parametrize("size", SIZES)
async def test_f12_a_large_upload_goes_on_where_it_was(share: Share, size: int) -> None:
    blob = new_blob_id()
    url = f"http://127.0.0.1:{share.settings.api_port}/api/uploads/{blob}"
    async with share.http.post(url, headers={**TUS, "Upload-Length": str(size)}) as response:
        assert response.status == 201
    async with share.http.patch(url, data=io.BytesIO(b"x"), headers={**PATCH, "Upload-Offset": "0"}) as response:
        assert response.status == 204
    await grown(share, blob, size - 5)

    async with share.http.head(url, headers=TUS) as response:
        assert (response.headers["Upload-Offset"], response.headers["Upload-Length"]) == (str(size - 5), str(size))
    wrong = (size - 5) % 2**32
    for offset in {wrong, size - 6, 0} - {size - 5}:
        headers = {**PATCH, "Upload-Offset": str(offset)}
        async with share.http.patch(url, data=io.BytesIO(b"12345"), headers=headers) as response:
            assert response.status == 409
    await share.assistant.upload(blob, size, _last(b"12345", size))
    async with share.http.head(url, headers=TUS) as response:
        assert response.headers["Upload-Offset"] == str(size)


def _last(end: bytes, size: int) -> Source:
    """Return a source that has only the end of *size* bytes."""

    async def pieces(offset: int) -> AsyncIterator[bytes]:
        assert offset == size - len(end), "the server knows how far it is"
        yield end

    return pieces


@pytest.mark.parametrize("size", SIZES)
async def test_f12_a_large_file_is_served_from_any_place(share: Share, size: int) -> None:
    link = made(share.origin, b"x")
    (blob,) = link.publication.blobs
    await share.assistant.upload(blob, 1, source_of(link.ciphertexts[0]))
    await share.assistant.publish(link.publication)
    (path,) = [path for path in share.files() if path.name == blob]
    with path.open("r+b") as file:
        file.truncate(size)
        file.seek(size - 5)
        file.write(b"12345")
    assert share.database is not None
    async with share.database.begin() as transaction:
        words = text("UPDATE share_blobs SET size = :size, received = :size WHERE id = :id")
        await transaction.execute(words, {"size": size, "id": blob})
    ticket = await share.lease(link)
    url, headers = f"{share.origin}/s/{link.link.id}/blob/0", {"Authorization": f"Ticket {ticket}"}

    async with share.http.head(url, headers=headers) as response:
        assert response.headers["Content-Length"] == str(size)
    for start, end in ((size - 5, size - 1), (size - 5, size + 2**33)):
        async with share.http.get(url, headers={**headers, "Range": f"bytes={start}-{end}"}) as response:
            assert (response.status, await response.read()) == (206, b"12345")
            assert response.headers["Content-Range"] == f"bytes {size - 5}-{size - 1}/{size}"
            assert response.headers["Content-Length"] == "5"
    async with share.http.get(url, headers={**headers, "Range": f"bytes={size}-"}) as response:
        assert response.status == 416
    async with share.http.get(url, headers={**headers, "Range": "bytes=-5"}) as response:
        assert await response.read() == b"12345"


async def test_f36_after_fifty_at_once_ten_reloads_take_nothing_and_the_count_stays(share: Share) -> None:
    """The counter never says four of three, whoever asks and however often."""
    link = made(share.origin, b"bonjour", downloads=3)
    await share.publish(link)
    seen: list[LinkState] = []
    asked = [share.ask(link, "lease") for _ in range(50)]
    answers = [status for status, _ in await asyncio.gather(*asked)]
    assert sorted(answers) == [200] * 3 + [410] * 47
    seen.append(await share.assistant.look(link.link.id))
    for _ in range(10):
        status, _ = await share.ask(link, "open")
        assert status == 200
        assert await share.ask(link, "lease") == (410, {"error": "exhausted"})
        seen.append(await share.assistant.look(link.link.id))

    assert [state.used for state in seen] == [3] * 11
    assert len({replace(state, opened=0, last_opened=None) for state in seen}) == 1
