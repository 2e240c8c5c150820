"""The register's clock (FORMAT.md §4)."""

from bots.register.format.operation import Operation, Tombstone

AHEAD_MS = 600_000
"""An operation dated further ahead waits: a hostile clock wins for ten minutes at most."""


def tick(highest: int, now_ms: int) -> int:
    """Return the clock of a new operation, when *highest* is the greatest that has been folded."""
    return max(1, min(highest + 1, now_ms))


def is_early(operation: Operation | Tombstone, now_ms: int) -> bool:
    """Tell whether *operation*, or what is left of it, must wait before it is folded."""
    return operation.clock > now_ms + AHEAD_MS
