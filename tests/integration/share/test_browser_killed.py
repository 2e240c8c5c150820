"""Browsers that die in the middle: of a deposit, of its last answer, of a download. Real ones, ended with SIGKILL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bots.links.client.boxes import BoxServer
from bots.links.format.publication import Terms
from tests.browsers import BROWSERS, NAMES, Browser, until
from tests.contract.test_share_server import sweep
from tests.integration.boxes.test_box_page import Scene as BoxScene
from tests.integration.boxes.test_box_page import content
from tests.integration.share.test_share_page import Scene
from tests.integration.share.test_share_saving import WAYS, pattern
from tests.recorder import Recorder, recording
from tests.shares import Share, sharing
from tests.unit.links.boxmakers import MadeBox, made_box
from tests.unit.links.makers import made

pytestmark = [pytest.mark.integration, pytest.mark.limit(600)]

MIB = 2**20
HELD_UP = """(() => {
  const ask = globalThis.fetch;
  globalThis.fetch = async (path, options) => {
    const answer = await ask(path, options);
    if (!path.endsWith('/seal')) return answer;
    globalThis.isSealed = answer.status === 200;
    return new Promise(() => {});
  };
})()"""


@dataclass
class Town:
    """A share server, what stands before it, and a citizen's computer, whose browser may be started again."""

    name: str
    share: Share
    recorder: Recorder
    folder: Path

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """Start the browser, on the profile that it had."""
        async with BROWSERS[self.name](self.folder / "browser", self.recorder.port) as found:
            yield found

    @property
    def boxes(self) -> BoxServer:
        """The assistant's side."""
        settings = self.share.settings
        return BoxServer(self.share.http, f"http://127.0.0.1:{settings.api_port}", settings.token)

    @asynccontextmanager
    async def box_page(self, box: MadeBox) -> AsyncIterator[BoxScene]:
        """Open the page of a box."""
        async with self.browser() as browser:
            scene = BoxScene(self.name, self.share, self.boxes, self.recorder, browser, [])
            await scene.visit(str(box.address))
            yield scene


@pytest.fixture(params=NAMES)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with (
        sharing(tmp_path / "share", streams_each=512) as share,
        recording(share.settings.port) as recorder,
    ):
        yield Town(request.param, share, recorder, tmp_path)


async def test_a_browser_that_dies_in_a_deposit_leaves_nothing_half_and_nothing_twice(town: Town) -> None:
    box, size = made_box(town.share.origin), 90 * MIB
    await town.boxes.open(box.opening)
    async with town.box_page(box) as scene:
        await scene.says("est ouverte")
        await scene.chooses(**{"grand.bin": size})
        town.recorder.sent.clear()
        await scene.click("send")

        async def on_its_way() -> bool:
            return len(town.recorder.sent) > 5 * MIB

        await until(on_its_way)
        await scene.browser.kill()
    (half,) = town.share.files()
    assert 0 < half.stat().st_size < size
    assert await town.boxes.waiting() == []

    async with town.box_page(box) as scene:
        await scene.says("est ouverte")
        await scene.chooses(**{"grand.bin": size})
        await scene.click("send")
        await scene.says("Votre dépôt est enregistré")
        deposit, texts, _ = await scene.opened(box)
        assert texts == [content(size)]
        assert [file.name for file in deposit.files] == ["grand.bin"]
    # What was cut off goes by itself; what was receipted stays.
    town.share.clock.forward(7 * 3600)
    await sweep(town.share)
    assert [path.stat().st_size for path in town.share.files()] == [size]
    assert len(await town.boxes.waiting()) == 1


async def test_a_browser_that_dies_before_it_shows_the_receipt_has_deposited_once(town: Town) -> None:
    box = made_box(town.share.origin)
    await town.boxes.open(box.opening)
    async with town.box_page(box) as scene:
        await scene.says("est ouverte")
        await scene.chooses(**{"plan.pdf": 1000})
        await scene.evaluate(HELD_UP)
        await scene.click("send")
        await until(lambda: scene.evaluate("globalThis.isSealed === true"))
        await scene.browser.kill()

    async with town.box_page(box) as scene:
        deposit, texts, kept = await scene.opened(box)
        assert (texts, bool(kept)) == ([content(1000)], True)
    (arrival,) = await town.boxes.waiting()
    assert arrival.deposit == deposit.id


@pytest.mark.parametrize("way", ["private", "worker"])
async def test_a_browser_that_dies_in_a_download_leaves_no_half_file_under_its_name(town: Town, way: str) -> None:
    """A download was taken by that; the town gives one more under the same link."""
    text = pattern(66 * MIB + 5)
    link = made(town.share.origin, text, names=("plan.bin",), downloads=1)
    await town.share.publish(link)
    async with _page(town, link, way) as scene:
        town.recorder.received, town.recorder.rate = 0, 16.0 * MIB
        await scene.save()

        async def on_its_way() -> bool:
            return town.recorder.received > 20 * MIB

        await until(on_its_way)
        await scene.browser.kill()
    town.recorder.rate = None
    # Firefox holds the place of a file, with nothing in it.
    assert [name for name in scene.left() if (scene.browser.downloads / name).stat().st_size] == []

    async with _page(town, link, way) as scene:
        await scene.says("Tous les téléchargements")
        state = await town.share.assistant.look(link.link.id)
        assert state.used == 1
        await town.share.assistant.agree(link.link.id, Terms(state.terms.expires, 2))
        await scene.visit(str(link.link))
        await scene.save()
        await scene.says("entier et vérifié")
        assert await scene.evaluate("document.documentElement.dataset.savedBy") == way
        whole = await until(lambda: _of_size(scene.browser.downloads, len(text)))
        assert whole.read_bytes() == text
        # Firefox, started again, holds the place of what was cut: with nothing in it, beside the whole one.
        assert {path.stat().st_size for path in scene.browser.downloads.iterdir() if path.suffix == ".bin"} <= {
            0,
            len(text),
        }
    assert (await town.share.assistant.look(link.link.id)).used == 2


async def _of_size(folder: Path, size: int) -> Path | None:
    return next((path for path in folder.glob("plan*.bin") if path.stat().st_size == size), None)


@asynccontextmanager
async def _page(town: Town, link: Any, way: str) -> AsyncIterator[Scene]:
    async with town.browser() as browser:
        await browser.preload(WAYS[way])
        scene = Scene(town.name, town.share, town.recorder, browser)
        await scene.visit(str(link.link))
        yield scene
