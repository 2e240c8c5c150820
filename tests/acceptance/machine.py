"""A copy of this machine that nobody keeps, where ``tests/engine.py`` is ``docker``, and the town that runs there."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bridge.operate.authority import Authority
from config.secrets import Secrets
from tests.acceptance.versions import ROOT, Life

OWNER = 991
_NAMES = "127.0.0.1 localhost synapse share calendars matrix.valbourg.test partage.valbourg.test valbourg.test\n"
_MACHINE = """set -e
mkdir -p "$1/over" "$1/root"
mount -t tmpfs beffroi "$1/over"
mkdir "$1/over/upper" "$1/over/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/over/upper,workdir=$1/over/work" "$1/root"
# A Python below /root is for those in there too who are not root.
chmod a+rx "$1/root/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs tmp "$1/root/tmp"
mkdir -p "$1/root$2" "$1/root$3" "$1/root$4" "$1/root$5" "$1/root/srv/beffroi" "$1/root/opt/beffroi" "$1/root/mnt"
mount --rbind "$3" "$1/root$3"
mount --rbind "$4" "$1/root$4"
mount --rbind "$5" "$1/root$5"
mount --bind "$2" "$1/root$2"
printf '%s' "$NAMES" > "$1/root/etc/hosts"
# As the Dockerfile's, for what runs where no image was built: PostgreSQL wants its user to have a name.
getent passwd 991 > "$1/seen" || printf 'beffroi:x:991:991::/srv/beffroi:/bin/false\\n' >> "$1/root/etc/passwd"
printf '#!/bin/sh\\nexec %s %s "$@"\\n' "$3/bin/python" "$4/tests/engine.py" > "$1/root/usr/local/bin/docker.new"
chmod 755 "$1/root/usr/local/bin/docker.new"
mv "$1/root/usr/local/bin/docker.new" "$1/root/usr/local/bin/docker"
ip link set lo up
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
touch "$1/ready"
exec chroot "$1/root" sleep infinity
"""
"""A copy of this machine that nobody keeps, with a loopback of its own: the ports of a town in containers are given."""


@dataclass(frozen=True)
class Machine:
    """Where the town runs; *holder* is a process in it."""

    holder: int
    life: Life
    images: Path

    def entered(self, folder: Path) -> tuple[str, ...]:
        return ("nsenter", f"--target={self.holder}", "--mount", "--net", "--root", f"--wdns={folder}")

    @property
    def environment(self) -> dict[str, str]:
        trusted = str(self.life.folder / "data" / "caddy" / "authority.crt")
        words = {"LANG": "fr_FR.UTF-8", "HOME": "/root", "PLACE": str(self.life.place), "SSL_CERT_FILE": trusted}
        words["IMAGES"] = str(self.images / "images.json")
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
            # Not that of the tests' own process, in which servers may have been started.
            umask=0o022,
        )

    def well(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def beffroi(self, version: Path, *words: str, hurry: int = 1) -> "subprocess.CompletedProcess[str]":
        """Run *version*; the engine is *hurry* times as impatient with what dies."""
        return self.run(
            "env", f"HURRY={hurry}", str(version / ".venv" / "bin" / "python"), str(version / "beffroi.py"), *words
        )

    def begin(self, version: Path, *names: str) -> None:
        """Do what `beffroi compose` of *version* says; *names* are how the processes are started, and which."""
        done = self.beffroi(version, "compose")
        assert done.returncode == 0, done.stdout + done.stderr
        subprocess.run(("chown", "-R", f"{OWNER}:{OWNER}", str(self.life.folder)), check=True, timeout=60)
        self.compose("build")
        self.compose("run", "--rm", "prepare")
        self.compose("up", "-d", "--wait", *names)

    def compose(self, *words: str) -> str:
        done = self.docker(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def docker(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Have the engine do something with the town's compose file."""
        return self.run("docker", "compose", "-f", str(self.life.folder / "data" / "compose.yaml"), *words)

    def questions(self) -> int:
        """How often the engine was asked to have the assistant answer."""
        return self.asked().count("exec -T assistant python /opt/beffroi/beffroi.py answers --patience 90")

    def tag(self) -> str:
        """Which version the compose file is of."""
        text = (self.life.folder / "data" / "compose.yaml").read_text()
        return str(yaml.safe_load(text)["services"]["assistant"]["build"]["context"]).rpartition("/")[2]

    def schema(self) -> str:
        """Of which version the assistant's database is."""
        if not self.life.collectivity.owns_postgresql:
            return self.life.schema()
        psql = ("/usr/lib/postgresql/15/bin/psql", "-h", "/srv/beffroi/data/postgresql/socket", "-U", "beffroi")
        words = ("-Atc", "SELECT version_num FROM alembic_version", "assistant")
        return self.compose("exec", "-T", "postgresql", *psql, *words).strip()

    def asked(self) -> list[str]:
        """What the engine was asked, one line each."""
        return self.well("cat", "/var/lib/engine/asked").splitlines()

    def pids(self) -> dict[str, int]:
        return {name: noted[0] for name, noted in json.loads(self.well("cat", "/var/lib/engine/running.json")).items()}


@contextmanager
def standing(life: Life, images: Path = ROOT) -> Iterator[Machine]:
    """Have one in which the town of *life* can run, and end all that runs in it afterwards.

    *images* is where ``tests/images.py`` has built some; else the engine plays them too.
    """
    inside = life.place / "machine"
    inside.mkdir()
    seen = map(str, (inside, life.place, sys.prefix, ROOT, images))
    holder = subprocess.Popen(
        ("unshare", "--mount", "--net", "bash", "-c", _MACHINE, "make", *seen),
        env={**os.environ, "NAMES": _NAMES},
        start_new_session=True,
        umask=0o022,
    )
    try:
        _wait_for(lambda: (inside / "ready").exists() or holder.poll() is not None, "the machine")
        assert holder.poll() is None
        yield Machine(holder.pid, life, images)
    finally:
        for pid in list(_within(holder.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        holder.wait()


def settle(life: Life, **settings: Any) -> None:
    """Write the settings of a town in containers, with a certificate that whoever knocks believes."""
    data = life.folder / "data"
    (data / "caddy").mkdir(parents=True)
    secrets = Secrets.load_or_create(data / "secrets")
    issued = Authority(life.place / "authority").issue("matrix.valbourg.test")
    for source, name in ((issued.certificate, "town.crt"), (issued.private_key, "town.key")):
        shutil.copyfile(source, data / "caddy" / name)
    shutil.copyfile(life.place / "authority" / "authority.crt", data / "caddy" / "authority.crt")
    web = {"tls": "given", "certificate": "data/caddy/town.crt", "private_key": "data/caddy/town.key"}
    usual = {
        "name": "Valbourg",
        "server_name": "valbourg.test",
        "kind": "commune",
        "siren": "217500016",
        "containers": True,
        # Synapse has no rests in what is left to do to a new database: an upgrade waits for that.
        "network": {"generous_limits": True},
        "web": web,
    }
    own = {
        "server_name": "valbourg.test",
        "register_keys": [secrets.register_public_key],
        "master_key": secrets.master_public_key,
    }
    (life.folder / "collectivity.yaml").write_text(yaml.safe_dump({**usual, **settings}))
    (life.folder / "federation.yaml").write_text(yaml.safe_dump({"members": [own]}))


def _within(holder: int) -> Iterator[int]:
    """Yield the processes whose network is that of *holder*: all of them are ours, wherever their root is."""
    try:
        network = Path(f"/proc/{holder}/ns/net").readlink()
    except OSError:
        return
    if network == Path("/proc/self/ns/net").readlink():
        # It ended before it had one of its own.
        yield holder
        return
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "ns" / "net").readlink() == network:
                yield int(process.name)


def _wait_for(done: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until, what
        time.sleep(0.1)
