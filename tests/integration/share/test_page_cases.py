"""Outside cases of both pages in real browsers: archives, caches and referrers, private windows, the antivirus."""

import hashlib
import os
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from bots.links.client.boxes import BoxServer
from tests.browsers import BROWSERS, NAMES, Browser, until
from tests.integration.boxes.test_box_page import Scene as BoxScene
from tests.integration.boxes.test_box_page import content, plain
from tests.integration.share.test_share_page import Scene
from tests.recorder import Recorder, recording
from tests.shares import Share, sharing
from tests.unit.links.boxmakers import made_box
from tests.unit.links.makers import made

pytestmark = [pytest.mark.integration, pytest.mark.limit(300)]

CASES = Path(__file__).parents[2] / "unit" / "links" / "cases"
MIB = 2**20
CLEAN = (
    "Analysé par l’antivirus de la collectivité : rien trouvé.",
    "Checked by the sender’s antivirus: nothing found.",
)
UNSCANNED = ("Non analysé par un antivirus.", "Not checked by an antivirus.")
BOX = (
    "Cette page n’y cherche pas de virus ; la collectivité peut le faire quand ils arrivent.",
    "This page does not look for viruses in them; the local authority may when they arrive.",
)


@dataclass
class Town:
    """A share server, a browser, and what stands between them."""

    name: str
    share: Share
    recorder: Recorder
    folder: Path

    @property
    def boxes(self) -> BoxServer:
        """The assistant's side."""
        settings = self.share.settings
        return BoxServer(self.share.http, f"http://127.0.0.1:{settings.api_port}", settings.token)

    @asynccontextmanager
    async def browser(self, *, private: bool = False) -> AsyncIterator[Browser]:
        async with BROWSERS[self.name](self.folder / "browser", self.recorder.port, private=private) as found:
            yield found

    def page(self, browser: Browser) -> Scene:
        return Scene(self.name, self.share, self.recorder, browser)

    def box_page(self, browser: Browser) -> BoxScene:
        return BoxScene(self.name, self.share, self.boxes, self.recorder, browser, [])


BROWSER_S_OWN = {"profile", ".local", ".cache", ".config"}
"""Folders in which a browser keeps what is its own."""


@pytest.fixture(params=NAMES)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with sharing(tmp_path / "share", streams_each=512) as share, recording(share.settings.port) as recorder:
        yield Town(request.param, share, recorder, tmp_path)


async def test_both_pages_say_what_was_scanned_and_what_was_not_in_both_languages(town: Town) -> None:
    link = made(town.share.origin, b"plan", b"archive", names=("plan.pdf", "archive.zip"), scans=("clean",))
    await town.share.publish(link)
    box = made_box(town.share.origin)
    await town.boxes.open(box.opening)
    async with town.browser() as browser:
        page = town.page(browser)
        await page.visit(str(link.link))
        await page.says("fichiers")
        for language in (0, 1):
            rows = await page.evaluate("[...document.querySelectorAll('#list li')].map((row) => row.innerText)")
            first, second = map(plain, rows)
            assert CLEAN[language] in first
            assert UNSCANNED[language] not in first
            assert UNSCANNED[language] in second
            assert CLEAN[language] not in second
            await page.click("language")

        form = town.box_page(browser)
        await form.visit(str(box.address))
        await form.says("est ouverte")
        for language in (0, 1):
            assert BOX[language] in await form.text()
            await form.click("language")


async def test_f54_an_archive_that_would_write_outside_goes_through_as_it_is(town: Town) -> None:
    """Nobody unpacks it: not the server, not the page; and each way round it is the same bytes."""
    archive = (CASES / "zip-slip.zip").read_bytes()
    assert any(".." in name or name.startswith("/") for name in zipfile.ZipFile(CASES / "zip-slip.zip").namelist())
    link = made(town.share.origin, archive, names=("plans.zip",))
    await town.share.publish(link)
    async with town.browser() as browser:
        page = town.page(browser)
        before = {path for path in town.folder.rglob("*") if not BROWSER_S_OWN & {*path.parts}}
        await page.visit(str(link.link))
        await page.save()
        await page.says("entier et vérifié")
        assert await page.saved("plans.zip", len(archive)) == archive
        after = {path for path in town.folder.rglob("*") if not BROWSER_S_OWN & {*path.parts}}
        assert after - before == set()


async def test_f62_neither_ciphertext_nor_manifest_is_left_in_a_cache_and_no_address_is_told(town: Town) -> None:
    text = os.urandom(3 * MIB)
    link = made(town.share.origin, text)
    await town.share.publish(link)
    async with town.browser() as browser:
        page = town.page(browser)
        await page.visit(str(link.link))
        await page.save()
        await page.says("entier et vérifié")
        await page.saved(link.manifest.files[0].name, len(text))
        # Somebody follows a link that stands in the page, to this server and to another one.
        for target in ("/robots.txt", "http://ailleurs.example/"):
            went = f"""(() => {{
              const anchor = document.createElement('a');
              anchor.href = '{target}';
              document.body.append(anchor);
              anchor.click();
            }})()"""
            await page.visit(str(link.link))
            town.recorder.sent.clear()
            await page.evaluate(went)
            await until(partial(_asked, town, target))
            assert b"\nreferer:" not in bytes(town.recorder.sent).lower()
        # Whatever a browser writes when it ends is on the disk then.
    kept = b"".join(path.read_bytes() for path in (town.folder / "browser" / "profile").rglob("*") if path.is_file())
    assert len(kept) > 100_000, "the look finds what is there"
    assert link.ciphertexts[0][MIB : MIB + 64] not in kept
    assert link.publication.manifest[:64] not in kept


async def _asked(town: Town, target: str) -> bool:
    """Tell whether a browser has asked for *target*: its whole head, in which a referrer would stand."""
    head = rb"^GET \S*" + re.escape(target.encode()) + rb" HTTP/[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n"
    return re.search(head, bytes(town.recorder.sent), re.MULTILINE) is not None


async def test_f92_a_deposit_from_a_private_window_is_the_same_bytes(town: Town) -> None:
    box, size = made_box(town.share.origin), 9 * MIB + 17
    await town.boxes.open(box.opening)
    async with town.browser(private=True) as browser:
        form = town.box_page(browser)
        await form.visit(str(box.address))
        await form.says("est ouverte")
        await form.chooses(**{"plan.pdf": size, "vide.txt": 0})
        await form.click("send")
        await form.says("Votre dépôt est enregistré")
        deposit, texts, _ = await form.opened(box)

    assert texts == [content(size), b""]
    assert [file.sha256 for file in deposit.files] == [hashlib.sha256(each).digest() for each in texts]
