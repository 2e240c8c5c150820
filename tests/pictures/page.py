"""Drawing a room in headless Chromium, with what the Matrix specification lets a client draw, and nothing else."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from html import unescape
from pathlib import Path
from typing import Final

from tests.pictures.timeline import Shown

_PAGE: Final = Path(__file__).with_name("client.html")
_WIDTH: Final = 760
_EDITED: Final = "(modifié)"
"""As Element says it in French, and as ``client.html`` has it."""


def chromium() -> str | None:
    """Return Debian's Chromium, None where there is none."""
    return shutil.which("chromium")


def draw(messages: Sequence[Shown], picture: Path, *, edited: str = _EDITED) -> None:
    """Write *messages* as a picture, exactly as high as they are; fail where a client would have left something out.

    *edited* is what the client says behind a message that was.
    """
    with tempfile.TemporaryDirectory() as folder:
        page = _written(messages, Path(folder), edited)
        look = _look(page, Path(folder))
        if look["refused"]:
            raise AssertionError(f"clients leave out: {look['refused']}")
        size = f"--window-size={_WIDTH},{look['height']}"
        _run(Path(folder), f"--screenshot={picture}", size, page.as_uri())


def refused(messages: Sequence[Shown]) -> str:
    """Return the tags and attributes in *messages* that a client leaves out; empty when there are none."""
    with tempfile.TemporaryDirectory() as folder:
        return _look(_written(messages, Path(folder)), Path(folder))["refused"]


def _written(messages: Sequence[Shown], folder: Path, edited: str = _EDITED) -> Path:
    held = json.dumps([asdict(each) for each in messages], ensure_ascii=False).replace("<", "\\u003c")
    page = folder / "room.html"
    page.write_text(_PAGE.read_text().replace(_EDITED, edited).replace(">[]<", f">{held}<"))
    return page


def _look(page: Path, folder: Path) -> dict[str, str]:
    dumped = _run(folder, "--dump-dom", f"--window-size={_WIDTH},600", page.as_uri())
    return {name: unescape(value) for name, value in re.findall(r'data-(refused|height)="([^"]*)"', dumped[:400])}


def _run(folder: Path, *arguments: str) -> str:
    command = chromium()
    assert command is not None, "install Debian's chromium"
    always = (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'user'}",
    )
    done = subprocess.run([command, *always, *arguments], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout
