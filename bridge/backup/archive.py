"""Backups as encrypted files in a folder: a gzipped tar, encrypted by age to the town's own key, one file each."""

import gzip
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import IO, Self

import pyrage

from bridge.backup import key as keys
from bridge.backup.copies import Copy
from bridge.backup.errors import Damaged, WrongKey
from bridge.backup.retention import kept
from bridge.backup.room import UnpackingRoom
from config.settings import Backups

_NAME = re.compile(r"beffroi-(?P<moment>\d{8}T\d{6}Z)\.tar\.gz\.age")
_MOMENT = "%Y%m%dT%H%M%SZ"
_LEVEL = 3
"""Media are ciphertext already, and databases shrink as well at this one, in a third of the time."""

_AT_ODDS = (FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError)
"""What a disk says of an archive whose members do not go together: it has not refused anything."""
_MADE_OF_NAMES = frozenset({tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK})
_LONGEST_NAME = 1 << 16


class Archives:
    """The encrypted files in *folder*."""

    def __init__(self, folder: Path, key: str) -> None:
        self.where = str(folder)
        self._folder = folder
        self._key = key

    def store(self, stage: Path, made: datetime) -> Copy:
        """Write what stands in *stage* as one file, whole or not at all; raises ``OSError`` when the disk refuses."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._folder.glob(".beffroi-*.part"):
            left.unlink()
        target = self._folder / f"beffroi-{made.astimezone(UTC):{_MOMENT}}.tar.gz.age"
        draft = target.with_name(f".{target.name}.part")
        try:
            with _opened(draft) as out:
                _encrypt(stage, out, self._key)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return _copy(made, target)

    def copies(self) -> list[Copy]:
        """Return all backups, the newest first."""
        found = [
            _copy(datetime.strptime(match["moment"], _MOMENT).replace(tzinfo=UTC), path)
            for path in (self._folder.iterdir() if self._folder.is_dir() else ())
            if (match := _NAME.fullmatch(path.name)) is not None
        ]
        return sorted(found, key=lambda copy: copy.made, reverse=True)

    def forget(self, rule: Backups) -> list[Copy]:
        """Delete those that *rule* does not keep, and return them."""
        copies = self.copies()
        wanted = kept((copy.made for copy in copies), rule)
        gone = [copy for copy in copies if copy.made not in wanted]
        for copy in gone:
            Path(copy.place).unlink()
        return gone


def _copy(made: datetime, path: Path) -> Copy:
    return Copy(made, str(path), path.stat().st_size)


def unpack(archive: Path, key: str, folder: Path) -> None:
    """Write what stands in *archive* below *folder*; raises ``BackupError``, half of it done."""
    room = UnpackingRoom.beside(folder)
    with archive.open("rb") as sealed, _pumped(lambda sink: _decrypt(sealed, sink, key)) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|gz", tarinfo=_Member) as tar:
                for member in tar:
                    _extract(tar, member, folder, room)
        except (tarfile.TarError, EOFError, OSError, ValueError) as exc:
            if isinstance(exc, OSError) and exc.errno is not None and not isinstance(exc, _AT_ODDS):
                raise
            raise Damaged(archive.name) from exc


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, room: UnpackingRoom) -> None:
    """Write *member* below *folder*: age lets anybody encrypt to our key, and nothing has been proved yet.

    As tarfile's filter "data" would, which Debian 12's Python lacks; there is no symbolic link and no device in ours.
    """
    target = folder / _inside(member.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    room.want(member.size)
    if member.isdir():
        target.mkdir(exist_ok=True)
    elif member.islnk():
        linked = folder / _inside(member.linkname)
        room.want(linked.stat().st_size)
        shutil.copyfile(linked, target)
    elif (source := tar.extractfile(member) if member.isfile() else None) is not None:
        with target.open("xb") as written:
            shutil.copyfileobj(source, written)
    else:
        raise tarfile.ReadError(member.name)
    target.chmod(member.mode & 0o755 | (0o700 if member.isdir() else 0o600))


class _Member(tarfile.TarInfo):
    """A member whose name is none that would fill the memory: tarfile reads them whole."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Parse a header, as tarfile does; raises ``ReadError`` for a name beyond all paths."""
        found = super().frombuf(buf, encoding, errors)
        if found.type in _MADE_OF_NAMES and found.size > _LONGEST_NAME:
            raise tarfile.ReadError("a name")
        return found


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise tarfile.ReadError(name)
    return path


def _encrypt(stage: Path, out: IO[bytes], key: str) -> None:
    def write(sink: IO[bytes]) -> None:
        with (
            gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|") as tar,
        ):
            for path in sorted(stage.iterdir()):
                tar.add(path, path.name, filter=_nobodys)

    with _pumped(write) as stream:
        pyrage.encrypt_io(stream, out, [keys.identity(key).to_public()])


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _decrypt(sealed: IO[bytes], sink: IO[bytes], key: str) -> None:
    try:
        pyrage.decrypt_io(sealed, sink, [keys.identity(key)])
    except pyrage.DecryptError as exc:
        # age tells a stranger's file from a broken one by these words only.
        raise WrongKey(str(exc)) if "matching keys" in str(exc) else Damaged(str(exc)) from exc
    except OSError as exc:
        if exc.errno is not None:
            raise
        # A chunk that was changed or is missing; the disk's own errors have a number.
        raise Damaged(str(exc)) from exc


@contextmanager
def _pumped(work: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Give a stream of what *work* writes in a thread; what goes wrong there is raised here, and wins."""
    reading, writing = os.pipe()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(writing, "wb") as sink:
                work(sink)
        except BaseException as exc:
            failures.append(exc)

    pump = Thread(target=run, name="backup", daemon=True)
    pump.start()
    stream = os.fdopen(reading, "rb")
    try:
        yield stream
    except BaseException:
        stream.close()
        pump.join()
        _raise(failures)
        raise
    # Read to its end: a check at the very end of the ciphertext is a check too.
    with suppress(ValueError):
        while stream.read(1 << 20):
            pass
    stream.close()
    pump.join()
    _raise(failures)


def _raise(failures: list[BaseException]) -> None:
    for failure in failures:
        # Whoever stopped reading broke the pipe, and has said why.
        if not isinstance(failure, BrokenPipeError):
            raise failure


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        yield stream
