"""A collectivity overseas has its own time zone, and its neighbours know it."""

from pathlib import Path

import pytest

from config.load import collectivity_from, load_collectivity, load_federation
from config.overseas import overseas
from config.writing.joining import strangers
from config.writing.starting import start

ANSWERS = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
SIRENS = {
    "219740115": ("Indian/Reunion", "974"),
    "219733029": ("America/Cayenne", "973"),
    "249740119": ("Indian/Reunion", "974"),
    "217500016": None,
    "200054781": None,
    "783864150": None,
}


@pytest.mark.parametrize("siren", SIRENS)
def test_what_a_siren_tells(siren: str) -> None:
    assert overseas(siren) == SIRENS[siren]


def test_a_town_overseas_begins_with_its_own_zone(tmp_path: Path) -> None:
    start(collectivity_from({**ANSWERS, "siren": "219740115"}), tmp_path)

    found = load_collectivity(tmp_path / "collectivity.yaml")
    (member,) = load_federation(tmp_path / "federation.yaml").members

    assert (found.timezone, found.territory) == ("Indian/Reunion", "974")
    assert member.timezone == "Indian/Reunion"


def test_of_the_mainland_nothing_is_written_that_older_assistants_would_not_know(tmp_path: Path) -> None:
    start(collectivity_from(ANSWERS), tmp_path)

    text = (tmp_path / "federation.yaml").read_text("utf-8")

    assert "timezone" not in text
    assert load_federation(tmp_path / "federation.yaml").members[0].timezone == "Europe/Paris"


def test_a_list_from_before_zones_is_no_other_list(tmp_path: Path) -> None:
    for name in ("old", "new"):
        start(collectivity_from({**ANSWERS, "siren": "219740115"}), tmp_path / name)
    path = tmp_path / "old" / "federation.yaml"
    new = load_federation(path)
    path.write_text(path.read_text("utf-8").replace('    timezone: "Indian/Reunion"\n', ""), "utf-8")
    old = load_federation(path)

    assert old.members[0].timezone == "Europe/Paris"
    assert not strangers(old, new)
