"""The notice board: what one part leaves about a room for another, so that neither need know the other.

It is made first and given to all. What is *announced* is heard at once, in the transaction in which it came to be; what
is *noted* is read by whoever does something about it, when its turn comes.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from bots.assistant.talk.scene import Key
from bots.database.engine import Transaction
from bots.register.format.operation import Operation
from config.identifiers import RoomId, UserId

Changed = Callable[[Transaction, RoomId, Collection[Key] | None], Awaitable[None]]
"""Hears that these objects of a room, or with None perhaps any, are no longer what they were."""
Erased = Callable[[Transaction, RoomId, Operation], Awaitable[None]]
"""Hears that an operation has been erased, or has erased others by its voids."""
Diverged = Callable[[Transaction, RoomId, UserId], Awaitable[None]]
"""Hears that another assistant makes something else of what we hold, too."""


@dataclass(slots=True)
class NoticeBoard:
    """Announcements, and notes by room. All but the announcements may be lost in a crash: a start looks everywhere."""

    now_ms: Callable[[], int]
    touched: set[RoomId] = field(default_factory=set)
    """Where a chapter may have become due; whoever opens chapters takes the note off."""
    written: set[RoomId] = field(default_factory=set)
    """Where there were operations since, so that one may have become due for which nobody waits."""
    silent: set[RoomId] = field(default_factory=set)
    """Where we may have written something that stands in no message."""
    offered: set[RoomId] = field(default_factory=set)
    """Where another assistant has opened a chapter with a snapshot."""
    awaiting: set[RoomId] = field(default_factory=set)
    """Where we are new, and wait for a snapshot."""
    unpublished: dict[RoomId, int] = field(default_factory=dict)
    """Where what we hold has changed, and when (ms) it last did: it is told once we fall idle."""
    doubted: set[RoomId] = field(default_factory=set)
    """Where of these something stands in no message, so that we want to hear who holds it."""
    doomed: bool = True
    """Messages of ours may have arrived that are to go: what they show was erased on their way."""
    _changed: list[Changed] = field(default_factory=list)
    _erased: list[Erased] = field(default_factory=list)
    _diverged: list[Diverged] = field(default_factory=list)

    def heard_by(
        self,
        *,
        changed: Collection[Changed] = (),
        erased: Collection[Erased] = (),
        diverged: Collection[Diverged] = (),
    ) -> None:
        """Announce to these, in their order, after all who were named before."""
        self._changed += changed
        self._erased += erased
        self._diverged += diverged

    def wrote(self, room_id: RoomId, *, silently: bool = False) -> None:
        """Note that what we hold of a room has changed; *silently*: it stands in no message."""
        self.written.add(room_id)
        self.unpublished[room_id] = self.now_ms()
        if silently:
            self.silent.add(room_id)
            self.doubted.add(room_id)

    async def changed(self, transaction: Transaction, room_id: RoomId, keys: Collection[Key] | None) -> None:
        """Announce that these objects of a room, or with None perhaps any, are no longer what they were."""
        for hears in self._changed:
            await hears(transaction, room_id, keys)

    async def erased(self, transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
        """Announce that *operation* has been erased, or has erased others by its voids."""
        for hears in self._erased:
            await hears(transaction, room_id, operation)

    async def diverged(self, transaction: Transaction, room_id: RoomId, other: UserId) -> None:
        """Announce that *other* makes something else of what we hold, too."""
        for hears in self._diverged:
            await hears(transaction, room_id, other)
