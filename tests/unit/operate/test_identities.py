"""What ``beffroi identity`` shows of the assistant's store, and how a confirmation gets to the assistant."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bots.assistant.handler.identities import Identities
from bots.database.engine import Database
from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.survey import KnownIdentity, fingerprint
from bots.matrix.events import IdentityChange
from bots.matrix.fake import FakeEdge
from bridge.cli.main import build
from bridge.operate import identities
from config.identifiers import UserId
from config.load import load_collectivity
from config.settings import Collectivity
from config.texts import texts
from tests.unit.crypto.people import ALICE, BOB, CAROL, Clock, Person

SETTINGS = """\
name: Valbourg
server_name: valbourg.test
kind: commune
siren: "217500016"
paths:
  data: data
"""


@pytest.fixture
def collectivity(tmp_path: Path) -> Collectivity:
    (tmp_path / "collectivity.yaml").write_text(SETTINGS)
    loaded = load_collectivity(tmp_path / "collectivity.yaml")
    loaded.paths.assistant.mkdir(parents=True)
    return loaded


class Hall:
    """Alice's store, where the assistant keeps its own, and Bob, whose identity may change."""

    def __init__(self, collectivity: Collectivity) -> None:
        self.collectivity = collectivity
        self.server, self.clock = FakeServer(), Clock()
        self.alice = Person(self.server, self.clock, ALICE, "ALICEDEV", ALICE, collectivity.database_url)
        self.bob = Person(self.server, self.clock, BOB, "BOBDEV", BOB)

    async def open(self) -> None:
        await self.alice.start()
        await self.bob.start()
        await Person(self.server, self.clock, CAROL, "CAROLDEV", CAROL).start()
        await self.alice.say(BOB, CAROL)

    async def change(self, name: str = "OTHER") -> None:
        self.clock.pass_time(hours=1)
        self.server.masters.pop(BOB)
        await Person(self.server, self.clock, BOB, name, name).start()
        await self.alice.sync(BOB)

    async def known(self, person: UserId = BOB) -> KnownIdentity:
        roll = await identities.look([self.collectivity], person)
        found = roll[self.collectivity.server_name]
        assert found is not None
        [one] = found
        return one

    @property
    def shown(self) -> str:
        [public] = self.server.masters[BOB]["keys"].values()
        return str(public)


@pytest.fixture
async def hall(collectivity: Collectivity) -> AsyncIterator[Hall]:
    made = Hall(collectivity)
    await made.open()
    yield made
    await made.alice.database.close()
    await made.bob.database.close()


async def test_of_a_changed_identity_all_is_shown_that_somebody_compares(hall: Hall) -> None:
    since = hall.clock.now
    await hall.change()
    found = await hall.known()

    assert (found.since, found.changed_at) == (since, hall.clock.now)
    assert found.seen == hall.shown != found.known
    assert found.vouched_by is None
    assert {each.device_id: each.signed_by for each in found.devices} == {"BOBDEV": "known", "OTHER": "new"}
    said = "\n".join(identities.details(found, texts("fr")))
    assert "A CHANGÉ, pas confirmée" in said
    assert fingerprint(hall.shown) in said
    assert all(len(group) <= 4 for group in fingerprint(hall.shown).split())


async def test_a_device_of_the_known_identity_can_vouch_for_the_new_one(hall: Hall) -> None:
    """As applications do when somebody sets up their identity anew on the device that they have."""
    hall.server.masters.pop(BOB)
    hall.bob.identity = "new seeds"
    await hall.bob.start()
    await hall.alice.sync(BOB)

    found = await hall.known()
    assert found.vouched_by == "BOBDEV"
    assert found.changed_at is not None
    said = "\n".join(identities.details(found, texts("fr")))
    assert "signée par l’appareil BOBDEV" in said


async def test_lists_are_for_people_and_for_programs(hall: Hall) -> None:
    await hall.change()
    roll = await identities.look([hall.collectivity])
    people = roll["valbourg.test"]
    assert people is not None
    console = Console(width=160, record=True)
    console.print(identities.as_table(people, texts("fr")))
    said = console.export_text()
    found = json.loads(identities.as_json(roll))["collectivities"]["valbourg.test"]

    assert "A CHANGÉ, pas confirmée" in said
    assert "inchangée" in said
    assert [each["user_id"] for each in found] == sorted((ALICE, BOB, CAROL))


async def test_where_there_is_no_store_nothing_is_made(collectivity: Collectivity) -> None:
    assert await identities.look([collectivity]) == {"valbourg.test": None}
    assert await identities.confirm(collectivity, BOB, "seen", patience_s=0) is None
    assert list(collectivity.paths.assistant.iterdir()) == []


@pytest.mark.parametrize(("compared", "outcome"), [("new", True), ("another", False)])
async def test_a_running_assistant_confirms_what_was_compared(hall: Hall, compared: str, outcome: bool) -> None:
    database = Database.open(hall.collectivity.database_url)
    edge = FakeEdge(ALICE, database=database)
    edge.changed[BOB] = IdentityChange(BOB, "known", "new", datetime.now(UTC))
    clock = iter(range(0, 10**9, 2_000))
    running = Identities(edge, database, lambda: [ALICE], lambda: next(clock))

    async def run() -> None:
        while True:
            await running.tend()
            await asyncio.sleep(0)

    task = asyncio.create_task(run())
    said = await identities.confirm(hall.collectivity, BOB, compared, patience_s=30)
    task.cancel()

    assert said is outcome
    assert edge.identity_changed(BOB) is not outcome
    await database.close()


async def test_an_assistant_that_does_not_run_confirms_it_later(hall: Hall) -> None:
    await hall.change()
    assert await identities.confirm(hall.collectivity, BOB, hall.shown, patience_s=0) is None


def test_the_command_line_asks_for_the_fingerprint_that_was_compared(collectivity: Collectivity) -> None:
    hall = Hall(collectivity)

    async def prepare() -> None:
        await hall.open()
        await hall.change()
        await hall.alice.database.close()
        await hall.bob.database.close()

    asyncio.run(prepare())
    config = ["--config", str(collectivity.paths.assistant.parents[1] / "collectivity.yaml")]
    runner, app = CliRunner(), build()

    shown = runner.invoke(app, ["identity", "show", BOB, *config])
    assert shown.exit_code == 0
    assert fingerprint(hall.shown) in shown.output
    everybody = runner.invoke(app, ["identity", "show", *config])
    assert "2 identités sont connues et inchangées" in everybody.output
    unchanged = runner.invoke(app, ["identity", "confirm", CAROL, *config])
    assert unchanged.exit_code == 1
    assert "Rien à confirmer" in unchanged.output
    other = runner.invoke(app, ["identity", "confirm", BOB, "--fingerprint", "AbCd EfGh", *config])
    assert other.exit_code == 1
    assert "Ce n’est pas l’empreinte" in other.output
    refused = runner.invoke(app, ["identity", "confirm", BOB, *config], input="n\n")
    assert refused.exit_code == 1
