"""The room on a disk that a backup is unpacked to, asked for before anything is written: a bomb fills none."""

import os
import shutil
from pathlib import Path

from bridge.backup.errors import ArchiveTooLarge
from bridge.operate.services.fullness import room


def want_room(folder: Path, size: int) -> None:
    """Raise :class:`ArchiveTooLarge` where a file of *size* bytes more below *folder* would leave its disk full."""
    disk, inodes = shutil.disk_usage(folder), os.statvfs(folder)
    left = room(disk.total, disk.free)
    # Some file systems count no inodes.
    if size > left or (inodes.f_files and not inodes.f_favail):
        raise ArchiveTooLarge(max(left, 0))
