"""What the edge hands to the rest of the assistant, and what it takes from it. Pure data; knows nothing of nio."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from config.identifiers import DeviceId, EventId, RoomId, ServerName, UserId

JsonObject = Mapping[str, Any]
"""A JSON object as it came: only a package's parsing code may look inside."""

Membership = Literal["join", "invite", "leave", "ban", "knock"]


@dataclass(frozen=True, slots=True)
class Event:
    """One timeline event, decrypted and authenticated as far as it could be."""

    room_id: RoomId
    event_id: EventId
    sender: UserId
    type: str
    """Of the plaintext, as :attr:`content` is."""
    content: JsonObject
    """Empty where it is :attr:`redacted`."""
    timestamp: int
    """``origin_server_ts`` (ms, the sender's server's word)."""
    relates_to: JsonObject = field(default_factory=dict)
    """``m.relates_to`` as it stands in the clear: under encryption the one inside the ciphertext is ignored (spec v1.18
    §11.12.1.3.2)."""
    state_key: str | None = None
    """None for a message event."""
    device: DeviceId | None = None
    """None for a plaintext event; where it is set, the device is bound to :attr:`sender`."""
    encrypted: bool = False
    redacted: bool = False
    late: bool = False
    """The keys came after the event."""
    identity_changed: bool = False
    """The sender's identity is not the one that we knew, nobody has confirmed it, and this does not come from a device
    that the known one had signed: it may be somebody else's word."""
    relation_differs: bool = False
    """The ciphertext holds another relation than the clear: a server has changed what this is about."""
    signed: bool = False
    """The device is signed by its owner, who has an identity; not so is the one of somebody who has none."""
    position: int = 0
    """Its place among all that our server has told us, ascending in each room; 0 where it was read back."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """*sender* redacted *target* in *room_id* by the event *event_id*."""

    room_id: RoomId
    event_id: EventId
    sender: UserId
    target: EventId
    timestamp: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that could not be decrypted, or whose device we do not believe.

    ``reason``: ``no_session`` (the room key never came; it may yet), ``withheld`` (its sender refused us the key),
    ``untrusted_device`` (the device is not signed by its owner, or is not the one that the keys belong to),
    ``plaintext`` (sent in the clear in an encrypted room), ``replayed``, ``malformed``, ``absent`` (a to-device
    message about a room in which its sender is not, or we are not). A to-device message has its key for an event id.
    ``unbelieved`` is what a message of an untrusted device says: nobody's word, and good only to tell its sender that
    it is not acted on.
    """

    room_id: RoomId
    event_id: EventId
    sender: UserId
    timestamp: int
    reason: Literal["no_session", "withheld", "untrusted_device", "plaintext", "replayed", "malformed", "absent"]
    relates_to: JsonObject = field(default_factory=dict)
    unbelieved: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Joined:
    """We have joined *room_id*; everything before *event_id* was said without us and is never answered."""

    room_id: RoomId
    event_id: EventId
    timestamp: int
    inviter: UserId | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """We are no longer in *room_id* (left, kicked or banned by *sender*)."""

    room_id: RoomId
    event_id: EventId
    sender: UserId


@dataclass(frozen=True, slots=True)
class ToDevice:
    """What a device of *sender* told ours about *room_id*, over Olm and outside of any timeline.

    *sender* is in the room, and the identity that we know of them has signed *device*. ``key`` is the same when it is
    told again, and no other sender's.
    """

    room_id: RoomId
    key: str
    sender: UserId
    type: str
    content: JsonObject
    device: DeviceId


Incoming = Event | Redaction | Unreadable | Joined | Left
"""What is said and done in rooms."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event to send, stored before it is sent.

    ``txn`` is derived from what caused it, never random: the same cause handled twice is the same message. It also
    stands in the content, as ``fr.beffroi.txn``, so that a message can be found again in the room.
    ``content`` carries its ``m.relates_to`` in the usual place; the edge copies it into the clear under encryption. An
    edit may name, in place of an event id, the ``txn`` of a message that was enqueued before it, and need not be
    acknowledged yet. Where that was refused, what the edit says is a message of its own.
    """

    room_id: RoomId
    txn: str
    type: str
    content: JsonObject


@dataclass(frozen=True, slots=True)
class OutgoingRedaction:
    """A redaction to send, with the same promise as :class:`Outgoing`."""

    room_id: RoomId
    txn: str
    target: EventId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OutgoingToDevice:
    """A message about *room_id* for the devices of the users *to*, over Olm and outside of any timeline.

    It is stored before it is sent, and sent once as far as Synapse can tell (half an hour, and not across a restart of
    it): receivers know a repeat by ``txn``, which is derived from its cause and stands in the content. 64 KiB is the
    most that a server takes, Olm's third more included.
    """

    room_id: RoomId
    txn: str
    type: str
    content: JsonObject
    to: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has acknowledged the message with transaction *txn* as *event_id*.

    ``type`` and ``content`` are those that were enqueued; a redaction's content is empty.
    """

    room_id: RoomId
    txn: str
    event_id: EventId
    type: str
    content: JsonObject


@dataclass(frozen=True, slots=True)
class Member:
    """One user's membership of a room, as our homeserver sees it."""

    user_id: UserId
    membership: Membership
    display_name: str | None = None


@dataclass(frozen=True, slots=True)
class Powers:
    """What people may do in a room (``m.room.power_levels``); *creators* have all power (since room version 12)."""

    invite: int = 0
    default: int = 0
    users: Mapping[UserId, int] = field(default_factory=dict)
    creators: frozenset[UserId] = frozenset()

    def may_invite(self, user_id: UserId) -> bool:
        """Tell whether *user_id* has the power to, if they are in the room."""
        return user_id in self.creators or self.users.get(user_id, self.default) >= self.invite


@dataclass(frozen=True, slots=True)
class Room:
    """What the edge knows of a room we are in; *kind* is its type, None for an ordinary room, *creator* who made it.

    *successor* is the room in favour of which *moved_by* closed it (``m.room.tombstone``). *predecessor* is the one
    that its creator says it follows: a claim, which nobody has to believe before that room's own tombstone says so too.
    *retention_ms*: how long the room itself lets messages stay (MSC1763), None when it does not say.
    """

    room_id: RoomId
    encrypted: bool
    members: Mapping[UserId, Member]
    name: str | None = None
    direct: bool = False
    kind: str | None = None
    creator: UserId | None = None
    predecessor: RoomId | None = None
    successor: RoomId | None = None
    moved_by: UserId | None = None
    retention_ms: int | None = None

    @property
    def space(self) -> bool:
        """Whether it only groups other rooms (spec v1.18 §11.34): nobody talks there."""
        return self.kind == "m.space"

    def is_shared(self, server: ServerName) -> bool:
        """Tell whether anybody of another server than *server* is in the room, or invited."""
        home = f":{server}"
        present = (user_id for user_id, member in self.members.items() if member.membership in ("join", "invite"))
        return any(not user_id.endswith(home) for user_id in present)

    @property
    def joined(self) -> frozenset[UserId]:
        """The users who are in the room now."""
        return frozenset(each for each, member in self.members.items() if member.membership == "join")


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """A user's identity is no longer the one that we knew; ``seen`` is None when their server shows none any more.

    ``pinned`` and ``seen`` are master keys.
    """

    user_id: UserId
    pinned: str
    seen: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FoundUsers:
    """Whom a search in the user directory shows, with their display names, whom it fits best first.

    *more*: there are others, that it does not show.
    """

    people: Mapping[UserId, str | None]
    more: bool


@dataclass(frozen=True, slots=True)
class StateEvent:
    """One state event of a room that is to be made."""

    type: str
    state_key: str
    content: JsonObject


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room to make: the *index*-th of those that *cause* leads to, an event or (a conversation) a person.

    ``state`` is all that it begins with (name, power levels, encryption …); we are its creator, and have all power
    without standing in the power levels (room version 12). ``kind`` is ``m.space`` for a space.
    """

    cause: EventId | UserId
    index: int
    state: tuple[StateEvent, ...]
    kind: str | None = None
