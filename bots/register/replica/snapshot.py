"""Snapshots: the operations of a room that still matter, as their authors signed them (FORMAT.md §10).

Writing and reading are pure and go in pieces, so that a shell can spread them over transactions and threads.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from bots.register.format.acceptance import Keys, accept
from bots.register.format.canonical import encode
from bots.register.format.ed25519 import Question
from bots.register.format.errors import BadSnapshot, Flaw, Rejected
from bots.register.format.operation import Identity, Operation, Tombstone, parse_tombstone
from bots.register.format.wire import is_integer, read_frontier, read_hash
from bots.register.replica.fold import StateHash
from bots.register.replica.ordinary import Claimed, Ordinary, claimed_in
from bots.register.replica.selection import Record, Selection
from bots.register.replica.state import State
from config.errors import MalformedId
from config.identifiers import RoomId, UserId

VERSION = 1
_BATCH = 500
"""Lines that are judged together: some milliseconds."""
_BATCH_BYTES = 512 * 1024
"""What they hold at most (and one line more): ordinary ones, half as much. Several batches are in memory at a time."""

_NO_VOIDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Header:
    """A snapshot's first line. *schema*: the version of each kind that its writer knows; nothing here depends on it."""

    room_id: RoomId
    clock: int
    frontier: Mapping[str, Mapping[str, int]]
    state_hash: str
    lines: int
    """How many follow."""
    schema: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carried:
    """A signed operation in a snapshot. *early*: its writer had not folded it yet, so the hash does not cover it."""

    operation: Operation
    early: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A tombstone that no void in the snapshot confirms: the word of whoever wrote the snapshot, of nobody else."""

    sender: UserId
    stone: Tombstone
    early: bool = False


Entry = Ordinary | Carried | Doubtful


@dataclass(frozen=True, slots=True)
class Loaded:
    """A snapshot that was checked: all of it holds together, and *state* has the hash that the header says.

    *state* is the fold of everything that was not early by the writer's clock. A reader whose own clock makes some of
    it early (``header.clock`` tells) folds anew from *records* and *doubtful*.
    """

    header: Header
    records: tuple[Record, ...]
    doubtful: tuple[Doubtful, ...]
    early: frozenset[Identity]
    state: State
    hash: StateHash
    """That of *state*, which need not be reckoned from nothing again."""


class Writing:
    """A snapshot in the making: :meth:`take` all records in the order of (sender, src, seq), then :meth:`lines`."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._lines: list[bytes] = []

    def take(self, records: Iterable[Record]) -> None:
        """Take the next records of the room."""
        self._lines += [self._line(each) for each in self._selection.choose(records)]

    def lines(self, room_id: RoomId, clock: int, state_hash: str, schema: Mapping[str, int]) -> Iterator[bytes]:
        """Yield the snapshot's lines; raise ``StaleSelection`` when records and state are not of the same moment."""
        self._lines += [self._line(each) for each in self._selection.rest()]
        header = Header(room_id, clock, self._selection.proven, state_hash, len(self._lines), schema)
        return chain([encode(_header_as_json(header)) + b"\n"], self._lines)

    def _line(self, record: Record) -> bytes:
        # Put together from what is canonical already: a third of the time of encoding it anew.
        sender = encode_text(record.sender)
        early = b'"early":true,' if self._selection.is_early(record) else b""
        if record.envelope is None:
            return b'{%s"sender":%s,"tombstone":%s}\n' % (early, sender, str(record.tombstone).encode())
        envelope, room = record.envelope.encode(), encode_text(record.room_id)
        return b'{%s"ops":%s,"room":%s,"sender":%s}\n' % (early, envelope, room, sender)


def read_header(line: bytes, rooms: Collection[RoomId]) -> Header:
    """Return the header in a snapshot's first *line*; *rooms* are this room and those that it was upgraded from."""
    raw = _object(line)
    if raw.get("v") != VERSION:
        raise BadSnapshot(Flaw.UNSUPPORTED, "a version that we do not know")
    clock, lines, schema = (raw.get(each) for each in ("clock", "lines", "schema"))
    if not is_integer(clock) or not is_integer(lines) or not isinstance(schema, dict):
        raise BadSnapshot(Flaw.MALFORMED, "not a header")
    room_id = raw.get("room")
    if not isinstance(room_id, str) or room_id not in rooms:
        raise BadSnapshot(Flaw.OTHER_ROOM, "of another room")
    try:
        frontier, expected = read_frontier(raw.get("frontier")), read_hash(raw.get("hash"))
    except Rejected as exc:
        raise BadSnapshot(Flaw.MALFORMED, str(exc)) from exc
    known = {kind: version for kind, version in schema.items() if is_integer(version)}
    return Header(RoomId(room_id), int(clock or 0), frontier, expected, int(lines or 0), known)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines, all but for the signatures of those that are ordinary: whoever can verifies these elsewhere."""

    _lines: Sequence[bytes]
    _claimed: Sequence[Claimed | None]
    _rooms: Collection[RoomId]
    _keys: Keys

    @property
    def questions(self) -> list[Question]:
        """The signatures that are to be verified."""
        return [each.claim.question for each in self._claimed if each is not None]

    def judged(self, verdicts: Iterable[int]) -> list[Entry]:
        """Return what each line carries, or raise :class:`BadSnapshot`.

        *verdicts* are 1 for those of the questions that hold. Lines are judged independently.
        """
        return list(self._judged(iter(verdicts)))

    def _judged(self, verdicts: Iterator[int]) -> Iterator[Entry]:
        for line, claimed in zip(self._lines, self._claimed, strict=True):
            if claimed is not None and next(verdicts) == 1:
                yield claimed.proven()
            else:
                yield judge_any(line, self._rooms, self._keys)


def batched(lines: Iterator[bytes], rooms: Collection[RoomId], keys: Keys) -> Iterator[Batch]:
    """Yield *lines* some at a time."""
    while some := _some(lines):
        yield Batch(some, [claimed_in(each, rooms, keys) for each in some], rooms, keys)


def _some(lines: Iterator[bytes]) -> list[bytes]:
    taken, size = list[bytes](), 0
    for line in lines:
        taken.append(line)
        size += len(line)
        if len(taken) == _BATCH or size >= _BATCH_BYTES:
            break
    return taken


def judge_any(line: bytes, rooms: Collection[RoomId], keys: Keys) -> Carried | Doubtful:
    """Return what one *line* carries, whatever it is, or raise :class:`BadSnapshot`: the long way."""
    raw = _object(line)
    try:
        sender = UserId.parse(raw.get("sender"))
        if "tombstone" in raw:
            return _doubtful(raw, sender, keys)
        room_id = raw.get("room")
        if not isinstance(room_id, str) or room_id not in rooms:
            raise BadSnapshot(Flaw.OTHER_ROOM, "an operation of another room")
        return Carried(accept(raw.get("ops"), RoomId(room_id), sender, keys), raw.get("early") is True)
    except MalformedId as exc:
        raise BadSnapshot(Flaw.MALFORMED, str(exc)) from exc
    except Rejected as exc:
        raise BadSnapshot(Flaw.BAD_OPERATION, str(exc), exc.reason) from exc


class Loading:
    """A snapshot being read: :meth:`take` each entry, in any order, then :meth:`finish`."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._records: list[Record] = []
        self._doubtful: list[Doubtful] = []
        self._signed: dict[Identity, frozenset[str]] = {}
        """The digests of the voids under each identity; none where something else stands."""
        self._stones: set[Identity] = set()
        self._early: set[Identity] = set()
        self._voided: set[Identity] = set()
        self._state = State()

    def take(self, entries: Iterable[Entry]) -> None:
        """Take further entries, or raise :class:`BadSnapshot`."""
        plain: list[tuple[str, str, Mapping[str, Any]]] = []
        for entry in entries:
            if isinstance(entry, Ordinary):
                record = entry.record
                self._meet(record.identity)
                self._records.append(record)
                plain.append((record.sender, record.digest, entry.said))
            else:
                self._take(entry)
        # The fold asks for no order.
        self._state.adopt(plain)

    def _take(self, entry: Carried | Doubtful) -> None:
        match entry:
            case Carried(operation, early):
                self._meet(operation.identity, operation.digest if operation.void else None)
                self._records.append(Record.of(operation))
                self._fold(operation, early)
            case Doubtful(sender, stone, early):
                self._doubt((sender, stone.src, stone.seq))
                self._doubtful.append(entry)
                if not early:
                    self._state.erase(sender, stone)

    def finish(self) -> Loaded:
        """Return the whole, or raise :class:`BadSnapshot` when it is not what the header says."""
        header, state = self._header, self._state
        lines = len(self._records) + len(self._doubtful)
        if lines != header.lines:
            raise BadSnapshot(Flaw.INCOMPLETE, f"{lines} lines of {header.lines}")
        if any(self._signed.get(each) == _NO_VOIDS for each in self._voided):
            raise BadSnapshot(Flaw.ERASED, "it carries what it says is erased")
        if not self._voided.isdisjoint(self._stones):
            raise BadSnapshot(Flaw.REPEATED, "a tombstone beside its author's own")
        self._check_frontier()
        if state.clock != header.clock:
            raise BadSnapshot(Flaw.WRONG_CLOCK, f"{state.clock} instead of {header.clock}")
        kept = StateHash()
        if kept.update(state) != header.state_hash:
            raise BadSnapshot(Flaw.WRONG_HASH, f"{len(self._records)} operations with another hash")
        early = frozenset(self._early)
        return Loaded(header, tuple(self._records), tuple(self._doubtful), early, state, kept)

    def _meet(self, identity: Identity, void: str | None = None) -> None:
        """Note a signed operation; of one identity there may be several voids, and nothing else twice."""
        voids = self._signed.get(identity)
        if identity in self._stones or (voids is not None and (void is None or not voids or void in voids)):
            raise BadSnapshot(Flaw.REPEATED, f"{identity} twice")
        self._signed[identity] = _NO_VOIDS if void is None else (voids or _NO_VOIDS) | {void}

    def _doubt(self, identity: Identity) -> None:
        if identity in self._stones or identity in self._signed:
            raise BadSnapshot(Flaw.REPEATED, f"{identity} twice")
        self._stones.add(identity)

    def _fold(self, operation: Operation, early: bool) -> None:
        if early:
            self._early.add(operation.identity)
            return
        self._voided.update((operation.sender, stone.src, stone.seq) for stone in operation.void)
        self._state.apply(operation)

    def _check_frontier(self) -> None:
        # Only an author can say how far it got. Or a frontier beyond the truth would hide what is still missing.
        for sender, sources in self._header.frontier.items():
            for src, seq in sources.items():
                if (sender, src, seq) not in self._signed:
                    raise BadSnapshot(Flaw.UNPROVEN_FRONTIER, f"no operation {seq} of {sender} {src}")


def encode_text(text: str) -> bytes:
    """Return *text* as a canonical JSON string."""
    return json.dumps(text, ensure_ascii=False).encode()


def _header_as_json(header: Header) -> dict[str, object]:
    return {
        "v": VERSION,
        "room": header.room_id,
        "clock": header.clock,
        "frontier": header.frontier,
        "hash": header.state_hash,
        "lines": header.lines,
        "schema": header.schema,
    }


def _doubtful(raw: Mapping[str, Any], sender: UserId, keys: Keys) -> Doubtful:
    if not keys(sender):
        raise BadSnapshot(Flaw.UNKNOWN_SENDER, f"the member list has no assistant {sender}")
    return Doubtful(sender, parse_tombstone(raw["tombstone"]), raw.get("early") is True)


def _object(line: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(line)
    # RecursionError: sixty thousand brackets.
    except (ValueError, RecursionError) as exc:
        raise BadSnapshot(Flaw.MALFORMED, "not JSON") from exc
    if not isinstance(raw, dict):
        raise BadSnapshot(Flaw.MALFORMED, "not an object")
    return raw
