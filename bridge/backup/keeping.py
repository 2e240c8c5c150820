"""Where a town keeps its backups: files encrypted by age in a folder, or a restic repository."""

from collections.abc import Mapping
from pathlib import Path

from bridge.backup import archive, restic
from bridge.backup.archive import Archives
from bridge.backup.copies import Store
from bridge.backup.errors import NoBackup
from config.settings import Collectivity


def store(collectivity: Collectivity, key: str) -> Store:
    """Return where the settings of *collectivity* say that its backups go."""
    backups = collectivity.backups
    if not backups.repository:
        return Archives(backups.folder, key)
    secrets = restic.secrets(collectivity.paths.data)
    return restic.Repository(backups.repository, key, collectivity.server_name, secrets)


def unpack(place: str, key: str, folder: Path, secrets: Mapping[str, str]) -> None:
    """Write what was backed up at *place* below *folder*: an archive, or a repository (its newest copy, or ``#id``).

    *secrets* open the machine that the repository is on. Raises ``BackupError`` and ``OSError``, half of it done.
    """
    if restic.is_repository(place):
        where, copy = restic.parted(place)
        restic.Repository(where, key, secrets=secrets).unpack(copy, folder)
        return
    if not Path(place).is_file():
        raise NoBackup(place)
    archive.unpack(Path(place), key, folder)
