"""The room on a disk that a backup is unpacked to, asked for before anything is written: a bomb fills none."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from bridge.backup.errors import ArchiveTooLarge

_SPARE: Final = 100 << 20


@dataclass(frozen=True, slots=True)
class UnpackingRoom:
    """How many bytes could be written below *folder* before its disk was nearly full, as it was when it was asked."""

    folder: Path
    size: int

    @classmethod
    def beside(cls, folder: Path) -> Self:
        """Return the room that there is for *folder*, which is made or to be made in the one that is named."""
        return cls(folder.parent, max(_left(folder.parent), 0))

    def want(self, size: int) -> None:
        """Raise :class:`ArchiveTooLarge` where a file of *size* bytes more would leave the disk nearly full."""
        inodes = os.statvfs(self.folder)
        # Some file systems count no inodes.
        if size > _left(self.folder) or (inodes.f_files and not inodes.f_favail):
            raise ArchiveTooLarge(self.size, self.folder)


def _left(folder: Path) -> int:
    disk = shutil.disk_usage(folder)
    return disk.free - min(_SPARE, disk.total // 5)
