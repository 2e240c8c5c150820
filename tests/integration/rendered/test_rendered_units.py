"""systemd itself reads the units that we render: `systemd-analyze verify`, and what it thinks of their exposure.

They are checked, not run: a test boots no systemd.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from bridge.operate.services.drivers.systemd import as_word, units
from bridge.operate.services.plan import Town, services
from bridge.operate.services.programs import find
from config.errors import InvalidSettings
from config.load import collectivity_from

pytestmark = pytest.mark.integration

SETTINGS = {
    "name": "Valbourg",
    "server_name": "valbourg.fr",
    "kind": "commune",
    "siren": "217500016",
    "database": "postgresql",
    "synapse_database": "postgresql",
    "web": {"serves_server_name": True},
}


@pytest.fixture
def rendered(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "l'été à 100 %"
    folder.mkdir()
    places = {"paths": {"data": str(folder / "data")}, "backups": {"folder": str(folder / "backups")}}
    collectivity = collectivity_from({**SETTINGS, **places})
    for path in ("postgresql", "synapse", "assistant", "share", "calendars", "caddy"):
        (folder / "data" / path).mkdir(parents=True)
    town = Town(collectivity, folder / "collectivity.yaml", folder / "federation.yaml")
    return dict(units(town, services(town, find(collectivity)), "daemon"))


def test_systemd_finds_nothing_wrong(rendered: dict[str, str], tmp_path: Path) -> None:
    place = tmp_path / "units"
    place.mkdir()
    for name, text in rendered.items():
        (place / name).write_text(text)

    command = ["systemd-analyze", "verify", "--man=no", *(str(place / name) for name in rendered)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    said = [line for line in done.stderr.splitlines() if "beffroi-" in line]
    assert said == []
    assert done.returncode == 0, done.stderr
    assert len(rendered) == 12


def test_a_mistake_would_be_found(rendered: dict[str, str], tmp_path: Path) -> None:
    name, text = next((name, text) for name, text in rendered.items() if name.endswith("synapse.service"))
    path = tmp_path / name
    path.write_text(text.replace("ExecStart=", "ExecStart=/nowhere/python "))

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True, timeout=120, check=False
    )

    assert "/nowhere/python is not executable" in done.stderr


@pytest.mark.parametrize(
    "name", ["synapse", "assistant", "share", "calendars", "caddy", "postgresql", "prepare", "backup", "rehearsal"]
)
def test_each_is_hardly_exposed(rendered: dict[str, str], tmp_path: Path, name: str) -> None:
    """By systemd's own measure, from 0 (safe) to 10; an unhardened service has 9.6."""
    path = tmp_path / f"{name}.service"
    path.write_text(rendered[f"beffroi-valbourg.fr-{name}.service"])

    command = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    level = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert level is not None, done.stdout + done.stderr
    assert float(level[1]) < 3.5, done.stdout


def test_who_serves_strangers_sees_no_key(rendered: dict[str, str]) -> None:
    for name in ("share", "calendars", "caddy"):
        (hidden,) = re.findall(
            r"^InaccessiblePaths=(.*)$", rendered[f"beffroi-valbourg.fr-{name}.service"], re.MULTILINE
        )
        assert "data/secrets" in hidden
        assert "data/assistant" in hidden
        # It opens whatever the others hold.
        assert "data/backup" in hidden
        # Whether it is there yet or not.
        assert all(word.startswith("-/") for word in shlex.split(hidden))


def test_a_backup_each_night_and_a_rehearsal_each_sunday(rendered: dict[str, str], tmp_path: Path) -> None:
    """systemd itself says when they come next."""
    timers = {name: text for name, text in rendered.items() if name.endswith(".timer")}
    assert set(timers) == {"beffroi-valbourg.fr-backup.timer", "beffroi-valbourg.fr-rehearsal.timer"}
    shown = {}
    for name, text in timers.items():
        (calendar,) = re.findall("^OnCalendar=(.*)$", text, re.MULTILINE)
        command = ["systemd-analyze", "calendar", "--base-time=2026-11-28 12:00:00 UTC", calendar]
        environment = {**os.environ, "TZ": "Europe/Paris", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
        shown[name.split("-")[-1]] = re.findall("Next elapse: (.*)", done.stdout)
    assert shown == {
        "backup.timer": ["Sun 2026-11-29 03:15:00 CET"],
        "rehearsal.timer": ["Sun 2026-11-29 05:15:00 CET"],
    }
    target = rendered["beffroi-valbourg.fr.target"]
    assert all(name in target for name in timers)
    assert "WantedBy" not in rendered["beffroi-valbourg.fr-backup.service"]


def test_only_what_must_talks_to_other_machines(rendered: dict[str, str]) -> None:
    local = {name.split("-")[-1] for name, text in rendered.items() if "IPAddressDeny=any" in text}

    once = {"prepare.service", "backup.service", "rehearsal.service"}
    assert local == {*once, "assistant.service", "share.service", "postgresql.service"}


def test_only_backups_that_another_machine_keeps_leave_this_one(tmp_path: Path) -> None:
    changes = {"paths": {"data": str(tmp_path / "data")}, "backups": {"repository": "sftp:nas.valbourg.fr:/beffroi"}}
    collectivity = collectivity_from({**SETTINGS, **changes})
    town = Town(collectivity, tmp_path / "collectivity.yaml", tmp_path / "federation.yaml")

    written = units(town, (), "daemon")

    assert "IPAddressDeny" not in written["beffroi-valbourg.fr-backup.service"]
    assert "IPAddressDeny" in written["beffroi-valbourg.fr-prepare.service"]


def test_postgresql_is_for_its_socket_only(rendered: dict[str, str]) -> None:
    """Whoever reaches a port of it is let in without a password."""
    (start,) = re.findall(r"^ExecStart=(.*)$", rendered["beffroi-valbourg.fr-postgresql.service"], re.MULTILINE)

    assert shlex.split(start)[-2:] == ["-c", "listen_addresses="]


def test_each_comes_after_those_that_it_needs(rendered: dict[str, str]) -> None:
    (after,) = re.findall(r"^After=(.*)$", rendered["beffroi-valbourg.fr-synapse.service"], re.MULTILINE)

    assert after == "network-online.target beffroi-valbourg.fr-prepare.service beffroi-valbourg.fr-postgresql.service"


def test_a_word_says_only_itself_to_systemd() -> None:
    assert as_word("/srv/100 %/$HOME") == '"/srv/100 %%/$$HOME"'
    assert as_word("") == '""'
    with pytest.raises(InvalidSettings):
        as_word("/srv/a\nExecStartPre=/bin/sh")
