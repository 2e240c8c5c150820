"""The images of ``docker/Dockerfile``, built by buildah, and the programs in them run as the compose file says.

No engine of containers can be had here: ``tests/engine.py`` plays one, and says what of it is real.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bots.database.migrate import newest
from bridge.operate.version import version as own_version
from tests.acceptance.machine import Machine, settle, standing
from tests.acceptance.town.test_upgrade_in_containers import DIES
from tests.acceptance.versions import MIGRATION, PLANTED, Life
from tests.bare import shared
from tests.booted import may_be_booted
from tests.images import Images, images, may_be_built
from tests.leftovers import delete

pytestmark = [pytest.mark.acceptance, pytest.mark.nightly, pytest.mark.limit(3600)]
POSTGRESQL = {"database": "postgresql", "synapse_database": "postgresql"}
OURS = ("synapse", "assistant", "share", "calendars")
VERSION = "from bridge.operate.version import version; print(version())"
ASKS = "import urllib.request as r; print(r.urlopen('https://matrix.valbourg.test{path}', timeout=60).status)"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Images]:
    if not may_be_built() or not may_be_booted():
        pytest.skip("only root builds images without an engine, and no container without privileges")
    with images(Path(tempfile.mkdtemp(prefix="beffroi-images-", dir="/srv"))) as store:
        store.base(shared(tmp_path_factory))
        yield store


@contextmanager
def place(**settings: Any) -> Iterator[Life]:
    """Have the settings of a town, where versions of us can be put beside it."""
    # Not below /tmp: each container has one of its own.
    life = Life(Path(tempfile.mkdtemp(prefix="beffroi-", dir="/srv")))
    life.place.chmod(0o755)
    try:
        settle(life, **settings)
        yield life
    finally:
        delete(life.place)


@contextmanager
def town(built: Images, **settings: Any) -> Iterator[Machine]:
    """Have a machine where the images are, and on it the settings of a town."""
    with place(**settings) as life, standing(life, built.place) as machine:
        yield machine


def want_harmless(machine: Machine, name: str) -> None:
    """Want that nobody in there is root, may do what root may, or writes beside what is mounted."""
    status = machine.compose("exec", "-T", name, "cat", "/proc/self/status").splitlines()
    assert "Uid:\t991\t991\t991\t991" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    for place in ("/opt/planted", "/srv/planted"):
        refused = machine.docker("exec", "-T", name, "touch", place)
        assert refused.returncode != 0
        assert "Read-only file system" in refused.stderr


def test_caddy_s_image_is_built_and_serves_the_town_as_nobody(built: Images) -> None:
    built.build("caddy")
    with town(built) as machine:
        machine.begin(machine.life.version("v1"), "--wait-timeout", "120", "--no-deps", "caddy")

        want_harmless(machine, "caddy")
        asked = machine.run("python3", "-c", ASKS.format(path="/"))
        # It answers by the town's certificate, and has no page there.
        assert "HTTP Error 404" in asked.stderr
        assert "secrets" not in machine.compose("exec", "-T", "caddy", "ls", "/srv/beffroi/data").split()


def test_a_town_on_postgresql_runs_in_the_images_is_backed_up_and_restored(built: Images) -> None:
    for target in (*OURS, "postgresql", "prepare", "caddy"):
        built.build(target)
    with town(built, **POSTGRESQL) as machine:
        machine.begin(machine.life.version("v1"), "--wait-timeout", "600")

        for name in (*OURS, "postgresql", "caddy", "timers"):
            want_harmless(machine, name)
        for name in OURS:
            assert machine.compose("exec", "-T", name, "python", "-c", VERSION) == f"{own_version()}\n"
        assert machine.run("python3", "-c", ASKS.format(path="/_matrix/client/versions")).stdout == "200\n"
        assert machine.compose("exec", "-T", "synapse", "ls", "/opt/beffroi/policies") is not None

        beffroi = ("exec", "-T", "timers", "python", "/opt/beffroi/beffroi.py")
        machine.compose(*beffroi, "backup")
        assert machine.compose(*beffroi, "backup", "rehearse").count("✔") > 3
        (archive,) = (machine.life.folder / "backups").glob("*.age")
        entry = ("--entrypoint", "python /opt/beffroi/beffroi.py", "prepare")
        into = ("--into", "/srv/beffroi/anew", "--key", "/srv/beffroi/data/backup/key.txt")
        machine.compose("run", "--rm", "--no-deps", *entry, "restore", f"/srv/beffroi/backups/{archive.name}", *into)
        anew = machine.life.folder / "anew"
        assert (anew / "data" / "postgresql" / "cluster" / "PG_VERSION").read_text() == "15\n"
        assert {path.stat().st_uid for path in anew.rglob("*")} == {991}


def test_a_town_goes_from_its_images_to_those_of_another_version_and_back(built: Images) -> None:
    """Each of them holds the migration of its own version, and no other."""
    with place() as life:
        first, broken = life.version("v1"), life.version("v-broken", DIES, MIGRATION)
        second = life.version("v2", migration=MIGRATION)
        for version in (first, broken, second):
            for target in (*OURS, "prepare"):
                built.build(target, version)
        built.build("caddy")
        with standing(life, built.place) as machine:
            machine.begin(first, "--wait-timeout", "600")
            caddy = machine.pids()["caddy"]

            done = machine.beffroi(broken, "upgrade", hurry=4)
            assert done.returncode == 1, done.stdout + done.stderr
            assert "L’ancienne version marche de nouveau" in done.stdout
            assert (machine.tag(), machine.schema(), holders(machine)) == ("v1", newest(), set())

            done = machine.beffroi(second, "upgrade")
            assert done.returncode == 0, done.stdout + done.stderr
            assert "✔ La nouvelle version marche, et l’assistant répond" in done.stdout
            assert (machine.tag(), machine.schema(), holders(machine)) == ("v2", PLANTED, {*OURS})

            machine.well("sh", "data/compose-back.sh")
            assert (machine.tag(), machine.schema(), holders(machine)) == ("v1", newest(), set())
            assert machine.run("python3", "-c", ASKS.format(path="/_matrix/client/versions")).stdout == "200\n"
            assert machine.pids()["caddy"] == caddy


def holders(machine: Machine) -> set[str]:
    """Return whose containers hold the migration of the second version."""
    path = f"/opt/beffroi/bots/database/migrations/versions/{PLANTED}_planted.py"
    asked = {name: machine.docker("exec", "-T", name, "test", "-e", path) for name in OURS}
    # What does not run says otherwise: with another code, or on its error output.
    assert all(done.returncode in (0, 1) and not done.stderr for done in asked.values()), asked
    return {name for name, done in asked.items() if done.returncode == 0}
