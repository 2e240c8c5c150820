"""Two gigabytes, down and up, in real browsers: whole, and with a memory that does not grow with the file. Nightly."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.links.client.boxes import BoxServer
from bots.links.format.address import ShareLink
from bots.links.format.chunks import ChunkHasher
from bots.links.format.manifest import Manifest, SharedFile
from bots.links.format.publication import Publication, Terms, new_blob_id
from tests.browsers import BROWSERS, NAMES, Browser, until
from tests.integration.boxes.test_box_page import Scene as BoxScene
from tests.integration.share.test_share_page import Scene
from tests.integration.share.test_share_saving import NO_PICKER
from tests.recorder import recording
from tests.shares import Share, sharing
from tests.unit.links.boxmakers import made_box

pytestmark = [pytest.mark.integration, pytest.mark.nightly, pytest.mark.limit(3000)]

MIB = 2**20
SIZE = 2_000_000_000
MOST_MORE = 500 * MIB
"""Beside the open page. 512 MiB of a file were up to 267 (test_share_saving): garbage that comes and goes."""
_PATIENCE = 1500.0
_STEP = 8 * MIB


async def plaintext() -> AsyncIterator[bytes]:
    """Yield the file: each piece says which it is."""
    for at in range(0, SIZE, _STEP):
        yield (at // _STEP).to_bytes(8) * (min(_STEP, SIZE - at) // 8)


@pytest.fixture(params=NAMES)
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with (
        sharing(tmp_path / "share", streams_each=512) as share,
        recording(share.settings.port) as recorder,
        BROWSERS[request.param](tmp_path / "browser", recorder.port) as browser,
    ):
        recorder.keeps = False
        yield Scene(request.param, share, recorder, browser)


async def published(share: Share) -> tuple[ShareLink, bytes]:
    """Publish the file, never as a whole in memory; return the link and the hash of the plaintext."""
    key, iv = os.urandom(32), os.urandom(8) + bytes(8)
    hasher, whole = ChunkHasher(), hashlib.sha256()

    async def ciphertext(start: int) -> AsyncIterator[bytes]:
        assert start == 0
        encryptor = Cipher(AES(key), CTR(iv)).encryptor()
        async for piece in plaintext():
            sealed = encryptor.update(piece)
            hasher.update(sealed)
            whole.update(piece)
            yield sealed

    blob = new_blob_id()
    await share.assistant.upload(blob, SIZE, ciphertext)
    file = SharedFile("plan.bin", "application/octet-stream", SIZE, key, iv, hasher.sha256(), hasher.digests())
    link, terms = ShareLink.new(share.origin), Terms(datetime.now(UTC) + timedelta(days=7), None, burn=False)
    manifest = Manifest((file,), "Mairie de Valbourg")
    await share.assistant.publish(Publication.seal(link, None, manifest, [blob], terms))
    return link, whole.digest()


class Memory:
    """What a browser takes more than it had at first, looked at again and again."""

    def __init__(self, browser: Browser) -> None:
        self._browser, self.before, self.most = browser, browser.memory(), 0

    def look(self) -> None:
        self.most = max(self.most, self._browser.memory() - self.before)


def told(what: str, scene: Scene, memory: Memory, began: float) -> None:
    """Print the figures."""
    speed = SIZE / MIB / (monotonic() - began)
    print(f"{scene.name}: {what} {speed:.0f} MiB/s, {memory.most // MIB} MiB more at most")


async def test_two_gigabytes_come_down_whole_with_flat_memory(scene: Scene) -> None:
    link, digest = await published(scene.share)
    await scene.browser.preload(NO_PICKER)
    await scene.visit(str(link))
    memory, began = Memory(scene.browser), monotonic()
    await scene.save()

    async def is_there() -> bool:
        memory.look()
        assert "altéré" not in await scene.status()
        return any(path.stat().st_size == SIZE for path in scene.browser.downloads.glob("plan.bin"))

    await until(is_there, _PATIENCE)
    await scene.says("entier et vérifié")
    told("down", scene, memory, began)
    path = scene.browser.downloads / "plan.bin"
    assert await asyncio.to_thread(_digest, path) == digest
    assert memory.most < MOST_MORE


async def test_two_gigabytes_go_up_whole_with_flat_memory(scene: Scene, tmp_path: Path) -> None:
    settings = scene.share.settings
    town = BoxServer(scene.share.http, f"http://127.0.0.1:{settings.api_port}", settings.token)
    box = made_box(settings.origin, size=SIZE + MIB, quota=2 * SIZE)
    await town.open(box.opening)
    source = tmp_path / "grand.bin"
    with source.open("wb") as written:
        async for piece in plaintext():
            written.write(piece)
    form = BoxScene(scene.name, scene.share, town, scene.recorder, scene.browser, [])
    await form.visit(str(box.address))
    await form.says("est ouverte")
    await scene.browser.choose("picker", source)
    memory, began = Memory(scene.browser), monotonic()
    await form.click("send")

    async def is_kept() -> bool:
        memory.look()
        return "Votre dépôt est enregistré" in await form.status()

    await until(is_kept, _PATIENCE)
    told("up", scene, memory, began)
    (arrival,) = await town.waiting()
    deposit = box.opened((await town.sealed(arrival.deposit)).sealed, arrival.deposit)
    (file,) = deposit.files
    decryptor, whole = Cipher(AES(file.key), CTR(file.iv)).decryptor(), hashlib.sha256()
    async for piece in town.file(arrival.deposit, 0, SIZE):
        whole.update(decryptor.update(piece))
    assert (file.size, whole.digest()) == (SIZE, await asyncio.to_thread(_digest, source))
    assert file.sha256 == whole.digest()
    assert memory.most < MOST_MORE


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
