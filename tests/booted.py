"""A systemd that runs: booted by ``systemd-nspawn`` in a copy of this machine's root that nobody keeps.

The root below is an overlay in a mount namespace of its own: what is written there is gone afterwards, and nothing of
it reaches the machine. Its loopback is the machine's, and its processes are seen from here.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.leftovers import delete

_PATIENCE_S = 60
_ROOT = """set -e
mkdir -p "$1/over" "$1/root"
mount -t tmpfs beffroi "$1/over"
mkdir "$1/over/upper" "$1/over/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/over/upper,workdir=$1/over/work" "$1/root"
rm -rf "$1/root/etc/systemd/system" && mkdir "$1/root/etc/systemd/system"
# A Python below /root is for those in there too who are not root.
chmod a+rx "$1/root/root"
shift 1
exec systemd-nspawn "$@"
"""


@dataclass(frozen=True, slots=True)
class Booted:
    """A running one; *pid* is its systemd, as this machine counts."""

    pid: int

    def run(self, *command: str, folder: Path = Path("/"), timeout: float = 600) -> "subprocess.CompletedProcess[str]":
        """Run *command* in there, as root, in *folder*, in French."""
        entered = ("nsenter", f"--target={self.pid}", "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--root")
        return subprocess.run(
            (*entered, f"--wdns={folder}", *command),
            env={"PATH": os.environ["PATH"], "LANG": "fr_FR.UTF-8", "HOME": "/root"},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


def may_be_booted() -> bool:
    """Tell whether one can be booted here: a container without privileges lets nobody lay one root over another."""
    if os.geteuid() != 0 or shutil.which("systemd-nspawn") is None:
        return False
    layers = 'mount -t tmpfs beffroi "$1" && mkdir "$1/u" "$1/w" "$1/r" && '
    over = 'mount -t overlay overlay -o "lowerdir=/,upperdir=$1/u,workdir=$1/w" "$1/r"'
    with tempfile.TemporaryDirectory() as place:
        tried = subprocess.run(
            ("unshare", "--mount", "bash", "-c", layers + over, "try", place),
            capture_output=True,
            check=False,
            timeout=60,
        )
    return tried.returncode == 0


@contextmanager
def booted(place: Path, seen: Sequence[Path]) -> Iterator[Booted]:
    """Boot one whose root is made below *place*; it writes to the machine's own *place*, and reads what is *seen*."""
    inside = place / "machine"
    inside.mkdir()
    binds = [f"--bind-ro={path}" for path in seen] + [f"--bind={place}"]
    container = ("--register=no", "--keep-unit", "--console=pipe", f"--directory={inside / 'root'}", *binds)
    init = ("/lib/systemd/systemd", "--unit=basic.target")
    log = (place / "machine.log").open("wb")
    process = subprocess.Popen(
        ("unshare", "--mount", "bash", "-c", _ROOT, "boot", str(inside), *container, *init),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        # Else the root would be closed to all but root: servers started in this process may have set another one.
        umask=0o022,
    )
    try:
        yield Booted(_init_of(process, place / "machine.log"))
    finally:
        # To systemd-nspawn: it ends what it has started.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()
        delete(inside)


def _init_of(nspawn: "subprocess.Popen[bytes]", log: Path) -> int:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        assert nspawn.poll() is None, log.read_text()
        for child in _children(nspawn.pid):
            if Booted(child).run("systemctl", "is-system-running").stdout.strip() in {
                "running",
                "degraded",
                "starting",
            }:
                return child
        time.sleep(0.2)
    raise AssertionError(f"systemd does not run: {log.read_text()}")


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
