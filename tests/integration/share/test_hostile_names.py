"""What a stranger calls a file, in real browsers and in the one header that ever holds a name."""

import json
import re
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import unquote

import pytest

from bridge.share.page.assembly import ASSETS
from tests.browsers import BROWSERS, NAMES, until
from tests.integration.share.test_share_page import Scene
from tests.integration.share.test_share_saving import WAYS, pattern
from tests.recorder import recording
from tests.shares import sharing
from tests.unit.links.makers import made

pytestmark = [pytest.mark.integration, pytest.mark.limit(900)]

CASES = json.loads((ASSETS.parents[3] / "tests/unit/links/cases/hostile-names.json").read_text("utf-8"))["cases"]
HEADERS = """const { readFileSync } = require("node:fs");
const vm = require("node:vm");
const self = { addEventListener: () => {}, skipWaiting: () => {}, clients: {} };
const script = readFileSync(process.argv[1], "utf8") + "; headersOf";
const headersOf = vm.runInNewContext(script, { self, encodeURIComponent, String, Map });
const names = JSON.parse(readFileSync(0, "utf8"));
const sent = names.map((name) => [...new Headers(headersOf({ name, size: 7 }))]);
process.stdout.write(JSON.stringify(sent));"""
# RFC 8187 §3.2.1: what stands for itself in a value, or is written in percent.
PLAIN = re.compile(r"attachment; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-Fa-f]{2})+)")


def headers_of(names: Sequence[str]) -> list[dict[str, str]]:
    """Return what the page's worker sends before each of these files."""
    command = ["node", "-e", HEADERS, str(ASSETS / "sw.js")]
    done = subprocess.run(command, input=json.dumps(names), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return [dict(each) for each in json.loads(done.stdout)]


def test_no_name_ends_its_header_or_begins_another() -> None:
    """Also one that was not cleaned before: line ends, quotes, semicolons, what is written in percent."""
    names = [name for case in CASES for name in (case["given"], case["shown"])]

    for name, sent in zip(names, headers_of(names), strict=True):
        found = PLAIN.fullmatch(sent["content-disposition"])
        assert found is not None, ascii(name)
        assert unquote(found[1]) == name
        assert set(sent) == {
            *("content-type", "content-disposition", "content-length", "cache-control"),
            *("content-security-policy", "x-content-type-options"),
        }


@pytest.fixture(params=NAMES)
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with (
        sharing(tmp_path / "share", streams_each=512) as share,
        recording(share.settings.port) as recorder,
        BROWSERS[request.param](tmp_path / "browser", recorder.port) as browser,
    ):
        yield Scene(request.param, share, recorder, browser)


async def test_whatever_files_are_called_each_lies_whole_in_the_folder_and_nothing_runs(scene: Scene) -> None:
    """All at once: of more than ten in a second Chromium dropped some, and the page called them saved."""
    # One of each name that people see, as a folder has it; those that browsers write alike are no question of ours.
    named = {"".join(filter(str.isalnum, case["shown"])): case for case in CASES if case["shown"][-4:] == ".pdf"}
    names = tuple(case["given"] for case in named.values())
    texts = [f"pièce {number}".encode() for number in range(len(names))]
    link = made(scene.share.origin, *texts, names=names)
    await scene.share.publish(link)
    await scene.visit(str(link.link))
    await scene.says("fichiers")
    shown = await scene.evaluate("[...document.querySelectorAll('#list li')].map((row) => row.textContent)")
    wanted = [case["shown"] for case in named.values()]
    assert [name for name, row in zip(wanted, shown, strict=True) if name not in row] == []
    await scene.evaluate("document.getElementById('saveAll').click()")
    await scene.says("Tout est enregistré")

    async def all_there() -> bool:
        found = [path.read_bytes() for path in scene.browser.downloads.iterdir() if path.is_file()]
        return sorted(found) == sorted(texts)

    await until(all_there, 300)
    beside = {path.name for path in scene.browser.downloads.parent.iterdir()}
    assert not [name for name in beside if name.endswith((".pdf", ".csv"))]
    assert await scene.evaluate("document.title") == "Fichiers partagés avec vous"


async def test_a_name_with_line_ends_and_quotes_goes_through_the_worker_as_one_name(scene: Scene) -> None:
    text = pattern(65 * 2**20)
    await scene.browser.preload(WAYS["worker"])
    link = made(scene.share.origin, text, names=('plan\r\nSet-Cookie: x=1\u2028"; filename="x.html;.pdf',))
    await scene.share.publish(link)
    await scene.visit(str(link.link))
    await scene.save()
    await scene.says("entier et vérifié")

    assert await scene.evaluate("document.documentElement.dataset.savedBy") == "worker"
    assert await scene.saved('planSet-Cookie: x=1"; filename="x.html;.pdf', len(text)) == text
    assert await scene.evaluate("document.cookie") == ""
