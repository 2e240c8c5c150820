"""What the edge needs of the end-to-end machine (``crypto/machine.py`` is the real one)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bots.database.engine import Transaction
from bots.matrix.crypto.model import CryptoSync, Decrypted, Received, Rotation, Undecryptable
from bots.matrix.events import IdentityChange, JsonObject
from bots.matrix.port import Raw
from config.identifiers import DeviceId, RoomId, UserId


class Encryption(Protocol):
    """One device of ours with its sessions."""

    async def publish(self) -> None:
        """Upload what others need to know of us; raises ``IdentityLost``."""

    async def receive(self, sync: CryptoSync, transaction: Transaction) -> Received:
        """Take in one sync; return the keys and messages that came with it."""

    def rolled_back(self) -> None:
        """Forget what was done in memory since the last commit: its transaction was rolled back."""

    async def maintain(self) -> frozenset[tuple[RoomId, str]]:
        """Do what is due over the network; return the (room, session) whose events are worth another try."""

    async def decrypt(self, room_id: RoomId, event: Raw, transaction: Transaction) -> Decrypted | Undecryptable:
        """Open one ``m.room.encrypted`` event."""

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
        """Return the content of an ``m.room.encrypted`` event that *members* can open, the keys delivered.

        Not those whose identity has changed: nowhere where *strict*, else of what was written before (ms).
        """

    async def identify(
        self, room_id: RoomId, sender: UserId, sender_key: str, ed25519: str, transaction: Transaction
    ) -> DeviceId | Undecryptable:
        """Return the signed device that a to-device message is from."""

    async def send_to_devices(self, user_id: UserId, type: str, content: JsonObject, *, txn: str) -> bool:  # noqa: A002 - the Matrix name
        """Send *content* over Olm to the signed devices of *user_id*; False where it must be tried again later."""

    def member_left(self, room_id: RoomId, user_id: UserId) -> None:
        """Note that what follows must be closed to *user_id*."""

    def discard(self, room_id: RoomId) -> None:
        """End the outgoing session of a room."""

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id*'s identity is not the one that we knew, and nobody has confirmed it."""

    def identity_changes(self) -> tuple[IdentityChange, ...]:
        """Return the users whose identity is not the one that we knew, until it is confirmed or back."""

    @property
    def without_identity(self) -> Mapping[UserId, datetime]:
        """Who has devices and never had an identity, and since when we know that: all their devices are believed."""

    async def confirm_identity(self, user_id: UserId, seen: str | None) -> bool:
        """Know *user_id* by the identity *seen* from now on; False where their server shows another one by now."""

    @property
    def own_device_signed(self) -> bool:
        """Whether our device is shown as signed by our identity."""
