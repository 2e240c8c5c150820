"""Drop boxes over the share server as it runs: from a citizen to the room and its library, and back to the citizen."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.keeping import Keepers
from bots.boxes.office.counter import Counter
from bots.boxes.office.watch import BoxWatch
from bots.boxes.talk.commands import drop_boxes
from bots.boxes.talk.secrets import BoxMaker
from bots.envelope.file import EncryptedFile
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.commands import files
from bots.links.box.deposit import number_of
from bots.links.box.receipt import is_signed
from bots.links.client.boxes import BoxServer
from bots.matrix.events import Outgoing
from bots.register.store.ledger import Ledger
from bots.tasks.commands import TASKS
from bots.tasks.doing.seeding import SEEDER
from tests.boxes import Citizen, Depositing, statement
from tests.shares import Share, sharing
from tests.unit.files.conftest import DGS, GUEST, ROOM, SEC, SIGNER, Hall, R, V

pytestmark = pytest.mark.integration

ADDRESS = re.compile(r"https?://\S+/d/\S+")
OPEN = '!dépôt ouvrir "Permis de construire" 30j 5 fichiers 100Mo dossier Urbanisme/Permis'
FORM = " champs: nom!, date de naissance (date), type (maison|appartement), courriel"


class Killed(BaseException):
    """As SIGKILL would: nothing after this line happens, and nothing catches it."""


class Mortal:
    """The client of the share server, of a process that may end before or after any request."""

    def __init__(self, server: BoxServer, step: Callable[[str], None]) -> None:
        self._server, self._step = server, step

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._server, name)
        if name == "file":
            self._step("before file")
            return asked

        async def done(*words: Any) -> Any:
            self._step(f"before {name}")
            found = await asked(*words)
            self._step(f"after {name}")
            return found

        return done


class Office(Hall):
    """The hall, with the town's share server beside it; *dies* names where it ends before its time."""

    def __init__(self, share: Share, folder: Path) -> None:
        self.share, self.folder = share, folder
        self.dies: Callable[[str], None] = lambda _: None
        super().__init__()
        self.time = share.clock.now

    def restart(self) -> None:
        self.ledger = Ledger(V, SIGNER, lambda sender: (SIGNER.public_key,) if sender == V else (), self.now)
        maker = BoxMaker(self.share.origin, "Mairie de Valbourg", b"s" * 32)
        counter = Counter(self.server, self.edge.database, maker, self.folder, self.now, tasks=SEEDER)
        dispatcher = Dispatcher([TASKS, files(), drop_boxes(self.counted(counter).runners())])
        self.keeper = FileKeeper(self.edge, self.edge.database, self.now, lambda: [V, R])
        self.watch = BoxWatch(self.edge, self.edge.database, self.server, self.now)
        self.desk = Desk(
            *(self.edge, self.edge.database, self.ledger, dispatcher, lambda: [V, R]),
            now_ms=self.now,
            keepers=Keepers((self.keeper, self.watch)),
        )
        self.watch.soon = self.desk.errands.soon
        self.edge.attach(self.desk)

    def counted(self, counter: Counter) -> Counter:
        """Return what does the errands: others have an antivirus beside it."""
        return counter

    def server(self) -> BoxServer:
        client = BoxServer(
            self.share.http, f"http://127.0.0.1:{self.share.settings.api_port}", self.share.settings.token
        )
        return Mortal(client, self.dies)  # type: ignore[return-value]

    async def open_box(self, command: str = OPEN) -> Citizen:
        """Open a box; return a citizen who was given its address."""
        said = await self.say(command)
        found = ADDRESS.search(said)
        assert found is not None, said
        return Citizen(self.share.http, found[0])

    async def collect(self, seconds: int = 6) -> None:
        """Let some seconds pass."""
        for _ in range(seconds):
            self.time += 1_000
            self.share.clock.now = max(self.share.clock.now, self.time)
            await self.tend()

    def posted(self) -> list[Outgoing]:
        """Return the messages of the room that carry files or tell of deposits."""
        sent = [each for each in self.edge.said if isinstance(each, Outgoing) and each.type == "m.room.message"]
        return [each for each in sent if "file" in each.content or "📥 Dépôt" in str(each.content["body"])]

    async def plaintexts(self) -> dict[str, bytes]:
        """Return the files that were posted, by name, as any client of the room opens them."""
        found = [each.content for each in self.posted() if "file" in each.content]
        return {
            str(each["filename"]): await self.edge.download(EncryptedFile.parse(each["file"]), most=10**9)
            for each in found
        }


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as hall:
        yield hall


@asynccontextmanager
async def opened(folder: Path, kind: "type[Office] | None" = None) -> AsyncIterator[Office]:
    async with sharing(folder / "share") as share:
        hall = (kind or Office)(share, folder)
        await hall.open()
        yield hall
        await hall.edge.database.close()


async def test_a_deposit_arrives_in_the_room_and_its_library_and_the_citizen_sees_that(office: Office) -> None:
    citizen = await office.open_box(OPEN + FORM)
    names = {"Plan n° 1 été 🏛️.pdf": b"plan " * 300_000, "vide.txt": b""}
    made = await citizen.deposit([*names.items()], ["Zoé Lefèvre", "1980-05-12", "maison", "zoe@exemple.fr"])
    await office.collect()

    (told, *carried) = office.posted()
    body = str(told.content["body"])
    assert "📥 Dépôt 1 dans « Permis de construire »" in body.replace("\u00a0", " ")
    assert number_of(citizen.box.id, made.id) in body
    assert "Zoé Lefèvre" in body
    assert told.content["msgtype"] == "m.notice"
    assert told.content["m.mentions"] == {"user_ids": [SEC]}
    assert [each.content["filename"] for each in carried] == [*names]
    assert all(each.content["m.mentions"] == {} for each in carried)
    assert await office.plaintexts() == names
    listed = await office.say("!fichiers dossier Urbanisme/Permis")
    assert all(name in listed for name in names)

    said = await made.look()
    assert said is not None
    assert said.state == "received"
    signed = statement(said)
    assert [(file["name"], file["sha256"]) for file in signed["files"]] == [
        (name, hashlib.sha256(data).hexdigest()) for name, data in names.items()
    ]
    assert is_signed(said.statement, said.signature, (await citizen.open()).keys.ed25519)
    assert office.share.files() == []

    assert "traité" in await office.say("!dépôt traité 1")
    await office.collect(2)
    said = await made.look()
    assert said is not None
    assert said.state == "processed"


async def test_only_a_sealed_word_of_our_own_town_opens_a_box(office: Office) -> None:
    assert "agents de ma collectivité" in await office.say(f"@beffroi {OPEN}", GUEST)
    before = len(office.edge.said)
    room = office.edge.room(ROOM)
    assert room is not None
    office.edge.set_room(replace(room, encrypted=False))
    said = await office.say(OPEN)
    assert ADDRESS.search(said) is None
    assert len(office.edge.said) == before + 1


async def test_each_deposit_makes_a_task_where_that_was_asked(office: Office) -> None:
    citizen = await office.open_box('!dépôt ouvrir "Voirie" 10j tâche @dgs')
    await citizen.deposit([("trou.jpg", b"x")])
    await citizen.deposit([("bosse.jpg", b"y")])
    await office.collect(12)

    said = [body for body in office.said() if "Tâche" in body]
    assert len(said) == 2
    assert "Dépôt 1" in said[0]
    assert "Dépôt 2" in said[1]
    assert all("@dgs" in body for body in said)
    # Whom the task names is woken by it, and nobody by the rest.
    woken = [each.content["m.mentions"] for each in office.edge.said if isinstance(each, Outgoing)]
    assert [each["user_ids"] for each in woken if each] == [[DGS], [DGS]]


async def test_what_came_while_the_assistant_was_down_is_posted_once_and_in_order(office: Office) -> None:
    citizen = await office.open_box()
    made: list[Depositing] = []
    for number in range(4):
        made.append(await citizen.deposit([(f"{number}.pdf", b"%d" % number)]))
        office.share.clock.now += 1
    await office.reopen()
    await office.collect(20)

    assert [each.content["filename"] for each in office.posted() if "file" in each.content] == [
        f"{number}.pdf" for number in range(4)
    ]
    assert [(await each.look()) is not None for each in made] == [True] * 4


STEPS = ["before sealed", "after sealed", "before file", "before say", "after say", "after waiting"]


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_any_step_a_deposit_is_posted_once(office: Office, step: str) -> None:
    citizen = await office.open_box()
    made = await citizen.deposit([("plan.pdf", b"plan"), ("note.txt", b"note")])
    armed = True

    def dies(at: str) -> None:
        nonlocal armed
        if armed and at == step:
            armed = False
            raise Killed

    office.dies = dies
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - alone, or in a group
        await office.collect()
    assert _holds(caught.value, Killed)
    office.dies = lambda _: None
    await office.reopen()
    await office.collect(70)

    assert await office.plaintexts() == {"plan.pdf": b"plan", "note.txt": b"note"}
    assert len(office.posted()) == 3
    assert await made.look() is not None
    assert office.share.files() == []


def _holds(error: BaseException, kind: type[BaseException]) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(_holds(each, kind) for each in error.exceptions)
    return isinstance(error, kind)
