"""What we say, in a real browser that draws what the Matrix specification lets a client draw, and nothing else."""

from pathlib import Path

import pytest

from tests.pictures.page import draw, refused
from tests.pictures.scenes import SCENES
from tests.pictures.timeline import Shown

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("name", SCENES)
async def test_a_client_leaves_nothing_out(name: str) -> None:
    assert refused(await SCENES[name]()) == ""


@pytest.mark.parametrize(
    ("html", "left_out"),
    [
        ("<strong>fait</strong> <table><tbody><tr><td>1</td></tr></tbody></table>", ""),
        ("<font color='red'>fait</font>", "font"),
        ("<p onclick='alert(1)'>fait</p><script>alert(1)</script>", "p onclick, script"),
        ("<a href='javascript:alert(1)'>fait</a><img src='https://ailleurs.fr/x.png'>", "a href, img src"),
    ],
)
def test_the_page_is_as_strict_as_a_client(html: str, left_out: str) -> None:
    assert refused([Shown("@beffroi:valbourg.fr", "Beffroi", "fait", html)]) == left_out


def test_a_picture_is_as_high_as_what_it_shows(tmp_path: Path) -> None:
    heights = []
    for number in (1, 4):
        picture = tmp_path / f"{number}.png"
        draw([Shown("@beffroi:valbourg.fr", "Beffroi", "fait")] * number, picture)
        blob = picture.read_bytes()
        assert blob[12:16] == b"IHDR"
        heights.append(int.from_bytes(blob[20:24], "big"))
    assert heights[0] * 3 < heights[1] < heights[0] * 5
