"""Every mistake that we know how to make can still be made, and the test that must notice it is there."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.sabotage.fitting import Unfit, broken
from tests.sabotage.row import Row, load
from tests.sabotage.run import ROOT, ROWS


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return tuple(load(ROWS).values())


def _misfit(row: Row) -> str:
    try:
        broken(row, ROOT)
    except Unfit as error:
        return f"{row.name}: {error}"
    return ""


@cache
def _tests(path: Path) -> frozenset[str]:
    """The names of the tests of a file, as a node id has them."""
    if not path.is_file():
        return frozenset()
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            functions = (inner for inner in node.body if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef))
            found.update(f"{node.name}::{function.name}" for function in functions)
    return frozenset(found)


def test_each_still_fits(rows: tuple[Row, ...]) -> None:
    troubles = [trouble for row in rows if (trouble := _misfit(row))]

    assert not troubles, "\n".join(troubles)


def test_the_test_of_each_is_there(rows: tuple[Row, ...]) -> None:
    nodes = {row.name: row.test.partition("[")[0].partition("::") for row in rows}

    assert {name: path for name, (path, _, test) in nodes.items() if test not in _tests(ROOT / path)} == {}


def test_there_are_many(rows: tuple[Row, ...]) -> None:
    """A loader that finds nothing would make the two tests above pass."""
    assert len(rows) > 100
