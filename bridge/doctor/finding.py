"""What the doctor finds: how it stands, in a sentence, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How bad it is: ``WELL``; ``SOON`` it will hurt; ``ILL`` it hurts now; ``UNKNOWN`` could not be looked at."""

    WELL = "well"
    SOON = "soon"
    ILL = "ill"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: *check* names it for machines, *remedy* says what to do (empty: nothing)."""

    check: str
    standing: Standing
    sentence: str
    remedy: str = ""


def well(check: str, sentence: str) -> Finding:
    """Return that all is well with *check*."""
    return Finding(check, Standing.WELL, sentence)


def soon(check: str, sentence: str, remedy: str) -> Finding:
    """Return that *check* will hurt unless *remedy* is done."""
    return Finding(check, Standing.SOON, sentence, remedy)


def ill(check: str, sentence: str, remedy: str) -> Finding:
    """Return that *check* hurts now, and *remedy*."""
    return Finding(check, Standing.ILL, sentence, remedy)


def unknown(check: str, sentence: str, remedy: str) -> Finding:
    """Return that *check* could not be looked at, and how it could."""
    return Finding(check, Standing.UNKNOWN, sentence, remedy)
