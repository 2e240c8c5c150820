"""Outside cases of names (F01–F08): what a citizen calls a file is what the room reads, and never a path of ours."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from bots.boxes.talk.telling import name_of_file
from bots.files.library.naming import shown

CASES = Path(__file__).parents[1] / "links" / "cases"
NAMES = json.loads((CASES / "names.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case["id"])
def test_a_deposited_file_is_called_what_its_maker_called_it(case: dict[str, Any]) -> None:
    wanted = {"the whole name": case["given"], "same": case["given"]}.get(case["shown"], case["shown"])

    assert name_of_file(case["given"]) == wanted
    # The library, which reads the message, calls it the same.
    assert shown(name_of_file(case["given"])) == wanted


HOSTILE = json.loads((CASES / "hostile-names.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["id"])
def test_a_name_of_no_friend_is_one_line_that_people_can_see(case: dict[str, Any]) -> None:
    name = name_of_file(case["given"])

    assert len(name) <= 255
    assert name == shown(name), "the library calls it the same"
    assert not [char for char in name if unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
    assert not set(name) & {"/", "\\", "\u202e", "\u2066", "\u3164", "\u2800"}
    assert name.strip(". ")
