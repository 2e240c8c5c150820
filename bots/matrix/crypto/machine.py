"""The end-to-end machine: what the sync loop and the outbox talk to. See DESIGN.md for its invariants."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Self

import structlog

from bots.database.engine import Database, Transaction
from bots.matrix.crypto import store
from bots.matrix.crypto.devices import DeviceLists
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.crypto.model import (
    CrossSigningSeeds,
    CryptoSync,
    Decrypted,
    Received,
    Rotation,
    Undecryptable,
)
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.ours.cross_signing import CrossSigning
from bots.matrix.crypto.ours.own import OwnIdentity
from bots.matrix.crypto.publishing import Publishing
from bots.matrix.crypto.sessions.megolm import InboundSessions
from bots.matrix.crypto.sessions.receiving import Receiving
from bots.matrix.crypto.sessions.sending import Sending
from bots.matrix.crypto.sessions.sharing import Sharing
from bots.matrix.errors import LoggedOut, Refused
from bots.matrix.events import IdentityChange, JsonObject
from bots.matrix.port import Raw
from config.identifiers import DeviceId, RoomId, UserId

__all__ = [
    "CrossSigningSeeds",
    "CryptoSync",
    "Decrypted",
    "IdentityChange",
    "Machine",
    "Rotation",
    "Undecryptable",
    "open_account",
]

_log = structlog.get_logger()
_KEEP_REFUSALS = timedelta(days=7)


class Machine:
    """End-to-end encryption for one device.

    ``publish``, ``maintain``, ``encrypt`` and ``confirm_identity`` talk to the homeserver or open transactions of
    their own: never await them inside a transaction. ``receive`` and ``decrypt`` work inside the caller's and never
    touch the network.
    """

    def __init__(
        self,
        database: Database,
        account: Account,
        homeserver: Homeserver,
        identity: OwnIdentity,
        lists: DeviceLists,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._lists = lists
        self._clock = clock
        self._inbound = InboundSessions()
        sharing = Sharing(database, homeserver, identity)
        self._publishing = Publishing(database, homeserver, identity, account)
        self._receiving = Receiving(account, self._inbound, lists)
        self._sending = Sending(database, account, self._inbound, lists, sharing)
        self._maintaining = asyncio.Lock()
        self._forget_at = 0

    @classmethod
    async def open(
        cls,
        database: Database,
        homeserver: Homeserver,
        user_id: UserId,
        device_id: DeviceId,
        seeds: CrossSigningSeeds,
        pinned: Mapping[UserId, str],
        clock: Callable[[], datetime],
    ) -> Self:
        """Load the device's state, or make it; the tables exist already.

        *pinned* are the master keys (unpadded base64) of the federation's assistants, from the member list. They stand
        whatever a server says. A *device_id* other than the stored one is a new login: it gets new Olm keys, while
        room keys and pinned identities stay.
        """
        account = await open_account(database, user_id, device_id)
        return await cls.of(database, homeserver, account, CrossSigning(user_id, seeds), pinned, clock)

    @classmethod
    async def of(
        cls,
        database: Database,
        homeserver: Homeserver,
        account: Account,
        identity: OwnIdentity,
        pinned: Mapping[UserId, str],
        clock: Callable[[], datetime],
    ) -> Self:
        """Load the state of the device of *account* (:func:`open_account`), for which *identity* stands."""
        async with database.begin() as transaction:
            # Whatever changed while we were away was not told to us.
            await store.mark_outdated(transaction)
            lists = DeviceLists(database, homeserver, {**pinned, account.user_id: identity.master})
            await lists.load(transaction)
        return cls(database, account, homeserver, identity, lists, clock)

    @property
    def own_device_signed(self) -> bool:
        """Whether the server showed our device as signed by our identity when we last looked."""
        return self._publishing.own_device_signed

    @property
    def ignored(self) -> Counter[str]:
        """How much from outside was ignored since the start, by reason."""
        return self._receiving.ignored

    async def publish(self) -> None:
        """Make the server show our keys and our identity, whole; to be called at each start.

        Raises ``IdentityLost`` (and replaces nothing) when the server holds another identity, ``DeviceLost`` when it
        holds other keys for our device, ``Refused`` or ``Unreachable``.
        """
        await self._publishing.publish(self._now())

    async def receive(self, sync: CryptoSync, transaction: Transaction) -> Received:
        """Take in what one ``/sync`` brought, in the transaction that saves its token.

        When the transaction fails, call :meth:`rolled_back`.
        """
        now = self._now()
        await self._lists.invalidate((*sync.changed, *sync.left), transaction)
        self._lists.unwant(sync.left)
        self._publishing.note_counts(sync.one_time_keys, fallback_unused=sync.fallback_unused)
        return await self._receiving.receive(sync.to_device, transaction, now)

    def rolled_back(self) -> None:
        """Drop what memory holds of a transaction that has failed; it is read from the database again.

        Only room keys are cached from it. Device lists need no care: all that a sync does to them is mark them as
        outdated, and one query too many does no harm.
        """
        self._inbound.forget()

    async def maintain(self) -> frozenset[tuple[RoomId, str]]:
        """Do what the last sync asks for: one-time keys, device lists, broken channels, owed keys.

        To be called after each sync, before its events are handled. Returns the (room, Megolm session) whose events
        were ``no_session`` only because their sender's devices were unknown, and are worth another try. Raises
        ``Unreachable`` or ``LoggedOut``; it may be called again at any time.
        """
        async with self._maintaining:
            now = self._now()
            await self._step("refresh", lambda: self._refresh(now))
            await self._step("top_up", lambda: self._publishing.top_up(now))
            self._sending.broken |= self._receiving.broken
            self._receiving.broken = False
            await self._step("mend", lambda: self._sending.mend(now))
            await self._step("settle", lambda: self._sending.settle(now))
            await self._forget_refusals(now)
            return self._receiving.take_ready()

    async def decrypt(self, room_id: RoomId, event: Raw, transaction: Transaction) -> Decrypted | Undecryptable:
        """Open one ``m.room.encrypted`` event (as it came from the server), if we believe its device.

        Within *transaction* the message's index is bound to its event id for good, so a repeat under another event id
        is ``replayed``. Asks nobody: a sender whose devices are not known yet is ``no_session`` until ``maintain``.
        """
        return await self._receiving.decrypt(room_id, event, transaction)

    async def meet(self, users: Iterable[UserId]) -> None:
        """Learn the devices of *users* where what we know of them is old; raises ``Unreachable`` or ``Refused``."""
        await self._lists.up_to_date(users, self._now())

    async def disowns(self, user_id: UserId, sender_key: str, ed25519: str, transaction: Transaction) -> bool:
        """Tell whether *user_id* has a device with these keys now that we would not believe: never signed by them."""
        keys = await self._lists.known(user_id, transaction)
        device = keys.find(sender_key, ed25519)
        return device is not None and device.deleted_at is None and not keys.trusts(device)

    async def encrypt(
        self,
        room_id: RoomId,
        members: frozenset[UserId],
        type: str,  # noqa: A002 - the Matrix name
        content: JsonObject,
        rotation: Rotation,
        *,
        strict: bool = False,
        written_at: int | None = None,
    ) -> Raw:
        """Return the content of an ``m.room.encrypted`` event that *members*' believed devices can read.

        Nothing is returned before each wanted device has been sent its key (acknowledged by our server) or is written
        down as withheld. *strict* (rooms of two collectivities): of a user whose identity has changed only the devices
        of the known one get the key, until it is confirmed; elsewhere they all do, except of what was written
        (*written_at*, ms) before we learnt of the change. Raises ``Unreachable`` (try again) or ``Refused``. Never
        await it inside a transaction.
        """
        return await self._sending.encrypt(
            room_id, members, type, content, rotation, self._now(), strict=strict, written_at=written_at
        )

    async def identify(
        self, room_id: RoomId, sender: UserId, sender_key: str, ed25519: str, transaction: Transaction
    ) -> DeviceId | Undecryptable:
        """Return which device a :class:`FromDevice` is from: one that the identity of *sender* has signed.

        Stricter than for room messages: without an identity, or with another one than we know, nobody vouches for a
        device. ``no_session``: it is not known yet; where its list is being fetched, ``maintain`` returns
        (*room_id*, *sender_key*) afterwards. Asks nobody.
        """
        return await self._receiving.identify(room_id, sender, sender_key, ed25519, transaction)

    async def send_to_devices(self, user_id: UserId, type: str, content: JsonObject, *, txn: str) -> bool:  # noqa: A002 - the Matrix name
        """Send *content* over Olm to each device that *user_id*'s identity has signed; tell whether that is done.

        It is when our server has taken it for one of them, and where there is none. Not while their server does not
        name them, or none has a key to be claimed: try again later, under the same *txn*. Raises ``Unreachable`` (try
        again) or ``Refused``. Never await it inside a transaction.
        """
        return await self._sending.to_devices(user_id, type, content, txn, self._now())

    def member_left(self, room_id: RoomId, user_id: UserId) -> None:
        """Make sure that *user_id* cannot read what is said in *room_id* from now on."""
        self._sending.member_left(room_id, user_id)

    def discard(self, room_id: RoomId) -> None:
        """Make the next message in *room_id* begin a new Megolm session."""
        self._sending.discard(room_id)

    def identity_changes(self) -> tuple[IdentityChange, ...]:
        """Return the users whose identity is not the pinned one, until it is confirmed or back."""
        return tuple(
            IdentityChange(user_id, keys.master or "", keys.seen, datetime.fromtimestamp(keys.changed_at / 1000, UTC))
            for user_id, keys in sorted(self._lists.changes.items())
        )

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id* is one of those."""
        return user_id in self._lists.changes

    @property
    def without_identity(self) -> Mapping[UserId, datetime]:
        """Who has devices and never had an identity, and since when we know that: all their devices are believed."""
        return {user_id: datetime.fromtimestamp(at / 1000, UTC) for user_id, at in self._lists.bare.items()}

    async def confirm_identity(self, user_id: UserId, seen: str | None) -> bool:
        """Pin the identity *seen* (a master key) of *user_id*: a person has checked it with them.

        Tells whether it is the pinned one now; it is not where the server shows another one by now.
        """
        return await self._lists.confirm(user_id, seen, self._now())

    async def _refresh(self, now: int) -> None:
        self._receiving.note_refreshed(await self._lists.refresh(now))

    async def _forget_refusals(self, now: int) -> None:
        if now < self._forget_at:
            return
        self._forget_at = now + int(timedelta(hours=1).total_seconds() * 1000)
        async with self._database.begin() as transaction:
            await store.forget_refusals(transaction, now - int(_KEEP_REFUSALS.total_seconds() * 1000))

    async def _step(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        # One request that the server will never grant must not keep the other steps from being done.
        try:
            await step()
        except LoggedOut:
            raise
        except Refused as exc:
            _log.warning("crypto_step_refused", step=name, status=exc.status, errcode=exc.errcode)

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


async def open_account(database: Database, user_id: UserId, device_id: DeviceId) -> Account:
    """Return the Olm account of this device, made now where there is none, or another device's."""
    async with database.begin() as transaction:
        loaded = await store.load_account(transaction)
        if loaded is not None and (loaded[0].user_id, loaded[0].device_id) == (user_id, device_id):
            return loaded[0]
        account = Account.create(user_id, device_id)
        await store.forget_channels(transaction)
        await store.save_account(transaction, account, 0)
        return account
