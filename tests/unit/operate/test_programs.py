"""Which PostgreSQL a town runs on: the one that its databases are of, whatever Debian has installed beside it."""

from pathlib import Path

import pytest

from bridge.operate.services import programs
from bridge.operate.services.errors import Missing
from config.load import collectivity_from
from config.sentence import said
from config.settings import Collectivity
from config.texts import texts


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collectivity:
    """A town whose PostgreSQL is ours, on a machine that has two versions of it."""
    for version in ("15", "17"):
        folder = tmp_path / "usr" / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").touch()
    monkeypatch.setattr(programs, "_POSTGRESQL", tmp_path / "usr")
    answers = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
    own = {"database": "postgresql", "synapse_database": "postgresql", "paths": {"data": str(tmp_path / "data")}}
    return collectivity_from({**answers, **own})


def made_by(town: Collectivity, version: str) -> Collectivity:
    cluster = town.paths.postgresql / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text(f"{version}\n")
    return town


def chosen(town: Collectivity) -> str:
    folder = programs.find(town).postgresql
    assert folder is not None
    return folder.parent.name


def test_a_new_town_takes_the_newest(town: Collectivity) -> None:
    assert chosen(town) == "17"


def test_a_town_stays_with_what_its_databases_are_of_after_debian_was_upgraded(town: Collectivity) -> None:
    assert chosen(made_by(town, "15")) == "15"


def test_the_version_that_was_removed_is_named_and_how_a_newer_one_is_taken(town: Collectivity) -> None:
    with pytest.raises(Missing) as told:
        programs.find(made_by(town, "14"))

    sentence = said(told.value, texts("fr"))
    assert "postgresql-14" in sentence
    assert "sauvegarde" in sentence


def test_a_town_on_sqlite_asks_for_none(town: Collectivity) -> None:
    own = {"database": "sqlite", "synapse_database": "sqlite"}

    assert programs.find(made_by(town, "14").model_copy(update=own)).postgresql is None
