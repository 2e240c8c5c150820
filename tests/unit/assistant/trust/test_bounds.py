"""What one person can have us do to others is bounded."""

from typing import Any

from sqlalchemy import text

from bots.register.format.wire import OPS
from tests.unit.assistant.conftest import PEOPLE, ROOM, R

SECRETAIRE, DGS, _ = PEOPLE
HOUR = 3_600_000


def mentioned(town: Any) -> list[str]:
    return [user for message in town.messages() for user in message.content.get("m.mentions", {}).get("user_ids", ())]


async def test_who_is_assigned_back_and_forth_is_woken_once(town: Any) -> None:
    await town.task("relancer le SDIS")
    for _ in range(5):
        await town.say(SECRETAIRE, f"!tâche assigner 1 {DGS}")
        await town.say(SECRETAIRE, f"!tâche retirer 1 {DGS}")
    assert mentioned(town) == [DGS]

    town.now[0] += HOUR
    await town.say(SECRETAIRE, f"!tâche assigner 1 {DGS}")
    await town.task("autre chose")
    await town.say(SECRETAIRE, f"!tâche assigner 2 {DGS}")
    assert mentioned(town) == [DGS, DGS, DGS]


async def test_another_town_s_assistant_is_nobody_to_give_a_task_to(town: Any) -> None:
    await town.task("relancer le SDIS")
    for command in (f"!tâche assigner 1 {R}", f"!tâche 1 {R}", f"!tâche ajouter appeler {R}", f"!tâche pour {R}"):
        await town.say(SECRETAIRE, command)

    tasks = [*town.ledger.known(ROOM).all("task")]
    assert [task.elements("assignees") for task in tasks] == [[]]
    assert all(OPS not in message.content for message in town.messages()[1:])
    assert town.sentences()[1].startswith(f"Personne ne s’appelle {R} dans ce salon")


async def test_what_is_only_known_for_a_while_is_forgotten(town: Any) -> None:
    await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, f"!tâche assigner 1 {DGS}")

    async def noted() -> int:
        async with town.edge.database.begin() as transaction:
            return int((await transaction.execute(text("SELECT count(*) FROM assistant_said"))).scalar_one())

    before = await noted()
    town.now[0] += 49 * HOUR
    await town.edge.idle()
    assert await noted() < before
