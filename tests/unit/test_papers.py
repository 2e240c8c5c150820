"""What the packages' papers say of their modules is what the modules say, and their links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.papers import ROOT, designs, filled, papers

MOST_LINES = 120
"""What somebody reads before touching a package."""


def _name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", papers(), ids=_name)
def test_its_table_of_modules_is_theirs(document: Path) -> None:
    assert filled(document) == document.read_text("utf-8"), "python -m tests.papers"


@pytest.mark.parametrize("document", designs(), ids=_name)
def test_it_is_short_enough_to_be_read(document: Path) -> None:
    assert len(document.read_text("utf-8").splitlines()) <= MOST_LINES


PAPERS = [
    found
    for place in (".", "docs", "bots", "bridge", "config", "policies")
    for found in ((ROOT / place).glob("*.md") if place == "." else (ROOT / place).rglob("*.md"))
]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", PAPERS, ids=_name)
def test_its_links_lead_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []
