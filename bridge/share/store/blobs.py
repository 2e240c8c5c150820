"""Rows of ciphertexts: promised, arriving, whole, doomed. The bytes are elsewhere (``disk``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, update

from bots.database.engine import Transaction
from bridge.share.errors import Conflict, Full, Unknown
from bridge.share.store.tables import blobs

FOR_GOOD: Final = 2**62
"""When (ms) what was promised to be kept goes by itself: never."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One ciphertext: *received* of *size* bytes are on the disk for sure; *link* holds it, or it goes at *expires*."""

    id: str
    size: int
    received: int
    expires: int
    link: str | None

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self.received == self.size


_COLUMNS = (blobs.c.id, blobs.c.size, blobs.c.received, blobs.c.expires, blobs.c.link)


async def promise(transaction: Transaction, blob: Blob, quota: int) -> Blob:
    """Note that *blob* is to come; the same promise again is the same blob, as far as it is.

    Raises :class:`Full` where all that is here or promised would exceed *quota*, :class:`Conflict` where one of this
    name has another size.
    """
    known = await _find(transaction, blob.id)
    if known is not None:
        if known.size != blob.size:
            raise Conflict("another size")
        return known
    taken = (await transaction.execute(select(func.coalesce(func.sum(blobs.c.size), 0)))).scalar_one()
    if int(taken) + blob.size > quota:
        raise Full("the quota")
    values = {"id": blob.id, "size": blob.size, "received": 0, "expires": blob.expires, "doomed": False}
    await transaction.execute(blobs.insert().values(values))
    return blob


async def find(transaction: Transaction, blob_id: str, now: int) -> Blob:
    """Return a blob that is here and lives; raises :class:`Unknown`."""
    blob = await _find(transaction, blob_id)
    if blob is None or (blob.link is None and blob.expires <= now):
        raise Unknown("blob")
    return blob


async def _find(transaction: Transaction, blob_id: str) -> Blob | None:
    query = select(*_COLUMNS).where(blobs.c.id == blob_id, blobs.c.doomed.is_(False))
    row = (await transaction.execute(query)).first()
    return None if row is None else Blob(*row)


async def advance(transaction: Transaction, blob_id: str, start: int, received: int, expires: int) -> bool:
    """Note that the disk has *received* bytes where it had *start*; false where somebody else was quicker."""
    changed = await transaction.execute(
        update(blobs)
        .where(blobs.c.id == blob_id, blobs.c.received == start, blobs.c.link.is_(None), blobs.c.doomed.is_(False))
        .values(received=received, expires=expires)
    )
    return bool(changed.rowcount == 1)


async def hold(transaction: Transaction, names: Sequence[str], link: str) -> None:
    """Give whole, free blobs to *link*, in this order; raises :class:`Conflict` where one is not, and gives none."""
    for place, name in enumerate(names):
        changed = await transaction.execute(
            update(blobs)
            .where(
                blobs.c.id == name,
                blobs.c.link.is_(None),
                blobs.c.received == blobs.c.size,
                blobs.c.doomed.is_(False),
            )
            .values(link=link, place=place)
        )
        if changed.rowcount != 1:
            raise Conflict("a blob that is not whole, or not free")


async def of_link(transaction: Transaction, link: str) -> Sequence[Blob]:
    """Return the blobs of *link*, in their order."""
    query = select(*_COLUMNS).where(blobs.c.link == link, blobs.c.doomed.is_(False)).order_by(blobs.c.place)
    return [Blob(*row) for row in await transaction.execute(query)]


async def doom(transaction: Transaction, *, link: str | None = None, blob: str | None = None) -> None:
    """Let go of the blobs of *link*, or of one that no link holds; they are never served again."""
    which = blobs.c.link == link if link is not None else (blobs.c.id == blob) & blobs.c.link.is_(None)
    await transaction.execute(update(blobs).where(which).values(doomed=True))


async def doom_unfinished(transaction: Transaction, now: int) -> None:
    """Let go of what nobody has finished, or used, in time."""
    late = (blobs.c.link.is_(None)) & (blobs.c.expires <= now)
    await transaction.execute(update(blobs).where(late).values(doomed=True))


async def doomed(transaction: Transaction, limit: int = 100) -> Sequence[str]:
    """Return blobs whose bytes are to be deleted, and then their rows (:func:`forget`)."""
    query = select(blobs.c.id).where(blobs.c.doomed.is_(True)).limit(limit)
    return list((await transaction.execute(query)).scalars())


async def forget(transaction: Transaction, names: Sequence[str]) -> None:
    """Delete the rows of blobs whose bytes are gone."""
    await transaction.execute(delete(blobs).where(blobs.c.id.in_(names), blobs.c.doomed.is_(True)))


async def known(transaction: Transaction, names: Sequence[str]) -> set[str]:
    """Return which of *names* have a row."""
    query = select(blobs.c.id).where(blobs.c.id.in_(names))
    return set((await transaction.execute(query)).scalars())
