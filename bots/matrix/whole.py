"""Work that is better finished than cut in the middle."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")

_PATIENCE_S = 5.0


async def whole(work: Coroutine[Any, Any, _T]) -> _T:
    """Await *work*; when cancelled meanwhile, let it end first, for five seconds at most.

    A statement cancelled on its way makes SQLAlchemy drop the connection without closing it: SQLite then stays locked
    by a transaction that nobody can end. So our transactions are not cut.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task], timeout=_PATIENCE_S)
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled():
            # What it raised is of no interest to anybody any more; asking for it keeps asyncio from complaining.
            task.exception()
        raise


def launch(group: asyncio.TaskGroup, work: Coroutine[Any, Any, None]) -> None:
    """Start *work* in *group*, unless the group is ending: what is not begun now stands in the database."""
    try:
        group.create_task(work)
    except RuntimeError:
        work.close()
