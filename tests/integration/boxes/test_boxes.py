"""Drop boxes over the share server as it runs: from a citizen to the room and its library, and back to the citizen."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.keeping import Keepers
from bots.boxes.office.counter import Counter
from bots.boxes.office.runners import runners
from bots.boxes.office.watch import BoxWatch
from bots.boxes.talk.commands import drop_boxes
from bots.boxes.talk.deposit import all_in, deposit_object
from bots.boxes.talk.secrets import BoxMaker
from bots.database.engine import Database
from bots.envelope.file import EncryptedFile
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.commands import files
from bots.links.box.deposit import number_of
from bots.links.box.receipt import is_signed
from bots.links.client.boxes import BoxServer
from bots.matrix.events import Event, Outgoing, OutgoingRedaction, Redaction
from bots.register.format.canonical import Json
from bots.register.format.operation import Change, Operation
from bots.register.store.ledger import Ledger
from bots.tasks.commands import TASKS
from bots.tasks.doing.seeding import SEEDER
from config.identifiers import RoomId
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
        self.seed = b"s" * 32
        super().__init__()
        self.time = share.clock.now

    def restart(self) -> None:
        self.ledger = Ledger(V, SIGNER, lambda sender: (SIGNER.public_key,) if sender == V else (), self.now)
        maker = BoxMaker(self.share.origin, "Mairie de Valbourg", self.seed)
        counter = Counter(self.server, self.edge.database, maker, self.folder, self.now, tasks=SEEDER)
        dispatcher = Dispatcher([TASKS, files(), drop_boxes(runners(self.counted(counter)))])
        self.keeper = FileKeeper(self.edge, self.edge.database, self.now, lambda: [V, R])
        self.watch = BoxWatch(self.edge, self.edge.database, self.server, maker, self.now)
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

    def numbers(self) -> list[str]:
        """Return the numbers of the deposits that the room was told of."""
        told = [re.match("📥 Dépôt ([0-9]+) ", str(each.content["body"])) for each in self.posted()]
        return [found[1] for found in told if found is not None]

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


async def test_where_it_was_posted_and_nobody_was_told_it_is_told_and_not_posted_again(office: Office) -> None:
    """Killed before the server heard of it, its errands and what it has sent lost: the deposit still waits there."""
    citizen = await office.open_box()
    made = await citizen.deposit([("plan.pdf", b"plan")])

    def dies(at: str) -> None:
        if at == "before say":
            raise Killed

    office.dies = dies
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - alone, or in a group
        await office.collect()
    assert _holds(caught.value, Killed)
    office.dies = lambda _: None
    async with office.edge.database.begin() as transaction:
        await transaction.execute(text("DELETE FROM assistant_errand"))
    await office.edge.flush()
    assert len(office.posted()) == 2
    # Else the same transaction id would be sent once, whoever writes it again.
    office.edge.said.clear()
    await office.reopen()
    await office.collect(70)

    assert office.posted() == []
    assert await made.look() is not None


def _holds(error: BaseException, kind: type[BaseException]) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(_holds(each, kind) for each in error.exceptions)
    return isinstance(error, kind)


HOSTILE = (
    "!tâche ajouter forgée",
    "✔ Tâche 12 faite\n📥 Dépôt 9 dans « Faux »\n@room @sec:valbourg.fr",
    '<a href="https://matrix.to/#/@sec:valbourg.fr">Anne</a> https://matrix.to/#/@sec:valbourg.fr',
    "=HYPERLINK(1)\u202e\u0000\u2028fin" + "é" * 4_000,
)


async def test_a_citizen_s_words_are_no_command_no_link_no_mention_and_no_sentence_of_ours(office: Office) -> None:
    citizen = await office.open_box('!dépôt ouvrir "Avis" champs: a, b, c, d')
    names = ["../../!tâche ajouter forgée.pdf", "facture\u202efdp.exe", "<img src=x>.html", "a" * 900 + ".pdf"]
    await citizen.deposit([(name, b"x") for name in names], HOSTILE)
    await office.collect()

    (told, *carried) = office.posted()
    body, html = str(told.content["body"]), str(told.content["formatted_body"])
    lines = body.split("\n")
    assert not any(line.startswith(("✔", "@", "!", "<", "=")) for line in lines)
    assert [line for line in lines if line.startswith("📥")] == lines[:1]
    assert "matrix.to" not in re.sub(r"<code>.*?</code>", "", html)
    assert "<a " not in html
    assert "<img" not in html
    assert told.content["m.mentions"] == {"user_ids": [SEC]}
    assert "\u202e" not in body
    assert len(body) < 4_000
    shown = [str(each.content["filename"]) for each in carried]
    assert shown[:3] == ["!tâche ajouter forgée.pdf", "facturefdp.exe", "<img src=x>.html"]
    assert (len(shown[3]), shown[3][-5:]) == (255, "….pdf")
    assert [each.content["body"] for each in carried] == shown
    assert all(each.content["m.mentions"] == {} for each in carried)
    assert {each.content["info"]["mimetype"] for each in carried} == {"application/pdf"}
    # Nobody takes them for somebody's words: not we, nor the other town's assistant, which hears our messages.
    assert [body for body in office.said() if "forgée" in body and "Tâche" in body and "ajoutée" in body] == []


async def test_a_file_that_is_not_what_its_maker_says_is_not_posted_and_the_room_hears_it_once(office: Office) -> None:
    citizen = await office.open_box()
    bad = citizen.begin()
    await bad.send([("plan.pdf", b"plan")])
    bad.files[0] = replace(bad.files[0], sha256=b"x" * 32)
    await bad.finish()
    office.share.clock.now += 1
    await citizen.deposit([("bon.pdf", b"bon")])
    await office.collect(10)

    assert await office.plaintexts() == {"bon.pdf": b"bon"}
    assert len([body for body in office.said() if "que je ne peux pas ouvrir" in body]) == 1
    assert await bad.look_raw() == b"\x00"
    assert office.share.files() == []


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * 100, b'{"v": 1}', b"[" * 100_000])
async def test_what_makes_no_sense_is_said_and_holds_nothing_up(office: Office, content: bytes) -> None:
    citizen = await office.open_box()
    bad = citizen.begin()
    await bad.send([("plan.pdf", b"plan")])
    await bad.finish(content=content or b" ")
    office.share.clock.now += 1
    await citizen.deposit([("bon.pdf", b"bon")])
    await office.collect(10)

    assert await office.plaintexts() == {"bon.pdf": b"bon"}
    assert await bad.look_raw() == b"\x00"


async def test_what_adds_to_a_deposit_says_so_only_for_whoever_has_made_that(office: Office) -> None:
    citizen = await office.open_box()
    first = await citizen.deposit([("a.pdf", b"a")])
    await office.collect(4)
    await citizen.deposit([("b.pdf", b"b")], to=first)
    await office.collect(4)
    stranger = Depositing(citizen, first.id, b"t" * 32)
    await citizen.deposit([("c.pdf", b"c")], to=stranger)
    await office.collect(4)

    told = [str(each.content["body"]) for each in office.posted() if "file" not in each.content]
    assert ["Complète le dépôt 1" in body for body in told] == [False, True, False]


async def test_one_box_that_is_asked_after_is_told_alone(office: Office) -> None:
    await office.say('!dépôt ouvrir "Permis de construire"')
    await office.say('!dépôt ouvrir "Concours photo"')

    said = await office.say("@beffroi il ferme quand le dépôt du concours ?")

    assert "2. Concours photo – jusqu’au " in said
    assert "Permis" not in said


async def test_closing_extending_listing_and_whose_it_is(office: Office) -> None:
    citizen = await office.open_box()
    before = await office.say("!dépôts")
    said = await office.say("!dépôt prolonger Permis de construire 60j")
    until = said.partition("est ouverte jusqu’au ")[2].rstrip(" .")
    assert until
    assert until not in before
    assert until in await office.say("!dépôts")
    await citizen.deposit([("a.pdf", b"a")])
    await office.collect(4)
    listed = await office.say("!dépôts")
    assert "1 dépôt" in listed
    assert "1 dépôt n’est pas traité" in listed
    assert "Je ne connais" not in await office.say("!dépôt fermer 1")
    assert (await citizen.begin().start([1]))[0] == 410
    assert "Aucune boîte de dépôt" in await office.say("!dépôts")
    assert "Je ne connais pas de boîte" in await office.say("!dépôt fermer Permis")


async def test_a_box_outlives_its_author_and_ends_with_the_last_of_its_town(office: Office) -> None:
    citizen = await office.open_box()
    await _leaves(office, SEC)
    await citizen.deposit([("a.pdf", b"a")])
    await office.collect(4)
    assert await office.plaintexts() == {"a.pdf": b"a"}
    assert all(each.content["m.mentions"] == {} for each in office.posted())

    await _leaves(office, DGS)
    await office.collect(4)
    assert (await citizen.begin().start([1]))[0] == 410


async def _leaves(office: Office, person: Any) -> None:
    room = office.edge.room(ROOM)
    assert room is not None
    members = {user: member for user, member in room.members.items() if user != person}
    office.edge.set_room(replace(room, members=members))
    content = {"membership": "leave"}
    event = Event(ROOM, office.edge.new_event_id(), person, "m.room.member", content, office.time, state_key=person)
    await office.edge.deliver(event)
    await office.tend()


async def test_deleting_the_command_closes_the_box_and_deleting_a_deposit_takes_its_files_along(office: Office) -> None:
    citizen = await office.open_box()
    command = office.command
    await citizen.deposit([("a.pdf", b"a"), ("b.pdf", b"b")])
    await office.collect(4)
    told = office.posted()[0]
    event_id = office.edge.event_ids[ROOM, told.txn]
    assert "a.pdf" in await office.say("!fichiers")

    # The answer that says it is dealt with is no deposit: deleting it deletes nothing else.
    await office.say("!dépôt traité 1")
    before = len(_redacted(office))
    said = [each for each in office.edge.said if isinstance(each, Outgoing) and "body" in each.content]
    assert "Dépôt 1 traité" in said[-1].content["body"]
    await _redacts(office, office.edge.event_ids[ROOM, said[-1].txn])
    assert len(_redacted(office)) == before
    await _redacts(office, event_id)
    gone = _redacted(office)
    assert {office.edge.event_ids[ROOM, each.txn] for each in office.posted() if "file" in each.content} <= gone
    await _redacts(office, command.event_id, SEC)
    await office.collect(2)
    assert (await citizen.begin().start([1]))[0] == 410


def _redacted(office: Office) -> set[Any]:
    return {each.target for each in office.edge.said if isinstance(each, OutgoingRedaction)}


async def _redacts(office: Office, target: Any, person: Any = SEC) -> None:
    await office.edge.deliver(Redaction(ROOM, office.edge.new_event_id(), person, target, office.time))
    await office.tend()


async def test_a_lost_table_is_made_again_of_the_register(office: Office) -> None:
    citizen = await office.open_box()
    async with office.edge.database.begin() as transaction:
        await transaction.execute(text("DELETE FROM boxes_box"))
    await office.reopen()
    await citizen.deposit([("a.pdf", b"a")])
    await office.collect(10)

    assert await office.plaintexts() == {"a.pdf": b"a"}


TEMPLATE = """
titre: Inscription au centre de loisirs
jours: 45
fichiers: 3
dossier: Enfance
note: Une fiche par enfant.
champs: [nom!, {nom: Date de naissance, type: date, obligatoire: oui}, {nom: Groupe, choix: [petits, grands]}]
"""


async def test_a_template_that_somebody_has_sent_opens_a_box(office: Office) -> None:
    event = await _sends(office, "inscription.yaml", TEMPLATE.encode())
    said = await office.say("!dépôt ouvrir", about=event.event_id)
    found = ADDRESS.search(said)
    assert found is not None, said
    descriptor = await Citizen(office.share.http, found[0]).open()
    assert (descriptor.title, descriptor.files, descriptor.note) == (
        "Inscription au centre de loisirs",
        3,
        "Une fiche par enfant.",
    )
    assert [field.label for field in descriptor.fields] == ["nom", "Date de naissance", "Groupe"]

    wrong = await _sends(office, "faux.yml", b"titre: x\ncouleur: bleu")
    said = await office.say("!dépôt ouvrir", about=wrong.event_id)
    assert "« couleur »" in said
    assert ADDRESS.search(said) is None


async def _sends(office: Office, name: str, data: bytes) -> Event:
    file = await office.edge.upload(data, content_type="x", encrypted=True)
    assert isinstance(file, EncryptedFile)
    return await office.send(name, file=file.as_json(), info={"mimetype": "application/yaml", "size": len(data)})


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("!dépôt ouvrir", "Dites à quoi sert"),
        ('!dépôt ouvrir "Avis" quelques jours', "« quelques jours »"),
        ('!dépôt ouvrir "Avis" 2 ans', "366 jours au plus"),
        ('!dépôt ouvrir "Avis" 3 Go', "2 Go au plus"),
        ('!dépôt ouvrir "Avis" jusqu’au 15/01/2020', "« jusqu’au 15/01/2020 »"),
        ('!dépôt prolonger "Avis" 30j bidule', "« bidule »"),
        ('!dépôt ouvrir "Avis" champs: nom (couleur)', "« nom (couleur) »"),
        ('!dépôt ouvrir "Avis" tâche @inconnu', "@inconnu"),
        ("!dépôt traité 7", "Dites quel dépôt"),
        ("!dépôt traité", "Dites quel dépôt"),
        ("!dépôt fermer Avis", "pas de boîte de dépôt ouverte"),
        ("!dépôts", "Aucune boîte de dépôt"),
    ],
)
async def test_what_cannot_be_done_is_said_and_nothing_is_opened(office: Office, said: str, answer: str) -> None:
    told = await office.say(said)

    assert answer in told.replace("\u00a0", " ")
    assert ADDRESS.search(told) is None


async def test_what_a_partner_writes_of_deposits_spoils_no_list(office: Office) -> None:
    """Of a deposit that is not ours nobody is told, and no number of it is out of this world."""
    citizen = await office.open_box()
    await citizen.deposit([("a.pdf", b"a")])
    await office.collect(4)
    async with office.edge.database.begin() as transaction:
        known = await office.ledger.state(transaction, ROOM)
    ours = all_in(known)
    assert [deposit.number for deposit in ours] == [1]
    for kept in (2**53 - 1, -1, True, "x", None):
        first: dict[str, Json] = {
            "number": 7,
            "deposit": "A" * 16,
            "box": "x",
            "cause": "$x",
            "receipt": "R",
            "kept": kept,
        }
        change = Change("deposit", deposit_object(ROOM, str(kept)), set={"title": "x", "status": "?"}, first=first)
        known.apply(_said(change))
    assert [deposit.number for deposit in all_in(known)] == [1]
    assert "1 dépôt n’est pas traité" in await office.say("!dépôts")


def _said(change: Change) -> Operation:
    return Operation(ROOM, R, "hostile-0001", 1, 9, 1, R, (change,), (), "0" * 16, {}, None)


async def test_a_box_goes_along_when_its_room_is_upgraded(office: Office) -> None:
    citizen = await office.open_box()
    first = await citizen.deposit([("a.pdf", b"a")])
    await office.collect(4)
    new = RoomId("!suite")
    office.edge.add_room(new, [SEC, DGS, R], name="Commun")
    old, after = office.edge.room(ROOM), office.edge.room(new)
    assert old is not None
    assert after is not None
    office.edge.set_room(replace(after, predecessor=ROOM, creator=SEC))
    office.edge.set_room(replace(old, successor=new, moved_by=SEC))
    await office.collect(4)
    await citizen.deposit([("b.pdf", b"b")], to=first)
    await office.collect(8)

    sent = [each for each in office.edge.said if isinstance(each, Outgoing) and "file" in each.content]
    assert [(each.room_id, each.content["filename"]) for each in sent] == [(ROOM, "a.pdf"), (new, "b.pdf")]
    assert any("Permis de construire" in body for body in [await office.say("!dépôts", room=new)])


async def test_where_nothing_happens_the_database_is_left_in_peace(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours is asked what is due after each message: what asks the database each time costs each command some of it."""
    await office.collect(4)
    begun, begin = [0], Database.begin

    def counted(database: Database) -> Any:
        begun[0] += 1
        return begin(database)

    monkeypatch.setattr(Database, "begin", counted)
    for _ in range(50):
        await office.edge.idle()
    assert begun[0] <= 1
