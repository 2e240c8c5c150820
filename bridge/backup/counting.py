"""What a town's databases hold, counted in one transaction each: before the backup, and in what was restored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.database.engine import Transaction
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bridge.backup.manifest import Counts
from bridge.operate.capabilities import MemberList
from config.federation import Federation
from config.secrets import Secrets
from config.settings import Collectivity

_USERS = text("SELECT count(*) FROM users WHERE deactivated = 0 AND appservice_id IS NULL")
_ROOMS = text("SELECT count(DISTINCT room_id) FROM local_current_membership WHERE membership = 'join'")
_EVENTS = text("SELECT count(*) FROM events")
_MEDIA = text("SELECT count(*) FROM local_media_repository WHERE url_cache IS NULL")
_OPERATIONS = text("SELECT count(*) FROM register_operation")


@dataclass(slots=True)
class Census:
    """Collects the counts of both databases."""

    collectivity: Collectivity
    federation: Federation
    secrets: Secrets
    _numbers: dict[str, int] = field(default_factory=dict)
    _objects: Counter[str] = field(default_factory=Counter)
    _states: dict[str, str] = field(default_factory=dict)

    async def synapse(self, transaction: Transaction) -> None:
        """Count in Synapse's database."""
        for name, question in (("users", _USERS), ("rooms", _ROOMS), ("events", _EVENTS), ("media", _MEDIA)):
            self._numbers[name] = int((await transaction.execute(question)).scalar_one())

    async def assistant(self, transaction: Transaction) -> None:
        """Count in the assistant's: what its registers come to is folded, as the assistant itself does."""
        if not await transaction.run_sync(_is_made):
            return
        self._numbers["operations"] = int((await transaction.execute(_OPERATIONS)).scalar_one())
        members = MemberList(self.federation)
        ledger = Ledger(self.collectivity.assistant, Signer(self.secrets.register_seed), members.keys)
        await ledger.open(transaction)
        for room_id in sorted(ledger.rooms()):
            self._objects.update(held.kind for held in ledger.known(room_id).objects())
            self._states[room_id] = ledger.state_hash(room_id)

    @property
    def counts(self) -> Counts:
        """What was counted so far."""
        return Counts(**self._numbers, objects=dict(sorted(self._objects.items())), states=self._states)


def _is_made(connection: Connection) -> bool:
    return inspect(connection).has_table("register_operation")


def differences(before: Counts, after: Counts) -> Mapping[str, tuple[object, object]]:
    """Return what is not the same, as (before, after); pure."""
    names = ("users", "rooms", "events", "media", "operations", "objects", "states")
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
