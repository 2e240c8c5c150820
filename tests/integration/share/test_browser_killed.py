"""Browsers that die in the middle: of a deposit, of its last answer, of a download. Real ones, ended with SIGKILL."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bots.links.client.boxes import BoxServer
from bots.links.format.publication import Terms
from tests.browsers import BROWSERS, NAMES, Browser, until
from tests.contract.test_share_server import sweep
from tests.integration.boxes.test_box_page import Scene as BoxScene
from tests.integration.boxes.test_box_page import content
from tests.integration.share.test_share_page import Scene
from tests.integration.share.test_share_saving import pattern, visit, what_is_left
from tests.recorder import Recorder, recording
from tests.shares import Share, sharing
from tests.unit.links.boxmakers import MadeBox, made_box
from tests.unit.links.makers import Made, made

pytestmark = [pytest.mark.integration, pytest.mark.limit(600), pytest.mark.asyncio(loop_scope="module")]

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
    stack: AsyncExitStack
    browser: Browser

    async def kill(self) -> None:
        """End the browser in the middle of what it does."""
        await self.browser.kill()
        await self.stack.aclose()

    async def start(self) -> None:
        """Start the browser again, on the profile that it had."""
        self.browser = await self.stack.enter_async_context(
            BROWSERS[self.name](self.folder / "browser", self.recorder.port)
        )

    @property
    def boxes(self) -> BoxServer:
        """The assistant's side."""
        settings = self.share.settings
        return BoxServer(self.share.http, f"http://127.0.0.1:{settings.api_port}", settings.token)

    async def opened(self) -> MadeBox:
        """Open a box."""
        box = made_box(self.share.origin)
        await self.boxes.open(box.opening)
        return box

    async def box_page(self, box: MadeBox) -> BoxScene:
        """Open the page of a box."""
        scene = BoxScene(self.name, self.share, self.boxes, self.recorder, self.browser, [])
        await scene.visit(str(box.address))
        await scene.says("est ouverte")
        return scene

    async def link_page(self, link: Made, way: str) -> Scene:
        """Open the page of a link in a browser that can save in one *way* alone."""
        scene = Scene(self.name, self.share, self.recorder, self.browser)
        await visit(scene, link, way)
        return scene


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=NAMES)
async def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp(request.param)
    async with (
        sharing(folder / "share", streams_each=512) as share,
        recording(share.settings.port) as recorder,
        AsyncExitStack() as stack,
    ):
        browser = await stack.enter_async_context(BROWSERS[request.param](folder / "browser", recorder.port))
        yield Town(request.param, share, recorder, folder, stack, browser)


async def test_a_browser_that_dies_in_a_deposit_leaves_nothing_half_and_nothing_twice(town: Town) -> None:
    box, size, before = await town.opened(), 48 * MIB, {*town.share.files()}
    scene = await town.box_page(box)
    await scene.chooses(**{"grand.bin": size})
    town.recorder.sent.clear()
    await scene.click("send")

    async def on_its_way() -> bool:
        return len(town.recorder.sent) > 5 * MIB

    await until(on_its_way)
    await town.kill()
    (half,) = {*town.share.files()} - before
    assert 0 < half.stat().st_size < size
    assert await town.boxes.waiting() == []

    await town.start()
    scene = await town.box_page(box)
    await scene.chooses(**{"grand.bin": size})
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, texts, _ = await scene.opened(box)
    assert texts == [content(size)]
    assert [file.name for file in deposit.files] == ["grand.bin"]
    # What was cut off goes by itself; what was receipted stays.
    town.share.clock.forward(7 * 3600)
    await sweep(town.share)
    assert [path.stat().st_size for path in {*town.share.files()} - before] == [size]
    assert len(await town.boxes.waiting()) == 1


async def test_a_browser_that_dies_before_it_shows_the_receipt_has_deposited_once(town: Town) -> None:
    box = await town.opened()
    scene = await town.box_page(box)
    await scene.chooses(**{"plan.pdf": 1000})
    await scene.evaluate(HELD_UP)
    await scene.click("send")
    await until(lambda: scene.evaluate("globalThis.isSealed === true"))
    await town.kill()

    await town.start()
    scene = await town.box_page(box)
    deposit, texts, kept = await scene.opened(box)
    assert (texts, bool(kept)) == ([content(1000)], True)
    (arrival,) = [arrival for arrival in await town.boxes.waiting() if arrival.box == box.address.id]
    assert (arrival.deposit, arrival.waiting) == (deposit.id, 1)


@pytest.mark.parametrize("way", ["private", "worker"])
async def test_a_browser_that_dies_in_a_download_leaves_no_half_file_under_its_name(town: Town, way: str) -> None:
    """A download was taken by that; the town gives one more under the same link."""
    text, name = pattern(66 * MIB + 5), f"plan-{way}.bin"
    link = made(town.share.origin, text, names=(name,), downloads=1)
    await town.share.publish(link)
    scene = await town.link_page(link, way)
    before = {*what_is_left(scene)}
    town.recorder.received, town.recorder.rate = 0, 16.0 * MIB
    await scene.save()

    async def on_its_way() -> bool:
        return town.recorder.received > 20 * MIB

    await until(on_its_way)
    await town.kill()
    town.recorder.rate = None
    # Firefox holds the place of a file, with nothing in it.
    assert {*what_is_left(scene)} == before

    await town.start()
    scene = await town.link_page(link, way)
    await scene.says("Tous les téléchargements")
    state = await town.share.assistant.look(link.link.id)
    assert state.used == 1
    await town.share.assistant.agree(link.link.id, Terms(state.terms.expires, 2))
    await visit(scene, link, way)
    await scene.save()
    await scene.says("entier et vérifié")
    assert await scene.evaluate("document.documentElement.dataset.savedBy") == way
    whole = await until(lambda: _of_size(scene.browser.downloads, way, len(text)))
    assert whole.read_bytes() == text
    # Firefox, started again, holds the place of what was cut: with nothing in it, beside the whole one.
    assert {path.stat().st_size for path in scene.browser.downloads.glob(f"plan-{way}*.bin")} <= {0, len(text)}
    assert (await town.share.assistant.look(link.link.id)).used == 2


async def _of_size(folder: Path, way: str, size: int) -> Path | None:
    return next((path for path in folder.glob(f"plan-{way}*.bin") if path.stat().st_size == size), None)
