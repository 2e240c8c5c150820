"""The rooms as the homeserver tells them: settings and members, in memory and in the database alike."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.matrix.crypto.model import MEGOLM, Rotation
from bots.matrix.events import Member, Membership, Room
from bots.matrix.homeserver.sync import storable_text
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import RoomId, UserId

_MEMBERSHIPS: dict[str, Membership] = {
    "join": "join",
    "invite": "invite",
    "leave": "leave",
    "ban": "ban",
    "knock": "knock",
}
_LONGEST_LIFE = 2**53 - 1
_VISIBILITIES = frozenset({"invited", "joined", "shared", "world_readable"})

_SAVE_ROOM = text(
    "INSERT INTO matrix_rooms (room_id, membership, name, encryption, encrypted_from, history_visibility, successor,"
    " direct, inviter, kind, creator, predecessor, moved_by, retention)"
    " VALUES (:room_id, :membership, :name, :encryption, :encrypted_from, :history_visibility,"
    " :successor, :direct, :inviter, :kind, :creator, :predecessor, :moved_by, :retention)"
    " ON CONFLICT (room_id) DO UPDATE"
    " SET membership = excluded.membership, name = excluded.name, encryption = excluded.encryption,"
    " encrypted_from = excluded.encrypted_from, history_visibility = excluded.history_visibility,"
    " successor = excluded.successor, direct = excluded.direct, inviter = excluded.inviter, kind = excluded.kind,"
    " creator = excluded.creator, predecessor = excluded.predecessor, moved_by = excluded.moved_by,"
    " retention = excluded.retention"
)
_SAVE_MEMBER = text(
    "INSERT INTO matrix_members (room_id, user_id, membership, display_name)"
    " VALUES (:room_id, :user_id, :membership, :display_name) ON CONFLICT (room_id, user_id)"
    " DO UPDATE SET membership = excluded.membership, display_name = excluded.display_name"
)
_FORGET_MEMBERS = text("DELETE FROM matrix_members WHERE room_id = :room_id")
_ROOMS = text("SELECT * FROM matrix_rooms")
_MEMBERS = text("SELECT room_id, user_id, membership, display_name FROM matrix_members")


@dataclass(slots=True)
class RoomState:
    """What we know of one room; changed only by :meth:`apply` and :class:`Rooms`."""

    room_id: RoomId
    membership: str = "leave"
    name: str | None = None
    encryption: Raw | None = None
    encrypted_from: int | None = None
    history_visibility: str = "shared"
    successor: RoomId | None = None
    direct: bool = False
    inviter: UserId | None = None
    kind: str | None = None
    creator: UserId | None = None
    predecessor: RoomId | None = None
    """What whoever made the room says that it follows: only that room's tombstone makes it true."""
    moved_by: UserId | None = None
    """Who has closed the room in favour of ``successor``."""
    retention: int | None = None
    members: dict[UserId, Member] = field(default_factory=dict)
    view: Room | None = None

    def apply(self, event: Raw, position: int) -> "tuple[Member | None, bool]":
        """Take one state event; return the member that it changed, and whether it changed anything else."""
        kind, content, key = event["type"], event["content"], event.get("state_key")
        if kind == "m.room.member":
            return self._member(key, content), False
        if key != "":
            return None, False
        before = self._settings()
        if kind == "m.room.name":
            self.name = storable_text(content.get("name"))
        elif kind == "m.room.encryption":
            self._encrypt(content, position)
        elif kind == "m.room.history_visibility" and content.get("history_visibility") in _VISIBILITIES:
            self.history_visibility = content["history_visibility"]
        elif kind == "m.room.tombstone":
            self.successor, self.moved_by = _room_id(content.get("replacement_room")), UserId(event["sender"])
        elif kind == "m.room.retention":
            self.retention = _lifetime(content.get("max_lifetime"))
        elif kind == "m.room.create":
            self.kind, self.creator = storable_text(content.get("type")), UserId(event["sender"])
            said = content.get("predecessor")
            self.predecessor = _room_id(said.get("room_id")) if isinstance(said, dict) else None
        if self._settings() == before:
            return None, False
        self.view = None
        return None, True

    def _settings(self) -> tuple[object, ...]:
        return (
            *(self.name, self.encryption, self.encrypted_from, self.history_visibility, self.successor),
            *(self.kind, self.creator, self.predecessor, self.moved_by, self.retention),
        )

    def _encrypt(self, content: Raw, position: int) -> None:
        # Encryption once on is on for ever: whatever a server shows later, we never send in the clear here again.
        # An algorithm that we do not know counts as encryption too, with the settings that we had.
        known = content.get("algorithm") == MEGOLM
        if known or self.encryption is None:
            self.encryption = {
                name: content[name] for name in ("rotation_period_ms", "rotation_period_msgs") if name in content
            }
        if self.encrypted_from is None or position < self.encrypted_from:
            self.encrypted_from = position

    def _member(self, key: object, content: Raw) -> Member | None:
        membership = _MEMBERSHIPS.get(str(content.get("membership")))
        try:
            user_id = UserId.parse(key)
        except MalformedId:
            return None
        if membership is None:
            return None
        member = Member(user_id, membership, storable_text(content.get("displayname")))
        if self.members.get(user_id) == member:
            return None
        self.members[user_id] = member
        self.view = None
        return member

    @property
    def rotation(self) -> Rotation:
        """When a Megolm session of this room ends, kept within reason."""
        settings = self.encryption or {}
        default = Rotation()
        return Rotation(
            period_ms=_between(settings.get("rotation_period_ms"), 3_600_000, default.period_ms),
            messages=_between(settings.get("rotation_period_msgs"), 1, default.messages),
        )

    @property
    def recipients(self) -> frozenset[UserId]:
        """Who shall be able to read what is said now: those who joined, and the invited where history is theirs."""
        wanted = ("join",) if self.history_visibility == "joined" else ("join", "invite")
        return frozenset(each for each, member in self.members.items() if member.membership in wanted)

    def look(self) -> Room:
        """Return the room as the rest of the assistant sees it."""
        if self.view is None:
            self.view = Room(
                self.room_id,
                self.encryption is not None,
                dict(self.members),
                self.name,
                direct=self.direct,
                kind=self.kind,
                creator=self.creator,
                predecessor=self.predecessor,
                successor=self.successor,
                moved_by=self.moved_by,
                retention_ms=self.retention,
            )
        return self.view


class Rooms:
    """All rooms that we have ever been in or were invited to."""

    def __init__(self) -> None:
        self._rooms: dict[RoomId, RoomState] = {}

    async def load(self, transaction: Transaction) -> None:
        """Read everything from the database, forgetting what is in memory."""
        self._rooms = {}
        for row in (await transaction.execute(_ROOMS)).mappings():
            self._rooms[RoomId(row["room_id"])] = RoomState(
                RoomId(row["room_id"]),
                membership=row["membership"],
                name=row["name"],
                encryption=json.loads(row["encryption"]) if row["encryption"] is not None else None,
                encrypted_from=row["encrypted_from"],
                history_visibility=row["history_visibility"],
                successor=RoomId(row["successor"]) if row["successor"] else None,
                direct=bool(row["direct"]),
                inviter=UserId(row["inviter"]) if row["inviter"] else None,
                kind=row["kind"],
                creator=UserId(row["creator"]) if row["creator"] else None,
                predecessor=RoomId(row["predecessor"]) if row["predecessor"] else None,
                moved_by=UserId(row["moved_by"]) if row["moved_by"] else None,
                retention=row["retention"],
            )
        for room_id, user_id, membership, name in await transaction.execute(_MEMBERS):
            if room_id in self._rooms:
                user = UserId(user_id)
                self._rooms[room_id].members[user] = Member(user, _MEMBERSHIPS[membership], name)

    def get(self, room_id: RoomId) -> RoomState:
        """Return the room, an unknown one as one that we are not in."""
        return self._rooms.get(room_id) or RoomState(room_id)

    def keep(self, state: RoomState) -> None:
        """Take *state* into memory."""
        self._rooms[state.room_id] = state

    def joined(self) -> tuple[RoomState, ...]:
        """The rooms that we are in."""
        return tuple(each for each in self._rooms.values() if each.membership == "join")

    def closed(self) -> tuple[RoomState, ...]:
        """The rooms that we are in and that were closed in favour of another one, which we have never seen."""
        return tuple(each for each in self.joined() if each.successor is not None and each.successor not in self._rooms)

    def invited(self) -> tuple[RoomState, ...]:
        """The rooms whose invitation is not yet answered."""
        return tuple(each for each in self._rooms.values() if each.membership == "invite")

    def encrypted_at(self, room_id: RoomId, position: int) -> bool:
        """Tell whether the room was encrypted when the event at *position* of our inbox was sent."""
        start = self.get(room_id).encrypted_from
        return start is not None and position > start

    @staticmethod
    async def save(state: RoomState, changed: list[Member], transaction: Transaction, *, settings: bool) -> None:
        """Write what changed: the room itself when *settings*, and the members in *changed*."""
        if settings:
            await transaction.execute(_SAVE_ROOM, _row(state))
        if changed:
            await transaction.execute(
                _SAVE_MEMBER,
                [
                    {
                        "room_id": state.room_id,
                        "user_id": each.user_id,
                        "membership": each.membership,
                        "display_name": each.display_name,
                    }
                    for each in changed
                ],
            )

    @staticmethod
    async def forget_members(state: RoomState, transaction: Transaction) -> None:
        """Drop the members of a room that we are no longer in: from now on we learn nothing of them."""
        state.members, state.view = {}, None
        await transaction.execute(_FORGET_MEMBERS, {"room_id": state.room_id})


def _row(state: RoomState) -> dict[str, Any]:
    return {
        "room_id": state.room_id,
        "membership": state.membership,
        "name": state.name,
        "encryption": json.dumps(state.encryption) if state.encryption is not None else None,
        "encrypted_from": state.encrypted_from,
        "history_visibility": state.history_visibility,
        "successor": state.successor,
        "direct": state.direct,
        "inviter": state.inviter,
        "kind": state.kind,
        "creator": state.creator,
        "predecessor": state.predecessor,
        "moved_by": state.moved_by,
        "retention": state.retention,
    }


def _between(raw: object, low: int, high: int) -> int:
    return max(low, min(raw, high)) if isinstance(raw, int) and not isinstance(raw, bool) else high


def _lifetime(raw: object) -> int | None:
    """Return how long (ms) messages may stay (MSC1763); None where nothing is said, or nonsense."""
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= _LONGEST_LIFE else None


def _room_id(raw: object) -> RoomId | None:
    try:
        return RoomId.parse(raw)
    except MalformedId:
        return None
