"""Everything that a town is, gathered in one folder: what is encrypted and carried away."""

import asyncio
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Final

from bots.database.migrate import newest
from bridge.backup.counting import Census
from bridge.backup.databases import ASSISTANT_LEFT_OUT, SYNAPSE_LEFT_OUT, Live, copy, reading_only
from bridge.backup.errors import Uncopied
from bridge.backup.manifest import FILE, PROOF, Manifest, hashes, proof
from bridge.operate.private import write_private
from bridge.operate.services.certificates import given
from bridge.operate.version import version
from config.federation import Federation
from config.load import load_both
from config.secrets import Secrets
from config.settings import Collectivity

CONFIG: Final = "config"
DATA: Final = "data"
COLLECTIVITY: Final = f"{CONFIG}/collectivity.yaml"
FEDERATION: Final = f"{CONFIG}/federation.yaml"
SYNAPSE_DB: Final = f"{DATA}/synapse/homeserver.db"
ASSISTANT_DB: Final = f"{DATA}/assistant/assistant.db"
_MEDIA: Final = ("local_content", "local_thumbnails")
"""What is fetched from others, and previews, can be fetched again."""
_OWN: Final = frozenset({"secrets", "synapse", "assistant", "backup", "people"})
_MADE_AGAIN: Final = frozenset({"rendered", "run", "log", "logs", "postgresql", "element", "calendars", "socket"})
"""PostgreSQL is dumped; the rest is rendered, or of one run."""
_NEVER: Final = (".log", ".pid", ".lock", "-wal", "-shm", "-journal", ".part")
_FRESH_S: Final = 3600
_SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Town:
    """A town whose files are where its settings say."""

    config: Path
    federation_file: Path
    collectivity: Collectivity
    federation: Federation
    secrets: Secrets

    @classmethod
    def load(cls, config: Path, federation: Path | None = None) -> "Town":
        """Read the town of these settings; raises ``InvalidSettings``."""
        collectivity, members = load_both(config, federation)
        beside = federation or config.parent / "federation.yaml"
        return cls(config, beside, collectivity, members, Secrets.load(collectivity.paths.secrets))

    def synapse(self) -> Live:
        """Its homeserver's database."""
        file = self.collectivity.paths.synapse / "homeserver.db"
        return Live("synapse", self.collectivity.synapse_database_url, file, SYNAPSE_LEFT_OUT)

    def assistant(self) -> Live:
        """Its assistant's database."""
        file = self.collectivity.paths.assistant / "assistant.db"
        embedded = self.collectivity.database == "sqlite"
        url = "sqlite" if embedded else self.collectivity.database_url
        return Live("assistant", url, file, ASSISTANT_LEFT_OUT)


async def gather(town: Town, stage: Path, key: str, moment: datetime) -> Manifest:
    """Copy everything of *town* below *stage*, which is empty, while it runs; return what it is."""
    census = Census(town.collectivity, town.federation, town.secrets)
    # The assistant first: it has then heard no more than the homeserver's copy holds, and hears the rest again.
    await copy(town.assistant(), stage, ASSISTANT_DB, census.assistant)
    await copy(town.synapse(), stage, SYNAPSE_DB, census.synapse)
    # Media after the database that names them: a later copy only holds more.
    await asyncio.to_thread(_files, town, stage)
    manifest = Manifest(
        server_name=town.collectivity.server_name,
        made=moment.astimezone(UTC).isoformat(timespec="seconds"),
        beffroi=version(),
        synapse=version_of("matrix-synapse"),
        schema=newest(),
        counts=census.counts,
        files=await asyncio.to_thread(hashes, stage),
    )
    raw = manifest.write()
    write_private(stage / FILE, raw)
    write_private(stage / PROOF, proof(key, raw))
    return manifest


def _files(town: Town, stage: Path) -> None:
    paths = town.collectivity.paths
    _take(town.config, stage / COLLECTIVITY)
    _take(town.federation_file, stage / FEDERATION)
    here = town.config.resolve().parent
    for path in (paths.projects, *_certificates(town)):
        # What lies among the data is carried with them: in two places it would come back as neither.
        if path.is_relative_to(here) and not path.is_relative_to(paths.data):
            _tree(path, stage / CONFIG / path.relative_to(here))
    _tree(paths.secrets, stage / DATA / "secrets")
    for name in _MEDIA:
        _tree(paths.synapse / "media_store" / name, stage / DATA / "synapse" / "media_store" / name)
    for other in sorted(paths.data.iterdir()):
        # The share server's store, and whatever else a town keeps.
        if other.name not in _OWN | _MADE_AGAIN and not _inside(town.collectivity.backups.place, other):
            _tree(other, stage / DATA / other.name)


def _inside(folder: Path | None, other: Path) -> bool:
    return folder is not None and folder.resolve().is_relative_to(other.resolve())


def _certificates(town: Town) -> Iterator[Path]:
    for found in given(town.collectivity):
        yield from (found.certificate, found.key)
    yield from town.collectivity.network.certificate_authorities


def _tree(source: Path, target: Path) -> None:
    if source.is_symlink():
        return
    if source.is_dir():
        for path in sorted(source.iterdir()):
            _tree(path, target / path.name)
    elif source.is_file() and not source.name.endswith(_NEVER) and not source.name.startswith("."):
        _take(source, target)


def _take(source: Path, target: Path) -> None:
    """Have *source* at *target* too: a database as it is at one moment, a file without copying it where that can be."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _is_database(source):
        write_private(target, b"")
        try:
            with closing(reading_only(source)) as reading, closing(sqlite3.connect(target)) as writing:
                reading.backup(writing)
                writing.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.DatabaseError as exc:
            raise Uncopied(source.name, str(exc)) from exc
        return
    if time.time() - source.stat().st_mtime < _FRESH_S:
        # It may be growing: what we say of it must be true of what we carry away.
        shutil.copyfile(source, target)
        return
    try:
        # Media are never written to again, and ours are replaced whole.
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, target)


def _is_database(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE
