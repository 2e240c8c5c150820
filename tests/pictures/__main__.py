"""Draws the pictures in ``docs/``: ``python -m tests.pictures [NAME …]``.

What they show was answered by the real desk, over the fake edge: people's words are in ``scenes.py``. The emoji need a
font that has them, such as Debian's ``fonts-noto-color-emoji``.
"""

import asyncio
import sys
from pathlib import Path

from tests.pictures.page import draw
from tests.pictures.scenes import SCENES

DOCS = Path(__file__).parents[2] / "docs"


async def main(names: list[str]) -> None:
    """Draw the scenes called *names*, all of them when none is named."""
    for name in names or SCENES:
        draw(await SCENES[name](), DOCS / f"{name}.png", **({"edited": "(edited)"} if name == "english" else {}))
        print(f"docs/{name}.png")


asyncio.run(main(sys.argv[1:]))
