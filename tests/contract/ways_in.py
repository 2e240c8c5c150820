"""Every place where somebody who is no friend can put a text of theirs: one row each.

Whoever adds a capability adds the ways in that come with it, and has them tried with every odd text on each database.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bots.envelope.cipher import Encryptor
from bots.envelope.file import as_content
from bots.items.saying.sheet import columns
from bots.objectives.objective import objective
from bots.register.format.identity import object_id
from bots.register.format.signature import Signer
from bots.register.format.wire import CHAPTER, OPS, SIGNAL
from bots.tasks.saying.census import CENSUS
from config.identifiers import MxcUri, RoomId, UserId
from config.texts import texts
from tests.contract.citizens import Drops
from tests.unit.matrix.world import BOT, FakeHomeserver, sealed

ZOE: Final = "@zoe:valbourg.fr"
PARTNER: Final = UserId("@beffroi:rivemont.fr")
SIGNER: Final = Signer(b"r" * 32)
OBJECTIVE: Final = objective(CENSUS)

ODD: Final[tuple[Any, ...]] = (
    *("\x00", "a\x00b", "\ud800", "x\udfff", "\u202egnp.exe", "\u3164", "e\u0301" * 60, "", " ", "$", "\n"),
    # Names as long as names may be, and a text longer than any.
    *("x" * 240, "x" * 254, "a" * 100_000),
    *("'; DROP TABLE matrix_inbox; --", "%_\\|", "../../../v3/logout", "!tâches"),
    *(None, True, 0, -1, 2**63, -(2**70), 1e308, 0.5, [], {}, ["\x00"], {"\x00": "\ud800"}),
)
"""What is put there: whatever JSON can hold."""


def named(before: str, after: str = "") -> Callable[[Any], Any]:
    """Return what makes an identifier of a text, as far as it is one."""
    return lambda odd: f"{before}{odd}{after}" if isinstance(odd, str) else odd


EVENT, USER, ROOM_ID = named("$"), named("@", ":rivemont.fr"), named("!")


class Ways:
    """Puts things into one room of a homeserver: as a member, as another town's assistant, as that homeserver."""

    def __init__(self, server: FakeHomeserver, room_id: RoomId, drops: Drops) -> None:
        self._server = server
        self.room_id = room_id
        self._drops = drops
        self.count = 1

    def say(self, content: Mapping[str, Any], sender: str = ZOE, kind: str = "m.room.message") -> str:
        """Say something, encrypted, with its relation also in the clear; return its event id."""
        event = {"type": "m.room.encrypted", "sender": sender, "content": sealed("own", kind, content)}
        return self._server.add(self.room_id, event)

    def ours(self) -> list[dict[str, Any]]:
        """Return what we have sent to the room, the cards and questions that can be answered."""
        sealed = (event for event in self._server.sent(self.room_id) if event["type"] == "m.room.encrypted")
        return [{**json.loads(event["content"]["ciphertext"]), "event_id": event["event_id"]} for event in sealed]

    def message(self, **content: Any) -> str:
        """Say a text of zoe's."""
        return self.say({"msgtype": "m.text", "body": "!tâches", **content})

    def react(self, target: Any, key: Any) -> None:
        """React in the clear."""
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        self._server.add(self.room_id, {"type": "m.reaction", "sender": ZOE, "content": {"m.relates_to": relation}})

    def state(self, kind: str, content: Mapping[str, Any], key: Any = "", sender: str = ZOE) -> None:
        """Write state, as a homeserver may."""
        event = {"type": kind, "state_key": key, "sender": sender, "content": content}
        self._server.add(self.room_id, event)

    def redact(self, target: Any) -> None:
        """Redact something."""
        self._server.add(self.room_id, {"type": "m.room.redaction", "sender": ZOE, "content": {"redacts": target}})

    def bare(self, **event: Any) -> None:
        """Send what is hardly an event."""
        whole = {"type": "m.room.message", "sender": ZOE, "content": {"msgtype": "m.text", "body": "!tâches"}, **event}
        self._server.add(self.room_id, whole)

    def file(self, data: bytes) -> dict[str, Any]:
        """Upload *data*, encrypted; return what names it."""
        encryptor = Encryptor()
        media = f"media{len(self._server.repository.blobs)}"
        self._server.repository.blobs[media] = encryptor.update(data)
        return as_content(encryptor.finish(MxcUri(f"mxc://valbourg.fr/{media}")))

    def sheet(self, data: bytes, words: str = "!tâche importer", **content: Any) -> None:
        """Have a sheet imported by *words*."""
        named = {"msgtype": "m.file", "body": "taches.csv", "filename": "taches.csv", "info": {"size": len(data)}}
        said = self.say({**named, **self.file(data), **content})
        self.message(body=words, **{"m.relates_to": {"m.in_reply_to": {"event_id": said}}})

    def operation(self, wrap: Callable[[dict[str, Any]], dict[str, Any]], **changes: Any) -> None:
        """Say something that the partner's assistant has signed, as far as it can be."""
        self.count += 1
        task = object_id("task", self.room_id, f"{self.count}")
        change = {"kind": "task", "id": task, "set": {"title": "intruse"}, "first": {"number": self.count}}
        envelope = {"v": 1, "src": f"hostile-{self.count:04}", "seq": 1, "clock": self.count, "ts": 1, "by": PARTNER}
        signed = {**envelope, "ops": [wrap({**change, **changes})]}
        self.signed(signed)

    def signed(self, envelope: Mapping[str, Any]) -> None:
        """Say *envelope* with the partner's signature; what has no canonical form goes without."""
        try:
            whole = SIGNER.sign(envelope, self.room_id, PARTNER)
        except (ValueError, TypeError):
            whole = {**envelope, "sig": "x"}
        self.say({"msgtype": "m.notice", "body": "✔", OPS: whole}, PARTNER)

    def envelope(self, **changes: Any) -> None:
        """Say an operation in whose envelope something is odd."""
        self.count += 1
        task = {"kind": "task", "id": object_id("task", self.room_id, f"{self.count}"), "set": {"title": "x"}}
        envelope = {"v": 1, "src": f"hostile-{self.count:04}", "seq": 1, "clock": self.count, "ts": 1, "by": PARTNER}
        self.signed({**envelope, "ops": [task], **changes})

    def signal(self, **parts: Any) -> None:
        """Tell our device something as the partner's assistant does."""
        self.count += 1
        content = {"v": 1, "room_id": self.room_id, "fr.beffroi.txn": f"{self.room_id} {self.count}", **parts}
        self._server.send_to_device(
            {"type": "fake.olm", "sender": PARTNER, "key": "signed", "inner": SIGNAL, "content": content}
        )

    def chapter(self, **parts: Any) -> None:
        """Open a chapter as the partner's assistant does."""
        self.count += 1
        content = {"v": 1, "clock": self.count, "frontier": {}, "hash": "0" * 64, "snapshot": None, **parts}
        self.say(content, PARTNER, CHAPTER)

    def snapshot(self, header: Mapping[str, Any], *lines: Any) -> None:
        """Open a chapter with a snapshot of these lines, and say that we miss what is in it."""
        whole = {"v": 1, "room": self.room_id, "clock": 9, "frontier": {}, "hash": "0" * 64, "schema": {}, **header}
        text = "".join(json.dumps(line) + "\n" for line in ({"lines": len(lines), **whole}, *lines))
        self.signal(frontier={PARTNER: {"missing-0001": 3}}, hash="0" * 64)
        self.chapter(snapshot=self.file(gzip.compress(text.encode()))["file"])

    def deposit(self, in_file: Mapping[str, Any] | None = None, **changes: Any) -> None:
        """Leave a deposit in a box of the room, as somebody without an account does."""
        self._drops.leave(self.room_id, ZOE, changes, in_file or {})


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: *put* gets what puts things there, and the odd text."""

    name: str
    put: Callable[[Ways, Any], object]
    asks: tuple[str, ...] = ()
    """Commands by which somebody reads what was put there."""
    others: tuple[str, ...] = ()
    """Who is in the room besides zoe: without anybody she is alone with us."""


def _relation(**parts: Any) -> dict[str, Any]:
    return {"m.relates_to": parts}


def _messages() -> Iterator[Way]:
    yield Way("body", lambda ways, odd: ways.message(body=odd))
    yield Way("title", lambda ways, odd: ways.message(body=f"!tâche ajouter {odd}"))
    yield Way("words for a card", lambda ways, odd: ways.message(body=f"!tâche commenter 1 {odd}"))
    yield Way("name in a command", lambda ways, odd: ways.message(body=f"!tâche assigner 1 @{odd}"))
    yield Way(
        "formatted body", lambda ways, odd: ways.message(formatted_body=f'<a href="https://matrix.to/#/@{odd}">x')
    )
    yield Way("formatted body as it is", lambda ways, odd: ways.message(formatted_body=odd))
    yield Way("kind of message", lambda ways, odd: ways.message(msgtype=odd))
    yield Way("mention", lambda ways, odd: ways.message(**{"m.mentions": {"user_ids": [USER(odd), odd, BOT]}}))
    yield Way("mentions", lambda ways, odd: ways.message(**{"m.mentions": odd}))
    yield Way("transaction", lambda ways, odd: ways.message(**{"fr.beffroi.txn": odd}))
    yield Way("our transaction", lambda ways, odd: ways.say({"body": "x", "fr.beffroi.txn": odd}, BOT))
    yield Way("whose card", lambda ways, odd: ways.say({"body": "x", "fr.beffroi.card": {"kind": odd, "id": odd}}, BOT))
    yield Way("buttons", lambda ways, odd: ways.say({"body": "x", "fr.beffroi.buttons": [odd]}, PARTNER))
    yield Way("warning", lambda ways, odd: ways.say({"body": "x", "fr.beffroi.identity": odd}, PARTNER))


def _relations() -> Iterator[Way]:
    new = {"msgtype": "m.text", "body": "!tâche ajouter neuve"}
    yield Way("answered", lambda ways, odd: ways.message(**_relation(**{"m.in_reply_to": {"event_id": EVENT(odd)}})))
    yield Way("answered, as it is", lambda ways, odd: ways.message(**_relation(**{"m.in_reply_to": odd})))
    yield Way("message made a task", _quoting)
    yield Way("thread", lambda ways, odd: ways.message(**_relation(rel_type="m.thread", event_id=EVENT(odd))))
    yield Way("kind of relation", lambda ways, odd: ways.message(**_relation(rel_type=odd, event_id="$x")))
    yield Way("relation", lambda ways, odd: ways.message(**{"m.relates_to": odd}))
    yield Way(
        "edited",
        lambda ways, odd: ways.message(
            **{"m.new_content": new}, **_relation(rel_type="m.replace", event_id=EVENT(odd))
        ),
    )
    yield Way("new words", _editing)
    yield Way("reacted to", lambda ways, odd: ways.react(EVENT(odd), "📌"))
    yield Way("reaction", lambda ways, odd: ways.react(ways.message(), odd))
    yield Way("reaction with a selector", lambda ways, odd: ways.react(ways.message(), f"📌{odd}"))
    yield Way("redacted", lambda ways, odd: ways.redact(EVENT(odd)))
    yield Way("redacted, as it is", lambda ways, odd: ways.redact(odd))


def _quoting(ways: Ways, odd: Any) -> None:
    said = ways.message(body=odd)
    ways.message(body="!tâche", **_relation(**{"m.in_reply_to": {"event_id": said}}))
    ways.react(said, "📌")


def _editing(ways: Ways, odd: Any) -> None:
    said = ways.message(body="!tâche ajouter vieille")
    relation = _relation(rel_type="m.replace", event_id=said)
    ways.message(**{"m.new_content": {"msgtype": "m.text", "body": odd}}, **relation)
    ways.message(**{"m.new_content": odd}, **relation)


def _server() -> Iterator[Way]:
    yield Way("sender", lambda ways, odd: ways.bare(sender=USER(odd)))
    yield Way("event type", lambda ways, odd: ways.bare(type=odd))
    yield Way("event content", lambda ways, odd: ways.bare(content=odd))
    yield Way("unsigned", lambda ways, odd: ways.bare(unsigned={"transaction_id": odd, "prev_content": odd}))
    yield Way("time of an event", lambda ways, odd: ways.bare(origin_server_ts=odd))
    here = {"membership": "join"}
    yield Way("display name", lambda ways, odd: ways.state("m.room.member", {**here, "displayname": odd}, ZOE))
    yield Way("membership", lambda ways, odd: ways.state("m.room.member", {"membership": odd}, ZOE))
    yield Way("member", lambda ways, odd: ways.state("m.room.member", here, USER(odd)))
    yield Way("room name", lambda ways, odd: ways.state("m.room.name", {"name": odd}))
    yield Way("successor", lambda ways, odd: ways.state("m.room.tombstone", {"replacement_room": ROOM_ID(odd)}))
    yield Way(
        "predecessor",
        lambda ways, odd: ways.state("m.room.create", {"type": odd, "predecessor": {"room_id": ROOM_ID(odd)}}),
    )
    yield Way("retention", lambda ways, odd: ways.state("m.room.retention", {"max_lifetime": odd}))
    yield Way(
        "rotation", lambda ways, odd: ways.state("m.room.encryption", {"rotation_period_ms": odd, "algorithm": odd})
    )
    yield Way(
        "session", lambda ways, odd: ways.bare(type="m.room.encrypted", content={"session_id": odd, "algorithm": odd})
    )


def _operations() -> Iterator[Way]:
    for name in (
        "title",
        "description",
        "when",
        "rule",
        "status",
        "priority",
        "estimate",
        "parent",
        "objective",
        "wonder",
    ):
        yield Way(f"field {name}", lambda ways, odd, name=name: ways.operation(dict, set={"title": "x", name: odd}))  # type: ignore[misc]
    for name in ("creator", "source", "number"):
        yield Way(f"first {name}", lambda ways, odd, name=name: ways.operation(dict, first={"number": 3, name: odd}))  # type: ignore[misc]
    for name in ("assignees", "labels", "depends"):
        yield Way(f"added {name}", lambda ways, odd, name=name: ways.operation(dict, add={name: [odd]}))  # type: ignore[misc]
    yield Way("element taken out", lambda ways, odd: ways.operation(dict, remove={"labels": [odd]}))
    yield Way("name of a field", lambda ways, odd: ways.operation(dict, set={str(odd): 1}))
    yield Way("kind of object", lambda ways, odd: ways.operation(dict, kind=odd))
    yield Way("id of an object", lambda ways, odd: ways.operation(dict, id=odd))
    yield Way("comment", lambda ways, odd: ways.operation(lambda it: {**it, "kind": "comment", "set": {"text": odd}}))
    for name in ("src", "seq", "clock", "ts", "by", "for", "cause", "sig", "v", "ops", "void"):
        yield Way(f"envelope {name}", lambda ways, odd, name=name: ways.envelope(**{name: odd}))  # type: ignore[misc]
    yield Way("envelope also", lambda ways, odd: ways.envelope(also=[EVENT(odd)]))
    yield Way("envelope cause", lambda ways, odd: ways.envelope(cause=EVENT(odd), **{"for": "@x:ailleurs.fr"}))
    yield Way("operation", lambda ways, odd: ways.say({"msgtype": "m.notice", "body": "x", OPS: odd}, PARTNER))


def _signals() -> Iterator[Way]:
    for name in ("need", "turn", "ask", "chapter", "frontier", "hash", "relay", "v", "room_id", "fr.beffroi.txn"):
        yield Way(f"signal {name}", lambda ways, odd, name=name: ways.signal(**{name: odd}))  # type: ignore[misc]
    yield Way("source that is needed", lambda ways, odd: ways.signal(need={PARTNER: {str(odd): [[1, 9]]}}))
    yield Way("author that is needed", lambda ways, odd: ways.signal(need={str(odd): {"hostile-0001": [[1, 9]]}}))
    yield Way("source that is held", lambda ways, odd: ways.signal(frontier={PARTNER: {str(odd): 3}}, hash="0" * 64))
    yield Way("author that is held", lambda ways, odd: ways.signal(frontier={str(odd): {"hostile-0001": 3}}))
    yield Way("how much is held", lambda ways, odd: ways.signal(frontier={PARTNER: {"hostile-0001": odd}}))
    yield Way("relayed", lambda ways, odd: ways.signal(relay=[{"room": odd, "sender": odd, "ops": odd}]))
    yield Way("who is asked", lambda ways, odd: ways.signal(ask=[odd, USER(odd)], chapter=[odd]))


def _chapters() -> Iterator[Way]:
    for name in ("clock", "frontier", "hash", "previous", "snapshot", "v"):
        yield Way(f"chapter {name}", lambda ways, odd, name=name: ways.chapter(**{name: odd}))  # type: ignore[misc]
    yield Way("chapter before", lambda ways, odd: ways.chapter(previous=EVENT(odd)))
    yield Way("source in a chapter", lambda ways, odd: ways.chapter(frontier={PARTNER: {str(odd): 3}}))
    for name in ("url", "key", "iv", "hashes"):
        yield Way(
            f"snapshot's {name}",
            lambda ways, odd, name=name: ways.chapter(snapshot={**ways.file(b"x")["file"], name: odd}),  # type: ignore[misc]
        )
    for name in ("v", "room", "clock", "frontier", "hash", "lines", "schema"):
        yield Way(f"header {name}", lambda ways, odd, name=name: ways.snapshot({name: odd}))  # type: ignore[misc]
    yield Way("source in a header", lambda ways, odd: ways.snapshot({"frontier": {PARTNER: {str(odd): 3}}}))
    yield Way("line", lambda ways, odd: ways.snapshot({}, odd))
    for name in ("sender", "room", "ops", "tombstone"):
        yield Way(f"line's {name}", lambda ways, odd, name=name: ways.snapshot({}, {"sender": PARTNER, name: odd}))  # type: ignore[misc]


def _filed(ways: Ways, odd: Any) -> None:
    sent = ways.say({**ways.file(b"x"), "msgtype": "m.file", "filename": odd, "info": {"size": odd, "mimetype": odd}})
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": sent}}}
    for words in (f"ranger dans {odd}", f"renommer en {odd}", f"étiqueter #{odd}", f"version {odd}"):
        ways.message(body=words, **relation)
    ways.message(body=f"!fichiers {odd}")


def _filing(odd: Any) -> dict[str, Any]:
    fields = dict.fromkeys(("event", "folder", "name", "binned", "raised", "infected"), odd)
    return {"kind": "file", "id": object_id("file", "!x", "$x"), "set": fields, "add": {"tags": [odd], "about": [odd]}}


def _deposited(odd: Any) -> dict[str, Any]:
    first = dict.fromkeys(("number", "deposit", "box", "cause", "receipt", "kept"), odd)
    fields = {"title": odd, "status": odd, "closed": odd}
    made = {**dict.fromkeys(("creator", "made", "until", "cause", "room"), odd), **first}
    return {"kind": "deposit", "id": object_id("deposit", "!x", "x"), "set": fields, "first": made}


def _brought(ways: Ways, odd: Any) -> None:
    content = {**ways.file(b"x"), "msgtype": "m.file", "filename": odd, "fr.beffroi.filed": {"folder": odd}}
    ways.say(content, PARTNER)
    ways.say({**content, "fr.beffroi.filed": odd}, PARTNER)
    ways.message(body="!fichiers")
    ways.message(body=f"!dépôt ouvrir {odd}")
    ways.message(body=f"!dépôt traité {odd}")


def _sheets() -> Iterator[Way]:
    head = "Titre;Description;Étiquettes;Assignée à;Échéance;Numéro\n"
    yield Way("cell", lambda ways, odd: ways.sheet(_text(head + ";".join([str(odd)] * 6) + "\n")))
    heads = [heading for _, heading in columns(OBJECTIVE, texts("fr"))]
    yield Way(
        "cell of objectives",
        lambda ways, odd: ways.sheet(
            _text(";".join(heads) + "\n" + ";".join([str(odd)] * len(heads)) + "\n"), "!objectifs importer"
        ),
    )
    for name in (*(row.name for row in OBJECTIVE.all), "status"):
        yield Way(
            f"objective's {name}",
            lambda ways, odd, name=name: ways.operation(dict, kind="objective", set={"title": "x", name: odd}),  # type: ignore[misc]
        )
    yield Way("column", lambda ways, odd: ways.sheet(_text(f"Titre;{odd}\nx;y\n")))
    yield Way("sheet", lambda ways, odd: ways.sheet(_text(str(odd))))
    yield Way("sheet in JSON", lambda ways, odd: ways.sheet(json.dumps([{"title": odd, "number": odd}]).encode()))
    yield Way("name of a file", lambda ways, odd: ways.sheet(b"Titre\nx\n", filename=odd, body=odd))
    yield Way("file of the library", _filed)
    yield Way("what is said of a file", lambda ways, odd: ways.envelope(ops=[_filing(odd)]))
    yield Way("what is said of a deposit", lambda ways, odd: ways.envelope(ops=[_deposited(odd)]))
    yield Way("what is said of a box", lambda ways, odd: ways.envelope(ops=[{**_deposited(odd), "kind": "box"}]))
    yield Way("file that is brought", _brought)
    yield Way("size of a file", lambda ways, odd: ways.sheet(b"Titre\nx\n", info={"size": odd, "mimetype": odd}))
    for name in ("url", "key", "iv", "hashes", "v"):
        yield Way(
            f"file's {name}",
            lambda ways, odd, name=name: ways.sheet(b"x", file={**ways.file(b"x")["file"], name: odd}),  # type: ignore[misc]
        )


def _text(words: str) -> bytes:
    return words.encode("utf-8", "surrogatepass")


def _deposits() -> Iterator[Way]:
    yield Way("answer of a citizen", lambda ways, odd: ways.deposit(answers=[odd, odd]))
    yield Way("many answers of a citizen", lambda ways, odd: ways.deposit(answers=[odd] * 30))
    for name in ("v", "chunk", "deposit", "language", "answers", "files", "reply", "earlier", "wonder"):
        yield Way(f"deposit's {name}", lambda ways, odd, name=name: ways.deposit(**{name: odd}))  # type: ignore[misc]
    yield Way("deposit that is added to", lambda ways, odd: ways.deposit(earlier={"deposit": odd, "reply": odd}))
    for name in ("name", "type", "size", "sha256", "key", "iv", "chunks", "wonder"):
        yield Way(f"{name} of a citizen's file", lambda ways, odd, name=name: ways.deposit({name: odd}))  # type: ignore[misc]


WAYS: Final = (
    *(*_messages(), *_relations(), *_server(), *_operations(), *_signals(), *_chapters(), *_sheets()),
    *_deposits(),
)
