"""Making a backup: gathered, encrypted, written down, and the old ones forgotten."""

import asyncio
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bridge.backup import key as keys
from bridge.backup.copies import Copy
from bridge.backup.errors import BackupError, Busy
from bridge.backup.keeping import store
from bridge.backup.manifest import Manifest
from bridge.backup.staging import Town, gather
from bridge.operate.private import keep_private, write_private


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that was made: *new_key* says that its key was made just now, and must be carried away.

    *left* is why old ones could not be deleted.
    """

    copy: Copy
    manifest: Manifest
    seconds: float
    forgotten: int
    new_key: bool
    left: BackupError | None = None


async def back_up(town: Town, now: datetime) -> MadeBackup:
    """Make a backup of *town*, which may run; raises ``BackupError`` and ``OSError``, and then leaves nothing."""
    keep_private()
    began = time.monotonic()
    data = town.collectivity.paths.data
    key, fresh = keys.load_or_create(data)
    kept = store(town.collectivity, key)
    with sole(data), _stage(data) as stage:
        manifest = await gather(town, stage, key, now)
        copy = await asyncio.to_thread(kept.store, stage, now.replace(microsecond=0))
        told = {"made": manifest.made, "place": copy.place}
        note(data, "backup", told)
        try:
            gone, left = await asyncio.to_thread(kept.forget, town.collectivity.backups), None
        except BackupError as exc:
            # The backup stands; the next one deletes what should be gone.
            gone, left = [], exc
            note(data, "backup", {**told, "left": True})
    return MadeBackup(copy, manifest, time.monotonic() - began, len(gone), fresh, left)


@contextmanager
def sole(data: Path) -> Iterator[None]:
    """Hold the backups of the town with this data folder; raises :class:`Busy` when somebody else does."""
    folder = data / "backup"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise Busy(str(folder)) from exc
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _stage(data: Path) -> Iterator[Path]:
    """Give an empty folder on the disk of *data*, gone afterwards; what a killed run has left goes first."""
    for left in (data / "backup").glob("stage-*"):
        shutil.rmtree(left)
    stage = Path(tempfile.mkdtemp(prefix="stage-", dir=data / "backup"))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def note(data: Path, what: str, told: Mapping[str, object]) -> None:
    """Write down what became of *what* (``backup`` or ``rehearsal``), for ``beffroi doctor``."""
    _notes(data).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(_notes(data), json.dumps({**noted(data), what: told}, indent=2) + "\n")


def noted(data: Path) -> Mapping[str, Mapping[str, object]]:
    """Return what was written down last."""
    try:
        raw = json.loads(_notes(data).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: told for name, told in raw.items() if isinstance(told, dict)} if isinstance(raw, dict) else {}


def _notes(data: Path) -> Path:
    return data / "backup" / "notes.json"


def moment() -> datetime:
    """Return now."""
    return datetime.now(UTC)
