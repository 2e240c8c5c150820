"""The machine's tables behind functions that take a transaction, so that callers decide what commits together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select, text, update

from bots.database.engine import Transaction, insert
from bots.matrix.crypto import tables
from bots.matrix.crypto.model import NO_OLM, UNVERIFIED
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.trust import Device, UserKeys
from config.identifiers import DeviceId, UserId

MOST_OWED = 2000
"""Of debts that are looked at in one go."""

_ACCOUNT = 1
_MAX_OLM_SESSIONS = 8  # for each peer device; a hostile one could otherwise fill the disk


# Once for each message. The update changes nothing; it makes RETURNING answer in both cases, in one statement.
_CLAIM = text(
    'INSERT INTO crypto_megolm_index (room_id, session_id, sender_key, "index", event_id)'
    " VALUES (:room_id, :session_id, :sender_key, :index, :event_id)"
    ' ON CONFLICT (room_id, session_id, sender_key, "index")'
    " DO UPDATE SET event_id = crypto_megolm_index.event_id RETURNING event_id"
)


async def _upsert(transaction: Transaction, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(transaction, table)
    keys = [column.name for column in table.primary_key.columns]
    values = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    await transaction.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), list(rows))


async def load_account(transaction: Transaction) -> tuple[Account, int] | None:
    """Return the account and when its fallback key was made (ms), or None.

    The row stays locked until the transaction ends: on PostgreSQL this is what makes two users of the Olm state wait
    for each other.
    """
    row = (await transaction.execute(select(tables.account).with_for_update())).one_or_none()
    if row is None:
        return None
    return Account.restore(UserId(row.user_id), DeviceId(row.device_id), row.pickle), row.fallback_at


async def save_account(transaction: Transaction, account: Account, fallback_at: int) -> None:
    """Save *account* as it is now."""
    row = {
        "id": _ACCOUNT,
        "user_id": account.user_id,
        "device_id": account.device_id,
        "pickle": account.pickle(),
        "fallback_at": fallback_at,
    }
    await _upsert(transaction, tables.account, [row])


async def forget_channels(transaction: Transaction) -> None:
    """Forget what belongs to a device that we no longer are: its Olm sessions and what it owed."""
    for table in (tables.olm_session, tables.wedged, tables.owed):
        await transaction.execute(delete(table))


async def load_olm(transaction: Transaction, sender_key: str) -> list[Any]:
    """Return the rows of the Olm sessions with *sender_key*, the most recently used first."""
    table = tables.olm_session
    rows = await transaction.execute(
        select(table).where(table.c.sender_key == sender_key).order_by(table.c.used_at.desc(), table.c.session_id)
    )
    return list(rows)


async def save_olm(transaction: Transaction, sender_key: str, session_id: str, pickle: str, used_at: int) -> None:
    """Save one Olm session."""
    row = {"sender_key": sender_key, "session_id": session_id, "pickle": pickle, "used_at": used_at}
    await _upsert(transaction, tables.olm_session, [row])


async def prune_olm(transaction: Transaction, sender_key: str) -> None:
    """Forget all but the most recently used Olm sessions with *sender_key*."""
    old = [row.session_id for row in (await load_olm(transaction, sender_key))[_MAX_OLM_SESSIONS:]]
    table = tables.olm_session
    if old:
        await transaction.execute(delete(table).where(table.c.sender_key == sender_key, table.c.session_id.in_(old)))


async def note_wedged(transaction: Transaction, sender_key: str, user_id: UserId) -> None:
    """Note that the Olm channel with that device is broken, keeping when it was last mended."""
    statement = insert(transaction, tables.wedged).values(
        sender_key=sender_key, user_id=user_id, pending=True, tried_at=0
    )
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=["sender_key", "user_id"], set_={"pending": True})
    )


async def load_wedged(transaction: Transaction, tried_before: int) -> list[tuple[UserId, str]]:
    """Return the (user, Curve25519 key) of broken channels that were not mended since *tried_before* (ms)."""
    table = tables.wedged
    rows = await transaction.execute(
        select(table.c.user_id, table.c.sender_key)
        .where(table.c.pending, table.c.tried_at <= tried_before)
        .order_by(table.c.sender_key)
        .limit(50)
    )
    return [(UserId(row.user_id), row.sender_key) for row in rows]


async def note_tried(transaction: Transaction, sender_key: str, user_id: UserId, now: int, *, pending: bool) -> None:
    """Note that mending the channel was tried at *now*; *pending*: it must be tried again."""
    table = tables.wedged
    await transaction.execute(
        update(table)
        .where(table.c.sender_key == sender_key, table.c.user_id == user_id)
        .values(pending=pending, tried_at=now)
    )


async def load_users(transaction: Transaction, users: Iterable[UserId] | None = None) -> dict[UserId, UserKeys]:
    """Return what is known of *users* (None: of all); those never seen are absent."""
    wanted = None if users is None else list(users)
    devices: dict[UserId, dict[DeviceId, Device]] = {}
    table, whose = tables.device, tables.user
    of_devices, of_users = select(table), select(whose)
    if wanted is not None:
        of_devices = of_devices.where(table.c.user_id.in_(wanted))
        of_users = of_users.where(whose.c.user_id.in_(wanted))
    for row in await transaction.execute(of_devices):
        values = dict(row._mapping)
        device = Device(**{**values, "user_id": UserId(row.user_id), "device_id": DeviceId(row.device_id)})
        devices.setdefault(device.user_id, {})[device.device_id] = device
    found = {}
    for row in await transaction.execute(of_users):
        user_id = UserId(row.user_id)
        found[user_id] = UserKeys(**{**row._mapping, "user_id": user_id, "devices": devices.get(user_id, {})})
    return found


async def load_changed(transaction: Transaction) -> list[UserKeys]:
    """Return the users whose identity is not the pinned one (without their devices)."""
    rows = await transaction.execute(select(tables.user).where(tables.user.c.changed).order_by(tables.user.c.user_id))
    return [UserKeys(**{**row._mapping, "user_id": UserId(row.user_id)}) for row in rows]


async def load_bare(transaction: Transaction) -> dict[UserId, int]:
    """Return who has devices and no identity, and since when (ms) that is known."""
    user, device = tables.user, tables.device
    present = select(device.c.user_id).where(device.c.user_id == user.c.user_id, device.c.deleted_at.is_(None)).exists()
    rows = await transaction.execute(select(user.c.user_id, user.c.since).where(user.c.master.is_(None), present))
    return {UserId(row.user_id): row.since for row in rows}


async def save_users(transaction: Transaction, users: Iterable[UserKeys], before: Mapping[UserId, UserKeys]) -> None:
    """Save *users*, writing only the devices that differ from *before*."""
    rows, devices = [], []
    for user in users:
        rows.append({column.name: getattr(user, column.name) for column in tables.user.columns})
        known = before[user.user_id].devices if user.user_id in before else {}
        devices += [device for name, device in user.devices.items() if known.get(name) != device]
    await _upsert(transaction, tables.user, rows)
    names = [column.name for column in tables.device.columns]
    await _upsert(transaction, tables.device, [{name: getattr(each, name) for name in names} for each in devices])


async def mark_outdated(transaction: Transaction, users: Iterable[UserId] | None = None) -> None:
    """Note that the device lists of *users* (None: of all) must be fetched again before they are relied on."""
    statement = update(tables.user).values(outdated=True)
    if users is not None:
        statement = statement.where(tables.user.c.user_id.in_(list(users)))
    await transaction.execute(statement)


async def load_megolm(transaction: Transaction, room_id: str, session_id: str) -> list[Any]:
    """Return the rows of the sessions known under that id, the first received first."""
    table = tables.megolm_session
    rows = await transaction.execute(
        select(table)
        .where(table.c.room_id == room_id, table.c.session_id == session_id)
        .order_by(table.c.received_at, table.c.sender_key)
    )
    return list(rows)


async def save_megolm(transaction: Transaction, row: Mapping[str, Any]) -> None:
    """Save one inbound Megolm session."""
    await _upsert(transaction, tables.megolm_session, [row])


async def claim_index(
    transaction: Transaction, room_id: str, session_id: str, sender_key: str, index: int, event_id: str
) -> str:
    """Bind a message index to *event_id* unless it is bound already; return the event that holds it."""
    row = {
        "room_id": room_id,
        "session_id": session_id,
        "sender_key": sender_key,
        "index": index,
        "event_id": event_id,
    }
    return str((await transaction.execute(_CLAIM, row)).scalar_one())


async def save_withheld(transaction: Transaction, row: Mapping[str, Any]) -> None:
    """Note that somebody will not give us a key."""
    await _upsert(transaction, tables.withheld, [row])


async def is_withheld(transaction: Transaction, room_id: str, session_id: str, user_id: str) -> bool:
    """Tell whether *user_id* refused us the key of that session."""
    table = tables.withheld
    found = await transaction.execute(
        select(table.c.code).where(
            table.c.room_id == room_id, table.c.session_id == session_id, table.c.user_id == user_id
        )
    )
    return found.first() is not None


async def forget_refusals(transaction: Transaction, before: int) -> None:
    """Forget refusals, given or received, and channels that were dealt with, from before *before* (ms)."""
    done = tables.wedged.c.pending.is_(False) & (tables.wedged.c.tried_at < before)
    await transaction.execute(delete(tables.wedged).where(done))
    await transaction.execute(delete(tables.withheld).where(tables.withheld.c.received_at < before))
    await transaction.execute(delete(tables.owed).where(tables.owed.c.since < before))


async def save_owed(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down which devices did not get a key of ours.

    A row that is there already stays: its key is from the earlier index, from which the device may read.
    """
    if rows:
        await transaction.execute(insert(transaction, tables.owed).on_conflict_do_nothing(), list(rows))


async def load_owed(transaction: Transaction, passed: int = 0) -> list[Any]:
    """Return rows of devices that we still owe a key: the newest, whose people still wait, and some older ones.

    *passed* is how many of the older ones were looked at before: so each has its turn, however many devices are gone
    for good. Fewer than :data:`MOST_OWED` rows: there are no older ones behind.
    """
    table = tables.owed
    owed = select(table).where(table.c.code == NO_OLM)
    owed = owed.order_by(table.c.since.desc(), table.c.session_id, table.c.user_id, table.c.device_id)
    newest = await transaction.execute(owed.limit(MOST_OWED // 2))
    older = await transaction.execute(owed.limit(MOST_OWED // 2).offset(MOST_OWED // 2 + passed))
    return [*newest, *older]


async def load_refused(transaction: Transaction) -> list[Any]:
    """Return the (user, device) to which we refused keys that they may have once their owner has signed them."""
    table = tables.owed
    refused = (table.c.code == UNVERIFIED) & table.c.session_key.is_not(None)
    return list(await transaction.execute(select(table.c.user_id, table.c.device_id).where(refused).distinct()))


async def owe_refused(transaction: Transaction, user_id: str, device_id: str, since: int) -> None:
    """Owe a device what it was refused *since* (ms)."""
    table = tables.owed
    device = (table.c.user_id == user_id) & (table.c.device_id == device_id)
    refused = (table.c.code == UNVERIFIED) & table.c.session_key.is_not(None) & (table.c.since >= since)
    await transaction.execute(update(table).where(device & refused).values(code=NO_OLM))


async def forget_owed(
    transaction: Transaction, room_id: str, session_id: str, places: Iterable[tuple[str, str]]
) -> None:
    """Forget the debts to these (user, device) for that session."""
    table = tables.owed
    for user_id, device_id in places:
        await transaction.execute(
            delete(table).where(
                table.c.room_id == room_id,
                table.c.session_id == session_id,
                table.c.user_id == user_id,
                table.c.device_id == device_id,
            )
        )
