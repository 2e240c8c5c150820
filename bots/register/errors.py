"""What can be wrong with an operation that somebody sent us.

Rejected             an operation does not count; ``reason`` says why (counted and logged, never fatal)
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
