"""What each package's papers say of its modules: generated from their first lines, never typed.

The table stands in DESIGN.md, or beside it in MODULES.md where it would make that too long to be read. The list of
decisions is made of their headings.

``python -m tests.papers`` writes the tables between ``<!-- modules -->`` and ``<!-- /modules -->``, and that list.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DECISIONS: Final = ROOT / "docs" / "decisions" / "README.md"
_ABOUT_DECISIONS: Final = """\
# Decisions

One a page, at most thirty lines: what was decided, what else was considered, why. A page says what was so on its day;
where a later one has changed it, it ends with **Since** and leads there. Written by `python -m tests.papers`.

"""
_DATE: Final = re.compile(r" \((?:\d+ \w+ \d{4}|\d{4}-\d\d-\d\d)\)$")
_MARKED: Final = re.compile(r"(<!-- modules -->\n).*?(<!-- /modules -->)", re.DOTALL)
_REFERENCE: Final = re.compile(r":[a-z]+:`[.~]?([^`]+)`")


def main() -> None:
    """Write every table into the documents that ask for it."""
    for document in papers():
        document.write_text(filled(document), "utf-8")
    DECISIONS.write_text(listed(), "utf-8")


def designs() -> list[Path]:
    """Return every package's DESIGN.md."""
    return _named("DESIGN.md")


def papers() -> list[Path]:
    """Return every document that may hold a table of modules."""
    return [*designs(), *_named("MODULES.md")]


def _named(name: str) -> list[Path]:
    return sorted(found for place in ("bots", "bridge", "config", "policies") for found in (ROOT / place).rglob(name))


def filled(document: Path) -> str:
    """Return *document* with its table of modules, where it has a place for one."""
    table = "\n".join(_table(document.parent))
    return _MARKED.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", document.read_text("utf-8"))


def listed() -> str:
    """Return the list of all decisions, each by the heading of its page."""
    pages = sorted(page for page in DECISIONS.parent.glob("*.md") if page != DECISIONS)
    headings = ((page, _DATE.sub("", page.read_text("utf-8").split("\n", 1)[0].removeprefix("# "))) for page in pages)
    return _ABOUT_DECISIONS + "".join(f"- [{heading}]({page.name})\n" for page, heading in headings)


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
