"""What each package's DESIGN.md says of its modules: generated from their first lines, never typed.

``python -m tests.papers`` writes the tables between ``<!-- modules -->`` and ``<!-- /modules -->``.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
_MARKED: Final = re.compile(r"(<!-- modules -->\n).*?(<!-- /modules -->)", re.DOTALL)
_GENERATED: Final = re.compile(r"<!-- (modules|bench:[a-z]+) -->\n.*?<!-- /(modules|bench) -->", re.DOTALL)
_REFERENCE: Final = re.compile(r":[a-z]+:`[.~]?([^`]+)`")


def main() -> None:
    """Write every table into the documents that ask for it."""
    for document in designs():
        document.write_text(filled(document), "utf-8")


def designs() -> list[Path]:
    """Return every package's DESIGN.md."""
    return sorted(
        found for place in ("bots", "bridge", "config", "policies") for found in (ROOT / place).rglob("DESIGN.md")
    )


def filled(document: Path) -> str:
    """Return *document* with its table of modules, where it has a place for one."""
    table = "\n".join(_table(document.parent))
    return _MARKED.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", document.read_text("utf-8"))


def typed_lines(document: Path) -> int:
    """Return how many lines of *document* somebody has written: without what is generated."""
    return len(_GENERATED.sub("", document.read_text("utf-8")).splitlines())


def _table(package: Path) -> Iterator[str]:
    yield from ("| module | |", "| --- | --- |")
    for module in _modules(package):
        said = (ast.get_docstring(ast.parse(module.read_text("utf-8"))) or "").splitlines()
        if said:
            name = module.relative_to(package).with_suffix("").as_posix()
            yield f"| `{name}` | {_plain(said[0])} |"


def _modules(package: Path) -> Iterator[Path]:
    """Yield the modules of *package*, then of the folders below it; one with a DESIGN.md speaks for itself."""
    yield from (each for each in sorted(package.glob("*.py")) if each.name != "__init__.py")
    for folder in sorted(each for each in package.iterdir() if (each / "__init__.py").exists()):
        if not (folder / "DESIGN.md").exists() and folder.name != "migrations":
            yield from _modules(folder)


def _plain(line: str) -> str:
    return _REFERENCE.sub(r"`\1`", line).replace("``", "`").replace("|", "\\|")


if __name__ == "__main__":
    main()
