"""Rows of drop boxes and of deposits: what may come in is decided here, in the transaction that writes it down."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from sqlalchemy import ColumnElement, delete, func, literal, select, tuple_, update

from bots.database.engine import Transaction, insert
from bridge.share.errors import Conflict, Ended, Full, Unknown
from bridge.share.store import blobs
from bridge.share.store.blobs import FOR_GOOD, Blob
from bridge.share.store.links import DAY
from bridge.share.store.tables import blobs as blob_rows
from bridge.share.store.tables import boxes, deposits, parts

REFUSED: Final = b"\0"
"""What the town says of a deposit that it could not open (``bots/links/DEPOSITS.md`` §5)."""
HALF_MS: Final = 6 * 3_600_000
"""So long a deposit may take from its last byte to the next one."""
IDLE_MS: Final = 15 * 60_000
"""After so long a deposit of which nothing to speak of has come makes way, where there is no room for another one."""
_MOST_BEGUN: Final = 200
"""Deposits of one box that are begun and not sealed."""
_REMEMBERED: Final = 400 * DAY
"""So long whoever made a deposit may ask what became of it."""


@dataclass(frozen=True, slots=True)
class NewBox:
    """A box to be kept. *files* and *size* bound one deposit, *quota* all that the assistant has not fetched yet."""

    id: str
    knock_hash: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    expires: int
    files: int
    size: int
    quota: int


@dataclass(frozen=True, slots=True)
class Box(NewBox):
    """A box as it is kept."""

    ended: bool

    def is_open(self, now: int) -> bool:
        """Tell whether it takes deposits."""
        return not self.ended and self.expires > now


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit: *kept* (ms) since it is whole, None before; *collected*: the assistant has it, its bytes are gone."""

    id: str
    box: str
    hold_hash: bytes = field(repr=False)
    begun: int
    expires: int
    seal: bytes | None = field(repr=False)
    kept: int | None
    collected: bool
    said: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deposit that is kept (since *kept*, ms) and was not collected."""

    id: str
    box: str
    kept: int


_BOX: Final = tuple(boxes.c[column.name] for column in fields(Box))
_DEPOSIT: Final = tuple(deposits.c[column.name] for column in fields(Deposit))
_WAITING: Final = tuple(deposits.c[column.name] for column in fields(Waiting))
_WAITS: Final = deposits.c.kept.is_not(None) & deposits.c.collected.is_(False)


async def keep(transaction: Transaction, new: NewBox) -> bool:
    """Keep *new*; false where it is kept already, whatever its terms are now.

    Raises :class:`Ended` where it was closed, :class:`Conflict` where there is another of this id.
    """
    known = await _find(transaction, new.id)
    if known is None:
        values = {column.name: getattr(new, column.name) for column in fields(NewBox)}
        await transaction.execute(boxes.insert().values(**values, ended=False))
        return True
    if known.ended:
        raise Ended("revoked")
    if not hmac.compare_digest(known.sealed, new.sealed) or known.knock_hash != new.knock_hash:
        raise Conflict("another box")
    return False


async def find(transaction: Transaction, box: str, *, locked: bool = False) -> Box:
    """Return a box, open or not; raises :class:`Unknown`."""
    found = await _find(transaction, box, locked=locked)
    if found is None:
        raise Unknown("box")
    return found


async def _find(transaction: Transaction, box: str, *, locked: bool = False) -> Box | None:
    query = select(*_BOX).where(boxes.c.id == box)
    row = (await transaction.execute(query.with_for_update() if locked else query)).first()
    return None if row is None else Box(*row)


async def agree(transaction: Transaction, box: str, expires: int) -> Box:
    """Have a box take deposits until *expires* (ms); raises :class:`Unknown`, :class:`Ended`."""
    if (await find(transaction, box, locked=True)).ended:
        raise Ended("revoked")
    await transaction.execute(update(boxes).where(boxes.c.id == box).values(expires=expires))
    return await find(transaction, box)


async def close(transaction: Transaction, box: str, now: int) -> None:
    """Let nothing more come in; what was kept stays until it is collected. One that we do not know is closed too."""
    unborn = {
        **dict.fromkeys(("knock_hash", "sealed"), b""),
        **dict.fromkeys(("files", "size", "quota"), 0),
        **{"id": box, "expires": now, "ended": True},
    }
    await transaction.execute(insert(transaction, boxes).values(unborn).on_conflict_do_nothing(index_elements=["id"]))
    await transaction.execute(update(boxes).where(boxes.c.id == box).values(ended=True))
    half = select(deposits.c.id).where(deposits.c.box == box, deposits.c.kept.is_(None))
    await _drop(transaction, deposits.c.id.in_(half.scalar_subquery()))


async def begin(
    transaction: Transaction, box: Box, new: Deposit, sizes: Sequence[int], quota: int, is_theirs: Callable[[str], bool]
) -> Sequence[Blob]:
    """Note that a deposit of files of these *sizes* is to come; the same again is the same deposit.

    Raises :class:`Full` where it is more than one deposit, one address (whose deposits *is_theirs* knows), the box or
    (*quota*) the server takes, :class:`Conflict` where another deposit has this id.
    """
    known = await _deposit(transaction, new.id)
    if known is not None:
        held = await parts_of(transaction, new.id)
        same = known.box == new.box and hmac.compare_digest(known.hold_hash, new.hold_hash)
        if not same or [blob.size for blob in held] != [*sizes]:
            raise Conflict("another deposit")
        return held
    if len(sizes) > box.files or sum(sizes) > box.size:
        raise Full("one deposit")
    if not await _has_share(transaction, box, sum(sizes), is_theirs):
        await _make_way(transaction, box, new.begun, is_theirs)
        if not await _has_share(transaction, box, sum(sizes), is_theirs):
            raise Full("one address")
    if not await _has_room(transaction, box, sum(sizes)):
        await _make_way(transaction, box, new.begun, lambda _: True)
        if not await _has_room(transaction, box, sum(sizes)):
            raise Full("the box")
    values = {column.name: getattr(new, column.name) for column in fields(Deposit)}
    await transaction.execute(deposits.insert().values(**values, forgotten=new.begun + _REMEMBERED))
    return [
        await _part(transaction, new, place, Blob(blob_of(new.id, place), size, 0, new.expires, None), quota)
        for place, size in enumerate(sizes)
    ]


def blob_of(deposit: str, place: int) -> str:
    """Return what the ciphertext at *place* of *deposit* is called on the disk: 22 letters, as all are."""
    # Ids are 16 letters long. No assistant's blob is called so: theirs are random.
    return f"{deposit}{place:04}dp"


async def _part(transaction: Transaction, new: Deposit, place: int, blob: Blob, quota: int) -> Blob:
    promised = await blobs.promise(transaction, blob, quota)
    await transaction.execute(parts.insert().values(deposit=new.id, place=place, blob=blob.id))
    return promised


async def _make_way(transaction: Transaction, box: Box, now: int, among: Callable[[str], bool]) -> None:
    """Let go of what *box* was promised and of which little has come for a while: promises cost nobody anything."""
    idle = select(deposits.c.id).where(_begun(box), deposits.c.expires < now + HALF_MS - IDLE_MS)
    names = [name for name in (await transaction.execute(idle)).scalars() if among(name)]
    await _drop(transaction, deposits.c.id.in_(names))


def _begun(box: Box) -> ColumnElement[bool]:
    return (deposits.c.box == box.id) & deposits.c.kept.is_(None)


async def _has_share(transaction: Transaction, box: Box, size: int, is_theirs: Callable[[str], bool]) -> bool:
    """Tell whether one address holds no more than half of *box*, with *size* more; what is sealed is nobody's.

    Of a small box it may hold as much as one deposit may.
    """
    begun = (await transaction.execute(select(deposits.c.id).where(_begun(box)))).scalars()
    theirs = [name for name in begun if is_theirs(name)]
    held = await _promised(transaction, deposits.c.id.in_(theirs))
    return held + size <= max(box.quota // 2, box.size) and len(theirs) < _MOST_BEGUN // 2


async def _has_room(transaction: Transaction, box: Box, size: int) -> bool:
    held = await _promised(transaction, (deposits.c.box == box.id) & deposits.c.collected.is_(False))
    begun = (await transaction.execute(select(func.count()).where(_begun(box)))).scalar_one()
    return held + size <= box.quota and int(begun) < _MOST_BEGUN


async def _promised(transaction: Transaction, which: ColumnElement[bool]) -> int:
    """Return how many bytes the deposits *which* have, sent or not."""
    query = select(func.coalesce(func.sum(blob_rows.c.size), 0)).select_from(
        parts.join(deposits, deposits.c.id == parts.c.deposit).join(blob_rows, blob_rows.c.id == parts.c.blob)
    )
    return int((await transaction.execute(query.where(which))).scalar_one())


async def deposit(transaction: Transaction, box: str, name: str, hold_hash: bytes) -> Deposit:
    """Return a deposit, to whoever shows that they hold it; raises :class:`Unknown`."""
    found = await _deposit(transaction, name)
    if found is None or found.box != box or not hmac.compare_digest(found.hold_hash, hold_hash):
        raise Unknown("deposit")
    return found


async def _deposit(transaction: Transaction, name: str) -> Deposit | None:
    row = (await transaction.execute(select(*_DEPOSIT).where(deposits.c.id == name))).first()
    return None if row is None else Deposit(*row)


async def parts_of(transaction: Transaction, name: str) -> Sequence[Blob]:
    """Return the ciphertexts of a deposit, in order; none once it is collected."""
    query = (
        select(blob_rows.c.id, blob_rows.c.size, blob_rows.c.received, blob_rows.c.expires, blob_rows.c.link)
        .select_from(parts.join(blob_rows, blob_rows.c.id == parts.c.blob))
        .where(parts.c.deposit == name, blob_rows.c.doomed.is_(False))
        .order_by(parts.c.place)
    )
    return [Blob(*row) for row in await transaction.execute(query)]


async def moved(transaction: Transaction, name: str, expires: int) -> None:
    """Give a deposit of which something has come, and all of its files, until *expires* (ms) for the rest."""
    held = select(parts.c.blob).where(parts.c.deposit == name).scalar_subquery()
    unsealed = deposits.c.kept.is_(None)
    await transaction.execute(update(deposits).where(deposits.c.id == name, unsealed).values(expires=expires))
    await transaction.execute(
        update(blob_rows).where(blob_rows.c.id.in_(held), blob_rows.c.expires < FOR_GOOD).values(expires=expires)
    )


async def seal(transaction: Transaction, name: str, sealed: bytes, now: int) -> tuple[int, bool]:
    """Keep a deposit for good now that all of it is here, and return since when it is kept, and whether that is new.

    The same again changes nothing. Raises :class:`Conflict` where a file is not whole, or something else was sealed,
    :class:`Unknown`.
    """
    row = (await transaction.execute(select(*_DEPOSIT).where(deposits.c.id == name).with_for_update())).first()
    if row is None:
        raise Unknown("deposit")
    found = Deposit(*row)
    if found.kept is not None:
        if not any(hmac.compare_digest(found.seal or b"", known) for known in (sealed, _digest(sealed))):
            raise Conflict("it was sealed")
        return found.kept, False
    if not all(blob.whole for blob in await parts_of(transaction, name)):
        raise Conflict("a file is not whole")
    held = select(parts.c.blob).where(parts.c.deposit == name).scalar_subquery()
    await transaction.execute(update(blob_rows).where(blob_rows.c.id.in_(held)).values(expires=FOR_GOOD))
    values = {"seal": sealed, "kept": now, "expires": FOR_GOOD, "forgotten": now + _REMEMBERED}
    await transaction.execute(update(deposits).where(deposits.c.id == name).values(values))
    return now, True


async def first_of_each(transaction: Transaction, after: str, limit: int) -> Sequence[tuple[Waiting, int]]:
    """Return what has waited longest in each box, and how many wait there: of *limit* boxes, by id, from *after* on."""
    rank = func.row_number().over(partition_by=deposits.c.box, order_by=(deposits.c.kept, deposits.c.id))
    count = func.count().over(partition_by=deposits.c.box)
    held = select(*_WAITING, rank.label("rank"), count.label("count")).where(_WAITS, deposits.c.box > after).subquery()
    query = select(held).where(held.c.rank == 1).order_by(held.c.box).limit(limit)
    return [(Waiting(row.id, row.box, row.kept), int(row[-1])) for row in await transaction.execute(query)]


async def waiting_in(transaction: Transaction, box: str, after: tuple[int, str], limit: int) -> Sequence[Waiting]:
    """Return what waits in *box*, the first one first, from behind the one of *after* (since when, id) on."""
    place = deposits.c.kept, deposits.c.id
    query = select(*_WAITING).where(_WAITS, deposits.c.box == box, tuple_(*place) > tuple_(*map(literal, after)))
    return [Waiting(*row) for row in await transaction.execute(query.order_by(*place).limit(limit))]


async def kept(transaction: Transaction, name: str) -> Deposit:
    """Return a deposit that is kept, to the assistant; raises :class:`Unknown`."""
    found = await _deposit(transaction, name)
    if found is None or found.kept is None:
        raise Unknown("deposit")
    return found


async def say(transaction: Transaction, name: str, said: bytes, now: int) -> None:
    """Keep what the town says of a deposit, sealed: it has it, so the ciphertexts go. Raises :class:`Unknown`.

    Of what nobody could open a hash stays, to know it again: anybody may seal any bytes, and they would lie here for a
    year.
    """
    found = await kept(transaction, name)
    held = select(parts.c.blob).where(parts.c.deposit == name).scalar_subquery()
    await transaction.execute(update(blob_rows).where(blob_rows.c.id.in_(held)).values(doomed=True))
    values = {"said": said, "collected": True, "forgotten": now + _REMEMBERED}
    if said == REFUSED and not found.collected:
        values["seal"] = _digest(found.seal or b"")
    await transaction.execute(update(deposits).where(deposits.c.id == name).values(values))


def _digest(sealed: bytes) -> bytes:
    return hashlib.sha256(sealed).digest()


async def counts(transaction: Transaction, box: str) -> tuple[int, int]:
    """Return how many deposits a box has had, and how many of them wait to be collected."""
    whole = select(func.count()).where(deposits.c.box == box, deposits.c.kept.is_not(None))
    had = (await transaction.execute(whole)).scalar_one()
    waits = (await transaction.execute(whole.where(deposits.c.collected.is_(False)))).scalar_one()
    return int(had), int(waits)


async def sweep(transaction: Transaction, now: int) -> None:
    """Forget deposits that nobody has finished, those that are old, and boxes that ended long ago and hold none."""
    half = select(deposits.c.id).where(deposits.c.kept.is_(None), deposits.c.expires <= now).limit(100)
    await _drop(transaction, deposits.c.id.in_(half.scalar_subquery()))
    old = select(deposits.c.id).where(deposits.c.collected.is_(True), deposits.c.forgotten <= now).limit(100)
    await _drop(transaction, deposits.c.id.in_(old.scalar_subquery()))
    holds = select(deposits.c.box).where(deposits.c.box == boxes.c.id)
    await transaction.execute(delete(boxes).where(boxes.c.expires <= now - _REMEMBERED, ~holds.exists()))


async def _drop(transaction: Transaction, which: ColumnElement[bool]) -> None:
    gone = [*(await transaction.execute(select(deposits.c.id).where(which))).scalars()]
    if not gone:
        return
    held = [*(await transaction.execute(select(parts.c.blob).where(parts.c.deposit.in_(gone)))).scalars()]
    await transaction.execute(update(blob_rows).where(blob_rows.c.id.in_(held)).values(doomed=True))
    await transaction.execute(delete(parts).where(parts.c.deposit.in_(gone)))
    await transaction.execute(delete(deposits).where(deposits.c.id.in_(gone)))
