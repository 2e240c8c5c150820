"""The edge without Matrix, for the tests of whoever stands on it; held to the same contract test as the real one."""

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from bots.database.engine import Database, Transaction
from bots.envelope.cipher import Decryptor, Encryptor, Verifier
from bots.envelope.file import Attachment, EncryptedFile
from bots.envelope.port import Writer
from bots.matrix.errors import Refused, TooLarge, Unreachable
from bots.matrix.events import (
    Event,
    FoundUsers,
    IdentityChange,
    Incoming,
    Joined,
    JsonObject,
    Member,
    NewRoom,
    Outgoing,
    OutgoingRedaction,
    OutgoingToDevice,
    Powers,
    Redaction,
    Room,
    Sent,
    ToDevice,
    Unreadable,
)
from bots.matrix.port import Handler
from bots.matrix.reading import ROOM, TXN
from bots.matrix.sending.addressing import addressed, awaited
from config.identifiers import DeviceId, EventId, MxcUri, RoomId, UserId

_WORD = re.compile(r"[^\W_]+")
_SHOWN = 50
_START_MS = 1_795_000_000_000  # 2026-11-18


@dataclass(frozen=True, slots=True)
class FakePage:
    """One page of relations."""

    events: tuple[Incoming, ...]
    next: str | None


class FakeRepository:
    """The content repositories of all servers: what was uploaded, as it is on the wire.

    ``blobs`` may be changed, to see what a hostile server can do; ``largest`` is the limit for one upload, in bytes.
    """

    def __init__(self) -> None:
        self.blobs: dict[MxcUri, bytes] = {}
        self.types: dict[MxcUri, str] = {}
        self.largest: int | None = None

    def add(self, server: str, blob: bytes, content_type: str) -> MxcUri:
        """Keep *blob* and return its address; refused when it is too large."""
        if self.largest is not None and len(blob) > self.largest:
            raise Refused(413, "M_TOO_LARGE", "too large")
        url = MxcUri.parse(f"mxc://{server}/fake{len(self.blobs)}")
        self.blobs[url] = blob
        self.types[url] = content_type
        return url

    def get(self, url: MxcUri) -> bytes:
        """Return what is at *url*; refused when there is nothing."""
        if url not in self.blobs:
            raise Refused(404, "M_NOT_FOUND", "no such media")
        return self.blobs[url]


class FakeEdge:
    """Rooms in memory, a real database for the transactions.

    Edges that were given the same *repository* can download what the other one uploaded.

    ``said`` is everything ever sent, in order, as it was enqueued; ``event_ids`` maps (room, txn) to what it became.
    ``told`` is all that went to devices.
    Set ``unreachable`` to make the fetching methods fail, ``refusing`` to have the next sends refused, ``echoing`` to
    hand our own messages back too, as after a crash between sending and noting it.

    ``made`` maps (cause, index) to the room made of it, ``state`` (room, type, state key) to what stands there,
    ``asked`` is all that was asked of the homeserver about them, in order. ``fault`` is called with what is about to be
    asked, and again with ``… done``: what it raises is what the network does. Nobody of the servers in ``down`` can be
    invited. That we are in a room that we have made is told at the next :meth:`flush`. ``changed`` are the users whose
    encryption identity is not the one that we knew, ``bare`` those who have none. ``accounts`` are whom the user
    directory knows, ``signed_in`` those of them who have a device.
    """

    def __init__(
        self,
        user_id: str = "@beffroi:valbourg.fr",
        *,
        database: Database | None = None,
        page_size: int = 100,
        repository: FakeRepository | None = None,
    ) -> None:
        self._user_id = UserId.parse(user_id)
        self.database = database or Database.open("sqlite://")
        self.said: list[Outgoing | OutgoingRedaction] = []
        self.told: list[OutgoingToDevice] = []
        self.event_ids: dict[tuple[RoomId, str], EventId] = {}
        self.unreachable = False
        self.echoing = False
        self.refusing: Refused | None = None
        self.no_relations: set[EventId] = set()
        self.repository = repository or FakeRepository()
        self.made: dict[tuple[EventId | UserId, int], RoomId] = {}
        self.state: dict[tuple[RoomId, str, str], JsonObject] = {}
        self.asked: list[tuple[str, ...]] = []
        self.fault: Callable[[str], None] = lambda _: None
        self.down: set[str] = set()
        self.powers_in: dict[RoomId, Powers] = {}
        self.changed: dict[UserId, IdentityChange] = {}
        self.bare: dict[UserId, datetime] = {}
        self.accounts: set[UserId] = set()
        self.signed_in: frozenset[UserId] = frozenset()
        self._arrivals: list[Joined] = []
        self._page_size = page_size
        self._handler: Handler | None = None
        self._rooms: dict[RoomId, Room] = {}
        self._timeline: dict[RoomId, list[Incoming]] = {}
        self._arrived: dict[tuple[RoomId, UserId], int] = {}
        self._waiting: list[Outgoing | OutgoingRedaction] = []
        self._telling: list[OutgoingToDevice] = []
        self._heard: set[tuple[UserId, str]] = set()
        self._handling: EventId | None = None
        self._numbers = itertools.count(1)
        self.clock: Callable[[], int] | None = None
        self._latest = 0

    def attach(self, handler: Handler) -> Self:
        """Let *handler* have what is delivered from now on."""
        self._handler = handler
        return self

    @property
    def user_id(self) -> UserId:
        """Who we are."""
        return self._user_id

    def now(self) -> int:
        """A timestamp later than all before (ms): that of the :attr:`clock`, where a test's hours matter."""
        self._latest = max(self._latest, self.clock() - 1) + 1 if self.clock else _START_MS + next(self._numbers) * 1000
        return self._latest

    def new_event_id(self) -> EventId:
        """An event id that was never used."""
        return EventId.parse(f"$fake{next(self._numbers)}")

    def add_room(
        self,
        room_id: str = "!room",
        members: Iterable[str] = (),
        *,
        encrypted: bool = True,
        name: str | None = None,
        direct: bool = False,
    ) -> Room:
        """Make a room in which we and *members* are joined; nothing is delivered (see :meth:`join`)."""
        users = [self._user_id, *(UserId.parse(each) for each in members)]
        joined = {each: Member(each, "join", each.localpart) for each in users}
        room = Room(RoomId.parse(room_id), encrypted, joined, name, direct=direct)
        self.set_room(room)
        return room

    def set_room(self, room: Room) -> None:
        """Replace what is known of a room: whoever is in it and was not comes after all that was said."""
        before = self._rooms.get(room.room_id)
        said = len(self._timeline.setdefault(room.room_id, []))
        for user_id in room.joined - (before.joined if before else frozenset()):
            self._arrived[room.room_id, user_id] = said
        self._rooms[room.room_id] = room

    def leave_room(self, room_id: RoomId) -> None:
        """Be out of a room; messages for it wait from now on."""
        self._rooms.pop(room_id, None)

    async def join(self, room: Room, inviter: str | None = None) -> Joined:
        """Deliver that we have joined *room*."""
        self.set_room(room)
        by = UserId.parse(inviter) if inviter else None
        joined = Joined(room.room_id, self.new_event_id(), self.now(), by)
        await self.deliver(joined)
        return joined

    async def say(
        self,
        room_id: str,
        sender: str,
        body: str,
        *,
        content: JsonObject | None = None,
        device: str | None = "DEVICE",
        kind: str = "m.room.message",
    ) -> Event:
        """Deliver an ordinary message of *sender*; *content* is added to it."""
        room = self._rooms[RoomId.parse(room_id)]
        whole = {"msgtype": "m.text", "body": body, **(content or {})}
        # Clients send reactions in the clear, in encrypted rooms too.
        sealed = room.encrypted and kind != "m.reaction"
        event = Event(
            room.room_id,
            self.new_event_id(),
            UserId.parse(sender),
            kind,
            whole,
            self.now(),
            relates_to=whole.get("m.relates_to", {}),
            device=DeviceId.parse(device) if device and sealed else None,
            encrypted=sealed,
            signed=sealed and UserId.parse(sender) not in self.bare,
            identity_changed=UserId.parse(sender) in self.changed,
            position=len(self._timeline.get(room.room_id, ())) + 1,
        )
        await self.deliver(event)
        return event

    async def hear(self, sender: str, message: OutgoingToDevice, *, signed: bool = True) -> None:
        """Deliver what a device of *sender*, which their identity has *signed*, tells ours; a repeat is dropped."""
        user = UserId.parse(sender)
        if (user, message.txn) in self._heard:
            return
        key, room = f"~{user} {message.txn}", self._rooms.get(message.room_id)
        present = room is not None and user in room.joined
        if not present or not signed:
            reason: Literal["absent", "untrusted_device"] = "untrusted_device" if present else "absent"
            await self.deliver(Unreadable(message.room_id, EventId(key), user, self.now(), reason))
            return
        content = {**message.content, ROOM: message.room_id, TXN: message.txn}
        device = DeviceId.parse("FAKE")
        await self.deliver(ToDevice(message.room_id, key, user, message.type, content, device))
        self._heard.add((user, message.txn))

    async def deliver(self, incoming: Incoming | ToDevice) -> None:
        """Hand *incoming* to the handler in a transaction, then send what it enqueued and hand back the echoes.

        What the handler raises comes out here, after the rollback.
        """
        await self._hand_over(incoming)
        await self.flush()

    async def flush(self) -> None:
        """Send what is enqueued, and whatever is enqueued meanwhile; call it after transactions of your own."""
        while self._arrivals:
            await self._hand_over(self._arrivals.pop(0))
        parked: list[Outgoing | OutgoingRedaction] = []
        while self._waiting:
            message = self._waiting.pop(0)
            if message.room_id not in self._rooms:
                parked.append(message)
                continue
            await self._send(message)
        self._waiting = parked
        telling, self._telling = self._telling, []
        # Nobody who has left is told.
        for told in telling:
            present = tuple(each for each in told.to if self._is_in(told.room_id, each))
            if present:
                self.told.append(replace(told, to=present))

    async def idle(self) -> None:
        """Tell the handler that nothing waits, then send what it enqueued."""
        assert self._handler is not None
        await self._handler.idle()
        await self.flush()

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        """Store *message*; the same txn again is dropped."""
        del transaction
        known = {(each.room_id, each.txn) for each in (*self._waiting, *self.said)}
        if (message.room_id, message.txn) not in known:
            self._waiting.append(message)

    async def enqueue_to_device(self, message: OutgoingToDevice, transaction: Transaction) -> None:
        """Store *message*; the same txn again is dropped."""
        del transaction
        known = {(each.room_id, each.txn) for each in (*self._telling, *self.told)}
        if (message.room_id, message.txn) not in known:
            self._telling.append(message)

    def _is_in(self, room_id: RoomId, user_id: UserId) -> bool:
        room = self._rooms.get(room_id)
        return room is not None and user_id in room.joined

    def room(self, room_id: RoomId) -> Room | None:
        """The room, or None when we are not in it."""
        return self._rooms.get(room_id)

    def rooms(self) -> tuple[Room, ...]:
        """All rooms that we are in."""
        return tuple(self._rooms.values())

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id* is in ``changed``."""
        return user_id in self.changed

    def identity_changes(self) -> tuple[IdentityChange, ...]:
        """Return what is in ``changed``."""
        return tuple(self.changed.values())

    @property
    def without_identity(self) -> Mapping[UserId, datetime]:
        """Who is in ``bare``."""
        return self.bare

    async def confirm_identity(self, user_id: UserId, seen: str | None) -> bool:
        """Take *user_id* out of ``changed``, if it is *seen* that stands there."""
        if user_id in self.changed and self.changed[user_id].seen != seen:
            return False
        return self.changed.pop(user_id, None) is not None

    async def fetch_event(self, room_id: RoomId, event_id: EventId) -> Incoming | None:
        """Read one event back."""
        self._reach()
        return next((each for each in self._timeline.get(room_id, ()) if each.event_id == event_id), None)

    async def was_there(self, room_id: RoomId, event_id: EventId, user_id: UserId) -> bool:
        """Tell whether somebody who is in the room was in it when something was said."""
        self._reach()
        room, timeline = self._rooms.get(room_id), self._timeline.get(room_id, ())
        places = [place for place, each in enumerate(timeline) if each.event_id == event_id]
        if event_id == self._handling:
            # The server has it, although it is remembered here once it is handled.
            places.append(len(timeline))
        there = room is not None and user_id in room.joined
        return there and bool(places) and places[0] >= self._arrived[room_id, user_id]

    async def powers(self, room_id: RoomId) -> Powers | None:
        """What people may do in a room: everything, unless ``powers_in`` says otherwise."""
        self._reach()
        return self.powers_in.get(room_id, Powers()) if room_id in self._rooms else None

    async def fetch_relations(self, room_id: RoomId, root: EventId, since: str | None = None) -> FakePage:
        """One page of what references *root*, newest first; refused (403) for a root in ``no_relations``."""
        self._reach()
        if root in self.no_relations:
            raise Refused(403, "M_FORBIDDEN", "not visible")
        return self._page([each for each in self._timeline.get(room_id, ()) if _references(each, root)], since)

    async def fetch_messages(
        self, room_id: RoomId, senders: Collection[UserId] | None, since: str | None = None
    ) -> FakePage:
        """One page of what *senders*, or (None) all, have said, newest first."""
        self._reach()
        shown = (event for event in self._timeline.get(room_id, ()) if isinstance(event, Event))
        said = [
            each
            for each in shown
            if (senders is None or each.sender in senders) and each.type not in ("m.room.member", "m.reaction")
        ]
        return self._page(said, since)

    def _page(self, oldest_first: list[Incoming] | list[Event], since: str | None) -> FakePage:
        found = oldest_first[::-1]
        start = int(since or 0)
        more = start + self._page_size < len(found)
        return FakePage(tuple(found[start : start + self._page_size]), str(start + self._page_size) if more else None)

    async def upload(self, data: bytes | Path, *, content_type: str, encrypted: bool) -> Attachment:
        """Keep *data* in the repository, truly encrypted if it shall be."""
        self._reach()
        data = data.read_bytes() if isinstance(data, Path) else data  # noqa: ASYNC240 - for tests
        if not encrypted:
            return self.repository.add(self._user_id.server, data, content_type)
        encryptor = Encryptor()
        ciphertext = encryptor.update(data)
        return encryptor.finish(self.repository.add(self._user_id.server, ciphertext, "application/octet-stream"))

    async def largest_upload(self) -> int | None:
        """Return the repository's limit."""
        self._reach()
        return self.repository.largest

    async def download(self, file: Attachment, *, most: int) -> bytes:
        """Return the plaintext of what is in the repository, checked as the real edge does."""
        self._reach()
        blob = self.repository.get(file.url if isinstance(file, EncryptedFile) else file)
        if len(blob) > most:
            raise TooLarge(most, len(blob))
        if not isinstance(file, EncryptedFile):
            return blob
        decryptor = Decryptor(file)
        plaintext = decryptor.update(blob)
        decryptor.finish()
        return plaintext

    async def pass_on(
        self, file: EncryptedFile, sink: Writer, *, most: int, also: Callable[[bytes], object] | None = None
    ) -> int:
        """Write what is in the repository, checked as the real edge does."""
        self._reach()
        blob = self.repository.get(file.url)
        if len(blob) > most:
            raise TooLarge(most, len(blob))
        sink.write(blob)
        if also is not None:
            also(blob)
        verifier = Verifier(file.sha256)
        verifier.update(blob)
        verifier.finish()
        return len(blob)

    async def create_room(self, new: NewRoom) -> RoomId:
        """Make a room, or find it."""
        self._ask("create_room", str(new.index))
        room_id = self.made.get((new.cause, new.index))
        if room_id is None:
            room_id = self.made[new.cause, new.index] = RoomId.parse(f"!made{next(self._numbers)}")
            room = self.add_room(room_id)
            self.set_room(replace(room, encrypted=False, kind=new.kind, creator=self._user_id))
            for state in new.state:
                self._note(room_id, state.type, state.state_key, state.content)
            self._arrivals.append(Joined(room_id, self.new_event_id(), self.now()))
        self.fault("create_room done")
        return room_id

    async def set_state(self, room_id: RoomId, kind: str, state_key: str, content: JsonObject) -> None:
        """Write one state event."""
        self._ask("set_state", room_id, kind, state_key)
        self._note(room_id, kind, state_key, content)
        self.fault("set_state done")

    async def invite(self, room_id: RoomId, user_id: UserId, *, direct: bool = False) -> None:
        """Invite somebody, once."""
        self._ask("invite", room_id, user_id, *(("direct",) if direct else ()))
        room = self._rooms[room_id]
        if user_id not in room.members:
            if user_id.server in self.down:
                raise Unreachable("their server is down")
            self.set_room(replace(room, members={**room.members, user_id: Member(user_id, "invite")}))
        self.fault("invite done")

    def enter(self, room_id: RoomId, user_id: str) -> None:
        """Let somebody who was invited join."""
        room, user = self._rooms[room_id], UserId.parse(user_id)
        self.set_room(replace(room, members={**room.members, user: Member(user, "join", user.localpart)}))

    async def find_people(self, words: str) -> FoundUsers:
        """Return whom of ``accounts`` *words* find, by the beginnings of the words in their user ids."""
        self._ask("find_people", words)
        wanted = [found for found in map(_WORD.findall, words.lower().split()) if found]
        people = ((user, _WORD.findall(user)) for user in sorted(self.accounts - {self._user_id}))
        shown = [(_fitness(known, wanted), user) for user, known in people]
        fitting = [user for fitness, user in sorted(shown, key=lambda pair: -pair[0]) if fitness]
        return FoundUsers(dict.fromkeys(fitting[:_SHOWN]), len(fitting) > _SHOWN)

    async def with_devices(self, users: Collection[UserId]) -> frozenset[UserId]:
        """Return who of *users* is in ``signed_in``."""
        self._ask("with_devices")
        return self.signed_in.intersection(users)

    def _note(self, room_id: RoomId, kind: str, state_key: str, content: JsonObject) -> None:
        self.state[room_id, kind, state_key] = content
        room = self._rooms[room_id]
        if kind == "m.room.name":
            self.set_room(replace(room, name=str(content.get("name"))))
        if kind == "m.room.encryption":
            self.set_room(replace(room, encrypted=True))

    def _ask(self, what: str, *about: str) -> None:
        self._reach()
        self.fault(what)
        self.asked.append((what, *about))

    def timeline(self, room_id: str) -> tuple[Incoming, ...]:
        """Everything that was said in a room, oldest first, redacted where it was redacted."""
        return tuple(self._timeline.get(RoomId.parse(room_id), ()))

    def _reach(self) -> None:
        if self.unreachable:
            raise Unreachable("the fake homeserver is down")

    async def _hand_over(self, incoming: Incoming | ToDevice) -> None:
        assert self._handler is not None
        waiting, telling = list(self._waiting), list(self._telling)
        self._handling = None if isinstance(incoming, ToDevice) else incoming.event_id
        try:
            async with self.database.begin() as transaction:
                await self._handler.handle(incoming, transaction)
        except BaseException:
            self._waiting, self._telling = waiting, telling
            raise
        self._remember(incoming)

    def _remember(self, incoming: Incoming | ToDevice) -> None:
        if isinstance(incoming, ToDevice) or incoming.event_id.startswith("~"):
            # It was in no timeline.
            return
        timeline = self._timeline.setdefault(incoming.room_id, [])
        if any(each.event_id == incoming.event_id for each in timeline):
            return
        timeline.append(incoming)
        if isinstance(incoming, Redaction):
            timeline[:] = [_redacted(each) if each.event_id == incoming.target else each for each in timeline]

    async def _send(self, message: Outgoing | OutgoingRedaction) -> None:
        assert self._handler is not None
        if self.refusing is not None:
            async with self.database.begin() as transaction:
                await self._handler.refused(message.txn, message.room_id, self.refusing, transaction)
            return
        if isinstance(message, Outgoing) and (txn := awaited(message.content)) is not None:
            known = self.event_ids.get((message.room_id, txn))
            message = replace(message, content=addressed(dict(message.content), known))
        self.said.append(message)
        event_id = self.event_ids[message.room_id, message.txn] = self.new_event_id()
        kind, content = (
            ("m.room.redaction", {}) if isinstance(message, OutgoingRedaction) else (message.type, message.content)
        )
        async with self.database.begin() as transaction:
            await self._handler.sent(Sent(message.room_id, message.txn, event_id, kind, content), transaction)
        echo = self._echo(message, event_id)
        if isinstance(echo, Redaction) or self.echoing:
            await self._hand_over(echo)
        else:
            self._remember(echo)

    def _echo(self, message: Outgoing | OutgoingRedaction, event_id: EventId) -> Event | Redaction:
        if isinstance(message, OutgoingRedaction):
            return Redaction(message.room_id, event_id, self._user_id, message.target, self.now())
        encrypted = self._rooms[message.room_id].encrypted and message.type != "m.reaction"
        return Event(
            message.room_id,
            event_id,
            self._user_id,
            message.type,
            {**message.content, "fr.beffroi.txn": message.txn},
            self.now(),
            relates_to=message.content.get("m.relates_to", {}),
            device=DeviceId.parse("FAKE") if encrypted else None,
            encrypted=encrypted,
        )


def _fitness(known: Sequence[str], wanted: Iterable[Sequence[str]]) -> int:
    """Return in how many places the *wanted* words stand side by side, the last as a beginning; 0 where not all do."""
    found = [_places(known, term) for term in wanted]
    return sum(found) if all(found) else 0


def _places(known: Sequence[str], term: Sequence[str]) -> int:
    *whole, last = term
    places = range(len(known) - len(whole))
    return sum([*known[at : at + len(whole)]] == whole and known[at + len(whole)].startswith(last) for at in places)


def _references(incoming: Incoming, root: EventId) -> bool:
    if not isinstance(incoming, Event) or incoming.redacted:
        return False
    relation = incoming.relates_to
    return relation.get("rel_type") == "m.reference" and relation.get("event_id") == root


def _redacted(incoming: Incoming) -> Incoming:
    return replace(incoming, content={}, relates_to={}, redacted=True) if isinstance(incoming, Event) else incoming
