"""Media against real Synapses: up, down, across federation, and what they refuse."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

from bots.envelope.errors import Corrupt
from bots.envelope.file import EncryptedFile
from bots.envelope.stream import PIECE
from bots.matrix.errors import LoggedOut, Refused, TooLarge, Unreachable
from bots.matrix.homeserver.media import Media
from config.identifiers import MxcUri, ServerName
from tests.servers import Server, Servers

pytestmark = pytest.mark.integration

_T = TypeVar("_T")


class Token:
    def __init__(self, token: str) -> None:
        self._token = token

    async def authorised(self, send: Callable[[str], Awaitable[_T]]) -> _T:
        return await send(self._token)


@asynccontextmanager
async def account(server: Server, token: str | None = None, *, storing_s: float = 60) -> AsyncIterator[Media]:
    known = token or (await server.user("alice")).access_token
    media = Media(server.client_url, ServerName(server.server_name), Token(known), storing_s=storing_s)
    try:
        yield media
    finally:
        await media.close()


@pytest.mark.parametrize("size", [0, 1, 3 * PIECE + 5])
@pytest.mark.parametrize("encrypted", [True, False])
async def test_what_goes_up_comes_down(synapse: Server, tmp_path: Path, size: int, encrypted: bool) -> None:
    data = os.urandom(size)
    async with account(synapse) as media:
        file = await media.upload(data, content_type="text/csv", encrypted=encrypted)

        assert await media.download(file, most=size) == data
        assert await media.save(file, tmp_path / "target", most=size) == size

    assert (tmp_path / "target").read_bytes() == data
    url = file.url if isinstance(file, EncryptedFile) else file
    assert url.server == synapse.server_name


async def test_the_other_collectivity_reads_it(federation: Servers, tmp_path: Path) -> None:
    """The event with the key is all that the other side needs; its own homeserver fetches the ciphertext."""
    source = tmp_path / "source"
    source.write_bytes(os.urandom(5 * PIECE + 3))
    async with account(federation["valbourg"]) as ours, account(federation["rivemont"]) as theirs:
        file = await ours.upload(source, content_type="application/jsonl", encrypted=True)
        assert isinstance(file, EncryptedFile)
        received = EncryptedFile.parse(file.as_json())

        assert await theirs.save(received, tmp_path / "target", most=6 * PIECE) == 5 * PIECE + 3

        with pytest.raises(TooLarge):
            await theirs.download(received, most=5 * PIECE)
        another = EncryptedFile(file.url, file.key, file.iv, bytes(32))
        with pytest.raises(Corrupt):
            await theirs.download(another, most=6 * PIECE)

    assert (tmp_path / "target").read_bytes() == source.read_bytes()


async def test_media_of_a_server_that_is_cut_off_cannot_be_had(federation: Servers) -> None:
    async with account(federation["valbourg"]) as ours, account(federation["rivemont"], storing_s=5) as theirs:
        file = await ours.upload(b"the bell rings", content_type="text/plain", encrypted=True)
        federation.cut()
        try:
            with pytest.raises((Refused, Unreachable)):
                await theirs.download(file, most=100)
        finally:
            federation.mend()
        assert await ours.download(file, most=100) == b"the bell rings"


async def test_what_is_not_there_is_refused(synapse: Server) -> None:
    async with account(synapse) as media:
        with pytest.raises(Refused) as caught:
            await media.download(MxcUri(f"mxc://{synapse.server_name}/{'x' * 24}"), most=1)

    assert (caught.value.status, caught.value.errcode) == (404, "M_NOT_FOUND")


async def test_what_is_too_large_is_refused_before_it_is_sent(synapse: Server, tmp_path: Path) -> None:
    source = tmp_path / "source"
    async with account(synapse) as media:
        most = await media.largest()
        assert most is not None
        with source.open("wb") as stream:
            stream.truncate(most + 1)  # a hole: it takes no room on the disk

        async with asyncio.timeout(5):
            with pytest.raises(Refused) as caught:
                await media.upload(source, content_type="text/csv", encrypted=True)

    assert (caught.value.status, caught.value.errcode) == (413, "M_TOO_LARGE")


async def test_synapse_sends_no_part_of_a_file(synapse: Server) -> None:
    """So ``files get`` begins anew where it was cut. The day this fails, it can be made to go on."""
    data, alice = os.urandom(3 * PIECE), await synapse.user("alice")
    async with account(synapse, alice.access_token) as media:
        file = await media.upload(data, content_type="application/octet-stream", encrypted=False)
    url = f"{synapse.client_url}/_matrix/client/v1/media/download/{str(file).removeprefix('mxc://')}"
    headers = {"Authorization": f"Bearer {alice.access_token}", "Range": f"bytes={PIECE}-"}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        assert (response.status, await response.read()) == (200, data)
        assert "Accept-Ranges" not in response.headers


async def test_without_a_good_token_nothing_is_had(synapse: Server) -> None:
    async with account(synapse, "no such token") as media:
        with pytest.raises(LoggedOut):
            await media.upload(bytes(2 * PIECE), content_type="text/csv", encrypted=True)
        with pytest.raises(LoggedOut):
            await media.upload(b"x", content_type="text/csv", encrypted=True)
        with pytest.raises(LoggedOut):
            await media.download(MxcUri(f"mxc://{synapse.server_name}/{'x' * 24}"), most=1)
