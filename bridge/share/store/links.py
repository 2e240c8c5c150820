"""Rows of links: what a link may do is decided here, in the transaction that writes it down."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Final, cast

from sqlalchemy import Insert, delete, select, update

from bots.database.engine import Transaction, insert
from bridge.share.errors import Conflict, End, Ended, Unknown
from bridge.share.store import blobs, events
from bridge.share.store.tables import blobs as blob_rows
from bridge.share.store.tables import leases, links

DAY: Final = 86_400_000
_TOMBSTONE: Final = 400 * DAY
"""So long we remember that a link has ended: for who opens it late, and for a sender restored from a backup."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be kept; *made* is the SHA-256 of the whole request, so that the same again is no conflict."""

    id: str
    knock_hash: bytes
    proof_hash: bytes
    manifest: bytes = field(repr=False)
    protected: bool
    made: bytes
    expires: int
    downloads: int | None
    burn: bool
    blobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldLink:
    """A link as it is kept."""

    id: str
    knock_hash: bytes
    proof_hash: bytes
    manifest: bytes = field(repr=False)
    protected: bool
    made: bytes
    expires: int
    downloads: int | None
    used: int
    burn: bool
    opened: int
    last_opened: int | None
    wrong: int
    locked_until: int
    ended: str | None

    def end(self, now: int) -> End | None:
        """Return how it has ended at *now*, None while it lives; also one without downloads left lives on."""
        if self.ended is not None:
            return cast(End, self.ended)
        return "expired" if self.expires <= now else None

    def exhausted(self) -> bool:
        """Tell whether no download is left."""
        return self.left() == 0

    def left(self) -> int | None:
        """Return how many downloads are left, None where they are without end."""
        return None if self.downloads is None else max(0, self.downloads - self.used)


_COLUMNS = tuple(links.c[column.name] for column in fields(HeldLink))


async def publish(transaction: Transaction, new: NewLink, now: int) -> bool:
    """Keep *new* and give it its blobs; false where it is kept already.

    Raises :class:`Ended` where a link of this id is over (the end wins over whatever comes later), :class:`Conflict`
    where there is another, or a blob is not whole or not free.
    """
    known = await _find(transaction, new.id)
    if known is not None:
        if (how := known.end(now)) is not None:
            raise Ended(how)
        if not hmac.compare_digest(known.made, new.made):
            raise Conflict("another link")
        return False
    values = {column.name: getattr(new, column.name) for column in fields(NewLink) if column.name != "blobs"}
    await transaction.execute(links.insert().values(**values, forgotten=new.expires + _TOMBSTONE))
    await blobs.hold(transaction, new.blobs, new.id)
    return True


async def find(transaction: Transaction, link_id: str, *, locked: bool = False) -> HeldLink:
    """Return the link, ended or not; *locked* lets nobody else change it until the transaction ends.

    Raises :class:`Unknown`.
    """
    link = await _find(transaction, link_id, locked=locked)
    if link is None:
        raise Unknown("link")
    return link


async def _find(transaction: Transaction, link_id: str, *, locked: bool = False) -> HeldLink | None:
    query = select(*_COLUMNS).where(links.c.id == link_id)
    row = (await transaction.execute(query.with_for_update() if locked else query)).first()
    return None if row is None else HeldLink(*row)


async def note_opened(transaction: Transaction, link_id: str, now: int) -> None:
    """Count that somebody has read what the link holds; that is no download."""
    changed = update(links).where(links.c.id == link_id).values(opened=links.c.opened + 1, last_opened=now)
    await transaction.execute(changed)


async def note_wrong(transaction: Transaction, link_id: str, wrong: int, locked_until: int) -> None:
    """Note a wrong password: how many there were, and until when the link listens to none."""
    changed = update(links).where(links.c.id == link_id).values(wrong=wrong, locked_until=locked_until)
    await transaction.execute(changed)


async def agree(transaction: Transaction, link_id: str, expires: int, downloads: int | None, now: int) -> HeldLink:
    """Set other terms, absolute ones: the same again changes nothing. Raises :class:`Unknown`, :class:`Ended`."""
    link = await find(transaction, link_id, locked=True)
    if (how := link.end(now)) is not None:
        raise Ended(how)
    values = {"expires": expires, "downloads": downloads, "forgotten": expires + _TOMBSTONE}
    await transaction.execute(update(links).where(links.c.id == link_id).values(values))
    return await find(transaction, link_id)


async def end(transaction: Transaction, link_id: str, how: End, now: int) -> bool:
    """End the link for good, doom its blobs, empty what was sealed; false where it had ended.

    A link that we do not know is ended too: whoever would make it later, from an older backup, is refused.
    """
    await transaction.execute(_unborn(transaction, link_id, now))
    changed = await transaction.execute(
        update(links)
        .where(links.c.id == link_id, links.c.ended.is_(None))
        .values(ended=how, manifest=b"", forgotten=now + _TOMBSTONE)
    )
    if changed.rowcount != 1:
        return False
    await blobs.doom(transaction, link=link_id)
    await transaction.execute(delete(leases).where(leases.c.link == link_id))
    if how in ("expired", "revoked", "burnt"):
        await events.add(transaction, link_id, how, now)
    return True


def _unborn(transaction: Transaction, link_id: str, now: int) -> Insert:
    values = {
        "id": link_id,
        "knock_hash": b"",
        "proof_hash": b"",
        "manifest": b"",
        "protected": False,
        "made": b"",
        "expires": now,
        "downloads": 0,
        "used": 0,
        "burn": False,
        "opened": 0,
        "wrong": 0,
        "locked_until": 0,
        "forgotten": now + _TOMBSTONE,
    }
    unborn: Insert = insert(transaction, links).values(values).on_conflict_do_nothing(index_elements=["id"])
    return unborn


async def overdue(transaction: Transaction, now: int, limit: int = 100) -> Sequence[str]:
    """Return links whose time is over and that have not been ended yet."""
    query = select(links.c.id).where(links.c.expires <= now, links.c.ended.is_(None)).limit(limit)
    return list((await transaction.execute(query)).scalars())


async def burning(transaction: Transaction, limit: int = 100) -> Sequence[str]:
    """Return links to be burnt: every download was taken, and nobody is fetching any more.

    A download whose day is over counts until it is ended: one of which nothing was fetched comes back then.
    """
    fetching = select(leases.c.link).where(leases.c.link == links.c.id, leases.c.done.is_(False))
    query = select(links.c.id).where(
        links.c.burn.is_(True), links.c.ended.is_(None), links.c.used >= links.c.downloads, ~fetching.exists()
    )
    return list((await transaction.execute(query.limit(limit))).scalars())


async def forget(transaction: Transaction, now: int) -> None:
    """Delete the rows of links that ended long ago and hold nothing any more."""
    held = select(blob_rows.c.link).where(blob_rows.c.link == links.c.id)
    await transaction.execute(delete(links).where(links.c.forgotten <= now, links.c.ended.is_not(None), ~held.exists()))
