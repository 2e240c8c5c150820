"""The disk of a town fills up while people write, and is emptied: what was taken is not lost, and nothing breaks."""

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.element_client import ELEMENT, ElementClient, ElementError
from tests.trial import TrialTown, make, running

pytestmark = [pytest.mark.acceptance, pytest.mark.limit(900)]

SIZE = "96m"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TrialTown]:
    """A town on a small disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(disk)), check=False)
    if mounted.returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        with running(make(disk / "town")) as found:
            yield found
    finally:
        subprocess.run(("umount", "--lazy", str(disk)), check=True, timeout=60)


def fill(path: Path) -> None:
    """Write until nothing more goes in."""
    with path.open("wb", buffering=0) as stream:
        for size in (1 << 20, 4096):
            try:
                while True:
                    stream.write(bytes(size))
            except OSError:
                continue


def flaws(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=60)) as database:
        return [str(row[0]) for row in database.execute("PRAGMA quick_check")]


async def take(client: ElementClient, room: str, words: str) -> str | None:
    """Say *words*, and return the event; None where it was not taken within a while.

    The SDK tries for minutes; whether a message that nobody waits for was taken, nobody knows.
    """
    try:
        async with asyncio.timeout(15):
            return await client.send(room, words)
    except (ElementError, TimeoutError):
        return None


async def test_what_was_taken_is_answered_once_there_is_room_again(
    town: TrialTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    collectivity = town.collectivity
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(collectivity.paths.authority / "authority.crt"))
    monkeypatch.setenv("NODE_OPTIONS", f"--import {ELEMENT / 'localhost.mjs'}")
    user = f"@marie:{collectivity.server_name}"
    filler = town.folder / "filler"
    async with await ElementClient.start(collectivity.network.client_url, user, town.passwords[user]) as marie:
        room = await marie.create_room("Conseil")
        await marie.invite(room, collectivity.assistant)
        await marie.wait_for_membership(room, collectivity.assistant, timeout=60)
        taken = [await marie.send(room, "!tâche ajouter avant")]
        await marie.wait_for(room, in_reply_to=taken[0], readable=True, timeout=60)

        fill(filler)
        refused = 0
        for first in (0, 3):
            # Three at once: each that is refused takes as long as somebody waits for it.
            told = [f"!tâche ajouter pendant {number}" for number in range(first, first + 3)]
            tried = await asyncio.gather(*(take(marie, room, words) for words in told))
            refused += tried.count(None)
            taken += [event for event in tried if event is not None]
            await asyncio.sleep(0.5)
        # So that it can fail: the disk was full indeed.
        assert refused or os.statvfs(town.folder).f_bavail == 0
        filler.unlink()

        async with asyncio.timeout(120):
            while True:
                try:
                    async with asyncio.timeout(20):
                        taken.append(await marie.send(room, "!tâche ajouter après"))
                except (ElementError, TimeoutError):
                    await asyncio.sleep(1)
                    continue
                break
        for event in taken:
            assert "added: " in (await marie.wait_for(room, in_reply_to=event, readable=True, timeout=200)).body
        answers = [seen.in_reply_to for seen in await marie.timeline(room) if seen.sender == collectivity.assistant]
        assert {event: answers.count(event) for event in taken} == dict.fromkeys(taken, 1)

    rows = await asyncio.to_thread(town.processes)
    assert [name for name, row in rows.items() if row["pid"] is None] == []
    for path in (collectivity.paths.synapse / "homeserver.db", collectivity.paths.assistant / "assistant.db"):
        assert flaws(path) == ["ok"]
