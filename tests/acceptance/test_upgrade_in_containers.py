"""A town whose processes are those of `beffroi compose`, brought to another version, and taken back from one that dies.

No engine of containers can be had here: ``tests/engine.py`` plays one, and says what of it is real. Everything else is:
Synapse, the assistant, the share server, Caddy, their databases, and whoever knocks meanwhile.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bots.database.migrate import newest
from bridge.operate.authority import Authority
from config.secrets import Secrets
from tests.acceptance.versions import MIGRATION, PLANTED, ROOT, Life
from tests.booted import may_be_booted

pytestmark = [pytest.mark.acceptance, pytest.mark.limit(900)]
OWNER = 991
DIES = {
    "bridge/operate/assistant/office.py": (
        "        await migrate(database)\n",
        "        raise RuntimeError('planted')\n",
    )
}
NAMES = "127.0.0.1 localhost synapse share calendars matrix.valbourg.test partage.valbourg.test valbourg.test\n"
MACHINE = """set -e
mkdir -p "$1/over" "$1/root"
mount -t tmpfs beffroi "$1/over"
mkdir "$1/over/upper" "$1/over/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/over/upper,workdir=$1/over/work" "$1/root"
# A Python below /root is for those in there too who are not root.
chmod a+rx "$1/root/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs tmp "$1/root/tmp"
mkdir -p "$1/root$2" "$1/root$3" "$1/root$4" "$1/root/srv/beffroi" "$1/root/opt/beffroi" "$1/root/mnt"
mount --rbind "$3" "$1/root$3"
mount --rbind "$4" "$1/root$4"
mount --bind "$2" "$1/root$2"
printf '%s' "$NAMES" > "$1/root/etc/hosts"
printf '#!/bin/sh\\nexec %s %s "$@"\\n' "$3/bin/python" "$4/tests/engine.py" > "$1/root/usr/local/bin/docker.new"
chmod 755 "$1/root/usr/local/bin/docker.new"
mv "$1/root/usr/local/bin/docker.new" "$1/root/usr/local/bin/docker"
ip link set lo up
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
touch "$1/ready"
exec chroot "$1/root" sleep infinity
"""
"""A copy of this machine that nobody keeps, with a loopback of its own: the ports of a town in containers are given."""
KNOCKS = """
import json, sys, time, urllib.error, urllib.request
statuses = []
try:
    while not open(sys.argv[1]).read():
        request = urllib.request.Request(
            "https://matrix.valbourg.test/_matrix/client/v3/account/whoami",
            method="GET" if len(statuses) % 2 else "POST",
        )
        try:
            statuses.append(urllib.request.urlopen(request, timeout=90).status)
        except urllib.error.HTTPError as answered:
            statuses.append(answered.code)
        except OSError as broken:
            statuses.append(str(broken))
        time.sleep(0.05)
finally:
    print(json.dumps(statuses))
"""


@dataclass(frozen=True)
class Machine:
    """Where the town runs; *holder* is a process in it."""

    holder: int
    life: Life

    def entered(self, folder: Path) -> tuple[str, ...]:
        return ("nsenter", f"--target={self.holder}", "--mount", "--net", "--root", f"--wdns={folder}")

    @property
    def environment(self) -> dict[str, str]:
        trusted = str(self.life.folder / "data" / "caddy" / "authority.crt")
        words = {"LANG": "fr_FR.UTF-8", "HOME": "/root", "PLACE": str(self.life.place), "SSL_CERT_FILE": trusted}
        return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", **words}

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run *command* in the town's folder, as root, in French."""
        return subprocess.run(
            (*self.entered(self.life.folder), *command),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def well(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def beffroi(self, version: Path, *words: str, hurry: int = 1) -> "subprocess.CompletedProcess[str]":
        """Run *version*; the engine is *hurry* times as impatient as it is asked to be."""
        return self.run(
            "env", f"HURRY={hurry}", str(version / ".venv" / "bin" / "python"), str(version / "beffroi.py"), *words
        )

    def compose(self, *words: str) -> str:
        return self.well("docker", "compose", "-f", str(self.life.folder / "data" / "compose.yaml"), *words)

    def questions(self) -> int:
        """How often the engine was asked to have the assistant answer."""
        return self.asked().count("exec -T assistant python /opt/beffroi/beffroi.py answers --patience 90")

    def tag(self) -> str:
        """Which version the compose file is of."""
        text = (self.life.folder / "data" / "compose.yaml").read_text()
        return str(yaml.safe_load(text)["services"]["assistant"]["build"]["context"]).rpartition("/")[2]

    def asked(self) -> list[str]:
        """What the engine was asked, one line each."""
        return self.well("cat", "/var/lib/engine/asked").splitlines()

    def pids(self) -> dict[str, int]:
        return {name: noted[0] for name, noted in json.loads(self.well("cat", "/var/lib/engine/running.json")).items()}


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    if not may_be_booted():
        pytest.skip("only root makes such a machine, and no container without privileges")
    # Not below /tmp: each container has one of its own.
    life = Life(Path(tempfile.mkdtemp(prefix="beffroi-", dir="/srv")))
    life.place.chmod(0o755)
    inside = life.place / "machine"
    inside.mkdir()
    settle(life)
    holder = subprocess.Popen(
        (
            "unshare",
            "--mount",
            "--net",
            "bash",
            "-c",
            MACHINE,
            "make",
            *map(str, (inside, life.place, sys.prefix, ROOT)),
        ),
        env={**os.environ, "NAMES": NAMES},
        start_new_session=True,
        umask=0o022,
    )
    try:
        wait_for(lambda: (inside / "ready").exists() or holder.poll() is not None, "the machine")
        assert holder.poll() is None
        machine = Machine(holder.pid, life)
        first = life.version("v1")
        for words in (("compose",),):
            done = machine.beffroi(first, *words)
            assert done.returncode == 0, done.stdout + done.stderr
        subprocess.run(("chown", "-R", f"{OWNER}:{OWNER}", str(life.folder)), check=True, timeout=60)
        machine.compose("build")
        machine.compose("run", "--rm", "prepare")
        machine.compose("up", "-d", "--wait")
        yield machine
    finally:
        for pid in (*within(inside / "root"), holder.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        holder.wait()
        shutil.rmtree(life.place, ignore_errors=True)


def settle(life: Life) -> None:
    """Write the settings of a town in containers, with a certificate that whoever knocks believes."""
    data = life.folder / "data"
    (data / "caddy").mkdir(parents=True)
    secrets = Secrets.load_or_create(data / "secrets")
    issued = Authority(life.place / "authority").issue("matrix.valbourg.test")
    for source, name in ((issued.certificate, "town.crt"), (issued.private_key, "town.key")):
        shutil.copyfile(source, data / "caddy" / name)
    shutil.copyfile(life.place / "authority" / "authority.crt", data / "caddy" / "authority.crt")
    web = {"tls": "given", "certificate": "data/caddy/town.crt", "private_key": "data/caddy/town.key"}
    settings = {
        "name": "Valbourg",
        "server_name": "valbourg.test",
        "kind": "commune",
        "siren": "217500016",
        "containers": True,
        "web": web,
    }
    own = {
        "server_name": "valbourg.test",
        "register_keys": [secrets.register_public_key],
        "master_key": secrets.master_public_key,
    }
    (life.folder / "collectivity.yaml").write_text(yaml.safe_dump(settings))
    (life.folder / "federation.yaml").write_text(yaml.safe_dump({"members": [own]}))


def within(root: Path) -> Iterator[int]:
    """Yield the processes whose root is *root*: all of them are ours."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "root").readlink() == root:
                yield int(process.name)


def wait_for(done: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until, what
        time.sleep(0.1)


@pytest.fixture
def knocking(machine: Machine, tmp_path: Path) -> Iterator[Callable[[], list[int | str]]]:
    """Have somebody knock at Caddy until called, and then tell what they were answered."""
    end = machine.life.place / f"end-{time.monotonic_ns()}"
    end.write_text("")
    command = (*machine.entered(machine.life.folder), f"{sys.prefix}/bin/python", "-c", KNOCKS, str(end))
    knocker = subprocess.Popen(command, env=machine.environment, stdout=subprocess.PIPE, text=True)

    def told() -> list[int | str]:
        end.write_text("end")
        answered: list[int | str] = json.loads(knocker.communicate(timeout=120)[0])
        return answered

    yield told
    knocker.kill()
    knocker.wait()


def test_a_version_whose_assistant_does_not_start_is_taken_back(
    machine: Machine, knocking: Callable[[], list[int | str]]
) -> None:
    """The images are the old ones again, the schema too; Caddy was not touched, and nobody saw an error.

    An engine starts what dies again and again, so that it is never seen to have ended: the wait has its own end.
    """
    before = machine.pids()
    broken = machine.life.version("v-broken", DIES, MIGRATION)

    done = machine.beffroi(broken, "upgrade", hurry=4)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted" in done.stdout
    assert "L’ancienne version marche de nouveau" in done.stdout
    assert machine.life.schema() == newest()
    assert machine.tag() == "v1"
    assert machine.pids()["caddy"] == before["caddy"]
    statuses = knocking()
    assert len(statuses) > 20
    assert set(statuses) <= {401, 405}, statuses


def test_the_new_version_takes_over_behind_the_queue(machine: Machine, knocking: Callable[[], list[int | str]]) -> None:
    before, questions = machine.pids(), machine.questions()
    second = machine.life.version("v2", migration=MIGRATION)

    done = machine.beffroi(second, "upgrade")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "✔ La nouvelle version marche, et l’assistant répond" in done.stdout
    # Nothing was said beforehand that is not so: Synapse was asked by its socket, the assistant in its container.
    for false in ("Le serveur Matrix ne répond pas", "n’écoute", "ne répond pas", "ce que disent les réglages"):
        assert false not in done.stdout, done.stdout
    # Of the new version only what the old one had answered.
    assert machine.questions() == questions + 2
    assert machine.life.schema() == PLANTED
    assert machine.tag() == "v2"
    after = machine.pids()
    assert after["caddy"] == before["caddy"]
    assert after["synapse"] != before["synapse"]
    assert machine.well("find", str(machine.life.folder), "-user", "root") == ""
    assert list((machine.life.folder / "backups").glob("*.age")), "no backup was made"
    statuses = knocking()
    assert len(statuses) > 20
    assert set(statuses) <= {401, 405}, statuses


@pytest.mark.parametrize("uid", [OWNER, 1000], ids=["its owner", "somebody else"])
def test_whoever_is_not_root_is_told_to_use_sudo(machine: Machine, uid: int) -> None:
    """Also who may not read the town's secrets."""
    version = machine.life.place / "v1"
    program = (str(version / ".venv" / "bin" / "python"), str(version / "beffroi.py"), "upgrade")

    done = machine.run("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *program)

    assert done.returncode == 2
    assert "sudo" in done.stderr
