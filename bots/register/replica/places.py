"""Where in the order that everybody agrees on a field was written, and what stands for one that was erased."""

from collections.abc import Mapping, Sequence
from sys import intern
from typing import Any, Final, TypeVar

from bots.register.format.canonical import Json

Position = tuple[int, str, str, int, int]
"""(clock, sender, src, seq, index): where a change stands in the order that everybody agrees on."""


Key = tuple[str, str]
"""(kind, id) of an object."""


class _Erased:
    def __repr__(self) -> str:
        return "ERASED"


ERASED: Final = _Erased()
"""The value of a field whose last writer was erased (RGPD), which is not the same as an empty field."""

_Value = TypeVar("_Value")
Places = Position | dict[str, Position] | None
"""Where the fields of one object were written: one place for all while one operation wrote them, as most do."""

Steps = Position | list[Position] | None
"""Where each operation that named an object did, in the order in which they came."""

Add = tuple[str, Position, Mapping[str, Sequence[Json]]]
"""What one change added: the digest of its operation, its place, and the elements by set."""


def named(values: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return a copy with interned names: a hundred thousand tasks have the same dozen."""
    return {intern(name): value for name, value in values.items()}


def prefix(add: Add) -> tuple[str, int]:
    """Return what the tags of *add* begin with."""
    digest, position, _ = add
    return digest, position[4]


def place(places: Places, name: str) -> Position:
    """Return where the field *name*, which has been written, was."""
    assert places is not None
    return places[name] if isinstance(places, dict) else places


def copied(places: Places) -> Places:
    """Return *places* so that writing to them changes nobody else's."""
    return dict(places) if isinstance(places, dict) else places


def field_json(position: Position, value: Any) -> Json:
    """Return what the state hash covers of a field: where it was written and what (nothing, where it is erased)."""
    return list(position) if value is ERASED else [*position, value]
