"""Reactions are buttons, each answered at once; of one person's many within seconds the rest together."""

from typing import Any

import pytest

from bots.assistant.talk.gathering import AT_ONCE, MOST, WaitingReaction, rounds
from bots.register.format.wire import OPS
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


async def test_a_few_are_answered_each_at_once_and_told_in_one_notice(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(3)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
        await town.edge.idle()
        assert town.edits()[-1].content["m.relates_to"]["event_id"] == card, "drawn at once"
        town.now[0] += 4_000
    assert field(town, "status") == ["done"] * 3
    assert town.notices() == ["✔ 3 tâches faites par @secretaire\u00a0: 1 chose 0 · 2 chose 1 · 3 chose 2"]
    said = [each for each in town.messages()[3:] if "m.new_content" not in each.content]
    assert len(said) == 1, "the others are edits of it, which nobody counts"


async def test_who_does_much_in_seconds_is_answered_for_the_rest_together(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(AT_ONCE + 4)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    assert field(town, "status") == ["done"] * AT_ONCE + ["todo"] * 4
    await town.wait(2)
    assert field(town, "status") == ["done"] * (AT_ONCE + 4)
    written = [each.content[OPS] for each in town.messages()[AT_ONCE + 4 :] if OPS in each.content]
    assert [len(each["ops"]) for each in written] == [1] * AT_ONCE + [4]
    assert {each["by"] for each in written} == {SECRETAIRE}
    (notice,) = town.notices()
    assert notice.startswith(f"✔ {AT_ONCE + 4} tâches faites par @secretaire\u00a0: 1, 2, 3")


async def test_what_is_said_comes_after_the_reactions_that_wait(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(AT_ONCE + 2)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    await town.say(SECRETAIRE, "rouvrir", cards[-1])
    await town.wait(5)
    assert field(town, "status") == ["done"] * (AT_ONCE + 1) + ["todo"]


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
    assert len(said) == 3, "no notice tells more than forty, unless what is done together is more"
    assert len(town.messages()) <= 100 + AT_ONCE + 2 + 60


async def test_one_of_a_batch_is_undone_alone(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(4)]
    reactions = [await town.react(SECRETAIRE, card, "👀") for card in cards]
    await town.wait(11)
    await town.redact(SECRETAIRE, reactions[2].event_id)
    assert field(town, "status") == ["doing", "doing", "todo", "doing"]
    assert field(town, "assignees") == [[SECRETAIRE], [SECRETAIRE], [], [SECRETAIRE]]


async def test_what_is_taken_back_while_it_waits_is_dropped(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(AT_ONCE + 2)]
    reactions = [await town.react(SECRETAIRE, card, "✅") for card in cards]
    await town.redact(DGS, reactions[-2].event_id)
    await town.redact(SECRETAIRE, reactions[-1].event_id)
    await town.wait(11)
    assert field(town, "status") == ["done"] * (AT_ONCE + 1) + ["todo"], "a moderator's redaction undoes nothing"


async def test_a_crash_while_reactions_wait_loses_none_and_answers_once(town: Any) -> None:
    cards = [await town.task(f"chose {number}") for number in range(AT_ONCE + 3)]
    for card in cards:
        await town.react(SECRETAIRE, card, "✅")
    town.restart()
    await town.wait(11)
    assert field(town, "status") == ["done"] * (AT_ONCE + 3)
    town.restart()
    await town.wait(11)
    numbers = " · ".join(f"{number + 1} chose {number}" for number in range(AT_ONCE, AT_ONCE + 3))
    assert town.notices()[1:] == [f"✔ 3 tâches faites par @secretaire\u00a0: {numbers}"]


async def test_a_crash_while_they_are_answered_answers_them_once(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = [await town.task(f"chose {number}") for number in range(AT_ONCE + 2)]
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
    assert field(town, "status") == ["done"] * (AT_ONCE + 2)
    assert not town.ledger.gaps(ROOM)
    sequence = [each.content[OPS]["seq"] for each in town.messages() if OPS in each.content]
    assert sequence == list(range(1, 2 * AT_ONCE + 4))


async def test_several_reactions_on_one_card_are_done_in_their_order(town: Any) -> None:
    first = await town.task("autre chose")
    card = await town.task("relancer le SDIS")
    for target, key in ((first, "✅"), (card, "👀"), (card, "✅")):
        await town.react(SECRETAIRE, target, key)
    await town.wait(11)
    assert field(town, "status") == ["done", "done"]
    assert field(town, "assignees") == [[], [SECRETAIRE]]


def test_a_batch_touches_each_object_once_and_is_bounded() -> None:
    held = [WaitingReaction(ROOM, EventId(f"${n}"), UserId(SECRETAIRE), "✅", str(n % 60)) for n in range(120)]
    batches = rounds(held)
    assert sorted(each.event_id for batch in batches for each in batch) == sorted(each.event_id for each in held)
    for batch in batches:
        assert len({each.object_id for each in batch}) == len(batch) <= MOST
    for object_id in {each.object_id for each in held}:
        order = [each.event_id for batch in batches for each in batch if each.object_id == object_id]
        assert order == [each.event_id for each in held if each.object_id == object_id]
