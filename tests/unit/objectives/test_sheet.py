"""Objectives out to a sheet and in again, in both languages: budgets as offices write them."""

from collections.abc import AsyncIterator

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM
from bots.envelope.file import as_content, parse_attachment
from bots.matrix.events import Event
from bots.objectives.commands import objectives
from bots.register.replica.object import Object
from bots.tasks.saying.census import CENSUS


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [objectives(CENSUS)])
    await made.open()
    yield made
    await made.close()


async def bring(hall: Hall, sheet: str, words: str = "!objectifs importer") -> Event:
    data = sheet.encode()
    file = await hall.edge.upload(data, content_type="text/csv", encrypted=True)
    content = {"msgtype": "m.file", "filename": "o.csv", "info": {"size": len(data)}, **as_content(file)}
    sent = await hall.say("o.csv", **content)
    said = await hall.say(words, about=sent.event_id)
    await hall.wait(3)
    return said


async def exported(hall: Hall) -> str:
    await hall.say("!objectifs csv tous")
    await hall.wait(3)
    data = await hall.edge.download(parse_attachment(hall.messages()[-1].content), most=10**6)
    return data.decode("utf-8-sig")


async def held(hall: Hall) -> dict[int, Object]:
    async with hall.edge.database.begin() as transaction:
        state = await hall.ledger.state(transaction, ROOM)
    return {found.first("number"): found for found in state.all("objective")}


async def test_the_way_out_and_back_changes_nothing(hall: Hall) -> None:
    await hall.say(
        f"!objectif ajouter Rénover l’école @dgs pour le 30 juin 2027 mesure « {'x ' * 95}» budget 1 500,50 €"
    )
    await hall.say("!objectif ajouter Ouvrir la crèche budget : 12 000 €")
    await hall.say("!objectif atteint 2")
    before = {number: dict(found.fields) for number, found in (await held(hall)).items()}
    sheet = await exported(hall)
    assert ";Budget;" in sheet
    assert ";1500,50;" in sheet
    assert ";12000;" in sheet
    await bring(hall, sheet)
    assert hall.said()[-1] == "✔ Import terminé : 2 objectifs inchangés."
    assert {number: dict(found.fields) for number, found in (await held(hall)).items()} == before


async def test_another_room_gets_all_of_it(hall: Hall) -> None:
    """What a sheet says suffices to make the same objectives again."""
    long = "x " * 95
    await hall.say(f"!objectif ajouter Rénover l’école @dgs pour le 30 juin 2027 mesure « {long}» budget 1 500,50 €")
    number, _, rest = (await exported(hall)).splitlines()[1].partition(";")
    assert number == "1"
    heads = (await exported(hall)).splitlines()[0]
    await bring(hall, f"{heads}\n;{rest}\n")
    one, two = (await held(hall)).values()
    for name in ("title", "owner", "target", "measure", "budget", "status"):
        assert two.value(name) == one.value(name), name


CELLS = [("12000", 1_200_000), ("12 000,00 €", 1_200_000), ("€12,000.00", 1_200_000), ("1500.5", 150_050), ("", None)]


@pytest.mark.parametrize(("cell", "cents"), CELLS)
async def test_a_budget_is_read_as_spreadsheets_write_it(hall: Hall, cell: str, cents: int | None) -> None:
    await hall.say("!objectif ajouter Rénover l’école budget 5 €")
    said = await bring(hall, f"Numéro;Titre;Budget\n1;Rénover l’école;{cell}\n")
    assert "1 objectif modifié" in hall.said()[-1]
    assert (await held(hall))[1].value("budget") == cents
    await hall.redact(said.event_id)
    await hall.wait(3)
    assert (await held(hall))[1].value("budget") == 500


async def test_english_headings_and_people_by_name(hall: Hall) -> None:
    await bring(hall, 'Title,Owner,Due date,Budget\nRenew the lights,dgs,2026-01-01,"€12,000"\n', "!objectives import")
    (found,) = (await held(hall)).values()
    assert (found.value("owner"), found.value("target")) == (str(DGS), "2026-01-01")
    assert found.value("budget") == 1_200_000


async def test_a_budget_that_is_none_changes_nothing(hall: Hall) -> None:
    await bring(hall, "Titre;Budget\nouvrir;beaucoup\nfermer;3\n")
    assert "ligne 2 : budget : Combien" in hall.said()[-1]
    assert not await held(hall)
