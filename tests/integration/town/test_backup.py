"""Backups of a real homeserver, through the command that an administrator types."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pyrage
import pytest

from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.register.store import sequence
from bridge.backup import saying
from bridge.backup.copies import Copy
from bridge.backup.databases import ASSISTANT_LEFT_OUT, Live, copy, opened, restore_dump
from bridge.backup.errors import Locked, NotEmpty, Uncopied
from bridge.backup.making import back_up, noted
from bridge.backup.restic import Repository
from bridge.backup.staging import Town
from bridge.backup.streams import LEAP
from config.secrets import Secrets
from config.settings import Backups
from config.texts import texts
from tests.postgres import Cluster
from tests.postgres import postgres as postgres  # noqa: PLC0414 - a fixture
from tests.servers import Server

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Done:
    status: int
    said: str


async def beffroi(folder: Path, *words: str) -> Done:
    command = (sys.executable, str(ROOT / "beffroi.py"), *words)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return Done(process.returncode or 0, said.decode())


@pytest.fixture
async def backed(synapse: Server) -> Path:
    """An archive of a town with a room and a picture in it: made once, by whoever asks first."""
    site = synapse.site
    for archive in site.collectivity.backups.folder.glob("*.age"):
        return archive
    anne = await synapse.user("anne")
    async with aiohttp.ClientSession() as http:
        await anne.call(http, "POST", "/v3/createRoom", {"preset": "private_chat"})
        headers = {"Authorization": f"Bearer {anne.access_token}", "Content-Type": "image/png"}
        url = f"{anne.client_url}/_matrix/media/v3/upload"
        async with http.post(url, data=b"\x89PNG a picture", headers=headers) as answer:
            answer.raise_for_status()
        given = {"signed_curve25519:AAAAAQ": {"key": "a key", "signatures": {anne.user_id: {"ed25519:X": "signed"}}}}
        await anne.call(http, "POST", "/v3/keys/upload", {"one_time_keys": given})
    done = await beffroi(site.folder, "backup", *files(synapse))
    assert done.status == 0, done.said
    (archive,) = site.collectivity.backups.folder.glob("*.age")
    return archive


def files(server: Server) -> tuple[str, ...]:
    beside = server.site.folder.parent / "federation.yaml"
    return ("--config", str(server.site.collectivity_file), "--federation", str(beside))


def key(server: Server) -> Path:
    return server.site.collectivity.paths.data / "backup" / "key.txt"


async def test_a_running_town_is_backed_up_listed_and_rehearsed(synapse: Server, backed: Path) -> None:
    listed = json.loads((await beffroi(synapse.site.folder, "backup", "list", "--json", *files(synapse))).said)
    assert [each["place"] for each in listed] == [str(backed)]
    assert not [*(synapse.site.collectivity.paths.data / "backup").glob("stage-*")]

    done = await beffroi(synapse.site.folder, "backup", "rehearse", *files(synapse))

    assert done.status == 0, done.said
    assert "✔ Répétition faite" in done.said
    assert "✔ Fichiers qui manquent\u00a0: 0" in done.said
    notes = json.loads((synapse.site.collectivity.paths.data / "backup" / "notes.json").read_text())
    assert notes["rehearsal"]["well"] is True
    assert notes["backup"]["place"] == str(backed)


async def test_a_town_is_backed_up_into_a_repository_rehearsed_and_restored(synapse: Server, tmp_path: Path) -> None:
    """The same way, with restic: a second backup takes what is new only."""
    site, repository = synapse.site, tmp_path / "repository"
    settings = site.folder / "with-restic.yaml"
    settings.write_text(site.collectivity_file.read_text() + f"backups: {{repository: {repository}}}\n")
    named = ("--config", str(settings), *files(synapse)[2:])

    for _time in range(2):
        done = await beffroi(site.folder, "backup", *named)
        assert done.status == 0, done.said
    copies = json.loads((await beffroi(site.folder, "backup", "list", "--json", *named)).said)
    rehearsed = await beffroi(site.folder, "backup", "rehearse", *named)
    settings.unlink()
    where = ("--into", "town", "--key", str(key(synapse)))
    restored = await beffroi(tmp_path, "restore", copies[-1]["place"], *where)

    assert [copy["place"].partition("#")[0] for copy in copies] == [str(repository)] * len(copies)
    assert (rehearsed.status, "✔ Répétition faite" in rehearsed.said) == (0, True), rehearsed.said
    assert restored.status == 0, restored.said
    assert sorted(path.name for path in (tmp_path / "town").iterdir()) == [
        "beffroi",
        "collectivity.yaml",
        "data",
        "federation.yaml",
    ]
    with closing(sqlite3.connect(tmp_path / "town" / "data" / "synapse" / "homeserver.db")) as database:
        assert database.execute("SELECT count(*) FROM e2e_one_time_keys_json").fetchone() == (0,)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repository", "town"]
    wrong = tmp_path / "other.txt"
    wrong.write_text(str(pyrage.x25519.Identity.generate()))
    refused = await beffroi(tmp_path, "restore", str(repository), "--into", "no", "--key", str(wrong))
    assert (refused.status, "n’ouvre pas" in refused.said) == (2, True), refused.said
    assert not (tmp_path / "no").exists()


async def test_who_cannot_delete_old_ones_has_made_a_backup_all_the_same(
    synapse: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine is at the same repository just then, say."""
    town = Town.load(synapse.site.collectivity_file, synapse.site.folder.parent / "federation.yaml")
    backups = town.collectivity.backups.model_copy(update={"repository": str(tmp_path / "repository")})
    town = replace(town, collectivity=town.collectivity.model_copy(update={"backups": backups}))

    def locked(_store: Repository, _rule: Backups) -> list[Copy]:
        raise Locked("PID 12 on nas")

    monkeypatch.setattr(Repository, "forget", locked)
    done = await back_up(town, datetime.now(UTC))

    assert noted(town.collectivity.paths.data)["backup"]["place"] == done.copy.place
    assert noted(town.collectivity.paths.data)["backup"]["left"] is True
    assert "PID 12 on nas" in saying.made(done, texts("fr"))[-1]


@pytest.mark.parametrize("spoilt", ["assistant/assistant.db", "share/share.db"])
async def test_a_database_that_cannot_be_copied_is_named(synapse: Server, spoilt: str) -> None:
    """The backup ends in a sentence, and leaves nothing."""
    data = synapse.site.collectivity.paths.data
    file = data / spoilt
    before = file.read_bytes() if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    try:
        done = await beffroi(synapse.site.folder, "backup", *files(synapse))
    finally:
        file.unlink() if before is None else file.write_bytes(before)

    assert done.status == 2, done.said
    assert len(done.said.splitlines()) == 1, done.said
    assert Path(spoilt).stem in done.said
    assert "beffroi doctor" in done.said
    assert not [*(data / "backup").glob("stage-*")]


async def test_a_postgresql_that_does_not_answer_is_named(tmp_path: Path) -> None:
    """The town is down, and its PostgreSQL with it."""
    live = Live("synapse", f"postgresql://beffroi@/synapse?host={tmp_path}", tmp_path, ())

    async def count(_transaction: object) -> None:
        raise AssertionError("nothing can be counted")

    with pytest.raises(Uncopied, match=r"^synapse: "):
        await copy(live, tmp_path / "stage", "unused", count)


async def test_a_rehearsal_notices_what_is_not_as_it_was(synapse: Server, backed: Path) -> None:
    """Media that are gone from the disk are in the database still."""
    store = synapse.site.collectivity.paths.synapse / "media_store" / "local_content"
    away = store.rename(store.with_name("away"))
    try:
        assert (await beffroi(synapse.site.folder, "backup", *files(synapse))).status == 0
        done = await beffroi(synapse.site.folder, "backup", "rehearse", *files(synapse))
    finally:
        away.rename(store)
        for archive in {*synapse.site.collectivity.backups.folder.glob("*.age")} - {backed}:
            archive.unlink()

    assert done.status == 1, done.said
    assert "✖ Fichiers qui manquent" in done.said
    assert "n’est PAS" in done.said


async def test_what_must_never_come_back_is_not_in_a_backup(synapse: Server, backed: Path, tmp_path: Path) -> None:
    restored = tmp_path / "restored"
    done = await beffroi(tmp_path, "restore", str(backed), "--into", str(restored), "--key", str(key(synapse)))

    assert done.status == 0, done.said
    assert "l’ancienne machine" in done.said
    left = {path.name for path in restored.iterdir()}
    assert left == {"beffroi", "collectivity.yaml", "data", "federation.yaml"}
    assert not (restored / "data" / "backup").exists()
    assert not (restored / "data" / "assistant" / "session.json").exists()
    with closing(sqlite3.connect(synapse.site.collectivity.paths.synapse / "homeserver.db")) as database:
        assert database.execute("SELECT count(*) FROM e2e_one_time_keys_json").fetchone() != (0,)
    with closing(sqlite3.connect(restored / "data" / "synapse" / "homeserver.db")) as database:
        assert database.execute("SELECT count(*) FROM e2e_one_time_keys_json").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM users").fetchone()[0] > 0
        # Nobody's sync token is ahead of a restored homeserver.
        moved = dict(database.execute("SELECT stream_name, stream_id FROM stream_positions").fetchall())
        assert {moved[name] // LEAP for name in ("events", "to_device", "device_lists_stream", "account_data")} == {1}
    assert oct((restored / "data" / "secrets").stat().st_mode)[-3:] == "700"


@pytest.mark.parametrize("fault", ["turned", "short", "key"])
async def test_a_bad_backup_restores_nothing(synapse: Server, backed: Path, tmp_path: Path, fault: str) -> None:
    archive, opening = tmp_path / "archive.age", tmp_path / "key.txt"
    data = bytearray(backed.read_bytes())
    if fault == "turned":
        data[len(data) // 2] ^= 1
    archive.write_bytes(data[:-1] if fault == "short" else data)
    shutil.copy(key(synapse), opening)
    if fault == "key":
        key(synapse).unlink()
        await beffroi(synapse.site.folder, "backup", "list", *files(synapse))
        opening, mine = key(synapse).rename(tmp_path / "other.txt"), opening
        shutil.copy(mine, key(synapse))

    done = await beffroi(tmp_path, "restore", str(archive), "--into", "here/there", "--key", str(opening))

    assert done.status == 2
    assert "rien n’a été restauré" in done.said or "n’ouvre pas" in done.said, done.said
    assert [*(tmp_path / "here").iterdir()] == []


async def test_nothing_is_restored_over_something(synapse: Server, backed: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")

    done = await beffroi(tmp_path, "restore", str(backed), "--into", ".", "--key", str(key(synapse)))

    assert (done.status, "n’est pas vide" in done.said) == (2, True), done.said
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


async def test_what_a_killed_restore_has_left_goes_with_the_next_one(
    synapse: Server, backed: Path, tmp_path: Path
) -> None:
    dead = await asyncio.create_subprocess_exec("true")
    await dead.wait()
    left, other = tmp_path / f".restoring-{dead.pid}-x", tmp_path / f".restoring-{os.getpid()}-x"
    for folder in (left, other):
        (folder / "data" / "secrets").mkdir(parents=True)

    done = await beffroi(tmp_path, "restore", str(backed), "--into", "town", "--key", str(key(synapse)))

    assert done.status == 0, done.said
    # The other one's process lives: it is at work.
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "town"]


async def killed_within(place: Path, archive: Path, key_file: Path) -> bool:
    """Restore into *place*/town and kill it as soon as something stands there; False where it was faster."""
    place.mkdir()
    command = (sys.executable, str(ROOT / "beffroi.py"), "restore", str(archive), "--into", "town")
    process = await asyncio.create_subprocess_exec(
        *command, "--key", str(key_file), cwd=place, stdout=asyncio.subprocess.DEVNULL
    )
    ending = asyncio.create_task(process.wait())
    while not ending.done() and not [*place.glob(".restoring-*/data/secrets/*")]:
        await asyncio.sleep(0)
    if not ending.done():
        process.kill()
    return await ending != 0 and not (place / "town" / "collectivity.yaml").exists()


async def test_a_restore_that_is_killed_in_the_middle_leaves_no_half_of_a_town_and_the_next_one_does_it(
    synapse: Server, backed: Path, tmp_path: Path
) -> None:
    for number in range(30):
        place = tmp_path / str(number)
        if await killed_within(place, backed, key(synapse)):
            break
    (left,) = place.iterdir()
    # So that it can fail: it was in the middle, with the town's secrets on the disk.
    assert left.name.startswith(".restoring-")

    done = await beffroi(place, "restore", str(backed), "--into", "town", "--key", str(key(synapse)))

    assert done.status == 0, done.said
    assert [path.name for path in place.iterdir()] == ["town"]
    assert Secrets.load(place / "town" / "data" / "secrets") == synapse.site.secrets


async def test_two_backups_at_once_are_one(synapse: Server, backed: Path) -> None:
    from bridge.backup.making import sole  # noqa: PLC0415

    with sole(synapse.site.collectivity.paths.data):
        done = await beffroi(synapse.site.folder, "backup", *files(synapse))

    assert (done.status, "en cours" in done.said) == (2, True), done.said


async def test_a_town_on_a_postgresql_of_its_own_is_backed_up_rehearsed_and_restored() -> None:
    # Not below pytest's folder: a socket's path has room for a hundred bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    somebody = ("unshare", "--user", "--map-user=1000", "--map-group=1000") if os.geteuid() == 0 else ()
    command = (*somebody, sys.executable, "-m", "tests.served_town", str(folder))
    try:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        said, errors = await process.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    assert process.returncode == 0, errors.decode()[-3000:]
    found = json.loads(said.splitlines()[-1])
    assert [check for check in found["rehearsed"] if not check["well"]] == []
    assert found["same"]
    assert found["users"] == 3  # she, the assistant, and the account by which the assistant looks at the town
    # Beyond all that the lost one has given since; it may have given some before it was looked at.
    assert 999_000 < found["leapt"] <= 1_000_000
    assert found["addresses"] == ""  # its socket is in a folder of ours; at an address it would trust anybody
    assert found["olm"] == 0
    assert found["left"] == ["collectivity.yaml", "data", "federation.yaml"]


async def test_the_assistants_database_on_postgresql_is_dumped_while_we_count(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Debian's wrapper of pg_dump obeys, as it obeys the port of Debian's own cluster.
    monkeypatch.setenv("PGCLUSTER", "15/another")
    url, empty = postgres.create_database(), postgres.create_database()
    database = Database.open(url)
    await migrate(database)
    async with database.begin() as transaction:
        await sequence.renew_source(transaction)
    await database.close()
    seen = []

    async def count(transaction: object) -> None:
        seen.append(transaction)

    await copy(Live("assistant", url, tmp_path, ASSISTANT_LEFT_OUT), tmp_path, "unused", count)
    await restore_dump(tmp_path / "databases" / "assistant.dump", empty)

    assert len(seen) == 1
    async with opened(empty) as transaction:
        assert (await transaction.exec_driver_sql("SELECT count(*) FROM register_source")).scalar_one() == 0
        assert (await transaction.exec_driver_sql("SELECT count(*) FROM alembic_version")).scalar_one() == 1
    with pytest.raises(NotEmpty):
        await restore_dump(tmp_path / "databases" / "assistant.dump", empty)
