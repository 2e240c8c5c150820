"""One backup, wherever it is kept (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bridge.backup.errors import NoBackup
from config.settings import Backups


@dataclass(frozen=True, slots=True)
class Copy:
    """One backup: when it was made; *place* is what ``beffroi restore`` takes.

    *size* is what it takes there in bytes (in a repository: what was new of it), None where nobody has counted.
    """

    made: datetime
    place: str
    size: int | None = None


class Store(Protocol):
    """Where the backups of one town are kept."""

    @property
    def where(self) -> str:
        """What people call it: a folder, or a repository's address."""

    def store(self, stage: Path, made: datetime) -> Copy:
        """Keep what stands in *stage*, whole or not at all; raises ``BackupError`` and ``OSError``."""

    def copies(self) -> Sequence[Copy]:
        """Return all backups of the town, the newest first; raises ``BackupError``."""

    def forget(self, rule: Backups) -> Sequence[Copy]:
        """Delete those that *rule* does not keep, and return them; raises ``BackupError``."""


def newest(store: Store) -> Copy:
    """Return the newest backup in *store*; raises :class:`NoBackup`."""
    copies = store.copies()
    if not copies:
        raise NoBackup(store.where)
    return copies[0]
