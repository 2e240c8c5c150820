"""What several capabilities do stands once, below them (``docs/decisions/057-what-capabilities-share.md``)."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Final

from bridge.operate import capabilities

_ROOT: Final = Path(__file__).parents[2]
_ALIKE: Final = 0.8
_MOST: Final = 15
"""Twins that are only alike: the statements of two tables, the sentences of two lists."""


@dataclass(frozen=True)
class Function:
    """A function or method of *capability*: where it stands, and the *shape* of its body."""

    capability: str
    name: str
    where: str
    shape: tuple[str, ...]


def test_few_functions_have_a_twin_in_another_capability() -> None:
    found = [function for name in _capabilities() for function in _functions(name)]

    twins = sorted(function.where for function in _twins(found))

    assert len(twins) <= _MOST, "\n".join(twins)


def test_a_twin_is_known_by_its_name_and_what_it_does_and_not_by_its_values() -> None:
    body = 'def end(request):\n    """{}"""\n    return Reply(say(request, "{}"), changes=(change,))\n'
    other = "def end(request):\n    for task in request.tasks:\n        task.close(request.now)\n"
    known = [
        *_read("tasks", "a.py", body.format("One.", "a")),
        *_read("events", "b.py", body.format("Two.", "b")),
        *_read("files", "c.py", other),
    ]

    assert {function.where for function in _twins(known)} == {"a.py:1 end", "b.py:1 end"}


def _capabilities() -> list[str]:
    """Return the packages of ``bots`` that are capabilities: those that the composition root takes."""
    tree = ast.parse(Path(capabilities.__file__).read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return sorted({module.split(".")[1] for module in modules if module.endswith(".declared")})


def _functions(capability: str) -> Iterator[Function]:
    for path in sorted((_ROOT / "bots" / capability).rglob("*.py")):
        yield from _read(capability, str(path.relative_to(_ROOT)), path.read_text(encoding="utf-8"))


def _read(capability: str, path: str, source: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("__"):
            yield Function(capability, node.name, f"{path}:{node.lineno} {node.name}", tuple(_shape(node.body)))


def _shape(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the node types of *body* in order, with the names that it reads; neither values nor what is documented."""
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        for node in ast.walk(statement):
            yield type(node).__name__
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Attribute):
                yield node.attr


def _twins(functions: Sequence[Function]) -> set[Function]:
    by_name: dict[str, list[Function]] = defaultdict(list)
    for function in functions:
        by_name[function.name].append(function)
    pairs = (pair for named in by_name.values() for pair in combinations(named, 2))
    return {function for pair in pairs if _alike(*pair) for function in pair}


def _alike(one: Function, other: Function) -> bool:
    if one.capability == other.capability:
        return False
    matcher = SequenceMatcher(None, one.shape, other.shape, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
