"""Each process of a town is killed in turn while people write: it comes back, and nothing that was taken is lost.

The town has a PostgreSQL of its own, which refuses root: where we are root, it runs as somebody else.
"""

import asyncio
import os
import re
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge.operate.process import Roster
from bridge.operate.services.keeping.keeper import ROSTER
from bridge.operate.services.keeping.progress import current
from bridge.operate.services.plan import Service, services
from bridge.operate.services.plan import Town as Running
from bridge.operate.services.probe import wait_until_ready
from bridge.operate.services.programs import find
from config.settings import Collectivity
from tests.acceptance.citizens import until
from tests.acceptance.element_client import ElementClient, ElementError, Seen
from tests.acceptance.town.test_readme_town import believe, newcomer, with_logs
from tests.leftovers import delete
from tests.trial import TrialTown, make, running

pytestmark = [pytest.mark.acceptance, pytest.mark.limit(900)]

SOMEBODY = ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()
PROCESSES = {"postgresql", "neighbours", "synapse", "assistant", "share", "calendars", "caddy"}
UNWATCHED = {"postgresql", "synapse"}
"""Whom nobody starts again for a while: the damage without a keeper."""
AWAY_S = 5


@pytest.fixture
def town() -> Iterator[TrialTown]:
    # Not below pytest's folder: a socket's path has room for a hundred bytes.
    folder = Path(tempfile.mkdtemp(prefix="killed-"))
    try:
        with running(make(folder, "valbourg", "--database", "postgresql", prefix=SOMEBODY)) as found:
            yield found
    finally:
        delete(folder)


@dataclass
class Load:
    """What somebody has asked for: *taken* are the events that Synapse has acknowledged."""

    taken: list[str] = field(default_factory=list)
    refused: int = 0


async def ask_on(client: ElementClient, room: str, load: Load, stop: asyncio.Event) -> None:
    """Ask for one thing after the other, as people do who are told that something was not sent."""
    number = 0
    while not stop.is_set():
        number += 1
        try:
            async with asyncio.timeout(60):
                load.taken.append(await client.send(room, f"!tâche ajouter numéro {number} de {client.user_id[1:4]}"))
        except (ElementError, TimeoutError):
            load.refused += 1
        await asyncio.sleep(0.5)


async def one_answer_each(client: ElementClient, room: str, town: Collectivity, taken: set[str]) -> None:
    """Wait until everything that was taken has been answered, and see that nothing was twice.

    As the server has it: after a sync that left something out, the SDK shows the newest of it only. What was taken
    though its sender was told nothing counts too.
    """
    asked: set[str] = set()
    answers: list[Seen] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(300):
            while not asked or not asked <= {seen.in_reply_to for seen in answers}:
                await asyncio.sleep(1)
                seen_now = await client.history(room)
                asked = {seen.event_id for seen in seen_now if seen.body.startswith("!tâche ajouter numéro ")}
                answers = [seen for seen in seen_now if seen.sender == town.assistant and ADDED.search(seen.body)]
    assert taken <= asked
    told = [seen.in_reply_to for seen in answers]
    assert {event: told.count(event) for event in asked} == dict.fromkeys(asked, 1)
    numbers = {found[1] for seen in answers if (found := ADDED.search(seen.body)) is not None}
    assert len(numbers) == len(asked)


ADDED = re.compile(r"(?:Tâche|Task) (\d+) (?:ajoutée|added)")


@asynccontextmanager
async def asking(clients: Sequence[ElementClient], room: str, load: Sequence[Load]) -> AsyncIterator[None]:
    """Have all *clients* ask within the block."""
    stop = asyncio.Event()
    at_it = [asyncio.create_task(ask_on(client, room, own, stop)) for client, own in zip(clients, load, strict=True)]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*at_it)


async def test_each_process_is_killed_in_turn_under_load_and_nothing_that_was_taken_is_lost(
    town: TrialTown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It comes back by itself, and every command that Synapse has taken is answered, once.

    So it is when PostgreSQL is restarted in good order, as after an update of Debian's.
    """
    own = town.collectivity
    believe({"valbourg": own}, monkeypatch, tmp_path)
    plan = services(Running(own, town.folder, town.folder), find(own))
    assert {service.name for service in plan} == PROCESSES
    load = [Load(), Load()]
    url = own.network.client_url
    async with AsyncExitStack() as stack:
        lise, rene = [
            await stack.enter_async_context(
                await ElementClient.start(url, f"@{name}:{own.server_name}", await newcomer(own, name))
            )
            for name in ("lise", "rene")
        ]
        room = await lise.create_room("Travaux", [rene.user_id])
        await rene.join(room)
        await lise.invite(room, own.assistant)
        for person in (lise, rene):
            await person.wait_for_membership(room, own.assistant, timeout=60)
        with with_logs({"valbourg": own}):
            async with asking((lise, rene), room, load):
                for service in plan:
                    await killed_and_back(service, own, load)
                await restarted_and_back(plan[0], town, load)
            taken = {event for each in load for event in each.taken}
            assert len(taken) >= 3 * len(load) * (len(plan) + 1)
            await one_answer_each(lise, room, own, taken)


async def killed_and_back(service: Service, town: Collectivity, load: Sequence[Load]) -> None:
    """Kill *service*, and wait until another one is ready and everybody has been heard three times since."""
    before = Roster.read(town.paths.run / ROSTER)[service.name]

    async def back() -> bool:
        return Roster.read(town.paths.run / ROSTER).get(service.name, before) != before

    if service.name in UNWATCHED:
        with nobody_watching(town):
            os.kill(before.pid, signal.SIGKILL)
            # Else it would be there again within a second: whoever writes now is not heard.
            await asyncio.sleep(AWAY_S)
            assert not await wait_until_ready(service.ready, 0.1)
            assert not await back()
    else:
        os.kill(before.pid, signal.SIGKILL)
    await until(f"another {service.name}", back, 120)
    await heard_again(service, load)


async def restarted_and_back(service: Service, town: TrialTown, load: Sequence[Load]) -> None:
    """Restart *service* as an administrator does, and wait until everybody has been heard three times since."""
    assert service.name == "postgresql"
    before = Roster.read(town.collectivity.paths.run / ROSTER)[service.name]
    await asyncio.to_thread(town.well, "restart", service.name)
    assert Roster.read(town.collectivity.paths.run / ROSTER)[service.name] != before
    await heard_again(service, load)


async def heard_again(service: Service, load: Sequence[Load]) -> None:
    """Wait until *service* is ready, and everybody has been heard three times since."""
    assert await wait_until_ready(service.ready, 180), service.name
    counts = [len(own.taken) for own in load]

    async def heard() -> bool:
        return all(len(own.taken) >= count + 3 for own, count in zip(load, counts, strict=True))

    await until(f"people who write on after the end of {service.name}", heard, 240)


@contextmanager
def nobody_watching(town: Collectivity) -> Iterator[None]:
    """Have the keeper of *town* stand still within the block."""
    progress = current(town.paths.run)
    assert progress is not None
    os.kill(progress.keeper.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(progress.keeper.pid, signal.SIGCONT)
