"""What takes long, while others are answered: in a thread, or a piece at a time (shell).

The one place where a runner's ``prepare`` meets the event loop: what it hands over, and what it does between two turns,
stays pure.
"""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_thread(work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
    """Return what *work* returns, or raise what it raises; it runs in a thread, and shares nothing that changes."""
    return await asyncio.to_thread(work, *args, **named)


async def give_way() -> None:
    """Let others have their turn."""
    await asyncio.sleep(0)
