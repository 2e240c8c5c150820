"""A chapter's root is an ordinary message: it says something true, and no other event is sent for it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bots.matrix.errors import Refused
from bots.matrix.events import Event, Outgoing, Redaction
from bots.register.format.chapter import Root
from bots.register.format.wire import CHAPTER, OPS
from bots.register.store import roots, sequence
from config.identifiers import EventId, UserId
from tests.unit.assistant.town import ROOM, C, R, Side, Town, V


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R, C)
    yield made
    await made.close()


def opened(side: Side) -> list[dict[str, Any]]:
    """The messages that open a chapter."""
    return [each for each in side.said() if CHAPTER in each]


async def known(side: Side) -> list[Root]:
    async with side.edge.database.begin() as transaction:
        return await roots.roots(transaction, ROOM)


async def current(side: Side) -> EventId | None:
    async with side.edge.database.begin() as transaction:
        return await sequence.chapter(transaction, ROOM)


async def test_the_first_operation_s_message_is_the_first_root_and_nothing_is_said_for_it(town: Town) -> None:
    valbourg = await town.enter(V)
    await town.pass_time()
    await valbourg.ask("!tâche ajouter relancer le SDIS")
    await valbourg.ask("!tâche fait 1")
    (root,) = opened(valbourg)
    answers = [each for each in valbourg.said() if OPS in each]
    assert answers[0] == root
    assert "rel_type" not in root["m.relates_to"], "threads can begin at it"
    assert (await known(valbourg))[0].snapshot is None
    assert answers[1]["m.relates_to"]["event_id"] == await current(valbourg)


async def test_the_others_know_it_by_what_they_hear(town: Town) -> None:
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time(1_000)
    await valbourg.ask("!tâche ajouter relancer le SDIS")
    await town.pass_time(1_000)
    assert await current(rivemont) == await current(valbourg) is not None
    assert rivemont.hash == valbourg.hash


async def test_a_second_message_on_its_way_opens_no_second_chapter(town: Town) -> None:
    valbourg = await town.enter(V)
    async with valbourg.edge.database.begin() as transaction:
        assert await valbourg.desk.registrar.opening(transaction, ROOM, "one") is not None
        assert await valbourg.desk.registrar.opening(transaction, ROOM, "two") is None


async def test_one_that_the_server_refuses_opens_nothing(town: Town) -> None:
    valbourg = await town.enter(V)
    await town.pass_time()
    valbourg.edge.refusing = Refused(413, "M_TOO_LARGE", "too large")
    await valbourg.ask("!tâche ajouter relancer le SDIS")
    valbourg.edge.refusing = None
    assert await known(valbourg) == []
    await valbourg.ask("!tâche ajouter payer")
    assert len(opened(valbourg)) == 1


async def test_redacted_it_is_erased_and_the_next_operation_opens_another(town: Town) -> None:
    valbourg = await town.enter(V)
    await town.pass_time()
    await valbourg.ask("!tâche ajouter un secret")
    root = await current(valbourg)
    assert root is not None
    redaction = Redaction(ROOM, valbourg.edge.new_event_id(), UserId(valbourg.person), root, town.time)
    await valbourg.edge.deliver(redaction)
    (task,) = valbourg.ledger.known(ROOM).all("task")
    assert repr(task.value("title")) == "ERASED"
    assert await current(valbourg) is None

    await valbourg.ask("!tâche ajouter payer")
    assert len(opened(valbourg)) == 2
    assert await current(valbourg) not in (None, root)


async def test_an_edit_opens_nothing(town: Town) -> None:
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time(1_000)
    await rivemont.write("chose")
    await town.carry()
    before = await known(valbourg)
    content = {**opened(rivemont)[0], "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}}
    await valbourg.edge.say(ROOM, R, "", content=content)
    await valbourg.edge.say(ROOM, valbourg.person, "", content=opened(rivemont)[0])
    assert await known(valbourg) == before
    assert valbourg.desk.registrar.rejected["unknown_sender"] == 1


async def test_a_broken_chapter_takes_no_operation_along(town: Town) -> None:
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time(1_000)
    await rivemont.write("chose")
    await valbourg.edge.say(ROOM, R, "", content={**opened(rivemont)[0], CHAPTER: []})
    assert valbourg.hash == rivemont.hash
    assert valbourg.desk.registrar.rejected["malformed"] == 1


async def test_who_comes_is_told_of_in_a_sentence(town: Town) -> None:
    valbourg, _ = await town.enter(V), await town.enter(R)
    await town.pass_time(1_000)
    for title in ("payer", "saler"):
        await valbourg.ask(f"!tâche ajouter {title}")
    await valbourg.ask("!objectif ajouter moins de sel")
    await town.pass_time(1_000)
    await town.enter(C)
    await town.pass_time(2_000)
    (said,) = [each for each in opened(valbourg) if each[CHAPTER]["snapshot"] is not None]
    assert said["body"] == f"{C} connaît maintenant ce que ce salon a noté\u00a0: 2 tâches."
    assert said["msgtype"] == "m.notice"
    assert said["m.mentions"] == {}
    assert "m.relates_to" not in said


async def test_what_was_erased_is_told_of_in_a_sentence(town: Town) -> None:
    valbourg, _, _ = [await town.enter(each) for each in (V, R, C)]
    await town.pass_time(1_000)
    for title in ("payer", "saler", "un secret"):
        await valbourg.ask(f"!tâche ajouter {title}")
    async with valbourg.edge.database.begin() as transaction:
        await roots.note_wanted(transaction, ROOM, R, "~asked")
    await town.pass_time(5_000)
    said = [each for each in valbourg.edge.timeline(ROOM) if isinstance(each, Event) and "secret" in str(each.content)]
    target = next(each.event_id for each in said if OPS in each.content)
    for side in town.inside:
        redaction = Redaction(ROOM, side.edge.new_event_id(), UserId(valbourg.person), target, town.time)
        await side.edge.deliver(redaction)
    await town.pass_time(40_000)
    bodies = [each["body"] for each in opened(valbourg) if each[CHAPTER]["snapshot"] is not None]
    assert bodies[1:] == ["Ce qui a été effacé a quitté aussi la mémoire de ce salon. Elle garde\u00a0: 2 tâches."]


async def test_nothing_that_an_assistant_says_is_of_a_type_of_its_own(town: Town) -> None:
    """Half an hour of two towns in one room, a third one that comes, and gaps."""
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time(1_000)
    for number in range(15):
        await valbourg.ask(f"!tâche ajouter dossier {number}")
        town.lost = lambda to, _message, number=number: number % 3 == 0 and to == R  # type: ignore[misc]
        await rivemont.ask(f"!tâche fait {number}")
        await town.carry()
        await town.pass_time(120_000, step=5_000)
    town.lost = lambda _to, _message: False
    cassel = await town.enter(C)
    await town.pass_time(30_000)
    assert valbourg.hash == rivemont.hash == cassel.hash
    said = [each for side in town.inside for each in side.edge.said if isinstance(each, Outgoing)]
    assert {each.type for each in said} <= {"m.room.message", "m.reaction"}
    assert any(side.edge.told for side in town.inside)
