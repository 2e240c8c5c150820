"""From an event as it came to what the rest of the assistant is told."""

from typing import Protocol

from bots.database.engine import Transaction
from bots.matrix.crypto.model import Decrypted, Undecryptable
from bots.matrix.events import Event, Incoming, Joined, JsonObject, Left, Redaction, ToDevice, Unreadable
from bots.matrix.port import Raw
from bots.matrix.rooms import Rooms, RoomState
from config.errors import MalformedId
from config.identifiers import DeviceId, EventId, RoomId, UserId

TXN = "fr.beffroi.txn"
"""Where a message of ours names its transaction, so that it can be found again, or known when it is told again."""

ROOM = "room_id"
"""Where a to-device message names the room that it is about."""

# Clients send reactions in the clear even in encrypted rooms (nio, matrix-js-sdk, matrix-rust-sdk): what they say
# stands in the relation, which is in the clear anyway.
CLEAR_TYPES = frozenset({"m.reaction", "m.room.redaction"})


class Decryptor(Protocol):
    """What opens events: the end-to-end machine, or what stands before it."""

    async def decrypt(self, room_id: RoomId, event: Raw, transaction: Transaction) -> Decrypted | Undecryptable:
        """Open one ``m.room.encrypted`` event."""

    async def identify(
        self, room_id: RoomId, sender: UserId, sender_key: str, ed25519: str, transaction: Transaction
    ) -> DeviceId | Undecryptable:
        """Return the signed device that a to-device message is from."""

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id*'s identity is not the one that we knew, and nobody has confirmed it."""


class EventReader:
    """Turns events as `read_event` leaves them into what handlers get; decrypts on the way."""

    def __init__(self, user_id: UserId, rooms: Rooms, encryption: Decryptor) -> None:
        self._user_id = user_id
        self._rooms = rooms
        self._encryption = encryption

    async def read(
        self, room_id: RoomId, raw: Raw, transaction: Transaction, *, position: int | None, late: bool = False
    ) -> Incoming | None:
        """Return what *raw* says, None when it says nothing to anybody.

        *position* is its place in the inbox: what was said before encryption was switched on was rightly in the clear.
        Without one (an event fetched from history) the room's present setting decides.
        """
        moved = self._moved(room_id, raw)
        if moved is not None:
            return moved
        if raw["type"] == "m.room.redaction" and "state_key" not in raw:
            return _redaction(room_id, raw)
        if raw.get("unsigned", {}).get("redacted"):
            return _event(room_id, raw, raw["type"], {}, redacted=True, position=position or 0)
        if raw["type"] == "m.room.encrypted" and "state_key" not in raw:
            return await self._decrypted(room_id, raw, transaction, late=late, position=position or 0)
        if "state_key" not in raw and raw["type"] not in CLEAR_TYPES and self._should_be_encrypted(room_id, position):
            # Only of messages: people's clients send call signals and the like, which nobody needs to be told of.
            return _unreadable(room_id, raw, "plaintext") if raw["type"] == "m.room.message" else None
        changed = self._encryption.identity_changed(UserId(raw["sender"]))
        return _event(room_id, raw, raw["type"], raw["content"], identity_changed=changed, position=position or 0)

    async def hear(self, room_id: RoomId, raw: Raw, transaction: Transaction) -> ToDevice | Unreadable:
        """Return what was told to our device about a room: who is not in it has nothing to say about it."""
        sender, (sender_key, ed25519) = UserId(raw["sender"]), raw["keys"]
        if not is_member(self._rooms.get(room_id), sender):
            return _unreadable(room_id, raw, "absent")
        device = await self._encryption.identify(room_id, sender, sender_key, ed25519, transaction)
        if isinstance(device, Undecryptable):
            return _unreadable(room_id, raw, device.reason)
        return ToDevice(room_id, raw["event_id"], sender, raw["type"], raw["content"], device)

    def _should_be_encrypted(self, room_id: RoomId, position: int | None) -> bool:
        if position is None:
            return self._rooms.get(room_id).encryption is not None
        return self._rooms.encrypted_at(room_id, position)

    def _moved(self, room_id: RoomId, raw: Raw) -> Joined | Left | None:
        event_id, sender = EventId(raw["event_id"]), UserId(raw["sender"])
        match raw.get("transition"):
            case "joined":
                return Joined(room_id, event_id, raw["origin_server_ts"], self._rooms.get(room_id).inviter)
            case "left":
                return Left(room_id, event_id, sender)
        return None

    async def _decrypted(
        self, room_id: RoomId, raw: Raw, transaction: Transaction, *, late: bool, position: int
    ) -> Event | Unreadable | None:
        match await self._encryption.decrypt(room_id, raw, transaction):
            case Undecryptable(reason, said):
                return _unreadable(room_id, raw, reason, said)
            case Decrypted(kind, content, device_id, signed=signed, identity_changed=changed):
                # The relation that counts is the one in the clear (spec v1.18 §11.12.1.3.2): the content must not
                # offer another one to whoever looks there.
                whole = {name: each for name, each in content.items() if name != "m.relates_to"}
                relates_to = raw["content"].get("m.relates_to")
                if relates_to is not None:
                    whole["m.relates_to"] = relates_to
                facts = {"device": device_id, "signed": signed, "encrypted": True, "late": late, "position": position}
                # Many clients write it inside as well; then whoever changes it outside is seen.
                differs = "m.relates_to" in content and content["m.relates_to"] != relates_to
                return _event(room_id, raw, kind, whole, relation_differs=differs, identity_changed=changed, **facts)


def is_member(state: RoomState, user_id: UserId) -> bool:
    """Tell whether *user_id* and we are in a room, as far as we know now."""
    member = state.members.get(user_id)
    return state.membership == "join" and member is not None and member.membership == "join"


def awaited(raw: Raw, reason: str) -> str | None:
    """Return what *raw*, unreadable for *reason*, waits for: its sender's joining, its device, or a Megolm session."""
    if reason == "absent":
        return str(raw["sender"])
    return str(raw["keys"][0]) if "keys" in raw else session_id(raw)


def session_id(raw: Raw) -> str | None:
    """Return the Megolm session that *raw* claims to be encrypted with."""
    found = raw["content"].get("session_id")
    return found if isinstance(found, str) and len(found) < 255 and found.isascii() and "\x00" not in found else None


def _event(room_id: RoomId, raw: Raw, kind: str, content: JsonObject, **facts: object) -> Event:
    relates_to = content.get("m.relates_to")
    return Event(
        room_id=room_id,
        event_id=EventId(raw["event_id"]),
        sender=UserId(raw["sender"]),
        type=kind,
        content=content,
        timestamp=raw["origin_server_ts"],
        relates_to=relates_to if isinstance(relates_to, dict) else {},
        state_key=raw.get("state_key"),
        **facts,  # type: ignore[arg-type]
    )


def _unreadable(room_id: RoomId, raw: Raw, reason: str, said: JsonObject | None = None) -> Unreadable:
    relates_to = raw["content"].get("m.relates_to")
    return Unreadable(
        room_id,
        EventId(raw["event_id"]),
        UserId(raw["sender"]),
        raw["origin_server_ts"],
        reason,  # type: ignore[arg-type]
        relates_to if isinstance(relates_to, dict) else {},
        said or {},
    )


def _redaction(room_id: RoomId, raw: Raw) -> Redaction | None:
    try:
        target = EventId.parse(raw.get("redacts"))
    except MalformedId:
        return None
    return Redaction(room_id, EventId(raw["event_id"]), UserId(raw["sender"]), target, raw["origin_server_ts"])
