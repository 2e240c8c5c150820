"""Megolm sessions: those that others gave us, kept for good, and our own, which live in memory only."""

import json
from collections import OrderedDict
from dataclasses import dataclass, field

import vodozemac
from nio.crypto.sessions import InboundGroupSession

from bots.database.engine import Transaction
from bots.matrix.crypto import store
from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.model import MEGOLM, Rotation
from bots.matrix.crypto.sessions.olm import Opened
from bots.matrix.crypto.signing import key, text
from bots.matrix.crypto.trust import Device
from bots.matrix.events import JsonObject
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import DeviceId, RoomId, UserId

_CACHED = 1000


@dataclass(frozen=True, slots=True)
class Inbound:
    """A session that *user_id* gave us over the Olm channel of *sender_key*."""

    session: InboundGroupSession
    user_id: UserId
    sender_key: str
    ed25519: str
    received_at: int


class InboundSessions:
    """The sessions of others, with a cache of the deserialised ones: unpickling costs as much as decrypting."""

    def __init__(self) -> None:
        self._cache: OrderedDict[tuple[str, str, UserId], Inbound] = OrderedDict()

    async def add(
        self, transaction: Transaction, sender: UserId, opened: Opened, now: int
    ) -> tuple[RoomId, str] | None:
        """Save the session of an ``m.room_key``; return (room, session) if it opens something that was closed.

        Raises :class:`Malformed`.
        """
        content = opened.content
        if content.get("algorithm") != MEGOLM:
            raise Malformed("not Megolm")
        try:
            room_id, session_id = RoomId.parse(text(content.get("room_id"))), key(content.get("session_id"))
            session = InboundGroupSession(
                text(content.get("session_key"), 1024), opened.ed25519, opened.sender_key, room_id
            )
        except (MalformedId, ValueError) as exc:
            raise Malformed("not a room key") from exc
        if session.id != session_id:
            raise Malformed("another session's key")
        for row in await store.load_megolm(transaction, room_id, session_id):
            if (
                row.sender_key == opened.sender_key
                and _restore(row).session.first_known_index <= session.first_known_index
            ):
                return None
        await self.save(transaction, room_id, Inbound(session, sender, opened.sender_key, opened.ed25519, now))
        self._cache.pop((room_id, session_id, sender), None)
        return room_id, session_id

    async def save(self, transaction: Transaction, room_id: RoomId, inbound: Inbound) -> None:
        """Write *inbound* as it is."""
        row = {
            "room_id": room_id,
            "session_id": inbound.session.id,
            "sender_key": inbound.sender_key,
            "user_id": inbound.user_id,
            "ed25519": inbound.ed25519,
            "pickle": inbound.session.pickle().decode(),
            "received_at": inbound.received_at,
        }
        await store.save_megolm(transaction, row)

    async def find(self, transaction: Transaction, room_id: RoomId, session_id: str, sender: UserId) -> Inbound | None:
        """Return the session that *sender* gave us under that id."""
        place = (room_id, session_id, sender)
        found = self._cache.get(place)
        if found is not None:
            self._cache.move_to_end(place)
            return found
        rows = await store.load_megolm(transaction, room_id, session_id)
        found = next((_restore(row) for row in rows if row.user_id == sender), None)
        if found is not None:
            self._cache[place] = found
            if len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return found

    def forget(self) -> None:
        """Drop the cache: the transaction in which it was filled has failed."""
        self._cache.clear()


def _restore(row: object) -> Inbound:
    pickle, sender_key, ed25519 = row.pickle, row.sender_key, row.ed25519  # type: ignore[attr-defined]
    session = InboundGroupSession.from_pickle(pickle.encode(), ed25519, sender_key, row.room_id)  # type: ignore[attr-defined]
    return Inbound(session, UserId(row.user_id), sender_key, ed25519, row.received_at)  # type: ignore[attr-defined]


Place = tuple[UserId, DeviceId]
Checked = tuple[frozenset[UserId], int, frozenset[UserId]]


@dataclass(slots=True)
class Outbound:
    """Our own session in one room; never saved, so that a restart cannot use a ratchet twice.

    vodozemac's ``GroupSession`` directly: nio's ``OutboundGroupSession`` rotates by the wall clock and by limits of
    its own. ``shared`` and ``owed`` hold the devices that have, or were promised, its key; ``refused`` those told that
    they get none (until their owner signs them); ``strangers`` are owed it too, but their devices are unknown.
    ``checked`` is what the last full look at the recipients saw, at ``checked_at`` (ms).
    """

    room_id: RoomId
    created_at: int
    session: vodozemac.GroupSession = field(default_factory=vodozemac.GroupSession)
    messages: int = 0
    shared: dict[Place, Device] = field(default_factory=dict)
    owed: dict[Place, Device] = field(default_factory=dict)
    strangers: set[UserId] = field(default_factory=set)
    refused: set[Place] = field(default_factory=set)
    checked: Checked | None = None
    checked_at: int = 0

    @property
    def id(self) -> str:
        """The session's id."""
        session_id: str = self.session.session_id
        return session_id

    def is_over(self, rotation: Rotation, now: int) -> bool:
        """Tell whether the room's settings ask for a new session."""
        return self.messages >= rotation.messages or now - self.created_at >= rotation.period_ms

    def outlived(self, readers: dict[Place, Device], members: frozenset[UserId]) -> bool:
        """Tell whether a device has, or was promised, the key that may not read any more, or may not come to."""
        waiting = self.strangers | {user for user, _ in self.refused}
        return not ((self.shared.keys() | self.owed.keys()) <= readers.keys() and waiting <= members)

    def concerns(self, user_id: UserId) -> bool:
        """Tell whether *user_id* has, or was promised, the key, or may yet come to it."""
        places = (*self.shared, *self.owed, *self.refused)
        return user_id in self.strangers or any(user == user_id for user, _ in places)

    def room_key(self) -> Raw:
        """Return the content of an ``m.room_key`` that opens what is said from now on."""
        session_key: str = self.session.session_key.to_base64()
        return room_key(self.room_id, self.id, session_key)

    def encrypt(self, event_type: str, content: JsonObject, sender_key: str, device_id: DeviceId) -> Raw:
        """Return the content of the ``m.room.encrypted`` event."""
        plaintext = _plaintext({"type": event_type, "content": content, "room_id": str(self.room_id)})
        self.messages += 1
        encrypted: Raw = {
            "algorithm": MEGOLM,
            "ciphertext": self.session.encrypt(plaintext).to_base64(),
            "session_id": self.id,
            # Deprecated since v1.3, and still looked at by some clients.
            "sender_key": sender_key,
            "device_id": str(device_id),
        }
        if "m.relates_to" in content:
            # Servers aggregate by it, so it stands in the clear (spec v1.18 §11.12.1.3.2).
            encrypted["m.relates_to"] = content["m.relates_to"]
        return encrypted


def _plaintext(event: Raw) -> bytes:
    try:
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, in a word of somebody's that we repeat: escaped, it can be sent.
        return json.dumps(event, separators=(",", ":")).encode()


def room_key(room_id: str, session_id: str, session_key: str) -> Raw:
    """Return the content of an ``m.room_key``."""
    return {"algorithm": MEGOLM, "room_id": str(room_id), "session_id": session_id, "session_key": session_key}
