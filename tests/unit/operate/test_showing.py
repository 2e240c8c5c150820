import io
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from bridge.operate.demonstration.demo import TOWNS, reset
from bridge.operate.demonstration.seed import ROLES, SHARED, passwords, plans
from bridge.operate.demonstration.table import people, shown, ways_in, write_summary
from bridge.operate.errors import OperateError
from bridge.operate.ports import reserve
from bridge.operate.status.asking import RunTimes, TownStatus
from bridge.operate.status.showing import as_json, as_table
from bridge.operate.status.verdict import verdict
from bridge.operate.town import WITNESS, Layout, lay_out
from config.identifiers import RoomId
from config.texts import texts


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    labels = [label for town in TOWNS for label in town.ports]
    with reserve(len(labels)) as free:
        return lay_out(tmp_path_factory.mktemp("demo"), TOWNS, dict(zip(labels, free, strict=True)))


def printed(what: RenderableType) -> str:
    console = Console(width=200, file=io.StringIO(), record=True)
    console.print(what)
    return console.export_text()


def test_the_summary_says_ready_only_when_it_is(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    towns = [shown(each, {"maire": "secret"}, {"synapse": 1, "assistant": 2}) for each in layout.sites]

    write_summary(path, towns, {}, ready=False)
    assert "ready" not in json.loads(path.read_text())
    write_summary(path, towns, {"shared": RoomId("!a")}, ready=True)

    summary = json.loads(path.read_text())
    assert summary["ready"] is True
    assert summary["rooms"] == {"shared": "!a"}
    assert summary["collectivities"][0] == {
        "name": "Valbourg",
        "server_name": "valbourg.localhost",
        "client_url": layout.sites[0].homeserver.client_url,
        "assistant": "@beffroi:valbourg.localhost",
        "users": {"maire": "secret"},
        "pids": {"synapse": 1, "assistant": 2},
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("locale", "sentence"), [("fr", "Vous pouvez vous connecter"), ("en", "You can log in as")])
def test_people_read_it_in_their_language(layout: Layout, locale: str, sentence: str) -> None:
    towns = [shown(each, {"maire": "[secret]"}, {}) for each in layout.sites]

    text = printed(people(towns, texts(locale)))

    assert sentence in text
    assert "@maire:rivemont.localhost" in text
    assert "[secret]" in text
    assert layout.sites[1].homeserver.client_url in printed(ways_in(towns, {}, texts(locale)))
    assert "http://e/" in printed(ways_in(towns, {"x": "http://e/"}, texts(locale)))


def test_passwords_are_made_once_and_kept_from_others(layout: Layout, tmp_path: Path) -> None:
    first = passwords(tmp_path / "passwords.json", layout.sites)

    assert passwords(tmp_path / "passwords.json", layout.sites) == first
    assert set(first["valbourg"]) == {*ROLES, WITNESS}
    assert len({each for people in first.values() for each in people.values()}) == 2 * (len(ROLES) + 1)
    assert stat.S_IMODE((tmp_path / "passwords.json").stat().st_mode) == 0o600


def test_everybody_is_invited_where_they_belong(layout: Layout) -> None:
    made = {plan.key: plan for _, plan in plans(layout)}

    assert set(made) == {"valbourg", "rivemont", SHARED}
    assert {each.server for each in made["rivemont"].invited} == {"rivemont.localhost"}
    assert {"@beffroi:valbourg.localhost", "@beffroi:rivemont.localhost"} <= set(made[SHARED].invited)
    assert "@secretaire:valbourg.localhost" not in made[SHARED].invited
    assert "@secretaire:rivemont.localhost" in made[SHARED].invited


def test_laying_out_again_changes_no_secret(layout: Layout) -> None:
    site = layout.sites[0]
    before = {each: each.read_bytes() for each in (site.folder / "data" / "secrets").iterdir()}
    labels = [label for town in TOWNS for label in town.ports]
    with reserve(len(labels)) as free:
        again = lay_out(site.folder.parent, TOWNS, dict(zip(labels, free, strict=True)))

    assert {each: each.read_bytes() for each in before} == before
    assert again.federation == layout.federation


def test_reset_leaves_alone_what_the_demo_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")

    with pytest.raises(OperateError):
        reset(tmp_path)

    assert (tmp_path / "precious").exists()
    reset(tmp_path / "absent")


def test_reset_forgets_a_demo(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    directory.mkdir()
    (directory / ".beffroi-demo").touch()

    reset(directory)

    assert not directory.exists()


WELL = TownStatus(
    name="Valbourg",
    server_name="valbourg.localhost",
    processes={"synapse": 1, "assistant": 2},
    synapse_version="1.163.2",
    assistant_version="0.1.0",
    assistant_status="ok",
    device_signed=True,
    rooms=2,
    last_sync="2026-11-23T20:00:00+00:00",
    operations=7,
    gaps=0,
    waiting=0,
    reaches={"rivemont.localhost": True},
)
SILENT = replace(
    WELL,
    name="Rivemont",
    processes={"synapse": None, "assistant": None},
    assistant_status=None,
    device_signed=None,
    operations=None,
    reaches={"valbourg.localhost": False},
)


def test_a_status_knows_whether_anybody_must_look() -> None:
    assert WELL.well
    assert not SILENT.well
    assert not replace(WELL, identities_changed=1).well
    assert replace(WELL, without_identity=1).well


def test_a_status_can_be_read_by_machines_and_by_people() -> None:
    rows = json.loads(as_json((WELL, SILENT)))["collectivities"]
    assert [row["well"] for row in rows] == [True, False]
    assert rows[0]["operations"] == 7

    text = printed(as_table((WELL, SILENT), texts("fr")))
    assert "pas de réponse" in text
    assert "Element lui fait confiance" in text
    assert "Identités de chiffrement à confirmer" in text
    assert "Autres processus" not in text


def test_what_no_administrator_can_do_anything_with_is_for_machines_only() -> None:
    told = replace(WELL, gaps=3, waiting=4, snapshots={"refused signature": 2})

    for locale, words in (("fr", ("pération", "nstantané", "Appareil")), ("en", ("peration", "napshot", "Device"))):
        text = printed(as_table((told,), texts(locale)))
        assert [word for word in words if word in text] == []
    (row,) = json.loads(as_json((told,)))["collectivities"]
    assert (row["operations"], row["gaps"], row["waiting"], row["snapshots"]) == (7, 3, 4, {"refused signature": 2})


def test_every_process_of_a_town_has_its_row() -> None:
    processes = {"postgresql": 3, "synapse": 1, "assistant": 2, "share": None, "caddy": True}
    town = replace(WELL, processes=processes)

    text = printed(as_table((town,), texts("fr")))

    assert not town.well
    assert "Autres processus" in text
    for line in (
        "base de données (postgresql): pid 3",
        "serveur de partage (share): arrêté",
        "serveur web (caddy): en marche",
    ):
        assert line in text


def test_moments_are_those_of_the_town_s_clocks_wherever_the_machine_is() -> None:
    """The backup of 03:15 was shown at 02:15 on a machine that keeps UTC."""
    timers = {"backup": RunTimes("2026-11-30T12:01:00+00:00", "2026-12-01T02:15+00:00")}
    town = replace(WELL, timers=timers, timezone="Europe/Paris", last_sync="2026-11-30T11:59:59+00:00")

    text = printed(as_table((town,), texts("fr")))

    assert "dernière : 30/11/2026 à 13:01" in text.replace("\u00a0", " ")
    assert "prochaine : 01/12/2026 à 03:15" in text.replace("\u00a0", " ")
    assert "30/11/2026 à 12:59" in text.replace("\u00a0", " ")


def test_a_town_that_was_never_backed_up_is_told_so_although_it_is_well() -> None:
    """The doctor says from the first hour that something is wrong."""
    lines = verdict((replace(WELL, timers={"backup": RunTimes(None, "2026-12-01T02:15+00:00")}),), texts("fr"))

    assert lines[0].startswith("! Valbourg n’a encore jamais été sauvegardée")
    assert lines[1:] == ["✔ Tout va bien."]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "✔ Tout va bien."),
        ({"processes": {"synapse": None, "assistant": None}}, "rien ne fonctionne : `beffroi up`"),
        ({"processes": {"synapse": 1, "assistant": 2, "caddy": None}}, "serveur web (caddy) ne fonctionne pas"),
        ({"assistant_status": "stale"}, "l’assistant fonctionne et ne va pas bien"),
        ({"device_signed": False}, "n’est pas signé : `beffroi doctor`"),
        ({"gaps": 1}, "n’est pas tout arrivé : cela vient de soi-même"),
        ({"full": True}, "le disque est plein"),
        ({"identities_changed": 1}, "`beffroi identity show`"),
        ({"scanner_away": True}, "l’antivirus"),
        ({"reaches": {"rivemont.fr": False}}, "rivemont.fr ne peut pas être joint"),
        ({"timers": {"backup": RunTimes(None, None, failed=True)}}, "`beffroi logs backup`"),
        ({"timers": {"rehearsal": RunTimes(None, None, failed=True)}}, "`beffroi logs rehearsal`"),
    ],
)
def test_a_status_ends_with_what_it_comes_to(change: dict[str, Any], said: str) -> None:
    status = replace(WELL, **change)

    lines = [line.replace("\u00a0", " ") for line in verdict((status,), texts("fr"))]

    assert status.well == (len(lines) == 1)
    assert said in lines[-1]


def test_of_a_town_where_nothing_runs_that_alone_is_said() -> None:
    assert len(verdict((SILENT,), texts("fr"))) == 2
