"""What the machine refuses, a file or room on a disk, in the words of whoever can do something about it."""

import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bridge.cli.terminal.ownership import here_and_now
from bridge.operate.services.fullness import FULL
from config.sentence import said, sentence

if TYPE_CHECKING:
    from config.texts import Texts

DISK_FULL: Final = sentence(FULL)


def explained(error: OSError, words: "Texts") -> str:
    """Return what *error* means, in the language of *words*."""
    sentences = {
        errno.ENOENT: sentence("{path}: there is no such file or folder", path=error.filename),
        errno.EACCES: sentence("{path}: you may not read or write this", path=error.filename),
        errno.EISDIR: sentence("{path}: this is a folder, and a file was wanted", path=error.filename),
        errno.ENOTDIR: sentence("{path}: this is a file, and a folder was wanted", path=error.filename),
        errno.EROFS: sentence("{path}: nothing can be written there", path=error.filename),
    }
    if is_full(error):
        return said(DISK_FULL, words)
    if error.filename and error.errno in sentences:
        more = here_and_now(error.filename) if error.errno == errno.EACCES else None
        return "\n".join(said(told, words) for told in (sentences[error.errno], more) if told is not None)
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def is_full(error: BaseException) -> bool:
    """Tell whether *error* comes of a full disk, whatever has noticed it: the system, SQLite, or who uses them."""
    return any(_is_full(cause) for cause in _causes(error))


def _is_full(error: BaseException) -> bool:
    # Of sqlite3.Error, which is imported by nobody who does not need it: SQLITE_FULL.
    return getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT} or getattr(error, "sqlite_errorcode", 0) == 13


def _causes(error: BaseException) -> Iterator[BaseException]:
    known: BaseException | None = error
    # Longer chains are circles.
    for _ in range(20):
        if known is None:
            return
        yield known
        known = getattr(known, "orig", None) or known.__cause__ or known.__context__
