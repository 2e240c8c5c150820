"""What people do by reactions and by answering cards is told in one notice a minute, each deed with its operation."""

from typing import Any

import pytest
from sqlalchemy import text as sql

from bots.assistant.dispatch.deeds import MOST
from bots.matrix.events import Outgoing
from bots.register.format.wire import OPS
from config.identifiers import RoomId

ROOM = RoomId("!room")
SECRETAIRE, DGS, GUEST = "@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr"
MAIRE = "@maire:valbourg.fr"
V = "@beffroi:valbourg.fr"


def written(town: Any) -> list[Outgoing]:
    """The messages that carry an operation, but those that make a task."""
    found = [each for each in town.messages() if OPS in each.content]
    return [each for each in found if not any("number" in op.get("first", {}) for op in each.content[OPS]["ops"])]


def statuses(town: Any) -> list[Any]:
    found = sorted(town.ledger.known(ROOM).all("task"), key=lambda each: each.first("number"))
    return [each.value("status") for each in found]


async def test_it_says_who_did_what_and_grows_for_a_minute_whoever_does_it(town: Any) -> None:
    cards = [await town.task(title) for title in ("saler", "payer la cantine", "relancer le SDIS")]
    await town.react(SECRETAIRE, cards[0], "✅")
    assert town.notices() == ["✔ Tâche 1 faite par @secretaire\u00a0: saler"]
    town.now[0] += 20_000
    await town.say(MAIRE, "bloquée", cards[1])
    town.now[0] += 20_000
    await town.react(SECRETAIRE, cards[2], "👀")
    assert town.notices() == [
        "✔ Tâche 1 faite par @secretaire\u00a0: saler\n"
        "⛔ Tâche 2 signalée bloquée par @maire:valbourg.fr\u00a0: payer la cantine\n"
        "▶ Tâche 3 prise par @secretaire\u00a0: relancer le SDIS"
    ]
    town.now[0] += 20_000
    await town.react(SECRETAIRE, cards[2], "✅")
    assert len(town.notices()) == 2, "the minute is over"
    counted = [each for each in town.messages() if "m.new_content" not in each.content]
    assert len(counted) == 3 + 2


async def test_each_deed_is_written_at_once_by_the_event_that_tells_it(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    pressed = [await town.react(SECRETAIRE, card, "✅") for card in cards]
    notice, *edits = written(town)
    assert [each.content[OPS]["cause"] for each in (notice, *edits)] == [each.event_id for each in pressed]
    assert "m.relates_to" not in notice.content or notice.content["m.relates_to"]["rel_type"] == "m.reference"
    for each in edits:
        assert each.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": town.id_of(notice)}
        assert OPS not in each.content["m.new_content"]
        assert each.content["m.mentions"] == each.content["m.new_content"]["m.mentions"] == {}


async def test_the_other_town_reads_what_an_edit_carries(towns: Any) -> None:
    ours, theirs = towns
    cards = [await ours.task(f"chose {number}") for number in range(3)]
    for card in cards:
        await ours.react(SECRETAIRE, card, "✅")
    await ours.tell(theirs)
    assert statuses(theirs) == ["done"] * 3
    assert ours.ledger.state_hash(ROOM) == theirs.ledger.state_hash(ROOM)
    assert not theirs.ledger.gaps(ROOM)


async def test_the_next_one_that_references_the_chapter_names_the_edits(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    loose = [town.id_of(each) for each in town.messages() if OPS in each.content][:3]
    edits = [town.id_of(each) for each in written(town)[1:]]
    await town.say(SECRETAIRE, "!tâche rouvrir 1")
    named = [event_id for each in written(town) for event_id in each.content[OPS].get("also", [])]
    assert named == [*loose, *edits]


async def test_what_is_taken_back_within_the_minute_is_told_instead(town: Any) -> None:
    card, other = await town.task("saler"), await town.task("payer la cantine")
    press = await town.react(SECRETAIRE, card, "✅")
    await town.react(SECRETAIRE, other, "✅")
    await town.redact(SECRETAIRE, press.event_id)
    assert statuses(town) == ["todo", "done"]
    assert town.notices() == [
        "✔ Tâche 2 faite par @secretaire\u00a0: payer la cantine\n"
        "@secretaire\u00a0: ↩ La tâche 1 est de nouveau à faire."
    ]


async def test_whoever_is_called_gets_a_message_of_its_own_and_so_does_a_new_card(town: Any) -> None:
    card = await town.task("saler")
    weekly = await town.task("relever le compteur *tous les lundis")
    await town.say(SECRETAIRE, "@dgs", card)
    answer = town.messages()[-1].content
    assert answer["m.mentions"] == {"user_ids": [DGS]}
    assert "m.in_reply_to" in answer["m.relates_to"]
    await town.react(SECRETAIRE, weekly, "✅")
    made = town.messages()[-1].content
    assert made["body"].startswith("@secretaire\u00a0: ✔ Tâche 2 faite")
    assert "rel_type" not in made["m.relates_to"], "it is a card: a thread may begin there"
    assert town.notices() == []


async def test_a_command_is_answered_even_where_it_answers_a_card(town: Any) -> None:
    card = await town.task("saler")
    said = await town.say(SECRETAIRE, "!tâche fait 1", card)
    assert town.messages()[-1].content["m.relates_to"]["m.in_reply_to"] == {"event_id": said.event_id}
    assert town.notices() == []


async def test_a_guests_deed_stands_by_itself(town: Any) -> None:
    """Where another assistant had been first, its message is redacted, and nothing of anybody else's with it."""
    card = await town.task("saler")
    await town.say(GUEST, "il gèle demain", card)
    assert town.messages()[-1].content["body"] == "💬 Noté sur la tâche 1."
    assert town.notices() == []


async def test_it_is_the_card_of_the_one_task_that_it_tells_of_and_of_no_other(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(2)]
    await town.react(SECRETAIRE, cards[0], "✅")
    notice = town.id_of(written(town)[0])
    await town.say(SECRETAIRE, "rouvrir", notice)
    assert statuses(town) == ["todo", "todo"]
    await town.react(SECRETAIRE, cards[1], "✅")
    await town.say(SECRETAIRE, "fait", notice)
    assert statuses(town) == ["todo", "done"], "which of the two?"


async def test_undoing_in_answer_to_it_takes_back_ones_own_last_deed(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    for who, card in zip((SECRETAIRE, SECRETAIRE, MAIRE), cards, strict=True):
        await town.react(who, card, "✅")
    await town.say(SECRETAIRE, "!annuler", town.id_of(written(town)[0]))
    assert statuses(town) == ["done", "todo", "done"]


async def test_no_notice_tells_of_more_than_forty(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(MOST + 1)]
    for card in cards:
        await town.say(SECRETAIRE, "fait", card)
    first, second = town.notices()
    assert first.startswith(f"✔ {MOST} tâches faites par @secretaire\u00a0: 1, 2, 3")
    assert second == f"✔ Tâche {MOST + 1} faite par @secretaire\u00a0: chose {MOST}"


async def test_what_makes_something_is_told_without_titles(town: Any) -> None:
    """A comment can never be written anew, so its event must hold nothing that may have to be erased."""
    card, other = await town.task("un licenciement"), await town.task("saler")
    await town.react(SECRETAIRE, card, "✅")
    await town.say(SECRETAIRE, "il gèle demain", other)
    comment = written(town)[-1].content
    assert comment[OPS]["ops"][0]["kind"] == "comment"
    assert "licenciement" not in str({**comment, OPS: None})
    assert town.notices() == ["✔ Tâche 1 faite par @secretaire\n💬 Commentaire de @secretaire noté sur la tâche 2"]


async def test_what_is_erased_leaves_the_notice_and_all_its_edits(towns: Any) -> None:
    ours, theirs = towns
    card, other = await ours.task("un licenciement"), await ours.task("saler")
    await ours.say(SECRETAIRE, "il gèle demain", other)
    for target in (other, card):
        await ours.react(SECRETAIRE, target, "✅")
    await ours.say(SECRETAIRE, "toute la journée", other)
    await ours.tell(theirs)
    await ours.redact(SECRETAIRE, card)
    await ours.wait(10)
    gone = {*ours.redactions(), card}
    left = [each for each in ours.messages() if ours.id_of(each) not in gone]
    assert not [each for each in left if "licenciement" in str(each.content)]
    task = next(each for each in ours.ledger.known(ROOM).all("task") if each.value("title") == "saler")
    assert task.value("status") == "done", "said again, without words"
    async with ours.edge.database.begin() as transaction:
        tables = [row[0] for row in await transaction.execute(sql("SELECT name FROM sqlite_master WHERE type='table'"))]
        for table in tables:
            rows = [str(row) for row in await transaction.execute(sql(f"SELECT * FROM {table}"))]
            assert not [row for row in rows if "licenciement" in row], table
    await ours.say(SECRETAIRE, "rouvrir", other)
    assert "licenciement" not in str(written(ours)[-1].content), "nor is it told again with the next deed"


async def test_a_moderator_who_redacts_the_notice_takes_its_edits_with_it(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    notice, *edits = [town.id_of(each) for each in written(town)]
    await town.redact(DGS, notice)
    await town.wait(2)
    assert {*edits} <= {*town.redactions()}
    assert statuses(town)[1:] == ["done", "done"], "only what the notice itself did is erased"
    await town.react(SECRETAIRE, cards[1], "👀")
    await town.say(SECRETAIRE, "rouvrir", cards[1])
    assert town.id_of(written(town)[-1]) not in edits
    assert "m.new_content" not in written(town)[-1].content, "another one begins"


async def test_a_crash_begins_another_notice_and_loses_nothing(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(2)]
    await town.react(SECRETAIRE, cards[0], "✅")
    town.restart()
    async with town.edge.database.begin() as transaction:
        await town.ledger.open(transaction)
    press = await town.react(SECRETAIRE, cards[1], "✅")
    await town.edge.deliver(press)
    assert statuses(town) == ["done", "done"]
    assert town.notices() == [f"✔ Tâche {n + 1} faite par @secretaire\u00a0: chose {n}" for n in range(2)]
    assert [each.content[OPS]["seq"] for each in town.messages() if OPS in each.content] == [1, 2, 3, 4]


async def test_a_deed_whose_transaction_fails_is_told_when_it_is_done(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = [await town.task(f"chose {number}") for number in range(2)]
    await town.react(SECRETAIRE, cards[0], "✅")
    enqueue = town.edge.enqueue

    async def full(message: Any, transaction: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(town.edge, "enqueue", full)
    with pytest.raises(ConnectionError):
        await town.react(MAIRE, cards[1], "✅")
    monkeypatch.setattr(town.edge, "enqueue", enqueue)
    await town.react(SECRETAIRE, cards[1], "👀")
    assert "@maire" not in "".join(town.notices()), "it was not done"


async def test_in_private_nothing_is_said_twice(town: Any) -> None:
    """One's own list of tasks alone with us is part of one's day, too: « entre nous »."""
    direct = RoomId("!direct")
    town.edge.add_room(direct, [SECRETAIRE], direct=True)
    await town.edge.say(direct, SECRETAIRE, "ajouter signer les bons de commande demain @moi")
    await town.edge.say(direct, SECRETAIRE, "ma journée")
    shown = [each for each in town.messages() if each.room_id == direct][-1]
    assert "entre nous" in shown.content["body"]
    assert "sans nom" not in shown.content["body"]
    before = len(town.messages())
    listed = town.edge.event_ids[direct, shown.txn]
    said = await town.edge.say(
        direct, SECRETAIRE, "fait 1", content={"m.relates_to": {"m.in_reply_to": {"event_id": listed}}}
    )
    (answer,) = town.messages()[before:]
    assert answer.content["body"] == "✔ Tâche 1 faite\u00a0: signer les bons de commande"
    assert answer.content["m.relates_to"]["m.in_reply_to"] == {"event_id": said.event_id}
    assert answer.content[OPS]["by"] == SECRETAIRE
    await town.edge.deliver(said)
    assert len(town.messages()) == before + 1


async def test_what_is_done_twice_is_told_once(town: Any) -> None:
    """It said « 2 tâches faites : 17 · 17 » and « 3 commentaires notés : 21, 21, 21 »."""
    card = await town.task("saler")
    for words in ("fait", "rouvrir", "fait", "c'est glissant", "le sel manque"):
        await town.say(SECRETAIRE, words, card)
        town.now[0] += 5_000
    assert town.notices()[-1] == (
        "✔ Tâche 1 faite par @secretaire\n"
        "☐ Tâche 1 rouverte par @secretaire\n"
        "💬 2 commentaires de @secretaire notés (n° 1)"
    )
