"""The chart: the same bytes for the same figure, whatever rooms are called, and letters that French needs."""

import string
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bots.assistant.words.files.lettering import fitted, spelled, width, write
from bots.report.drawing import WIDTH, draw
from bots.report.figure import Bar, Figure, ObjectiveProgress, Parts

LEGEND = ("faites cette semaine", "ouvertes, à temps", "en retard", "bloquées, pas en retard")
FRENCH = "éèêëàâäçîïôöùûüÿÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸñÑ«»’“”…·°%"
NUMBERS = st.integers(0, 10**6)
NAMES = st.text(max_size=60)
FIGURES = st.builds(
    Figure,
    NAMES,
    st.just(LEGEND),
    st.lists(st.builds(Bar, NAMES, NAMES, st.builds(Parts, NUMBERS, NUMBERS, NUMBERS, NUMBERS)), max_size=3).map(tuple),
    NAMES,
    st.just("Objectifs"),
    st.lists(st.builds(ObjectiveProgress, NAMES, NAMES, NAMES, st.integers(0, 100), st.booleans()), max_size=2).map(
        tuple
    ),
    NAMES,
)
PLAIN = Figure("Bilan", LEGEND, (Bar("Pont de la Lys", "20 ouvertes", Parts(4, 12, 5, 3)),))


@cache
def drawn(words: str) -> bytes:
    image = Image.new("RGB", (200, 80), "#ffffff")
    write(image, (20, 55), words, 40, "#000000")
    return image.tobytes()


@given(FIGURES)
@settings(max_examples=40, deadline=None)
def test_whatever_things_are_called_it_is_a_picture_and_always_the_same(figure: Figure) -> None:
    made = draw(figure)
    assert draw(figure) == made
    with Image.open(BytesIO(made.data)) as image:
        image.load()
        assert image.format == "PNG"
        assert image.size == (made.width, made.height)
        assert made.width == WIDTH


@pytest.mark.parametrize("letter", FRENCH)
def test_each_letter_of_french_can_be_written_and_looks_like_no_other(letter: str) -> None:
    assert spelled(letter) == letter
    others = {each: drawn(each) for each in (*FRENCH, *string.ascii_letters) if each != letter}
    assert drawn(letter) not in others.values()


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("Sœurs – « Hauts-de-Lys »", "Soeurs - « Hauts-de-Lys »"),
        ("Voirie 🚧", "Voirie"),
        ("👩‍💻 Numérique", "Numérique"),
        ("\u202eeriov\x00\x1b[31m", "eriov[31m"),
        ("Café", "Café"),
        ("12\u202f000 €", "12 000 EUR"),
        ("Привет, Lys", "…, Lys"),
        ("Nguyễn", "Nguyen"),
        ("①②", "12"),
        ("🚧", ""),
    ],
)
def test_what_cannot_be_written_is_spelled_otherwise(words: str, written: str) -> None:
    assert spelled(words) == written


@given(st.text(max_size=120), st.integers(60, 900))
def test_a_name_is_never_wider_than_its_place(words: str, most: int) -> None:
    assert width(fitted(words, 36, most), 36) <= most


@pytest.mark.parametrize("part", ["done", "on_time", "late", "blocked"])
def test_each_part_is_seen(part: str) -> None:
    bar = PLAIN.bars[0]
    without = replace(bar, parts=replace(bar.parts, **{part: 0}))
    assert draw(replace(PLAIN, bars=(without,))).data != draw(PLAIN).data


def test_it_can_be_read_without_colours() -> None:
    """In grey each part still looks otherwise: by how dark it is, or by its hatching."""
    with Image.open(BytesIO(draw(PLAIN).data)) as image:
        grey = image.convert("L")
    # The row just below the upper edge of the bar, where no number is.
    row = next(y for y in range(200, grey.height) if grey.getpixel((42, y)) < 100)  # type: ignore[operator]
    looks = []
    for start in (60, 400, 800, 1020):
        looks.append(tuple(sorted({grey.getpixel((x, row + 5)) for x in range(start, start + 40)})))  # type: ignore[type-var]
    assert len(set(looks)) == 4
