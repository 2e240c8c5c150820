"""The nouns of the end-to-end machine: what it takes and what it gives. Pure data."""

from dataclasses import dataclass, field
from typing import Literal

from bots.matrix.events import JsonObject
from bots.matrix.port import Raw
from config.identifiers import DeviceId, RoomId, UserId

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"

# Why somebody gets no room key (spec v1.18 §11.12.4.2): nothing to begin a channel with, or not signed by its owner.
NO_OLM = "m.no_olm"
UNVERIFIED = "m.unverified"

Reason = Literal["no_session", "withheld", "untrusted_device", "replayed", "malformed"]


@dataclass(frozen=True, slots=True)
class CrossSigningSeeds:
    """Three 32-byte Ed25519 seeds; they are on disk before anything made from them is uploaded."""

    master: bytes
    self_signing: bytes
    user_signing: bytes


@dataclass(frozen=True, slots=True)
class CryptoSync:
    """The parts of one ``/sync`` that concern encryption.

    ``changed`` and ``left`` are ``device_lists``. ``one_time_keys`` is ``device_one_time_keys_count.signed_curve25519``
    (None when the server did not say). ``fallback_unused`` tells whether ``signed_curve25519`` stands in
    ``device_unused_fallback_key_types``.
    """

    to_device: tuple[Raw, ...] = ()
    changed: tuple[UserId, ...] = ()
    left: tuple[UserId, ...] = ()
    one_time_keys: int | None = None
    fallback_unused: bool = True


@dataclass(frozen=True, slots=True)
class FromDevice:
    """What somebody's device said to ours over Olm, and is not the machine's own business.

    Whose device that is, is judged when it is handled (``Machine.identify``): its keys may not be known yet.
    """

    sender: UserId
    sender_key: str
    ed25519: str
    type: str
    content: Raw


@dataclass(frozen=True, slots=True)
class Received:
    """What a sync brought: the (room, Megolm session) that have become known, and messages for others to handle.

    ``garbled``: who has sent us something that no session of ours opens. Whatever it said is lost.
    """

    sessions: frozenset[tuple[RoomId, str]] = frozenset()
    messages: tuple[FromDevice, ...] = ()
    garbled: frozenset[UserId] = frozenset()


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a Megolm session ends, from ``m.room.encryption`` (spec v1.18 §11.12.4.2)."""

    period_ms: int = 604_800_000
    messages: int = 100


@dataclass(frozen=True, slots=True)
class Decrypted:
    """The plaintext of one event, from a device that we believe.

    ``signed`` is False for the device of a user who has no cross-signing identity at all. ``identity_changed``: only an
    identity has signed it that stands in the place of the pinned one, and that nobody has confirmed.
    """

    type: str
    content: JsonObject
    device_id: DeviceId
    session_id: str
    index: int
    signed: bool
    identity_changed: bool = False


@dataclass(frozen=True, slots=True)
class Undecryptable:
    """Why an event stays closed; the words are those of :class:`bots.matrix.events.Unreadable`.

    ``said`` is what a message says whose device is not believed, for whoever tells its sender: nobody's word.
    """

    reason: Reason
    said: JsonObject | None = field(default=None, compare=False)
