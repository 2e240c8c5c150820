"""When a disk counts as full: a little before nothing more can be written. Pure."""

from typing import Final

_ENOUGH: Final = 1 << 29


def is_full(total: int, free: int) -> bool:
    """Tell whether *free* bytes are too few, on a disk of *total*."""
    return free < min(_ENOUGH, total // 5)
