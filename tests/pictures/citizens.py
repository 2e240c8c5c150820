"""The pages that citizens see, on a telephone, in Chromium: ``partage`` and ``depot`` of :mod:`tests.pictures`."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from PIL import Image

from bots.links.box.descriptor import FormField
from bots.links.client.boxes import BoxServer
from tests.browsers import chromium, until
from tests.integration.boxes import test_box_page as boxes
from tests.integration.share import test_share_page as links
from tests.recorder import recording
from tests.shares import Share, sharing

_BETWEEN: Final = 20
"""Pixels between two telephones."""
_FIELDS: Final = (
    FormField("Nom", required=True),
    FormField("Date de naissance", "date", required=True),
    FormField("Type de bien", "choice", choices=("maison", "appartement")),
)


@asynccontextmanager
async def _telephone(folder: Path) -> AsyncIterator[tuple[links.Scene, Share]]:
    async with (
        sharing(folder / "share", office="Mairie de Valbourg") as share,
        recording(share.settings.port) as recorder,
        chromium(folder / "browser", recorder.port) as browser,
    ):
        await browser.be_telephone()
        yield links.Scene("chromium", share, recorder, browser), share


async def link(picture: Path) -> None:
    """Draw a link that is open, and one whose password was wrong."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        async with _telephone(folder) as (scene, _):
            names = ("délibération 12.pdf", "plans du parc (archive).zip")
            texts = bytes(1_800_000), bytes(38_400_000)
            made = await links.published(scene, *texts, password="maire", downloads=3, names=names, scans=("clean",))
            await scene.visit(str(made.link))
            await scene.type_password("faux")
            await scene.says("n’est pas le bon")
            await scene.browser.screenshot(folder / "2.png")
            await scene.type_password("maire")
            await scene.says("Le lien est ouvert")
            await scene.save()
            await scene.says("entier et vérifié")
            await scene.browser.screenshot(folder / "1.png")
        _beside(folder, picture)


async def box(picture: Path) -> None:
    """Draw a form that is filled in, and the receipt, signed."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        async with _telephone(folder) as (opened, share):
            town = BoxServer(share.http, f"http://127.0.0.1:{share.settings.api_port}", share.settings.token)
            scene = boxes.Scene("chromium", share, town, opened.recorder, opened.browser, [])
            expires = datetime.fromtimestamp(share.clock.now / 1000, UTC) + timedelta(days=30)
            made = await boxes.opening(scene, *_FIELDS, expires=expires, size=100_000_000)
            await scene.visit(str(made.address))
            for place, answer in enumerate(("Zoé Lefèvre", "12/05/1980", "maison")):
                await scene.types(place, answer)
            await scene.chooses(**{"Plan de masse.pdf": 2_400_000, "Façade sud.jpg": 800_000})
            await scene.browser.screenshot(folder / "1.png")
            await scene.click("send")
            await scene.says("Votre dépôt est enregistré")
            deposit, _, kept = await scene.opened(made)
            await boxes.answered(scene, made, deposit, kept, "received")
            await until(lambda: scene.evaluate("document.documentElement.dataset.state === 'received'"))
            await scene.browser.screenshot(folder / "2.png")
        _beside(folder, picture)


def _beside(folder: Path, picture: Path) -> None:
    """Put both pictures of *folder* beside one another."""
    first, second = (Image.open(folder / f"{number}.png").convert("RGB") for number in (1, 2))
    size = first.width + _BETWEEN + second.width, max(first.height, second.height)
    both = Image.new("RGB", size, "#e5e7eb")
    both.paste(first, (0, 0))
    both.paste(second, (first.width + _BETWEEN, 0))
    both.quantize(64).save(picture, optimize=True)


PAGES: Final = {"partage": link, "depot": box}
