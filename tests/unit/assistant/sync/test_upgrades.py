"""A room is upgraded: its register comes along, for everybody alike, and only into the room that it says."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.talk.request import Asked, Needs
from bots.matrix.events import Outgoing
from bots.register.format.operation import Operation
from bots.register.format.wire import CHAPTER, OPS, Signal, split_relay
from bots.register.store import reading
from config.identifiers import EventId, RoomId, UserId
from tests.unit.assistant.halls import NEW, OLD, Hall, Side
from tests.unit.assistant.town import C, R, V

CAME = "Les tâches et les objectifs de l’ancien salon ont suivi, avec les mêmes numéros."


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(V, R, C)
    await made.open()
    yield made
    await made.close()


async def settled(hall: Hall, *assistants: UserId) -> tuple[Side, ...]:
    """Assistants that have kept tasks in a room for a while."""
    await hall.make(OLD, assistants)
    sides = tuple(hall.sides[each] for each in assistants)
    for number, title in enumerate(("saler", "balayer", "relancer le SDIS")):
        await sides[number % len(sides)].ask(OLD, f"!tâche ajouter {title}")
    await hall.wait(8)
    return sides


def agree(room: RoomId, *sides: Side) -> None:
    assert len({each.ledger.state_hash(room) for each in sides}) == 1
    assert len({str(each.ledger.frontier(room)) for each in sides}) == 1
    assert [each.ledger.gaps(room) for each in sides] == [{}] * len(sides)
    assert [each.desk.reconciler.counts["diverged"] for each in sides] == [0] * len(sides)


async def test_tasks_come_along_with_their_numbers_and_the_next_has_the_next(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    await hall.enter(NEW, V)
    await hall.enter(NEW, R)
    await hall.wait(8)

    agree(NEW, valbourg, rivemont)
    assert valbourg.titles(NEW) == {1: "saler", 2: "balayer", 3: "relancer le SDIS"}
    assert "4" in await rivemont.ask(NEW, "!tâche ajouter fermer le pont")
    await valbourg.ask(NEW, "!tâche fait 2")
    await hall.wait(8)
    agree(NEW, valbourg, rivemont)
    assert [rivemont.titles(NEW)[each] for each in (3, 4)] == ["relancer le SDIS", "fermer le pont"]
    (done,) = [each for each in rivemont.ledger.known(NEW).objects() if each.first("number") == 2]
    assert done.value("status") == "done"
    assert len({each.identity for each in await held(rivemont, NEW)}) == 5


async def held(side: Side, room: RoomId) -> list[Operation]:
    """Every operation of which the text is in the store."""
    async with side.edge.database.begin() as transaction:
        return [each async for each in reading.load(transaction, room) if isinstance(each, Operation)]


async def test_whatever_comes_first_it_is_said_once_and_the_room_opens_with_a_snapshot(hall: Hall) -> None:
    """The invitation may overtake the tombstone, and the second of the list the first."""
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (R, V), OLD)
    assert CAME not in rivemont.bodies(NEW) + valbourg.bodies(NEW)
    assert valbourg.titles(NEW) == {}
    await hall.close_room(OLD, NEW)
    await hall.wait(8)
    for each in (valbourg, rivemont):
        await each.reopen()
    await hall.wait(8)
    agree(NEW, valbourg, rivemont)
    assert (valbourg.bodies(NEW) + rivemont.bodies(NEW)).count(CAME) == 1
    chapters = [
        each
        for each in valbourg.edge.said
        if isinstance(each, Outgoing) and CHAPTER in each.content and each.room_id == NEW
    ]
    assert any(each.content[CHAPTER]["snapshot"] for each in chapters)


async def test_a_claim_without_a_tombstone_gets_nothing(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (V, R), OLD)
    await hall.wait(8)
    assert valbourg.titles(NEW) == rivemont.titles(NEW) == {}
    assert "1" in await valbourg.ask(NEW, "!tâche ajouter à moi")
    assert valbourg.titles(NEW) == {1: "à moi"}
    assert CAME not in valbourg.bodies(NEW)
    assert "saler" in await valbourg.ask(OLD, "!tâches")


async def test_a_tombstone_that_leads_into_somebody_elses_room_brings_nothing_there(hall: Hall) -> None:
    """Whoever may close a room may name any other: that one's creator must say the same."""
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (V, R))
    await hall.close_room(OLD, NEW)
    await hall.wait(8)
    assert valbourg.titles(NEW) == rivemont.titles(NEW) == {}
    assert "4" in await valbourg.ask(OLD, "!tâche ajouter la suite")


async def test_what_was_written_for_another_room_is_not_replayed_into_one_that_only_claims_it(hall: Hall) -> None:
    """An assistant that lies with the room's creator: whoever is in the old room knows better."""
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (V, R), OLD)
    operations = await held(rivemont, OLD)
    async with rivemont.edge.database.begin() as transaction:
        for batch in split_relay(operations):
            await rivemont.desk.reconciler.signals.send(transaction, NEW, "replay", Signal(relay=batch))
    await rivemont.edge.flush()
    await hall.wait(8)
    assert valbourg.titles(NEW) == {}


async def test_one_that_was_never_in_the_old_room_loads_what_the_others_hand_over(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    for each in (V, R, C):
        await hall.enter(NEW, each)
    cassel = hall.sides[C]
    await hall.wait(12)
    agree(NEW, valbourg, rivemont, cassel)
    assert cassel.titles(NEW) == valbourg.titles(NEW)
    assert "4" in await cassel.ask(NEW, "!tâche ajouter venue après")
    agree(NEW, valbourg, rivemont, cassel)


async def test_the_first_to_come_may_be_one_that_was_never_there(hall: Hall) -> None:
    """It holds nothing, says so, and learns by its gaps what the others bring."""
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (C,), OLD)
    await hall.close_room(OLD, NEW)
    await hall.enter(NEW, V)
    await hall.enter(NEW, R)
    await hall.wait(20)
    agree(NEW, valbourg, rivemont, hall.sides[C])
    assert hall.sides[C].titles(NEW) == valbourg.titles(NEW)


async def test_what_is_late_in_the_old_room_belongs_to_the_new_one_too(hall: Hall) -> None:
    """Rivemont writes on, because it has not heard that the room is closed; both number the same."""
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    await hall.enter(NEW, V)
    await valbourg.ask(NEW, "!tâche ajouter dans le nouveau")
    await rivemont.ask(OLD, "!tâche ajouter dans l’ancien")
    assert {each.value("title") for each in valbourg.ledger.known(NEW).objects()} >= {
        "dans le nouveau",
        "dans l’ancien",
    }
    await hall.enter(NEW, R)
    await hall.wait(8)
    agree(NEW, valbourg, rivemont)
    titles = {each.value("title") for each in valbourg.ledger.known(NEW).objects() if each.kind == "task"}
    assert {"dans le nouveau", "dans l’ancien", "saler"} <= titles
    assert "4-valbourg" in await valbourg.ask(NEW, "!tâches")


async def test_a_series_goes_on_once_when_both_rooms_end_it(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    await valbourg.ask(OLD, "!tâche ajouter compteur tous les lundis")
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    await hall.enter(NEW, V)
    await valbourg.ask(NEW, "!tâche fait 4")
    await rivemont.ask(OLD, "!tâche fait 4")
    await hall.enter(NEW, R)
    await hall.wait(8)
    agree(NEW, valbourg, rivemont)
    series = [each for each in valbourg.ledger.known(NEW).objects() if each.value("title") == "compteur"]
    assert len(series) == 2


async def test_what_is_erased_in_the_old_room_is_erased_in_the_new_one(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    for each in (V, R, C):
        await hall.enter(NEW, each)
    await hall.wait(8)
    await hall.redact(OLD, rivemont.event_of(OLD, "balayer"), "@admin:valbourg.fr")
    await hall.wait(12)
    agree(NEW, valbourg, rivemont, hall.sides[C])
    for side in (valbourg, rivemont, hall.sides[C]):
        assert "balayer" not in str(await held(side, NEW))
        assert "balayer" not in str(side.titles(NEW))
    # Cassel, who heard of nothing in the old room, has it from the author's void.
    assert "saler" in str(hall.sides[C].titles(NEW))


async def test_what_only_the_new_room_hears_to_be_erased_leaves_the_old_ones_store_too(hall: Hall) -> None:
    """Nobody may write in the closed room any more: the author's void comes by the new one."""
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    await hall.enter(NEW, V)
    await hall.enter(NEW, R)
    target = rivemont.event_of(OLD, "balayer")
    hall.deaf.add((V, OLD))
    await hall.redact(OLD, target, "@admin:valbourg.fr")
    await hall.wait(12)
    agree(NEW, valbourg, rivemont)
    for room in (OLD, NEW):
        assert "balayer" not in str(await held(valbourg, room))


async def test_in_a_closed_room_people_are_told_where_it_goes_on(hall: Hall) -> None:
    valbourg, _ = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    await hall.enter(NEW, V)
    await hall.enter(NEW, R)
    before = valbourg.ledger.state_hash(OLD)
    answer = await valbourg.ask(OLD, "!tâche ajouter trop tard")
    assert answer.startswith("Ce salon a été remplacé")
    assert not any(OPS in each for each in valbourg.said(OLD)[-1:])
    assert valbourg.ledger.state_hash(OLD) == before
    said = len(valbourg.said(OLD))
    await hall.wait(20)
    assert len(valbourg.said(OLD)) == said


async def test_cards_are_said_anew_when_their_object_changes(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    await hall.enter(NEW, V)
    await hall.enter(NEW, R)
    await hall.wait(12)
    assert not any("fr.beffroi.card" in each for side in (valbourg, rivemont) for each in side.said(NEW))
    edits = len(valbourg.edge.said)
    await rivemont.ask(NEW, "!tâche commencer 1")
    await hall.wait(12)
    cards = [each for each in valbourg.said(NEW) if "fr.beffroi.card" in each]
    assert [("saler" in each["body"]) for each in cards] == [True]
    assert not any("fr.beffroi.card" in each for each in rivemont.said(NEW))
    assert all(each.room_id == NEW for each in valbourg.edge.said[edits:])


async def test_a_crash_while_it_is_carried_carries_it_again(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    await hall.make(NEW, (), OLD)
    await hall.close_room(OLD, NEW)
    enqueue = valbourg.edge.enqueue

    async def dying(*_: object) -> None:
        raise ConnectionError

    valbourg.edge.enqueue = dying  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionError):
        await hall.enter(NEW, V)
    valbourg.edge.enqueue = enqueue  # type: ignore[method-assign]
    assert valbourg.titles(NEW) == {}
    await valbourg.reopen()
    await hall.enter(NEW, R)
    await hall.wait(8)
    agree(NEW, valbourg, rivemont)
    assert valbourg.titles(NEW) == {1: "saler", 2: "balayer", 3: "relancer le SDIS"}
    assert (valbourg.bodies(NEW) + rivemont.bodies(NEW)).count(CAME) == 1


async def test_twice_upgraded_all_of_it_comes_along(hall: Hall) -> None:
    valbourg, rivemont = await settled(hall, V, R)
    newest = RoomId("!newest")
    for old, new in ((OLD, NEW), (NEW, newest)):
        await hall.make(new, (), old)
        await hall.close_room(old, new)
        await hall.enter(new, V)
        await hall.enter(new, R)
        await valbourg.ask(new, "!tâche ajouter une de plus")
    await hall.wait(8)
    agree(newest, valbourg, rivemont)
    assert sorted(valbourg.titles(newest)) == [1, 2, 3, 4, 5]
    await hall.redact(OLD, rivemont.event_of(OLD, "balayer"), "@admin:valbourg.fr")
    await hall.wait(8)
    agree(newest, valbourg, rivemont)
    assert "balayer" not in str(valbourg.titles(newest))


async def test_the_first_command_in_the_new_room_is_answered_with_all_that_was_before(hall: Hall) -> None:
    """Nobody has been idle since the room was closed."""
    (valbourg,) = await settled(hall, V)
    await hall.make(NEW, (V,), OLD)
    hall.change(OLD, successor=NEW)
    await valbourg.edge.say(NEW, valbourg.person, "!tâche ajouter fermer le pont")
    assert valbourg.titles(NEW) == {1: "saler", 2: "balayer", 3: "relancer le SDIS", 4: "fermer le pont"}


async def test_reports_and_days_count_one_room(hall: Hall) -> None:
    (valbourg,) = await settled(hall, V)
    await hall.make(NEW, (V,), OLD)
    gatherer = valbourg.desk.line.gatherer
    room = valbourg.edge.room(NEW)
    assert room is not None

    async def counted() -> set[RoomId]:
        asked = Asked(NEW, EventId("$asked"), UserId(valbourg.person))
        async with valbourg.edge.database.begin() as transaction:
            request = await gatherer.request(room, asked, transaction, cause=asked.event_id, text="")
            return {each.room_id for each in (await gatherer.with_needs(request, Needs(rooms=True), transaction)).rooms}

    assert await counted() == {OLD, NEW}
    await hall.close_room(OLD, NEW)
    assert await counted() == {NEW}


async def test_a_reminder_is_said_where_the_task_is(hall: Hall) -> None:
    (valbourg,) = await settled(hall, V)
    card = {"rel_type": "m.annotation", "event_id": valbourg.event_of(OLD, "saler"), "key": "⏰"}
    await valbourg.edge.say(OLD, valbourg.person, "", content={"m.relates_to": card}, kind="m.reaction")
    await hall.make(NEW, (V,), OLD)
    await hall.close_room(OLD, NEW)
    hall.time += 4 * 86_400_000
    await valbourg.desk.errands.tend()
    await valbourg.edge.flush()
    assert [each["m.mentions"] for each in valbourg.said(NEW) if each["body"].startswith("⏰")] == [
        {"user_ids": [valbourg.person]}
    ]


async def test_of_a_room_before_the_last_nobody_is_believed_who_was_not_there(hall: Hall) -> None:
    """The limit that DESIGN.md states: what the last room itself follows, a stranger to it cannot read."""
    valbourg, rivemont = await settled(hall, V, R)
    newest = RoomId("!newest")
    for old, new in ((OLD, NEW), (NEW, newest)):
        await hall.make(new, (), old)
        await hall.close_room(old, new)
        await hall.enter(new, V)
        await hall.enter(new, R)
        await valbourg.ask(new, f"!tâche ajouter dite dans {new}")
    await hall.enter(newest, C)
    await hall.wait(30)
    cassel = hall.sides[C]
    agree(newest, valbourg, rivemont)
    assert set(cassel.titles(newest).values()) == {"dite dans !new", "dite dans !newest"}
    assert cassel.desk.newcomers.counts["refused other_room"] > 0
    assert cassel.ledger.gaps(newest)
