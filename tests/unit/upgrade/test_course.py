"""After the order nothing is raised: whatever goes wrong, the version that ran is asked to run again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bridge.backup.staging import Town
from bridge.operate.errors import OperateError
from bridge.operate.services import ballast
from bridge.operate.services.ballast import LEAST
from bridge.operate.services.fullness import FULL
from bridge.upgrade.commands import run
from bridge.upgrade.course import Ended, Outcome, Upgrade
from bridge.upgrade.exchange import Version
from bridge.upgrade.schemas import Schemas
from config.errors import InvalidSettings
from config.federation import Federation
from config.load import collectivity_from
from config.secrets import Secrets
from config.sentence import sentence

OLD, NEW = Version("/srv/beffroi-0.1", "python"), Version("/srv/beffroi-0.2", "python")
SECRETS = Secrets("ed25519 a_Gold " + "A" * 43, *("1" * 64,) * 5, *(b"1" * 32,) * 4)
# Nobody listens there.
NETWORK = {"client_url": "http://127.0.0.1:9"}
VALBOURG = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no settings say otherwise, a town's data are here."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()


class DiskUsage(NamedTuple):
    """What ``shutil.disk_usage`` returns."""

    total: int
    used: int
    free: int


@dataclass
class Driver:
    """Exchanges nothing, and fails with *wrong* on the way to the new version."""

    wrong: Exception
    exchanged: list[Version] = field(default_factory=list)

    def theirs(self) -> Version:
        return OLD

    def beffroi(self, version: Version, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess((version.root, *words), 0, "", "")

    @property
    def asked(self) -> "Driver":
        return self

    async def schemas(self) -> Schemas:
        return Schemas("0001", 1)

    async def health(self) -> Mapping[str, Any]:
        return {}

    async def answers(self, patience_s: float) -> bool:
        return patience_s > 0

    async def exchange(self, version: Version, schema: Schemas) -> str:
        self.exchanged.append(version)
        assert schema.share
        if version == NEW:
            raise self.wrong
        return ""


@dataclass
class Interrupted(Driver):
    """Has somebody press Ctrl-C in the middle of the exchange, and again on the way back."""

    async def exchange(self, version: Version, schema: Schemas) -> str:
        assert schema.share
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.01)
        # Later than the signal: a way that was broken off is none.
        self.exchanged.append(version)
        return ""


@dataclass
class Running(Driver):
    """Runs a program at each step, and notes to whose Ctrl-C it listens: a terminal's goes to a group."""

    groups: list[int] = field(default_factory=list)

    def _note(self) -> None:
        self.groups.append(int(run((sys.executable, "-c", "import os; print(os.getpgrp())")).stdout))

    def beffroi(self, version: Version, *words: str) -> "subprocess.CompletedProcess[str]":
        self._note()
        return super().beffroi(version, *words)

    async def exchange(self, version: Version, schema: Schemas) -> str:
        assert version.root, schema.share
        self._note()
        await asyncio.to_thread(self._note)
        return ""


def upgrade(driver: Driver, told: list[tuple[str, str]]) -> Upgrade:
    federation = Federation.model_validate({"members": [{"server_name": "valbourg.fr"}]})
    town = Town(Path(), Path(), collectivity_from({**VALBOURG, "network": NETWORK}), federation, SECRETS)
    return Upgrade(town, driver, NEW, lambda step, what: told.append((step, what)))


async def test_ctrl_c_ends_no_program_that_the_way_back_needs() -> None:
    driver = Running(RuntimeError())

    await upgrade(driver, []).run()

    backup, *way = driver.groups
    assert backup == os.getpgrp()
    assert len(way) == 4
    assert backup not in way
    assert int(run((sys.executable, "-c", "import os; print(os.getpgrp())")).stdout) == os.getpgrp()


async def test_ctrl_c_in_its_middle_has_the_old_version_come_back() -> None:
    told: list[tuple[str, str]] = []
    driver, before = Interrupted(RuntimeError()), signal.getsignal(signal.SIGINT)

    ended = await upgrade(driver, told).run()

    assert driver.exchanged == [NEW, OLD]
    assert [step for step, _what in told].count("stop") == 1
    assert ended.outcome is not Outcome.UPGRADED
    assert signal.getsignal(signal.SIGINT) == before


@dataclass
class Full(Driver):
    """Finds the disk full on the way to the new version, and sees what room is held on the way back."""

    held: list[list[str]] = field(default_factory=list)
    complaint: str = "disk I/O error"

    async def exchange(self, version: Version, schema: Schemas) -> str:
        assert schema.share
        self.exchanged.append(version)
        self.held.append([path.name for path in Path("data").iterdir() if path.stat().st_blocks * 512 >= LEAST])
        return self.complaint if version == NEW else ""


async def test_on_a_disk_that_fills_up_there_is_room_for_the_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    driver = Full(RuntimeError())
    monkeypatch.setattr("shutil.disk_usage", lambda _path: DiskUsage(1 << 30, 1 << 30, 0))

    await upgrade(driver, told).run()

    assert driver.exchanged == [NEW, OLD]
    assert driver.held == [[".ballast.part"], []]
    assert dict(told)["back"] == f"{FULL}\ndisk I/O error"
    assert [*Path("data").iterdir()] == []


@pytest.mark.parametrize(
    ("free", "wrong", "full"),
    [
        (100 << 20, "disk I/O error", False),
        (63 << 20, "disk I/O error", True),
        (100 << 20, "assistant: (sqlite3.OperationalError) database or disk is full", True),
        (100 << 20, "OSError: [Errno 28] No space left on device", True),
    ],
)
async def test_a_disk_is_called_full_only_where_it_is(
    free: int, wrong: str, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fifth of a small disk is a lot: what else was wrong would be looked for on the disk."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr("shutil.disk_usage", lambda _path: DiskUsage(1 << 30, (1 << 30) - free, free))

    await upgrade(Full(RuntimeError(), complaint=wrong), told).run()

    assert dict(told)["back"] == (f"{FULL}\n{wrong}" if full else wrong)


def test_as_much_room_is_held_as_the_databases_take() -> None:
    collectivity = collectivity_from(VALBOURG)
    collectivity.paths.assistant.mkdir(parents=True)
    collectivity.paths.share.mkdir(parents=True)
    for path, size in (
        (collectivity.paths.assistant / "assistant.db", 50),
        (collectivity.paths.share / "share.db", 20),
    ):
        with path.open("wb") as stream:
            stream.truncate(size << 20)

    with ballast.ballast(collectivity):
        assert (collectivity.paths.data / ".ballast.part").stat().st_size == 70 << 20


def test_what_a_killed_upgrade_holds_is_let_go_of_and_not_what_another_one_does() -> None:
    """`prepare` is called in the middle of an upgrade, too."""
    collectivity = collectivity_from(VALBOURG)
    left = collectivity.paths.data / ".ballast.part"
    left.touch()

    ballast.sweep(collectivity)

    assert not left.exists()
    with ballast.ballast(collectivity):
        ballast.sweep(collectivity)
        assert left.exists()
    ballast.sweep(collectivity)


async def test_where_there_is_no_room_for_the_way_back_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Full(RuntimeError())
    monkeypatch.setattr(ballast, "LEAST", 1 << 62)

    with pytest.raises(OSError, match=r"\S"):
        await upgrade(driver, []).run()

    assert driver.exchanged == []
    assert [*Path("data").iterdir()] == []


@pytest.mark.parametrize(
    "wrong",
    [
        OSError(28, "No space left on device"),
        InvalidSettings(sentence("collectivity.yaml is wrong")),
        OperateError(sentence("docker compose up: no such image")),
        subprocess.TimeoutExpired(("docker", "compose"), 6 * 3600),
        RuntimeError("of a kind that nobody thought of"),
    ],
    ids=lambda wrong: type(wrong).__name__,
)
async def test_whatever_breaks_in_its_middle_the_old_version_is_gone_back_to(wrong: Exception) -> None:
    """Assistant and share server stand still then, perhaps on a schema that the old version does not know."""
    told: list[tuple[str, str]] = []
    driver = Driver(wrong)
    federation = Federation.model_validate({"members": [{"server_name": "valbourg.fr"}]})
    town = Town(Path(), Path(), collectivity_from({**VALBOURG, "network": NETWORK}), federation, SECRETS)

    ended = await Upgrade(town, driver, NEW, lambda step, what: told.append((step, what))).run()

    assert driver.exchanged == [NEW, OLD]
    assert str(wrong) in dict(told)["back"]
    # Nobody listens at this town's door, after it as before.
    assert isinstance(ended, Ended)
    assert ended.outcome is Outcome.STRANDED
