"""Whatever strangers write, wherever they can, another person in another room is answered."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.dispatch.sentences import trouble
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.keeping import Keepers
from bots.boxes.office.answering import REFUSED
from bots.boxes.office.counter import Counter
from bots.boxes.office.runners import runners
from bots.boxes.office.watch import BoxWatch
from bots.boxes.talk.commands import drop_boxes
from bots.database.engine import Database
from bots.database.errors import DatabaseAway
from bots.day.commands import day
from bots.events.capability import events
from bots.events.polls.commands import polls
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.commands import files
from bots.links.client.boxes import BoxServer
from bots.matrix.edge import MatrixEdge
from bots.matrix.port import Handler
from bots.objectives.commands import objectives
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from bots.tasks.doing.seeding import SEEDER
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.census import CENSUS
from config.identifiers import RoomId, UserId
from tests.contract.citizens import MAKER, Drops
from tests.contract.ways_in import ODD, PARTNER, SIGNER, WAYS, ZOE, Way, Ways
from tests.contract.ways_of_calendars import CALENDAR_WAYS
from tests.postgres import DATABASES
from tests.unit.matrix.world import ANNE, BOT, World, sealed

OURS = Signer(b"v" * 32)
CLEAN = RoomId("!clean")
ALL_WAYS = (*WAYS, *CALENDAR_WAYS)
APOLOGY = trouble("fr").body
READ = ("!tâches", "!tâche 1", "!tâche historique 1", "!objectifs", "!fichiers", "!dépôts", "!agenda", "ma semaine")
"""What reads whatever was put in by a way that names no commands of its own."""
SECONDS = 5
"""How long anybody may wait for an answer, whatever somebody else does."""
_AT_ONCE = 12
"""Ways in that one test tries, one after the other."""


def keys(sender: UserId) -> tuple[str, ...]:
    known = {BOT: OURS, PARTNER: SIGNER}
    return (known[sender].public_key,) if sender in known else ()


class Hall(World):
    """An assistant as it runs, over a homeserver and a share server that bring whatever they are given."""

    def __init__(self, directory: Path, database: Database) -> None:
        super().__init__(directory, database)
        self.drops = Drops()

    def attach(self, edge: MatrixEdge) -> Handler:
        ledger = Ledger(BOT, OURS, keys, self.clock.now_ms)
        counter = Counter(self.box_server, self.database, MAKER, self.directory, self.clock.now_ms, tasks=SEEDER)
        boxes = drop_boxes(runners(counter))
        agenda = (events(), polls(), reminders())
        dispatcher = Dispatcher([TASKS, objectives(CENSUS), day([AGENDA]), files(), boxes, *agenda])
        listed = [BOT, PARTNER]
        watch = BoxWatch(edge, self.database, self.box_server, MAKER, self.clock.now_ms)
        keepers = Keepers((FileKeeper(edge, self.database, self.clock.now_ms, lambda: listed), watch))
        self.desk = Desk(
            *(edge, self.database, ledger, dispatcher, lambda: listed), now_ms=self.clock.now_ms, keepers=keepers
        )
        watch.soon = self.desk.errands.soon
        return self.desk

    def box_server(self) -> BoxServer:
        """Return where citizens leave what they like."""
        return self.drops  # type: ignore[return-value]

    def room(self, room_id: RoomId, *members: str) -> None:
        """Make an encrypted room that we join; the partner's assistant comes after us."""
        self.server.room(room_id, encrypted=True, members=members)
        self.server.join(room_id)
        if PARTNER not in members:
            self.server.state(room_id, "m.room.member", PARTNER, {"membership": "join"}, PARTNER)

    async def tick(self, times: int) -> None:
        """Let ten seconds pass, several times, and do what falls due in them."""
        await self.drops.open_boxes(self.database)
        for _ in range(times):
            self.clock.advance(10)
            # Whether all is quiet is not what is asked: a room may be busy with itself for ever.
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self.settle()
            # Two transactions may wait for each other on PostgreSQL: the process does it again at its next turn.
            with suppress(DatabaseAway):
                await self.desk.idle()
                await self.desk.errands.tend()

    async def answers(self, question: str) -> bool:
        """Tell whether somebody in another room gets an answer in time."""
        before = len(self.server.sent(CLEAN))
        event = {"type": "m.room.encrypted", "sender": ANNE, "content": _text(question)}
        self.server.add(CLEAN, event)
        try:
            async with asyncio.timeout(SECONDS):
                await self.pulse.until(lambda: len(self.server.sent(CLEAN)) > before or self.crashed)
        except TimeoutError:
            return False
        return not self.crashed


def _text(body: str) -> dict[str, object]:
    return sealed("own", "m.room.message", {"msgtype": "m.text", "body": body})


@pytest.fixture(params=[DATABASES[0], DATABASES[2]])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """One of each kind: what differs is what it takes.

    In one run each way in is tried on one of them, by the run's seed; at night on both.
    """
    turn = request.node.callspec.params.get("first", 0) // _AT_ONCE + request.getfixturevalue("seed")
    if not request.config.option.nightly and turn % 2 == (request.param == "memory"):
        pytest.skip("by this run's seed these ways are tried on the other kind of database")
    if request.param == "memory":
        yield "sqlite://"
        return
    cluster = request.getfixturevalue("postgres")
    url = cluster.create_database()
    yield url
    cluster.drop_database(url)


@pytest.fixture
async def hall(tmp_path: Path, database: Database) -> AsyncIterator[Hall]:
    made = Hall(tmp_path, database)
    await made.server.start()
    await made.open()
    made.room(CLEAN, ANNE)
    await made.settle()
    yield made
    await made.close()
    await made.server.stop()


@pytest.mark.generated
@pytest.mark.limit(400)
@pytest.mark.parametrize("first", range(0, len(ALL_WAYS), _AT_ONCE))
async def test_whatever_strangers_write_others_are_answered(hall: Hall, first: int) -> None:
    """A reply to an event whose id holds NUL once made a whole town's assistant deaf, on PostgreSQL alone."""
    deaf: list[str] = []
    given_up: list[str] = []
    failed: list[str] = []
    for number, way in enumerate(ALL_WAYS[first : first + _AT_ONCE]):
        before = hall.edge.status().failed if hall.edge is not None else 0
        if APOLOGY in await _try(hall, RoomId(f"!room{first + number}"), way):
            failed.append(way.name)
        if not await hall.answers(f"!tâche ajouter {way.name} {number}"):
            deaf.append(way.name)
        assert hall.edge is not None
        if hall.edge.status().failed > before:
            given_up.append(way.name)

    await _collected(hall)
    assert deaf == []
    assert given_up == [], "all of it is judged, not only survived"
    assert failed == [], "what one wrote keeps nobody in the room from reading the rest"
    assert hall.drops.left == [], "what citizens have left is posted, or they are told that it cannot be"
    refused = [name for name in hall.drops.sound if hall.drops.said[name] == REFUSED]
    assert refused == [], "what is odd only where nobody reads it is posted"


async def _try(hall: Hall, room_id: RoomId, way: Way) -> set[str]:
    """Put every odd text in by one way, in a room of its own; return what was said there.

    Some are put in while its commands have to wait.
    """
    hall.room(room_id, ZOE, *way.others)
    ways = Ways(hall.server, room_id, hall.drops)
    for some in (ODD[::3], ODD):
        for odd in some:
            way.put(ways, odd)
        for words in way.asks or READ:
            ways.message(body=words)
        await hall.tick(2)
    return {str(said["content"].get("body")) for said in ways.ours()}


async def _collected(hall: Hall) -> None:
    """Let minutes pass until all that citizens have left was collected; give up after two of our own."""
    with suppress(TimeoutError):
        async with asyncio.timeout(120):
            while hall.drops.left:
                await hall.tick(3)
