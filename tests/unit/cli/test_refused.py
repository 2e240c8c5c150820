"""What the machine refuses is one sentence in the reader's language, also where a library has noticed it."""

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bridge.cli.terminal.refused import explained, is_full
from config.texts import texts


def full_database(folder: Path) -> sqlite3.Error:
    with sqlite3.connect(folder / "small.db") as database:
        database.execute("pragma max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as caught:
            database.execute("create table much as select randomblob(100000)")
    return caught.value


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.ENOSPC, "No space left on device", "notes.json")],
)
def test_a_full_disk_is_said_and_what_to_do(error: OSError) -> None:
    assert explained(error, texts("fr")).startswith("Le disque est plein\u00a0: faites de la place")


def test_whoever_notices_a_full_disk_is_understood(tmp_path: Path) -> None:
    noticed = full_database(tmp_path)
    assert is_full(noticed)
    assert is_full(OperationalError("insert", {}, noticed))
    above = RuntimeError("it could not be written")
    above.__cause__ = noticed
    assert is_full(above)


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("no such table"), RuntimeError("a defect"), OSError(13, "")]
)
def test_nothing_else_is_taken_for_it(error: Exception) -> None:
    assert not is_full(error)


def test_what_may_not_be_read_is_named() -> None:
    refused = PermissionError(errno.EACCES, "Permission denied", "key.txt")
    assert explained(refused, texts("fr")) == "key.txt\u00a0: vous n’avez pas le droit de le lire ou de l’écrire"
