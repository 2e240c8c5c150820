"""When a disk counts as full, a little before nothing more can be written, and what is said then. Pure."""

from typing import Final

from config.texts import mark

FULL: Final = mark(
    "The disk is full: make room, then do it again. `df -h` shows the disks, `beffroi doctor` what else is wrong."
)

_ENOUGH: Final = 1 << 29


def is_full(total: int, free: int) -> bool:
    """Tell whether *free* bytes are too few, on a disk of *total*."""
    return room(total, free) < 0


def room(total: int, free: int) -> int:
    """Return how many bytes may still be written before a disk of *total*, of which *free* are free, counts as full."""
    return free - min(_ENOUGH, total // 5)
