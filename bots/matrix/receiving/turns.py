"""Whose turn it is in a room: what each person said in order, and nobody's flood before somebody else's word. Pure."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bots.matrix.backoff import Backoff
from bots.matrix.receiving.intake import InboxItem

KEPT: Final = 100
"""How many events of one person in one room wait in memory; the rest stands in the database."""
_ROUND: Final = 5
"""How many of one person's events in a row come before others' that were said later."""


@dataclass(slots=True)
class Queue:
    """What one person said in a room, in order."""

    items: deque[InboxItem] = field(default_factory=deque)
    taken: int = 0
    """How many had their turn since the room was last quiet."""
    more: bool = False
    """There is more of it in the database, and later."""
    held: bool = False
    """The first one has failed, and is to be tried again a little later."""
    moved: int = 0
    """When (ms) the first one became the first."""
    backoff: Backoff = field(default_factory=Backoff)

    @property
    def since(self) -> int:
        """Since when (ms) the first one has waited without anything being done for this person."""
        return max(self.moved, self.items[0].since)

    def put(self, item: InboxItem) -> None:
        """Put *item* in its place; once more does nothing."""
        if any(item.event_id == waiting.event_id for waiting in self.items):
            return
        ordered = not self.items or self.items[-1].position < item.position
        self.items.append(item)
        if not ordered:
            self.items = deque(sorted(self.items, key=lambda waiting: waiting.position))


class Turns:
    """The events of one room that wait in memory.

    Up to five of one person keep their place among the others'; of more, those come first of whom fewer had their turn.
    Our own coming and going overtakes nothing and is overtaken by nothing: what it means depends on where it stands.
    """

    def __init__(self) -> None:
        self._queues: dict[str, Queue] = {}
        self._moves: set[str] = set()
        """The events by which we came or went."""

    def __len__(self) -> int:
        return sum(len(queue.items) for queue in self._queues.values())

    def queues(self) -> Iterator[tuple[str, Queue]]:
        """Return whose events wait, with them."""
        return ((who, queue) for who, queue in self._queues.items() if queue.items)

    def accept(self, item: InboxItem) -> None:
        """Take what is new in the room, behind what its sender said before."""
        queue = self._queue(item.sender)
        if queue.more or len(queue.items) >= KEPT:
            queue.more = True
        else:
            self.insist(item)

    def insist(self, item: InboxItem) -> None:
        """Take *item* in its place, whatever else waits."""
        self._queue(item.sender).put(item)
        if item.moves_us:
            self._moves.add(item.event_id)

    def load(self, items: Iterable[InboxItem], unfinished: Collection[str]) -> None:
        """Take what the database says that waits, in order; of the senders *unfinished* there is more, and later."""
        last: dict[str, int] = {}
        for item in items:
            self.insist(item)
            last[item.sender] = item.position
        for sender in unfinished:
            queue = self._queue(sender)
            # What we had taken in already may come after what was left there.
            queue.items = deque(item for item in queue.items if item.final or item.position <= last[sender])
            queue.more = True

    def emptied(self) -> str | None:
        """Return, once, somebody of whom nothing waits here any more, and more in the database."""
        found = next((who for who, queue in self._queues.items() if queue.more and not queue.items), None)
        if found is not None:
            self._queues[found].more = False
        return found

    def next(self, may: Callable[[str], bool]) -> InboxItem | None:
        """Return the event whose turn it is now, of those of whom *may* says that they may be answered."""
        ready = [queue for who, queue in self._first() if not queue.held and may(who)]
        if not ready:
            return None
        return min(ready, key=lambda queue: (queue.taken // _ROUND, queue.items[0].position)).items[0]

    def _first(self) -> list[tuple[str, Queue]]:
        """Return the queues of which something may come now: what follows our coming or going waits for it."""
        waiting = list(self.queues())
        moves = [item.position for _, queue in waiting for item in queue.items if item.moves_us] if self._moves else []
        if not moves:
            return waiting
        before = [(who, queue) for who, queue in waiting if queue.items[0].position < min(moves)]
        return before or [(who, queue) for who, queue in waiting if queue.items[0].position == min(moves)]

    def done(self, item: InboxItem, now: int) -> None:
        """Note at *now* (ms) that *item* had its turn."""
        queue = self._queues[item.sender]
        if queue.items[0] is item:
            queue.items.popleft()
        else:
            queue.items.remove(item)
        queue.taken += 1
        queue.moved = now
        queue.backoff.succeeded()
        self._moves.discard(item.event_id)

    def hold(self, item: InboxItem, retry_after: float | None) -> float:
        """Let *item*, which failed, and what its sender said after it wait; return for how long (s)."""
        queue = self._queues[item.sender]
        queue.held = True
        return queue.backoff.failed(retry_after)

    def release(self, item: InboxItem) -> None:
        """Let *item* be tried again."""
        self._queues[item.sender].held = False

    def _queue(self, sender: str) -> Queue:
        queue = self._queues.get(sender)
        if queue is None:
            # Whoever comes later begins where the others are: nobody is owed what they did not ask for.
            taken = min((other.taken for _, other in self.queues()), default=0)
            queue = self._queues[sender] = Queue(taken=taken)
        return queue
