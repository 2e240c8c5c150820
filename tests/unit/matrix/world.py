"""A scripted homeserver and what the tests of the edge need around it."""

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bots.database.engine import Database, Transaction, metadata
from bots.database.errors import DatabaseAway
from bots.matrix import tables
from bots.matrix.crypto.model import MEGOLM, CryptoSync, Decrypted, FromDevice, Received, Rotation, Undecryptable
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.errors import Refused
from bots.matrix.events import Event, IdentityChange, Incoming, JsonObject, Outgoing, OutgoingToDevice, Sent, ToDevice
from bots.matrix.homeserver.session import AppserviceLogin
from bots.matrix.port import Handler
from bots.matrix.reading import TXN
from bots.matrix.seams import NO_SEAMS, Seams
from config.identifiers import DeviceId, RoomId, ServerName, UserId
from tests.unit.matrix.repository import Repository

assert tables.inbox is not None

BOT = UserId("@beffroi:valbourg.fr")
ANNE = "@anne:valbourg.fr"
ROOM = RoomId("!room")
RIVEMONT = UserId("@beffroi:rivemont.fr")
PARTNERS = (BOT, RIVEMONT)
LISTED = frozenset({ServerName("valbourg.fr"), ServerName("rivemont.fr")})


class Pulse:
    """Wakes whoever waits for a condition, whenever something happened."""

    def __init__(self) -> None:
        self._waiters: list[asyncio.Event] = []

    def beat(self) -> None:
        for each in self._waiters:
            each.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        event = asyncio.Event()
        self._waiters.append(event)
        try:
            async with asyncio.timeout(8):
                while not condition():
                    # Not everything that changes beats the pulse.
                    with suppress(TimeoutError):
                        await asyncio.wait_for(event.wait(), 0.01)
                    event.clear()
        finally:
            self._waiters.remove(event)


class ManualClock:
    """Short waits pass at once; longer ones when the test says so."""

    def __init__(self, pulse: Pulse, now_ms: int = 1_795_000_000_000) -> None:
        self.now = now_ms
        self.slept: list[float] = []
        self.patience_s = 5.0
        """From how many seconds on a wait is a longer one."""
        self._pulse = pulse
        self._sleepers: list[tuple[int, asyncio.Event]] = []

    def now_ms(self) -> int:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._pulse.beat()
        if seconds < self.patience_s:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        self._sleepers.append((self.now + int(seconds * 1000), woken))
        await woken.wait()

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * 1000)
        for due, woken in self._sleepers:
            if due <= self.now:
                woken.set()


@dataclass
class FakeRoom:
    events: list[dict[str, Any]] = field(default_factory=list)
    stream: list[int] = field(default_factory=list)
    joined: bool = True
    invite: list[dict[str, Any]] | None = None
    join_position: int = 0


class FakeHomeserver:
    """As much of a homeserver as the edge talks to. ``fail`` decides which requests go wrong, and how."""

    def __init__(self, pulse: Pulse) -> None:
        self.pulse = pulse
        self.rooms: dict[str, FakeRoom] = {}
        self.invites: dict[str, list[dict[str, Any]]] = {}
        self.left: dict[str, int] = {}
        self.changes: dict[str, int] = {}
        self.to_device: list[tuple[int, dict[str, Any]]] = []
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.logins: list[dict[str, Any]] = []
        self.tokens: dict[str, str] = {}
        self.soft: set[str] = set()
        self.fail: Callable[[str, str], tuple[int, dict[str, Any]] | None] = lambda method, path: None
        self.timeline_limit = 100
        self.batch_names: dict[str, str] = {}
        """What a room's timeline is said to begin at, in the place of the truth."""
        self.page_names: dict[str, str] = {}
        """What the next page of a room's history is said to begin at."""
        self.repository = Repository(lambda token: token in self.tokens, self._fault)
        self.txns: dict[tuple[str, str, str], str] = {}
        self._numbers = itertools.count(1)
        self._position = 0
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        app = web.Application(client_max_size=1 << 30)
        self.repository.serve(app)
        app.router.add_route("*", "/{tail:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.url = f"http://127.0.0.1:{port}"

    def _fault(self, method: str, path: str) -> tuple[int, dict[str, Any]] | None:
        return self.fail(method, path)

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # -- what the test does

    def room(self, room_id: str = ROOM, *, encrypted: bool = False, members: tuple[str, ...] = (ANNE,)) -> None:
        room = self.rooms[room_id] = FakeRoom()
        self.state(room_id, "m.room.create", "", {}, ANNE)
        for each in members:
            self.state(room_id, "m.room.member", each, {"membership": "join"}, each)
        if encrypted:
            self.state(room_id, "m.room.encryption", "", {"algorithm": MEGOLM}, ANNE)
        room.joined = False

    def join(self, room_id: str = ROOM) -> None:
        self.rooms[room_id].joined = True
        self.left.pop(room_id, None)
        self.invites.pop(room_id, None)
        self.state(room_id, "m.room.member", BOT, {"membership": "join"}, BOT, before="invite")
        self.rooms[room_id].join_position = self._position

    def kick(self, room_id: str = ROOM) -> None:
        self.state(room_id, "m.room.member", BOT, {"membership": "leave"}, ANNE, before="join")
        self.rooms[room_id].joined = False
        self.left[room_id] = self._position

    def invite(self, room_id: str, sender: str, *, direct: bool = False) -> None:
        self._position += 1
        self.rooms.setdefault(room_id, FakeRoom()).joined = False
        content = {"membership": "invite", "is_direct": direct}
        self.invites[room_id] = [
            {"type": "m.room.member", "state_key": BOT, "sender": sender, "content": content},
        ]
        self.changes[room_id] = self._position
        self.pulse.beat()

    def state(
        self, room_id: str, kind: str, key: str, content: JsonObject, sender: str, before: str | None = None
    ) -> str:
        unsigned = {"prev_content": {"membership": before}} if before else {}
        return self.add(room_id, {"type": kind, "state_key": key, "content": content, "sender": sender}, unsigned)

    def say(self, room_id: str, body: str, sender: str = ANNE, **content: Any) -> str:
        whole = {"msgtype": "m.text", "body": body, **content}
        return self.add(room_id, {"type": "m.room.message", "content": whole, "sender": sender})

    def add(self, room_id: str, event: dict[str, Any], unsigned: dict[str, Any] | None = None) -> str:
        self._position += 1
        event_id = f"$e{next(self._numbers)}"
        whole = {"origin_server_ts": 1_795_000_000_000, "unsigned": unsigned or {}, **event, "event_id": event_id}
        self.rooms[room_id].events.append(whole)
        self.rooms[room_id].stream.append(self._position)
        self.pulse.beat()
        return event_id

    def send_to_device(self, event: dict[str, Any]) -> None:
        self._position += 1
        self.to_device.append((self._position, event))
        self.pulse.beat()

    def tell(
        self, sender: str, content: JsonObject, *, key: str = "signed", room_id: str = ROOM, txn: str = ""
    ) -> None:
        """Have a device of *sender* tell ours something about a room; empty: something that nobody can open."""
        whole = {**content, "room_id": room_id, TXN: txn or f"told{self._position}"} if content else {}
        self.send_to_device(
            {"type": "fake.olm", "inner": "fake.signal", "sender": sender, "key": key, "content": whole}
        )

    def sent(self, room_id: str = ROOM) -> list[dict[str, Any]]:
        return [each for each in self.rooms[room_id].events if each["sender"] == BOT and "state_key" not in each]

    def calls(self, part: str) -> list[tuple[str, str, dict[str, str], Any]]:
        return [each for each in self.requests if part in each[1]]

    # -- what the edge sees

    async def _answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        body = json.loads(text) if text else None
        parts = [each for each in request.rel_url.raw_path.split("/") if each][2:]
        from urllib.parse import unquote  # noqa: PLC0415

        parts = [unquote(each) for each in parts][1:]
        path = "/".join(parts)
        self.requests.append((request.method, path, dict(request.query), body))
        self.pulse.beat()
        broken = self.fail(request.method, path)
        if broken is not None:
            return web.json_response(broken[1], status=broken[0])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if parts[0] == "register":
            return web.json_response({"errcode": "M_USER_IN_USE"}, status=400)
        if parts[0] == "login":
            return self._login(body or {})
        if token not in self.tokens:
            gone = {"errcode": "M_UNKNOWN_TOKEN", "error": "", "soft_logout": token in self.soft}
            return web.json_response(gone, status=401)
        status, answer = await self._authorised(request, parts, body, self.tokens[token])
        return web.json_response(answer, status=status)

    def _login(self, body: dict[str, Any]) -> web.Response:
        self.logins.append(body)
        token = f"token{len(self.logins)}"
        self.tokens[token] = body["device_id"]
        return web.json_response({"user_id": BOT, "device_id": body["device_id"], "access_token": token})

    async def _authorised(  # noqa: PLR0911, PLR0912
        self, request: web.Request, parts: list[str], body: Any, device: str
    ) -> tuple[int, dict[str, Any]]:
        match request.method, parts:
            case "GET", ["sync"]:
                return 200, await self._sync(request.query)
            case "GET", ["profile", *_]:
                return 200, {"displayname": "Beffroi"}
            case "PUT", ["rooms", room_id, "send", kind, txn]:
                return self._send(room_id, kind, txn, body, device)
            case "PUT", ["rooms", room_id, "redact", target, txn]:
                return self._send(room_id, "m.room.redaction", txn, body | {"redacts": target}, device)
            case "GET", ["rooms", room_id, "messages"]:
                return 200, self._messages(room_id, request.query)
            case "GET", ["rooms", room_id, "state", "m.room.member", user] if request.query.get("format") == "event":
                found = self._members(room_id, user)
                return (200, found[-1]) if found else (404, {"errcode": "M_NOT_FOUND", "error": ""})
            case "GET", ["rooms", room_id, "state", kind]:
                states = [
                    each for each in self.rooms[room_id].events if (each["type"], each.get("state_key")) == (kind, "")
                ]
                if not states:
                    return 404, {"errcode": "M_NOT_FOUND", "error": ""}
                return 200, states[-1] if request.query.get("format") == "event" else states[-1]["content"]
            case "GET", ["rooms", room_id, "context", event_id]:
                return self._context(room_id, event_id, json.loads(request.query["filter"]))
            case "GET", ["rooms", room_id, "state", "m.room.member", _]:
                return 200, {"membership": "join" if self.rooms[room_id].joined else "leave"}
            case "GET", ["rooms", room_id, "event", event_id]:
                members = {each["event_id"]: each for each in self._members(room_id)}
                events = self.rooms[room_id].events
                found = [members.get(event_id, each) for each in events if each["event_id"] == event_id]
                return (200, found[0]) if found else (404, {"errcode": "M_NOT_FOUND", "error": ""})
            case "GET", ["rooms", room_id, "relations", root, _]:
                return 200, self._relations(room_id, root, request.query)
            case "POST", ["rooms", room_id, "join"]:
                self.join(room_id)
                return 200, {"room_id": room_id}
            case "POST", ["join", room_id]:
                self.join(room_id)
                return 200, {"room_id": room_id}
            case "POST", ["rooms", room_id, "leave"]:
                self.invites.pop(room_id, None)
                return 200, {}
        return 404, {"errcode": "M_UNRECOGNIZED", "error": ""}

    def _members(self, room_id: str, user: str | None = None) -> list[dict[str, Any]]:
        """What was said of the membership of *user*, or of anybody, each with what it took the place of."""
        found: list[dict[str, Any]] = []
        latest: dict[str, str] = {}
        for event in self.rooms[room_id].events:
            if event["type"] == "m.room.member" and user in (None, event["state_key"]):
                before = latest.get(event["state_key"])
                unsigned = {**event["unsigned"], **({"replaces_state": before} if before else {})}
                found.append({**event, "unsigned": unsigned})
                latest[event["state_key"]] = event["event_id"]
        return found

    def _context(self, room_id: str, event_id: str, wanted: Any) -> tuple[int, dict[str, Any]]:
        ids = [each["event_id"] for each in self.rooms[room_id].events]
        if event_id not in ids:
            return 404, {"errcode": "M_NOT_FOUND", "error": ""}
        before = self.rooms[room_id].events[: ids.index(event_id)]
        state = {each["state_key"]: each for each in before if each["type"] in wanted["types"]}
        return 200, {"state": [each for each in state.values() if each["sender"] in wanted["senders"]]}

    def _send(self, room_id: str, kind: str, txn: str, body: Any, device: str) -> tuple[int, dict[str, Any]]:
        if not self.rooms[room_id].joined:
            return 403, {"errcode": "M_FORBIDDEN", "error": ""}
        known = self.txns.get((device, room_id, txn))
        if known is None:
            event = {"type": kind, "content": body, "sender": BOT}
            known = self.txns[device, room_id, txn] = self.add(room_id, event, {"transaction_id": txn})
        return 200, {"event_id": known}

    def _messages(self, room_id: str, query: Any) -> dict[str, Any]:
        room = self.rooms[room_id]
        top = int(query["from"].removeprefix("s")) if "from" in query else self._position
        bottom = int(query["to"].removeprefix("s")) if "to" in query else 0
        limit = min(int(query.get("limit", 10)), 3)
        found = [
            (position, event)
            for position, event in zip(room.stream, room.events, strict=True)
            if bottom < position <= top and _passes(event, json.loads(query.get("filter", "{}")))
        ]
        page = list(reversed(found))[:limit]
        answer: dict[str, Any] = {"chunk": [event for _, event in page], "start": f"s{top}"}
        if page:
            answer["end"] = self.page_names.get(room_id, f"s{page[-1][0] - 1}")
        return answer

    def _relations(self, room_id: str, root: str, query: Any) -> dict[str, Any]:
        found = [
            each
            for each in reversed(self.rooms[room_id].events)
            if each["content"].get("m.relates_to", {}).get("event_id") == root
        ]
        start = int(query.get("from", 0))
        answer: dict[str, Any] = {"chunk": found[start : start + 2]}
        if start + 2 < len(found):
            answer["next_batch"] = str(start + 2)
        return answer

    async def _sync(self, query: Any) -> dict[str, Any]:
        since = int(query["since"].removeprefix("s")) if "since" in query else 0
        if query.get("timeout") != "0" and self._position <= since:
            waiter = asyncio.Event()
            self.pulse._waiters.append(waiter)
            try:
                while self._position <= since:
                    await waiter.wait()
                    waiter.clear()
            finally:
                self.pulse._waiters.remove(waiter)
        rooms: dict[str, Any] = defaultdict(dict)
        for room_id, room in self.rooms.items():
            if room.joined or self.left.get(room_id, -1) > since:
                part = self._room_part(room, since, full=query.get("full_state") == "true")
                if part is not None:
                    if room_id in self.batch_names:
                        part["timeline"]["prev_batch"] = self.batch_names[room_id]
                    rooms["join" if room.joined else "leave"][room_id] = part
            if room_id in self.invites and self.changes[room_id] > since:
                rooms["invite"][room_id] = {"invite_state": {"events": self.invites[room_id]}}
        return {
            "next_batch": f"s{self._position}",
            "rooms": dict(rooms),
            "to_device": {"events": [event for position, event in self.to_device if position > since]},
            "device_one_time_keys_count": {"signed_curve25519": 50},
            "device_unused_fallback_key_types": ["signed_curve25519"],
        }

    def _room_part(self, room: FakeRoom, since: int, *, full: bool) -> dict[str, Any] | None:
        new = [(p, e) for p, e in zip(room.stream, room.events, strict=True) if p > since]
        fresh = room.join_position > since
        if fresh:
            new = list(zip(room.stream, room.events, strict=True))
        if not new and not full:
            return None
        shown = new[-self.timeline_limit :]
        limited = len(shown) < len(new)
        first = shown[0][0] if shown else self._position + 1
        old = [
            event
            for position, event in zip(room.stream, room.events, strict=True)
            if "state_key" in event and position < first and (full or fresh or position > since)
        ]
        state: dict[tuple[str, str], dict[str, Any]] = {}
        for event in old:
            state[event["type"], event["state_key"]] = event
        return {
            "timeline": {"events": [e for _, e in shown], "limited": limited, "prev_batch": f"s{first - 1}"},
            "state": {"events": list(state.values())},
        }


class FakeEncryption:
    """Ciphertext is JSON; a session's key comes as a to-device event of type ``fake.key``.

    What somebody's device says comes as ``fake.olm``, in the clear, with the device's *key*: those in ``devices`` are
    known, and signed or not. ``handed`` are the contents that were sent to devices, by user and transaction id;
    ``refuse`` may raise before one is, or tell that nothing could be claimed.
    """

    def __init__(self) -> None:
        self.sessions: set[str] = {"own"}
        self.members: list[frozenset[UserId]] = []
        self.strict: list[bool] = []
        self.written: list[int | None] = []
        self.departed: list[tuple[str, str]] = []
        self.own_device_signed = True
        self.refuses: set[str] = set()
        """What cannot be encrypted, for no reason that would go away."""
        self.devices: dict[str, bool] = {"signed": True, "unsigned": False}
        self.handed: dict[tuple[str, str], dict[str, Any]] = {}
        self.refuse: Callable[[UserId], bool] = lambda user_id: False
        self.changed: dict[UserId, IdentityChange] = {}
        self.without_identity: dict[UserId, datetime] = {}

    async def publish(self) -> None: ...

    async def receive(self, sync: CryptoSync, transaction: Transaction) -> Received:
        if any(each["type"] == "fake.poison" for each in sync.to_device):
            raise ValueError("cannot")
        found = {(RoomId(each["room"]), each["session"]) for each in sync.to_device if each["type"] == "fake.key"}
        self.sessions |= {session for _, session in found}
        told = [each for each in sync.to_device if each["type"] == "fake.olm"]
        messages = [
            FromDevice(UserId(each["sender"]), each["key"], each["key"], each["inner"], each["content"])
            for each in told
            if each["content"]
        ]
        garbled = {UserId(each["sender"]) for each in told if not each["content"]}
        return Received(frozenset(found), tuple(messages), frozenset(garbled))

    async def identify(
        self, room_id: RoomId, sender: UserId, sender_key: str, ed25519: str, transaction: Transaction
    ) -> DeviceId | Undecryptable:
        if sender_key not in self.devices:
            return Undecryptable("no_session")
        return DeviceId(sender_key.upper()) if self.devices[sender_key] else Undecryptable("untrusted_device")

    async def send_to_devices(
        self,
        user_id: UserId,
        type: str,  # noqa: A002
        content: JsonObject,
        *,
        txn: str,
    ) -> bool:
        if self.refuse(user_id):
            return False
        self.handed[user_id, txn] = dict(content)
        return True

    def rolled_back(self) -> None: ...

    async def maintain(self) -> frozenset[tuple[RoomId, str]]:
        return frozenset()

    async def decrypt(
        self, room_id: RoomId, raw_event: dict[str, Any], transaction: Transaction
    ) -> Decrypted | Undecryptable:
        content = raw_event["content"]
        if not isinstance(content.get("session_id"), str) or not isinstance(content.get("ciphertext"), str):
            return Undecryptable("malformed")
        if content["session_id"] not in self.sessions:
            return Undecryptable("no_session")
        inner = json.loads(content["ciphertext"])
        changed = raw_event["sender"] in self.changed
        return Decrypted(inner["type"], inner["content"], DeviceId("DEVICE"), content["session_id"], 0, True, changed)

    async def encrypt(
        self,
        room_id: RoomId,
        members: frozenset[UserId],
        type: str,  # noqa: A002
        content: JsonObject,
        rotation: Rotation,
        *,
        strict: bool = False,
        written_at: int | None = None,
    ) -> dict[str, Any]:
        if content.get("body") in self.refuses:
            raise ValueError("cannot")
        self.members.append(members)
        self.strict.append(strict)
        self.written.append(written_at)
        return sealed("own", type, content)

    def member_left(self, room_id: RoomId, user_id: UserId) -> None:
        self.departed.append((room_id, user_id))

    def discard(self, room_id: RoomId) -> None: ...

    def identity_changed(self, user_id: UserId) -> bool:
        return user_id in self.changed

    def identity_changes(self) -> tuple[IdentityChange, ...]:
        return tuple(self.changed.values())

    async def confirm_identity(self, user_id: UserId, seen: str | None) -> bool:
        if user_id not in self.changed or self.changed[user_id].seen != seen:
            return False
        del self.changed[user_id]
        return True


def sealed(session: str, kind: str, content: JsonObject) -> dict[str, Any]:
    ciphertext = json.dumps({"type": kind, "content": dict(content)})
    answer: dict[str, Any] = {"algorithm": MEGOLM, "session_id": session, "ciphertext": ciphertext}
    if "m.relates_to" in content:
        answer["m.relates_to"] = content["m.relates_to"]
    return answer


class Echo:
    """A handler that answers every ``!command`` and remembers everything, as far as it was committed or not."""

    def __init__(self, pulse: Pulse) -> None:
        self.pulse = pulse
        self.edge: MatrixEdge | None = None
        self.incoming: list[Incoming] = []
        self.acknowledged: list[Sent] = []
        self.refusals: list[tuple[str, Refused]] = []
        self.unfilled_rooms: list[RoomId] = []
        self.abandonments: list[Incoming] = []
        self.crowds: list[tuple[RoomId, UserId, int]] = []
        self.fail_on: dict[str, int] = {}
        self.away_on: dict[str, int] = {}
        """How often the database is away while this is handled."""
        self.deaf_to: set[str] = set()
        self.told: list[ToDevice] = []
        self.lost: list[UserId] = []
        self.idles = 0

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        if isinstance(incoming, ToDevice):
            await self._hear(incoming, transaction)
            return
        body = incoming.content.get("body", "") if isinstance(incoming, Event) else ""
        if self.fail_on.get(body, 0) > 0:
            self.fail_on[body] -= 1
            raise ValueError("cannot")
        if self.away_on.get(body, 0) > 0:
            self.away_on[body] -= 1
            raise DatabaseAway("away")
        self.incoming.append(incoming)
        self.pulse.beat()
        if isinstance(incoming, Event) and body.startswith("!") and incoming.sender != BOT:
            assert self.edge is not None
            answer = {"msgtype": "m.notice", "body": f"re {body}"}
            await self.edge.enqueue(
                Outgoing(incoming.room_id, f"txn{incoming.event_id}", "m.room.message", answer), transaction
            )

    async def _hear(self, told: ToDevice, transaction: Transaction) -> None:
        """Answer what a device asks, to its user's devices."""
        self.told.append(told)
        self.pulse.beat()
        if "ask" in told.content:
            assert self.edge is not None
            answer = OutgoingToDevice(told.room_id, f"re {told.key}", told.type, {"answer": 1}, (told.sender,))
            await self.edge.enqueue_to_device(answer, transaction)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        if sent.content.get("body") in self.deaf_to:
            raise ValueError("cannot")
        self.acknowledged.append(sent)
        self.pulse.beat()

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        self.refusals.append((outgoing_txn, error))
        self.pulse.beat()

    def garbled(self, sender: UserId) -> None:
        self.lost.append(sender)
        self.pulse.beat()

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None:
        self.unfilled_rooms.append(room_id)
        self.pulse.beat()

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None:
        self.abandonments.append(incoming)
        self.pulse.beat()
        assert self.edge is not None
        if isinstance(incoming, Event):
            answer = {"msgtype": "m.notice", "body": "failed"}
            message = Outgoing(incoming.room_id, f"failed{incoming.event_id}", "m.room.message", answer)
            await self.edge.enqueue(message, transaction)

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None:
        self.crowds.append((room_id, person, waiting))
        self.pulse.beat()

    async def idle(self) -> None:
        self.idles += 1
        self.pulse.beat()

    def bodies(self) -> list[str]:
        return [each.content.get("body", "") for each in self.incoming if isinstance(each, Event)]


class World:
    """One homeserver, one database, and edges that come and go."""

    def __init__(self, directory: Path, database: Database | None = None) -> None:
        self.directory = directory
        self.pulse = Pulse()
        self.clock = ManualClock(self.pulse)
        self.server = FakeHomeserver(self.pulse)
        self.encryption = FakeEncryption()
        self.echo = Echo(self.pulse)
        self.database = database or Database.open(f"sqlite:///{directory}/beffroi.db")
        self.edge: MatrixEdge | None = None
        self.partners: tuple[UserId, ...] = PARTNERS
        self._task: asyncio.Task[None] | None = None

    async def create(self) -> None:
        await self.server.start()
        async with self.database.begin() as transaction:
            await transaction.run_sync(metadata.create_all)

    async def open(self, seams: Seams = NO_SEAMS) -> MatrixEdge:
        """Open an edge; it runs from now on."""
        settings = EdgeSettings(
            *(self.server.url, BOT, AppserviceLogin("secret"), self.directory, "Beffroi", {}, lambda: LISTED),
            partners=lambda: self.partners,
        )

        async def open_encryption(session: object) -> FakeEncryption:
            await session.request("GET", "/_matrix/client/v3/profile/x/y")  # type: ignore[attr-defined]
            return self.encryption

        edge = self.edge = MatrixEdge(settings, self.database, open_encryption, self.clock, seams)
        await edge.start()
        self._task = asyncio.create_task(edge.run(self.attach(edge)))
        self._task.add_done_callback(lambda _: self.pulse.beat())
        # A room found in the very first sync of an empty database is history.
        await self.pulse.until(lambda: edge.status().syncs > 0 or self.crashed)
        return edge

    def attach(self, edge: MatrixEdge) -> Handler:
        """Return who hears what *edge* brings."""
        self.echo.edge = edge
        return self.echo

    async def settle(self) -> None:
        """Wait until everything said so far was synced, handled, answered and acknowledged."""
        edge = self.edge
        assert edge is not None

        def calm() -> bool:
            synced = edge._progress.since == f"s{self.server._position}"
            quiet = edge._outbox.waiting == 0 and edge.status().to_device_waiting == 0
            return synced and edge._inbox.idle and edge._inbox.waiting == 0 and quiet

        if not self.crashed:
            await self.pulse.until(lambda: calm() or self.crashed)

    @property
    def crashed(self) -> bool:
        return self._task is not None and self._task.done()

    async def close(self) -> None:
        """End the edge as a crash would: nothing is said, nothing is saved."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.edge is not None:
            await self.edge.close()
        self._task = self.edge = None

    async def end(self) -> None:
        await self.close()
        await self.database.close()
        await self.server.stop()


def _passes(event: dict[str, Any], wanted: dict[str, Any]) -> bool:
    senders = wanted.get("senders", [event["sender"]])
    return event["sender"] in senders and event["type"] not in wanted.get("not_types", ())
