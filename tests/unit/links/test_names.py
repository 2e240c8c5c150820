"""What a file is called on the disk of whoever opens a link."""

from hypothesis import given
from hypothesis import strategies as st

from bots.links.format.names import on_disk


@given(st.text(min_size=1, max_size=400))
def test_any_name_fits_on_a_disk(given_name: str) -> None:
    name = on_disk(given_name)

    assert 0 < len(name.encode()) <= 255
    assert not name.startswith(".")
    assert "/" not in name


def test_a_long_name_keeps_its_extension() -> None:
    """Two-byte letters: fewer than 255 characters, more than 255 bytes (F03a)."""
    name = on_disk("é" * 200 + ".pdf")

    assert name.endswith("é.pdf")
    assert 250 < len(name.encode()) <= 255
