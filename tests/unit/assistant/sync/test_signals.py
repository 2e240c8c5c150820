"""What assistants tell each other goes from device to device, and only theirs count."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bots.assistant.sync import reconciler
from bots.matrix.events import Outgoing, OutgoingToDevice
from bots.register.format.canonical import encode
from bots.register.format.operation import Change
from bots.register.format.portions import MAX_BYTES
from bots.register.format.wire import SIGNAL, Relayed, Signal, signal_content
from config.identifiers import UserId
from tests.unit.assistant.town import ROOM, C, R, Side, Town, V

STRANGER = UserId("@beffroi:ailleurs.fr")


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R)
    yield made
    await made.close()


async def both(town: Town) -> tuple[Side, Side]:
    """Two that know each other, and of each other's start."""
    sides = await town.enter(V), await town.enter(R)
    await town.pass_time(8_000)
    return sides


def types(side: Side) -> set[str]:
    return {each.type for each in side.edge.said if isinstance(each, Outgoing)}


async def test_nothing_of_it_stands_in_the_room(town: Town) -> None:
    valbourg, rivemont = await both(town)
    await valbourg.write("relancer le SDIS")
    await town.carry()
    await valbourg.write("perdue", 1)
    valbourg.carried = len(valbourg.edge.said)
    await town.pass_time(20_000)

    assert rivemont.hash == valbourg.hash
    assert any("need" in each for each in rivemont.signals())
    assert any("relay" in each for each in valbourg.signals())
    assert SIGNAL not in types(valbourg) | types(rivemont)


async def test_a_signal_in_a_timeline_says_nothing(town: Town) -> None:
    valbourg, _ = await both(town)
    await valbourg.write("relancer le SDIS")
    before = len(valbourg.edge.told)
    content = signal_content(Signal(ask=(V,), chapter=(V,)))
    for sender in (R, STRANGER):
        await valbourg.edge.say(ROOM, sender, "", content=content, kind=SIGNAL)
    await valbourg.edge.idle()
    assert len(valbourg.edge.told) == before
    assert valbourg.chapters() == []
    assert valbourg.desk.registrar.rejected == {}


async def forged(town: Town, side: Side) -> Signal:
    """What would make *side* answer, want, open a chapter and believe, if it came from one that counts."""
    other = town.sides[R]
    change = Change("task", "00000000-0000-5000-8000-000000000099", set={"title": "x"})
    async with other.edge.database.begin() as transaction:
        operation = await other.ledger.write(transaction, ROOM, [change], by=UserId(other.person))
    frontier: dict[str, dict[str, int]] = {R: {operation.src: operation.seq + 5}}
    return Signal(
        ask=(V,),
        chapter=(V,),
        frontier=frontier,
        state_hash="0" * 64,
        need={(V, next(iter(side.ledger.frontier(ROOM)[V]))): ((1, 1),)},
        relay=(Relayed(ROOM, R, operation.raw),),
    )


@pytest.mark.parametrize(
    ("who", "joined", "signed"), [(STRANGER, True, True), (R, True, False), (R, False, True), (V, True, True)]
)
async def test_whoever_is_not_listed_not_signed_or_not_in_the_room_is_not_heard(
    town: Town, who: UserId, joined: bool, signed: bool
) -> None:
    valbourg, _ = await both(town)
    await valbourg.write("relancer le SDIS")
    signal = await forged(town, valbourg)
    members = {V, valbourg.person, *([who] if joined else [])}
    valbourg.edge.add_room(ROOM, [str(each) for each in members])
    before = (len(valbourg.edge.told), valbourg.hash, valbourg.ledger.gaps(ROOM))

    message = OutgoingToDevice(ROOM, "forged", SIGNAL, signal_content(signal), (V,))
    await valbourg.edge.hear(who, message, signed=signed)
    await valbourg.edge.idle()

    assert (len(valbourg.edge.told), valbourg.hash, valbourg.ledger.gaps(ROOM)) == before
    assert valbourg.chapters() == []


async def test_the_same_from_one_that_counts_is_heard(town: Town) -> None:
    valbourg, _ = await both(town)
    await valbourg.write("relancer le SDIS")
    signal = await forged(town, valbourg)
    before = valbourg.hash
    await valbourg.edge.hear(R, OutgoingToDevice(ROOM, "true", SIGNAL, signal_content(signal), (V,)))
    await valbourg.edge.idle()
    assert valbourg.hash != before
    assert valbourg.ledger.gaps(ROOM)
    assert len(valbourg.chapters()) == 1
    assert {key for each in valbourg.signals()[-2:] for key in each} >= {"relay", "frontier"}


async def test_of_another_room_it_says_nothing_here(town: Town) -> None:
    valbourg, _ = await both(town)
    await valbourg.write("relancer le SDIS")
    signal = await forged(town, valbourg)
    before = valbourg.hash
    message = OutgoingToDevice(valbourg.edge.add_room("!other", [R]).room_id, "t", SIGNAL, signal_content(signal), (V,))
    await valbourg.edge.hear(R, message)
    assert valbourg.hash == before


async def test_at_a_start_each_room_s_assistants_are_told_and_asked_once(town: Town) -> None:
    """What was lost on the way, or went to a device that is no more, is found out so."""
    valbourg, rivemont = await both(town)
    await valbourg.write("relancer le SDIS")
    await town.pass_time(8_000)
    town.lost = lambda to, message: to == R
    await valbourg.write("perdue", 1)
    await town.pass_time(10_000)
    town.lost = lambda _to, _message: False
    assert rivemont.hash != valbourg.hash

    await rivemont.reopen()
    before = len(rivemont.edge.told)
    await town.pass_time(10_000)

    assert rivemont.hash == valbourg.hash
    greetings = [each for each in rivemont.signals()[before:] if "ask" in each]
    assert [each["ask"] for each in greetings] == [[V]]


async def test_alone_nobody_is_told_anything(town: Town) -> None:
    valbourg = await town.enter(V)
    await valbourg.write("relancer le SDIS")
    await town.pass_time(10_000)
    assert valbourg.edge.told == []


async def write_silently(side: Side, number: int) -> None:
    """Write what stands in no message, as a large sheet does that is read in several operations."""
    change = Change("task", f"00000000-0000-5000-8000-{number:012}", set={"title": f"ligne {number}"})
    async with side.edge.database.begin() as transaction:
        operation = await side.ledger.write(transaction, ROOM, [change], by=UserId(side.person))
        await side.desk.registrar.publish(transaction, ROOM, operation, f"$sheet {number}")
    await side.edge.flush()


async def test_what_stands_in_no_message_and_nobody_else_holds_is_soon_carried_by_one_chapter(town: Town) -> None:
    """The room is the database: a lost store must find it there."""
    valbourg = await town.enter(V)
    for number in range(3):
        await write_silently(valbourg, number)
        await town.pass_time(20_000)
    assert valbourg.chapters() == []
    await valbourg.reopen()
    await town.pass_time(70_000)
    assert len(valbourg.chapters()) == 1

    await valbourg.write("dit", 9)
    await town.pass_time(130_000)
    assert len(valbourg.chapters()) == 1


async def test_what_another_assistant_holds_wakes_nobody(town: Town) -> None:
    valbourg, _ = await both(town)
    for number in range(3):
        await write_silently(valbourg, number)
    await town.pass_time(130_000)
    assert valbourg.chapters() == []


async def test_while_the_other_is_away_it_is_carried(town: Town) -> None:
    valbourg, _ = await both(town)
    town.lost = lambda to, _message: to == R
    await write_silently(valbourg, 1)
    await town.pass_time(130_000)
    assert len(valbourg.chapters()) == 1


async def test_what_was_lost_in_a_broken_channel_is_asked_for(town: Town) -> None:
    valbourg, rivemont = await both(town)
    town.lost = lambda to, message: to == R
    await valbourg.write("perdue")
    await town.pass_time(10_000)
    town.lost = lambda _to, _message: False
    rivemont.desk.garbled(V)
    rivemont.desk.garbled(STRANGER)
    await town.pass_time(10_000)
    assert rivemont.hash == valbourg.hash


async def test_a_big_relay_is_split(town: Town) -> None:
    valbourg, rivemont = await both(town)
    town.lost = lambda to, message: to == R
    for number in range(12):
        await valbourg.write("é" * 9_000, number)
        await town.carry()
    town.lost = lambda to, message: to == R and isinstance(message, Outgoing)
    rivemont.edge.no_relations |= set(valbourg.edge.event_ids.values())
    await town.pass_time(30_000)

    assert rivemont.hash == valbourg.hash
    relays: list[dict[str, Any]] = [each for each in valbourg.signals() if "relay" in each]
    assert len(relays) > 3
    assert max(len(encode(each)) for each in valbourg.signals()) <= MAX_BYTES


async def test_an_answer_goes_to_whoever_asked_and_a_word_of_one_s_own_to_all(town: Town) -> None:
    town = Town(V, R, C)
    valbourg, rivemont, _ = [await town.enter(each) for each in (V, R, C)]
    await town.pass_time(10_000)
    await valbourg.write("une")
    await town.carry()
    await town.pass_time(6_000)
    assert valbourg.edge.told[-1].to == (R, C)

    town.lost = lambda to, message: to == R
    await valbourg.write("perdue", 1)
    await town.carry()
    town.lost = lambda _to, _message: False
    rivemont.edge.no_relations |= set(valbourg.edge.event_ids.values())
    await town.pass_time(12_000)
    assert {each.to for each in valbourg.edge.told if "relay" in each.content} == {(R,)}
    await town.close()


async def test_one_signal_has_no_more_sent_than_a_bound_and_the_rest_is_asked_for_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "RELAYED_MOST", 2)
    valbourg, _ = await both(town)
    for number in range(5):
        await valbourg.write(f"tâche {number}", number)
    source = next(iter(valbourg.ledger.frontier(ROOM)[V]))
    need = Signal(need={(V, source): tuple((each, each) for each in range(1, 6))})
    await valbourg.edge.hear(R, OutgoingToDevice(ROOM, "much", SIGNAL, signal_content(need), (V,)))
    sent = [one for each in valbourg.signals() for one in each.get("relay", ())]
    assert len(sent) == 2
