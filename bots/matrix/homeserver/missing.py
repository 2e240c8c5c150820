"""What a homeserver may not have: its “there is none” is an answer, every other refusal is one."""

from collections.abc import Awaitable
from typing import TypeVar

from bots.matrix.errors import LoggedOut, Refused

_T = TypeVar("_T")


async def unless_missing(asked: Awaitable[_T]) -> _T | None:
    """Return what *asked* answers; None where there is no such thing (404). Raises what *asked* raises else."""
    try:
        return await asked
    except LoggedOut:
        raise
    except Refused as exc:
        if exc.status == 404:
            return None
        raise
