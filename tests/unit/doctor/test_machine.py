"""What the doctor makes of a disk, a clock, versions and notes."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.doctor import machine
from bridge.doctor.finding import Severity
from bridge.doctor.machine import Room
from bridge.people.enrolling import pages_file
from config.settings import Collectivity
from config.texts import texts

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
FR = texts("fr")
GIB = 1 << 30


def room(free: float, *, days_ago: float = 0) -> Room:
    return Room(100 * GIB, int(free * GIB), (NOW - timedelta(days=days_ago)).isoformat())


@pytest.mark.parametrize(
    ("now", "before", "standing"),
    [
        (room(50), None, Severity.WELL),
        (room(50), room(51, days_ago=1), Severity.WELL),
        (room(50), room(52, days_ago=1), Severity.SOON),
        (room(50), room(60, days_ago=0.01), Severity.WELL),
        (room(50), room(40, days_ago=1), Severity.WELL),
        (room(9), None, Severity.SOON),
        (room(0.4), None, Severity.ILL),
    ],
)
def test_a_disk_is_judged_by_its_room_and_its_pace(now: Room, before: Room | None, standing: Severity) -> None:
    assert machine.on_disk("data", now, before, FR).standing is standing


@pytest.mark.parametrize(
    ("before", "said"), [(room(22, days_ago=2), "dans 20 jours"), (room(40, days_ago=1), "dans 1 jour")]
)
def test_it_says_in_how_many_days_the_disk_is_full(before: Room, said: str) -> None:
    found = machine.on_disk("data", room(20), before, FR)

    assert found.sentence.endswith(said)
    assert found.remedy


@pytest.mark.parametrize(
    ("disciplined", "skews", "standings"),
    [
        (True, {}, ["well"]),
        (None, {}, ["well"]),
        (False, {}, ["soon"]),
        (False, {"rivemont.fr": 3.0}, ["well"]),
        (True, {"rivemont.fr": -3600.0, "ailleurs.fr": 1.0}, ["ill"]),
    ],
)
def test_a_clock_is_judged_by_the_others(
    disciplined: bool | None, skews: Mapping[str, float], standings: list[str]
) -> None:
    assert [found.standing.value for found in machine.on_clock(disciplined, skews, FR)] == standings


def test_versions_with_known_holes_are_named() -> None:
    (old,) = machine.on_versions({"jinja2": "3.1.5", "aiohttp": "3.14.10"}, FR)
    (new,) = machine.on_versions(machine.installed(), FR)

    assert (old.standing, "GHSA" in old.sentence, "3.1.6" in old.remedy) == (Severity.ILL, True, True)
    assert new.standing is Severity.WELL, new.sentence


@pytest.fixture
def town(tmp_path: Path) -> Collectivity:
    (tmp_path / "data").mkdir()
    return Collectivity.model_validate(
        {
            "name": "Valbourg",
            "server_name": "valbourg.fr",
            "kind": "commune",
            "siren": "217500016",
            "paths": {"data": str(tmp_path / "data")},
        }
    )


def judged(town: Collectivity, notes: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    return {found.check: found.standing.value for found in machine.on_backups(town, notes, NOW, FR)}


def test_backups_are_judged_by_their_age_their_disk_and_their_rehearsal(town: Collectivity, tmp_path: Path) -> None:
    file = tmp_path / "copy.age"
    file.write_bytes(b"")

    def notes(age: float, tried: float | None, *, well: bool = True) -> Mapping[str, Mapping[str, object]]:
        made = {"made": (NOW - timedelta(days=age)).isoformat(), "place": str(file)}
        if tried is None:
            return {"backup": made}
        return {"backup": made, "rehearsal": {"at": (NOW - timedelta(days=tried)).isoformat(), "well": well}}

    assert judged(town, {}) == {"backup": "ill"}
    assert judged(town, notes(3, 1)) == {"backup": "ill", "backup.disk": "soon", "backup.rehearsal": "well"}
    assert judged(town, notes(1, None)) == {"backup": "well", "backup.disk": "soon", "backup.rehearsal": "soon"}
    assert judged(town, notes(1, 9))["backup.rehearsal"] == "soon"
    assert judged(town, notes(1, 1, well=False))["backup.rehearsal"] == "ill"
    crowded = {"backup": {**notes(1, None)["backup"], "left": True}}
    assert judged(town, crowded)["backup.old"] == "soon"
    file.unlink()
    assert judged(town, notes(1, 1)) == {"backup": "ill"}
    assert judged(town, {"backup": {"made": "nonsense", "place": 7}}) == {"backup": "ill"}


def test_a_repository_is_looked_for_here_and_believed_elsewhere(town: Collectivity, tmp_path: Path) -> None:
    """What another machine keeps, the weekly rehearsal fetches: its own age is what can be judged from here."""

    def kept(repository: str, folder: str, days: int) -> dict[str, str]:
        backups = town.backups.model_copy(update={"repository": repository})
        notes = {"backup": {"made": (NOW - timedelta(days=days)).isoformat(), "place": f"{folder}#4f2a91c0"}}
        return judged(town.model_copy(update={"backups": backups}), notes)

    here, there = tmp_path / "repository", "sftp:nas:/beffroi"
    assert kept(str(here), str(here), 1) == {"backup": "ill"}
    here.mkdir()
    assert kept(str(here), str(here), 1) == {"backup": "well", "backup.disk": "soon", "backup.rehearsal": "soon"}
    assert kept(there, there, 1) == {"backup": "well", "backup.rehearsal": "soon"}
    assert kept(there, there, 3) == {"backup": "ill", "backup.rehearsal": "soon"}


def test_first_passwords_that_lie_about_are_named_after_a_week(tmp_path: Path) -> None:
    for name, days in (("premiers-mots-de-passe-2026-11-01-09h0000.html", 27), (str(pages_file(Path(), "new")), 6)):
        (tmp_path / name).touch()
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(tmp_path / name, (moment, moment))

    (finding,) = machine.on_pages(tmp_path, NOW, FR)

    assert finding.standing is Severity.SOON
    assert finding.sentence.endswith("ici\u00a0: premiers-mots-de-passe-2026-11-01-09h0000.html")
