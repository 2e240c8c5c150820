"""Loading what others have put into a room's chapters: the newest snapshot that holds together (DESIGN §4)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.signals import Signals
from bots.assistant.talk.messages import txn_of
from bots.database.engine import Database, Transaction
from bots.envelope.errors import Corrupt, MalformedFile
from bots.envelope.file import EncryptedFile
from bots.matrix.errors import LoggedOut, Refused, TooLarge, Unreachable
from bots.matrix.port import Edge
from bots.register.format.chapter import LOADED, Root
from bots.register.format.errors import BadSnapshot
from bots.register.format.operation import Operation
from bots.register.format.wire import Signal, split_relay
from bots.register.replica.snapshot import Loaded
from bots.register.store import roots, snapshot_io
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)

MAX_PACKED = 256 * 1024 * 1024
UNDOWNLOADABLE = "undownloadable"


@dataclass(slots=True)
class SnapshotWait:
    """A room whose snapshot we wait for. Times in ms; only *since* is on disk: after a crash all are asked again."""

    since: int
    heard: int
    next: int = 0
    asked: list[UserId] = field(default_factory=list)
    refused: set[UserId] = field(default_factory=set)
    again: int = 0
    """When the homeserver is asked again for what we said."""

    def refuse(self, author: UserId, now: int) -> None:
        """Note that the snapshot of *author* was no good: somebody else is asked at once, and the wait begins anew."""
        self.heard = self.next = now
        self.refused.add(author)
        if author not in self.asked:
            self.asked.append(author)


@dataclass(slots=True)
class Snapshots:
    """Downloads them, checks them, and takes them in."""

    edge: Edge
    database: Database
    ledger: Ledger
    board: NoticeBoard
    signals: Signals
    now_ms: Callable[[], int]
    counts: Counter[str] = field(default_factory=Counter)
    """``refused`` with the reason, ``unreachable``."""

    async def load_newest(self, room_id: RoomId, wait: SnapshotWait | None = None) -> bool:
        """Load the snapshots that were not looked at, the latest first, until one holds; tell whether one did.

        *wait*: we are new in the room, and are not any more once it is taken in. Not inside a transaction.
        """
        async with self.database.begin() as transaction:
            distrusted = await distrusted_in(transaction, room_id)
            known = await roots.roots(transaction, room_id)
        for root in known:
            bad = distrusted | (wait.refused if wait is not None else set())
            if root.verdict is None and root.snapshot is not None and root.author not in bad:
                loaded = await self._fetch(room_id, root, wait)
                if loaded is not None:
                    await self._adopt(room_id, root, loaded, joining=wait is not None)
                    return True
        return False

    async def _fetch(self, room_id: RoomId, root: Root, wait: SnapshotWait | None) -> Loaded | None:
        try:
            file = EncryptedFile.parse(root.snapshot)
            packed = await self.edge.download(file, most=MAX_PACKED)
            return await snapshot_io.read(packed, {room_id, *self.ledger.lineage.before(room_id)}, self.ledger.keys)
        except LoggedOut:
            raise
        except Unreachable:
            self.counts["unreachable"] += 1
            return None
        except (MalformedFile, Corrupt, TooLarge, Refused) as exc:
            await self._refuse(room_id, root, wait, UNDOWNLOADABLE, type(exc).__name__)
        except BadSnapshot as exc:
            await self._refuse(room_id, root, wait, exc.flaw.value, exc.operation.value if exc.operation else None)
        return None

    async def _refuse(
        self, room_id: RoomId, root: Root, wait: SnapshotWait | None, flaw: str, detail: str | None
    ) -> None:
        self.counts[f"refused {flaw}"] += 1
        _log.warning("snapshot_refused", room_id=room_id, sender=root.author, reason=flaw, detail=detail)
        async with self.database.begin() as transaction:
            await roots.judge(transaction, room_id, root.root, flaw)
        if wait is not None:
            wait.refuse(root.author, self.now_ms())

    async def _adopt(self, room_id: RoomId, root: Root, loaded: Loaded, *, joining: bool) -> None:
        async with self.ledger.begin(self.database, room_id) as transaction:
            outranking = await self.ledger.adopt(transaction, room_id, loaded, root.author)
            await roots.judge(transaction, room_id, root.root, LOADED)
            await self._return(transaction, room_id, root, outranking)
            await self.board.changed(transaction, room_id, None)
            # The others want to know what we hold now.
            self.board.wrote(room_id)
            if joining:
                await roots.joined(transaction, room_id)
        operations = len(loaded.records)
        _log.info("snapshot_loaded", room_id=room_id, sender=root.author, operations=operations)

    async def _return(
        self, transaction: Transaction, room_id: RoomId, root: Root, operations: Sequence[Operation]
    ) -> None:
        """Send what counts more than what the snapshot had under the same identity."""
        for number, batch in enumerate(split_relay(operations)):
            txn = txn_of(room_id, root.root, f"outranking {number}")
            await self.signals.send(transaction, room_id, txn, Signal(relay=batch))


async def distrusted_in(transaction: Transaction, room_id: RoomId) -> frozenset[UserId]:
    """Return the assistants whose word on a room has been dropped."""
    return frozenset(peer.assistant for peer in await roots.peers(transaction, room_id) if peer.distrusted)
