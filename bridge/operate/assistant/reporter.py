"""How the assistant is, put together for ``/healthz``."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bots.assistant.handler.desk import Desk
from bots.files.scanning.inspector import Inspector
from bots.matrix.edge import MatrixEdge
from bots.register.store.ledger import Ledger
from bridge.operate.assistant.health import Health
from bridge.operate.version import version
from bridge.watch import sample
from bridge.watch.sample import Metric

_STALE_S = 120
"""Without a sync for this long we are not well: a long poll lasts half a minute."""
_STUCK_MS = 60_000
"""Nobody's event may wait for so long without anything being done about it."""


class Reporter:
    """Puts together what ``/healthz`` says; *unknown* counts the deposits whose box the assistant does not know."""

    def __init__(
        self, edge: MatrixEdge, desk: Desk, inspector: Inspector | None, unknown: Callable[[], int] = lambda: 0
    ) -> None:
        self._edge = edge
        self._desk = desk
        self._inspector = inspector
        self._unknown = unknown

    def own(self) -> Mapping[Metric, float]:
        """Return what of that is watched."""
        ledger = self._desk.ledger
        gaps = sum(_missing(ledger, room) for room in ledger.rooms())
        return {sample.STUCK: self._edge.status().stuck_ms / 1000, sample.GAPS: float(gaps)}

    def __call__(self) -> Health:
        """Return how the assistant is now."""
        edge, ledger = self._edge.status(), self._desk.ledger
        synced = None if edge.last_sync is None else datetime.fromtimestamp(edge.last_sync / 1000, UTC)
        stale = synced is None or (datetime.now(UTC) - synced).total_seconds() > _STALE_S
        stuck = edge.stuck_ms > _STUCK_MS
        rooms = sorted(ledger.rooms())
        return Health(
            status="stale" if stale else "stuck" if stuck else "ok",
            version=version(),
            user_id=self._edge.user_id,
            device_id=edge.device_id,
            device_signed=edge.device_signed,
            rooms=edge.rooms,
            last_sync=synced.isoformat() if synced else None,
            operations=sum(ledger.known(each).operations for each in rooms),
            gaps=sum(_missing(ledger, each) for each in rooms),
            waiting=sum(ledger.waiting(each) for each in rooms),
            inbox_waiting=edge.inbox_waiting,
            outbox_waiting=edge.outbox_waiting,
            to_device_waiting=edge.to_device_waiting,
            unreadable=edge.unreadable,
            failed=edge.failed,
            stuck_s=edge.stuck_ms // 1000,
            identities_changed=edge.identities_changed,
            without_identity=edge.without_identity,
            rejected=dict(self._desk.registrar.rejected + self._desk.reconciler.counts),
            handled=dict(self._desk.handled),
            snapshots=dict(self._desk.newcomers.counts + self._desk.chapters.counts),
            joining=len(self._desk.newcomers.waiting()),
            scanned=self._inspector is not None,
            scans_waiting=0 if self._inspector is None else self._inspector.waiting,
            scanner_away=self._inspector is not None and self._inspector.away,
            deposits_unknown=self._unknown(),
            state_hashes={each: ledger.state_hash(each) for each in rooms},
        )


def _missing(ledger: Ledger, room_id: str) -> int:
    gaps = ledger.gaps(room_id)  # type: ignore[arg-type] # the ledger's own room ids
    return sum(last - first + 1 for ranges in gaps.values() for first, last in ranges)
