"""``effacer``: nothing written on a task or an objective stays, on either side, and nobody else's is touched."""

from typing import Any

import pytest
from sqlalchemy import text

from bots.assistant.store import memory
from bots.matrix.events import Event, Sent
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.format.wire import OPS
from bots.tasks.kept.task import KIND
from config.identifiers import DeviceId, EventId, UserId
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


@pytest.mark.parametrize(("noun", "change"), [("tâche", "commencer 1"), ("objectif", "échéance 1 30 juin 2027")])
async def test_what_was_on_its_way_goes_when_it_arrives(town: Any, noun: str, change: str) -> None:
    """An edit of the card, drawn before the redaction is known and sent after it, has no event id in between."""
    await town.say(SECRETAIRE, f"!{noun} ajouter dossier Dupont")
    card = town.id_of(town.messages()[-1])
    await town.say(SECRETAIRE, f"!{noun} {change}")
    town.now[0] += 3_000
    await town.desk.idle()
    assert not town.edits(), "it is enqueued, and not sent"
    await town.redact(SECRETAIRE, card)
    assert ["dossier Dupont" in each.content["body"] for each in town.edits()] == [True]
    await town.desk.idle()
    gone = {card, *await settle(town)}
    assert "Dupont" not in left(town, gone)
    assert "Dupont" not in await stored(town)
    before = len(town.redactions())
    await town.desk.idle()
    assert len(town.redactions()) == before, "once"


async def test_a_card_that_is_redacted_before_we_know_its_event_is_erased_once_we_do(town: Any) -> None:
    """The server's answer was lost, and is given again when somebody has redacted what it had taken."""
    taken: dict[EventId, Any] = {}
    send = town.edge._send

    async def take(message: Any) -> None:
        event_id = town.edge.new_event_id()
        taken[event_id] = message
        town.edge._remember(town.edge._echo(message, event_id))

    town.edge._send = take
    await town.say(SECRETAIRE, "!tâche ajouter dossier Dupont")
    town.edge._send = send
    (event_id, card), *_ = [each for each in taken.items() if OPS in each[1].content]
    await town.redact(DGS, event_id)
    await town.desk.idle()
    async with town.edge.database.begin() as transaction:
        await town.desk.sent(Sent(ROOM, card.txn, event_id, card.type, card.content), transaction)
    assert "Dupont" in await stored(town)
    town.now[0] += 2_000
    await town.desk.idle()
    assert "Dupont" not in await stored(town)


async def test_what_arrives_while_others_are_cleared_is_for_the_next_time(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.desk.idle()
    doomed, seen = memory.doomed, list[bool]()

    async def meanwhile(transaction: Any) -> list[Any]:
        found = await doomed(transaction)
        seen.append(True)
        if len(seen) == 1:
            town.desk.board.doomed = True
        return found

    monkeypatch.setattr(memory, "doomed", meanwhile)
    town.desk.board.doomed = True
    for _ in range(3):
        await town.desk.idle()
    assert len(seen) == 2


async def test_what_arrives_in_a_transaction_that_fails_is_not_in_memory_only(town: Any) -> None:
    """To redact it may mean to write again what it did; whoever notes that it was sent has no room to forget."""
    await town.say(SECRETAIRE, "!tâche ajouter dossier")
    await town.say(SECRETAIRE, "!tâche description 1 Dupont est malade")
    described = town.id_of(town.messages()[-1])
    held: list[Any] = []
    send = town.edge._send

    async def hold(message: Any) -> None:
        held.append(message)

    town.edge._send = hold
    await town.say(SECRETAIRE, "!tâche assigner 1 @dgs")
    await town.redact(SECRETAIRE, described)
    town.edge._send = send
    said = next(each for each in held if getattr(each, "type", "") == "m.room.message")
    frontier = town.ledger.frontier(ROOM)

    async def failing() -> None:
        async with town.edge.database.begin() as transaction:
            await town.desk.sent(Sent(ROOM, said.txn, EventId("$late"), said.type, said.content), transaction)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()
    assert town.ledger.frontier(ROOM) == frontier


async def test_erasing_the_next_of_a_series_does_not_open_the_last_one_again(town: Any) -> None:
    """Both were written at once: when the last one was done."""
    await town.say(SECRETAIRE, "!tâche ajouter relever les compteurs chaque lundi")
    await town.say(SECRETAIRE, "!tâche fait 1")
    await town.say(SECRETAIRE, "!tâche effacer 2 définitivement")
    assert not town.redactions()
    await settle(town)
    (one,) = [each for each in town.ledger.known(ROOM).all("task") if each.first("number") == 1]
    assert one.value("status") == "done"


async def test_what_a_stranger_calls_an_object_is_taken_as_it_stands(towns: Any) -> None:
    """A comment on “%” that is redacted would take all messages with it, by one pattern."""
    ours, theirs = towns
    for number in (1, 2, 3):
        await ours.say(SECRETAIRE, f"!tâche ajouter dossier {number}")
        await ours.say(SECRETAIRE, f"!tâche assigner {number} @dgs")
    await ours.tell(theirs)
    me = UserId(theirs.edge.user_id)
    comment = Change("comment", "00000000-0000-5000-8000-000000000001", {"text": "x"}, {"task": "%"})
    async with theirs.ledger.begin(theirs.edge.database, ROOM) as transaction:
        operation = await theirs.ledger.write(transaction, ROOM, [comment], by=me, cause="$x")
    content = {"msgtype": "m.notice", "body": "x", OPS: dict(operation.raw)}
    said = Event(ROOM, EventId("$said"), me, "m.room.message", content, ours.edge.now(), {}, device=DeviceId("D"))
    await ours.edge.deliver(said)
    await ours.redact(me, said.event_id)
    assert not ours.redactions()


@pytest.mark.parametrize("noun", ["tâche", "objectif"])
async def test_said_in_answer_to_the_card_with_for_good_it_is_done(town: Any, noun: str) -> None:
    await town.say(SECRETAIRE, f"!{noun} ajouter dossier Dupont")
    card = town.id_of(town.messages()[-1])
    await town.say(SECRETAIRE, "effacer Dupont", about=card)
    await town.say(SECRETAIRE, "effacer", about=card)
    assert "définitivement" in town.sentences()[-1]
    assert not town.redactions()
    await town.say(SECRETAIRE, "effacer définitivement !", about=card)
    await settle(town)
    await town.wait(15)
    assert "dossier" not in await stored(town)


async def test_an_objective_is_erased_on_both_sides_and_its_tasks_stay_without_it(towns: Any) -> None:
    ours, theirs = towns
    await ours.say(SECRETAIRE, "!objectif ajouter reloger Dupont mesure « bail de Dupont signé »")
    await ours.task("demander un devis objectif:1")
    await ours.tell(theirs)
    await theirs.task("appeler le bailleur objectif:1", DGS)
    await theirs.say(DGS, "!objectif titre 1 dossier Dupont")
    await theirs.say(DGS, "!objectifs")
    await theirs.tell(ours)
    await ours.say(SECRETAIRE, "!objectif 1")
    await ours.wait(15)
    await theirs.wait(15)
    await ours.tell(theirs)
    await theirs.tell(ours)
    assert "objectif 1" in ours.sentences()[1]
    assert "Dupont" in await stored(ours)
    assert "Dupont" in await stored(theirs)

    await ours.say(SECRETAIRE, "!objectif effacer 1")
    assert "Ses tâches restent" in ours.sentences()[-1]
    assert "définitivement" in ours.sentences()[-1]
    assert not ours.redactions(), "it asks first"
    await ours.say(SECRETAIRE, "!objectif effacer 1 définitivement")
    assert "Dupont" not in ours.sentences()[-1]
    gone: set[str] = set()
    for _ in range(2):
        gone |= await settle(ours)
        await ours.tell(theirs)
        gone |= await settle(theirs)
        await theirs.tell(ours)
    for town in (ours, theirs):
        await town.wait(30)
        assert "Dupont" not in left(town, gone)
        assert "Dupont" not in await stored(town)
        assert not town.ledger.gaps(ROOM)
        card = town.edits()[-1].content["body"]
        assert [each in card for each in ("☐", "objectif")] == [True, False]
    assert ours.ledger.state_hash(ROOM) == theirs.ledger.state_hash(ROOM)
    await theirs.say(DGS, "!tâches")
    assert all(each in theirs.sentences()[-1] for each in ("demander un devis", "appeler le bailleur"))
    await theirs.say(DGS, "!objectifs")
    assert "Dupont" not in theirs.sentences()[-1]


@pytest.mark.parametrize("words", ["effacer 1 définitivement", "1 effacer définitivement", "erase 1 for good"])
async def test_only_whoever_asked_for_an_objective_has_it_erased(towns: Any, words: str) -> None:
    ours, theirs = towns
    await ours.say(SECRETAIRE, "!objectif ajouter reloger Dupont")
    await ours.tell(theirs)
    await theirs.say(DGS, f"!objectif {words}")
    assert not theirs.redactions()
    await ours.say("@maire:valbourg.fr", f"!objectif {words}")
    assert "Seule la personne" in ours.sentences()[-1]
    assert not ours.redactions()
    await ours.say(SECRETAIRE, f"!objectif {words}")
    await settle(ours)
    assert "Dupont" not in await stored(ours)


@pytest.mark.parametrize(("kind", "noun"), [("task", "tâche"), ("objective", "objectif")])
async def test_what_another_assistant_wrote_for_its_asker_is_not_ours_to_erase(
    towns: Any, kind: str, noun: str
) -> None:
    """Redacting another's message is not in our power: promising it would be a lie."""
    ours, theirs = towns
    made = Change(kind, object_id(kind, ROOM, "$x", 1), {"title": "Dupont"}, {"number": 1, "creator": SECRETAIRE})
    async with theirs.ledger.begin(theirs.edge.database, ROOM) as transaction:
        operation = await theirs.ledger.write(transaction, ROOM, [made], by=UserId(DGS), cause="$x")
        await theirs.desk.registrar.publish(transaction, ROOM, operation, "x")
    await theirs.edge.flush()
    await theirs.tell(ours)
    await ours.say(SECRETAIRE, f"!{noun} effacer 1 définitivement")
    assert "par @beffroi:rivemont.fr, seul à pouvoir l’effacer" in ours.sentences()[-1]
    assert not ours.redactions()


async def test_an_objective_takes_no_task_of_its_operation_along(town: Any) -> None:
    """As a project of another implementation may make them."""
    ids = [object_id(kind, ROOM, "$project", 0) for kind in ("objective", KIND)]
    first: dict[str, Json] = {"number": 1, "creator": SECRETAIRE}
    made = [
        Change("objective", ids[0], {"title": "reloger"}, first),
        Change(KIND, ids[1], {"title": "demander un devis", "objective": ids[0]}, first),
    ]
    async with town.ledger.begin(town.edge.database, ROOM) as transaction:
        await town.ledger.write(transaction, ROOM, made, by=UserId(SECRETAIRE), cause="$project")
    await town.say(SECRETAIRE, "!objectif effacer 1 définitivement")
    assert "1 autre élément" in town.sentences()[-1]
    await town.say(SECRETAIRE, "!tâche effacer 1 définitivement")
    assert "1 autre" in town.sentences()[-1]
    assert not town.redactions()


@pytest.mark.parametrize("words", ["effacer", "effacer 9 définitivement", "effacer bientôt"])
async def test_which_objective_is_asked(town: Any, words: str) -> None:
    await town.say(SECRETAIRE, "!objectif ajouter reloger")
    before = len(town.sentences())
    await town.say(SECRETAIRE, f"!objectif {words}")
    assert "objectif" in town.sentences()[before]
    assert not town.redactions()
