"""Operations as data: what an author means (:class:`Change`) and what everybody receives (:class:`Operation`).

FORMAT.md is the specification; this is its parser.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.register.format.canonical import MAX_INTEGER, Json
from bots.register.format.errors import Reason, Rejected
from config.errors import MalformedId
from config.identifiers import EventId, RoomId, UserId

VERSION = 1
MAX_CHANGES = 200

_SOURCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TAG = re.compile(r"[A-Za-z0-9_-]{16}\.[0-9]{1,3}\.[0-9]{1,4}")

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """What one operation does to one object.

    ``set``: the last writer wins, field by field (None clears). ``first``: the earliest writer wins, for ever.
    ``add``: elements that join an add/remove set. ``remove``: tags of the adds that this cancels.
    """

    kind: str
    id: str
    set: Mapping[str, Json] = field(default_factory=dict)
    first: Mapping[str, Json] = field(default_factory=dict)
    add: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    remove: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """Return the wire form; empty parts are left out."""
        wire: dict[str, Json] = {"kind": self.kind, "id": self.id}
        if self.set:
            wire["set"] = dict(self.set)
        if self.first:
            wire["first"] = dict(self.first)
        if self.add:
            wire["add"] = {name: list(values) for name, values in self.add.items()}
        if self.remove:
            wire["remove"] = {name: list(tags) for name, tags in self.remove.items()}
        return wire


@dataclass(frozen=True, slots=True)
class Trace:
    """What is left of one change after erasure: which fields it wrote and which adds it cancelled, no values."""

    kind: str
    id: str
    set: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    remove: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """Return the wire form; empty parts are left out."""
        wire: dict[str, Json] = {"kind": self.kind, "id": self.id}
        if self.set:
            wire["set"] = list(self.set)
        if self.first:
            wire["first"] = list(self.first)
        if self.remove:
            wire["remove"] = {name: list(tags) for name, tags in self.remove.items()}
        return wire


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An erased operation: its identity and place in the order, and the traces of its changes."""

    src: str
    seq: int
    clock: int
    digest: str
    traces: tuple[Trace, ...]

    def as_json(self) -> dict[str, Json]:
        """Return the wire form."""
        return {
            "src": self.src,
            "seq": self.seq,
            "clock": self.clock,
            "digest": self.digest,
            "ops": [each.as_json() for each in self.traces],
        }


Identity = tuple[str, str, int]
"""(sender, src, seq): names one operation of a room for ever, whatever event carries it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One signed operation: several changes that count together, or the erasure of earlier ones.

    ``clock`` is a Lamport clock, never above the author's milliseconds since 1970. ``ts`` is the author's time (ms),
    for people only. ``digest`` is 16 characters of base64url: SHA-256 over the signed bytes and the signature.
    ``raw`` is the envelope as received, signature included, to be passed on unchanged.
    """

    room_id: RoomId
    sender: UserId
    src: str
    seq: int
    clock: int
    ts: int
    by: UserId
    changes: tuple[Change, ...]
    void: tuple[Tombstone, ...]
    digest: str
    raw: Mapping[str, Any]
    behalf: UserId | None = None
    cause: str | None = None
    also: tuple[EventId, ...] = ()

    @property
    def identity(self) -> Identity:
        """The name that this operation keeps in whatever event it travels."""
        return (self.sender, self.src, self.seq)


def parse(raw: object, room_id: RoomId, sender: UserId, digest: str) -> Operation:
    """Return the operation in the envelope *raw*, or raise :class:`Rejected` (malformed, unsupported).

    Neither its canonical form, its signature nor its sender's standing is checked here: see ``acceptance``.
    """
    envelope = _mapping(raw, "the envelope")
    if envelope.get("v") != VERSION:
        raise Rejected(Reason.UNSUPPORTED, "a version that we do not know")
    try:
        return _parse(envelope, room_id, sender, digest)
    except MalformedId as exc:
        raise Rejected(Reason.MALFORMED, str(exc)) from exc


def _parse(envelope: Mapping[str, Any], room_id: RoomId, sender: UserId, digest: str) -> Operation:
    changes = tuple(parse_change(each) for each in _list(envelope.get("ops", []), "ops", MAX_CHANGES))
    void = tuple(parse_tombstone(each) for each in _list(envelope.get("void", []), "void", MAX_CHANGES))
    if bool(changes) == bool(void):
        raise Rejected(Reason.MALFORMED, "either ops or void, and one of them")
    clock = _positive(envelope.get("clock"), "clock")
    if any(each.clock > clock for each in void):
        # Or a forged tombstone, dated far ahead, would erase everybody's fields for ever.
        raise Rejected(Reason.MALFORMED, "a void cannot erase what is later than itself")
    cause = envelope.get("cause")
    return Operation(
        room_id=room_id,
        sender=sender,
        src=parse_source(envelope.get("src")),
        seq=_positive(envelope.get("seq"), "seq"),
        clock=clock,
        ts=_positive(envelope.get("ts"), "ts"),
        by=UserId.parse(envelope.get("by")),
        changes=changes,
        void=void,
        digest=digest,
        raw=envelope,
        behalf=UserId.parse(envelope["for"]) if "for" in envelope else None,
        cause=None if cause is None else _text(cause, "cause", 255),
        also=tuple(EventId.parse(each) for each in _list(envelope.get("also", []), "also", 100)),
    )


def restore(envelope: Mapping[str, Any], room_id: RoomId, sender: UserId, digest: str) -> Operation:
    """Return the operation that :func:`parse` made of *envelope* when it was received.

    For our own store, which holds nothing else: no form is checked again, which is most of what a cold start would do.
    """
    return Operation(
        room_id=room_id,
        sender=sender,
        src=envelope["src"],
        seq=envelope["seq"],
        clock=envelope["clock"],
        ts=envelope["ts"],
        by=UserId(envelope["by"]),
        changes=tuple([_restore_change(each) for each in envelope.get("ops", ())]),
        void=tuple([parse_tombstone(each) for each in envelope.get("void", ())]),
        digest=digest,
        raw=envelope,
        behalf=UserId(envelope["for"]) if "for" in envelope else None,
        cause=envelope.get("cause"),
        also=tuple([EventId(each) for each in envelope.get("also", ())]),
    )


def _restore_change(wire: Mapping[str, Any]) -> Change:
    add, remove = wire.get("add", _NOTHING), wire.get("remove", _NOTHING)
    return Change(
        wire["kind"],
        wire["id"],
        wire.get("set", _NOTHING),
        wire.get("first", _NOTHING),
        {name: tuple(values) for name, values in add.items()} if add else _NOTHING,
        {name: tuple(tags) for name, tags in remove.items()} if remove else _NOTHING,
    )


def parse_change(raw: object) -> Change:
    """Return the change in *raw*, or raise :class:`Rejected`."""
    wire = _mapping(raw, "a change")
    kind, object_id = _target(wire)
    return Change(
        kind,
        object_id,
        set=_fields(wire.get("set", _NOTHING), "set"),
        first=_fields(wire.get("first", _NOTHING), "first"),
        add={
            name: tuple(_list(values, f"add.{name}", 1000))
            for name, values in _fields(wire.get("add", _NOTHING), "add").items()
        },
        remove=_tags(wire.get("remove", _NOTHING)),
    )


def parse_tombstone(raw: object) -> Tombstone:
    """Return the tombstone in *raw*, or raise :class:`Rejected`."""
    wire = _mapping(raw, "a tombstone")
    return Tombstone(
        src=parse_source(wire.get("src")),
        seq=_positive(wire.get("seq"), "seq"),
        clock=_positive(wire.get("clock"), "clock"),
        digest=_matching(re.compile(r"[A-Za-z0-9_-]{16}"), wire.get("digest"), "digest"),
        traces=tuple(_trace(each) for each in _list(wire.get("ops", []), "ops", MAX_CHANGES)),
    )


def _trace(raw: object) -> Trace:
    wire = _mapping(raw, "a trace")
    kind, object_id = _target(wire)
    return Trace(
        kind,
        object_id,
        set=tuple(_matching(_FIELD, each, "field") for each in _list(wire.get("set", []), "set", 200)),
        first=tuple(_matching(_FIELD, each, "field") for each in _list(wire.get("first", []), "first", 200)),
        remove=_tags(wire.get("remove", _NOTHING)),
    )


def parse_source(raw: object) -> str:
    """Return the name of a source (``src``) in *raw*, or raise :class:`Rejected`."""
    return _matching(_SOURCE, raw, "src")


def is_object_id(raw: object) -> bool:
    """Tell whether *raw* may be an object's id: whatever else a field holds names nothing."""
    return isinstance(raw, str) and _UUID.fullmatch(raw) is not None


def _target(wire: Mapping[str, Any]) -> tuple[str, str]:
    return _matching(_KIND, wire.get("kind"), "kind"), _matching(_UUID, wire.get("id"), "id")


def _tags(raw: object) -> Mapping[str, tuple[str, ...]]:
    return {
        name: tuple(_matching(_TAG, each, "tag") for each in _list(tags, f"remove.{name}", 1000))
        for name, tags in _fields(raw, "remove").items()
    }


def _fields(raw: object, what: str) -> Mapping[str, Any]:
    fields = _mapping(raw, what)
    for name in fields:
        _matching(_FIELD, name, "field")
    return fields


def _mapping(raw: object, what: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise Rejected(Reason.MALFORMED, f"{what} is not an object")
    return raw


def _list(raw: object, what: str, most: int) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > most:
        raise Rejected(Reason.MALFORMED, f"{what} is not a list of at most {most}")
    return raw


def _matching(pattern: re.Pattern[str], raw: object, what: str) -> str:
    if not isinstance(raw, str) or pattern.fullmatch(raw) is None:
        raise Rejected(Reason.MALFORMED, f"{what} is not what it should be")
    return raw


def _positive(raw: object, what: str) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 < raw <= MAX_INTEGER:
        raise Rejected(Reason.MALFORMED, f"{what} is not a positive integer")
    return raw


def _text(raw: object, what: str, most: int) -> str:
    if not isinstance(raw, str) or len(raw) > most:
        raise Rejected(Reason.MALFORMED, f"{what} is not a string of at most {most} characters")
    return raw
