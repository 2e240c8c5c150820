"""The register's fold once more, as simple as it can be, written from FORMAT.md and from nothing else.

It imports nothing of ours (``test_reference.py`` looks), and is slow: what it says is what the page says.
"""

import hashlib
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Json = Any
Identity = tuple[str, str, int]
Content = tuple[Identity, str]
"""An identity, and the digest of what stands under it."""
Stone = tuple[str, Json]
"""Whose operation was erased, and what is left of it."""
Place = tuple[int, str, str, int, int]

AHEAD_MS = 600_000


@dataclass(frozen=True)
class Held:
    """One accepted operation: the room it was signed for, its author, and the envelope as it came."""

    room: str
    sender: str
    envelope: Json

    @cached_property
    def identity(self) -> Identity:
        return (self.sender, self.envelope["src"], self.envelope["seq"])

    @property
    def content(self) -> Content:
        return (self.identity, self.digest)

    @cached_property
    def digest(self) -> str:
        """§3."""
        content = {key: value for key, value in self.envelope.items() if key != "sig"}
        signed = {"type": "fr.beffroi.ops", "room": self.room, "sender": self.sender, "content": content}
        signature = b64decode(self.envelope["sig"] + "==")
        return urlsafe_b64encode(hashlib.sha256(canonical(signed) + signature).digest()[:12]).decode()


@dataclass(frozen=True)
class Written:
    """One change, or the trace of one that was erased, at its place in the order."""

    place: Place
    digest: str
    erased: bool
    what: Json

    def cell(self, part: str, field: str) -> Json:
        """What the state hash says of a field that this has won: five elements and a value, unless it is erased."""
        return [*self.place] if self.erased else [*self.place, self.what[part][field]]


def canonical(value: Json) -> bytes:
    """§1."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def objects(
    operations: Iterable[Held], erased: Collection[Content], now_ms: int, stones: Iterable[Stone] = ()
) -> list[Json]:
    """Return the objects that §7 and §8 make of *operations*, whose reader saw the events of *erased* redacted.

    *stones* are what it has of operations that it does not hold, on another's word (§10).
    """
    due = [each for each in stones if each[1]["clock"] <= now_ms + AHEAD_MS]
    written = _written(_counting(operations, now_ms), erased, due)
    keys = sorted({(each.what["kind"], each.what["id"]) for each in written})
    return [_object(*key, [each for each in written if (each.what["kind"], each.what["id"]) == key]) for key in keys]


def state_hash(
    operations: Iterable[Held], erased: Collection[Content], now_ms: int, stones: Iterable[Stone] = ()
) -> str:
    """Return the state hash of §8."""
    digests = [hashlib.sha256(canonical(each)).digest() for each in objects(operations, erased, now_ms, stones)]
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _counting(operations: Iterable[Held], now_ms: int) -> list[Held]:
    """What counts under each identity (§5): all voids, or else the smallest digest. Not before its time (§4)."""
    found: dict[Identity, list[Held]] = {}
    for each in operations:
        found.setdefault(each.identity, []).append(each)
    counting: list[Held] = []
    for contents in found.values():
        voids = [each for each in contents if "void" in each.envelope]
        counting += voids or [min(contents, key=lambda one: one.digest)]
    return [each for each in counting if each.envelope["clock"] <= now_ms + AHEAD_MS]


def _written(operations: list[Held], erased: Collection[Content], stones: Iterable[Stone]) -> list[Written]:
    """All changes that count and all traces of those that no longer do (§8)."""
    voids = [(each.sender, stone) for each in operations for stone in each.envelope.get("void", [])]
    voided = {(sender, stone["src"], stone["seq"]) for sender, stone in voids}
    found = [each for sender, stone in voids for each in _traces(sender, stone)]
    for sender, stone in stones:
        if (sender, stone["src"], stone["seq"]) not in voided:
            found += _traces(sender, stone)
    for each in operations:
        if "void" in each.envelope or each.identity in voided:
            continue
        if each.content in erased:
            found += _traces(each.sender, tombstone(each))
        else:
            found += _at(each.sender, each.envelope, each.digest, erased=False)
    return found


def _traces(sender: str, stone: Json) -> list[Written]:
    return _at(sender, stone, stone["digest"], erased=True)


def _at(sender: str, wire: Json, digest: str, *, erased: bool) -> list[Written]:
    return [
        Written((wire["clock"], sender, wire["src"], wire["seq"], index), digest, erased, change)
        for index, change in enumerate(wire["ops"])
    ]


def tombstone(held: Held) -> Json:
    traces = [
        {
            "kind": change["kind"],
            "id": change["id"],
            "set": sorted(change.get("set", {})),
            "first": sorted(change.get("first", {})),
            "remove": change.get("remove", {}),
        }
        for change in held.envelope["ops"]
    ]
    return {key: held.envelope[key] for key in ("src", "seq", "clock")} | {"digest": held.digest, "ops": traces}


def _object(kind: str, object_id: str, written: list[Written]) -> Json:
    removed: dict[str, set[str]] = {}
    for each in written:
        for field, tags in each.what.get("remove", {}).items():
            removed.setdefault(field, set()).update(tags)
    added: dict[str, dict[str, Json]] = {}
    for each in written:
        for field, values in {} if each.erased else each.what.get("add", {}).items():
            for number, value in enumerate(values):
                tag = f"{each.digest}.{each.place[4]}.{number}"
                if tag not in removed.get(field, set()):
                    added.setdefault(field, {})[tag] = value
    parts = {
        # Where a change and a trace stand at one place, it is erased.
        "set": _won("set", sorted(written, key=lambda one: (one.place, one.erased))),
        "first": _won("first", sorted(written, key=lambda one: (one.place, not one.erased), reverse=True)),
        "add": added,
        "removed": {field: sorted(tags) for field, tags in removed.items() if tags},
    }
    return {"kind": kind, "id": object_id} | {name: part for name, part in parts.items() if part}


def _won(part: str, written: list[Written]) -> dict[str, Json]:
    """Each writer puts its name on the field, one after the other; the last one's stays."""
    return {field: each.cell(part, field) for each in written for field in each.what.get(part, ())}
