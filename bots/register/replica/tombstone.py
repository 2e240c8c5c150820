"""What is left of an operation that is erased, or taken back (FORMAT.md §7)."""

from bots.register.format.operation import Operation, Tombstone, Trace


def tombstone(operation: Operation) -> Tombstone:
    """Return what is left of *operation* when it is erased."""
    return Tombstone(
        src=operation.src,
        seq=operation.seq,
        clock=operation.clock,
        digest=operation.digest,
        traces=tuple(
            Trace(each.kind, each.id, tuple(sorted(each.set)), tuple(sorted(each.first)), each.remove)
            for each in operation.changes
        ),
    )


def withdrawal(operation: Operation) -> Tombstone:
    """Return the tombstone with which its author takes *operation* back: without traces, nothing reads as erased."""
    return Tombstone(operation.src, operation.seq, operation.clock, operation.digest, ())
