"""Sheets of a declared kind on their way back: added, changed, refused whole, taken back; and their way out and in."""

import time

import pytest

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.assistant.words.files.sheets import MOST_BYTES, decoded
from bots.envelope.file import as_content, parse_attachment
from bots.items.doing.rows import MOST_SLOW, Taking, known
from bots.matrix.events import Event
from bots.register.replica.object import Object
from config.identifiers import EventId, UserId
from tests.unit.items.vehicle import VEHICLE, VEHICLES

ADD = "!véhicule ajouter Renault Zoé 5 places immatriculation AB-123 carburant diesel @dgs dispo : 1er décembre 2026"


async def send(hall: Hall, sheet: str | bytes, **more: object) -> EventId:
    data = sheet if isinstance(sheet, bytes) else sheet.encode()
    file = await hall.edge.upload(data, content_type="text/csv", encrypted=True)
    content = {"msgtype": "m.file", "filename": "v.csv", "info": {"size": len(data)}, **as_content(file), **more}
    return (await hall.say("v.csv", **content)).event_id


async def bring(
    hall: Hall, sheet: str | bytes, sender: UserId = SECRETAIRE, words: str = "!véhicules importer"
) -> Event:
    said = await hall.say(words, sender=sender, about=await send(hall, sheet))
    await hall.wait(3)
    return said


async def exported(hall: Hall) -> bytes:
    await hall.say("!véhicules csv tous")
    await hall.wait(3)
    return await hall.edge.download(parse_attachment(hall.messages()[-1].content), most=10**6)


async def held(hall: Hall) -> dict[int, Object]:
    async with hall.edge.database.begin() as transaction:
        state = await hall.ledger.state(transaction, ROOM)
    return {found.first("number"): found for found in state.all("vehicle")}


async def test_rows_are_added_with_all_that_they_say(hall: Hall) -> None:
    sheet = "Titre;Places;carburant;dispo;Conducteur;Statut\n"
    sheet += f"Zoé;5;électrique;01/12/2026;DGS <{DGS}>;\nClio;;;;;abandonné\n"
    await bring(hall, sheet)
    assert "✔ Import terminé : 2 véhicules ajoutés." in hall.said()[-1]
    zoe, clio = (await held(hall)).values()
    fields = {name: zoe.value(name) for name in ("title", "seats", "fuel", "available", "driver", "status")}
    assert fields == {
        "title": "Zoé",
        "seats": 5,
        "fuel": "electric",
        "available": "2026-12-01",
        "driver": str(DGS),
        "status": "open",
    }
    assert (zoe.first("creator"), clio.value("status")) == (str(SECRETAIRE), "dropped")


async def test_the_way_out_and_back_changes_nothing(hall: Hall) -> None:
    await hall.say(ADD)
    await hall.say("!véhicule ajouter « =1+1 »")
    await hall.say("!véhicule abandonner 2")
    before = {number: dict(found.fields) for number, found in (await held(hall)).items()}
    await bring(hall, await exported(hall))
    assert "✔ Import terminé : 2 véhicules inchangés." in hall.said()[-1]
    assert {number: dict(found.fields) for number, found in (await held(hall)).items()} == before


async def test_a_cell_that_was_edited_changes_its_field_and_deleting_the_command_puts_it_back(hall: Hall) -> None:
    await hall.say(ADD)
    sheet = (await exported(hall)).decode("utf-8-sig").replace(";5;", ";7;").replace("AB-123", "")
    said = await bring(hall, sheet + "; Mégane ;;4\n")
    assert "✔ Import terminé : 1 véhicule ajouté, 1 véhicule modifié." in hall.said()[-1]
    found = await held(hall)
    assert (found[1].value("seats"), found[1].value("plate"), found[2].value("title")) == (7, None, "Mégane")
    await hall.redact(said.event_id)
    await hall.wait(3)
    found = await held(hall)
    assert (found[1].value("seats"), found[1].value("plate"), found[2].value("status")) == (5, "AB-123", "withdrawn")


async def test_an_edited_command_doubles_nothing_and_can_still_be_taken_back(hall: Hall) -> None:
    await hall.say(ADD)
    said = await bring(hall, "Numéro;Titre;Places\n1;Zoé;9\n;Mégane;4\n")
    await hall.edit(said, "!véhicules importer.")
    await hall.wait(3)
    assert "✔ Import terminé : 2 véhicules modifiés." in hall.said()[-1]
    assert sorted(await held(hall)) == [1, 2]
    await hall.redact(said.event_id)
    await hall.wait(3)
    found = await held(hall)
    assert (found[1].value("seats"), found[2].value("status")) == (5, "withdrawn")


async def test_all_or_nothing(hall: Hall) -> None:
    await hall.say(ADD)
    await bring(
        hall, "Numéro;Titre;Places;Conducteur\n1;Zoé;7;\n;Clio;beaucoup;\n;Mégane;4;personne\n1;Zoé;7;\nx;y;;\n;;3;\n"
    )
    said = hall.said()[-1]
    assert "Rien n’est modifié" in said
    assert "ligne 3 : places : Combien" in said
    assert "ligne 4 : conducteur :" in said
    assert "ligne 5 : Le véhicule est déjà à la ligne 2." in said
    assert "ligne 6 : « x »" in said
    assert "ligne 7" in said
    found = await held(hall)
    assert (list(found), found[1].value("seats")) == ([1], 5)


async def test_numbers_that_the_room_does_not_know_make_new_ones(hall: Hall) -> None:
    await hall.say(ADD)
    await bring(hall, "Numéro;Titre;Couleur\n12;Clio;bleu\n")
    said = hall.said()[-1]
    assert "1 numéro n’était pas de ce salon" in said
    assert "Colonne ignorée : Couleur" in said
    assert said.startswith("✔ Véhicule 2 ajouté : Clio")


async def test_without_a_file_one_sentence_tells_how(hall: Hall) -> None:
    await hall.say("!véhicules importer")
    assert "répondez à ce message par !véhicules importer" in plain(hall.said()[-1])


async def test_what_is_no_sheet_is_told(hall: Hall) -> None:
    await bring(hall, "a;b\n1;2\n")
    assert "« Titre »" in hall.said()[-1]
    await bring(hall, b"PK\x03\x04")
    assert "classeur" in hall.said()[-1]


async def test_more_than_one_operation_holds_is_sent_in_parts(hall: Hall) -> None:
    await bring(hall, "Titre\n" + "".join(f"v{number}\n" for number in range(201)))
    assert "200 lignes au plus" in hall.said()[-1]
    assert not await held(hall)


async def test_a_guest_does_not_import(hall: Hall) -> None:
    citizen = UserId("@citoyen:ailleurs.fr")
    hall.member(ROOM, citizen, "join")
    await bring(hall, "Titre\nx\n", sender=citizen)
    assert hall.said()[-1] == "Vous n’en avez pas le droit dans ce salon."
    assert not await held(hall)


LONG = {
    "dates": "Titre;dispo\n" + "".join(f"x;{'le ' * 24}{row}\n" for row in range(2_000)),
    "names": "Titre;Conducteur\n" + "".join(f"x;nom{row} bizarre\n" for row in range(2_000)),
    "people": "Titre;Conducteur\n" + ("x;" + "dgs," * 14_000 + "\n") * 17,
    "numbers": "Titre;Places;Numéro\n" + ("x;" + "1 000" * 5_000 + ";" + "1.0" * 5_000 + "\n") * 17,
}


@pytest.mark.parametrize("sheet", LONG.values(), ids=[*LONG])
def test_a_sheet_that_was_made_to_take_long_does_not(sheet: str) -> None:
    """Two thousand names that nobody has took 77 s of the process in a room of three hundred: people were compared."""
    assert len(sheet.encode()) <= MOST_BYTES
    talk = Talk([VEHICLES])
    crowd = {UserId(f"@agent{number}:valbourg.fr"): f"Agent {number}" for number in range(100)}
    taking = Taking(VEHICLE, talk.request("", members={**talk.request("").members, **crowd}))
    began = time.process_time()
    for record in decoded(sheet.encode(), known(VEHICLE)).records:
        taking.take(record)
    assert time.process_time() - began < 15
    assert taking.wrong or sheet is LONG["people"]


def test_days_in_words_beyond_what_is_read_are_said_to_be_none() -> None:
    sheet = "Titre;dispo\n" + "".join(f"x;dans {row} jours\n" for row in range(1, MOST_SLOW + 3)) + "x;01/12/2026\n"
    taking = Taking(VEHICLE, Talk([VEHICLES]).request(""))
    for record in decoded(sheet.encode(), known(VEHICLE)).records:
        taking.take(record)
    assert [line for line, _ in taking.wrong] == [MOST_SLOW + 2, MOST_SLOW + 3]
    assert "n’est pas une date" in taking.wrong[0][1]
