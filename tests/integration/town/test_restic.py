"""What a repository has that a folder of files has not: several towns, another machine, a password to keep quiet."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.backup.errors import Damaged, Interrupted, Locked, NoProgram, NoSuchCopy, Several
from bridge.backup.keeping import unpack
from bridge.backup.restic import Repository, secrets, secrets_file
from bridge.backup.saying import explained
from bridge.operate.private import write_private
from config.errors import InvalidSettings
from config.load import collectivity_from
from config.settings import Backups
from config.texts import texts

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
KEY = "AGE-SECRET-KEY-1TEST"


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    folder = tmp_path / "stage"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "media").write_bytes(os.urandom(1 << 20))
    return folder


def repository(tmp_path: Path, host: str = "valbourg.fr") -> Repository:
    return Repository(str(tmp_path / "backups"), KEY, host)


def test_what_has_not_changed_is_not_kept_twice(stage: Path, tmp_path: Path) -> None:
    store = repository(tmp_path)

    first, second = store.store(stage, NOW - timedelta(days=1)), store.store(stage, NOW)

    assert first.size is not None
    assert second.size is not None
    assert first.size > 1 << 20
    assert second.size < 10_000


def test_a_neighbours_backups_in_the_same_repository_are_its_own(stage: Path, tmp_path: Path) -> None:
    """An intercommunalité may keep those of all its communes in one place."""
    ours, theirs = repository(tmp_path), repository(tmp_path, "rivemont.fr")
    theirs.store(stage, NOW - timedelta(days=30))
    (stage / "data" / "media").write_bytes(b"ours")
    copy = ours.store(stage, NOW)

    assert [copy.made for copy in ours.copies()] == [NOW]
    assert ours.forget(Backups(daily=0, weekly=0, monthly=0)) == []
    assert len(theirs.copies()) == 1
    with pytest.raises(Several) as told:
        unpack(ours.where, KEY, tmp_path / "again", {})
    assert copy.place in str(told.value)
    unpack(copy.place, KEY, tmp_path / "again", {})
    assert (tmp_path / "again" / "data" / "media").read_bytes() == b"ours"


def test_the_newest_is_restored_where_none_is_named(stage: Path, tmp_path: Path) -> None:
    store = repository(tmp_path)
    store.store(stage, NOW)
    (stage / "data" / "media").write_bytes(b"old")
    store.store(stage, NOW - timedelta(days=1))

    unpack(store.where, KEY, tmp_path / "again", {})

    assert (tmp_path / "again" / "data" / "media").stat().st_size == 1 << 20


def test_what_is_missing_is_said_before_anything_is_restored(stage: Path, tmp_path: Path) -> None:
    store = repository(tmp_path)
    copy = store.store(stage, NOW)
    packs = [path for path in (tmp_path / "backups" / "data").rglob("*") if path.is_file()]
    max(packs, key=lambda path: path.stat().st_size).unlink()

    with pytest.raises(Damaged):
        unpack(copy.place, KEY, tmp_path / "again", {})
    assert not (tmp_path / "again").exists()


def test_a_copy_that_is_not_in_the_list_is_no_damaged_one(stage: Path, tmp_path: Path) -> None:
    store = repository(tmp_path)
    store.store(stage, NOW)

    with pytest.raises(NoSuchCopy) as told:
        unpack(f"{store.where}#00000000", KEY, tmp_path / "again", {})

    assert "`beffroi backup list`" in explained(told.value, texts("fr"))


@pytest.mark.parametrize("ending", ["echo 'signal interrupt received, cleaning up' >&2; exit 1", "exit 130"])
def test_ctrl_c_damages_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """The terminal sends it to restic too, which older versions end with 1."""
    program = tmp_path / "restic"
    program.write_text(f"#!/bin/sh\n{ending}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(Interrupted) as told:
        unpack(f"{tmp_path}/backups#4f2a91c0", KEY, tmp_path / "again", {})

    assert "interrompu" in explained(told.value, texts("fr"))


def test_what_a_killed_backup_has_locked_does_not_stop_the_next(stage: Path, tmp_path: Path) -> None:
    store = repository(tmp_path)
    store.store(stage, NOW - timedelta(days=9))
    command = ("restic", "--no-cache", "backup", "--stdin")
    environment = {**os.environ, "RESTIC_REPOSITORY": store.where, "RESTIC_PASSWORD": KEY}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as killed:
        while not [*(tmp_path / "backups" / "locks").iterdir()]:
            assert killed.poll() is None
        killed.kill()
    assert [*(tmp_path / "backups" / "locks").iterdir()] != []

    store.store(stage, NOW)

    assert len(store.forget(Backups(daily=1, weekly=0, monthly=0))) == 1


def test_what_has_died_locking_does_not_stop_a_restore(stage: Path, tmp_path: Path) -> None:
    """On a new machine no backup comes by that would undo the lock."""
    store, fifo = repository(tmp_path), tmp_path / "fifo"
    store.store(stage, NOW)
    os.mkfifo(fifo)
    command = ("restic", "--no-cache", "key", "passwd", "--new-password-file", str(fifo))
    environment = {**os.environ, "RESTIC_REPOSITORY": store.where, "RESTIC_PASSWORD": KEY}
    with subprocess.Popen(command, env=environment) as other:
        while not [*(tmp_path / "backups" / "locks").iterdir()]:
            assert other.poll() is None
        with pytest.raises(Locked):
            unpack(store.where, KEY, tmp_path / "early", {})
        other.kill()

    unpack(store.where, KEY, tmp_path / "again", {})

    assert (tmp_path / "again").is_dir()


def test_who_holds_the_repository_is_named_and_the_backup_stands(stage: Path, tmp_path: Path) -> None:
    """Whoever cannot delete old ones has made the new one all the same."""
    store = repository(tmp_path)
    store.store(stage, NOW - timedelta(days=9))
    command = ("restic", "--no-cache", "backup", "--stdin")
    environment = {**os.environ, "RESTIC_REPOSITORY": store.where, "RESTIC_PASSWORD": KEY}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as other:
        while not [*(tmp_path / "backups" / "locks").iterdir()]:
            assert other.poll() is None
        store.store(stage, NOW)
        with pytest.raises(Locked) as told:
            store.forget(Backups(daily=1, weekly=0, monthly=0))
        other.kill()

    assert str(told.value).startswith(f"PID {other.pid} on ")
    assert "une demi-heure après sa fin" in explained(told.value, texts("fr"))
    assert [copy.made for copy in store.copies()][:1] == [NOW]


def test_nobody_reads_the_key_from_a_command_line(stage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of restic's name writes down how it was called, and calls restic."""
    told, real = tmp_path / "told", shutil.which("restic")
    spy = tmp_path / "bin" / "restic"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$*" >> {told}; env >> {told}\nexec {real} "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")

    repository(tmp_path).store(stage, NOW)

    assert "backup --json" in told.read_text()
    assert KEY not in told.read_text()
    assert KEY not in repr(repository(tmp_path))


def test_without_restic_the_line_that_installs_it_is_named(
    stage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoProgram):
        repository(tmp_path).store(stage, NOW)


def test_what_opens_the_other_machine_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    assert secrets(tmp_path) == {}
    secrets_file(tmp_path).parent.mkdir()
    write_private(
        secrets_file(tmp_path), "# the NAS\nRESTIC_REST_USERNAME=valbourg\nRESTIC_REST_PASSWORD = p@ss=word\n"
    )

    assert secrets(tmp_path) == {"RESTIC_REST_USERNAME": "valbourg", "RESTIC_REST_PASSWORD": "p@ss=word"}


SETTINGS = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016", "locale": "fr"}


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("rest:https://valbourg:secret@nas.valbourg.fr/beffroi", "restic.env"),
        ("sftp://a:b@nas/x", "restic.env"),
        ("rest:https://[", "restic"),
        ("--help", "restic"),
        ("backups#1", "restic"),
        ("back\nups", "restic"),
    ],
)
def test_an_address_that_restic_would_read_otherwise_is_refused(written: str, wrong: str) -> None:
    with pytest.raises(InvalidSettings, match=wrong):
        collectivity_from({**SETTINGS, "backups": {"repository": written}})


@pytest.mark.parametrize("written", ["sftp:sauvegarde@nas.valbourg.fr:/beffroi", "rest:https://nas.valbourg.fr/x", "b"])
def test_an_address_is_taken_as_it_is_and_a_folder_as_one(written: str) -> None:
    backups = collectivity_from({**SETTINGS, "backups": {"repository": written}}).backups

    assert backups.repository == written
    assert backups.place == (Path("b") if written == "b" else None)
