"""A database that was there and is gone is asked for; a new town, and one that has changed its kind, goes on."""

from pathlib import Path

import pytest

from bridge.operate.services.errors import Gone
from bridge.operate.services.presence import note, want_there
from config.load import collectivity_from
from config.sentence import said
from config.settings import Collectivity
from config.texts import texts

POSTGRESQL = {"database": "postgresql", "synapse_database": "postgresql"}


def town(folder: Path, **settings: str) -> Collectivity:
    answers = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
    return collectivity_from({**answers, "paths": {"data": str(folder)}, **settings})


def lived(town: Collectivity) -> Collectivity:
    """Have its databases there, and somebody note it."""
    for path in (town.paths.synapse / "homeserver.db", town.paths.assistant / "assistant.db", town.paths.run / "x"):
        path.parent.mkdir(parents=True)
        path.touch()
    (town.paths.postgresql / "cluster").mkdir(parents=True)
    note(town)
    return town


def test_a_new_town_has_none_yet(tmp_path: Path) -> None:
    want_there(town(tmp_path))


@pytest.mark.parametrize(
    ("settings", "gone"),
    [({}, "synapse/homeserver.db"), ({}, "assistant/assistant.db"), (POSTGRESQL, "postgresql/cluster")],
)
def test_what_was_there_and_is_gone_is_named_and_comes_back(
    tmp_path: Path, settings: dict[str, str], gone: str
) -> None:
    own = lived(town(tmp_path, **settings))
    want_there(own)
    aside = (tmp_path / gone).rename(tmp_path / "renamed")

    with pytest.raises(Gone) as told:
        want_there(own)
    assert said(told.value, texts("fr")).startswith(f"{tmp_path / gone} était là")
    aside.rename(tmp_path / gone)
    want_there(own)


def test_who_wants_to_begin_anew_deletes_what_the_sentence_names(tmp_path: Path) -> None:
    own = lived(town(tmp_path))
    (own.paths.synapse / "homeserver.db").unlink()

    (own.paths.run / "databases.json").unlink()
    want_there(own)


def test_a_town_that_goes_over_to_postgresql_is_no_town_without_one(tmp_path: Path) -> None:
    lived(town(tmp_path))
    (tmp_path / "postgresql" / "cluster").rmdir()

    want_there(town(tmp_path, **POSTGRESQL))


@pytest.mark.parametrize("half", ["", "{", "7"])
def test_half_a_note_is_none(tmp_path: Path, half: str) -> None:
    own = lived(town(tmp_path))
    (own.paths.synapse / "homeserver.db").unlink()
    (own.paths.run / "databases.json").write_text(half)

    want_there(own)
