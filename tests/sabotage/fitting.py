"""Where a fragment belongs in a text, and the text with the mistake in it; files are only read."""

import ast
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import indent

from tests.sabotage.row import Fragment, Row

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Unfit(Exception):
    """The code has changed: what a row names is not there, or not once."""


def broken(row: Row, root: Path) -> dict[Path, str]:
    """Return the files that *row* changes, by path below *root*, with the mistake in them; raises :class:`Unfit`."""
    texts: dict[Path, str] = {}
    for fragment in row.fragments:
        path = locate(fragment.within, root)
        before = texts[path] if path in texts else (root / path).read_text(encoding="utf-8")
        texts[path] = replaced(before, fragment)
    for path, text in texts.items():
        _require_syntax(path, text)
    return texts


def locate(within: str, root: Path) -> Path:
    """Return the file that *within* speaks of, relative to *root*; raises :class:`Unfit`."""
    module = within.partition(":")[0]
    stem = module.replace(".", "/")
    candidates = [module] if "/" in module else [f"{stem}.py", f"{stem}/__init__.py"]
    for candidate in candidates:
        if (root / candidate).is_file():
            return Path(candidate)
    raise Unfit(f"there is no {candidates[0]}")


def replaced(text: str, fragment: Fragment) -> str:
    """Return *text* with what is put in the place of what is taken; raises :class:`Unfit`."""
    lines = [*io.StringIO(text)]
    first, last = _span(text, fragment.within.partition(":")[2], len(lines))
    scope = lines[first:last]
    changed = _lines_replaced(scope, fragment) if fragment.is_lines else _piece_replaced(scope, fragment)
    return "".join([*lines[:first], changed, *lines[last:]])


def _piece_replaced(scope: Sequence[str], fragment: Fragment) -> str:
    text = "".join(scope)
    _require_one(text.count(fragment.take), fragment)
    return text.replace(fragment.take, fragment.put)


def _lines_replaced(scope: Sequence[str], fragment: Fragment) -> str:
    wanted = [*io.StringIO(fragment.take)]
    found = [start for start, line in enumerate(scope) if _is_at(scope, start, _margin(line), wanted)]
    _require_one(len(found), fragment)
    start = found[0]
    put = indent(fragment.put, _margin(scope[start]))
    return "".join([*scope[:start], put, *scope[start + len(wanted) :]])


def _is_at(scope: Sequence[str], start: int, margin: str, wanted: Sequence[str]) -> bool:
    return list(scope[start : start + len(wanted)]) == [indent(line, margin) for line in wanted]


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _require_one(count: int, fragment: Fragment) -> None:
    if count != 1:
        times = "is not" if count == 0 else f"is {count} times"
        raise Unfit(f"{fragment.take.strip()!r} {times} in {fragment.within}")


def _span(text: str, name: str, length: int) -> tuple[int, int]:
    """The first line of the definition *name*, decorators and all, and the one after its last; without name, all."""
    if not name:
        return 0, length
    found: list[ast.AST] = [ast.parse(text)]
    for part in name.split("."):
        found = [inner for outer in found for inner in _definitions(outer) if inner.name == part]
    if len(found) != 1 or not isinstance(found[0], _Definition):
        raise Unfit(f"{name} is defined {len(found)} times" if found else f"{name} is not defined")
    definition = found[0]
    first = min(node.lineno for node in [definition, *definition.decorator_list])
    return first - 1, definition.end_lineno or length


def _definitions(scope: ast.AST) -> Iterator[_Definition]:
    """Yield what is defined in *scope* itself, under an ``if`` or a ``try`` as well."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, _Definition):
            yield node
        else:
            yield from _definitions(node)


def _require_syntax(path: Path, text: str) -> None:
    if path.suffix != ".py":
        return
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise Unfit(f"{path} with it is no longer Python: {error}") from error
