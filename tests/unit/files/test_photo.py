"""What a photograph tells of its place is taken off, and the picture is what it was (case F71)."""

import io
import random
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from bots.files.sharing.photo import NoPhoto, cleaned, is_photo

GPS = (Path(__file__).parent / "cases" / "photo-gps-rotated.jpg").read_bytes()


def picture(kind: str, **more: Any) -> bytes:
    image = Image.new("RGB", (64, 40))
    image.putdata([(x % 256, (x * 7) % 256, 90) for x in range(64 * 40)])
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETCAMERA"
    exif[0x9003] = "2026:11:28 12:00:00"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.9)
    held = io.BytesIO()
    image.save(held, kind, exif=exif, **more)
    return held.getvalue()


def upright(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return ImageOps.exif_transpose(image).convert("RGB").tobytes()


@pytest.mark.parametrize(
    "data",
    [
        GPS,
        picture("JPEG"),
        picture("JPEG", progressive=True, comment=b"SECRETCAMERA"),
        picture("PNG"),
        picture("WEBP", lossless=True),
    ],
    ids=["gps", "jpeg", "progressive", "png", "webp"],
)
def test_what_it_tells_goes_and_the_picture_stays(data: bytes) -> None:
    clean = cleaned(data)

    assert clean is not None
    assert len(clean) < len(data)
    with Image.open(io.BytesIO(clean)) as image:
        told = dict(image.getexif()), dict(image.getexif().get_ifd(0x8825))
        assert {*told[0]} <= {0x0112}
        assert told[1] == {}
    assert b"SECRETCAMERA" not in clean
    if data[:2] == b"\xff\xd8":
        assert upright(clean) == upright(data)
    assert cleaned(clean) == clean


def test_a_second_picture_behind_the_first_tells_everything_again() -> None:
    """Telephones put a film, or a larger picture with all it tells, behind the end of the first one."""
    clean = cleaned(picture("JPEG"))
    assert clean is not None

    assert cleaned(clean + picture("JPEG")) == clean


def test_what_is_no_photo_is_left_alone() -> None:
    assert cleaned(b"%PDF-1.7 SECRET") is None
    assert not is_photo(b"%PDF-1.7\n........")
    assert is_photo(GPS[:16])


@pytest.mark.parametrize(
    "data", [GPS[:200], picture("PNG")[:60], picture("WEBP")[:40], b"\0\0\0\x18ftypheic" + bytes(50)]
)
def test_what_cannot_be_cleaned_is_refused(data: bytes) -> None:
    with pytest.raises(NoPhoto):
        cleaned(data)


@given(st.integers(0, 2**32), st.sampled_from([GPS, picture("PNG"), picture("WEBP")]))
def test_whatever_is_broken_is_refused_or_cleaned(seed: int, data: bytes) -> None:
    draw = random.Random(seed)
    broken = bytearray(data[: draw.randrange(12, len(data))])
    for _ in range(draw.randrange(5)):
        broken[draw.randrange(12, len(broken)) if len(broken) > 12 else 11] = draw.randrange(256)
    with suppress(NoPhoto):
        cleaned(bytes(broken))


def test_a_picture_that_claims_to_be_enormous_is_cleaned_without_being_drawn() -> None:
    """Two thousand million lines of as many points, in a hundred bytes (F71): what is taken off stands beside them."""
    whole = bytearray(picture("PNG"))
    whole[16:24] = (2**31 - 1).to_bytes(4) * 2
    whole[29:33] = zlib.crc32(bytes(whole[12:29])).to_bytes(4)
    clean = cleaned(bytes(whole))

    assert clean is not None
    assert b"SECRETCAMERA" not in clean
    assert clean[16:24] == bytes(whole[16:24])
