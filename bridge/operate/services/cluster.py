"""PostgreSQL of our own: one cluster for one town, on a Unix socket in a folder that only its user can enter."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from bridge.operate.errors import StartFailed
from bridge.operate.services.errors import NotAsRoot
from bridge.operate.services.plan import POSTGRESQL
from config.sentence import sentence
from config.settings import ASSISTANT, Collectivity

_DATABASES = ("synapse", "assistant")
_TIMEOUT_S = 120
_RECOVERY_S = 600
_POLL_S = 0.1
_LONGEST_SOCKET = 107 - len("/.s.PGSQL.5432")
"""unix(7): a socket's path has 108 bytes, and the last one is NUL."""


def make(collectivity: Collectivity, programs: Path) -> None:
    """Make the cluster, unless it is there; raises :class:`NotAsRoot`, ``StartFailed`` or ``OSError``."""
    paths = collectivity.paths
    if os.geteuid() == 0:
        raise NotAsRoot(
            sentence(
                "PostgreSQL does not run as root: give {folder} to a user of its own, and start the town as that user.",
                folder=paths.data.parent,
            )
        )
    if len(os.fsencode(paths.postgresql_socket)) > _LONGEST_SOCKET:
        raise StartFailed(
            POSTGRESQL,
            sentence("{path} is too long for a socket; use a shorter folder", path=paths.postgresql_socket),
        )
    paths.postgresql_socket.mkdir(mode=0o700, parents=True, exist_ok=True)
    cluster, draft = paths.postgresql / "cluster", paths.postgresql / ".cluster"
    if cluster.exists():
        return
    # A start that was killed here leaves a draft and no cluster.
    shutil.rmtree(draft, ignore_errors=True)
    # Trust, because nobody else gets as far as the socket. C: Synapse refuses any other collation.
    options = (
        "--auth-local=trust",
        "--auth-host=reject",
        "--data-checksums",
        "--encoding=UTF8",
        "--locale=C",
        "--username",
        ASSISTANT,
    )
    _run((str(programs / "initdb"), "--pgdata", str(draft), *options))
    draft.rename(cluster)


def make_databases(collectivity: Collectivity, programs: Path) -> None:
    """Make the databases that are not there yet; the server must run."""
    where = ("-h", str(collectivity.paths.postgresql_socket), "-U", ASSISTANT)
    _await_recovery(programs, where)
    listed = _run((str(programs / "psql"), *where, "-d", "postgres", "-Atc", "SELECT datname FROM pg_database"))
    for name in _DATABASES:
        if name not in listed.split():
            _run((str(programs / "createdb"), *where, "--template=template0", "--encoding=UTF8", "--locale=C", name))


def _await_recovery(programs: Path, where: Sequence[str]) -> None:
    """Return once connections are taken: it listens before it has read its log again, after a crash for minutes."""
    until = time.monotonic() + _RECOVERY_S
    command = (str(programs / "pg_isready"), "--quiet", *where)
    while subprocess.run(command, check=False, timeout=_TIMEOUT_S).returncode != 0:  # noqa: S603 (our own words)
        if time.monotonic() > until:
            raise StartFailed(POSTGRESQL, sentence("no answer within {seconds:.0f} s", seconds=_RECOVERY_S))
        time.sleep(_POLL_S)


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (our own words, no shell)
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        late = sentence("{program} did not end within {seconds} s", program=Path(command[0]).name, seconds=_TIMEOUT_S)
        raise StartFailed(POSTGRESQL, late) from error
    if done.returncode != 0:
        failed = sentence("{program} failed", program=Path(command[0]).name)
        raise StartFailed(POSTGRESQL, failed, done.stderr.strip()[-2000:])
    return done.stdout
