"""What the doctor finds: how it stands, in a sentence, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is: ``WELL``; ``SOON`` it will hurt; ``ILL`` it hurts now; ``UNKNOWN`` could not be looked at."""

    WELL = "well"
    SOON = "soon"
    ILL = "ill"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: *check* names it for machines, *remedy* says what to do (empty: nothing)."""

    check: str
    standing: Severity
    sentence: str
    remedy: str = ""


def well(check: str, sentence: str) -> Finding:
    """Return that all is well with *check*."""
    return Finding(check, Severity.WELL, sentence)


def soon(check: str, sentence: str, remedy: str) -> Finding:
    """Return that *check* will hurt unless *remedy* is done."""
    return Finding(check, Severity.SOON, sentence, remedy)


def ill(check: str, sentence: str, remedy: str) -> Finding:
    """Return that *check* hurts now, and *remedy*."""
    return Finding(check, Severity.ILL, sentence, remedy)


def unknown(check: str, sentence: str, remedy: str) -> Finding:
    """Return that *check* could not be looked at, and how it could."""
    return Finding(check, Severity.UNKNOWN, sentence, remedy)
