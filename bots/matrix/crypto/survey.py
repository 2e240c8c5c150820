"""What is known of people's identities, for an administrator who compares them with what people see."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bots.database.engine import Transaction
from bots.matrix.crypto import store
from bots.matrix.crypto.trust import Device, UserKeys
from config.identifiers import DeviceId, UserId

Signer = Literal["known", "new", "nobody"]
"""Whose signature a device bears: the known identity's, only the one's that is shown in its place, or none."""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device of somebody; *fingerprint* is what applications call its session key (Ed25519)."""

    device_id: DeviceId
    fingerprint: str
    signed_by: Signer


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """Somebody's identity: *known* is the master key that is pinned (None: they never had one), *since* when.

    *changed_at* is None unless another one (*seen*), or none, is shown in its place; *vouched_by* is a device of the
    known identity that has signed the other one.
    """

    user_id: UserId
    known: str | None
    since: datetime | None
    changed_at: datetime | None
    seen: str | None
    vouched_by: DeviceId | None
    devices: tuple[KnownDevice, ...]


async def survey(transaction: Transaction, user_id: UserId | None = None) -> list[KnownIdentity]:
    """Return what is known of *user_id*, or of everybody who has devices, by user id."""
    found = await store.load_users(transaction, None if user_id is None else [user_id])
    return [_known(keys) for _, keys in sorted(found.items()) if keys.master is not None or keys.devices]


def fingerprint(public: str) -> str:
    """Return a key as applications show it, in groups of four: to be read aloud and compared."""
    return " ".join(public[start : start + 4] for start in range(0, len(public), 4))


def _known(keys: UserKeys) -> KnownIdentity:
    present = (device for device in keys.devices.values() if device.deleted_at is None)
    return KnownIdentity(
        keys.user_id,
        keys.master,
        _moment(keys.since),
        _moment(keys.changed_at) if keys.changed else None,
        keys.seen,
        keys.vouched_by,
        tuple(
            KnownDevice(device.device_id, device.ed25519, _signer(device))
            for device in sorted(present, key=lambda device: device.device_id)
        ),
    )


def _signer(device: Device) -> Signer:
    if device.signed:
        return "known"
    return "new" if device.signed_anew else "nobody"


def _moment(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
