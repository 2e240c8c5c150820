"""« Envoie-moi la délibération »: the file itself comes, alone with us, and nothing that they could not read."""

from typing import Any

import pytest

from config.identifiers import RoomId
from tests.unit.files.conftest import DGS, DIRECT, NEW, ROOM, Hall

FILE = "Délibération cimetière.pdf"
ASKED = (
    *("tu peux m'envoyer la délibération cimetière ?", "envoie-moi le fichier deliberation cimetiere"),
    *("renvoie moi la délibération", "passe-moi la délibération stp"),
    *("send me the délibération please", "pourriez-vous me transmettre la délibération ?"),
)


def sent(hall: Hall, room: RoomId = DIRECT) -> list[dict[str, Any]]:
    return [message for message in hall.messages(room) if "file" in message]


@pytest.mark.parametrize("words", ASKED)
async def test_it_is_sent_as_it_lies_there_into_the_conversation(hall: Hall, words: str) -> None:
    event = await hall.send(FILE)
    await hall.send("Devis toiture.pdf")

    body = await hall.say(words, room=DIRECT)

    (message,) = sent(hall)
    assert message["filename"] == FILE
    assert message["file"] == event.content["file"]
    assert body == f"{FILE}, envoyé dans Commun"


@pytest.mark.parametrize("words", ["oui envoie le moi", "envoie-le-moi stp", "oui", "send it", "envoie"])
async def test_what_was_found_is_sent_to_who_then_asks_for_it(hall: Hall, words: str) -> None:
    await hall.send(FILE)
    await hall.say("où est la délibération ?", room=DIRECT)
    assert not sent(hall)

    await hall.say(words, room=DIRECT)

    assert [message["filename"] for message in sent(hall)] == [FILE]


async def test_of_several_it_is_asked_which(hall: Hall) -> None:
    await hall.send("PV octobre.pdf")
    await hall.send("PV novembre.pdf")
    assert "Répondez par un de ces choix" in await hall.say("envoie-moi le pv", room=DIRECT)

    await hall.say("le pv octobre.pdf", room=DIRECT)

    assert [message["filename"] for message in sent(hall)] == ["PV octobre.pdf"]


async def test_where_others_read_along_nothing_is_sent(hall: Hall) -> None:
    await hall.send(FILE)
    body = await hall.say("@beffroi envoie-moi la délibération")
    assert FILE in body
    assert not sent(hall, ROOM)


async def test_nothing_from_before_they_came_is_sent_even_by_its_event(hall: Hall) -> None:
    """The words of our own candidate, typed by somebody who has heard of an event."""
    alone = RoomId("!direct-nouveau")
    event = await hall.send(FILE)
    await hall.enter(NEW)
    hall.edge.add_room(alone, [NEW], direct=True)

    assert "Aucun fichier" in await hall.say("envoie-moi la délibération", sender=NEW, room=alone)
    body = await hall.say(f"envoyer ce fichier {ROOM} {event.event_id}", sender=NEW, room=alone)

    assert body == "Ce fichier date d’avant votre arrivée dans son salon, ou vous l’avez quitté : je ne l’envoie pas."
    assert not sent(hall, alone)


async def test_nothing_of_a_room_that_they_have_left_is_sent(hall: Hall) -> None:
    alone = RoomId("!direct-dgs")
    event = await hall.send(FILE)
    hall.edge.add_room(alone, [DGS], direct=True)
    await hall.leave(DGS)

    body = await hall.say(f"envoyer ce fichier {ROOM} {event.event_id}", sender=DGS, room=alone)

    assert body == "Vous n’êtes plus dans ce salon : rien n’est envoyé."
    assert not sent(hall, alone)


async def test_a_file_whose_message_is_gone_is_not_sent(hall: Hall) -> None:
    event = await hall.send(FILE)
    await hall.say("où est la délibération ?", room=DIRECT)
    await hall.redact(event)

    await hall.say("oui", room=DIRECT)

    assert not sent(hall)


@pytest.mark.parametrize(
    "caption", ["à ranger dans conseil 2026", "a classer dans conseil 2026", "ranger dans conseil 2026"]
)
async def test_a_caption_files_it(hall: Hall, caption: str) -> None:
    await hall.send(FILE, body=caption, filename=FILE)
    assert f"conseil 2026/{FILE}" in await hall.say("!fichiers")


async def test_a_version_is_offered_only_where_there_is_an_older_one(hall: Hall) -> None:
    await hall.send(FILE)
    assert "version 1 de" not in await hall.say("!fichiers")
    await hall.send(FILE)
    assert "« version 1 de 1 »" in await hall.say("!fichiers")
