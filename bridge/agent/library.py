"""The library of a room as a person's device reads it back: every message that it can open, folded as assistants do.

A file's message is its entry (decision 025), and what was done to it stands in the operations that the assistants said
in the same room: who can read the one can read the others, so no snapshot is needed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bots.assistant.dispatch.admission import flaw_of
from bots.envelope.file import Attachment, parse_attachment
from bots.files.library.entry import Entry, entry_of, is_filed
from bots.files.library.library import Library
from bots.files.library.shelf import Shelf
from bots.matrix.events import Event, Incoming, Unreadable
from bots.matrix.person.device import PersonDevice
from bots.register.format.canonical import check as check_canonical
from bots.register.format.errors import Rejected
from bots.register.format.operation import Operation, parse
from bots.register.format.signature import digest_of
from bots.register.format.wire import OPS
from bots.register.replica.state import State
from config.errors import MalformedId
from config.identifiers import RoomId, UserId
from config.sentence import sentence
from config.settings import ASSISTANT

_AHEAD_MS: Final = 60_000
"""How far an operation's clock may be ahead of its message (FORMAT.md §4)."""

Seen = Callable[[int], None]
"""Is told how many messages were read so far."""


@dataclass(slots=True)
class LibraryReading:
    """What was read of a room so far."""

    room_id: RoomId
    now_ms: int
    entries: list[Entry] = field(default_factory=list)
    sources: dict[str, Attachment] = field(default_factory=dict)
    """Where each file's bytes are, and their key, by the file's id."""
    vouched: set[str] = field(default_factory=set)
    """The files whose message came from a device that its sender has signed: of others a server could have made it."""
    unreadable: int = 0
    messages: int = 0
    operations: dict[tuple[str, str, int], Operation] = field(default_factory=dict)

    def take(self, event: Incoming) -> None:
        """Take in the next older event."""
        self.messages += 1
        if isinstance(event, Unreadable):
            self.unreadable += 1
        elif isinstance(event, Event) and event.type == "m.room.message" and not event.redacted:
            self._take(event)

    def library(self) -> Library:
        """Return the files of all that was read."""
        return Library(Shelf(self.room_id, self.entries, self._state()))

    def _take(self, event: Event) -> None:
        if flaw_of(event) is not None:
            return
        said_by_assistant = is_assistant(event.sender)
        if said_by_assistant and OPS in event.content:
            self._operate(event)
        if said_by_assistant and not is_filed(event.content):
            return
        # Newest first: the further back, the lower.
        entry = entry_of(replace(event, position=-self.messages), self.now_ms, filed=said_by_assistant)
        if entry is None:
            return
        self.entries.append(entry)
        self.sources[entry.id] = parse_attachment(event.content)
        if event.signed and not event.identity_changed:
            self.vouched.add(entry.id)

    def _operate(self, event: Event) -> None:
        if event.relates_to.get("rel_type") == "m.replace":
            return
        try:
            operation = operation_of(event)
        except (Rejected, MalformedId):
            return
        held = self.operations.setdefault(operation.identity, operation)
        if operation.digest < held.digest:
            self.operations[operation.identity] = operation

    def _state(self) -> State:
        """Fold what was said; the order of operations does not matter, what was erased does."""
        erased = {
            (operation.sender, stone.src, stone.seq)
            for operation in self.operations.values()
            for stone in operation.void
        }
        state = State()
        for identity, operation in self.operations.items():
            if identity not in erased:
                state.apply(operation)
        return state


def operation_of(event: Event) -> Operation:
    """Return the operation in a message of an assistant's; raise ``Rejected``, ``MalformedId``.

    Its signature is not verified: the member list with the register's keys is not at a person's. Whose word it is
    follows from the device that has encrypted the message.
    """
    raw = event.content[OPS]
    if not isinstance(raw, dict):
        raise MalformedId(sentence("operation"), raw)
    check_canonical(raw)
    digest = digest_of(raw, event.room_id, event.sender)
    operation = parse(raw, event.room_id, event.sender, digest)
    if operation.by.server != event.sender.server or operation.clock > event.timestamp + _AHEAD_MS:
        raise MalformedId(sentence("operation"), operation.identity)
    return operation


def is_assistant(user_id: UserId) -> bool:
    """Tell whether *user_id* is a collectivity's assistant, by its name."""
    return user_id.localpart == ASSISTANT


async def read(device: PersonDevice, room_id: RoomId, seen: Seen) -> LibraryReading:
    """Read a room that *device* has entered, whole."""
    reading = LibraryReading(room_id, time.time_ns() // 1_000_000)
    async for page in device.history(room_id):
        for event in page.events:
            reading.take(event)
        seen(reading.messages)
    return reading
