"""What is due by the clock is done once, in a process of its own, and what came of it is written down."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.operate.services.keeping.timekeeping import Timekeeper, runs
from bridge.operate.services.plan import Town
from config.load import collectivity_from

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town whose settings cannot be read: each job of it ends at once, and badly."""
    settings = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
    collectivity = collectivity_from({**settings, "paths": {"data": str(tmp_path / "data")}})
    collectivity.paths.run.mkdir(parents=True)
    (tmp_path / "collectivity.yaml").write_text("name: [")
    return Town(collectivity, tmp_path / "collectivity.yaml", tmp_path / "federation.yaml")


async def test_nothing_is_done_before_its_time(town: Town) -> None:
    await Timekeeper(town, Clock()).look()

    assert runs(town.collectivity.paths.run) == {}


async def test_what_is_due_is_done_once_and_its_failure_is_known(town: Town) -> None:
    clock = Clock()
    keeper = Timekeeper(town, clock)
    clock.now += timedelta(hours=15)

    await keeper.look()

    (done,) = runs(town.collectivity.paths.run).values()
    assert (done.began, done.code, done.failed) == (clock.now, 2, True)
    assert "collectivity.yaml" in done.said
    clock.now += timedelta(hours=1)
    await keeper.look()
    assert runs(town.collectivity.paths.run)["backup"] == done


async def test_on_a_sunday_it_is_rehearsed_too(town: Town) -> None:
    clock = Clock()
    keeper = Timekeeper(town, clock)
    clock.now += timedelta(hours=20)

    await keeper.look()

    assert set(runs(town.collectivity.paths.run)) == {"backup", "rehearsal"}


async def test_whoever_starts_anew_knows_what_was_done(town: Town) -> None:
    clock = Clock()
    keeper = Timekeeper(town, clock)
    clock.now += timedelta(hours=15)
    await keeper.look()
    before = runs(town.collectivity.paths.run)

    await Timekeeper(town, clock).look()

    assert runs(town.collectivity.paths.run) == before
