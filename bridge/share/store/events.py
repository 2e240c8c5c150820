"""What became of links, in order, for whoever made them: read with the last number that was seen.

How often a link was opened and taken is its own number (``links``): a visitor who takes downloads and gives them back,
for years, adds no row here. A link has as many as it was locked, a hundred tries in all, and one of its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, select

from bots.database.engine import Transaction
from bridge.share.store.tables import events

What = Literal["locked", "expired", "revoked", "burnt"]


@dataclass(frozen=True, slots=True)
class LinkFact:
    """One fact about a link; no address, no person: the server knows none."""

    seq: int
    link: str
    what: str
    at: int


async def add(transaction: Transaction, link: str, what: What, now: int) -> None:
    """Note *what* became of *link*."""
    await transaction.execute(events.insert().values(link=link, what=what, at=now))


async def after(transaction: Transaction, seq: int, limit: int) -> Sequence[LinkFact]:
    """Return what came after number *seq*, oldest first."""
    columns = (events.c.seq, events.c.link, events.c.what, events.c.at)
    query = select(*columns).where(events.c.seq > seq).order_by(events.c.seq).limit(limit)
    return [LinkFact(*row) for row in await transaction.execute(query)]


async def forget(transaction: Transaction, before: int) -> None:
    """Delete what is older than *before*."""
    await transaction.execute(delete(events).where(events.c.at < before))
