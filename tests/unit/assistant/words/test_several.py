"""Several commands in one message are several commands, each with its line in the one answer."""

from typing import Any

import pytest

from bots.matrix.events import Outgoing
from bots.register.format.wire import OPS
from config.identifiers import EventId
from tests.unit.assistant.conftest import PEOPLE, ROOM, Town
from tests.unit.tasks.conftest import Talk

ANNE, DGS, _ = PEOPLE
THREE = "!tâche ajouter relancer le SDIS @dgs\n!tâche ajouter curer le fossé vendredi\n!tâche ajouter saler"


def titles(town: Town) -> list[str]:
    found = [each for each in town.ledger.known(ROOM).objects() if each.kind == "task"]
    kept = [each for each in found if each.value("status") != "dropped"]
    return [each.value("title") for each in sorted(kept, key=lambda each: each.first("number"))]


def edit(event_id: EventId, words: str) -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": event_id}
    return {"m.relates_to": relation, "m.new_content": {"msgtype": "m.text", "body": words}}


def answers(town: Town) -> list[Outgoing]:
    return [each for each in town.messages() if "m.new_content" not in each.content]


async def test_three_lines_are_three_tasks_in_one_answer(town: Town) -> None:
    await town.say(ANNE, THREE)
    (answer,) = answers(town)
    said = answer.content["body"].splitlines()
    assert [each[:16] for each in said] == ["✔ Tâche 1 ajouté", "✔ Tâche 2 ajouté", "✔ Tâche 3 ajouté"]
    assert titles(town) == ["relancer le SDIS", "curer le fossé", "saler"]
    assert len(answer.content[OPS]["ops"]) == 3
    assert answer.content["m.mentions"] == {"user_ids": [DGS]}


async def test_what_stands_below_a_command_is_its_own(town: Town) -> None:
    await town.say(ANNE, "!tâche ajouter marché\nlot 1\n- devis\n\n!tâche ajouter saler\n!urgence ailleurs\nla place")
    assert titles(town) == ["marché", "saler"]
    found = {each.value("title"): each for each in town.ledger.known(ROOM).objects() if each.kind == "task"}
    assert found["marché"].value("description") == "lot 1"
    assert found["saler"].value("description") == "!urgence ailleurs\nla place"


async def test_different_commands(town: Town) -> None:
    await town.task("relancer le SDIS")
    await town.say(ANNE, "!tâche fait 1\n!objectif ajouter rénover l'éclairage\n@beffroi tâche ajouter saler")
    said = town.sentences()[-1]
    assert "✔ Tâche 1 faite" in said
    assert "✔ Objectif 1 ajouté" in said
    assert "✔ Tâche 2 ajoutée" in said


async def test_its_edit_changes_each_and_its_deletion_takes_all_back(town: Town) -> None:
    first = await town.say(ANNE, THREE)
    await town.say(ANNE, "* edited", **edit(first.event_id, THREE.replace("curer", "nettoyer")))
    assert titles(town) == ["relancer le SDIS", "nettoyer le fossé", "saler"]
    two = THREE.rpartition("\n")[0]
    await town.say(ANNE, "* edited", **edit(first.event_id, two))
    assert titles(town) == ["relancer le SDIS", "curer le fossé"]
    await town.redact(ANNE, first.event_id)
    assert titles(town) == []


async def test_a_question_about_one_is_answered_for_all(town: Town) -> None:
    await town.say(ANNE, THREE.replace("vendredi", "jeudi ou vendredi"))
    assert titles(town) == ["relancer le SDIS", "saler"]
    assert "1️⃣ jeudi 26 novembre 2026" in town.sentences()[-1]
    await town.say(ANNE, "vendredi")
    assert sorted(titles(town)) == ["curer le fossé", "relancer le SDIS", "saler"]
    assert "vendredi 27 novembre 2026" in town.sentences()[-1]


async def test_two_questions_are_answered_one_after_the_other(town: Town) -> None:
    await town.say(ANNE, "!tâche ajouter sel jeudi ou vendredi\n!tâche ajouter bus\n!tâche ajouter pont lundi ou mardi")
    assert town.sentences()[-1].count("Répondez") == 1
    await town.say(ANNE, "jeudi")
    assert titles(town) == ["bus", "sel"]
    await town.say(ANNE, "mardi")
    assert sorted(titles(town)) == ["bus", "pont", "sel"]


async def test_a_slip_in_one_is_asked_about(town: Town) -> None:
    await town.say(ANNE, "!tâche ajouter relancer le SDIS\n!tahce ajouter saler")
    assert "Vouliez-vous dire" in town.sentences()[-1]
    await town.say(ANNE, "oui")
    assert titles(town) == ["relancer le SDIS", "saler"]


async def test_what_another_line_changes_is_said_and_not_done(town: Town) -> None:
    await town.task("relancer le SDIS")
    await town.say(ANNE, "!tâche fait 1\n!tâche rouvrir 1\n!tâche assigner 1 @dgs")
    said = town.sentences()[-1]
    assert "✔ Tâche 1 faite" in said
    assert "pas faite" not in said.splitlines()[0]
    assert "@dgs" in said


async def test_too_many_are_refused(town: Town) -> None:
    await town.say(ANNE, "\n".join(f"!tâche ajouter {each}" for each in range(25)))
    assert titles(town) == []
    assert "20 au plus" in town.sentences()[-1]


@pytest.mark.parametrize("words", ["ajouter relancer\nliste des pièces", "ajouter relancer\nà faire avant midi"])
def test_words_below_a_bare_command_are_its_description(words: str) -> None:
    talk = Talk()
    talk.reply(words, direct=True)
    (task,) = talk.state.all("task")
    assert task.value("description") == words.partition("\n")[2]


def test_alone_bare_lines_that_are_all_commands_are_several() -> None:
    talk = Talk()
    reply = talk.reply("ajouter relancer le SDIS\najouter saler\najouter curer", direct=True)
    assert len(reply.changes) == 3
    assert [each.first("number") for each in talk.state.all("task")] == [1, 2, 3]
