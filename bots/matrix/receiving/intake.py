"""One sync into one transaction: keys, rooms, events, and last of all the token."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.matrix.crypto.model import FromDevice, Received
from bots.matrix.encryption import Encryption
from bots.matrix.events import Member
from bots.matrix.homeserver.session import write_fact
from bots.matrix.homeserver.sync import RoomSync, SyncResponse, inviter, transition
from bots.matrix.port import Raw
from bots.matrix.reading import ROOM, TXN
from bots.matrix.rooms import Rooms, RoomState
from config.errors import MalformedId
from config.identifiers import RoomId, UserId

BAND = 1_000_000
"""How many positions are left free for the events of a gap, which are found newest first."""

STORE = text(
    "INSERT INTO matrix_inbox"
    " (room_id, event_id, position, sender, state, raw, session_id, attempts, due, late, stored_at)"
    " VALUES (:room_id, :event_id, :position, :sender, 'waiting', :raw, NULL, 0, 0, FALSE, :now) ON CONFLICT DO NOTHING"
)
_OPEN_GAP = text(
    "INSERT INTO matrix_gaps (room_id, band, cursor, until, position, until_join)"
    " VALUES (:room_id, :band, :cursor, :until, :position, :until_join)"
)
WAKE = text(
    "UPDATE matrix_inbox SET late = (late OR state = 'unreadable'), state = 'waiting'"
    " WHERE room_id = :room_id AND session_id = :session_id AND state IN ('keyless', 'unreadable')"
)
_LAST = text(
    "SELECT max(last) FROM (SELECT max(position) AS last FROM matrix_inbox"
    " UNION ALL SELECT max(band) + :band AS last FROM matrix_gaps) AS both_tables"
)


@dataclass(slots=True)
class InboxItem:
    """One stored event on its way to the handler."""

    room_id: RoomId
    event_id: str
    position: int
    raw: Raw
    attempts: int = 0
    late: bool = False
    since: int = 0
    """When (ms) it was stored."""
    final: bool = False
    """Its key was waited for long enough."""

    @property
    def sender(self) -> str:
        """Who sent it."""
        return str(self.raw["sender"])

    @property
    def moves_us(self) -> bool:
        """Whether by it we came into the room, or went out of it."""
        return "transition" in self.raw

    @property
    def told(self) -> bool:
        """Whether it was told to our device, in no timeline."""
        return "keys" in self.raw

    def row(self, now_ms: int) -> dict[str, Any]:
        """Return what :data:`STORE` takes."""
        return {
            "room_id": self.room_id,
            "event_id": self.event_id,
            "position": self.position,
            "sender": self.sender,
            "raw": json.dumps(self.raw, separators=(",", ":")),
            "now": now_ms,
        }


@dataclass(slots=True)
class SyncResult:
    """What a sync brought, for those who act once it is committed."""

    items: list[InboxItem] = field(default_factory=list)
    gaps: set[RoomId] = field(default_factory=set)
    woken: set[RoomId] = field(default_factory=set)
    left: set[RoomId] = field(default_factory=set)
    departed: set[tuple[RoomId, UserId]] = field(default_factory=set)
    arrived: set[tuple[RoomId, UserId]] = field(default_factory=set)
    """The partners whose coming or going we have learned of."""
    garbled: set[UserId] = field(default_factory=set)
    """The partners of whom something could not be opened."""
    invited: bool = False
    moved: bool = False
    """A room was closed in favour of another one."""


class Intake:
    """Stores syncs; knows the last position given out.

    Of what is told to our device only *partners* are heard: anybody can write to it, as much as they like.
    """

    def __init__(self, user_id: UserId, rooms: Rooms, partners: Callable[[], Collection[UserId]]) -> None:
        self._user_id = user_id
        self._rooms = rooms
        self._partners = partners
        self._next = 1

    async def load(self, transaction: Transaction) -> None:
        """Go on counting where the database ends."""
        self._next = ((await transaction.execute(_LAST, {"band": BAND})).scalar_one_or_none() or 0) + 1

    async def take(
        self, response: SyncResponse, since: str | None, encryption: Encryption, now_ms: int, transaction: Transaction
    ) -> SyncResult:
        """Store all of *response* and its token; when this raises, load rooms and positions anew."""
        taken = SyncResult()
        received = await encryption.receive(response.crypto, transaction)
        for room in response.rooms:
            await self._take_room(room, since, taken, transaction)
        self._take_told(received, taken, now_ms)
        if taken.items:
            await transaction.execute(STORE, [each.row(now_ms) for each in taken.items])
        ready = {*received.sessions, *taken.arrived}
        if ready:
            await transaction.execute(WAKE, [{"room_id": room, "session_id": each} for room, each in ready])
            taken.woken = {room for room, _ in ready}
        # Last: whatever happens before this line happens again.
        await write_fact("since", response.next_batch, transaction)
        return taken

    def _take_told(self, received: Received, taken: SyncResult, now_ms: int) -> None:
        """Have what partners told us wait among the events of the room that it is about."""
        partners = {*self._partners()} - {self._user_id}
        taken.garbled = {*received.garbled} & partners
        for message in received.messages:
            place = _place(message)
            if message.sender in partners and place is not None:
                raw = {
                    "event_id": place[1],
                    "sender": message.sender,
                    "type": message.type,
                    "content": message.content,
                    "origin_server_ts": now_ms,
                    "keys": [message.sender_key, message.ed25519],
                }
                taken.items.append(InboxItem(place[0], place[1], self._next, raw))
                self._next += 1

    async def _take_room(self, room: RoomSync, since: str | None, taken: SyncResult, transaction: Transaction) -> None:
        state = self._rooms.get(room.room_id)
        if room.membership == "invite":
            await self._take_invite(room, state, taken, transaction)
            return
        was_in = state.membership == "join"
        if not was_in and room.membership == "leave":
            await self._take_leave(state, transaction)
            return
        gap = room.limited and room.prev_batch is not None
        band, first = self._next, self._next + (BAND if gap else 1)
        self._next = first + len(room.timeline)
        # Found in the state: switched on somewhere in the gap, whose filling will tell where; or before our time.
        settled = -1 if not was_in else first - 1
        changes = _Changes(state, taken)
        places = {event["event_id"]: first + index for index, event in enumerate(room.timeline)}
        for event in (*room.state, *(() if room.settled else room.timeline)):
            changes.apply(event, places.get(event["event_id"], settled))
        if was_in:
            taken.items += [self._item(room.room_id, event, first + i) for i, event in enumerate(room.timeline)]
            found_join = False
        else:
            found_join = self._take_since_join(room, first, taken, initial=since is None)
        if gap and since is not None and not found_join:
            await self._open_gap(room, band, first - 1, since, transaction, until_join=not was_in)
            taken.gaps.add(room.room_id)
        moved = {each.user_id for each in changes.members} if was_in else {*state.members}
        taken.arrived |= {(room.room_id, each) for each in moved & {*self._partners()}}
        settings = changes.settings or state.membership != room.membership
        state.membership = room.membership
        self._rooms.keep(state)
        await self._rooms.save(state, changes.members, transaction, settings=settings)
        if room.membership == "leave":
            taken.left.add(room.room_id)
            await self._rooms.forget_members(state, transaction)

    def _take_since_join(self, room: RoomSync, first: int, taken: SyncResult, *, initial: bool) -> bool:
        """Take a room that we are new in, from our own join on; return whether the timeline reaches back to it."""
        joins = [i for i, event in enumerate(room.timeline) if _is_join(event, self._user_id)]
        if initial:
            # A store that knows nothing cannot tell what was answered before it was lost: history stays history.
            ours = [each for each in (*room.state, *room.timeline) if _is_join(each, self._user_id)]
            taken.items += [_joined(room.room_id, event, first) for event in ours[-1:]]
            return True
        if joins:
            start = joins[-1]
            taken.items.append(_joined(room.room_id, room.timeline[start], first + start))
            later = room.timeline[start + 1 :]
            taken.items += [self._item(room.room_id, event, first + start + 1 + i) for i, event in enumerate(later)]
            return True
        ours = [each for each in room.state if _is_join(each, self._user_id)]
        # Before everything of the gap: gaps are filled from the top of their band downwards.
        taken.items += [_joined(room.room_id, event, first - BAND) for event in ours[-1:]]
        taken.items += [self._item(room.room_id, event, first + i) for i, event in enumerate(room.timeline)]
        return not room.limited

    def _item(self, room_id: RoomId, event: Raw, position: int) -> InboxItem:
        return item(room_id, event, position, self._user_id)

    async def _take_invite(self, room: RoomSync, state: RoomState, taken: SyncResult, transaction: Transaction) -> None:
        found = inviter(room, self._user_id)
        state.membership = "invite"
        state.inviter, state.direct = found or (None, False)
        state.view = None
        self._rooms.keep(state)
        await self._rooms.save(state, [], transaction, settings=True)
        taken.invited = True

    async def _take_leave(self, state: RoomState, transaction: Transaction) -> None:
        if state.membership == "leave":
            return
        state.membership = "leave"
        self._rooms.keep(state)
        await self._rooms.save(state, [], transaction, settings=True)

    async def _open_gap(
        self, room: RoomSync, band: int, top: int, since: str, transaction: Transaction, *, until_join: bool
    ) -> None:
        await transaction.execute(
            _OPEN_GAP,
            {
                "room_id": room.room_id,
                "band": band,
                "cursor": room.prev_batch,
                # Not the last event that we know: after a cut, what the other side said meanwhile lies before it in
                # topological order, and would never be found.
                "until": since,
                "position": top,
                "until_join": until_join,
            },
        )


class _Changes:
    """What the state events of one room's sync change."""

    def __init__(self, state: RoomState, taken: SyncResult) -> None:
        self._state = state
        self._taken = taken
        self._members: dict[UserId, Member] = {}
        self.settings = False

    @property
    def members(self) -> list[Member]:
        return list(self._members.values())

    def apply(self, event: Raw, position: int) -> None:
        if "state_key" not in event:
            return
        member, settings = self._state.apply(event, position)
        self._taken.moved = self._taken.moved or (settings and event["type"] == "m.room.tombstone")
        self.settings = self.settings or settings
        if member is not None:
            self._members[member.user_id] = member
            if member.membership in ("leave", "ban"):
                self._taken.departed.add((self._state.room_id, member.user_id))


def _place(message: FromDevice) -> tuple[RoomId, str] | None:
    """Return the room that *message* is about and the key by which a repeat is known; None where it names none."""
    txn = message.content.get(TXN)
    if not isinstance(txn, str):
        return None
    try:
        room_id = RoomId.parse(message.content.get(ROOM))
        key = hashlib.sha256(f"{message.sender}\n{txn}".encode()).hexdigest()
    except (MalformedId, UnicodeEncodeError):
        return None
    # No event's id begins so.
    return room_id, f"~{key}"


def item(room_id: RoomId, event: Raw, position: int, user_id: UserId) -> InboxItem:
    """Return *event* as an inbox item, our own coming and going marked as such."""
    moved = transition(event, user_id)
    return InboxItem(room_id, event["event_id"], position, {**event, "transition": moved} if moved else event)


def _joined(room_id: RoomId, event: Raw, position: int) -> InboxItem:
    return InboxItem(room_id, event["event_id"], position, {**event, "transition": "joined"})


def _is_join(event: Raw, user_id: UserId) -> bool:
    if event["type"] != "m.room.member" or event.get("state_key") != user_id:
        return False
    return bool(event["content"].get("membership") == "join")
