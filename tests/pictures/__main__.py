"""Draws the pictures in ``docs/``: ``python -m tests.pictures [NAME …]``.

What they show was answered by the real desk, over the fake edge: people's words are in ``scenes.py``. ``partage`` and
``depot`` are the pages that citizens see, in a real browser with a real share server: ``citizens.py``. The emoji need a
font that has them, such as Debian's ``fonts-noto-color-emoji``.
"""

import asyncio
import sys
from pathlib import Path

from tests.pictures.citizens import PAGES
from tests.pictures.page import draw
from tests.pictures.scenes import SCENES

DOCS = Path(__file__).parents[2] / "docs"


async def main(names: list[str]) -> None:
    """Draw the scenes called *names*, all of them when none is named."""
    for name in names or (*SCENES, *PAGES):
        if name in PAGES:
            await PAGES[name](DOCS / f"{name}.png")
        else:
            draw(await SCENES[name](), DOCS / f"{name}.png", **({"edited": "(edited)"} if name == "english" else {}))
        print(f"docs/{name}.png")


asyncio.run(main(sys.argv[1:]))
