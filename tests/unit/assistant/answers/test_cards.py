"""The answer that makes a task is its card: edited, never flooding, never an operation, and cleared by an erasure."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.matrix.errors import Refused
from bots.matrix.events import Outgoing, OutgoingRedaction
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.format.wire import OPS
from bots.tasks.commands import TASKS
from bots.tasks.kept.task import KIND
from config.identifiers import EventId, RoomId, UserId
from tests.unit.assistant.town import Died

ROOM = RoomId("!room")
SECRETAIRE, DGS, GUEST = "@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr"
V, R = "@beffroi:valbourg.fr", "@beffroi:rivemont.fr"


async def test_a_new_task_is_said_once_and_tells_how_to_act(town: Any) -> None:
    await town.task("relancer le SDIS @dgs")
    await town.wait(60)
    assert len(town.messages()) == 1
    assert "👀 je m’en occupe" in town.sentences()[0]


async def test_the_card_follows_its_task_and_an_edit_carries_no_operation_and_calls_nobody(town: Any) -> None:
    card = await town.task("relancer le SDIS @dgs")
    await town.say(SECRETAIRE, "!tâche fait 1")
    await town.wait(5)
    (edit,) = town.edits()
    new = edit.content["m.new_content"]
    assert edit.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": card}
    assert OPS not in edit.content
    assert OPS not in new
    assert "m.relates_to" not in new
    assert edit.content["m.mentions"] == new["m.mentions"] == {}
    assert edit.content["body"] == f"* {new['body']}"
    assert new["body"].startswith("✔ 1 relancer le SDIS\nfaite")
    assert "<del>relancer le SDIS</del>" in new["formatted_body"]


async def test_of_a_task_without_a_card_the_first_answer_that_shows_it_becomes_one(town: Any) -> None:
    """An import makes none: it would fill the room."""
    made = [
        Change(
            KIND, object_id(KIND, ROOM, "$sheet", n), {"title": f"dossier {n}"}, {"number": n, "creator": SECRETAIRE}
        )
        for n in (1, 2)
    ]
    async with town.ledger.begin(town.edge.database, ROOM) as transaction:
        await town.ledger.write(transaction, ROOM, made, by=UserId(SECRETAIRE), cause="$sheet")
    await town.say(SECRETAIRE, "!tâche 2")
    card = town.id_of(town.messages()[-1])
    await town.say(SECRETAIRE, "!tâche 2")
    await town.wait(5)
    assert not town.edits(), "it is true as it was said"
    await town.react(SECRETAIRE, card, "✅")
    await town.wait(15)
    (edit,) = town.edits()
    assert edit.content["m.relates_to"]["event_id"] == card
    assert edit.content["m.new_content"]["body"].startswith("✔ 2 dossier 2")


async def test_a_task_that_has_a_card_keeps_it_when_it_is_shown(towns: Any) -> None:
    ours, theirs = towns
    card = await ours.task("relancer le SDIS")
    await ours.tell(theirs)
    for town, who in ((ours, SECRETAIRE), (theirs, DGS)):
        await town.say(who, "!tâche 1")
    await theirs.say(DGS, "!tâche fait 1")
    await theirs.tell(ours)
    await ours.wait(15)
    await theirs.wait(15)
    assert [each.content["m.relates_to"]["event_id"] for each in ours.edits()] == [card]
    assert not theirs.edits()


async def test_changes_within_seconds_make_one_edit(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    for said in ("en cours", "bloquée", "@dgs", "fait"):
        await town.say(SECRETAIRE, said, card)
    await town.wait(30)
    assert len(town.edits()) == 1
    await town.say(SECRETAIRE, "en cours", card)
    await town.edge.idle()
    assert "en cours" in town.edits()[1].content["body"], "at once"
    await town.say(SECRETAIRE, "bloquée", card)
    await town.edge.idle()
    assert len(town.edits()) == 2, "edited a moment ago: it waits"
    await town.wait(1)
    assert "bloquée" in town.edits()[2].content["body"]


async def test_a_state_shown_before_is_shown_again(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    for said in ("bloquée", "en cours", "bloquée", "en cours"):
        await town.say(SECRETAIRE, said, card)
        await town.wait(15)
    assert ["en cours" in each.content["body"] for each in town.edits()] == [False, True, False, True]


async def test_what_is_undone_before_it_is_shown_makes_no_second_edit(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, "bloquée", card)
    await town.wait(15)
    said = await town.say(SECRETAIRE, "en cours", card)
    await town.redact(SECRETAIRE, said.event_id)
    await town.wait(30)
    assert len(town.edits()) == 1


async def test_the_other_sides_change_is_shown_on_our_card(towns: Any) -> None:
    ours, theirs = towns
    card = await ours.task("relancer le SDIS")
    await ours.tell(theirs)
    await theirs.react(DGS, card, "✅")
    await theirs.tell(ours)
    await ours.wait(5)
    await theirs.wait(5)
    assert "faite" in ours.edits()[0].content["body"]
    assert theirs.edits() == [], "it is not theirs"


@pytest.mark.parametrize("forger", [R, DGS])
async def test_an_edit_of_our_card_by_anybody_else_changes_nothing(towns: Any, forger: str) -> None:
    """Nobody reads an operation in new content, nor anybody's but the sender's own beside it."""
    ours, theirs = towns
    card = await ours.task("relancer le SDIS")
    await theirs.task("autre chose", DGS)
    (operation,) = [each.content[OPS] for each in theirs.messages()]
    before = ours.ledger.state_hash(ROOM)
    words = {"msgtype": "m.notice", "body": "✔ 1 faite"}
    beside = {} if forger == R else {OPS: operation}
    relation = {"rel_type": "m.replace", "event_id": card}
    forged = {**words, **beside, "m.new_content": {**words, OPS: operation}, "m.relates_to": relation}
    await ours.edge.say(ROOM, forger, "", content=forged)
    await ours.wait(30)
    assert ours.ledger.state_hash(ROOM) == before
    assert len(ours.messages()) == 1


async def test_a_crash_between_a_change_and_its_edit_loses_nothing_and_repeats_nothing(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, "fait", card)
    town.restart()
    await town.wait(5)
    assert len(town.edits()) == 1
    town.restart()
    await town.wait(30)
    assert len(town.edits()) == 1


async def test_a_crash_while_a_card_is_drawn_keeps_it_due(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, "fait", card)
    enqueue = town.edge.enqueue

    async def crash(message: Any, transaction: Any) -> None:
        raise Died

    monkeypatch.setattr(town.edge, "enqueue", crash)
    with pytest.raises(Died):
        await town.wait(5)
    monkeypatch.setattr(town.edge, "enqueue", enqueue)
    town.restart()
    await town.wait(5)
    assert len(town.edits()) == 1


async def test_a_hundred_cards_that_change_do_not_flood_the_room(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(100)]
    before = len(town.messages())
    for number in range(0, 100, 20):
        numbers = ", ".join(str(each) for each in range(number + 1, number + 21))
        await town.say(SECRETAIRE, f"!tâche fait {numbers}")
    await town.wait(10)
    assert len(town.edits()) <= 60
    assert len(town.messages()) - before <= 65
    await town.wait(120)
    assert {each.content["m.relates_to"]["event_id"] for each in town.edits()} == set(cards)


async def test_a_task_becomes_late_by_time_alone(town: Any) -> None:
    await town.task("relancer le SDIS")
    (task,) = town.ledger.known(ROOM).all("task")
    async with town.edge.database.begin() as transaction:
        due = Change("task", task.id, set={"when": {"due": "2026-11-23"}})
        await town.ledger.write(transaction, ROOM, [due], by=UserId(V))
        await town.desk.board.changed(transaction, ROOM, [("task", task.id)])
    await town.wait(5)
    assert "lundi 23 novembre 2026" in town.edits()[-1].content["body"]
    assert "en retard" not in town.edits()[-1].content["body"]
    town.now[0] += 12 * 3_600_000
    await town.wait(2)
    assert "en retard" in town.edits()[-1].content["body"]


async def test_when_the_author_has_left_another_says_a_new_card(towns: Any) -> None:
    ours, theirs = towns
    await ours.task("relancer le SDIS")
    await ours.tell(theirs)
    theirs.edge.add_room(ROOM, [SECRETAIRE, DGS])
    await theirs.say(DGS, "!tâche fait 1")
    await theirs.wait(5)
    card = theirs.messages()[-1]
    assert OPS not in card.content
    assert card.content["body"].startswith("✔ 1 relancer le SDIS")
    await theirs.say(DGS, "en cours", theirs.id_of(card))
    await theirs.wait(15)
    assert len(theirs.edits()) == 1


async def test_a_store_that_was_lost_knows_its_cards_again(towns: Any) -> None:
    ours, _ = towns
    await ours.task("relancer le SDIS")
    lost = type(ours)(UserId(V), ours.now)
    lost.edge._numbers = ours.edge._numbers
    await lost.open()
    await ours.tell(lost)
    (card,) = [ours.id_of(each) for each in ours.messages()]
    await lost.say(SECRETAIRE, "fait", card)
    await lost.wait(5)
    assert lost.edits()[0].content["m.relates_to"]["event_id"] == card


async def test_a_card_that_the_server_refuses_is_none(town: Any) -> None:
    town.edge.refusing = Refused(413, "M_TOO_LARGE", "too large")
    await town.say(SECRETAIRE, "!tâche ajouter relancer le SDIS")
    town.edge.refusing = None
    await town.say(SECRETAIRE, "!tâche fait 1")
    await town.wait(15)
    assert town.edits() == []


@pytest.mark.parametrize(
    "said",
    ["fait", "Fait !", "c'est fait, merci", "done", "ok terminé", "bloquée", "en cours", "@dgs", "je m'en occupe"],
)
async def test_an_answer_to_a_card_needs_no_number(town: Any, said: str) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, said, card)
    assert OPS in town.messages()[-1].content
    assert len(town.messages()) == 2


async def test_what_an_answer_says_of_a_card_is_written(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    for said in ("repousser à vendredi", "#voirie !haute", "postpone to 12/12/2026 at 5pm", "abandonner", "rouvrir"):
        before = len(town.messages())
        await town.say(SECRETAIRE, said, card)
        assert OPS in town.messages()[before].content, said
    await town.wait(5)
    assert "samedi 12 décembre 2026 à 17\u00a0h" in town.edits()[-1].content["body"]
    assert "priorité haute · #voirie" in town.edits()[-1].content["body"]


async def test_a_time_that_is_not_clear_is_asked_about(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, "repousser à hier", card)
    assert len(town.messages()) == 2
    assert OPS not in town.messages()[1].content


@pytest.mark.parametrize(
    "said",
    [
        *("ok merci", "je m’en charge demain ?", "pas fait", "fait par qui ?", "fait ?", "merci @dgs c'est parfait"),
        *("il faudrait demander à @dgs", "bloquée par la pluie", "repousser ?", "repousser ou pas"),
    ],
)
async def test_what_is_said_about_a_card_and_is_no_command_changes_nothing_of_the_task(town: Any, said: str) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, said, card)
    (change,) = town.messages()[1].content[OPS]["ops"]
    assert (change["kind"], change["set"]) == ("comment", {"text": said})


@pytest.mark.parametrize("said", ["👍", "…", "", "merci", "Merci à tous !"])
async def test_signs_and_thanks_under_a_card_are_left_alone(town: Any, said: str) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, said, card)
    assert len(town.messages()) == 1


async def test_what_is_no_command_is_offered_as_a_remark(town: Any) -> None:
    """The place of comments: what people say about a card, and nothing that is said elsewhere."""
    heard: list[str] = []

    def remark(request: Request) -> Reply | None:
        heard.append(request.text)
        return None

    card = await town.task("relancer le SDIS")
    town.serve(Dispatcher([replace(TASKS, remark=remark)]))
    await town.say(SECRETAIRE, "vu avec lui, il rappelle", card)
    await town.say(SECRETAIRE, "bonjour à tous")
    await town.say(SECRETAIRE, "bloquée", card)
    assert heard == ["vu avec lui, il rappelle", "vu avec lui", "il rappelle"], "and both halves of it"


async def test_bare_words_that_answer_no_card_are_conversation(town: Any) -> None:
    await town.task("relancer le SDIS")
    said = await town.say(DGS, "bonjour")
    await town.say(SECRETAIRE, "fait", said.event_id)
    await town.say(SECRETAIRE, "fait")
    assert len(town.messages()) == 1


async def test_an_answer_in_the_cards_thread_is_about_it(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    thread = {"rel_type": "m.thread", "event_id": card, "is_falling_back": True, "m.in_reply_to": {"event_id": card}}
    await town.edge.say(ROOM, SECRETAIRE, "fait", content={"m.relates_to": thread})
    assert "faite" in town.sentences()[-1]


async def test_redacting_a_card_takes_its_edits_with_it(town: Any) -> None:
    """An edit is an event of its own: it would go on showing the text."""
    card = await town.task("un licenciement")
    await town.say(SECRETAIRE, "bloquée", card)
    await town.wait(5)
    await town.say(SECRETAIRE, "!tâches")
    await town.redact(SECRETAIRE, card)
    await town.wait(30)
    gone = {*town.redactions(), card}
    assert not [
        each for each in town.messages() if town.id_of(each) not in gone and "licenciement" in str(each.content)
    ]
    async with town.edge.database.begin() as transaction:
        tables = [
            row[0] for row in await transaction.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))
        ]
        for table in tables:
            rows = [str(row) for row in await transaction.execute(text(f"SELECT * FROM {table}"))]
            assert not [row for row in rows if "licenciement" in row], table


async def test_redacting_a_card_that_holds_no_operation_takes_its_edits_with_it(towns: Any) -> None:
    ours, theirs = towns
    await ours.task("relancer le SDIS")
    await ours.tell(theirs)
    theirs.edge.add_room(ROOM, [SECRETAIRE, DGS])
    await theirs.say(DGS, "!tâche fait 1")
    await theirs.wait(5)
    card = theirs.id_of(theirs.messages()[-1])
    await theirs.say(DGS, "en cours", card)
    await theirs.wait(15)
    await theirs.redact(DGS, card)
    assert theirs.redactions() == [theirs.id_of(each) for each in theirs.edits()]
    await theirs.say(DGS, "!tâche fait 1")
    await theirs.wait(15)
    assert len(theirs.edits()) == 1, "it is no card any more"


async def test_of_an_erased_title_the_card_says_so_and_what_else_was_done_stands(towns: Any) -> None:
    """The title was changed to something that must go: the first title's message stays, and the others go."""
    ours, theirs = towns
    command = await ours.say(SECRETAIRE, "!tâche ajouter relancer le SDIS")
    new = {"msgtype": "m.text", "body": "!tâche ajouter un licenciement"}
    relation = {"rel_type": "m.replace", "event_id": command.event_id}
    await ours.edge.say(ROOM, SECRETAIRE, "* x", content={"m.new_content": new, "m.relates_to": relation})
    changed = ours.id_of(ours.messages()[-1])
    await ours.task("autre chose")
    await ours.wait(15)
    await ours.say(SECRETAIRE, "!tâche fait 1, 2")
    await ours.wait(15)

    await ours.redact(SECRETAIRE, changed)
    await ours.wait(30)
    gone = {*ours.redactions(), changed}

    left = [str(each.content) for each in ours.messages() if ours.id_of(each) not in gone]
    assert not [each for each in left if "licenciement" in each]
    assert "Tâche 1\u00a0: contenu effacé" in ours.edits()[-1].content["body"]
    state = ours.ledger.known(ROOM)
    assert {each.value("status") for each in state.all("task")} == {"done"}, "said again, without words"
    await ours.tell(theirs)
    for each in gone:
        await theirs.redact(SECRETAIRE, each)
    assert ours.ledger.state_hash(ROOM) == theirs.ledger.state_hash(ROOM)
    assert not ours.ledger.gaps(ROOM)


async def test_the_other_side_clears_what_it_said_of_an_erased_task(towns: Any) -> None:
    ours, theirs = towns
    card = await ours.task("un licenciement")
    await ours.tell(theirs)
    await theirs.say(DGS, "!tâches")
    await theirs.react(DGS, card, "✅")
    await theirs.redact(SECRETAIRE, card)
    gone = set(theirs.redactions())
    assert {theirs.id_of(each) for each in theirs.messages()} == gone
    assert all(isinstance(each, Outgoing | OutgoingRedaction) for each in theirs.edge.said)
    assert EventId(card) not in gone, "ours to redact, and done"


async def test_whoever_looks_at_a_task_sees_what_stands_on_its_card(town: Any) -> None:
    """Asked for by number it had once no box, and who asked for it; edited, the box, and nobody."""
    card = await town.task("relancer le SDIS @dgs")
    await town.say(SECRETAIRE, "!tâche titre 1 relancer le préfet")
    await town.wait(5)

    await town.say(SECRETAIRE, "!tâche 1")

    edits = [edit.content for edit in town.edits() if edit.content["m.relates_to"]["event_id"] == card]
    drawn = [content["m.new_content"]["body"] for content in edits]
    assert town.sentences()[-1].splitlines()[:2] == drawn[-1].splitlines()[:2]
    assert "☐ 1 relancer le préfet" in drawn[-1]
    assert "demandée par @secretaire" in drawn[-1]
