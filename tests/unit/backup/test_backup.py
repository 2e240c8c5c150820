"""What a backup is proved by, which copies are kept, and that nothing half-written is ever taken for one."""

import gzip
import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pyrage
import pytest

from bridge.backup import key as keys
from bridge.backup.archive import Archives
from bridge.backup.copies import Copy, Store, newest
from bridge.backup.errors import ArchiveTooLarge, BackupError, Damaged, NoBackup, NoRoomToRehearse, WrongKey
from bridge.backup.keeping import unpack
from bridge.backup.manifest import FILE, PROOF, Counts, Manifest, hashes, proof, verified
from bridge.backup.rehearsal import rehearse
from bridge.backup.restic import Repository
from bridge.backup.retention import kept
from bridge.backup.saying import explained, size
from config.settings import Backups
from config.texts import texts

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


@pytest.fixture
def key() -> str:
    return str(pyrage.x25519.Identity.generate())


@pytest.fixture
def stage(tmp_path: Path, key: str) -> Path:
    """Something that looks like a town, and its proved manifest."""
    folder = tmp_path / "stage"
    (folder / "data" / "secrets").mkdir(parents=True)
    (folder / "data" / "secrets" / "master_seed").write_text("seed")
    (folder / "data" / "big").write_bytes(os.urandom(1 << 20))
    manifest = Manifest("valbourg.fr", NOW.isoformat(), "1", "1.163", "0016", Counts(users=3), hashes(folder))
    (folder / FILE).write_bytes(manifest.write())
    (folder / PROOF).write_text(proof(key, manifest.write()))
    return folder


@pytest.fixture(params=["age", pytest.param("restic", marks=pytest.mark.integration)])
def store(request: pytest.FixtureRequest, key: str, tmp_path: Path) -> Store:
    """Where backups go: files, or a repository."""
    folder = tmp_path / "backups"
    return Archives(folder, key) if request.param == "age" else Repository(str(folder), key, "valbourg.fr")


def largest(store: Store) -> Path:
    """The file that holds most of the backups in *store*."""
    files = (path for path in Path(store.where).rglob("*") if path.is_file())
    return max(files, key=lambda path: path.stat().st_size)


def test_what_was_stored_comes_back_and_is_proved(store: Store, stage: Path, key: str, tmp_path: Path) -> None:
    copy = store.store(stage, NOW)

    unpack(copy.place, key, tmp_path / "again", {})

    assert verified(tmp_path / "again", key).counts.users == 3
    assert (newest(store).made, newest(store).place, len(store.copies())) == (NOW, copy.place, 1)
    kept_there = [path for path in Path(store.where).rglob("*") if path.is_file()]
    assert not [path for path in kept_there if b"seed" in path.read_bytes() or path.stat().st_mode & 0o077]


@pytest.mark.parametrize("place", [0.02, 0.5, 0.98])
def test_a_bit_that_has_turned_is_noticed(store: Store, stage: Path, key: str, tmp_path: Path, place: float) -> None:
    copy, file = store.store(stage, NOW).place, largest(store)
    data = bytearray(file.read_bytes())
    data[int(len(data) * place)] ^= 1
    file.chmod(0o600)
    file.write_bytes(data)

    def restored() -> None:
        unpack(copy, key, tmp_path / "again", {})
        verified(tmp_path / "again", key)

    with pytest.raises(BackupError):
        restored()


@pytest.mark.parametrize("left", [0, 100, -1, -5000])
def test_a_backup_that_ends_early_is_refused(store: Store, stage: Path, key: str, tmp_path: Path, left: int) -> None:
    copy, file = store.store(stage, NOW).place, largest(store)
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:left])

    with pytest.raises(Damaged):
        unpack(copy, key, tmp_path / "again", {})


def test_another_towns_key_opens_nothing(store: Store, stage: Path, key: str, tmp_path: Path) -> None:
    copy = store.store(stage, NOW)

    with pytest.raises(WrongKey):
        unpack(copy.place, str(pyrage.x25519.Identity.generate()), tmp_path / "again", {})


@pytest.mark.parametrize("change", ["changed", "added", "gone", "link"])
def test_what_is_not_as_it_was_written_is_refused(stage: Path, key: str, change: str) -> None:
    seed = stage / "data" / "secrets" / "master_seed"
    match change:
        case "changed":
            seed.write_text("seeD")
        case "added":
            (stage / "data" / "more").write_text("")
        case "gone":
            seed.unlink()
        case _:
            seed.unlink()
            seed.symlink_to("/etc/passwd")

    with pytest.raises(Damaged):
        verified(stage, key)


def test_a_backup_that_somebody_else_has_encrypted_to_us_is_refused(
    store: Store, stage: Path, key: str, tmp_path: Path
) -> None:
    """The public half of a key is no secret: whoever may write to the disk of backups could hand us theirs."""
    (stage / PROOF).write_text(proof(str(pyrage.x25519.Identity.generate()), (stage / FILE).read_bytes()))
    unpack(store.store(stage, NOW).place, key, tmp_path / "again", {})

    with pytest.raises(Damaged):
        verified(tmp_path / "again", key)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.size = size
    found.type, found.linkname, found.mode = kind, link, 0o4777
    return found


@pytest.mark.parametrize(
    "planted",
    [
        member("../outside"),
        member("config/../../outside"),
        member("/proc/outside"),
        member("config", tarfile.SYMTYPE, "/"),
        member("config", tarfile.LNKTYPE, "/etc/passwd"),
        member("config", tarfile.LNKTYPE, "data/never"),
        member("data/kept"),
        member("data/kept/below"),
        member("config", tarfile.CHRTYPE),
        member("config", tarfile.FIFOTYPE),
    ],
    ids=lambda planted: f"{planted.name} {planted.type.decode()}",
)
def test_what_would_leave_the_folder_is_refused_before_anything_is_proved(
    planted: tarfile.TarInfo, key: str, tmp_path: Path
) -> None:
    """Whoever knows our public key can encrypt to it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(member("data/kept"))
        tar.addfile(planted)
    archive, folder = tmp_path / "beffroi.tar.gz.age", tmp_path / "in" / "folder"
    archive.write_bytes(pyrage.encrypt(packed.getvalue(), [keys.identity(key).to_public()]))
    folder.mkdir(parents=True)

    with pytest.raises(Damaged):
        unpack(str(archive), key, folder, {})

    assert sorted(path.name for path in (tmp_path / "in").rglob("*")) == ["data", "folder", "kept"]
    # Not for everybody to write, and as nobody else.
    assert (folder / "data" / "kept").stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize(
    ("planted", "refusal"),
    [
        (member("data/all-that-there-is", size=1 << 60), ArchiveTooLarge),
        (member("data/its-name", tarfile.XHDTYPE, size=1 << 40), Damaged),
        (member("data/its-name", tarfile.GNUTYPE_LONGNAME, size=1 << 40), Damaged),
    ],
    ids=["a file", "a header", "a name"],
)
def test_what_says_that_it_is_larger_than_the_machine_is_not_begun(
    planted: tarfile.TarInfo, refusal: type[BackupError], key: str, tmp_path: Path
) -> None:
    """Of the name nothing is read into the memory, either."""
    packed = gzip.compress(planted.tobuf())
    archive = tmp_path / "beffroi.tar.gz.age"
    archive.write_bytes(pyrage.encrypt(packed, [keys.identity(key).to_public()]))

    with pytest.raises(refusal):
        unpack(str(archive), key, tmp_path / "again", {})

    assert [path for path in (tmp_path / "again").rglob("*") if path.is_file()] == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of sixteen megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)), check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(("umount", str(folder)), check=True)


@pytest.mark.integration
def test_a_bomb_is_refused_before_the_disk_is_full(store: Store, key: str, tmp_path: Path, small_disk: Path) -> None:
    """Half a megabyte of it would be a gigabyte here."""
    bomb = tmp_path / "bomb"
    bomb.mkdir()
    for number in range(32):
        (bomb / str(number)).write_bytes(bytes(1 << 20))
    copy = store.store(bomb, NOW)
    assert held(store) < 1 << 19

    with pytest.raises(ArchiveTooLarge):
        unpack(copy.place, key, small_disk / "again", {})

    disk = shutil.disk_usage(small_disk)
    assert disk.free >= disk.total // 5


class DiskUsage(NamedTuple):
    """What ``shutil.disk_usage`` returns."""

    total: int
    used: int
    free: int


class Disk:
    """A disk of ten gigabytes, of which *free* are free but for what stands below *folder*."""

    def __init__(self, folder: Path, free: int) -> None:
        self.folder = folder
        self.free = free

    def usage(self, _path: Path) -> DiskUsage:
        taken = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        return DiskUsage(10 << 30, 0, self.free - taken)


@pytest.fixture
def eight(key: str, tmp_path: Path) -> Path:
    """A backup of eight files of a megabyte each."""
    folder = tmp_path / "eight"
    folder.mkdir()
    for number in range(8):
        (folder / str(number)).write_bytes(bytes(1 << 20))
    return Path(Archives(tmp_path / "backups", key).store(folder, NOW).place)


def test_what_fits_with_a_little_to_spare_is_unpacked(
    eight: Path, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", Disk(tmp_path / "again", 110 << 20).usage)

    unpack(str(eight), key, tmp_path / "again", {})

    assert len([*(tmp_path / "again").iterdir()]) == 8


def test_the_room_that_there_was_is_named_and_where(
    eight: Path, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what was left of it once most was unpacked, which is next to nothing."""
    monkeypatch.setattr("shutil.disk_usage", Disk(tmp_path / "again", 105 << 20).usage)

    with pytest.raises(ArchiveTooLarge) as refused:
        unpack(str(eight), key, tmp_path / "again", {})

    french = texts("fr")
    assert f"dans {tmp_path} ({size(5 << 20, french)})" in explained(refused.value, french)


async def test_where_there_is_no_room_to_rehearse_the_backup_is_not_to_blame(
    eight: Path, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "throw-away").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "throw-away"))
    monkeypatch.setattr("shutil.disk_usage", Disk(tmp_path / "throw-away", 105 << 20).usage)

    with pytest.raises(NoRoomToRehearse) as refused:
        await rehearse(Copy(NOW, str(eight)), key)

    said = explained(refused.value, texts("fr"))
    assert str(tmp_path / "throw-away") in said
    assert "fiez" not in said
    assert [*(tmp_path / "throw-away").iterdir()] == []


def test_a_backup_that_fails_leaves_nothing_and_what_a_killed_one_left_goes(
    stage: Path, key: str, tmp_path: Path
) -> None:
    archives, folder = Archives(tmp_path / "backups", key), tmp_path / "backups"
    folder.mkdir()
    (folder / ".beffroi-20260101T000000Z.tar.gz.age.part").write_bytes(b"killed here")
    (stage / "data" / "loop").symlink_to("loop")

    with pytest.raises(OSError, match="loop"):
        archives.store(stage / "data" / "loop", NOW)

    assert [*folder.iterdir()] == []
    assert archives.copies() == []


def test_no_backup_is_no_backup(store: Store, key: str, tmp_path: Path) -> None:
    with pytest.raises(NoBackup):
        newest(store)
    with pytest.raises(NoBackup):
        unpack(str(tmp_path / "none"), key, tmp_path / "again", {})


def test_those_that_are_not_kept_are_deleted_with_what_only_they_held(
    store: Store, stage: Path, key: str, tmp_path: Path
) -> None:
    (stage / "data" / "only-then").write_bytes(os.urandom(1 << 20))
    store.store(stage, NOW - timedelta(days=3))
    (stage / "data" / "only-then").unlink()
    last = store.store(stage, NOW)
    before = held(store)

    gone = store.forget(Backups(daily=1, weekly=0, monthly=0))

    assert [copy.made for copy in gone] == [NOW - timedelta(days=3)]
    assert [copy.place for copy in store.copies()] == [last.place]
    assert before - held(store) > 1 << 20
    unpack(last.place, key, tmp_path / "again", {})
    assert store.forget(Backups(daily=1, weekly=0, monthly=0)) == []


def held(store: Store) -> int:
    return sum(path.stat().st_size for path in Path(store.where).rglob("*") if path.is_file())


def test_the_last_of_each_day_week_and_month_is_kept() -> None:
    copies = [NOW - timedelta(hours=12 * number) for number in range(2 * 400)]

    found = sorted(kept(copies, Backups(daily=7, weekly=4, monthly=12)), reverse=True)

    # At three in the afternoon, but for today, which has had its morning only.
    assert found[:7] == [NOW, *(NOW - timedelta(hours=24 * number - 12) for number in range(1, 7))]
    assert len({moment.isocalendar()[:2] for moment in found}) >= 4
    assert {(moment.year, moment.month) for moment in found} == {(2025, 12), *((2026, month) for month in range(1, 12))}
    assert kept(copies, Backups(daily=0, weekly=0, monthly=0)) == {NOW}
    assert kept([], Backups()) == frozenset()


def test_a_key_is_made_once_and_read_with_its_comments(tmp_path: Path) -> None:
    made, fresh = keys.load_or_create(tmp_path)
    again, second = keys.load_or_create(tmp_path)

    assert (made, fresh, second) == (again, True, False)
    assert keys.key_file(tmp_path).stat().st_mode & 0o777 == 0o600
    keys.key_file(tmp_path).write_text(f"# created: 2026\n# public key: age1…\n{made}\n")
    assert keys.load(keys.key_file(tmp_path)) == made
    keys.key_file(tmp_path).write_text("nothing")
    with pytest.raises(WrongKey):
        keys.load(keys.key_file(tmp_path))
