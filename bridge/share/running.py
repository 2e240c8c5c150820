"""What is being sent just now, so that a link that ends stops in the middle of a file."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Running:
    """The tasks that send pieces of a link."""

    def __init__(self) -> None:
        self._tasks: dict[str, set[asyncio.Task[object]]] = {}

    @contextmanager
    def sending(self, link: str) -> Iterator[None]:
        """Note that this task sends something of *link* until the block ends."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.setdefault(link, set()).add(task)
        try:
            yield
        finally:
            self._tasks[link].discard(task)
            if not self._tasks[link]:
                del self._tasks[link]

    def cut(self, link: str) -> None:
        """Break off everything that is sent of *link*."""
        for task in self._tasks.get(link, ()):
            task.cancel()
