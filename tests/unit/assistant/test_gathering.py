"""Reactions are buttons; of one person's within seconds the first is answered at once and the rest together."""

from typing import Any

import pytest

from bots.assistant.gathering import MOST, Held, rounds
from bots.register.wire import OPS
from config.identifiers import EventId, RoomId, UserId
from tests.unit.assistant.town import Died

ROOM = RoomId("!room")
SECRETAIRE, DGS, GUEST = "@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr"


def field(town: Any, name: str) -> list[Any]:
    found = sorted(town.ledger.known(ROOM).all("task"), key=lambda each: each.first("number"))
    return [each.elements(name) if name == "assignees" else each.value(name) for each in found]


@pytest.mark.parametrize(("key", "status"), [("✅", "done"), ("✔️", "done"), ("👀", "doing"), ("🗑️", "dropped")])
async def test_a_reaction_acts_and_taking_it_back_undoes_it(town: Any, key: str, status: str) -> None:
    card = await town.task("relancer le SDIS")
    reaction = await town.react(SECRETAIRE, card, key)
    assert field(town, "status") == [status]
    assert field(town, "assignees") == [[SECRETAIRE] if key == "👀" else []]
    await town.redact(SECRETAIRE, reaction.event_id)
    assert field(town, "status") == ["todo"]
    assert field(town, "assignees") == [[]]


async def test_on_both_sides_a_reaction_is_undone_by_its_own_sender_only(towns: Any) -> None:
    ours, theirs = towns
    card = await ours.task("relancer le SDIS")
    await ours.tell(theirs)
    reaction = await theirs.react(DGS, card, "👀")
    await ours.edge.deliver(reaction)
    await theirs.tell(ours)
    for town in (ours, theirs):
        await town.redact(SECRETAIRE, reaction.event_id)
        assert field(town, "status") == ["doing"]
        await town.redact(DGS, reaction.event_id)
    await theirs.tell(ours)
    assert field(ours, "status") == field(theirs, "status") == ["todo"]
    assert len(ours.messages()) == 1
    assert ours.ledger.state_hash(ROOM) == theirs.ledger.state_hash(ROOM)


@pytest.mark.parametrize("key", ["👍", "🎉", ""])
async def test_other_reactions_are_left_alone(town: Any, key: str) -> None:
    card = await town.task("relancer le SDIS")
    await town.react(SECRETAIRE, card, key)
    await town.wait(15)
    assert len(town.messages()) == 1


async def test_a_guest_may_not_take_or_drop_what_is_not_theirs(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    for key in ("👀", "🗑", "✅"):
        await town.react(GUEST, card, key)
    assert field(town, "status") == ["todo"]
    assert not [each for each in town.messages()[1:] if OPS in each.content]


async def test_the_first_is_answered_at_once_and_the_next_ones_together(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(5)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    assert field(town, "status") == ["done", "todo", "todo", "todo", "todo"]
    await town.wait(11)
    said = [each for each in town.messages()[5:] if "m.new_content" not in each.content]
    assert len(said) == 2
    assert said[1].content["body"] == "✔ 4 tâches faites par @secretaire\u00a0: 2, 3, 4, 5"
    assert len(said[1].content[OPS]["ops"]) == 4
    assert said[1].content[OPS]["by"] == SECRETAIRE
    assert field(town, "status") == ["done"] * 5


async def test_tasks_that_come_back_get_each_a_number_and_a_card(town: Any) -> None:
    cards = [await town.task(f"chose {number} *toutes les 2 semaines le vendredi") for number in range(4)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    await town.wait(11)
    found = [each.first("number") for each in town.ledger.known(ROOM).all("task")]
    assert sorted(found) == [1, 2, 3, 4, 5, 6, 7, 8]
    await town.react(SECRETAIRE, town.id_of([e for e in town.messages() if "m.new_content" not in e.content][-1]), "👀")
    await town.wait(11)
    assert field(town, "status").count("doing") == 1


async def test_two_people_do_not_wait_for_one_another(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    other = await town.task("autre chose")
    await town.react("@maire:valbourg.fr", card, "👀")
    await town.react(SECRETAIRE, other, "✅")
    assert field(town, "status") == ["doing", "done"]


async def test_a_hundred_clicks_make_few_messages(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(100)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    await town.wait(10)
    said = [each for each in town.messages()[100:] if "m.new_content" not in each.content]
    assert field(town, "status") == ["done"] * 100
    assert len(said) == 3, "one, and two of fifty at most"
    assert len(town.messages()) <= 100 + 3 + 20


async def test_one_of_a_batch_is_undone_alone(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(4)]
    reactions = [await town.react(SECRETAIRE, card, "👀") for card in cards]
    await town.wait(11)
    await town.redact(SECRETAIRE, reactions[2].event_id)
    assert field(town, "status") == ["doing", "doing", "todo", "doing"]
    assert field(town, "assignees") == [[SECRETAIRE], [SECRETAIRE], [], [SECRETAIRE]]


async def test_what_is_taken_back_while_it_waits_is_dropped(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    reactions = [await town.react(SECRETAIRE, card, "✅") for card in cards]
    await town.redact(DGS, reactions[1].event_id)
    await town.redact(SECRETAIRE, reactions[2].event_id)
    await town.wait(11)
    assert field(town, "status") == ["done", "done", "todo"], "a moderator's redaction undoes nothing"


async def test_a_crash_while_reactions_wait_loses_none_and_answers_once(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    town.restart()
    await town.wait(11)
    town.restart()
    await town.wait(11)
    said = [each for each in town.sentences() if "chose" not in each]
    assert said == ["✔ 2 tâches faites par @secretaire\u00a0: 2, 3"]


async def test_a_crash_while_they_are_answered_answers_them_once(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    enqueue = town.edge.enqueue

    async def crash(message: Any, transaction: Any) -> None:
        if OPS in getattr(message, "content", {}):
            raise Died
        await enqueue(message, transaction)

    monkeypatch.setattr(town.edge, "enqueue", crash)
    with pytest.raises(Died):
        await town.wait(11)
    assert field(town, "status") == []
    monkeypatch.setattr(town.edge, "enqueue", enqueue)
    town.restart()
    await town.wait(11)
    assert field(town, "status") == ["done"] * 3
    assert not town.ledger.gaps(ROOM)
    sequence = [each.content[OPS]["seq"] for each in town.messages() if OPS in each.content]
    assert sequence == list(range(1, 6))


async def test_several_reactions_on_one_card_are_done_in_their_order(town: Any) -> None:
    first = await town.task("autre chose")
    card = await town.task("relancer le SDIS")
    for target, key in ((first, "✅"), (card, "👀"), (card, "✅")):
        await town.react(SECRETAIRE, target, key)
    await town.wait(11)
    assert field(town, "status") == ["done", "done"]
    assert field(town, "assignees") == [[], [SECRETAIRE]]


def test_a_batch_touches_each_object_once_and_is_bounded() -> None:
    held = [Held(ROOM, EventId(f"${n}"), UserId(SECRETAIRE), "✅", str(n % 60)) for n in range(120)]
    batches = rounds(held)
    assert sorted(each.event_id for batch in batches for each in batch) == sorted(each.event_id for each in held)
    for batch in batches:
        assert len({each.object_id for each in batch}) == len(batch) <= MOST
    for object_id in {each.object_id for each in held}:
        order = [each.event_id for batch in batches for each in batch if each.object_id == object_id]
        assert order == [each.event_id for each in held if each.object_id == object_id]
