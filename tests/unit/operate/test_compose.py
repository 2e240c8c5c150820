"""The compose file: what each container may touch, and what reaches outside."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.operate.services.drivers.compose import Edition, compose, way_back
from bridge.operate.services.plan import Town
from config.errors import InvalidSettings
from config.federation import Federation
from config.load import collectivity_from
from config.secrets import Secrets
from config.writing.render import rendered

ROOT = Path(__file__).parents[3]
SETTINGS: dict[str, Any] = {
    "name": "Valbourg",
    "server_name": "valbourg.fr",
    "kind": "commune",
    "siren": "217500016",
    "paths": {"data": "/srv/beffroi/data"},
    "containers": True,
    "web": {"serves_server_name": True},
}
NOW = Edition.of(Path("/srv/beffroi-0.2"), "0.2.0+checkout", "0017", 4)
POSTGRESQL = {"database": "postgresql", "synapse_database": "postgresql"}


def town(**changes: Any) -> Town:
    folder = Path("/srv/beffroi")
    return Town(collectivity_from({**SETTINGS, **changes}), folder / "collectivity.yaml", folder / "federation.yaml")


@pytest.fixture(params=[{}, POSTGRESQL], ids=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(compose(town(**request.param), NOW))["services"]
    return found


def test_nobody_is_root_nor_writes_where_it_need_not(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["user"] == "991:991", name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_only_caddy_is_reached_and_only_who_must_gets_out(services: dict[str, Any]) -> None:
    networks = yaml.safe_load(compose(town(), NOW))["networks"]
    outward = {name for name, network in networks.items() if not network.get("internal")}

    assert {name for name, service in services.items() if "ports" in service} == {"caddy"}
    assert {name for name, service in services.items() if outward & set(service.get("networks", []))} == {
        "caddy",
        "calendars",
        "synapse",
    }
    assert {service.get("network_mode") for service in services.values()} <= {None, "none", "service:share"}


@pytest.mark.parametrize("name", ["share", "calendars", "caddy"])
def test_whoever_serves_strangers_has_no_key(services: dict[str, Any], name: str) -> None:
    mounted = [volume.split(":")[0] for volume in services[name]["volumes"]]

    assert "/srv/beffroi" not in mounted
    assert "/srv/beffroi/data" not in mounted
    for secret in ("secrets", "assistant", "synapse", "postgresql", "backup", "people"):
        assert not any(path.startswith(f"/srv/beffroi/data/{secret}") for path in mounted)
    assert "/srv/beffroi/data/rendered" not in mounted


def test_every_image_has_its_target(services: dict[str, Any]) -> None:
    targets = set(re.findall(r"^FROM \S+ AS (\S+)$", (ROOT / "docker" / "Dockerfile").read_text(), re.MULTILINE))

    assert {service["build"]["target"] for service in services.values() if "build" in service} <= targets


def test_each_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    for service in services.values():
        for name in service.get("depends_on", {}):
            assert name in services


def test_in_containers_they_find_each_other_by_name() -> None:
    secrets = Secrets("ed25519 a_Gold " + "A" * 43, *("1" * 64,) * 5, *(b"1" * 32,) * 4)
    federation = Federation.model_validate({"members": [{"server_name": "valbourg.fr"}]})
    files = rendered(town().collectivity, federation, secrets, Path("/srv/beffroi/data/rendered"))
    caddyfile, homeserver = files["Caddyfile"][0], yaml.safe_load(files["homeserver.yaml"][0])

    assert 'reverse_proxy "unix//srv/beffroi/data/socket/door.sock" {' in caddyfile
    assert "reverse_proxy share:8010 {" in caddyfile
    assert "reverse_proxy calendars:8012 {" in caddyfile
    assert homeserver["listeners"][0]["bind_addresses"] == ["0.0.0.0"]
    assert homeserver["listeners"][0]["x_forwarded"] is True
    assert town().collectivity.homeserver_url == "http://synapse:8008"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"containers": False}, "containers: true"),
        ({"paths": {"data": "/var/lib/beffroi"}}, "paths.data is “data”"),
        ({"network": {"client_port": 8009}}, "ports inside"),
        ({"database": "postgresql://beffroi@sql.valbourg.fr/beffroi"}, "postgresql, no other"),
        ({"share": {"database": "postgresql://share@sql.valbourg.fr/share"}}, "postgresql, no other"),
        ({"web": {"tls": "own", "https_port": 10443, "federation_port": 10448, "neighbours_port": 10449}}, "a trial"),
    ],
)
def test_what_containers_cannot_do_is_said(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidSettings, match=why):
        compose(town(**changes), NOW)


def test_postgresql_is_reached_by_its_socket_and_by_nothing_else() -> None:
    services = yaml.safe_load(compose(town(**POSTGRESQL), NOW))["services"]
    socket = "/srv/beffroi/data/postgresql/socket"

    mounted = {name for name, service in services.items() if any(each.endswith(socket) for each in service["volumes"])}
    assert mounted == {"synapse", "assistant"}
    assert services["postgresql"]["network_mode"] == "none"
    assert [volume.partition(":")[2] for volume in services["postgresql"]["volumes"]] == [socket.rpartition("/")[0]]
    assert services["databases"]["depends_on"] == {"postgresql": {"condition": "service_healthy"}}
    assert services["synapse"]["depends_on"] == {"databases": {"condition": "service_completed_successfully"}}
    # A backup and its rehearsal see the whole folder.
    assert services["timers"]["volumes"] == ["/srv/beffroi:/srv/beffroi"]


def test_only_the_assistant_reaches_the_antivirus() -> None:
    antivirus = {"antivirus": {"socket": "/run/clamav/clamd.ctl"}}
    found = yaml.safe_load(compose(town(**antivirus), NOW))["services"]

    mounted = {name for name, service in found.items() if any("/run/clamav" in each for each in service["volumes"])}
    assert mounted == {"assistant"}
    assert "/run/clamav:/run/clamav:ro" in found["assistant"]["volumes"]
    with pytest.raises(InvalidSettings, match=r"antivirus\.socket"):
        compose(town(antivirus={"port": 3310}), NOW)


def test_backups_reach_another_machine_only_where_one_keeps_them() -> None:
    """Whatever is rehearsed in that container has a dead proxy and no federation all the same."""
    here = yaml.safe_load(compose(town(), NOW))["services"]["timers"]
    there = yaml.safe_load(compose(town(backups={"repository": "sftp:nas:/beffroi"}), NOW))["services"]["timers"]

    assert here["network_mode"] == "none"
    assert (there.get("network_mode"), there["networks"]) == (None, ["outside"])


def test_two_folders_are_two_versions_and_their_images_never_mix() -> None:
    """Else `build` would give the old tag to the new image, and there would be nothing to go back to."""
    before = Edition.of(Path("/srv/beffroi-0.1"), "0.2.0+checkout", "0016", 3)
    old, new = (yaml.safe_load(compose(town(**POSTGRESQL), edition)) for edition in (before, NOW))

    assert Edition.read(compose(town(), before)) == before
    assert Edition.read("services: {}") is None
    # Of those that hold nothing of ours another version changes nothing: they go on running.
    parts = {"caddy", "postgresql"}
    images = [
        {service["image"] for name, service in file["services"].items() if name not in parts} for file in (old, new)
    ]
    assert all(old["services"][name]["image"] == new["services"][name]["image"] for name in parts)
    assert images[0].isdisjoint(images[1])
    assert all(re.fullmatch(r"beffroi-[a-z]+:0\.2\.0-checkout-[0-9a-f]{8}", image) for image in images[1])


def test_the_way_back_is_one_line_whose_commands_are_compose_s(tmp_path: Path) -> None:
    """No engine that runs compose is at hand: a program of docker's name writes down what it was asked."""
    before = Edition.of(Path("/srv/beffroi-0.1"), "0.1.0", "0016", 3)
    old, new, told = tmp_path / "compose.before.yaml", tmp_path / "compose.yaml", tmp_path / "told"
    old.write_text(compose(town(), before))
    new.write_text(compose(town(), NOW))
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f'#!/bin/sh\ngrep -m1 -o "tag: [^,]*" "$3" >> {told}; shift 3; echo "$@" >> {told}\n')
    docker.chmod(0o755)

    script = way_back(before, old, new)
    subprocess.run(("sh", "-c", script), env={"PATH": f"{docker.parent}:/usr/bin:/bin"}, check=True, timeout=60)

    was, now = (f'tag: "{edition.tag}"' for edition in (before, NOW))
    assert told.read_text().splitlines() == [
        now,
        "stop timers assistant share",
        now,
        "run --rm --no-deps --entrypoint python /opt/beffroi/beffroi.py prepare schema --to 0016 --share 3",
        was,
        "run --rm --no-deps prepare",
        was,
        "up -d --no-build --wait --wait-timeout 300 --remove-orphans",
    ]


def test_a_second_version_keeps_the_file_of_the_first(tmp_path: Path) -> None:
    settings = {**SETTINGS, "paths": {"data": "data"}}
    (tmp_path / "collectivity.yaml").write_text(yaml.safe_dump(settings))
    secrets = Secrets.load_or_create(tmp_path / "data" / "secrets")
    own = {
        "server_name": "valbourg.fr",
        "register_keys": [secrets.register_public_key],
        "master_key": secrets.master_public_key,
    }
    (tmp_path / "federation.yaml").write_text(yaml.safe_dump({"members": [own]}))
    file = tmp_path / "data" / "compose.yaml"

    def written() -> str:
        command = (sys.executable, str(ROOT / "beffroi.py"), "compose")
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=120).stdout

    assert "compose-back.sh" not in written()
    ours = Edition.read(file.read_text())
    assert ours is not None
    earlier = compose(town(), Edition("0.0.9-12345678", "0001", 1))
    file.write_text(earlier)

    assert "compose-back.sh" in written()
    assert Edition.read(file.read_text()) == ours
    assert (tmp_path / "data" / "compose.before.yaml").read_text() == earlier
    script = (tmp_path / "data" / "compose-back.sh").read_text()
    assert "schema --to 0001 --share 1" in script
    # Written again, it goes back to the same one still.
    assert "compose-back.sh" in written()
    assert (tmp_path / "data" / "compose-back.sh").read_text() == script
