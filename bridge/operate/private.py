"""Files that nobody else on the machine may read."""

import os
from pathlib import Path


def keep_private() -> None:
    """Have nobody else read what this process, and those that it starts, make from now on: stores, media, logs."""
    os.umask(0o077)


def write_private(path: Path, content: str | bytes) -> None:
    """Replace *path* by *content* in one step, readable by its owner only (mode 0600) from the first byte."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), 0o600)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
