"""One deliberate mistake, read from a table of ``rows/*.toml``; README.md beside this file says how one is written."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_ROW = frozenset({"test", "why"})
_FRAGMENT = frozenset({"within", "take", "put"})
_SEVERAL = "fragments"


class BadRow(Exception):
    """A row is not written as README.md says, or nobody knows its name."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What is taken out of the definition (or module, or file) ``within``, and what is put there instead.

    Both are a piece of one line, or both are whole lines that end with a newline and begin at the left margin.
    """

    within: str
    take: str
    put: str

    def __post_init__(self) -> None:
        """Raise :class:`BadRow` for a fragment that means nothing."""
        if not self.within or not self.take:
            raise BadRow("`within` and `take` must not be empty")
        if self.take == self.put:
            raise BadRow("`take` and `put` are the same")
        if self.is_lines:
            whole = [text for text in (self.take, self.put) if text]
            if any(text[-1] != "\n" or text[0].isspace() for text in whole):
                raise BadRow("whole lines end with a newline, and the first of them begins at the left margin")
        elif "\n" in self.put:
            raise BadRow("`put` has a newline and `take` has none: take the whole line, with its newline")

    @property
    def is_lines(self) -> bool:
        """Whether whole lines are taken, at whatever indentation they have."""
        return "\n" in self.take


@dataclass(frozen=True, slots=True)
class Row:
    """``test`` is a pytest node id, ``why`` the sentence that says what would go wrong in a town hall."""

    name: str
    test: str
    why: str
    fragments: tuple[Fragment, ...]

    @classmethod
    def read(cls, name: str, table: object) -> Self:
        """Read what TOML has under *name*; raises :class:`BadRow`."""
        try:
            return cls._read(name, _table(table))
        except BadRow as error:
            raise BadRow(f"{name}: {error}") from error

    @classmethod
    def _read(cls, name: str, table: Mapping[str, object]) -> Self:
        several = table.get(_SEVERAL)
        if several is None:
            texts = _texts(table, _ROW | _FRAGMENT)
            return cls(name, _node(texts["test"]), texts["why"], (_fragment(texts),))
        if not isinstance(several, list) or not several:
            raise BadRow(f"`{_SEVERAL}` is a list of tables: [[{name}.{_SEVERAL}]]")
        texts = _texts({key: value for key, value in table.items() if key != _SEVERAL}, _ROW)
        fragments = tuple(_fragment(_texts(_table(fragment), _FRAGMENT)) for fragment in several)
        return cls(name, _node(texts["test"]), texts["why"], fragments)


def load(directory: Path) -> dict[str, Row]:
    """Read every row below *directory*, by name; raises :class:`BadRow`."""
    rows: dict[str, Row] = {}
    for path in sorted(directory.glob("*.toml")):
        for row in _rows(path):
            if row.name in rows:
                raise BadRow(f"{path.name}: {row.name}: another file has a row of that name")
            rows[row.name] = row
    return rows


def _rows(path: Path) -> Iterator[Row]:
    try:
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield Row.read(name, table)
    except (BadRow, tomllib.TOMLDecodeError) as error:
        raise BadRow(f"{path.name}: {error}") from error


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadRow("this is no table of its own")
    return value


def _texts(table: Mapping[str, object], wanted: frozenset[str]) -> dict[str, str]:
    if missing := sorted(wanted - table.keys()):
        raise BadRow(f"lacks {', '.join(missing)}")
    if unknown := sorted(table.keys() - wanted):
        raise BadRow(f"does not know {', '.join(unknown)}")
    texts = {key: value for key, value in table.items() if isinstance(value, str)}
    if other := sorted(table.keys() - texts.keys()):
        raise BadRow(f"{', '.join(other)} must be text")
    return texts


def _fragment(texts: Mapping[str, str]) -> Fragment:
    return Fragment(texts["within"], texts["take"], texts["put"])


def _node(test: str) -> str:
    path, _, name = test.partition("::")
    if not path.endswith(".py") or not name:
        raise BadRow("`test` is a node id: tests/unit/…/test_x.py::test_name")
    return test
