"""What one ``/sync`` answer says, as data (spec v1.18 §6.4). Pure; tolerates any shape."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bots.matrix.crypto.model import CryptoSync
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import EventId, RoomId, UserId

# Everything that we do not read costs the homeserver and us for nothing. No lazy loading: keys go to all members.
FILTER = json.dumps(
    {
        "presence": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
        "room": {
            "timeline": {"limit": 100},
            "state": {"lazy_load_members": False},
            "ephemeral": {"not_types": ["*"]},
            "account_data": {"not_types": ["*"]},
        },
    },
    separators=(",", ":"),
)

# The state before a timeline says what one branch of the history knew: after a fork (somebody joins over federation
# while another joins here) it takes back what an earlier sync told. The state after it is the server's own.
STATE_AFTER = {"use_state_after": "true", "org.matrix.msc4222.use_state_after": "true"}
"""Query parameters that ask for it (spec v1.16; Synapse 1.163 knows only the second name)."""

_STATE_AFTER = ("state_after", "org.matrix.msc4222.state_after")

STATE = frozenset(
    {
        "m.room.create",
        "m.room.encryption",
        "m.room.history_visibility",
        "m.room.member",
        "m.room.name",
        "m.room.retention",
        "m.room.tombstone",
    }
)
"""The state that we read. State is never encrypted: of any other type it is nobody's word, least of all a message."""

_MOST_TEXT = 255
_KEPT_UNSIGNED = ("transaction_id", "prev_content")


@dataclass(frozen=True, slots=True)
class RoomSync:
    """One room's part of a sync; ``timeline`` and ``state`` hold only events that :func:`read_event` accepts.

    ``state`` is what stands before the timeline or, with ``settled``, after it: then the timeline changes nothing.
    """

    room_id: RoomId
    membership: Literal["join", "leave", "invite"]
    timeline: tuple[Raw, ...] = ()
    state: tuple[Raw, ...] = ()
    limited: bool = False
    prev_batch: str | None = None
    settled: bool = False

    def without(self, known: Callable[[RoomId, Raw], bool]) -> "RoomSync | None":
        """Return the same without the events that *known* recognises, None when nothing is left."""
        timeline = tuple(each for each in self.timeline if not known(self.room_id, each))
        if not timeline and self.timeline and not self.state and not self.limited:
            return None
        return replace(self, timeline=timeline)


@dataclass(frozen=True, slots=True)
class SyncResponse:
    """One sync; ``next_batch`` is the token that asks for what follows."""

    next_batch: str
    rooms: tuple[RoomSync, ...]
    crypto: CryptoSync

    @property
    def empty(self) -> bool:
        """Nothing in it but the token and counts."""
        return not (self.rooms or self.crypto.to_device or self.crypto.changed or self.crypto.left)

    def without(self, known: Callable[[RoomId, Raw], bool]) -> "SyncResponse":
        """Return the same without the events that *known* recognises; a room in which nothing is left goes too."""
        rooms = (each if each.membership != "join" else each.without(known) for each in self.rooms)
        return replace(self, rooms=tuple(each for each in rooms if each is not None))


def parse(raw: Raw) -> SyncResponse | None:
    """Return what *raw* says, without what makes no sense; None when there is not even a token."""
    next_batch = raw.get("next_batch")
    if not isinstance(next_batch, str) or not next_batch:
        return None
    by_membership = _object(raw.get("rooms"))
    rooms = tuple(
        room
        for membership in ("join", "leave", "invite")
        for room_id, body in _object(by_membership.get(membership)).items()
        if (room := _room(room_id, membership, _object(body))) is not None
    )
    return SyncResponse(next_batch, rooms, _crypto(raw))


def _room(room_id: str, membership: Literal["join", "leave", "invite"], body: Mapping[str, Any]) -> RoomSync | None:
    try:
        parsed = RoomId.parse(room_id)
    except MalformedId:
        return None
    if membership == "invite":
        stripped = _events(_object(body.get("invite_state")).get("events"))
        return RoomSync(parsed, membership, state=tuple(each for each in stripped if isinstance(each, dict)))
    timeline = _object(body.get("timeline"))
    prev_batch = timeline.get("prev_batch")
    after = next((each for name in _STATE_AFTER if (each := body.get(name)) is not None), None)
    state = body.get("state") if after is None else after
    return RoomSync(
        parsed,
        membership,
        timeline=read_events(_events(timeline.get("events"))),
        state=read_events(_events(_object(state).get("events"))),
        limited=timeline.get("limited") is True,
        prev_batch=prev_batch if isinstance(prev_batch, str) else None,
        settled=after is not None,
    )


def _crypto(raw: Raw) -> CryptoSync:
    lists = _object(raw.get("device_lists"))
    count = _object(raw.get("device_one_time_keys_count")).get("signed_curve25519")
    # Synapse leaves the algorithm out of the counts when there are none left.
    told = "device_one_time_keys_count" in raw
    unused = raw.get("device_unused_fallback_key_types", ["signed_curve25519"])
    return CryptoSync(
        to_device=tuple(
            each for each in _events(_object(raw.get("to_device")).get("events")) if isinstance(each, dict)
        ),
        changed=_users(lists.get("changed")),
        left=_users(lists.get("left")),
        one_time_keys=count if isinstance(count, int) else 0 if told else None,
        fallback_unused=isinstance(unused, list) and "signed_curve25519" in unused,
    )


def read_events(raw: Iterable[object]) -> tuple[Raw, ...]:
    """Return the events among *raw* that make sense, as `read_event` says."""
    return tuple(event for each in raw if (event := read_event(each)) is not None)


def read_event(raw: object) -> Raw | None:
    """Return the parts of an event that we read, of the right types; None when it is no event, or state of no use.

    Text that no database takes (NUL, lone surrogates) is refused in identifiers only; contents are kept as escaped
    JSON, which takes anything.
    """
    if not isinstance(raw, dict):
        return None
    event_id, sender, kind = raw.get("event_id"), raw.get("sender"), raw.get("type")
    content, timestamp, state_key = raw.get("content"), raw.get("origin_server_ts"), raw.get("state_key")
    try:
        EventId.parse(event_id)
        UserId.parse(sender)
    except MalformedId:
        return None
    if not isinstance(kind, str) or not isinstance(content, dict):
        return None
    if isinstance(state_key, str) and kind not in STATE:
        return None
    if not isinstance(timestamp, int) or not 0 <= timestamp < 1 << 53:
        timestamp = 0
    event: Raw = {
        "event_id": event_id,
        "sender": sender,
        "type": kind,
        "content": content,
        "origin_server_ts": timestamp,
    }
    if isinstance(state_key, str):
        event["state_key"] = state_key
    if kind == "m.room.redaction":
        event["redacts"] = raw.get("redacts") or content.get("redacts")
    unsigned = _object(raw.get("unsigned"))
    kept = {name: unsigned[name] for name in _KEPT_UNSIGNED if name in unsigned}
    if "redacted_because" in unsigned:
        kept["redacted"] = True
    if kept:
        event["unsigned"] = kept
    return event


def transition(event: Raw, user_id: UserId) -> Literal["joined", "left"] | None:
    """Tell whether *event* brought *user_id* into the room or out of it."""
    if event["type"] != "m.room.member" or event.get("state_key") != user_id:
        return None
    membership = event["content"].get("membership")
    if membership == "join":
        before = _object(_object(event.get("unsigned")).get("prev_content")).get("membership")
        return "joined" if before != "join" else None
    return "left" if membership in ("leave", "ban") else None


def inviter(room: RoomSync, user_id: UserId) -> tuple[UserId, bool] | None:
    """Return who invited us, and whether to a direct conversation; None when that cannot be read."""
    for event in room.state:
        content = _object(event.get("content"))
        if event.get("type") != "m.room.member" or event.get("state_key") != user_id:
            continue
        if content.get("membership") != "invite":
            continue
        try:
            return UserId.parse(event.get("sender")), content.get("is_direct") is True
        except MalformedId:
            return None
    return None


def storable_text(raw: object) -> str | None:
    """Return *raw* made storable and at most 255 characters long; None when it is no text."""
    if not isinstance(raw, str):
        return None
    return raw[:_MOST_TEXT].replace("\x00", "").encode("utf-8", "replace").decode("utf-8") or None


def _users(raw: object) -> tuple[UserId, ...]:
    found: list[UserId] = []
    for name in raw if isinstance(raw, list) else ():
        try:
            found.append(UserId.parse(name))
        except MalformedId:
            continue
    return tuple(found)


def _object(raw: object) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _events(raw: object) -> list[Any]:
    return raw if isinstance(raw, list) else []
