"""What the share server tells a Prometheus on this machine: how much of everything, never of what."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select

from bots.database.engine import Database, Transaction
from bridge.share.settings import Clock
from bridge.share.store import tables

CONTENT_TYPE = CONTENT_TYPE_LATEST


async def metered(database: Database, clock: Clock) -> bytes:
    """Return the numbers in Prometheus' text format."""
    now = clock()
    registry = CollectorRegistry()
    async with database.begin() as transaction:
        held = await _one(transaction, select(func.coalesce(func.sum(tables.blobs.c.received), 0)))
        open_links = select(func.count()).select_from(tables.links).where(tables.links.c.expires > now)
        downloading = select(func.count()).select_from(tables.leases).where(tables.leases.c.until > now)
        told = (
            ("beffroi_share_bytes", "Ciphertext on the disk", held),
            ("beffroi_share_links", "Links that have not expired", await _one(transaction, open_links)),
            ("beffroi_share_leases", "Downloads that may go on", await _one(transaction, downloading)),
        )
    for name, tells, value in told:
        Gauge(name, tells, registry=registry).set(value)
    return generate_latest(registry)


async def _one(transaction: Transaction, statement: object) -> float:
    return float((await transaction.execute(statement)).scalar_one())  # type: ignore[call-overload] # one of ours
