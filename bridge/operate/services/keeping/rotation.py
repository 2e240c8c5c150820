"""Logs that stay small: what is full is set aside, and the oldest goes.

Processes hold their logs open, for appending. So the text is copied away and the file cut to nothing: what is written
in the instant between the two is lost, and nobody need be told to open it anew.
"""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Final

import structlog

_log = structlog.get_logger(__name__)
MOST: Final = 20 << 20
"""Bytes of one log."""
KEPT: Final = 5
"""Earlier ones, of each."""
_LOOK_S: Final = 60.0


async def keep_small(folder: Path) -> None:
    """Look at the logs in *folder* each minute, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(rotate, folder)
        except OSError as error:
            # The disk is full: the logs are the least of it.
            _log.warning("rotation_failed", error=str(error))
        await asyncio.sleep(_LOOK_S)


def rotate(folder: Path, most: int = MOST) -> None:
    """Set aside each log in *folder* with more than *most* bytes."""
    for path in folder.glob("*.log"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size > most:
            _set_aside(path)


def _set_aside(path: Path) -> None:
    for number in range(KEPT, 1, -1):
        older = _older(path, number - 1)
        if older.exists():
            older.replace(_older(path, number))
    draft = path.with_name(f".{path.name}")
    shutil.copyfile(path, draft)
    draft.replace(_older(path, 1))
    os.truncate(path, 0)


def _older(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")
