"""What goes out: who may read it, their keys first, then the ciphertext."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from nio.crypto.sessions import InboundGroupSession

from bots.database.engine import Database
from bots.matrix.crypto import store
from bots.matrix.crypto.devices import DeviceLists
from bots.matrix.crypto.model import MEGOLM, NO_OLM, UNVERIFIED, Rotation
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.sessions.megolm import Inbound, InboundSessions, Outbound, Place, room_key
from bots.matrix.crypto.sessions.sharing import Sharing
from bots.matrix.crypto.trust import Device, UserKeys
from bots.matrix.errors import LoggedOut, MatrixError
from bots.matrix.events import JsonObject
from bots.matrix.port import Raw
from config.identifiers import DeviceId, RoomId, UserId

_log = structlog.get_logger()
_MEND_EVERY_MS = 3_600_000  # spec v1.18 §11.12.4.1: at most one new session per device and hour
_UNNAMED = ""  # no device can be called that; in `crypto_owed` it stands for all devices of a user
_LOOK_AGAIN_MS = 60_000  # how long an unchanged set of recipients is taken for complete


class Sending:
    """The outward half of the machine."""

    def __init__(
        self,
        database: Database,
        account: Account,
        inbound: InboundSessions,
        lists: DeviceLists,
        sharing: Sharing,
    ) -> None:
        self._database = database
        self._account = account
        self._inbound = inbound
        self._lists = lists
        self._sharing = sharing
        self._outbound: dict[RoomId, Outbound] = {}
        # Whether the database may hold something to do; it may at the start.
        self._owing = True
        self._passed = 0
        self._reconsidered = -1
        self._mend_again_at = 0
        self.broken = True
        """Set it when a broken channel has been written down."""
        self._rooms: defaultdict[RoomId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def encrypt(
        self,
        room_id: RoomId,
        members: frozenset[UserId],
        event_type: str,
        content: JsonObject,
        rotation: Rotation,
        now: int,
        *,
        strict: bool,
        written_at: int | None,
    ) -> Raw:
        """Return the ciphertext of one event; see :meth:`Machine.encrypt`."""
        limit = 0 if strict else written_at
        async with self._rooms[room_id]:
            outbound = self._outbound.get(room_id)
            if outbound is not None and outbound.is_over(rotation, now):
                outbound = None
            if outbound is None or not self._is_checked(outbound, members, now, self._doubtful(limit)):
                outbound = await self._prepare(room_id, outbound, members, now, limit)
            return outbound.encrypt(event_type, content, self._account.curve25519, self._account.device_id)

    async def to_devices(self, user_id: UserId, event_type: str, content: JsonObject, txn: str, now: int) -> bool:
        """Send *content* over Olm to each device of *user_id*; see :meth:`Machine.send_to_devices`."""
        keys = (await self._lists.up_to_date({user_id}, now))[user_id]
        devices = keys.vouched()
        if not devices:
            return not keys.outdated
        messages = [(each, dict(content)) for each in devices]
        return bool(await self._sharing.deliver(event_type, messages, now, txn=txn))

    def member_left(self, room_id: RoomId, user_id: UserId) -> None:
        """End the session of *room_id* if *user_id* holds its key."""
        outbound = self._outbound.get(room_id)
        if outbound is not None and outbound.concerns(user_id):
            self.discard(room_id)

    def discard(self, room_id: RoomId) -> None:
        """End the session of *room_id*."""
        self._outbound.pop(room_id, None)

    async def mend(self, now: int) -> None:
        """Give broken Olm channels a new session, and say so with an ``m.dummy`` (spec v1.18 §11.12.4.1)."""
        if not self.broken and now < self._mend_again_at:
            return
        async with self._database.begin() as transaction:
            wedged = await store.load_wedged(transaction, now - _MEND_EVERY_MS)
        if wedged:
            await self._mend(wedged, now)
        self.broken, self._mend_again_at = False, now + _MEND_EVERY_MS // 4

    async def _mend(self, wedged: list[tuple[UserId, str]], now: int) -> None:
        users = await self._lists.up_to_date({user_id for user_id, _ in wedged}, now)
        devices = [
            device for user_id, curve in wedged for device in _present(users[user_id]) if device.curve25519 == curve
        ]
        delivered = await self._sharing.deliver("m.dummy", [(each, {}) for each in devices], now, renew=True)
        mended = {each.curve25519 for each in delivered}
        possible = {each.curve25519 for each in devices}
        async with self._database.begin() as transaction:
            for user_id, curve in wedged:
                # Nobody's key, or mended: done with. Otherwise its device has no one-time key now: later.
                pending = curve not in mended and (curve in possible or users[user_id].outdated)
                await store.note_tried(transaction, curve, user_id, now, pending=pending)

    async def settle(self, now: int) -> None:
        """Deliver the keys that we owe to devices which had no one-time key, or no signature, when we shared."""
        await self._reconsider()
        if not self._owing:
            return
        self._owing = False  # before we look: whoever writes a debt down meanwhile sets it again
        passed = self._passed
        rows = await self._load_owed(passed)
        # Devices that are gone for good are not to stand for ever before one that is only away.
        self._passed = passed + store.MOST_OWED // 2 if len(rows) == store.MOST_OWED else 0
        self._owing = self._owing or bool(rows)
        places = {(UserId(row.user_id), DeviceId(row.device_id)) for row in rows}
        if not rows or not self._sharing.is_due(places, now):
            return
        users = await self._lists.up_to_date({user_id for user_id, _ in places}, now)
        readers, _ = _sort(users, self._own, self._doubtful(0))
        if await self._name_devices(rows, users, readers.values()):
            rows = await self._load_owed(passed)
        await self._pay(rows, readers, now)

    async def _reconsider(self) -> None:
        """Owe the keys that we refused to devices which their owner has signed since."""
        generation = self._lists.generation
        if generation == self._reconsidered:
            return
        async with self._database.begin() as transaction:
            for row in await store.load_refused(transaction):
                user_id = UserId(row.user_id)
                self._lists.want(user_id)
                keys = await self._lists.known(user_id, transaction)
                device = keys.devices.get(DeviceId(row.device_id))
                if device is not None and keys.vouches(device):
                    # Not what was said before we knew of this identity: whoever made it could have made the device.
                    await store.owe_refused(transaction, user_id, row.device_id, keys.since)
                    self._owing = True
        self._reconsidered = generation

    async def _pay(self, rows: Iterable[Any], readers: Mapping[Place, Device], now: int) -> None:
        by_session: defaultdict[tuple[str, str], list[tuple[Device, Raw]]] = defaultdict(list)
        for row in rows:
            device = readers.get((UserId(row.user_id), DeviceId(row.device_id)))
            if device is not None:
                content = room_key(row.room_id, row.session_id, row.session_key)
                by_session[row.room_id, row.session_id].append((device, content))
        for (room_id, session_id), messages in by_session.items():
            # The first session tells which devices still have no key to claim; the others do not ask again.
            due = [(device, content) for device, content in messages if self._sharing.is_due([_place(device)], now)]
            if due:
                delivered = await self._sharing.deliver("m.room_key", due, now)
                await self._note_paid(RoomId(room_id), session_id, delivered)

    async def _name_devices(
        self, rows: Iterable[Any], users: Mapping[UserId, UserKeys], readers: Iterable[Device]
    ) -> bool:
        """Replace debts to users whose devices were unknown by debts to the devices; tell whether there were any."""
        settled = {user_id for user_id, keys in users.items() if not keys.outdated and not keys.changed}
        known = [row for row in rows if row.device_id == _UNNAMED and row.user_id in settled]
        if not known:
            return False
        devices = list(readers)
        async with self._database.begin() as transaction:
            for row in known:
                named = [each.device_id for each in devices if each.user_id == row.user_id]
                await store.save_owed(transaction, [{**row._mapping, "device_id": each} for each in named])
                await store.forget_owed(transaction, row.room_id, row.session_id, [(row.user_id, row.device_id)])
        return True

    async def _load_owed(self, passed: int) -> list[Any]:
        async with self._database.begin() as transaction:
            return await store.load_owed(transaction, passed)

    @property
    def _own(self) -> Place:
        return self._account.user_id, self._account.device_id

    def _doubtful(self, written_at: int | None) -> frozenset[UserId]:
        """Return whose new identity is not to read what was written at that time (ms): before we knew of it."""
        changes = self._lists.changes.items()
        return frozenset(
            user_id for user_id, keys in changes if written_at is not None and keys.changed_at >= written_at
        )

    def _is_checked(
        self, outbound: Outbound, members: frozenset[UserId], now: int, doubtful: frozenset[UserId]
    ) -> bool:
        seen = (members, self._lists.generation, doubtful)
        return outbound.checked == seen and now - outbound.checked_at < _LOOK_AGAIN_MS

    async def _prepare(
        self, room_id: RoomId, outbound: Outbound | None, members: frozenset[UserId], now: int, written_at: int | None
    ) -> Outbound:
        """Return a session whose key every wanted device has, or is written down as not having."""
        users = await self._lists.up_to_date(members, now)
        # Only now: an identity may just have turned out to be another one.
        generation, doubtful = self._lists.generation, self._doubtful(written_at)
        readers, refused = _sort(users, self._own, doubtful)
        if outbound is None or outbound.outlived(readers, members):
            outbound = await self._begin(room_id, now)
        await self._share(outbound, readers, now)
        await self._owe_strangers(outbound, users, now)
        await self._refuse(outbound, refused, now)
        outbound.checked, outbound.checked_at = (members, generation, doubtful), now
        return outbound

    async def _begin(self, room_id: RoomId, now: int) -> Outbound:
        outbound = Outbound(room_id, now)
        account = self._account
        # We read our own messages back (what did we say in this room?), so we keep the key as anybody's.
        session = InboundGroupSession(
            outbound.session.session_key.to_base64(), account.ed25519, account.curve25519, room_id
        )
        own = Inbound(session, account.user_id, account.curve25519, account.ed25519, now)
        async with self._database.begin() as transaction:
            await self._inbound.save(transaction, room_id, own)
        self._outbound[room_id] = outbound
        return outbound

    async def _share(self, outbound: Outbound, readers: Mapping[Place, Device], now: int) -> None:
        if outbound.owed and self._sharing.is_due(outbound.owed, now):
            await self.settle(now)
        done = outbound.shared.keys() | outbound.owed.keys()
        missing = [device for place, device in readers.items() if place not in done]
        if not missing:
            return
        content = outbound.room_key()
        delivered = await self._sharing.deliver("m.room_key", [(each, content) for each in missing], now)
        outbound.shared |= {_place(each): each for each in delivered}
        without = {_place(each): each for each in missing if _place(each) not in outbound.shared}
        await self._write_down(outbound, without, NO_OLM, now, content["session_key"])
        outbound.owed |= without
        await self._notify(outbound, without.values(), NO_OLM)

    async def _owe_strangers(self, outbound: Outbound, users: Mapping[UserId, UserKeys], now: int) -> None:
        """Write down that we owe the key to users whose server would not even name their devices."""
        strangers = {
            each.user_id
            for each in users.values()
            if each.outdated and each.user_id not in outbound.strangers and not any(_present(each))
        }
        strangers.discard(self._account.user_id)
        if strangers:
            session_key = outbound.room_key()["session_key"]
            places = [(each, DeviceId(_UNNAMED)) for each in sorted(strangers)]
            await self._write_down(outbound, places, NO_OLM, now, session_key)
            outbound.strangers |= strangers

    async def _refuse(self, outbound: Outbound, refused: Mapping[Place, Device], now: int) -> None:
        new = [device for place, device in refused.items() if place not in outbound.refused]
        if not new:
            return
        # What its owner has not signed yet may be signed in a moment.
        await self._write_down(outbound, map(_place, new), UNVERIFIED, now, outbound.room_key()["session_key"])
        await self._notify(outbound, new, UNVERIFIED)
        outbound.refused |= {_place(each) for each in new}

    async def _write_down(
        self, outbound: Outbound, places: Iterable[Place], code: str, now: int, session_key: str
    ) -> None:
        rows: list[dict[str, Any]] = [
            {
                "room_id": outbound.room_id,
                "session_id": outbound.id,
                "user_id": user_id,
                "device_id": device_id,
                "code": code,
                "session_key": session_key,
                "since": now,
            }
            for user_id, device_id in places
        ]
        async with self._database.begin() as transaction:
            await store.save_owed(transaction, rows)
        self._owing = self._owing or code == NO_OLM

    async def _notify(self, outbound: Outbound, devices: Iterable[Device], code: str) -> None:
        """Tell *devices* that they get no key. A courtesy: it failing holds nothing up."""
        content: Raw = {"algorithm": MEGOLM, "sender_key": self._account.curve25519, "code": code}
        if code != NO_OLM:
            content |= {"room_id": str(outbound.room_id), "session_id": outbound.id}
        named = list(devices)
        for device in named:
            _log.info(
                "room_key_withheld",
                room_id=outbound.room_id,
                user_id=device.user_id,
                device_id=device.device_id,
                code=code,
            )
        try:
            await self._sharing.send("m.room_key.withheld", [(each, content) for each in named])
        except LoggedOut:
            raise
        except MatrixError as exc:
            _log.info("withheld_notice_not_sent", room_id=outbound.room_id, error=type(exc).__name__)

    async def _note_paid(self, room_id: RoomId, session_id: str, delivered: Iterable[Device]) -> None:
        async with self._database.begin() as transaction:
            await store.forget_owed(transaction, room_id, session_id, map(_place, delivered))
        outbound = self._outbound.get(room_id)
        if outbound is not None and outbound.id == session_id:
            for device in delivered:
                outbound.owed.pop(_place(device), None)
                outbound.shared[_place(device)] = device


def _sort(
    users: Mapping[UserId, UserKeys], own: Place, doubtful: frozenset[UserId]
) -> tuple[dict[Place, Device], dict[Place, Device]]:
    readers: dict[Place, Device] = {}
    refused: dict[Place, Device] = {}
    for user_id in sorted(users):
        allowed, others = users[user_id].readers(strict=user_id in doubtful)
        readers |= {_place(each): each for each in allowed}
        refused |= {_place(each): each for each in others}
    readers.pop(own, None)
    refused.pop(own, None)
    return readers, refused


def _present(keys: UserKeys) -> Iterable[Device]:
    return (each for each in keys.devices.values() if each.deleted_at is None)


def _place(device: Device) -> Place:
    return device.user_id, device.device_id
