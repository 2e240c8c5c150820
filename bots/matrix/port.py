"""The edge as the rest of the assistant sees it: two small protocols. ``fake.py`` is the other side, for tests."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bots.database.engine import Transaction
from bots.envelope.file import Attachment, EncryptedFile
from bots.envelope.port import Writer
from bots.matrix.errors import Refused
from bots.matrix.events import (
    FoundUsers,
    IdentityChange,
    Incoming,
    JsonObject,
    NewRoom,
    Outgoing,
    OutgoingRedaction,
    OutgoingToDevice,
    Powers,
    Room,
    Sent,
    ToDevice,
)
from config.identifiers import EventId, RoomId, UserId


class Handler(Protocol):
    """What the edge calls, inside one transaction for each item; when it raises, nothing of that item is kept."""

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        """React to *incoming*; whatever it writes and enqueues is committed together with "handled".

        Our own messages come here only when they are news: from a store that was lost, or from another device. Of what
        the outbox has sent, :meth:`sent` tells, once; it may come here too after a crash.
        """

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        """Note that a message of ours now has an event id."""

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        """Note that the server will never take the message with *outgoing_txn*; it is not tried again."""

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None:
        """Note that a part of a room's timeline can never be had: the server refuses it."""

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None:
        """Note that :meth:`handle` has failed on *incoming* for good, by no fault of a connection: say so."""

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None:
        """Note that so much of what *person* said in a room waits until they have been answered: others come first."""

    def garbled(self, sender: UserId) -> None:
        """Note that something which a partner has told our device could not be opened: whatever it was is lost."""

    async def idle(self) -> None:
        """Called when nothing of the inbox is being worked on; may open transactions of its own."""


class Edge(Protocol):
    """What a handler may ask of the edge."""

    @property
    def user_id(self) -> UserId:
        """Who we are."""

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        """Store *message*; it is sent after the transaction commits, once, even across crashes.

        The same ``txn`` enqueued twice is one message: the first.
        """

    async def enqueue_to_device(self, message: OutgoingToDevice, transaction: Transaction) -> None:
        """Store *message*; it is sent after the transaction commits to each signed device of its users.

        Across crashes, and for a day as long as a device has no key to be claimed. Not to whoever has left the room by
        then, or has no device. The same ``txn`` enqueued twice is one message: the first.
        """

    def room(self, room_id: RoomId) -> Room | None:
        """The room as we know it now, or None when we are not in it."""

    def rooms(self) -> tuple[Room, ...]:
        """All rooms that we are in."""

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id*'s encryption identity is not the one that we knew, and nobody has confirmed it.

        What is said to them may then be read by somebody else.
        """

    def identity_changes(self) -> tuple[IdentityChange, ...]:
        """Return the users whose identity is not the one that we knew, until it is confirmed or back."""

    @property
    def without_identity(self) -> Mapping[UserId, datetime]:
        """Who has devices and never had an identity, and since when we know that: all their devices are believed.

        Also of people with whom we share no room any more.
        """

    async def confirm_identity(self, user_id: UserId, seen: str | None) -> bool:
        """Know *user_id* by the identity *seen* from now on; False where their server shows another one by now.

        Not inside a transaction.
        """

    async def fetch_event(self, room_id: RoomId, event_id: EventId) -> Incoming | None:
        """Read one event back from the server, decrypted; None when it is gone or not ours to see.

        Raises ``Unreachable`` when the server does not answer.
        """

    async def was_there(self, room_id: RoomId, event_id: EventId, user_id: UserId) -> bool:
        """Tell whether *user_id* was in the room when *event_id* was said, and has not left it since.

        By the state that our homeserver keeps for each event; also false where it shows us no such event. Raises
        ``Unreachable`` when it does not answer.
        """

    async def powers(self, room_id: RoomId) -> Powers | None:
        """What people may do in a room that we are in; None where we are not shown that.

        Raises ``Unreachable`` when the server does not answer.
        """

    async def fetch_relations(self, room_id: RoomId, root: EventId, since: str | None = None) -> "Page":
        """One page of the events that reference *root* (``m.reference``), newest first.

        Raises ``Refused`` (403) where the server did not have the root when we were there, ``Unreachable`` otherwise.
        """

    async def fetch_messages(
        self, room_id: RoomId, senders: Collection[UserId] | None, since: str | None = None
    ) -> "Page":
        """One page of what *senders*, or (None) all, have said in a room, as far as it is ours to see, newest first.

        Redacted events too; neither memberships nor reactions. A page may be empty and not the last. Raises ``Refused``
        and ``Unreachable``.
        """

    async def upload(self, data: bytes | Path, *, content_type: str, encrypted: bool) -> Attachment:
        """Upload *data*, or a file, and return what names it in an event (``attachment.as_content``).

        An encrypted upload tells the server neither its type nor its name. Not inside a transaction: it may take
        minutes. Raises ``Refused`` (``M_TOO_LARGE``), ``LoggedOut`` and ``Unreachable``.
        """

    async def largest_upload(self) -> int | None:
        """Return how many bytes our homeserver takes of one file, of other servers' files too; None: it does not say.

        Not inside a transaction. Raises ``Refused`` and ``Unreachable``.
        """

    async def download(self, file: Attachment, *, most: int) -> bytes:
        """Return the plaintext of *file*, *most* bytes at most, its hash checked. Not inside a transaction.

        Raises ``TooLarge``, ``Corrupt``, ``Refused`` (404 when it is gone), ``LoggedOut`` and ``Unreachable``.
        """

    async def pass_on(
        self, file: EncryptedFile, sink: Writer, *, most: int, also: Callable[[bytes], object] | None = None
    ) -> int:
        """Write the *ciphertext* of *file* to *sink*, unchanged, and return its size in bytes, *most* at most.

        Only once this has returned is it known to be what its sender hashed. *also* is given each piece, too, in a
        thread. Not inside a transaction. Raises as :meth:`download` does, and what *sink* raises.
        """

    async def create_room(self, new: NewRoom) -> RoomId:
        """Make a room, or find the one that was made of the same cause and index, and return it.

        Under an alias derived from both; what is missing in one whose making was cut short is added. The sync tells us
        of it a moment later. Not inside a transaction. Raises ``Refused`` (``M_ROOM_IN_USE`` where the alias is
        somebody else's) and ``Unreachable``; a short rate limit is waited for.
        """

    async def set_state(self, room_id: RoomId, kind: str, state_key: str, content: JsonObject) -> None:
        """Write one state event of a room, never encrypted; the same again changes nothing.

        Not inside a transaction. Raises ``Refused`` and ``Unreachable``; a short rate limit is waited for.
        """

    async def invite(self, room_id: RoomId, user_id: UserId, *, direct: bool = False) -> None:
        """Invite *user_id*, unless they are in *room_id*, are invited, or were and have left.

        *direct*: to a conversation of two; their client lists it with those.
        Not inside a transaction. Raises ``Refused`` (their server is not one that ours talks to, they refuse
        invitations) and ``Unreachable``, also where only their server is; a short rate limit is waited for.
        """

    async def find_people(self, words: str) -> FoundUsers:
        """Return whom our homeserver's user directory shows for *words*, beginnings of words too: 50 at the most.

        Also people of other servers; never ourselves, nobody who is deactivated or locked. Raises ``Refused`` and
        ``Unreachable``.
        """

    async def with_devices(self, users: Collection[UserId]) -> frozenset[UserId]:
        """Return who of *users*, of our homeserver, has ever signed in with an encrypted client, and is still.

        Raises ``Refused`` and ``Unreachable``.
        """


class Page(Protocol):
    """A page of events; ``next`` is None on the last one."""

    @property
    def events(self) -> tuple[Incoming, ...]:
        """The events, newest first."""

    @property
    def next(self) -> str | None:
        """What to give as ``since`` for the next page."""


Raw = dict[str, Any]
"""A decoded JSON object on its way between HTTP and our parsing code; it does not leave ``bots/matrix``."""
