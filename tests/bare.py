"""A bare machine: Debian as `debootstrap` makes it, and nothing else, in a folder that nobody keeps.

Commands run in a mount namespace of their own, with that folder as their root. Loopback is the machine's.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.leftovers import delete

_SOURCES = (
    "etc/apt/sources.list",
    "etc/apt/sources.list.d",
    "etc/pip.conf",
    "etc/resolv.conf",
)
"""Where this machine fetches packages from, and whom it believes."""
_BELIEVED = "etc/ssl/certs/ca-certificates.crt"
_ADDED = "usr/local/share/ca-certificates/machine.crt"
"""What stands there is believed also once the package of authorities is a newer one."""
_MIRROR = "http://deb.debian.org/debian"
_LONGEST_S = 900
_NEVER_STARTED = "#!/bin/sh\nexit 101\n"
"""invoke-rc.d(8): what Debian starts by itself where there is an init would meet this machine's own."""
_HELD = """set -e
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
exec chroot "$1" sleep infinity
"""


@dataclass(frozen=True, slots=True)
class Bare:
    """The machine whose root is *root*; *holder* is a process in it, as this machine counts."""

    root: Path
    holder: int
    user: str

    def entered(self, folder: str) -> tuple[str, ...]:
        """Return what begins a command in there, in *folder*, as somebody who may use sudo."""
        inside = ("nsenter", f"--target={self.holder}", "--mount", "--root", f"--wdns={folder}")
        return (*inside, "setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--init-groups")


def may_be_made() -> bool:
    """Tell whether one can be made here."""
    return os.geteuid() == 0 and shutil.which("debootstrap") is not None


def shared(factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of one run of the tests have in common."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


def unpack(root: Path, kept: Path) -> None:
    """Put a new Debian into *root*, which fetches packages as this machine does; *kept* has what only the first made.

    That takes a minute.
    """
    archive = kept / "debian.tar"
    with (kept / "debian.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            made, half = kept / "debian", kept / "debian.half"
            # What it mounts there and could not unmount, as a /proc that somebody reads, ends with its namespace.
            packages = ("--variant=minbase", "--include=sudo,ca-certificates")
            _well("unshare", "--mount", "debootstrap", *packages, "bookworm", str(made), _MIRROR)
            _well("tar", "--numeric-owner", "-C", str(made), "-cf", str(half), ".")
            half.rename(archive)
            delete(made)
    root.mkdir(exist_ok=True)
    root.chmod(0o755)
    _well("tar", "--numeric-owner", "-C", str(root), "-xpf", str(archive))
    settings = (f"etc/apt/apt.conf.d/{path.name}" for path in Path("/etc/apt/apt.conf.d").iterdir() if _fetches(path))
    for name in (*_SOURCES, *settings):
        source = Path("/") / name
        for path in source.rglob("*") if source.is_dir() else (source,):
            if path.is_file():
                _copy(path, root / path.relative_to("/"))
    if (Path("/") / _BELIEVED).is_file():
        for name in (_BELIEVED, _ADDED):
            _copy(Path("/") / _BELIEVED, root / name)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)


@contextmanager
def bare(place: Path, kept: Path, user: str = "mairie") -> Iterator[Bare]:
    """Make one below *place*, with *user* in it who may call sudo, and end all that runs in it afterwards."""
    root = place / "root"
    unpack(root, kept)
    policy = root / "usr" / "sbin" / "policy-rc.d"
    policy.write_text(_NEVER_STARTED)
    policy.chmod(0o755)
    _well("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", user)
    sudoers = root / "etc" / "sudoers.d" / user
    sudoers.write_text(f'{user} ALL=(ALL) NOPASSWD: ALL\nDefaults:{user} env_keep += "DEBIAN_FRONTEND"\n')
    sudoers.chmod(0o440)
    holder = subprocess.Popen(("unshare", "--mount", "bash", "-c", _HELD, "hold", str(root)), start_new_session=True)
    try:
        _wait_within(holder, root)
        _well("nsenter", f"--target={holder.pid}", "--mount", "--root", "apt-get", "update")
        yield Bare(root, holder.pid, user)
    finally:
        for pid in (*_within(root), holder.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        holder.wait()
        delete(root)


def _fetches(setting: Path) -> bool:
    return "Acquire" in setting.read_text()


def _well(*command: str) -> None:
    # Servers started in this process may have closed what it makes to all others.
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_S, check=False, umask=0o022)
    assert done.returncode == 0, f"{' '.join(command)}\n{(done.stdout + done.stderr)[-3000:]}"


def _wait_within(holder: "subprocess.Popen[bytes]", root: Path) -> None:
    """Before, whoever enters would be in the machine itself."""
    until = time.monotonic() + 60
    while holder.pid not in _within(root):
        assert holder.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)


def _within(root: Path) -> Iterator[int]:
    """Yield the processes whose root is *root*: all of them are ours."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "root").readlink() == root:
                yield int(process.name)
