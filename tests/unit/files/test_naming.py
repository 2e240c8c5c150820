"""What files are called, whatever their senders write (cases F01–F08)."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.files.library import naming

CASES = json.loads((Path(__file__).parent / "cases" / "names.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_name_is_shown_as_its_case_says(case: dict[str, Any]) -> None:
    expected = case["given"] if case["shown"] in ("same", "the whole name") else case["shown"]

    assert naming.shown(case["given"]) == expected


@given(st.text(max_size=500) | st.none() | st.integers())
def test_any_name_is_one_segment_that_people_can_see(given_name: object) -> None:
    name = naming.shown(given_name)

    assert name
    assert not {"/", "\\", "\0", "\n", "\u202e", "«", "»"} & {*name}
    assert name not in (".", "..")
    assert len(name) <= naming.MOST


def test_what_looks_like_another_extension_is_shown_as_it_is() -> None:
    """U+202E makes ``factureexe.pdf`` of ``facture\u202efdp.exe``."""
    assert naming.shown("facture\u202efdp.exe") == "facturefdp.exe"


@pytest.mark.parametrize(
    ("typed", "folder"),
    [
        ("Marchés/Lot 3", "Marchés/Lot 3"),
        (" Marchés / Lot 3 / ", "Marchés/Lot 3"),
        ("../../etc", "etc"),
        ("«Marchés»", "Marchés"),
        ("a\\b", "a/b"),
        ("/", ""),
        ("/".join("abcdefgh"), "a/b/c/d/e/f/g/h"),
        ("/".join("abcdefghi"), None),
    ],
)
def test_a_folder_is_its_segments(typed: str, folder: str | None) -> None:
    assert naming.folder(typed) == folder
