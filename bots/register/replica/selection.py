"""Which operations of a room still matter: the others leave nothing in its state (DESIGN.md, "Snapshots").

Whatever a dropped operation says, one that is carried says later, earlier or as well: folding it again, late, changes
nothing.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bots.register.format.canonical import encode
from bots.register.format.errors import StaleSelection
from bots.register.format.frontier import Source
from bots.register.format.operation import Identity, Operation, Tombstone
from bots.register.replica.state import State
from config.identifiers import RoomId, UserId

GUEST = '"for":"'
"""What the text of an envelope holds that was done for a guest (and perhaps that of another)."""

Content = tuple[Identity, str]
"""An identity, and the digest of what stands under it: two voids may share one."""

ObjectKey = tuple[str, str]
"""(kind, id)"""


@dataclass(frozen=True, slots=True)
class Record:
    """One operation as it is kept: either its *envelope* or, once erased, its *tombstone*, in canonical JSON."""

    room_id: RoomId
    """The room that it was signed for."""
    sender: UserId
    src: str
    seq: int
    digest: str
    clock: int
    envelope: str | None
    tombstone: str | None = None

    @property
    def identity(self) -> Identity:
        """The name that it keeps whatever becomes of it."""
        return (self.sender, self.src, self.seq)

    @classmethod
    def of(cls, operation: Operation) -> "Record":
        """Return how *operation* is kept."""
        sender, src, seq = operation.identity
        text = encode(operation.raw).decode()
        return cls(operation.room_id, UserId(sender), src, seq, operation.digest, operation.clock, text)

    @classmethod
    def of_erased(cls, room_id: RoomId, sender: UserId, stone: Tombstone) -> "Record":
        """Return how an operation is kept of which only *stone* is left."""
        text = encode(stone.as_json()).decode()
        return cls(room_id, sender, stone.src, stone.seq, stone.digest, stone.clock, None, text)


def objects_of_guests(records: Iterable[Record]) -> set[ObjectKey]:
    """Return the objects that operations done for a guest (``for``) name.

    Their author may yet withdraw such an operation (FORMAT.md §8), and what wins then may be anything that it covered.
    """
    found: set[ObjectKey] = set()
    for record in records:
        if record.envelope is not None and GUEST in record.envelope:
            envelope = json.loads(record.envelope)
            if "for" in envelope:
                found.update(map(_key, envelope.get("ops", ())))
    return found


class Selection:
    """Chooses among the records of a room, given in the order of (sender, src, seq), what a snapshot of it carries.

    *frontier* is up to where each source is held; *waiting* are the operations, or tombstones of such, that are dated
    too far ahead to be in *state*; *open_objects* are :func:`objects_of_guests`, of which everything is carried.
    Carried are: what wins a field, every live add, one remover of each cancelled add, one that names an object with
    nothing in it, every void, each tombstone that no void covers, what waits, all beyond a gap, the last signed
    operation of each source (it proves the frontier), and what has the highest clock.
    """

    def __init__(
        self,
        state: State,
        frontier: Mapping[str, Mapping[str, int]],
        waiting: Collection[Content] = (),
        open_objects: Collection[ObjectKey] = (),
    ) -> None:
        self._frontier = frontier
        self._waiting = frozenset(waiting)
        self._clock = state.clock
        self._winners: set[Identity] = set()
        self._live: set[str] = set()
        self._bare: set[ObjectKey] = set()
        self._open = frozenset(open_objects)
        for held in state.objects():
            self._winners.update((sender, src, seq) for _, sender, src, seq, _ in held.winners())
            self._live.update(tag.partition(".")[0] for tag in held.live_tags())
            if held.is_bare():
                self._bare.add(held.key)
        self._cancelled: set[tuple[str, str, str, str]] = set()
        self._voided: set[Identity] = set()
        self._stones: list[Record] = []
        self._proof: tuple[Record, bool] | None = None
        self.proven: dict[str, dict[str, int]] = {}
        """The part of the frontier that the carried operations prove."""

    def choose(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield those of the next *records* that must be carried; tombstones come at the end, by :meth:`rest`."""
        for record in records:
            if record.envelope is None:
                self._stones.append(record)
                continue
            if self._proof is not None and _source(self._proof[0]) != _source(record):
                yield from self._prove()
            carried = self._matters(record, record.envelope)
            if record.seq <= self._frontier.get(record.sender, {}).get(record.src, 0):
                self._proof = record, carried
            if carried:
                yield record

    def rest(self) -> Iterator[Record]:
        """Yield what can only be chosen at the end; raise :class:`StaleSelection` when a record was missing."""
        yield from self._prove()
        if self._winners or self._live:
            raise StaleSelection(f"{len(self._winners) + len(self._live)} operations of the state are not in the store")
        yield from (each for each in self._stones if each.identity not in self._voided)

    def is_early(self, record: Record) -> bool:
        """Tell whether *record* waits for its time, and so is no part of the hash."""
        return (record.identity, record.digest) in self._waiting

    def _prove(self) -> Iterator[Record]:
        if self._proof is None:
            return
        record, carried = self._proof
        self._proof = None
        self.proven.setdefault(record.sender, {})[record.src] = record.seq
        if not carried:
            yield record

    def _matters(self, record: Record, envelope: str) -> bool:
        if self.is_early(record):
            return True
        wins = record.identity in self._winners
        adds = record.digest in self._live
        self._winners.discard(record.identity)
        self._live.discard(record.digest)
        voids = '"void":[' in envelope and self._notes_voids(record, envelope)
        cancels = ('"remove":{' in envelope or bool(self._bare or self._open)) and self._is_first_to_say(envelope)
        beyond = record.seq > self._frontier.get(record.sender, {}).get(record.src, 0)
        return wins or adds or voids or cancels or beyond or record.clock == self._clock

    def _notes_voids(self, record: Record, envelope: str) -> bool:
        named = json.loads(envelope).get("void", ())
        self._voided.update((record.sender, each["src"], each["seq"]) for each in named)
        return bool(named)

    def _is_first_to_say(self, envelope: str) -> bool:
        """Tell whether this is the first to cancel some add, or to name a bare object, or names an open one."""
        found = False
        for change in json.loads(envelope).get("ops", ()):
            cancelled = set(_cancelled(change)) - self._cancelled
            self._cancelled |= cancelled
            key = _key(change)
            found = found or bool(cancelled) or key in self._bare or key in self._open
            self._bare.discard(key)
        return found


def _cancelled(change: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for name, tags in change.get("remove", {}).items():
        for tag in tags:
            yield change["kind"], change["id"], name, tag


def _key(change: Mapping[str, Any]) -> ObjectKey:
    return change["kind"], change["id"]


def _source(record: Record) -> Source:
    return record.sender, record.src
