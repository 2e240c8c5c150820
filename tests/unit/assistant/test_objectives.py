"""Objectives at the desk: the card that follows what is done towards it, on two sides, with its buttons."""

from typing import Any

import pytest

from bots.register.format.wire import OPS
from config.identifiers import EventId, RoomId

ROOM = RoomId("!room")
SECRETAIRE, DGS = "@secretaire:valbourg.fr", "@dgs:rivemont.fr"


@pytest.fixture
async def card(town: Any) -> EventId:
    await town.say(SECRETAIRE, "!objectif ajouter rénover l’éclairage pour le 30 juin 2027")
    return EventId(town.id_of(town.messages()[-1]))


async def test_the_card_follows_its_tasks_and_both_objectives_of_one_that_moves(town: Any, card: EventId) -> None:
    assert "✅ atteint" in town.sentences()[0]
    await town.say(SECRETAIRE, "!objectif ajouter ouvrir la maison de santé")
    await town.task("demander un devis objectif:1")
    await town.wait(15)
    (edit,) = town.edits()
    assert edit.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": card}
    assert OPS not in edit.content
    assert "▱▱▱▱▱ 0\u00a0% · 0/1 tâche" in edit.content["body"]
    await town.say(SECRETAIRE, "!tâche fait 1")
    await town.wait(15)
    assert any("▰▰▰▰▰ 100\u00a0% · 1/1 tâche" in each.content["body"] for each in town.edits())
    seen = len(town.edits())
    await town.say(SECRETAIRE, "!tâche objectif 1 2")
    await town.wait(15)
    bodies = [each.content["body"] for each in town.edits()[seen:]]
    assert any("◎ 1 " in each and "aucune tâche" in each for each in bodies)
    assert any("◎ 2 " in each and "1/1 tâche" in each for each in bodies)


async def test_a_card_shows_by_itself_that_the_day_has_passed(town: Any) -> None:
    await town.say(SECRETAIRE, "!objectif ajouter finir pour demain")
    await town.say(SECRETAIRE, "!objectif responsable 1 @secretaire")
    await town.wait(15)
    assert "en retard" not in town.edits()[-1].content["body"]
    for _ in range(3):
        town.now[0] += 86_400_000
        await town.wait(15)
    assert "en retard (mardi 24 novembre 2026)" in town.edits()[-1].content["body"]


async def test_a_reaction_reaches_it_and_taking_it_back_opens_it_again(town: Any, card: EventId) -> None:
    reaction = await town.react(SECRETAIRE, card, "✅")
    assert town.notices()[-1].startswith("✔ Objectif 1 marqué atteint par @secretaire")
    await town.wait(15)
    assert "✔ 1 rénover l’éclairage\natteint" in town.edits()[-1].content["body"]
    await town.redact(SECRETAIRE, reaction.event_id)
    await town.wait(15)
    assert "◎ 1 rénover l’éclairage" in town.edits()[-1].content["body"]


async def test_the_card_of_one_that_was_taken_back_says_so(town: Any) -> None:
    """« Retiré », not given up: nobody did that."""
    first = await town.say(SECRETAIRE, "!objectif ajouter refaire la cour")
    await town.say(SECRETAIRE, "!annuler")
    await town.wait(3)
    assert town.edits()[-1].content["m.new_content"]["body"] == "✖ 1 refaire la cour\nretiré"
    new = {"msgtype": "m.text", "body": "!objectif ajouter refaire la cour"}
    relation = {"rel_type": "m.replace", "event_id": first.event_id}
    await town.edge.say(ROOM, SECRETAIRE, "* x", content={"m.new_content": new, "m.relates_to": relation})
    await town.say(SECRETAIRE, "!objectif abandonner 1")
    await town.wait(3)
    assert "abandonné" in town.edits()[-1].content["m.new_content"]["body"]


async def test_both_sides_count_the_same_and_only_its_author_edits_the_card(towns: Any) -> None:
    ours, theirs = towns
    await ours.say(SECRETAIRE, "!objectif ajouter rénover l’éclairage")
    await ours.tell(theirs)
    await theirs.task("demander un devis objectif:1", DGS)
    await theirs.say(DGS, "!tâche fait 1")
    await theirs.tell(ours)
    await ours.wait(15)
    await theirs.wait(15)
    assert "100\u00a0% · 1/1 tâche" in ours.edits()[-1].content["body"]
    assert not any("éclairage" in each.content["body"] for each in theirs.edits())
    assert ours.ledger.state_hash(ROOM) == theirs.ledger.state_hash(ROOM)


async def test_what_is_erased_leaves_no_title_anywhere(town: Any, card: EventId) -> None:
    await town.task("demander un devis objectif:1")
    await town.say(SECRETAIRE, "!objectifs")
    await town.wait(15)
    await town.redact(SECRETAIRE, card)
    await town.wait(30)
    gone = set(town.redactions())
    left = [each for each in town.messages() if town.id_of(each) not in gone and town.id_of(each) != card]
    assert not any("éclairage" in each.content["body"] for each in left)
