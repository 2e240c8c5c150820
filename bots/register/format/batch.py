"""How much fits one operation: the rest is split where the caller may, and refused where not (FORMAT.md §1)."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bots.register.format.canonical import MAX_BYTES, encode
from bots.register.format.errors import TooLarge
from bots.register.format.operation import MAX_CHANGES, Change, Tombstone

ENVELOPE_BYTES = 7_000
"""What everything else that is signed may take: identifiers of 255 bytes, a cause, a hundred event ids in ``also``."""

MAX_CHANGE_BYTES = MAX_BYTES - ENVELOPE_BYTES

MAX_VOID_BYTES = MAX_BYTES - 1_000
"""A void's envelope is small, and whatever fitted one operation must be erasable."""

_Item = TypeVar("_Item", Change, Tombstone)


def check_size(changes: Sequence[Change]) -> None:
    """Raise :class:`TooLarge`, naming the largest object, unless *changes* fit one operation together."""
    sizes = [_change_size(each) for each in changes]
    if sum(sizes) <= MAX_CHANGE_BYTES and len(changes) <= MAX_CHANGES:
        return
    size, largest = max(zip(sizes, changes, strict=True), key=lambda each: each[0])
    raise TooLarge(largest.kind, largest.id, max(size, sum(sizes)), MAX_CHANGE_BYTES)


def fits(changes: Sequence[Change]) -> bool:
    """Tell whether *changes* fit one operation together."""
    try:
        check_size(changes)
    except TooLarge:
        return False
    return True


def split(changes: Iterable[Change], most: int = MAX_CHANGE_BYTES) -> list[list[Change]]:
    """Return *changes*, in their order, in batches that each fit one operation.

    An operation is atomic, so this is only for changes that may stand without one another: an import, not a move.
    Raises :class:`TooLarge` when one of them fits none.
    """
    return _split(changes, _change_size, most)


def split_voids(stones: Iterable[Tombstone], most: int = MAX_CHANGE_BYTES) -> list[list[Tombstone]]:
    """Return *stones*, in their order, in batches that each fit one void; erasures never depend on one another."""
    return _split(stones, _stone_size, most)


def _split(items: Iterable[_Item], size_of: Callable[[_Item], int], most: int) -> list[list[_Item]]:
    batches: list[list[_Item]] = []
    room = 0
    for item in items:
        size = size_of(item)
        if size > most:
            raise _too_large(item, size, most)
        if size > room or len(batches[-1]) == MAX_CHANGES:
            batches.append([])
            room = most
        room -= size
        batches[-1].append(item)
    return batches


def _too_large(item: Change | Tombstone, size: int, most: int) -> TooLarge:
    if isinstance(item, Change):
        return TooLarge(item.kind, item.id, size, most)
    return TooLarge("tombstone", f"{item.src} {item.seq}", size, most)


def _change_size(change: Change) -> int:
    # And the comma.
    return len(encode(change.as_json())) + 1


def _stone_size(stone: Tombstone) -> int:
    return len(encode(stone.as_json())) + 1
