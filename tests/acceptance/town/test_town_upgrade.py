"""A running town is brought to another version: people write on meanwhile, and what does not do is taken back."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bots.database.migrate import newest
from tests.acceptance.element_client import ELEMENT, ElementClient, ElementError
from tests.acceptance.versions import FAILS, MIGRATION, PLANTED, Life

pytestmark = [pytest.mark.acceptance, pytest.mark.limit(600)]

PERIOD_S = 0.2


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    found = Life(tmp_path_factory.mktemp("life"))
    found.folder.mkdir()
    first = found.version("v1")
    found.begin(first)
    try:
        yield found
    finally:
        found.run(first, "down")


@pytest.fixture
def trusted(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(life.collectivity.paths.authority / "authority.crt"))
    monkeypatch.setenv("NODE_OPTIONS", f"--import {ELEMENT / 'localhost.mjs'}")


BROKEN: dict[str, tuple[dict[str, tuple[str, str]], str, str]] = {
    "its migration fails": ({}, MIGRATION.replace("# BREAK", FAILS), "planted"),
    "its assistant does not start": (
        {
            "bridge/operate/assistant/office.py": (
                "        await migrate(database)\n",
                "        raise RuntimeError('planted')\n",
            )
        },
        MIGRATION,
        "assistant",
    ),
    "its keeper dies": (
        {
            "bridge/operate/services/keeping/keeper.py": (
                "        keep_private()\n",
                "        raise RuntimeError('planted')\n",
            )
        },
        MIGRATION,
        "",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_version_that_does_not_do_is_taken_back(life: Life, what: str) -> None:
    changes, migration, reason = BROKEN[what]
    broken = life.version(what.replace(" ", "-"), changes, migration)
    before = life.processes()

    done = life.run(broken, "upgrade")

    assert done.returncode == 1, done.stdout + done.stderr
    assert reason in done.stdout
    assert "L’ancienne version marche de nouveau" in done.stdout
    assert life.schema() == newest()
    now = life.processes()
    assert [name for name, row in now.items() if not row["ready"]] == []
    assert not [line for line in life.commands() if str(broken) in line]
    if what != "its keeper dies":
        assert now["caddy"]["pid"] == before["caddy"]["pid"]
    assert (life.folder / "beffroi").resolve() == life.place / "v1" / "beffroi"


@dataclass
class Sent:
    """What a client has said meanwhile: *late* are the seconds that each took, *failed* what went wrong."""

    late: list[float] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


async def say_on(client: ElementClient, room: str, stop: asyncio.Event, sent: Sent) -> None:
    """Say something each fifth of a second, whether or not what was said before has got through."""

    async def one(number: int) -> None:
        began = asyncio.get_running_loop().time()
        try:
            sent.events.append(await client.send(room, f"phrase {number}"))
        except (ElementError, TimeoutError) as exc:
            sent.failed.append(f"{number}: {exc}")
        sent.late.append(asyncio.get_running_loop().time() - began)

    async with asyncio.TaskGroup() as group:
        number = 0
        while not stop.is_set():
            group.create_task(one(number))
            number += 1
            await asyncio.sleep(PERIOD_S)


@pytest.mark.usefixtures("trusted")
async def test_nobody_who_writes_on_sees_an_error(life: Life, capsys: pytest.CaptureFixture[str]) -> None:
    second = life.version("v2", migration=MIGRATION)
    town = life.collectivity
    before = life.processes()
    user = f"@marie:{town.server_name}"
    async with await ElementClient.start(town.network.client_url, user, life.passwords[user]) as marie:
        room = await marie.create_room("Conseil")
        await marie.invite(room, town.assistant)
        await marie.wait_for_membership(room, town.assistant, timeout=60)
        sent, stop = Sent(), asyncio.Event()
        speaking = asyncio.create_task(say_on(marie, room, stop, sent))
        done = await asyncio.to_thread(life.run, second, "upgrade")
        asked = await marie.send(room, "!tâche ajouter relancer le SDIS")
        stop.set()
        await speaking
        assert done.returncode == 0, done.stdout + done.stderr
        assert sent.failed == []
        assert len(set(sent.events)) == len(sent.events) > 20
        answer = await marie.wait_for(room, in_reply_to=asked, readable=True, timeout=60)
        assert "Tâche 1 ajoutée" in answer.body

    assert "✔ La nouvelle version marche" in done.stdout
    assert life.schema() == PLANTED
    now = life.processes()
    assert [name for name, row in now.items() if not row["ready"]] == []
    same = {name for name in now if now[name]["pid"] == before[name]["pid"]}
    assert same == {"caddy"}
    assert not [line for line in life.commands() if str(life.place / "v1") in line and "ElementClient" not in line]
    assert (life.folder / "beffroi").resolve() == second / "beffroi"
    with capsys.disabled():
        print(f"\n{len(sent.events)} messages, 0 errors; the latest took {max(sent.late):.1f} s")


def test_the_version_that_runs_is_not_exchanged_for_itself(life: Life) -> None:
    done = life.run(life.place / "v2", "upgrade")

    assert done.returncode == 2
    assert "est la version qui marche" in done.stderr
