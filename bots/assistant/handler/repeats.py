"""Taking back what we have said after another assistant had said it, on the other side of a cut.

Which of two was first stands in the register, and each assistant judges only itself by it: so it does not matter when
either hears of the other, nor what dies in between.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from bots.assistant.handler.way.line import Line
from bots.assistant.talk.scene import Key, Scene
from bots.database.engine import Database, Transaction
from bots.register.format.operation import Operation
from bots.register.store import operations as store
from config.identifiers import RoomId, UserId

_AGAIN_MS: Final = 2_000
"""When a message whose event the server has not named yet is looked for again."""


@dataclass(slots=True)
class Repeats:
    """Knows in which rooms somebody may have been before us; at a start, in all."""

    line: Line
    database: Database
    now_ms: Callable[[], int]
    _touched: dict[RoomId, set[Key] | None] = field(default_factory=dict)
    _again: dict[RoomId, int] = field(default_factory=dict)
    _begun: bool = False

    def touch(self, room_id: RoomId, keys: Collection[Key] | None) -> None:
        """Note that these objects of a room have changed; None: perhaps any."""
        if not self.line.dispatcher.following.repeats(keys):
            return
        held = self._touched.setdefault(room_id, set())
        self._touched[room_id] = None if keys is None or held is None else held | set(keys)

    async def changed(self, transaction: Transaction, room_id: RoomId, keys: Collection[Key] | None) -> None:
        """Note that these objects of a room have changed (``noticeboard.Changed``)."""
        self.touch(room_id, keys)

    def due(self) -> list[RoomId]:
        """Return the rooms that are to be looked at."""
        if not self._begun and self.line.dispatcher.following.repeats(None):
            self._touched = dict.fromkeys(room.room_id for room in self.line.edge.rooms())
            self._begun = bool(self._touched)
        return [room_id for room_id in self._touched if self._again.get(room_id, 0) <= self.now_ms()]

    async def tend(self, room_id: RoomId) -> None:
        """Take back what we have repeated in one room; what is still on its way to the server, later."""
        keys = self._touched.pop(room_id, None)
        self._again.pop(room_id, None)
        try:
            async with self.line.ledger.begin(self.database, room_id) as transaction:
                waits = await self._take_back(transaction, room_id, keys)
        except BaseException:
            self.touch(room_id, None)
            raise
        if waits:
            self.touch(room_id, waits)
            self._again[room_id] = self.now_ms() + _AGAIN_MS

    async def _take_back(
        self, transaction: Transaction, room_id: RoomId, keys: Collection[Key] | None
    ) -> Collection[Key]:
        room, me = self.line.edge.room(room_id), UserId(self.line.edge.user_id)
        if room is None:
            return ()
        waits: set[Key] = set()
        found = self.line.dispatcher.following.repeated(await self.line.gatherer.scene(transaction, room), me, keys)
        for identity, repeated in {each.identity: each for each in found}.items():
            operation = await store.find(transaction, room_id, identity)
            # What was said in a room that this one follows stays there.
            if operation is None or operation.room_id != room_id:
                continue
            if not self._all_said(await self.line.gatherer.scene(transaction, room), operation, me):
                # One message said several, and nobody else has said all of them.
                continue
            if await store.event_of(transaction, room_id, identity) is None:
                waits.add(repeated.key)
                continue
            await self.line.writer.registrar.withdraw(transaction, room_id, operation, repeated.first)
        return waits

    def _all_said(self, scene: Scene, operation: Operation, me: UserId) -> bool:
        keys = {(change.kind, change.id) for change in operation.changes}
        found = self.line.dispatcher.following.repeated(scene, me, keys)
        shown = {each.key for each in found if each.identity == operation.identity}
        kinds = {kind for kind, _ in shown}
        return bool(shown) and {key for key in keys if key[0] in kinds} <= shown
