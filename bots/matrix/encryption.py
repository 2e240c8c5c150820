"""What the edge needs of the end-to-end machine (``crypto/machine.py`` is the real one)."""

from typing import Protocol

from bots.database.engine import Transaction
from bots.matrix.crypto.model import CryptoSync, Decrypted, Rotation, Undecryptable
from bots.matrix.events import JsonObject
from bots.matrix.port import Raw
from config.identifiers import RoomId, UserId


class Encryption(Protocol):
    """One device of ours with its sessions."""

    async def publish(self) -> None:
        """Upload what others need to know of us; raises ``IdentityLost``."""

    async def receive(self, sync: CryptoSync, transaction: Transaction) -> frozenset[tuple[RoomId, str]]:
        """Take in one sync; return the (room, session) whose keys came with it."""

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

    def member_left(self, room_id: RoomId, user_id: UserId) -> None:
        """Note that what follows must be closed to *user_id*."""

    def discard(self, room_id: RoomId) -> None:
        """End the outgoing session of a room."""

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id*'s identity is not the one that we knew, and nobody has confirmed it."""

    @property
    def own_device_signed(self) -> bool:
        """Whether our device is shown as signed by our identity."""
