"""Which devices are believed: a pure decision over one user's answer to ``/keys/query`` and what we knew before."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from canonicaljson import encode_canonical_json

from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.model import MEGOLM, OLM
from bots.matrix.crypto.signing import is_signed, key, text
from config.identifiers import DeviceId, UserId

# A hostile server could list millions; each costs signature checks and an Olm session.
MAX_DEVICES = 200


@dataclass(frozen=True, slots=True)
class Device:
    """A device whose keys are signed by itself.

    ``signed`` tells whether its owner's identity, the pinned one, signed it too; ``signed_anew`` whether the one did
    that the server shows in its place.
    """

    user_id: UserId
    device_id: DeviceId
    ed25519: str
    curve25519: str
    digest: str
    signed: bool
    deleted_at: int | None = None
    signed_anew: bool = False


@dataclass(frozen=True, slots=True)
class UserKeys:
    """What we know of one user's keys."""

    user_id: UserId
    outdated: bool = True
    master: str | None = None
    """The pinned master key; None: they never had an identity."""
    self_signing: str | None = None
    """The key below it that devices are checked against."""
    changed: bool = False
    """The server now shows another identity, or none."""
    seen: str | None = None
    """That other identity; None: the server shows none."""
    changed_at: int = 0
    seen_signing: str | None = None
    """The key below :attr:`seen`."""
    vouched_by: DeviceId | None = None
    """A device of the known identity that has signed the other one: nobody but who holds that device could do that."""
    since: int = 0
    """When (ms) the master key was pinned or, without one, when we met them; 0: not known."""
    devices: Mapping[DeviceId, Device] = field(default_factory=dict)

    def trusts(self, device: Device) -> bool:
        """Tell whether *device* is believed: once there is an identity, it must have signed it.

        Of a changed one, the known identity's devices are, and the new one's: what these say is not to be taken for
        the word of whom we knew.
        """
        return device.signed or self.master is None or (self.changed and device.signed_anew)

    def vouches(self, device: Device) -> bool:
        """Tell whether the identity that we know of this user stands for *device* now; no other one in its place."""
        return device.signed and device.deleted_at is None

    def vouched(self) -> tuple[Device, ...]:
        """Return the devices that the user's identity stands for."""
        return tuple(each for each in self.devices.values() if self.vouches(each))

    def find(self, curve25519: str, ed25519: str) -> Device | None:
        """Return the device that has both keys."""
        for device in self.devices.values():
            if device.curve25519 == curve25519 and device.ed25519 == ed25519:
                return device
        return None

    def readers(self, *, strict: bool) -> tuple[tuple[Device, ...], tuple[Device, ...]]:
        """Split the present devices into those that get keys and those that are refused.

        *strict*: of a changed identity only the devices get keys that the known one has signed.
        """
        present = [device for device in self.devices.values() if device.deleted_at is None]
        reading = [device for device in present if self.trusts(device) and not (strict and self.impostor(device))]
        return tuple(reading), tuple(device for device in present if device not in reading)

    def impostor(self, device: Device) -> bool:
        """Tell whether *device* may be somebody else's: only the identity that nobody has confirmed signed it."""
        return self.changed and not device.signed

    def confirmed(self, now: int) -> Self:
        """Return what we know once a person has checked the identity that the server shows."""
        devices = {
            name: replace(device, signed=device.signed_anew, signed_anew=False, digest="")
            for name, device in self.devices.items()
        }
        return replace(
            self,
            outdated=True,
            master=self.seen,
            self_signing=self.seen_signing,
            changed=False,
            seen=None,
            seen_signing=None,
            vouched_by=None,
            since=now,
            devices=devices,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """One user's part of a ``/keys/query`` answer, unchecked."""

    master: object
    self_signing: object
    devices: object

    @classmethod
    def of(cls, answer: Mapping[str, Any], user_id: UserId) -> Self | None:
        """Cut *user_id*'s part out of *answer*; None when the answer says nothing about that user."""
        devices = _part(answer, "device_keys").get(user_id)
        if not isinstance(devices, dict):
            return None
        return cls(_part(answer, "master_keys").get(user_id), _part(answer, "self_signing_keys").get(user_id), devices)


@dataclass(frozen=True, slots=True)
class _Identity:
    master: str
    self_signing: str | None


def evaluate(known: UserKeys, shown: Shown, now: int, authoritative: str | None = None) -> UserKeys:
    """Return what we know after *shown*; nothing hostile in it is fatal.

    *authoritative* is the master key that the federation's member list names: it stands whatever the server says.
    *now* is in ms.
    """
    judged = _judge_identity(known, _parse_identity(known.user_id, shown), now, authoritative)
    judged = replace(
        judged,
        since=judged.since if judged.master == known.master and judged.since else now,
        vouched_by=_voucher(known, shown.master) if judged.changed and judged.seen is not None else None,
    )
    devices = dict(known.devices)
    raw = shown.devices if isinstance(shown.devices, dict) else {}
    present: set[DeviceId] = set()
    for device_id, claimed in list(raw.items())[:MAX_DEVICES]:
        try:
            device = _parse_device(judged, device_id, claimed, devices)
        except Malformed:
            continue
        devices[device.device_id] = device
        present.add(device.device_id)
    for device_id, before in devices.items():
        if device_id not in present and before.deleted_at is None:
            devices[device_id] = replace(before, deleted_at=now)
    return replace(judged, outdated=False, devices=devices)


def _judge_identity(known: UserKeys, identity: _Identity | None, now: int, authoritative: str | None) -> UserKeys:
    pinned = authoritative or known.master
    if pinned is None:
        if identity is None:
            return known
        return replace(known, master=identity.master, self_signing=identity.self_signing)
    own = known.self_signing if known.master == pinned else None
    if identity is not None and identity.master == pinned:
        own = identity.self_signing
        return replace(known, master=pinned, self_signing=own, changed=False, seen=None, seen_signing=None)
    seen = identity.master if identity else None
    new = not known.changed or known.seen != seen
    return replace(
        known,
        master=pinned,
        self_signing=own,
        changed=True,
        seen=seen,
        # Beside a key that the member list vouches for no other counts.
        seen_signing=identity.self_signing if identity is not None and authoritative is None else None,
        changed_at=now if new else known.changed_at,
    )


def _voucher(known: UserKeys, master: object) -> DeviceId | None:
    """Return a device that the known identity signed, and that signed *master*, which is another one's."""
    assert isinstance(master, dict)
    devices = (device for device in known.devices.values() if device.signed and device.deleted_at is None)
    signers = (each.device_id for each in devices if is_signed(master, known.user_id, each.device_id, each.ed25519))
    return next(signers, None)


def _parse_identity(user_id: UserId, shown: Shown) -> _Identity | None:
    try:
        master = _parse_cross_key(shown.master, user_id, "master")
    except Malformed:
        return None
    try:
        self_signing = _parse_cross_key(shown.self_signing, user_id, "self_signing")
    except Malformed:
        return _Identity(master, None)
    assert isinstance(shown.self_signing, dict)
    chained = is_signed(shown.self_signing, user_id, master, master)
    return _Identity(master, self_signing if chained else None)


def _parse_cross_key(raw: object, user_id: UserId, usage: str) -> str:
    if not isinstance(raw, dict) or raw.get("user_id") != user_id:
        raise Malformed("no key of this user")
    usages, keys = raw.get("usage"), raw.get("keys")
    if not isinstance(usages, list) or usage not in usages or not isinstance(keys, dict) or len(keys) != 1:
        raise Malformed("no such key")
    [(key_id, value)] = keys.items()
    public = key(value)
    if key_id != f"ed25519:{public}":
        raise Malformed("key id is not the key")
    return public


def _parse_device(owner: UserKeys, device_id: object, raw: object, devices: Mapping[DeviceId, Device]) -> Device:
    name = DeviceId(text(device_id))
    if not isinstance(raw, dict) or raw.get("user_id") != owner.user_id or raw.get("device_id") != name:
        raise Malformed("not this device")
    keys, algorithms = raw.get("keys"), raw.get("algorithms")
    if not isinstance(keys, dict) or not isinstance(algorithms, list) or not {OLM, MEGOLM} <= _texts(algorithms):
        raise Malformed("no keys")
    digest = _digest(raw, owner)
    before = devices.get(name)
    if before is not None and before.digest == digest:
        return replace(before, deleted_at=None)
    ed25519, curve25519 = key(keys.get(f"ed25519:{name}")), key(keys.get(f"curve25519:{name}"))
    if before is not None and (before.ed25519, before.curve25519) != (ed25519, curve25519):
        # The same name with other keys is another device; only a hostile server or a broken client does that.
        raise Malformed("keys changed")
    if not is_signed(raw, owner.user_id, name, ed25519):
        raise Malformed("not signed by itself")

    def signed_by(signing: str | None) -> bool:
        return signing is not None and is_signed(raw, owner.user_id, signing, signing)

    # What the known identity has signed stays signed, whatever a server that shows another one leaves out.
    signed = signed_by(owner.self_signing) or (owner.changed and before is not None and before.signed)
    return Device(owner.user_id, name, ed25519, curve25519, digest, signed, signed_anew=signed_by(owner.seen_signing))


def _digest(raw: Mapping[str, Any], owner: UserKeys) -> str:
    try:
        encoded = encode_canonical_json({name: each for name, each in raw.items() if name != "unsigned"})
    except (ValueError, TypeError, RecursionError) as exc:
        raise Malformed("no canonical JSON") from exc
    signing = " ".join(key for key in (owner.self_signing or "", owner.seen_signing) if key is not None)
    return hashlib.sha256(encoded + signing.encode()).hexdigest()


def _texts(values: list[object]) -> set[str]:
    return {each for each in values if isinstance(each, str)}


def _part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}
