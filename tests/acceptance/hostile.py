"""What somebody hostile can put into a room: signed where the signature is not what is wrong.

It travels encrypted: our Synapse makes no other rooms, and sees nothing of what it would refuse in the clear."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bots.register.format.signature import Signer, unpadded
from bots.register.format.wire import CHAPTER, OPS, SIGNAL
from bridge.operate.town import Site
from config.identifiers import RoomId, UserId

HUGE = 2**53 - 1
"""The greatest integer that Synapse lets through (canonical JSON)."""

UNREADABLE = "unreadable"
"""What the edge to Matrix itself refuses to decode, so that no operation is seen in it."""

Values = tuple[object, ...]
_DEEP = 60
_60_KB = 60_000
_40_KB = 40_000
"""Encrypted, more does not fit an event."""

_20_K = 20_000


@dataclass(frozen=True, slots=True)
class Junk:
    """One event: *reason* is what it is counted as when a listed assistant sends it, None when it is not refused."""

    name: str
    type: str
    content: Mapping[str, Any]
    reason: str | None = None


class Forger:
    """Writes operations of an assistant whose register key it has: what a hostile collectivity can do at worst."""

    def __init__(self, site: Site, room_id: RoomId) -> None:
        self.user_id = UserId(str(site.collectivity.assistant))
        self._signer = Signer(site.secrets.register_seed)
        self._room_id = room_id
        self._seq = 0

    def envelope(self, **changed: object) -> dict[str, Any]:
        """A well-formed, signed operation except for what is *changed*, each under an identity of its own."""
        self._seq += 1
        envelope: dict[str, Any] = {
            "v": 1,
            "src": f"hostile-{self._seq:04}",
            "seq": 1,
            "clock": 1,
            "ts": 1,
            "by": str(self.user_id),
            "ops": [change()],
        }
        return self._signer.sign({**envelope, **changed}, self._room_id, self.user_id)

    def operation(self, name: str, reason: str | None, **changed: object) -> Junk:
        """The same as an event."""
        return said(name, self.envelope(**changed), reason)


def change(**changed: object) -> dict[str, Any]:
    """One change of a task."""
    return {"kind": "task", "id": str(uuid.uuid4()), "set": {"title": "intrus"}, **changed}


def said(name: str, ops: object, reason: str | None, **more: object) -> Junk:
    """An event that carries *ops*."""
    return Junk(name, "m.room.message", {"msgtype": "m.notice", "body": "✔ Tâche", OPS: ops, **more}, reason)


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def operations(forger: Forger, victim: str, target: str) -> Iterator[Junk]:
    """Operations of a listed assistant of which something is wrong; *target* is an event that is no chapter."""
    malformed = "malformed"
    for name, ops in {"text": "rien", "number": 7, "list": [1], "nothing": None, "truth": True}.items():
        yield said(f"envelope: {name}", ops, malformed)
    yield said("empty envelope", {}, "bad_signature")
    wrong: Mapping[str, tuple[object, ...]] = {
        "src": (5, "", "a", "x" * 65, "espace ici", None),
        "seq": ("1", 0, -1, True, None, []),
        "clock": ("demain", 0, -HUGE, str(2**53), None),
        "ts": ("hier", 0, {}),
        "by": (7, "personne", "@:", "@" + "x" * 300 + ":valbourg.localhost", None),
        "for": (7, "personne", []),
        "cause": (7, [], "x" * 256),
        "also": ("$x", [7], {}),
        "ops": ("rien", [], [1], [[]], [{}], {"kind": "task"}, [change()] * 201),
        "void": ("rien", [1], [{}]),
    }
    for key, values in wrong.items():
        for value in values:
            yield forger.operation(f"{key}: {json.dumps(value)[:60]}", malformed, **{key: value})
    changes: Mapping[str, tuple[object, ...]] = {
        "kind": (7, "", "Task", "../task", "x" * 65),
        "id": (7, "", "12", "not-a-uuid"),
        "set": (7, [], {"Title": 1}, {"x" * 65: 1}),
        "add": (7, {"assignees": 7}, {"assignees": {}}),
        "remove": (7, {"labels": 7}, {"labels": ["not a tag"]}, {"labels": [7]}),
    }
    for key, values in changes.items():
        for value in values:
            yield forger.operation(f"ops.{key}: {value!r:.60}", malformed, ops=[change(**{key: value})])
    for version in (0, 2, "1", HUGE):
        yield forger.operation(f"v: {version}", "unsupported", v=version)
    yield forger.operation("deep JSON", malformed, ops=[change(set={"title": nested(_DEEP)})])
    for number, text in enumerate(("\ud800", "\udfff\ud800", "é\udc00")):
        content = {**forger.envelope(), "ops": [change(set={"title": text})]}
        # Our own outbox, which the intruder uses, replaces them: what arrives is not what was signed.
        yield said(f"half a surrogate pair {number}", content, "bad_signature")
        yield said(f"half a surrogate pair as a key {number}", {**forger.envelope(), text: 1}, "bad_signature")
    for number in (2**53, 2**64, 10**400, -(2**53)):
        yield said(f"{number.bit_length()} bits", {**forger.envelope(), "clock": number}, malformed)
    for fraction in (1.5, 1e300):
        yield said(f"a fraction {fraction}", {**forger.envelope(), "clock": fraction}, malformed)
    yield forger.operation("by a stranger", "foreign_by", by=victim)
    yield forger.operation("too large", "too_large", ops=[change(set={"title": "é" * (_60_KB // 3)})])
    yield from signatures(forger)
    yield forger.operation("greatest clock", None, clock=HUGE)
    yield forger.operation("unknown kind", None, ops=[change(kind="licorne", set={"corne": 1})])
    yield forger.operation("odd types in known fields", None, ops=[change(set={"title": 7, "when": [], "number": "x"})])
    yield forger.operation("odd members of known sets", None, ops=[change(add={"assignees": [7, None, {"a": []}]})])
    yield forger.operation("greatest number of a task", None, ops=[change(set={"title": "x", "number": HUGE - 1})])
    # The first is refused by Synapse itself: relations of its own users lead to events that it knows.
    for name, chapter in (("chapter that does not exist", "$no-such-chapter"), ("chapter that is none", target)):
        relation = {"rel_type": "m.reference", "event_id": chapter}
        yield said(name, forger.envelope(), None, **{"m.relates_to": relation})
    first = forger.envelope(src="hostile-twice")
    yield said("an identity", first, None)
    yield forger.operation("repeated with other contents", "conflict", src="hostile-twice", clock=2)


def signatures(forger: Forger) -> Iterator[Junk]:
    """Signatures that are none."""
    good = forger.envelope()
    without = {key: value for key, value in good.items() if key != "sig"}
    odd: Values = ("", "x", 7, None, [], "é" * 86, "A" * 86)
    for signature in (*odd, unpadded(bytes(64)), good["sig"] + "==", good["sig"][::-1]):
        yield said(f"sig: {signature!r:.40}", {**without, "sig": signature}, "bad_signature")
    yield said("no sig", without, "bad_signature")
    yield said("changed after signing", {**good, "ts": 2}, "bad_signature")


def beside(forger: Forger) -> Iterator[Junk]:
    """Garbage in what else assistants tell each other."""
    source, ranges = {"hostile-0001": 1}, {"hostile-0001": [[1, 2]]}
    signals: Mapping[str, object] = {
        "need": (
            *(7, [], {"@x:y": 7}, {"@x:y": {"hostile-0001": 7}}, {"@x:y": {"hostile-0001": [[2, 1]]}}),
            *({"@x:y": {"hostile-0001": [["1", 2]]}}, {"@x:y": {"hostile\x00001": [[1, 2]]}}, {"@x\x00:y": ranges}),
        ),
        "frontier": (
            *(7, [], {"@x:y": 7}, {"@x:y": {"hostile-0001": "1"}}, {"@x:y": {"hostile-0001": -1}}),
            *({"@x:y": {"hostile\x00001": 1}}, {"": source}, {"@x:y": {"": 1}}),
        ),
        "relay": (7, {}, [7], [{}], [{"room": "x", "sender": "y", "ops": {}}]),
        "hash": ("\x00", "x", 7, "A" * 64),
        "ask": (["\x00"], [7], "@x:y"),
    }
    for key, values in signals.items():
        for value in values if isinstance(values, tuple) else ():
            yield Junk(f"signal {key}: {json.dumps(value)}", SIGNAL, {"v": 1, key: value}, "malformed")
    yield Junk("signal of another version", SIGNAL, {"v": 9}, "unsupported")
    deep = {"@x:y": {"hostile-0001": nested(_DEEP)}}
    yield Junk("deep signal", SIGNAL, {"v": 1, "need": deep}, "malformed")
    yield Junk("deep frontier", SIGNAL, {"v": 1, "frontier": deep}, "malformed")
    all_of_it = {"hostile-0001": [[1, HUGE]]}
    everything = {str(forger.user_id): all_of_it, "@x:y": all_of_it}
    yield Junk("a need of everything", SIGNAL, {"v": 1, "need": everything})
    yield Junk(
        "a frontier of people nobody knows",
        SIGNAL,
        {"v": 1, "frontier": {"@x:y": source, "@z:y": {"hostile-0002": HUGE}}},
    )
    clocks: Values = ("1", None, -1, [])
    blank: dict[str, object] = {"v": 1, "clock": 1, "frontier": {}, "hash": "0" * 64, "snapshot": None}
    for clock in clocks:
        yield chapter(f"chapter, clock {clock!r}", {**blank, "clock": clock})
    yield chapter("chapter, hash NUL", {**blank, "hash": "\x00"})
    yield chapter("chapter that is no object", [])
    yield chapter("chapter of nothing", {}, "unsupported")


def chapter(name: str, content: object, reason: str = "malformed") -> Junk:
    """A message that opens a chapter."""
    return Junk(name, "m.room.message", {"msgtype": "m.notice", "body": name, CHAPTER: content}, reason)


def relations(target: str) -> Iterator[Junk]:
    """Reactions to *target* and edits of it that make no sense; anybody can send them."""
    related: Values = (7, [], {}, {"rel_type": 7}, {"rel_type": "m.annotation"}, {"event_id": 7, "key": []})
    for relation in related:
        yield Junk(f"reaction {relation}", "m.reaction", {"m.relates_to": relation})
    for key in ("✅" * 1000, "✅", "", 7):
        annotation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        yield Junk(f"reaction with {key!r:.20}", "m.reaction", {"m.relates_to": annotation})
    replaced = {"rel_type": "m.replace", "event_id": target}
    contents: Values = (7, [], None, {}, {"msgtype": "m.text"}, {"msgtype": "m.text", "body": 7})
    for new in contents:
        content = {"msgtype": "m.text", "body": "* x", "m.new_content": new, "m.relates_to": replaced}
        yield Junk(f"edit to {new}", "m.room.message", content)
    bodies: Values = (
        7,
        None,
        [],
        {},
        "",
        "\0",
        "!" * _40_KB,
        "!tâche ajouter " + "é" * _20_K,
        "!\ud800",
        "!tâche \ud800",
    )
    for body in bodies:
        yield Junk(f"body {body!r:.20}", "m.room.message", {"msgtype": "m.text", "body": body})
    odd = {"msgtype": [], "body": "!tâches", "m.mentions": {"user_ids": [7, {}]}, "formatted_body": 7}
    yield Junk("odd fields", "m.room.message", odd)
    mentions = {"msgtype": "m.text", "body": "x", "m.mentions": 7, "m.relates_to": {"m.in_reply_to": 7}}
    yield Junk("odd mentions", "m.room.message", mentions)
    deep = {"msgtype": "m.text", "body": "x", "deep": nested(90)}
    yield Junk("deep message", "m.room.message", deep)


def escaped() -> Iterator[bytes]:
    """Contents as bytes that no JSON encoder of ours would write."""
    yield b'{"msgtype": "m.text", "body": "!t\\u00e2che ajouter \\ud800 demi"}'
    yield b'{"msgtype": "m.text", "body": "!t\\u00e2che \\udfff\\ud800"}'
    yield b'{"msgtype": "m.text", "body": "x", "\\ud800": 1}'
    yield b'{"msgtype": "m.notice", "body": "x", "fr.beffroi.ops": {"v": 1, "src": "\\udc00\\udc00\\udc00\\udc00"}}'
    yield b'{"msgtype": "m.notice", "body": "x", "fr.beffroi.ops": {"v": 9007199254740992}}'
    yield b'{"msgtype": "m.notice", "body": "x", "fr.beffroi.ops": {"v": 1e400}}'
    yield b'{"msgtype": "m.notice", "body": "x", "fr.beffroi.ops": {"clock": 1.5}}'
    yield b'{"msgtype": "m.notice", "body": "\\u0000"}'
    yield b'{"msgtype": "m.text", "body": "' + b"\xff\xfe" + b'"}'
