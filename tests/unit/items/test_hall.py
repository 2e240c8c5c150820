"""A declared kind in a hall: over a fake edge, with the handler, the register and a database."""

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE
from bots.register.format.wire import OPS

ADD = "!véhicule ajouter Renault Zoé 5 places @dgs"


async def test_its_answer_becomes_its_card_and_follows_it(hall: Hall) -> None:
    await hall.say(ADD)
    assert hall.said()[-1].startswith("✔ Véhicule 1 ajouté : Renault Zoé\n5 places · @dgs")
    assert "répondez « conducteur @dgs »" in hall.said()[-1]
    await hall.say("!véhicule places 1 7", sender=DGS)
    await hall.wait(15)
    assert hall.edited()[-1].startswith("▪ 1 Renault Zoé\n7 places · @dgs")
    assert OPS not in hall.messages()[-1].content


async def test_the_card_is_answered_pressed_and_taken_back(hall: Hall) -> None:
    await hall.say(ADD)
    card = hall.id_of("Véhicule 1 ajouté")
    await hall.say("conducteur moi", about=card)
    assert hall.said()[-1].startswith("✔ Véhicule 1 modifié par @secretaire")
    reaction = await hall.react(card, "🗑", sender=DGS)
    await hall.wait(15)
    assert "abandonné" in hall.edited()[-1]
    await hall.redact(reaction.event_id, sender=DGS)
    await hall.wait(15)
    assert hall.edited()[-1].startswith("▪ 1 Renault Zoé\n5 places · @secretaire")


async def test_a_command_is_edited_and_taken_back(hall: Hall) -> None:
    asked = await hall.say(ADD)
    await hall.edit(asked, "!véhicule ajouter Mégane 4 places")
    assert hall.said()[-1].startswith("✔ Véhicule 1 modifié : Mégane\n4 places")
    await hall.say("!annuler")
    assert hall.said()[-1] == "↩ Véhicule 1 retiré."


async def test_its_history_is_that_of_the_register_and_survives_a_restart(hall: Hall) -> None:
    await hall.say(ADD)
    await hall.say("!véhicule places 1 7", sender=DGS)
    hall.restart()
    async with hall.edge.database.begin() as transaction:
        await hall.ledger.open(transaction)
    await hall.say("!véhicule historique 1")
    lines = hall.said()[-1].splitlines()
    assert lines[0] == "Historique (véhicule 1) : Renault Zoé"
    assert lines[1].endswith("@secretaire : créé : « Renault Zoé » · places : 5 places · conducteur : @dgs")
    assert lines[2].endswith("@dgs : places : 5 places → 7 places")
    await hall.say("!véhicule restaurer 1 places")
    assert "5 places" in hall.said()[-1]


async def test_erased_it_leaves_its_title_nowhere(hall: Hall) -> None:
    await hall.say(ADD)
    card = hall.id_of("Véhicule 1 ajouté")
    await hall.say("!véhicules")
    await hall.redact(card, sender=SECRETAIRE)
    await hall.wait(30)
    gone = {message.target for message in hall.edge.said if hasattr(message, "target")} | {card}
    left = [
        message.content["body"] for message in hall.messages(ROOM) if hall.edge.event_ids[ROOM, message.txn] not in gone
    ]
    assert not any("Zoé" in body for body in left)
