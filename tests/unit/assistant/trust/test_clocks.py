"""Whose clock is ahead, and that what we answer is true all the same."""

from typing import Any

import pytest

from bots.matrix.events import Event
from bots.register.format.wire import OPS
from config.identifiers import DeviceId
from tests.unit.assistant.conftest import PEOPLE, ROOM, SIGNERS, R

SECRETAIRE = PEOPLE[0]
HELD = (
    "⏳ @beffroi:rivemont.fr l’a écrit avec une horloge en avance\u00a0: "
    "c’est ce qui compte jusqu’à 12:09:50. Réessayez ensuite."
)


async def _rewrite(town: Any, kind: str = "task", **fields: Any) -> None:
    """Let the partner's assistant write, 590 seconds ahead, to the one object of *kind*."""
    (held,) = town.ledger.known(ROOM).all(kind)
    change = {"kind": kind, "id": held.id, "set": fields}
    clock = town.now[0] + 590_000
    envelope = {"v": 1, "src": "hostile-0001", "seq": 1, "clock": clock, "ts": 1, "by": R, "ops": [change]}
    content = {"msgtype": "m.notice", "body": "✔", OPS: SIGNERS[R].sign(envelope, ROOM, R)}
    event_id = town.edge.new_event_id()
    event = Event(ROOM, event_id, R, "m.room.message", content, town.now[0], device=DeviceId("D"), encrypted=True)
    await town.edge.deliver(event)


@pytest.mark.parametrize(
    ("fields", "command"),
    [
        ({"title": "réécrite"}, "!tâche titre 1 remise"),
        ({"status": "dropped"}, "!tâche rouvrir 1"),
        ({"when": {"due": "2027-01-01"}}, "!tâche avancer 1 à demain"),
        ({"priority": 1}, "!tâche priorité 1 basse"),
    ],
)
async def test_what_does_not_count_is_not_said_to_be_done(town: Any, fields: dict[str, Any], command: str) -> None:
    await town.task("relancer le SDIS")
    await _rewrite(town, **fields)
    before = len(town.sentences())
    await town.say(SECRETAIRE, command)

    assert town.sentences()[before:] == [HELD]
    assert OPS not in town.messages()[-1].content
    town.now[0] += 600_000
    await town.say(SECRETAIRE, command)
    assert HELD not in town.sentences()[-1]
    assert OPS in town.messages()[-1].content


async def test_the_rest_of_a_command_is_done(town: Any) -> None:
    await town.task("relancer le SDIS")
    await _rewrite(town, title="réécrite")
    await town.say(SECRETAIRE, "!tâche 1 #voirie")
    await town.say(SECRETAIRE, "!tâche fait 1")

    (task,) = town.ledger.known(ROOM).all("task")
    assert (task.elements("labels"), task.value("status")) == (["voirie"], "done")
    assert HELD not in "".join(town.sentences())


async def test_an_objective_s_field_that_is_held_is_said_to_be(town: Any) -> None:
    await town.say(SECRETAIRE, "!objectif ajouter éclairer le pont")
    await _rewrite(town, "objective", title="réécrit")
    await town.say(SECRETAIRE, "!objectif titre 1 éclairer la place")

    assert town.sentences()[-1] == HELD


async def test_what_is_taken_back_in_vain_is_said_to_be(town: Any) -> None:
    await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, "!tâche titre 1 autre")
    await _rewrite(town, title="réécrite")
    await town.say(SECRETAIRE, "!annuler")

    assert HELD in town.sentences()[-1]
