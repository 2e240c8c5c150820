"""Rows of leases: one download, for one browser, for a day and for so many bytes."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, or_, select, update

from bots.database.engine import Transaction
from bridge.share.errors import Unknown
from bridge.share.store.tables import leases, links

LASTS: Final = 86_400_000
_AGAIN: Final = 3
"""A lease pays for each byte so many times: broken lines ask twice, and a ticket handed on is soon used up."""
_SLACK: Final = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Lease:
    """A download that was taken. *ticket_hash* is the SHA-256 of what its holder shows."""

    ticket_hash: bytes
    link: str
    until: int
    budget: int
    remaining: int
    done: bool


_COLUMNS = (
    leases.c.ticket_hash,
    leases.c.link,
    leases.c.until,
    leases.c.budget,
    leases.c.remaining,
    leases.c.done,
)


async def take(transaction: Transaction, link_id: str, ticket_hash: bytes, size: int, now: int) -> Lease | None:
    """Take one download of *size* bytes, or None where none is left: one statement, so that N are exactly N.

    Asked for again with the same ticket it is the same one, with what is left of its bytes: nothing is counted. Its
    caller has locked the link (``links.find``). Raises :class:`Unknown` where the ticket is another link's.
    """
    held = await _held(transaction, ticket_hash)
    if held is not None and held.link != link_id:
        raise Unknown("ticket")
    if held is not None and held.until > now:
        return held
    if held is not None:
        await _end(transaction, held)
    counted = await transaction.execute(
        update(links)
        .where(
            links.c.id == link_id,
            links.c.ended.is_(None),
            links.c.expires > now,
            or_(links.c.downloads.is_(None), links.c.used < links.c.downloads),
        )
        .values(used=links.c.used + 1)
    )
    if counted.rowcount != 1:
        return None
    lease = Lease(ticket_hash, link_id, now + LASTS, size * _AGAIN + _SLACK, size * _AGAIN + _SLACK, done=False)
    values = {column.name: getattr(lease, column.name) for column in _COLUMNS}
    await transaction.execute(leases.insert().values(values))
    return lease


async def find(transaction: Transaction, ticket_hash: bytes, now: int) -> Lease:
    """Return the lease of a ticket that is still good; raises :class:`Unknown`."""
    held = await _held(transaction, ticket_hash)
    if held is None or held.until <= now:
        raise Unknown("ticket")
    return held


async def _held(transaction: Transaction, ticket_hash: bytes) -> Lease | None:
    query = select(*_COLUMNS).where(leases.c.ticket_hash == ticket_hash)
    row = (await transaction.execute(query)).first()
    return None if row is None else Lease(*row)


async def pay(transaction: Transaction, ticket_hash: bytes, amount: int) -> bool:
    """Take *amount* bytes off the lease; false where it has not so many left."""
    paid = await transaction.execute(
        update(leases)
        .where(leases.c.ticket_hash == ticket_hash, leases.c.remaining >= amount)
        .values(remaining=leases.c.remaining - amount)
    )
    return bool(paid.rowcount == 1)


async def finish(transaction: Transaction, lease: Lease) -> None:
    """Note that its holder says to have everything."""
    await transaction.execute(update(leases).where(leases.c.ticket_hash == lease.ticket_hash).values(done=True))


async def give_back(transaction: Transaction, lease: Lease) -> bool:
    """Undo a download of which not one byte was asked for; false where some was."""
    gone = await transaction.execute(
        delete(leases).where(
            leases.c.ticket_hash == lease.ticket_hash,
            leases.c.remaining == leases.c.budget,
            leases.c.done.is_(False),
        )
    )
    if gone.rowcount != 1:
        return False
    await transaction.execute(
        update(links).where(links.c.id == lease.link, links.c.used > 0).values(used=links.c.used - 1)
    )
    return True


async def expire(transaction: Transaction, now: int, limit: int = 100) -> int:
    """End leases whose day is over; those that fetched nothing give their download back. Returns how many ended."""
    query = select(*_COLUMNS).where(leases.c.until <= now).limit(limit)
    over = [Lease(*row) for row in await transaction.execute(query)]
    for lease in over:
        await _end(transaction, lease)
    return len(over)


async def _end(transaction: Transaction, lease: Lease) -> None:
    if not await give_back(transaction, lease):
        await transaction.execute(delete(leases).where(leases.c.ticket_hash == lease.ticket_hash))
