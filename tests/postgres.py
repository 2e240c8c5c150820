"""A PostgreSQL cluster that lives as long as the test session, and the databases that contract tests run on.

The cluster listens on a Unix socket in its own directory only, so it needs no port and nobody else reaches it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.leftovers import delete

_INSTALLED = Path("/usr/lib/postgresql")  # Debian keeps each version's programs out of PATH
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "listen_addresses": "",
}
_TIMEOUT = 60


class PostgresMissing(Exception):
    """No PostgreSQL programs on this machine: install Debian's package ``postgresql``."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster; *socket* is the directory of its socket, *programs* where ``createdb`` is."""

    socket: Path
    programs: Path

    def create_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"t{uuid.uuid4().hex}"
        self._run("createdb", name)
        return f"postgresql://postgres@/{name}?host={self.socket}"

    def drop_database(self, url: str) -> None:
        """Drop what :meth:`create_database` made, even with connections left open."""
        self._run("dropdb", "--force", url.partition("@/")[2].partition("?")[0])

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), "-h", str(self.socket), "-U", "postgres", *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT)


def programs() -> Path:
    """Return the directory of the newest PostgreSQL server's programs, or raise :class:`PostgresMissing`."""
    packaged = [each.parent for each in _INSTALLED.glob("*/bin/initdb")]
    if packaged:
        return max(packaged, key=lambda each: int(each.parent.name))
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    raise PostgresMissing("no PostgreSQL here: apt-get install -y --no-install-recommends postgresql")


def running_cluster(settings: Mapping[str, str] = _SETTINGS) -> Iterator[Cluster]:
    """Make, start and yield a cluster with these *settings*; stop it and delete it afterwards."""
    where = programs()
    owner = _unprivileged()
    # Not below pytest's own directory: that one is closed to the user that PostgreSQL must run as.
    directory = Path(tempfile.mkdtemp(prefix="beffroi-pg-"))
    try:
        if owner is not None:
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        _make(where, directory, owner)
        server = _start(where, directory, owner, settings)
        try:
            yield Cluster(directory, where)
        finally:
            server.send_signal(signal.SIGINT)  # "fast": SIGTERM would wait for clients that a failed test left behind
            try:
                server.wait(_TIMEOUT)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        delete(directory)


def _unprivileged() -> pwd.struct_passwd | None:
    """The user to run as when we are root, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {each.pw_name: each for each in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _make(where: Path, directory: Path, owner: pwd.struct_passwd | None) -> None:
    command = [str(where / "initdb"), "-D", str(directory / "data"), "-U", "postgres"]
    options = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=_TIMEOUT, check=False, **_as(owner, directory)
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()}")


def _start(
    where: Path, directory: Path, owner: pwd.struct_passwd | None, settings: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [str(where / "postgres"), "-D", str(directory / "data"), "-k", str(directory), *options]
    log = directory / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, **_as(owner, directory))
    ready = [str(where / "pg_isready"), "-h", str(directory), "-U", "postgres", "-t", "1", "-q"]
    for _ in range(_TIMEOUT * 20):
        if subprocess.run(ready, timeout=_TIMEOUT, check=False).returncode == 0:
            return server
        try:
            server.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"PostgreSQL has stopped: {log.read_text(errors='replace').strip()[-2000:]}")
    server.kill()
    server.wait()
    raise RuntimeError(f"PostgreSQL did not answer within {_TIMEOUT} s")


def _as(owner: pwd.struct_passwd | None, directory: Path) -> dict[str, Any]:
    """What ``subprocess`` needs to run a program as *owner*."""
    options: dict[str, Any] = {"cwd": directory, "stdin": subprocess.DEVNULL}
    if owner is not None:
        options |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    return options


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A throw-away PostgreSQL; a machine without one fails the tests that ask for it, with what to install."""
    yield from running_cluster()


DATABASES = [
    pytest.param("memory", id="sqlite-memory"),
    pytest.param("file", id="sqlite-file"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.integration),
]


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind, for ``Database.open``: one test body, three stores."""
    if request.param == "memory":
        yield "sqlite://"
        return
    if request.param == "file":
        yield f"sqlite:///{tmp_path / 'beffroi.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.create_database()
    yield url
    cluster.drop_database(url)
