"""A file of a room on one's own disk: whole under its name, or not there; nothing is ever overwritten.

Its pieces lie in a folder of their own beside the name that they will have. A command that was killed leaves that
folder, and the next one for the same file goes on from it: at once where the file was whole and only its name missing,
else from the beginning, because Synapse serves no part of a file (tried: it ignores ``Range``).
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bots.envelope.file import Attachment
from bots.envelope.port import Progress
from bots.files.library.shelf import File
from bots.links.client.saving import give_name, open_up
from bots.links.client.staging import BeingFetched as BusyElsewhere
from bots.links.client.staging import staging
from bots.links.format.names import on_disk
from bots.matrix.backoff import Backoff
from bots.matrix.errors import TooLarge, Unreachable
from bridge.agent.errors import AlreadyThere, BeingFetched

_TRIES: Final = 4
_WHOLE: Final = "whole"
_MARGIN: Final = 64 * 2**20
"""Bytes of the disk that are not ours to fill."""


class Source(Protocol):
    """Where files come from: ``Media``."""

    async def save(
        self, file: Attachment, target: Path, *, most: int, size: int | None = None, progress: Progress | None = None
    ) -> int:
        """Write the plaintext of *file* to *target*, whole or not at all; return its size."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file goes: *folder*, under *name*; *exactly* that one, or else one with a number behind it."""

    folder: Path
    name: str
    exactly: bool

    @classmethod
    def of(cls, file: File, to: Path | None) -> "Target":
        """Return where *file* goes; *to* is a folder, or the name of a new file. Raises ``AlreadyThere``."""
        if to is None or to.is_dir():
            return cls(to or Path(), on_disk(file.name), exactly=False)
        if to.exists() or to.is_symlink():
            raise AlreadyThere(str(to))
        return cls(to.parent, to.name, exactly=True)


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the file is now, and whether an earlier command had begun to fetch it."""

    path: Path
    resumed: bool


async def save(media: Source, source: Attachment, file: File, target: Target, progress: Progress) -> Saved:
    """Fetch, verify and decrypt *file*, and give it its name.

    Raises ``Corrupt`` (other bytes than its sender's; nothing is left), ``Unreachable`` after four tries, ``Refused``,
    ``TooLarge`` (the disk has no room), ``AlreadyThere``, ``BeingFetched`` and ``OSError``.
    """
    with _staging(target.folder, file) as (folder, resumed):
        whole = folder / _WHOLE
        if not whole.exists():
            await _fetch(media, source, file, whole, progress)
        return Saved(await asyncio.to_thread(_give_name, whole, target), resumed)


async def _fetch(media: Source, source: Attachment, file: File, whole: Path, progress: Progress) -> None:
    most = shutil.disk_usage(whole.parent).free - _MARGIN
    if (file.entry.size or 0) > most:
        raise TooLarge(max(0, most), file.entry.size)
    backoff = Backoff()
    while True:
        try:
            await media.save(source, whole, most=most, size=file.entry.size, progress=progress)
        except Unreachable as exc:
            delay = backoff.failed(exc.retry_after)
            if backoff.failures >= _TRIES:
                raise
            await asyncio.sleep(delay)
        else:
            return


def _give_name(whole: Path, target: Target) -> Path:
    if not target.exactly:
        return give_name(whole, target.folder, target.name)
    path = target.folder / target.name
    try:
        # A link, unlike a rename, fails where there is one by now.
        path.hardlink_to(whole)
    except FileExistsError as exc:
        raise AlreadyThere(str(path)) from exc
    open_up(path)
    return path


@contextmanager
def _staging(folder: Path, file: File) -> Iterator[tuple[Path, bool]]:
    """Give the folder for the pieces of *file*, and tell whether it was there; it is gone when all went well.

    It stays behind a kill, and is cleared of pieces by whoever comes next.
    """
    try:
        with staging(folder, f"{file.entry.event_id} {file.entry.sha256}") as held:
            for piece in held.path.glob(".*.part"):
                piece.unlink()
            try:
                yield held.path, held.resumed
            finally:
                shutil.rmtree(held.path)
    except BusyElsewhere as exc:
        raise BeingFetched from exc
