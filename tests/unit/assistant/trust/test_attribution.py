"""A homeserver speaks for its own people only: what another town's assistant signs in their name is refused or told."""

from typing import Any

from bots.matrix.events import Event
from bots.register.format.identity import object_id
from bots.register.format.wire import OPS
from bots.tasks.kept.task import COMMENT, KIND
from tests.unit.assistant.conftest import PEOPLE, ROOM, SIGNERS, R, Town, V

ANNE, RITA, REMY = PEOPLE
SEQ = iter(range(1, 1000))


async def signs(town: Town, *changes: dict[str, Any], **more: Any) -> None:
    """Rivemont's assistant signs *changes* at its worst: all that a signature can hold."""
    envelope = {"v": 1, "src": "hostile-01", "seq": next(SEQ), "clock": 1, "ts": 1, "by": RITA, "ops": list(changes)}
    signed = SIGNERS[R].sign({**envelope, **more}, ROOM, R)
    content = {"msgtype": "m.notice", "body": "✔", OPS: signed}
    event_id = town.edge.new_event_id()
    await town.edge.deliver(Event(ROOM, event_id, R, "m.room.message", content, town.now[0], encrypted=True))


def made(number: int, **first: object) -> dict[str, Any]:
    task_id = object_id(KIND, ROOM, f"$hostile{number}")
    return {"kind": KIND, "id": task_id, "set": {"title": "licencier M. X"}, "first": {"number": number, **first}}


async def test_nobody_else_does_anything_for_our_people(town: Town) -> None:
    await signs(town, made(50, creator=ANNE), **{"for": ANNE})

    await town.say(ANNE, "!tâche historique 50")
    said = town.sentences()[-1]
    assert "@secretaire" not in said
    assert "@dgs" in said


async def test_whom_another_town_names_as_asking_is_told_as_its_word(town: Town) -> None:
    await signs(town, made(50, creator=ANNE))
    comment = object_id(COMMENT, ROOM, "$hostile-comment")
    first = {"task": object_id(KIND, ROOM, "$hostile50"), "by": ANNE, "at": "2026-11-23T10:00Z", "rank": 1}
    await signs(town, {"kind": COMMENT, "id": comment, "set": {"text": "d’accord"}, "first": first})

    await town.say(ANNE, "!tâche voir 50")
    said = town.sentences()[-1]
    assert "demandée par @beffroi:rivemont.fr au nom de @secretaire" in said
    assert "d’accord – @beffroi:rivemont.fr au nom de @secretaire" in said


async def test_what_ones_own_assistant_says_is_ones_own(town: Town) -> None:
    await town.task("relancer le SDIS", ANNE)

    await town.say(ANNE, "!tâche voir 1")

    assert "demandée par @secretaire" in town.sentences()[-1]


async def test_a_cause_that_another_town_names_silences_nobody(town: Town) -> None:
    command = await town.say(ANNE, "!tâche ajouter à corriger")
    await signs(town, made(50), cause=command.event_id, **{"for": ANNE})

    new = {"msgtype": "m.text", "body": "!tâche ajouter CORRIGÉE"}
    relation = {"rel_type": "m.replace", "event_id": command.event_id}
    await town.edge.say(ROOM, ANNE, "*", content={"m.new_content": new, "m.relates_to": relation})

    titles = [each.value("title") for each in town.ledger.known(ROOM).all(KIND)]
    assert "CORRIGÉE" in titles
    assert "à corriger" not in titles


async def test_a_cause_that_another_town_names_undoes_nothing(town: Town) -> None:
    """“annuler” in answer to a message of theirs takes back what that message came of, by their own word."""
    command = await town.say(ANNE, "!tâche ajouter relancer le SDIS")
    await signs(town, made(50), cause=command.event_id)
    theirs = [each for each in town.edge.timeline(ROOM) if isinstance(each, Event) and each.sender == R][-1]

    await town.say(ANNE, "!annuler", about=theirs.event_id)

    (task,) = [each for each in town.ledger.known(ROOM).all(KIND) if each.value("title") == "relancer le SDIS"]
    assert task.value("status") == "todo"


async def test_a_guest_of_another_town_is_not_named_as_if_they_had_signed(town: Town) -> None:
    """Asked by name, we answer people whose own assistant is silent or away, in our own name."""
    mention: dict[str, Any] = {"m.mentions": {"user_ids": [V]}}
    await town.say(RITA, "!tâche ajouter relancer le SDIS", **mention)
    operation = town.messages()[-1].content[OPS]
    assert (operation["by"], "for" in operation) == (V, False)

    await town.say(REMY, "!tâche ajouter relancer le SIVU")
    assert town.messages()[-1].content[OPS]["for"] == REMY
