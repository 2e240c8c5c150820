"""Where the register stands in Matrix events (FORMAT.md §2, §9, §10)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots.register.format.canonical import MAX_INTEGER, encode
from bots.register.format.errors import Reason, Rejected
from bots.register.format.frontier import Ranges, Source
from bots.register.format.operation import Operation, parse_source
from config.errors import MalformedId
from config.identifiers import EventId, RoomId, UserId

OPS = "fr.beffroi.ops"
"""The key of a signed operation, in an ``m.room.message`` that also reads well to a person."""

SIGNAL = "fr.beffroi.signal"
"""The type of what assistants tell each other's devices, in no timeline: what is missing, held or relayed."""

CHAPTER = "fr.beffroi.chapter"
"""The key of a chapter, in the ``m.room.message`` that is its root and says in a sentence what happened."""

_HASH = re.compile(r"[0-9a-f]{64}")

MAX_SOURCES = 10_000
MAX_RELAYED_BYTES = 36_000


@dataclass(frozen=True, slots=True)
class Relayed:
    """An operation in other hands: its envelope, and who wrote it where."""

    room_id: RoomId
    sender: UserId
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signal:
    """What one assistant tells the others. Every part may be empty."""

    need: Mapping[Source, Ranges] = field(default_factory=dict)
    turn: int = 0
    """How often ``need`` was asked for before: each time it is another one's turn to answer."""
    ask: tuple[UserId, ...] = ()
    chapter: tuple[UserId, ...] = ()
    """Who is asked to open a chapter with a snapshot."""
    frontier: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    state_hash: str | None = None
    relay: tuple[Relayed, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's root. ``snapshot`` is an ``EncryptedFile`` or None (the first chapter begins with nothing)."""

    clock: int
    frontier: Mapping[str, Mapping[str, int]]
    state_hash: str
    previous: EventId | None = None
    snapshot: Mapping[str, Any] | None = None


def signal_content(signal: Signal) -> dict[str, Any]:
    """Return the content of a :data:`SIGNAL` event."""
    wire: dict[str, Any] = {"v": 1}
    if signal.need:
        need: dict[str, dict[str, list[list[int]]]] = {}
        for (sender, src), ranges in sorted(signal.need.items()):
            need.setdefault(sender, {})[src] = [list(each) for each in ranges]
        wire["need"] = need
        if signal.turn:
            wire["turn"] = signal.turn
    if signal.ask:
        wire["ask"] = list(signal.ask)
    if signal.chapter:
        wire["chapter"] = list(signal.chapter)
    if signal.frontier:
        wire["frontier"] = {sender: dict(sources) for sender, sources in signal.frontier.items()}
    if signal.state_hash:
        wire["hash"] = signal.state_hash
    if signal.relay:
        wire["relay"] = [{"room": each.room_id, "sender": each.sender, "ops": dict(each.raw)} for each in signal.relay]
    return wire


def read_signal(raw: Mapping[str, Any]) -> Signal:
    """Return the signal in an event's content, or raise :class:`Rejected`."""
    if raw.get("v") != 1:
        raise Rejected(Reason.UNSUPPORTED, "a version that we do not know")
    turn = raw.get("turn", 0)
    return Signal(
        need=_need(raw.get("need", {})),
        turn=turn if is_integer(turn) else 0,
        ask=tuple(map(_user_id, _items(raw.get("ask", [])))),
        chapter=tuple(map(_user_id, _items(raw.get("chapter", [])))),
        frontier=read_frontier(raw.get("frontier", {})),
        state_hash=None if raw.get("hash") is None else read_hash(raw["hash"]),
        relay=_relay(raw.get("relay", [])),
    )


def chapter_content(chapter: Chapter) -> dict[str, Any]:
    """Return what stands under :data:`CHAPTER`."""
    wire: dict[str, Any] = {
        "v": 1,
        "clock": chapter.clock,
        "frontier": {sender: dict(sources) for sender, sources in chapter.frontier.items()},
        "hash": chapter.state_hash,
        "snapshot": chapter.snapshot,
    }
    if chapter.previous is not None:
        wire["previous"] = chapter.previous
    return wire


def read_chapter(content: Mapping[str, Any]) -> Chapter:
    """Return the chapter in a message's content, or raise :class:`Rejected`."""
    raw = _object(content.get(CHAPTER))
    clock, snapshot, previous = (raw.get(each) for each in ("clock", "snapshot", "previous"))
    if raw.get("v") != 1:
        raise Rejected(Reason.UNSUPPORTED, "a version that we do not know")
    if not is_integer(clock) or not isinstance(snapshot, dict | None):
        raise Rejected(Reason.MALFORMED, "not a chapter")
    try:
        root = None if previous is None else EventId.parse(previous)
    except MalformedId as exc:
        raise Rejected(Reason.MALFORMED, str(exc)) from exc
    frontier = read_frontier(raw.get("frontier", {}))
    return Chapter(int(clock or 0), frontier, read_hash(raw.get("hash")), root, snapshot)


def read_frontier(raw: object) -> dict[str, dict[str, int]]:
    """Return the frontier in *raw*, or raise :class:`Rejected`."""
    frontier: dict[str, dict[str, int]] = {}
    for sender, sources in _object(raw).items():
        frontier[_user_id(sender)] = held = {}
        for src, seq in _object(sources).items():
            if not is_integer(seq):
                raise Rejected(Reason.MALFORMED, "a frontier is made of sequence numbers")
            held[parse_source(src)] = seq
    if sum(len(sources) for sources in frontier.values()) > MAX_SOURCES:
        raise Rejected(Reason.TOO_LARGE, "too many sources")
    return frontier


def read_hash(raw: object) -> str:
    """Return the state hash (FORMAT.md §7) in *raw*, or raise :class:`Rejected`."""
    if not isinstance(raw, str) or _HASH.fullmatch(raw) is None:
        raise Rejected(Reason.MALFORMED, "a hash is 64 hexadecimal digits")
    return raw


def split_relay(operations: Sequence[Operation]) -> list[tuple[Relayed, ...]]:
    """Return *operations* in relays that each fit one event."""
    batches: list[list[Relayed]] = []
    room = 0
    for operation in operations:
        size = len(encode(operation.raw)) + 400
        if size > room:
            batches.append([])
            room = MAX_RELAYED_BYTES
        room -= size
        batches[-1].append(Relayed(operation.room_id, operation.sender, operation.raw))
    return [tuple(batch) for batch in batches]


def _need(raw: object) -> dict[Source, Ranges]:
    found: dict[Source, Ranges] = {}
    for sender, sources in _object(raw).items():
        for src, ranges in _object(sources).items():
            found[_user_id(sender), parse_source(src)] = tuple(_range(each) for each in _items(ranges)[:1000])
    return dict(list(found.items())[:MAX_SOURCES])


def _range(raw: object) -> tuple[int, int]:
    pair = _items(raw)
    if len(pair) != 2 or not all(is_integer(each) for each in pair) or pair[0] > pair[1]:
        raise Rejected(Reason.MALFORMED, "a range is [from, to]")
    return pair[0], pair[1]


def _relay(raw: object) -> tuple[Relayed, ...]:
    try:
        return tuple(
            Relayed(
                RoomId.parse(_object(each).get("room")),
                UserId.parse(_object(each).get("sender")),
                _object(_object(each).get("ops")),
            )
            for each in _items(raw)
        )
    except MalformedId as exc:
        raise Rejected(Reason.MALFORMED, str(exc)) from exc


def _user_id(raw: object) -> UserId:
    try:
        return UserId.parse(raw)
    except MalformedId as exc:
        raise Rejected(Reason.MALFORMED, str(exc)) from exc


def _object(raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise Rejected(Reason.MALFORMED, "not an object")
    return raw


def _items(raw: object) -> list[Any]:
    if not isinstance(raw, list):
        raise Rejected(Reason.MALFORMED, "not a list")
    return raw


def is_integer(raw: object) -> bool:
    """Tell whether *raw* is an integer from 0 to 2⁵³−1."""
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MAX_INTEGER
