"""Outside cases of links that need a share server, and no browser: sizes (F10, F12) and names of one folder (F54)."""

import hashlib
import json
import os
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.links.client.fetching import Visitor
from bots.links.client.saving import taking
from tests.shares import Share, sharing
from tests.unit.links.makers import made

pytestmark = pytest.mark.integration

CASES = Path(__file__).parents[2] / "unit" / "links" / "cases"
# Those of more than 4 GiB are holes in files that exist nowhere (tests/contract/test_large_blobs).
SIZES = [size for size in json.loads((CASES / "sizes.json").read_text())["sizes"] if size < 2**32]
NAMES = [case["given"] for case in json.loads((CASES / "names.json").read_text(encoding="utf-8"))["cases"]]


@pytest.fixture
async def share(tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share") as running:
        yield running


async def saved(share: Share, folder: Path, texts: list[bytes], names: list[str]) -> list[Path]:
    """Return where each file of one link lies, saved as ``beffroi decrypt`` does."""
    link = made(share.origin, *texts, names=tuple(names), downloads=1)
    await share.publish(link)
    visitor = Visitor(share.http)
    folder.mkdir()
    with taking(visitor, await visitor.open(link.link, None), folder) as download:
        paths = [await download.save(place, lambda _: None) for place in range(len(texts))]
        await download.end()
    return paths


@pytest.mark.parametrize("size", SIZES)
async def test_f10_f12_a_file_of_any_size_comes_out_as_it_went_in(share: Share, tmp_path: Path, size: int) -> None:
    text = os.urandom(size)
    (path,) = await saved(share, tmp_path / "ici", [text], ["plan.bin"])

    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(text).digest()


async def test_f54_whatever_files_are_called_each_has_a_name_of_its_own_in_the_folder(
    share: Share, tmp_path: Path
) -> None:
    """Also where two names are one after NFC, which is one file on some disks."""
    names = [*NAMES, "\u00e9tat.pdf", "e\u0301tat.pdf"]
    texts = [f"pièce {number}".encode() for number in range(len(names))]
    before = {path for path in tmp_path.rglob("*") if "share" not in path.parts}
    paths = await saved(share, tmp_path / "ici", texts, names)

    assert [path.read_bytes() for path in paths] == texts
    assert {path.parent for path in paths} == {tmp_path / "ici"}
    assert len({unicodedata.normalize("NFC", path.name).casefold() for path in paths}) == len(names)
    after = {path for path in tmp_path.rglob("*") if "share" not in path.parts}
    assert after - before == {tmp_path / "ici", *paths}
