"""Play a conversation with the whole assistant, without a homeserver: ``python -m tests.play FILE …`` prints it.

All capabilities answer, over ``matrix/fake``, with a share server of their own. A file holds scenes, one line a deed::

    == a title: what follows begins anew, on Tuesday 1 December 2026 at 9 h in Paris
    secretaire: Beffroi, ajoute une tâche relire le budget   said in the room "Commun"
    seul secretaire: ma journée                            … alone with the assistant
    dgs > relire le budget: c'est fait                     in answer to the last message that holds these words
    dgs + 👍 > relire le budget                            a reaction on it
    secretaire *: Beffroi, ajoute une tâche relire les comptes   an edit of what she said last
    secretaire - > relire                                  she deletes what she said
    secretaire @ délib-12.pdf: pour le conseil             a file (its caption may be left out)
    ~ 2h                                                   time passes (j, h, m)
    # a remark

People: secretaire, dgs and adjoint of Valbourg, maire of Rivemont, whose own assistant is in the room but says nothing.
"""

import asyncio
import logging
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.keeping import Keeper
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DGS, DIRECT, MAIRE, OTHER, ROOM, SECRETAIRE, plain
from bots.envelope.cipher import Encryptor
from bots.files.keeping.everywhere import Everywhere
from bots.files.keeping.keeper import FileKeeper
from bots.matrix.events import Event, Member, Outgoing, OutgoingRedaction
from bridge.operate.assistant.calendars import Calendars, calendars
from bridge.operate.assistant.links import Links, links
from bridge.operate.capabilities import MemberList, capabilities
from bridge.operate.ports import reserve
from bridge.share.serving import running
from bridge.share.settings import ShareSettings
from config.federation import Federation
from config.identifiers import EventId, MxcUri, RoomId, UserId
from config.secrets import Secrets
from config.sections.sharing import share_token
from config.settings import Collectivity

_ADJOINT: Final = UserId("@adjoint:valbourg.fr")
PEOPLE: Final = {"secretaire": SECRETAIRE, "dgs": DGS, "adjoint": _ADJOINT, "maire": MAIRE}
_NAMES: Final = {
    SECRETAIRE: "Secrétariat de mairie",
    DGS: "DGS",
    _ADJOINT: "Paul Martin (adjoint)",
    MAIRE: "Maire de Rivemont",
    BEFFROI: "Beffroi · Valbourg",
    OTHER: "Beffroi · Rivemont",
}
_START_MS: Final = round(datetime(2026, 12, 1, 8, tzinfo=UTC).timestamp() * 1000)
_DEED: Final = re.compile(
    r"(?P<alone>seul )?(?P<who>\w+)"
    r"(?: (?P<sign>[*+@-])(?: (?P<what>[^>:]+?))?)?(?: > (?P<about>[^:]*?))?(?: ?: ?(?P<words>.*))?"
)
_UNITS: Final = {"j": 86_400_000, "h": 3_600_000, "m": 60_000}
_ROUNDS: Final = 3
"""How often what is due is done after each deed: an errand may leave another."""


@dataclass(slots=True)
class _Served:
    """What only a process can make."""

    linking: Links
    feeds: Calendars


class Stage(Hall):
    """The assistant of Valbourg with everything that it can do."""

    def __init__(self, collectivity: Collectivity) -> None:
        self.collectivity = collectivity
        self.served: _Served | None = None
        self.known: dict[EventId, Event] = {}
        """What people have said, by its event."""
        self.keeper: FileKeeper
        super().__init__(tuple)
        self.time = _START_MS
        self.edge.clock = self.now

    def begin(self, served: _Served) -> None:
        """Be able to do everything."""
        self.served = served
        offers = (*served.linking.offers(), *served.feeds.offers())
        self.serve(Dispatcher(capabilities(self.collectivity, MemberList(Federation(members=())), offers)))
        served.linking.box_watch.soon = self.desk.errands.soon
        served.linking.box_watch.lineage = self.desk.line.gatherer.lineage

    def keepers(self) -> Iterable[Keeper]:
        """Return what is kept of rooms: files, links, boxes, feeds."""
        if self.served is None:
            return ()
        linking, feeds = self.served.linking, self.served.feeds
        return (self.keeper, Everywhere(self.keeper), linking.watch, *feeds.keepers(), linking.box_watch)

    async def tend(self) -> None:
        """Do what is due, and what comes of that."""
        for _ in range(_ROUNDS):
            await super().tend()

    async def send(self, name: str, caption: str, room: RoomId, sender: UserId) -> Event:
        """Let *sender* send a file."""
        encryptor = Encryptor()
        data = b"%PDF-1.4\n" + name.encode() + b"\n%%EOF\n"
        uri = self.edge.repository.add("valbourg.fr", encryptor.update(data), "application/octet-stream")
        file = encryptor.finish(MxcUri.parse(str(uri))).as_json()
        content: dict[str, Any] = {"msgtype": "m.file", "body": caption or name, "filename": name}
        content |= {"info": {"mimetype": "application/pdf", "size": len(data)}, "file": file}
        self.time += 1_000
        event = await self.edge.say(room, sender, "", content=content)
        await self.tend()
        return event


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Yield an assistant in two rooms, with a share server that is its own."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        with reserve(2) as ports:
            public, api = ports
        collectivity = _collectivity(folder, public, api)
        secrets = Secrets.load_or_create(collectivity.paths.secrets)
        settings = ShareSettings(
            origin=collectivity.share.url,
            folder=collectivity.paths.share,
            database=f"sqlite:///{collectivity.paths.share / 'share.db'}",
            token=share_token(collectivity.paths.share),
            port=public,
            api_port=api,
        )
        made = Stage(collectivity)
        async with running(settings, made.now):
            edge, database = made.edge, made.edge.database
            collectivity.paths.assistant.mkdir(parents=True, exist_ok=True)
            made.keeper = FileKeeper(edge, database, made.now, lambda: [BEFFROI, OTHER])
            async with links(collectivity, secrets, edge, database, made.now, made.keeper) as linking:
                made.begin(_Served(linking, calendars(collectivity, secrets, edge, database, made.ledger, made.now)))
                await made.open()
                await _people(made)
                yield made
                await made.close()


def _collectivity(folder: Path, public: int, api: int) -> Collectivity:
    return Collectivity.model_validate(
        {
            "name": "Valbourg",
            "server_name": "valbourg.fr",
            "kind": "commune",
            "siren": "999999998",
            "school_zone": "A",
            "paths": {"data": folder / "data", "projects": folder / "projects"},
            "share": {"url": f"http://127.0.0.1:{public}", "port": public, "api_port": api},
        }
    )


async def _people(made: Stage) -> None:
    """Name who is there, and let each of Valbourg be alone with the assistant."""
    made.edge.add_room(ROOM, _NAMES, name="Commun")
    for user in (SECRETAIRE, DGS, _ADJOINT):
        made.edge.add_room(_alone(user), [user], direct=True)
    for room in made.edge.rooms():
        named = {user: Member(user, "join", _NAMES[user]) for user in room.members}
        made.edge.set_room(replace(room, members=named))
    await made.tend()


def _alone(user: UserId) -> RoomId:
    return DIRECT if user == SECRETAIRE else RoomId(f"!direct-{user.localpart}")


class Player:
    """Does what a script says, and tells what came of it."""

    def __init__(self, made: Stage) -> None:
        self._stage = made
        self._shown = 0
        self._said: list[tuple[RoomId, EventId, str, UserId]] = []

    async def play(self, line: str) -> Iterator[str]:
        """Do what *line* says; returns what the assistant did after it.

        Raises ``ValueError`` for a line that says nothing we know.
        """
        if line.startswith("~"):
            await self._wait(line[1:].strip())
        else:
            found = _DEED.fullmatch(line)
            if found is None or found["who"] not in PEOPLE:
                raise ValueError(f"not understood: {line}")
            await self._do(found)
        return self._heard()

    async def _wait(self, span: str) -> None:
        unit = _UNITS.get(span[-1:])
        if unit is None or not span[:-1].isdigit():
            raise ValueError(f"“{span}” is no time that passes: write 3j, 2h or 10m")
        await self._stage.later(minutes=int(span[:-1]) * unit / 60_000)

    async def _do(self, deed: "re.Match[str]") -> None:
        user, words = PEOPLE[deed["who"]], deed["words"] or ""
        room = _alone(user) if deed["alone"] else ROOM
        about = self._about(room, deed["about"]) if deed["about"] else None
        match deed["sign"]:
            case "@":
                event = await self._stage.send(deed["what"], words, room, user)
                self._said.append((room, event.event_id, f"{deed['what']} {words}", user))
            case "+":
                await self._stage.react(self._needed(about, deed), deed["what"], room=room, sender=user)
            case "-":
                await self._stage.redact(self._needed(about, deed), room=room, sender=user)
            case "*":
                latest = next(said for said in reversed(self._said) if said[3] == user and said[0] == room)
                await self._stage.edit(self._stage.known[latest[1]], words)
            case _:
                event = await self._stage.say(words, room=room, sender=user, about=about)
                self._stage.known[event.event_id] = event
                self._said.append((room, event.event_id, words, user))

    @staticmethod
    def _needed(about: EventId | None, deed: "re.Match[str]") -> EventId:
        if about is None:
            raise ValueError(f"say upon which message: {deed[0]} > words of it")
        return about

    def _about(self, room: RoomId, words: str) -> EventId:
        held = (said[1] for said in reversed(self._said) if said[0] == room and words in said[2])
        found = next(held, None)
        if found is None:
            raise ValueError(f"nobody said “{words}” there")
        return found

    def _heard(self) -> Iterator[str]:
        edge = self._stage.edge
        new, self._shown = edge.said[self._shown :], len(edge.said)
        lines = []
        for message in new:
            place = "" if message.room_id == ROOM else f" ({message.room_id})"
            if isinstance(message, OutgoingRedaction):
                lines.append(f"    Beffroi{place} deletes a message of its own")
                continue
            lines += [f"    Beffroi{place}{line}" for line in self._read(message)]
        return iter(lines)

    def _read(self, message: Outgoing) -> list[str]:
        content: Any = message.content
        if message.type == "m.reaction":
            return [f" reacts {content['m.relates_to']['key']}"]
        if message.type == "m.room.message":
            new = content.get("m.new_content")
            body = plain(str((new or content).get("body", "")))
            event_id = self._stage.edge.event_ids[message.room_id, message.txn]
            self._said.append((message.room_id, event_id, body, BEFFROI))
            return [f"{' (now)' if new else ''}: " + body.replace("\n", "\n      ")]
        if message.type.startswith(("m.poll", "org.matrix.msc3381")):
            return [f" {message.type}: {plain(str(content))}"]
        return []


async def play(paths: Iterable[Path]) -> int:
    """Play the scripts at *paths* and print what came of them; return how many lines were no deeds."""
    wrong = 0
    for path in paths:
        for title, lines in _scenes(path.read_text("utf-8").splitlines()):
            print(f"\n== {title}")
            async with stage() as made:
                player = Player(made)
                for line in lines:
                    print(line)
                    if line.lstrip().startswith("#"):
                        continue
                    try:
                        for heard in await player.play(line.strip()):
                            print(heard)
                    except ValueError as error:
                        wrong += 1
                        print(f"    ?? {error}")
    return wrong


def _scenes(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    title, held = "", list[str]()
    for line in lines:
        if line.startswith("=="):
            if held:
                yield title, held
            title, held = line.strip("= "), []
        elif line.strip():
            held.append(line)
    if held:
        yield title, held


def _quieten() -> None:
    """Let only what is wrong be logged, and without every variable of a whole town."""
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )


if __name__ == "__main__":
    _quieten()
    sys.exit(1 if asyncio.run(play(map(Path, sys.argv[1:]))) else 0)
