"""What can be wrong with what somebody sent us, or with what we were about to send.

Rejected             an operation does not count; ``reason`` says why (counted and logged, never fatal)
BadSnapshot          a snapshot is refused whole; ``flaw`` says why: report it and ask another assistant
StaleSelection       the store and the memory of a room differ: read the room anew and begin again
TooLarge             a change of our own that no operation can hold: tell the person what is too long
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why an operation does not count. The values are metric labels."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    UNKNOWN_SENDER = "unknown_sender"
    BAD_SIGNATURE = "bad_signature"
    FOREIGN_BY = "foreign_by"
    CONFLICT = "conflict"


class Rejected(Exception):
    """An operation that does not count, and why."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail:.200}")
        self.reason = reason


class Flaw(StrEnum):
    """Why a snapshot is refused. The values are metric labels."""

    UNREADABLE = "unreadable"
    """Not gzip, cut short, or followed by something else."""
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    MALFORMED = "malformed"
    OTHER_ROOM = "other_room"
    BAD_OPERATION = "bad_operation"
    """An operation in it does not count: ``BadSnapshot.operation`` says why."""
    UNKNOWN_SENDER = "unknown_sender"
    """A tombstone in it is of somebody whom the member list does not know."""
    REPEATED = "repeated"
    ERASED = "erased"
    """It carries an operation that it says is erased."""
    INCOMPLETE = "incomplete"
    WRONG_CLOCK = "wrong_clock"
    UNPROVEN_FRONTIER = "unproven_frontier"
    """Its frontier claims a sequence number of which it carries no signed operation."""
    WRONG_HASH = "wrong_hash"


class BadSnapshot(Exception):
    """A snapshot that is refused, and why; nothing of it has been kept."""

    def __init__(self, flaw: Flaw, detail: str, operation: Reason | None = None) -> None:
        super().__init__(f"{flaw}: {detail:.200}")
        self.flaw = flaw
        self.operation = operation


class StaleSelection(Exception):
    """The records that were read are not those that the state was folded from."""


class TooLarge(Exception):
    """One change that does not fit an operation: *size* and *most* are bytes of canonical JSON."""

    def __init__(self, kind: str, object_id: str, size: int, most: int) -> None:
        super().__init__(f"{kind} {object_id}: {size} bytes, and at most {most} fit one operation")
        self.kind, self.object_id, self.size, self.most = kind, object_id, size, most
