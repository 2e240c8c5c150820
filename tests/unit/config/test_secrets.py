"""Secrets are made once, all or none, for nobody else to read."""

import os
import stat
from pathlib import Path

import pytest
from signedjson.key import read_signing_keys

from config.errors import InvalidSettings
from config.secrets import Secrets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "secrets"


@pytest.fixture
def made(folder: Path) -> Secrets:
    return Secrets.load_or_create(folder)


def test_they_are_made_once(folder: Path, made: Secrets) -> None:
    before = {each.name: each.read_bytes() for each in folder.iterdir()}

    assert Secrets.load_or_create(folder) == made
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_two_collectivities_share_none(made: Secrets, tmp_path: Path) -> None:
    other = Secrets.load_or_create(tmp_path / "other")

    assert not {getattr(made, name) for name in Secrets.__slots__} & {
        getattr(other, name) for name in Secrets.__slots__
    }


def test_only_their_owner_may_read_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Secrets.load_or_create(tmp_path / "secrets")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "secrets").iterdir()} == {0o600}
    assert [each.name for each in tmp_path.iterdir()] == ["secrets"]


def test_an_empty_folder_is_filled(folder: Path) -> None:
    folder.mkdir(parents=True)

    assert Secrets.load_or_create(folder) == Secrets.load(folder)


def test_synapse_reads_the_signing_key(made: Secrets) -> None:
    (key,) = read_signing_keys([made.synapse_signing_key])

    assert key.alg == "ed25519"
    assert key.version.startswith("a_")


def test_public_halves_are_unpadded_base64(made: Secrets) -> None:
    assert len(made.register_public_key) == len(made.master_public_key) == 43
    assert made.register_public_key != made.master_public_key


def test_showing_them_shows_nothing(made: Secrets) -> None:
    assert repr(made) == str(made) == f"{made}" == "Secrets(…)"


@pytest.mark.parametrize(
    "name", ["synapse_signing_key", "as_token", "hs_token", "form_secret", "register_seed", "master_seed"]
)
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"short\n", b"two\nlines\n", b"A" * 43 + b"=\n"])
def test_a_damaged_one_is_named_and_left_alone(folder: Path, made: Secrets, name: str, content: bytes | None) -> None:
    path = folder / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
        path.chmod(0o600)

    with pytest.raises(InvalidSettings, match=f"{name}: this secret is damaged.*Restore it from a backup") as caught:
        Secrets.load_or_create(folder)

    assert "short" not in str(caught.value)
    assert (path.read_bytes() if path.exists() else None) == content


def test_one_that_others_may_read_is_refused(folder: Path, made: Secrets) -> None:
    (folder / "as_token").chmod(0o640)

    with pytest.raises(InvalidSettings, match="chmod 600"):
        Secrets.load_or_create(folder)


def test_reading_makes_nothing(folder: Path) -> None:
    with pytest.raises(InvalidSettings):
        Secrets.load(folder)
    assert not folder.exists()
