"""A file is found by what people call it; alone with us in all rooms, and nothing that they could not read."""

import pytest

from bots.files.plain.seeking import seeking
from config.identifiers import RoomId
from tests.unit.files.conftest import DGS, DIRECT, NEW, ROOM, SEC, Hall

ASKED = [
    "où est le PV ?",
    "ou est passé le pv",
    "retrouve moi le pv du conseil",
    "tu as le pv du conseil ?",
    "t'as pas le PV ?",
    "envoie-moi le dernier pv stp",
    "donne moi le pv",
    "je cherche le PV du conseil",
    "cherche le pv",
    "qui a le pv du conseil ?",
    "le dernier pv",
]


@pytest.mark.parametrize("asked", ASKED)
async def test_it_is_found_as_people_ask_for_it(hall: Hall, asked: str) -> None:
    await hall.send("PV conseil.pdf")
    await hall.send("Devis toiture.pdf")

    body = await hall.say(f"@beffroi {asked}")

    assert "1. PV conseil.pdf" in body
    assert "Devis" not in body


@pytest.mark.parametrize("asked", ASKED)
async def test_alone_with_us_it_is_found_in_all_rooms_with_the_way_there(hall: Hall, asked: str) -> None:
    event = await hall.send("PV conseil.pdf")
    await hall.send("Devis toiture.pdf")

    body = await hall.say(asked, room=DIRECT)

    sends = asked.startswith("envoie")
    assert ("PV conseil.pdf, envoyé dans" if sends else "✅ PV conseil.pdf – ") in body
    assert ("dans Commun" if sends else "· Commun") in body
    assert "Devis" not in body
    assert sends or str(event.event_id) in hall.messages(DIRECT)[-1]["formatted_body"]


async def test_nothing_is_found_from_before_they_came(hall: Hall) -> None:
    await hall.send("PV secret.pdf")
    alone = RoomId("!direct-nouveau")
    await hall.enter(NEW)
    hall.edge.add_room(alone, [NEW], direct=True)
    await hall.send("PV public.pdf")

    body = await hall.say("où est le PV ?", sender=NEW, room=alone)

    assert "PV public.pdf" in body
    assert "secret" not in body


async def test_nothing_is_found_of_rooms_in_which_they_are_not(hall: Hall) -> None:
    other = RoomId("!direction")
    hall.edge.add_room(other, [DGS], name="Direction")
    await hall.send("PV direction.pdf", sender=DGS, room=other)

    assert "direction" not in await hall.say("retrouve le PV", room=DIRECT)


async def test_what_is_in_other_rooms_is_said_where_nobody_else_reads(hall: Hall) -> None:
    other = RoomId("!direction")
    hall.edge.add_room(other, [SEC, DGS], name="Direction")
    await hall.send("PV direction.pdf", room=other)

    for asked in ("!fichiers pv", "@beffroi où est le PV ?"):
        assert "direction" not in await hall.say(asked, room=ROOM)


async def test_a_document_that_is_not_there_is_said_to_be_none(hall: Hall) -> None:
    await hall.send("Devis toiture.pdf")

    assert "Aucun fichier pour « facture edf »" in await hall.say("@beffroi où est la facture EDF ?")
    assert "J’ai cherché dans tous les salons" in await hall.say("où est la facture EDF ?", room=DIRECT)


async def test_who_has_sent_it_is_no_name_of_it(hall: Hall) -> None:
    """« CR » stands in « secretaire », too."""
    await hall.send("Devis toiture.pdf")

    assert "Je ne connais pas de fichier « le CR »" in await hall.say("@beffroi range le CR dans Travaux")
    assert "Je ne connais pas de fichier « 2 »" in await hall.say("!fichier 2")


NAMED = ["la délibération du cimetière", "deliberation cimetiere", "la délib cimetière 2026"]


@pytest.mark.parametrize("named", NAMED)
async def test_every_verb_finds_what_a_search_finds(hall: Hall, named: str) -> None:
    """« envoie-moi la délibération du cimetiere » found it, and « range la délibération … » knew no such file."""
    await hall.send("2026-11-20 Deliberation_reprise-concessions_cimetiere.pdf")
    await hall.send("Devis cimetière.pdf")

    assert "rangé dans Conseil" in await hall.say(f"@beffroi range {named} dans Conseil")
    assert "Deliberation_reprise" in await hall.say(f"@beffroi range {named} dans Conseil")


async def test_nothing_is_sent_by_mail_and_it_is_said_what_is_done_instead(hall: Hall) -> None:
    """The address was looked for among the files."""
    await hall.send("Délibération cimetière.pdf")

    said = await hall.say("@beffroi envoie la délibération du cimetière à pompes.funebres@orange.fr")

    assert "Je n’envoie rien par courriel" in said
    assert "!partager Délibération cimetière.pdf 7 jours" in said


async def test_words_of_two_files_are_no_name_of_one(hall: Hall) -> None:
    await hall.send("Délibération école.pdf")
    await hall.send("Devis cimetière.pdf")

    said = await hall.say("@beffroi range la délibération du cimetière dans Conseil")

    assert "Je ne connais pas de fichier « la délibération du cimetière »" in said


@pytest.mark.parametrize("said", ["où est le maire ?", "qui a les clés ?", "le devis est arrivé ce matin", "trouve"])
async def test_what_asks_for_no_file_lists_none(hall: Hall, said: str) -> None:
    await hall.send("Devis toiture.pdf")

    assert "1 fichier" not in await hall.say(f"@beffroi {said}")


async def test_two_files_are_named_at_once_and_one_in_the_bin_by_a_part_of_its_name(hall: Hall) -> None:
    await hall.send("PV conseil.pdf")
    await hall.send("Devis toiture.pdf")

    assert "rangé dans Conseil" in await hall.say("@beffroi range le PV conseil et le devis toiture dans Conseil")
    assert "jeté" in await hall.say("@beffroi jette le devis")
    assert "Devis toiture.pdf" in await hall.say("@beffroi restaure le devis")


POINTING = ["mets le dans Conseil/2026", "mets ça dans Conseil/2026 stp", "range-le dans Conseil/2026"]


@pytest.mark.parametrize("said", POINTING)
async def test_a_pointing_order_is_asked_about_and_done_at_a_yes(hall: Hall, said: str) -> None:
    event = await hall.send("PV conseil.pdf")

    assert "Est-ce pour moi, à propos de PV conseil.pdf" in await hall.say(said, about=event.event_id)
    assert "rangé dans Conseil/2026" in await hall.say("oui")


async def test_said_to_us_politely_it_is_done(hall: Hall) -> None:
    event = await hall.send("PV conseil.pdf")
    said = "@beffroi tu peux le ranger dans Conseil/2026 stp ?"

    assert "rangé dans Conseil/2026" in await hall.say(said, about=event.event_id)


@pytest.mark.parametrize("said", ["mets ça dans ton casier", "mets une copie dans le casier", "tu l'as mis où ?"])
async def test_what_is_said_of_it_to_people_is_theirs(hall: Hall, said: str) -> None:
    event = await hall.send("PV conseil.pdf")

    assert await hall.say(said, about=event.event_id) == ""


@pytest.mark.parametrize("said", ["", "bonjour", "x" * 300, "le " * 40 + "pv"])
def test_what_is_no_question_for_a_file_is_none(said: str) -> None:
    assert seeking(said.split()) is None


async def test_what_is_looked_up_is_found_among_many_whose_names_begin_alike(hall: Hall) -> None:
    """« La convention » begins as sixty convocations do."""
    await hall.send("convention école.pdf")
    for number in range(60):
        await hall.send(f"convocation {number}.pdf")

    for asked in ("qu'est-ce qu'on a sur la convention ?", "qu'est-ce qu'on a sur la convention des convocations ?"):
        assert "convention école.pdf" in await hall.say(f"@beffroi {asked}")
