"""Files that nobody else on the machine may read."""

import os
from pathlib import Path

from config.files import write_whole


def keep_private() -> None:
    """Have nobody else read what this process, and those that it starts, make from now on: stores, media, logs."""
    os.umask(0o077)


def write_private(path: Path, content: str | bytes) -> None:
    """Replace *path* by *content* in one step, readable by its owner only (mode 0600) from the first byte."""
    write_whole(path, content, 0o600)
