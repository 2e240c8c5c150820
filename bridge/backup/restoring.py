"""Restoring: unpacked beside, checked to the last byte, then given its name; half of it is never left."""

import asyncio
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path

from bots.database.migrate import newest
from bots.register.store import roots
from bridge.backup.databases import opened, restore_dump
from bridge.backup.errors import NotEmpty, TooNew
from bridge.backup.keeping import unpack
from bridge.backup.manifest import FILE, PROOF, Manifest, verified
from bridge.backup.served import own_cluster
from bridge.backup.staging import ASSISTANT_DB, COLLECTIVITY, CONFIG, DATA, SYNAPSE_DB
from bridge.backup.streams import leap_embedded, leap_served
from bridge.operate.private import keep_private
from config.load import load_collectivity
from config.settings import Collectivity

_PREFIX = ".restoring-"
"""Short: the path of a socket below it has room for a hundred bytes."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A town that stands again: where its settings are."""

    config: Path
    manifest: Manifest


async def restore(place: str | Path, key: str, target: Path) -> Restored:
    """Restore what was backed up at *place* into the folder *target*, which is empty or not there; nothing is started.

    PostgreSQL databases must be there and empty. Raises ``BackupError`` and ``OSError``; nothing is left then.
    """
    keep_private()
    target = _prepared(target)
    with unpacked(str(place), key, target.parent) as (folder, manifest):
        collectivity = load_collectivity(folder / COLLECTIVITY)
        data = _data(collectivity, folder, target)
        if not data.is_relative_to(target):
            _want_empty(data)
        await _databases(collectivity, folder)
        await asyncio.to_thread(_settle, folder, target, data)
    return Restored(target / "collectivity.yaml", manifest)


def _prepared(target: Path) -> Path:
    target = target.resolve()
    _want_empty(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    return target


@contextmanager
def unpacked(
    place: str, key: str, beside: Path, secrets: Mapping[str, str] | None = None
) -> Iterator[tuple[Path, Manifest]]:
    """Give a folder below *beside* with all that was backed up at *place*, verified; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=beside))
    try:
        unpack(place, key, folder, secrets or {})
        manifest = verified(folder, key)
        _want_known(manifest)
        yield folder, manifest
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _want_known(manifest: Manifest) -> None:
    if manifest.version > 1 or manifest.schema > newest():
        raise TooNew(manifest.beffroi)
    if _numbers(manifest.synapse) > _numbers(version_of("matrix-synapse")):
        raise TooNew(f"Synapse {manifest.synapse}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _want_empty(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise NotEmpty(str(folder))


def _sweep(folder: Path) -> None:
    """Remove what a restore that was killed has left: its process is gone."""
    for left in folder.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        if not pid.isdigit() or not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _data(collectivity: Collectivity, folder: Path, target: Path) -> Path:
    """Return where the data go: the settings' relative paths start where the settings will be."""
    paths = collectivity.paths.data
    config = folder / CONFIG
    return target / paths.relative_to(config) if paths.is_relative_to(config) else paths


async def _databases(collectivity: Collectivity, folder: Path) -> None:
    """Fill the databases; those of a PostgreSQL of ours in *folder*, of which all or nothing is given its name."""
    if not collectivity.owns_postgresql:
        await _fill(collectivity, folder)
        return
    paths = collectivity.paths.model_copy(update={"data": folder / DATA})
    within = collectivity.model_copy(update={"paths": paths})
    log = folder / "postgresql.log"
    async with own_cluster(within, log):
        await _fill(within, folder)
    log.unlink()


async def fill(collectivity: Collectivity, folder: Path) -> None:
    """Read every dump of the backup in *folder* into its empty database."""
    for name, url in (("synapse", collectivity.synapse_database_url), ("assistant", collectivity.database_url)):
        dump = folder / "databases" / f"{name}.dump"
        if dump.is_file():
            await restore_dump(dump, url)


async def _fill(collectivity: Collectivity, folder: Path) -> None:
    await fill(collectivity, folder)
    if (folder / SYNAPSE_DB).is_file():
        await asyncio.to_thread(leap_embedded, folder / SYNAPSE_DB)
    elif collectivity.synapse_database != "sqlite":
        async with opened(collectivity.synapse_database_url) as transaction:
            await leap_served(transaction)
    store = _assistants(collectivity, folder / ASSISTANT_DB)
    if store is not None:
        # It hears what partners hold before it answers: what it is asked now it may have done already.
        async with opened(store) as transaction:
            await roots.begin_anew(transaction, time.time_ns() // 1_000_000)


def _assistants(collectivity: Collectivity, embedded: Path) -> str | None:
    if collectivity.database != "sqlite":
        return collectivity.database_url
    return f"sqlite:///{embedded}" if embedded.is_file() else None


def _settle(folder: Path, target: Path, data: Path) -> None:
    """Give everything its name, the settings last: without them nothing starts."""
    if target.exists():
        target.rmdir()
    config = folder / CONFIG
    if data.is_relative_to(target):
        (config / data.relative_to(target)).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder / DATA, config / data.relative_to(target))
    else:
        data.parent.mkdir(parents=True, exist_ok=True)
        if data.exists():
            data.rmdir()
        shutil.move(folder / DATA, data)
    for name in (FILE, PROOF):
        (folder / name).unlink()
    config.replace(target)
