"""A redaction that was never told is found by what the homeserver no longer shows."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from bots.assistant.sync import redaction_check
from bots.assistant.sync.redaction_check import RedactionCheck
from bots.matrix.events import Event, Joined, Redaction, Unreadable
from bots.register.format.operation import Operation
from bots.register.format.wire import OPS
from bots.register.replica.places import ERASED
from bots.register.store import reading, roots, sequence
from config.identifiers import EventId, RoomId, UserId
from tests.unit.assistant.town import ROOM, R, Side, Town, V

SECRET = "relancer Madame Untel"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R)
    yield made
    await made.close()


async def with_a_secret(town: Town, chat: int = 0) -> tuple[Side, Side, EventId]:
    """Both hold twelve operations of Valbourg, of which one will be redacted."""
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time()
    for number in range(12):
        await valbourg.write(SECRET if number == 6 else f"tâche {number}", number)
        await town.carry()
    await town.pass_time(10_000)
    for number in range(chat):
        await rivemont.edge.say(ROOM, rivemont.person, f"bavardage {number}")
    secret = next(
        each.event_id
        for each in valbourg.edge.timeline(ROOM)
        if isinstance(each, Event) and OPS in each.content and each.content["body"] == SECRET
    )
    return valbourg, rivemont, secret


def redact(side: Side, target: EventId) -> None:
    """Its homeserver redacts an event, and never tells."""
    event_id, moderator = side.edge.new_event_id(), UserId(side.person)
    side.edge._remember(Redaction(ROOM, event_id, moderator, target, side.edge.now()))


async def stored(side: Side) -> str:
    async with side.edge.database.begin() as transaction:
        found = [each async for each in reading.load(transaction, ROOM)]
    return " ".join(str(each.raw) for each in found if isinstance(each, Operation))


async def restart(side: Side) -> None:
    await side.reopen()
    await side.edge.idle()


@pytest.mark.parametrize("chat", [0, 300])
async def test_a_start_erases_what_was_redacted_unheard(town: Town, chat: int) -> None:
    """By the operations of the current chapter, not by the chat."""
    _, rivemont, secret = await with_a_secret(town, chat)
    redact(rivemont, secret)
    await rivemont.edge.idle()
    assert SECRET in await stored(rivemont), "nobody looks without a reason"
    await restart(rivemont)
    assert SECRET not in await stored(rivemont)
    found = rivemont.ledger.known(ROOM).get("task", f"00000000-0000-5000-8000-{6:012}")
    assert found is not None
    assert found.value("title") is ERASED
    counts = rivemont.desk.redaction_check.counts
    # The root, the secret, and the very first operation, which was written before there was a chapter.
    assert (counts["erased"], counts["checked"]) == (1, 3)
    assert counts["events"] < 20


async def test_the_author_voids_what_was_redacted_unheard(town: Town) -> None:
    """For those who hold it and will never see the redaction either."""
    valbourg, rivemont, secret = await with_a_secret(town)
    redact(valbourg, secret)
    await restart(valbourg)
    await town.pass_time(10_000)
    assert SECRET not in await stored(valbourg)
    assert SECRET not in await stored(rivemont)
    assert valbourg.hash == rivemont.hash


async def test_what_the_server_does_not_show_is_not_erased(town: Town) -> None:
    """Neither a look-up that leaves something out nor an event that cannot be had proves a redaction."""
    _, rivemont, secret = await with_a_secret(town)
    timeline = rivemont.edge._timeline[ROOM]
    timeline[:] = [each for each in timeline if each.event_id != secret]
    await restart(rivemont)
    assert rivemont.desk.redaction_check.counts["checked"] == 3
    assert SECRET in await stored(rivemont)
    unreadable = Unreadable(ROOM, secret, V, 0, "malformed")
    timeline.append(unreadable)
    await restart(rivemont)
    assert SECRET in await stored(rivemont)


async def test_a_server_that_does_not_answer_is_asked_again(town: Town) -> None:
    _, rivemont, secret = await with_a_secret(town)
    redact(rivemont, secret)
    rivemont.edge.unreachable = True
    await restart(rivemont)
    rivemont.edge.unreachable = False
    await rivemont.edge.idle()
    assert rivemont.desk.redaction_check.counts["unreachable"] == 1, "not at once"
    await town.pass_time(12_000)
    assert SECRET not in await stored(rivemont)


async def older_chapter(town: Town, rivemont: Side) -> None:
    """Other chapters begin, after what was redacted."""
    for number in range(2):
        async with rivemont.edge.database.begin() as transaction:
            await roots.note_wanted(transaction, ROOM, V, f"$asks{number}")
        await rivemont.write(f"après {number}", 20 + number)
        await town.pass_time(7_000)
    assert len(rivemont.chapters()) == 2


async def test_who_comes_back_reads_all_chapters(town: Town) -> None:
    """What was redacted while we were out is in no sync; that we must look is known after a crash, too."""
    _, rivemont, secret = await with_a_secret(town)
    await older_chapter(town, rivemont)
    redact(rivemont, secret)
    await restart(rivemont)
    assert SECRET in await stored(rivemont), "it is not in the last two chapters"
    joined = Joined(ROOM, rivemont.edge.new_event_id(), rivemont.edge.now())
    async with rivemont.edge.database.begin() as transaction:
        await rivemont.desk.handle(joined, transaction)
    await rivemont.reopen()
    await town.pass_time(20_000)
    assert SECRET not in await stored(rivemont)
    # Done: the next start reads the current chapter only.
    await restart(rivemont)
    assert rivemont.desk.redaction_check.counts["checked"] < 3


async def test_a_hole_in_the_timeline_has_all_chapters_read(town: Town) -> None:
    _, rivemont, secret = await with_a_secret(town)
    await older_chapter(town, rivemont)
    redact(rivemont, secret)
    async with rivemont.edge.database.begin() as transaction:
        await rivemont.desk.unfilled(ROOM, transaction)
    await town.pass_time(2_000)
    assert SECRET not in await stored(rivemont)
    counts = rivemont.desk.redaction_check.counts
    assert (counts["erased"], counts["checked"]) == (1, 5), "three roots, the secret, what was before all chapters"


async def test_many_that_no_look_up_shows_are_looked_for_a_hundred_at_a_time(town: Town) -> None:
    """Cards reference no chapter."""
    valbourg = await town.enter(V)
    await town.pass_time()
    for number in range(150):
        await valbourg.ask(f"!tâche ajouter {SECRET if number == 30 else number}")
    await town.pass_time()
    carriers = [each for each in valbourg.edge.timeline(ROOM) if isinstance(each, Event) and OPS in each.content]
    redact(valbourg, carriers[30].event_id)
    await restart(valbourg)
    assert SECRET not in await stored(valbourg)
    counts = valbourg.desk.redaction_check.counts
    assert (counts["erased"], counts["pages"], counts["checked"]) == (1, 3, 1), "of its root, then what it said"


async def test_where_a_chapter_may_not_be_read_nothing_of_it_is_asked_for(town: Town) -> None:
    _, rivemont, _ = await with_a_secret(town)
    async with rivemont.edge.database.begin() as transaction:
        root = await sequence.chapter(transaction, ROOM)
    assert root is not None
    rivemont.edge.no_relations.add(root)
    await restart(rivemont)
    assert rivemont.desk.redaction_check.counts == {"refused": 1, "checked": 1, "erased": 0}


async def test_a_chapter_that_was_redacted_unheard_is_none_any_more(town: Town) -> None:
    _, rivemont, _ = await with_a_secret(town)
    async with rivemont.edge.database.begin() as transaction:
        root = await sequence.chapter(transaction, ROOM)
    assert root is not None
    redact(rivemont, root)
    await restart(rivemont)
    async with rivemont.edge.database.begin() as transaction:
        assert await sequence.chapter(transaction, ROOM) != root


async def test_of_many_rooms_some_wait_so_that_newcomers_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a start it went through all rooms, and in one that we had just come to nobody was answered for so long."""
    rooms = [RoomId(f"!{number}:valbourg.fr") for number in range(3)]
    looked: list[RoomId] = []

    class Check(RedactionCheck):
        async def _look(self, room_id: RoomId) -> bool:
            looked.append(room_id)
            return True

    monkeypatch.setattr(redaction_check, "AT_ONCE_S", 0.0)
    edge: Any = SimpleNamespace(room=lambda _: True)
    ledger: Any = SimpleNamespace(rooms=lambda: rooms)
    nothing: Any = None
    check = Check(edge, nothing, ledger, lambda: 0, tuple, nothing)

    await check.tend()
    assert 0 < len(looked) < len(rooms)
    for _ in rooms:
        await check.tend()
    assert sorted(looked) == rooms
