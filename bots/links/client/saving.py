"""The files of a link on one's own disk: each whole under its name, or not there; nothing is ever overwritten.

What has come lies in a folder of its own until all of it is there (``staging``): so a command that was killed, or whose
line was dead, is gone on with by the next one, which takes no second download: the ticket lies there, too, from before
it was asked for.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from bots.links.client.errors import Away, Over, ShareRefused, Spent
from bots.links.client.fetching import Opened, Visitor, new_ticket
from bots.links.client.staging import Staging, staging
from bots.links.format.chunks import CHUNK, ChunkOpener, chunk_length
from bots.links.format.errors import Altered
from bots.links.format.manifest import SharedFile
from bots.links.format.names import on_disk

_TRIES: Final = 6
_FIRST_PAUSE_S: Final = 0.5
_UNKNOWN: Final = 404
_TICKET: Final = "ticket"
_DRAWN: Final = "drawn"
"""The ticket that is asked for, while nobody knows whether the server has heard it."""
_LAST_TRIES: Final = 3

Progress = Callable[[int], None]
"""Is told how many bytes of the file have come, been checked and decrypted."""


class Taking:
    """One download of a link into one folder, by however many commands."""

    def __init__(self, visitor: Visitor, opened: Opened, folder: Path, held: Staging) -> None:
        self._visitor, self._opened, self._folder, self._held = visitor, opened, folder, held
        self.resumed = held.resumed
        """An earlier command has begun it."""
        self._ticket = self._kept(_TICKET)
        # Whether the server has heard an earlier command's ticket is not known: its day may have begun.
        self._old = self._ticket is not None or self._kept(_DRAWN) is not None

    async def save(self, place: int, progress: Progress) -> Path:
        """Save file *place* in the folder and return where; a line that breaks is resumed.

        Raises ``Altered`` where a piece is not what was sealed, ``Over`` where the link has ended (then nothing is left
        that has no name), ``Away`` where nothing comes for six tries in a row, ``Spent`` where this download was asked
        for too often, ``OSError`` where the disk refuses: what has come then waits for the next command.
        """
        draft = self._held.path / str(place)
        file = self._opened.manifest.files[place]
        if draft.exists() and draft.stat().st_nlink > 1:
            progress(file.size)
            return _named(draft, self._folder) or self._folder
        await self._fetch(place, file, draft, progress)
        return give_name(draft, self._folder, on_disk(file.name))

    async def end(self) -> None:
        """Say that everything has arrived, and leave nothing behind but the files.

        They are there whoever hears it: a server that cannot be told, or has heard it already, changes nothing of that.
        """
        if self._ticket is not None:
            with suppress(Away, ShareRefused):
                await self._told(self._ticket)
        self.forget()

    async def _told(self, ticket: str) -> None:
        for tries in range(1, _LAST_TRIES):
            try:
                await self._visitor.done(self._opened, ticket)
            except Away:
                await asyncio.sleep(_FIRST_PAUSE_S * 2**tries)
            else:
                return
        await self._visitor.done(self._opened, ticket)

    def forget(self) -> None:
        """Let go of what has come."""
        shutil.rmtree(self._held.path)

    async def _fetch(self, place: int, file: SharedFile, draft: Path, progress: Progress) -> None:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b") as kept:
            done = await asyncio.to_thread(_right_pieces, kept, file)
            progress(min(file.size, done * CHUNK))
            await self._fill(place, kept, done, progress)
            kept.flush()
            os.fsync(kept.fileno())

    async def _fill(self, place: int, kept: BinaryIO, done: int, progress: Progress) -> None:
        tries, count = 0, len(self._opened.manifest.files[place].chunks)
        while done < count or self._ticket is None:
            try:
                ticket = await self._leased()
                async for piece in self._visitor.plaintext(self._opened, place, ticket, done):
                    await asyncio.to_thread(kept.write, piece)
                    done, tries = done + 1, 0
                    progress((done - 1) * CHUNK + len(piece))
            except Spent:
                # What has come waits for the next command, which takes another download.
                self._let_go()
                raise
            except ShareRefused as refusal:
                if not self._old or refusal.status != _UNKNOWN:
                    raise
                # A ticket is good for a day: this is another download.
                self._let_go()
                self._old = False
            except Away:
                tries += 1
                if tries >= _TRIES:
                    raise
                await asyncio.sleep(_FIRST_PAUSE_S * 2**tries)

    async def _leased(self) -> str:
        if self._ticket is None:
            self._ticket = await self._visitor.lease(self._opened, self._drawn())
            (self._held.path / _TICKET).write_text(self._ticket)
        return self._ticket

    def _drawn(self) -> str:
        drawn = self._kept(_DRAWN)
        if drawn is None:
            drawn = new_ticket()
            (self._held.path / _DRAWN).write_text(drawn)
        return drawn

    def _let_go(self) -> None:
        """Forget a ticket that is worth nothing more."""
        self._ticket = None
        for name in (_TICKET, _DRAWN):
            (self._held.path / name).unlink(missing_ok=True)

    def _kept(self, name: str) -> str | None:
        path = self._held.path / name
        return path.read_text() or None if path.is_file() and not path.is_symlink() else None


@contextmanager
def taking(visitor: Visitor, opened: Opened, folder: Path) -> Iterator[Taking]:
    """Begin to take all files of *opened* into *folder*, or go on; raises what :func:`staging` does."""
    with staging(folder, f"{opened.link.id} {opened.link.origin}") as held:
        download = Taking(visitor, opened, folder, held)
        try:
            yield download
        except (Over, Altered) as exc:
            # No later command could go on with it, but where its author may add a download.
            if not isinstance(exc, Over) or exc.how != "exhausted":
                download.forget()
            raise


def _right_pieces(kept: BinaryIO, file: SharedFile) -> int:
    """Return how many whole pieces of *file* lie in *kept*, found right; cut it off behind them."""
    opener = ChunkOpener(file.key, file.iv, file.chunks)
    right = 0
    while right < len(file.chunks):
        piece = kept.read(chunk_length(right, file.size))
        if len(piece) < chunk_length(right, file.size) or not opener.is_right(right, piece):
            break
        right += 1
    kept.seek(right * CHUNK if right < len(file.chunks) else file.size)
    kept.truncate()
    return right


def _named(draft: Path, folder: Path) -> Path | None:
    """Return the name that *draft* has in *folder*, None where somebody has given it another place."""
    return next((path for path in folder.iterdir() if path.is_file() and path.samefile(draft)), None)


def give_name(draft: Path, folder: Path, name: str) -> Path:
    """Give *draft* the first free name that is like *name*; a link, unlike a rename, fails where there is one."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(1, 1000):
        path = folder / (name if number == 1 else on_disk(f"{stem} ({number}){suffix}"))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            continue
        open_up(path)
        return path
    raise FileExistsError(f"{folder / name}, and a thousand like it")


def open_up(path: Path) -> None:
    """Let others read *path* as they read what else its owner makes."""
    path.chmod(0o644 & ~_umask())


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
