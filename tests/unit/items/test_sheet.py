"""The sheet of a declared kind: a column for each field, in the room's language, sent as a file."""

import csv
from io import StringIO

import pytest

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM, plain
from bots.assistant.testing.talk import Talk
from bots.envelope.file import parse_attachment
from bots.items.board import Board
from bots.items.saying.sheet import written
from tests.unit.items.test_declared import SAID
from tests.unit.items.vehicle import VEHICLE


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig")), delimiter=";"))


def sheet(talk: Talk) -> list[list[str]]:
    board = Board(VEHICLE, talk.state)
    return rows(written(VEHICLE, talk.request("x"), board.sorted(board.all())))


HEADS = "Numéro;Titre;Statut;Places;Immatriculation;Carburant;Disponible à partir du;Conducteur;Demandé par;Identifiant"


def test_each_field_is_a_column_and_can_be_read_back(talk: Talk) -> None:
    talk.says(SAID["fr"])
    head, row = sheet(talk)
    assert ";".join(head) == HEADS
    assert row[:6] == ["1", "Renault Zoé", "ouvert", "5", "AB-123-CD", "électrique"]
    assert row[6:9] == ["2026-12-01", f"DGS <{DGS}>", "Secrétariat de mairie"]
    for verb, cell in zip(("places", "plaque", "carburant", "disponible"), row[3:7], strict=True):
        before = dict(talk.object("vehicle", 1).fields)
        assert not talk.reply(f"!véhicule {verb} 1 {cell}").question
        assert dict(talk.object("vehicle", 1).fields) == before


def test_what_looks_like_a_formula_is_none(talk: Talk) -> None:
    talk.says("!véhicule ajouter « =1+1 »")
    assert sheet(talk)[1][1] == "'=1+1"


ASKED = ("!véhicules csv", "!véhicules exporter", "!export the vehicles", "!exporter les véhicules", "!vehicles sheet")


@pytest.mark.parametrize("said", ASKED)
def test_it_is_asked_for_in_many_words(talk: Talk, said: str) -> None:
    talk.says(SAID["fr"])
    reply = talk.reply(said)
    assert "tableau des véhicules" in plain(reply.body)
    assert [errand.kind for errand in reply.errands if hasattr(errand, "payload")] == ["vehicle.sheet"]


def test_words_of_people_are_not_kept_for_later(talk: Talk) -> None:
    talk.says(SAID["fr"])
    reply = talk.reply("!véhicules csv cherche Zoé")
    assert not reply.errands
    assert "cherche Zoé" in reply.body


async def test_it_comes_as_a_file_that_goes_with_what_it_shows(hall: Hall) -> None:
    await hall.say(SAID["fr"])
    await hall.say("!véhicule ajouter Clio carburant diesel")
    await hall.say("!véhicules csv électriques")
    await hall.wait(3)
    content = hall.messages()[-1].content
    assert content["body"] == "véhicules-2026-11-23.csv"
    found = rows(await hall.edge.download(parse_attachment(content), most=10**6))
    assert [row[1] for row in found] == ["Titre", "Renault Zoé"]
    await hall.redact(hall.id_of("Véhicule 1 ajouté"))
    await hall.wait(30)
    gone = {message.target for message in hall.edge.said if hasattr(message, "target")}
    (sent,) = [message for message in hall.messages() if "file" in message.content]
    assert hall.edge.event_ids[ROOM, sent.txn] in gone
