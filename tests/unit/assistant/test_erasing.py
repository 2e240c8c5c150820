"""``!tâche effacer``: nothing of what was written on a task stays, on either side, and nobody else's is touched."""

from typing import Any

from sqlalchemy import text

from bots.register.identity import object_id
from bots.register.operation import Change
from bots.tasks.task import KIND
from config.identifiers import UserId
from tests.unit.assistant.conftest import PEOPLE, ROOM, Town

SECRETAIRE, DGS, CITOYEN = PEOPLE


async def settle(town: Town) -> set[str]:
    """Let the server redact what was asked for, as often as something new is; return what is gone."""
    gone: set[str] = set()
    while new := [each for each in town.redactions() if each not in gone]:
        for each in new:
            gone.add(each)
            await town.redact(town.edge.user_id, each)
    return gone


def left(town: Town, gone: set[str]) -> str:
    return "\n".join(str(each.content) for each in town.messages() if town.id_of(each) not in gone)


async def stored(town: Town) -> str:
    """Everything that its database says, table by table."""
    async with town.edge.database.begin() as transaction:
        names = await transaction.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        rows = [(await transaction.execute(text(f'SELECT * FROM "{each}"'))).all() for each in names.scalars()]
        return str([tuple(row) for each in rows for row in each])


async def test_what_one_has_asked_for_is_erased_on_both_sides_with_all_that_hangs_on_it(towns: Any) -> None:
    ours, theirs = towns
    card = await ours.task("dossier Dupont urgent")
    await ours.say(SECRETAIRE, "!tâche description 1 Mme Dupont est malade")
    await ours.say(SECRETAIRE, "!tâche point 1 appeler Dupont")
    await ours.task("autre chose")
    await ours.tell(theirs)
    await theirs.say(DGS, "le fils Dupont a rappelé", about=card)
    await theirs.say(DGS, "!tâche titre 1 affaire Dupont")
    await theirs.tell(ours)
    assert "Dupont" in await stored(ours)
    assert "Dupont" in await stored(theirs)

    await ours.say(SECRETAIRE, "!tâche effacer 1")
    assert "définitivement" in ours.sentences()[-1]
    assert not ours.redactions(), "it asks first"
    await ours.say(SECRETAIRE, "!tâche effacer 1 définitivement")
    gone = await settle(ours)
    await ours.tell(theirs)
    gone |= await settle(theirs)
    await theirs.tell(ours)
    gone |= await settle(ours)

    for town in (ours, theirs):
        assert "Dupont" not in left(town, gone)
        assert "Dupont" not in await stored(town)
        assert not town.ledger.gaps(ROOM)
    assert ours.ledger.state_hash(ROOM) == theirs.ledger.state_hash(ROOM)
    await theirs.say(DGS, "!tâches")
    assert "autre chose" in theirs.sentences()[-1]


async def test_only_whoever_asked_for_it_has_it_erased(town: Any) -> None:
    await town.task("dossier Dupont")
    await town.say("@maire:valbourg.fr", "!tâche effacer 1 définitivement")
    assert not town.redactions()
    await town.say(SECRETAIRE, "!tâche effacer 1 définitivement")
    assert town.redactions()


async def test_what_another_assistant_holds_is_said_to_be_its_own_to_erase(towns: Any) -> None:
    ours, theirs = towns
    await theirs.task("dossier Dupont", SECRETAIRE.replace("valbourg", "rivemont"))
    await theirs.tell(ours)
    await ours.say(SECRETAIRE, "!tâche effacer 1 définitivement")
    assert not ours.redactions()


async def test_a_task_goes_with_its_lines(town: Any) -> None:
    await town.say(SECRETAIRE, "!tâche ajouter préparer le conseil\n- convoquer Dupont\n- réserver la salle")
    await town.say(SECRETAIRE, "!tâche effacer 1 définitivement")
    await settle(town)
    assert "Dupont" not in await stored(town)


async def test_what_came_with_others_takes_none_of_them_along(town: Any) -> None:
    """An operation of several tasks, as a sheet makes them."""
    made = [
        Change(
            KIND, object_id(KIND, ROOM, "$sheet", n), {"title": f"dossier {n}"}, {"number": n, "creator": SECRETAIRE}
        )
        for n in (1, 2, 3)
    ]
    async with town.ledger.begin(town.edge.database, ROOM) as transaction:
        await town.ledger.write(transaction, ROOM, made, by=UserId(SECRETAIRE), cause="$sheet")
    await town.say(SECRETAIRE, "!tâche effacer 2 définitivement")
    assert "2 autres" in town.sentences()[-1]
    assert not town.redactions()


async def test_alone_in_an_operation_without_a_message_it_is_erased_all_the_same(town: Any) -> None:
    made = Change(
        KIND, object_id(KIND, ROOM, "$sheet", 1), {"title": "dossier Dupont"}, {"number": 1, "creator": SECRETAIRE}
    )
    async with town.ledger.begin(town.edge.database, ROOM) as transaction:
        await town.ledger.write(transaction, ROOM, [made], by=UserId(SECRETAIRE), cause="$sheet")
    await town.say(SECRETAIRE, "!tâche effacer 1 définitivement")
    await settle(town)
    assert "Dupont" not in await stored(town)


async def test_a_comment_stays_where_only_a_title_was_erased(towns: Any) -> None:
    """What hangs on a task that is still there is nobody's to take away."""
    ours, theirs = towns
    card = await ours.task("dossier")
    await ours.tell(theirs)
    await theirs.say(DGS, "le fils a rappelé", about=card)
    await theirs.tell(ours)
    await ours.say(SECRETAIRE, "!tâche titre 1 dossier Dupont")
    changed = ours.id_of(ours.messages()[-1])
    await ours.tell(theirs)
    await ours.redact(SECRETAIRE, changed)
    await ours.tell(theirs)
    gone = await settle(theirs)
    assert "le fils a rappelé" in left(theirs, gone)
    assert "Dupont" not in left(theirs, gone)


async def test_said_in_answer_to_the_card_it_needs_no_number(town: Any) -> None:
    card = await town.task("dossier Dupont")
    await town.say(SECRETAIRE, "effacer", about=card)
    assert "définitivement" in town.sentences()[-1]
    assert not town.redactions()
