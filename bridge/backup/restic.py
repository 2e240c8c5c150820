"""Backups in a restic repository: encrypted, on this machine or on another one, and only what is new is written.

Its password is the town's one key. Source: restic.readthedocs.io, tried with Debian's 0.14.
"""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from bridge.backup.copies import Copy
from bridge.backup.errors import (
    BackupError,
    Damaged,
    Interrupted,
    Locked,
    NoBackup,
    NoProgram,
    NoSuchCopy,
    Several,
    ToolFailed,
    WrongKey,
)
from bridge.backup.retention import kept
from bridge.backup.room import UnpackingRoom
from config.sections.repository import is_elsewhere
from config.settings import Backups

_PROGRAM: Final = "restic"
_TAG: Final = "beffroi"
_LONGEST_S: Final = 12 * 3600
"""A first backup over a slow line."""
_AFTER: Final = "#"
"""Between a repository and the copy that is meant."""
_LOCKED: Final = re.compile(r"already locked(?: exclusively)? by (PID \d+ on \S+)")
_INTERRUPTED: Final = frozenset({130, -signal.SIGINT, -signal.SIGTERM})
_SIGNALLED: Final = "signal interrupt received"
"""What older versions say and end with 1: Ctrl-C goes to restic as well as to us, and is no damage."""
_DATE: Final = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Repository:
    """The copies of the town *host* (empty: of whichever there are) in the repository *where*."""

    where: str
    key: str = field(repr=False)
    host: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What opens the other machine, as restic names it: ``AWS_SECRET_ACCESS_KEY``, ``RESTIC_REST_PASSWORD`` …"""

    def store(self, stage: Path, made: datetime) -> Copy:
        """Keep what stands in *stage*, in a repository that is made when there is none yet."""
        self._open()
        moment = made.astimezone(UTC).strftime(_DATE)
        # From within, so that what is restored stands at the top; its path is another one each time.
        told = self._run("backup", "--json", "--quiet", *self._mine(), "--time", moment, ".", folder=stage)
        done = _summary(told)
        return Copy(made, f"{self.where}{_AFTER}{done['snapshot_id']}", int(done["data_added"]))

    def copies(self) -> list[Copy]:
        """Return all copies, the newest first; none where there is no repository."""
        return [copy for _host, copy in self._found()]

    def forget(self, rule: Backups) -> list[Copy]:
        """Delete those that *rule* does not keep, and what only they held."""
        copies = self.copies()
        wanted = kept((copy.made for copy in copies), rule)
        gone = [copy for copy in copies if copy.made not in wanted]
        if gone:
            self._run("forget", "--quiet", "--prune", *(parted(copy.place)[1] for copy in gone))
        return gone

    def unpack(self, copy: str, folder: Path) -> None:
        """Write the copy with the id *copy* (empty: the newest) below *folder*; raises :class:`Damaged` and others."""
        found = self._named(copy) if copy else parted(self._only_newest().place)[1]
        try:
            # First whether all is there: a restore would look for what is missing for a quarter of an hour.
            self._run("check", "--quiet", "--no-lock")
            told = self._run("stats", "--json", "--no-lock", "--mode", "restore-size", found)
            UnpackingRoom.beside(folder).want(int(json.loads(told)["total_size"]))
            self._unlocked("restore", "--quiet", "--target", str(folder), found)
        except ToolFailed as exc:
            raise _translated(exc) from exc
        _own(folder)

    def _unlocked(self, *words: str) -> None:
        """Run restic; what died locking is undone first: on a new machine there is no next backup that would do it."""
        try:
            self._run(*words)
        except Locked:
            self._run("unlock", "--quiet")
            self._run(*words)

    def _named(self, copy: str) -> str:
        """Return *copy*; raises :class:`NoSuchCopy` where none is called so: restic would speak as of a damaged one."""
        ids = [parted(found.place)[1] for _host, found in self._found()]
        if ids and not any(known.startswith(copy) or copy.startswith(known) for known in ids):
            raise NoSuchCopy(f"{self.where}{_AFTER}{copy}")
        return copy

    def _only_newest(self) -> Copy:
        found = self._found()
        hosts = {host: copy.place for host, copy in reversed(found)}
        if len(hosts) > 1:
            raise Several(", ".join(sorted(hosts.values())))
        if not found:
            raise NoBackup(self.where)
        return found[0][1]

    def _found(self) -> list[tuple[str, Copy]]:
        """Return the copies and the towns that they are of, the newest first."""
        try:
            told = self._run("snapshots", "--json", "--quiet", "--no-lock", *self._mine())
        except NoBackup:
            return []
        rows: list[Any] = json.loads(told or "[]") or []
        found = [
            (str(row["hostname"]), Copy(_moment(row["time"]), f"{self.where}{_AFTER}{row['short_id']}")) for row in rows
        ]
        return sorted(found, key=lambda pair: pair[1].made, reverse=True)

    def _mine(self) -> tuple[str, ...]:
        return ("--tag", _TAG, *(("--host", self.host) if self.host else ()))

    def _open(self) -> None:
        """Make the repository where there is none; else undo what a killed backup has locked, not a living one's lock.

        One call for both: to open a repository is a second of work, for its key, and a question to the other machine.
        """
        try:
            self._run("unlock", "--quiet")
        except NoBackup:
            self._run("init", "--quiet")

    def _run(self, *words: str, folder: Path | None = None) -> str:
        """Run restic and return what it printed; raises ``BackupError``."""
        program = shutil.which(_PROGRAM)
        if program is None:
            raise NoProgram(_PROGRAM)
        with _whispered(self.key) as password:
            try:
                done = subprocess.run(  # noqa: S603 - our own words, no shell
                    # Without a cache: what is looked at is what is kept there, and nothing of it lies about here.
                    (program, "--no-cache", *words),
                    cwd=folder,
                    env=self._environment(password),
                    pass_fds=(password,),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=_LONGEST_S,
                )
            except subprocess.TimeoutExpired as exc:
                raise ToolFailed(_PROGRAM, f"{_LONGEST_S // 3600} h") from exc
        if done.returncode in _INTERRUPTED or _SIGNALLED in done.stderr:
            raise Interrupted
        if done.returncode != 0:
            raise self._failed(done.stderr)
        return done.stdout

    def _environment(self, password: int) -> dict[str, str]:
        """Return what restic is told: nothing secret where other people of this machine could read it."""
        secrets = {**_inherited(), **self.secrets}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("RESTIC_")},
            **secrets,
            "TZ": "UTC",
            "RESTIC_REPOSITORY": _entered(self.where, secrets),
            "RESTIC_PASSWORD_FILE": f"/proc/self/fd/{password}",
        }

    def _failed(self, said: str) -> BackupError:
        words = said.strip()
        if "wrong password or no key found" in words:
            return WrongKey(self.where)
        if "Is there a repository at" in words and _is_missing(words):
            return NoBackup(self.where)
        if found := _LOCKED.search(words):
            return Locked(found[1])
        if "no space left on device" in words:
            return ToolFailed(_PROGRAM, "no space left on device")
        return ToolFailed(_PROGRAM, words[-1000:])


def parted(place: str) -> tuple[str, str]:
    """Return the repository and the copy's id (empty where none is named) in *place*."""
    where, _, copy = place.partition(_AFTER)
    return where, copy


def is_repository(place: str) -> bool:
    """Tell whether *place* names a restic repository, or a copy in one."""
    where, copy = parted(place)
    return is_elsewhere(where) or bool(copy) or (Path(where) / "config").is_file()


def secrets_file(data: Path) -> Path:
    """Return where the town with this data folder keeps what opens the other machine: lines of ``NAME=value``."""
    return data / "backup" / "restic.env"


def secrets(data: Path) -> dict[str, str]:
    """Return what stands in :func:`secrets_file`; nothing where it is not."""
    try:
        lines = secrets_file(data).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = [line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#")]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _entered(where: str, told: Mapping[str, str]) -> str:
    """Return *where* with the name and password of a rest-server, which restic before 0.17 reads nowhere else."""
    user, password = told.get("RESTIC_REST_USERNAME"), told.get("RESTIC_REST_PASSWORD")
    scheme, mark, rest = where.partition("://")
    if not where.startswith("rest:") or not mark or user is None or password is None:
        return where
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("RESTIC_REST_")}


def _is_missing(words: str) -> bool:
    """Tell whether there is no repository, from one that cannot be reached."""
    return "no such file" in words or "does not exist" in words or "not exist" in words


def _translated(exc: ToolFailed) -> BackupError:
    """Return what a restore that failed means: whatever is neither the line nor the disk is the copy."""
    line = (
        "dial ",
        "connection",
        "ssh",
        "timeout",
        "lookup",
        "no space left",
        "permission denied",
        "unable to create lock",
    )
    words = exc.words.lower()
    return exc if any(word in words for word in line) else Damaged(exc.words.splitlines()[0][:200])


def _summary(told: str) -> Mapping[str, Any]:
    for line in reversed(told.splitlines()):
        found: Mapping[str, Any] = json.loads(line)
        if found.get("message_type") == "summary":
            return found
    raise ToolFailed(_PROGRAM, told[-1000:])


def _moment(raw: str) -> datetime:
    return datetime.fromisoformat(raw[:19]).replace(tzinfo=UTC)


def _own(folder: Path) -> None:
    """Have all of *folder* belong to us: restic as root gives back the numbers of another machine's users."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 0, 0, follow_symlinks=False)


@contextmanager
def _whispered(key: str) -> Iterator[int]:
    """Give a file that holds *key* and has no name: neither a command line nor a disk shows it."""
    descriptor = os.memfd_create("key")
    try:
        os.write(descriptor, key.encode())
        yield descriptor
    finally:
        os.close(descriptor)
