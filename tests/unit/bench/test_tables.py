"""What the documentation says was measured."""

import json
from pathlib import Path

import pytest

from tests.bench._tables import DOCUMENTS, ROOT, filled, render

RESULTS = sorted((ROOT / "tests" / "bench" / "results").glob("*.json"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_tables_in_the_documentation_are_what_the_results_give(name: str) -> None:
    """After a new run: python -m tests.bench._tables."""
    text = (ROOT / name).read_text("utf-8")
    assert filled(text) == text


@pytest.mark.parametrize("path", RESULTS, ids=lambda each: each.stem)
def test_results_say_where_they_come_from(path: Path) -> None:
    """Seed, machine, versions, date and every round: a number without them is a rumour."""
    result = json.loads(path.read_text("utf-8"))
    assert {"seed", "machine", "versions", "date", "rounds"} <= result.keys()
    assert all("foreign_percent" in each for each in result["rounds"])
    assert render(path.stem).count("\n|") > 2


def test_a_marker_without_results_stays_empty() -> None:
    """A document may ask for what has not been measured yet."""
    marked = "before\n<!-- bench:nothing -->\nold\n<!-- /bench -->\nafter\n"
    assert filled(marked) == "before\n<!-- bench:nothing -->\n<!-- /bench -->\nafter\n"
