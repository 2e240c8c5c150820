"""A town that is stopped is one finding, not one for each thing that then answers nobody."""

import socket
from pathlib import Path

import pytest
import yaml

from bridge.backup.staging import Town
from bridge.doctor.examination import Doctor
from bridge.doctor.finding import Finding, Severity
from bridge.operate.authority import Authority
from bridge.operate.errors import OperateError
from bridge.operate.ports import reserve
from bridge.operate.services.drivers import systemd
from bridge.operate.services.keeping import progress
from bridge.operate.services.keeping.progress import Phase, Progress, own_identity
from config.secrets import Secrets
from config.sentence import sentence
from config.texts import texts

FR = texts("fr")
POSTGRESQL = {"database": "postgresql", "synapse_database": "postgresql"}


@pytest.fixture(params=[{}, POSTGRESQL], ids=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Town:
    """A trial town that was up, and runs no more."""
    secrets = Secrets.load_or_create(tmp_path / "data" / "secrets")
    with reserve(8) as ports:
        https, federation, neighbours, client, metrics, share, api, calendars = ports
    settings = {"name": "Valbourg", "server_name": "valbourg.localhost", "kind": "commune", "siren": "217500016"}
    network = {
        "client_url": f"https://matrix.valbourg.localhost:{https}",
        "client_port": client,
        "metrics_port": metrics,
    }
    more = {
        "network": network,
        "web": {"tls": "own", "https_port": https, "federation_port": federation, "neighbours_port": neighbours},
        "share": {"port": share, "api_port": api},
        "calendars": {"port": calendars},
    }
    own = {"server_name": "valbourg.localhost", "register_keys": [secrets.register_public_key]}
    (tmp_path / "collectivity.yaml").write_text(yaml.safe_dump({**settings, **more, **request.param}))
    (tmp_path / "federation.yaml").write_text(yaml.safe_dump({"members": [own]}))
    town = Town.load(tmp_path / "collectivity.yaml")
    Authority(town.collectivity.paths.authority)
    return town


async def ill(town: Town) -> list[Finding]:
    found = await Doctor(town, FR).examine()
    return [finding for finding in found if finding.standing is Severity.ILL and finding.check != "backup"]


async def test_that_it_is_stopped_is_all_that_is_wrong_with_it(town: Town) -> None:
    (finding,) = await ill(town)

    assert (finding.check, finding.sentence) == ("stopped", "la ville est arrêtée\u00a0: rien d’elle ne tourne")
    assert "./beffroi up" in finding.remedy


async def test_where_one_of_them_runs_the_others_are_missed_by_name(town: Town) -> None:
    web = town.collectivity.web
    assert web is not None
    with socket.socket() as neighbours:
        neighbours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        neighbours.bind(("127.0.0.1", web.neighbours_port or 0))
        neighbours.listen()

        checks = {finding.check for finding in await ill(town)}

    assert "stopped" not in checks
    assert {"ports", "assistant"} <= checks


@pytest.mark.parametrize("phase", ["starting", "held", "up"])
async def test_what_somebody_keeps_is_not_stopped(phase: Phase, town: Town) -> None:
    """In the middle of a start or an upgrade all of it stands still, and `up` would be the wrong advice."""
    town.collectivity.paths.run.mkdir(parents=True)
    progress.write(town.collectivity.paths.run, Progress(phase, own_identity()))

    assert "stopped" not in {finding.check for finding in await ill(town)}


async def test_under_systemd_it_is_started_by_systemctl(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemd, "INSTALLED", tmp_path)
    (tmp_path / "beffroi-valbourg.localhost.target").touch()

    (finding,) = await ill(town)

    assert "sudo systemctl start beffroi-valbourg.localhost.target" in finding.remedy


async def test_what_cannot_be_asked_ends_no_examination(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_town: object) -> None:
        raise OperateError(sentence("PostgreSQL is not installed"))

    monkeypatch.setattr("bridge.doctor.examination.running", fails)

    assert {finding.check for finding in await ill(town)} >= {"assistant"}
