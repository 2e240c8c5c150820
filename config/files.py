"""Files that are either wholly there or not at all, even across a power cut."""

import os
import tempfile
from pathlib import Path


def write_new(path: Path, text: str, mode: int) -> None:
    """Create *path* with *mode* and bring *text* to the disk; raises ``FileExistsError`` rather than overwrite."""
    _fill(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), text, mode)


def write_whole(path: Path, content: str | bytes, mode: int) -> None:
    """Put *content* at *path* with *mode*, replacing what was there in one step; parents must exist.

    A text is written in UTF-8. Whom *mode* gives nothing, reads nothing of it, not even for an instant.
    """
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        _fill(handle, content, mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Bring the names in *path* to the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(handle: int, content: str | bytes, mode: int) -> None:
    with os.fdopen(handle, "wb") as file:
        # Before the first byte, and whatever the umask: nobody may read a secret even for an instant.
        os.fchmod(handle, mode)
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(handle)
