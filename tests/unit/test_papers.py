"""What the packages' papers say of their modules is what the modules say, and their links lead somewhere."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.papers import DECISIONS, ROOT, designs, filled, listed, papers

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


def test_the_list_of_decisions_is_theirs() -> None:
    assert listed() == DECISIONS.read_text("utf-8"), "python -m tests.papers"


def test_a_decision_is_headed_by_its_number() -> None:
    pages = [page for page in DECISIONS.parent.glob("*.md") if page != DECISIONS]
    assert [page.name for page in pages if not page.read_text("utf-8").startswith(f"# {page.name[:3]} · ")] == []


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


DATED = {"decisions", "background"}
"""Folders of papers that say what was so on their day."""
LIVING = [document for document in PAPERS if not DATED & {*document.parts} and document.name != "CHANGELOG.md"]
PATH = re.compile(r"`([a-z_]+(?:/[a-z_]+)+)(?:\.\w+)?`")
MEMBER = re.compile(r"`([A-Z]\w*[a-z])\.([a-z_]+)`")
OURS = ("bots", "bridge", "config", "policies", "tests", "docs", "docker")


@cache
def _places() -> frozenset[str]:
    """Return all of our files, without their endings, and folders: `/bots/tasks/kept`, `/tasks/kept`, `/kept`."""
    found = (path for place in OURS for path in (ROOT / place).rglob("*") if "node_modules" not in path.parts)
    parts = [path.relative_to(ROOT).with_suffix("").parts for path in found]
    return frozenset("/".join(each[start:]) for each in parts for start in range(len(each)))


@cache
def _folders() -> frozenset[str]:
    return frozenset(path.name for place in OURS[:4] for path in (ROOT / place).rglob("*") if path.is_dir())


@cache
def _members() -> dict[str, set[str]]:
    """Return all names inside of each class of ours: methods, fields, and what is assigned to itself."""
    found: dict[str, set[str]] = {}
    for path in (path for place in OURS[:4] for path in (ROOT / place).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).update(map(_called, ast.walk(node)))
    return found


def _called(node: ast.AST) -> str:
    match node:
        case (
            ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.Name(id=name) | ast.Attribute(attr=name)
        ):
            return name
    return ""


@pytest.mark.parametrize("document", LIVING, ids=_name)
def test_what_it_names_of_ours_is_there(document: Path) -> None:
    """Whoever moves or renames something mends the papers: a path below one of our folders, a member of a class."""
    said = document.read_text("utf-8")
    moved = [path for path in PATH.findall(said) if path.split("/")[0] in _folders() and path not in _places()]
    renamed = [(kind, name) for kind, name in MEMBER.findall(said) if name not in _members().get(kind, ())]

    assert (moved, renamed) == ([], [])
