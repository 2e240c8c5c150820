"""What somebody erases stands nowhere in our database any more, wherever it was shown."""

from sqlalchemy import text

from bots.matrix.fake import FakeEdge
from config.identifiers import RoomId
from tests.unit.assistant.conftest import PEOPLE, Town

SECRETAIRE = PEOPLE[0]
DIRECT = RoomId("!direct")
WORD = "quetsche"


async def places(edge: FakeEdge) -> list[str]:
    """Return in which columns the word stands."""
    found = []
    async with edge.database.begin() as transaction:
        names = (await transaction.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        for name in names:
            for row in (await transaction.execute(text(f"SELECT * FROM {name}"))).mappings():
                found += [f"{name}.{column}" for column, value in row.items() if WORD in str(value)]
    return found


async def tend(town: Town) -> None:
    await town.desk.errands.tend()
    await town.edge.flush()
    await town.wait(3)
    await town.edge.flush()


async def test_of_a_task_that_was_shown_everywhere_nothing_is_left(town: Town) -> None:
    town.edge.add_room(DIRECT, [SECRETAIRE], direct=True)
    command = await town.say(SECRETAIRE, f"!tâche ajouter {WORD} @secretaire #{WORD} vendredi")
    await town.say(SECRETAIRE, "!tâches")
    await town.say(SECRETAIRE, "!tâches exporter")
    await town.edge.say(DIRECT, SECRETAIRE, "!journée")
    await town.edge.say(DIRECT, SECRETAIRE, "!résumé 8h")
    await tend(town)
    town.now[0] += 24 * 3_600_000
    await tend(town)
    assert sum(WORD in each.content["body"] for each in town.messages()) >= 4
    assert await places(town.edge)

    await town.redact(SECRETAIRE, command.event_id)
    (card,) = [each for each in town.messages() if WORD in each.content["body"] and "#" in each.content["body"]][:1]
    await town.redact(SECRETAIRE, town.id_of(card))
    await tend(town)

    assert await places(town.edge) == []
    shown = [each for each in town.messages() if WORD in str(each.content)]
    redacted = town.redactions()
    assert all(town.edge.event_ids[each.room_id, each.txn] in redacted for each in shown if each is not card)
