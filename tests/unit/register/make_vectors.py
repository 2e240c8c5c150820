"""Write the vectors: ``python tests/unit/register/make_vectors.py > bots/register/vectors.json``."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

from bots.register.format.acceptance import accept, guest_of
from bots.register.format.errors import BadSnapshot, Rejected
from bots.register.format.identity import object_id
from bots.register.format.signature import Signer, signed_bytes
from bots.register.format.wire import Relayed, Signal, read_signal, signal_content
from bots.register.replica.fold import state_hash
from bots.register.replica.selection import Record
from bots.register.replica.tombstone import tombstone
from config.identifiers import RoomId, UserId
from tests.model.at_once import erasure, fold, read_snapshot, write_snapshot

ROOM, TASK = RoomId("!salle"), object_id("task", "!salle", "$commande")
SENDERS = {UserId("@beffroi:valbourg.fr"): Signer(bytes(range(32))), UserId("@beffroi:rivemont.fr"): Signer(b"r" * 32)}
VALBOURG, RIVEMONT = SENDERS


def keys(sender: UserId) -> tuple[str, ...]:
    return (SENDERS[sender].public_key,) if sender in SENDERS else ()


def sign(sender: UserId, **content: Any) -> dict[str, Any]:
    envelope = {"v": 1, "src": "vector-1", "ts": 1_795_431_600_000, "by": f"@dgs:{sender.server}", **content}
    return SENDERS[sender].sign(envelope, ROOM, sender)


def task(**parts: Any) -> dict[str, Any]:
    return {"kind": "task", "id": TASK, **parts}


def vectors() -> dict[str, Any]:
    """Return all cases, from fixed seeds."""
    created = sign(VALBOURG, seq=1, clock=1, ops=[task(first={"number": 12}, set={"title": "relancer le SDIS"})])
    digest = accept(created, ROOM, VALBOURG, keys).digest
    assigned = sign(VALBOURG, seq=2, clock=2, ops=[task(add={"assignees": ["@dgs:rivemont.fr", "@maire:valbourg.fr"]})])
    tag = f"{accept(assigned, ROOM, VALBOURG, keys).digest}.0.0"
    renamed = sign(RIVEMONT, seq=1, clock=2, ops=[task(set={"title": "été 🔔"}, first={"number": 13})])
    removed = sign(RIVEMONT, seq=2, clock=3, ops=[task(remove={"assignees": [tag]}), task(set={"status": "done"})])
    stone = tombstone(accept(renamed, ROOM, RIVEMONT, keys)).as_json()
    void = sign(RIVEMONT, seq=3, clock=4, void=[stone])
    cases = [
        ("created", VALBOURG, created),
        ("assigned", VALBOURG, assigned),
        ("renamed", RIVEMONT, renamed),
        ("removed", RIVEMONT, removed),
        ("void", RIVEMONT, void),
        ("unknown kinds and keys are kept", VALBOURG, sign(VALBOURG, seq=3, clock=9, later=[1], ops=[task(verb=True)])),
        ("a byte changed", VALBOURG, {**created, "clock": 2}),
        ("for a guest", VALBOURG, sign(VALBOURG, seq=5, clock=9, ops=[task()], **{"for": "@remy:ailleurs.fr"})),
        ("for others' people", VALBOURG, sign(VALBOURG, seq=6, clock=9, ops=[task()], **{"for": "@dgs:rivemont.fr"})),
        ("by another homeserver", VALBOURG, sign(VALBOURG, seq=4, clock=4, by="@dgs:rivemont.fr", ops=[task()])),
        ("not listed", UserId("@intrus:ailleurs.fr"), created),
        ("another version", VALBOURG, sign(VALBOURG, seq=4, clock=4, v=2, ops=[task()])),
        ("ops and void", RIVEMONT, sign(RIVEMONT, seq=4, clock=4, ops=[task()], void=[stone])),
        ("a tombstone from the future", RIVEMONT, sign(RIVEMONT, seq=4, clock=1, void=[stone])),
    ]
    return {
        "keys": {sender: [signer.public_key] for sender, signer in SENDERS.items()},
        "object_id": {"kind": "task", "room": ROOM, "cause": "$commande", "index": 0, "id": TASK},
        "signed_bytes": {"of": "created", "digest": digest, "utf8": signed_bytes(created, ROOM, VALBOURG).decode()},
        "acceptance": [
            {"name": name, "room": ROOM, "sender": sender, "envelope": raw, **_judge(raw, sender)}
            for name, sender, raw in cases
        ],
        "folds": [_fold(cases, names) for names in _FOLDS],
        "snapshot": _snapshot(cases),
        "signals": [*_signals(created)],
    }


_FOLDS = [
    [],
    ["created"],
    ["created", "assigned", "renamed"],
    ["created", "assigned", "renamed", "removed"],
    ["created", "assigned", "renamed", "removed", "void"],
    ["created", "assigned", "removed", "void"],
]


def _judge(raw: dict[str, Any], sender: UserId) -> dict[str, str]:
    try:
        operation = accept(raw, ROOM, sender, keys)
        guest = guest_of(operation, lambda server: any(each.server == server for each in SENDERS))
        return {"digest": operation.digest} | ({} if guest is None else {"for": guest})
    except Rejected as exc:
        return {"rejected": exc.reason.value}


def _fold(cases: list[tuple[str, UserId, dict[str, Any]]], names: list[str]) -> dict[str, Any]:
    state = fold(accept(raw, ROOM, sender, keys) for name, sender, raw in cases if name in names)
    return {"of": names, "objects": [each.as_json() for each in state.objects()], "hash": state_hash(state)}


def _snapshot(cases: list[tuple[str, UserId, dict[str, Any]]]) -> dict[str, Any]:
    """Return a snapshot of all cases but the unknown kind, which waits, and ``assigned``, which was redacted."""
    wire = {name: (sender, raw) for name, sender, raw in cases}
    held = {name: accept(wire[name][1], ROOM, wire[name][0], keys) for name in ("created", "removed", "void")}
    redacted = accept(wire["assigned"][1], ROOM, VALBOURG, keys)
    ahead = accept(sign(VALBOURG, seq=3, clock=2**50, ops=[task(set={"title": "plus tard"})]), ROOM, VALBOURG, keys)
    lost = accept(wire["renamed"][1], ROOM, RIVEMONT, keys)
    state = fold(held.values(), dict([erasure(redacted)]))
    records = [
        *(Record.of(each) for each in (*held.values(), ahead)),
        Record.of_erased(ROOM, VALBOURG, tombstone(redacted)),
        Record.of_erased(ROOM, RIVEMONT, tombstone(lost)),
    ]
    packed = write_snapshot(
        ROOM,
        state,
        {VALBOURG: {"vector-1": 3}, RIVEMONT: {"vector-1": 3}},
        sorted(records, key=lambda each: each.identity),
        waiting={(ahead.identity, ahead.digest)},
        schema={"task": 1},
    )
    text = gzip.decompress(packed).decode()
    return {"lines": text.splitlines(), "hash": state_hash(state), "refused": [*_refused(text)]}


def _signals(created: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield contents of signals, and whether they count."""
    inside = {"v": 1, "room_id": ROOM, "fr.beffroi.txn": "beffroi-1.0"}
    asking = Signal(ask=(RIVEMONT,), chapter=(RIVEMONT,), frontier={VALBOURG: {"vector-1": 3}}, state_hash="0" * 64)
    needing = Signal(need={(VALBOURG, "vector-1"): ((1, 2), (4, 4))}, turn=1)
    relaying = Signal(relay=(Relayed(ROOM, VALBOURG, created),))
    for name, signal in (("a start", asking), ("a gap", needing), ("its answer", relaying)):
        yield {"name": name, "content": {**inside, **signal_content(signal)}, "counts": True}
    wrong: dict[str, Any] = {
        "another version": {"v": 2},
        "a frontier that is none": {"frontier": {VALBOURG: {"vector-1": "3"}}},
        "a range that ends before it begins": {"need": {VALBOURG: {"vector-1": [[2, 1]]}}},
        "a source in other letters": {"frontier": {VALBOURG: {"vector é": 3}}},
        "a relay of nothing": {"relay": [{}]},
    }
    for name, change in wrong.items():
        content = {**inside, **change}
        try:
            read_signal(content)
        except Rejected as exc:
            yield {"name": name, "content": content, "counts": False, "rejected": exc.reason.value}


def _refused(text: str) -> Iterator[dict[str, str]]:
    """Yield what becomes of a snapshot when one part of its text is replaced by another."""
    changes = [
        ('"v":1}', '"v":2}'),
        ('{"clock":4,', '{"clock":5,'),
        ('"hash":"b390', '"hash":"0390'),
        ('"hash":"', '"hash":"0'),
        ('"lines":5', '"lines":6'),
        ('"vector-1":3}},"hash"', '"vector-1":4}},"hash"'),
        ('"vector-1":3}},"hash"', '"vector 1":3}},"hash"'),
        ("relancer le SDIS", "relancer le SDIS 59"),
        ('"room":"!salle","schema"', '"room":"!autre","schema"'),
        ('"digest":', '"Digest":'),
        ('"early":true,', ""),
    ]
    for old, new in changes:
        assert text.count(old) >= 1, old
        try:
            read_snapshot([gzip.compress(text.replace(old, new).encode())], {ROOM}, keys)
        except BadSnapshot as exc:
            yield {"replace": old, "by": new, "flaw": exc.flaw.value}


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=1, ensure_ascii=False, sort_keys=True))
