"""An assistant comes into a room where others are: it loads what they hold before it writes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from bots.assistant.store import pending
from bots.assistant.sync.chapters import Chapters
from bots.assistant.sync.snapshots import UNDOWNLOADABLE
from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Reply
from bots.database.engine import Transaction
from bots.matrix.events import Event, Outgoing, OutgoingRedaction, Redaction
from bots.register.format.operation import Change
from bots.register.format.wire import CHAPTER, OPS
from bots.register.store import roots
from config.identifiers import DeviceId, EventId, RoomId, UserId
from tests.unit.assistant.town import ROOM, C, Died, R, Side, Town, V

LIST = "!tâches"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R, C)
    yield made
    await made.close()


async def settled(town: Town, operations: int = 10) -> tuple[Side, Side]:
    """Two assistants that have worked together for a while."""
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time()
    for number in range(operations):
        await (valbourg, rivemont)[number % 2].write(f"chose {number}", number % 4)
        await town.carry()
    await town.pass_time(6_000)
    assert valbourg.hash == rivemont.hash
    return valbourg, rivemont


async def test_a_newcomer_knows_what_the_others_know_and_the_first_of_the_list_told_it(town: Town) -> None:
    valbourg, rivemont = await settled(town)
    assert valbourg.chapters() == []

    cassel = await town.enter(C)
    await town.pass_time()

    assert cassel.hash == valbourg.hash
    assert not cassel.ledger.gaps(ROOM)
    assert len(valbourg.chapters()) == 1
    assert rivemont.chapters() == []
    assert cassel.desk.newcomers.counts == {"loaded": 1}
    assert not any(OPS in each for each in cassel.said())


async def test_a_room_without_a_past_is_nobodys_to_wait_for(town: Town) -> None:
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time()
    assert rivemont.desk.newcomers.counts == {"nothing to load": 1}
    assert valbourg.desk.newcomers.counts == {"nothing to load": 1}
    assert valbourg.chapters() == []
    await rivemont.ask("!tâche ajouter relancer le SDIS")
    assert any(OPS in each for each in rivemont.said())


async def test_commands_wait_and_are_answered_in_order(town: Town) -> None:
    valbourg, _ = await settled(town)
    cassel = await town.enter(C)
    await cassel.ask("bonjour à tous")
    await cassel.ask("!tâche ajouter relancer le SDIS")
    await cassel.ask(LIST)
    assert cassel.answers() == []

    await cassel.reopen()
    await town.pass_time()

    first, second = cassel.answers()
    assert "SDIS" in first
    assert first != second
    assert "SDIS" in second, "the list was asked for after the task"
    assert sum(OPS in each for each in cassel.said()) == 1
    await town.carry()
    assert cassel.hash == valbourg.hash


async def test_what_waits_in_a_new_room_is_answered_while_other_upkeep_waits_for_a_server(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a start all rooms are looked through: in a room of that minute nobody was answered for so long."""
    valbourg, rivemont = await settled(town)
    cassel = await town.enter(C)
    reached, back = asyncio.Event(), asyncio.Event()
    tend = Chapters.tend

    async def hang(self: Chapters, except_in: Sequence[RoomId] = ()) -> None:
        if self.edge is cassel.edge:
            reached.set()
            await back.wait()
        await tend(self, except_in)

    monkeypatch.setattr(Chapters, "tend", hang)
    idling = asyncio.create_task(cassel.desk.idle())
    await reached.wait()
    await cassel.ask(LIST)
    for _ in range(10):
        for side in (valbourg, rivemont):
            await side.edge.idle()
        await cassel.desk.upkeep.meet_rooms()
        await cassel.edge.flush()
        await town.carry()
    assert len(cassel.answers()) == 1
    assert cassel.hash == valbourg.hash
    back.set()
    await idling


async def test_what_is_told_to_wait_just_when_the_last_that_waited_is_answered_is_answered_too(town: Town) -> None:
    """On PostgreSQL it is written down after it was looked for: nobody was answered there until the next start."""
    valbourg, _ = await settled(town)
    content = {"msgtype": "m.text", "body": LIST}
    command = Event(ROOM, EventId("$late"), UserId(valbourg.person), "m.room.message", content, town.time)
    async with valbourg.edge.database.begin() as transaction:
        await pending.keep(transaction, replace(command, device=DeviceId("FAKE"), encrypted=True), town.time)
    before = len(valbourg.answers())

    await town.pass_time(3_000)

    assert len(valbourg.answers()) == before + 1


async def test_a_command_that_is_taken_back_while_it_waits_is_not_answered(town: Town) -> None:
    await settled(town)
    cassel = await town.enter(C)
    command = await cassel.ask("!tâche ajouter relancer le SDIS")
    redaction = Redaction(ROOM, EventId("$gone"), UserId(cassel.person), command.event_id, town.time)
    await cassel.edge.deliver(redaction)
    await town.pass_time()
    assert cassel.answers() == []


async def test_whoever_waits_long_is_told_why_once_and_then_answered(town: Town) -> None:
    """Both old hands are silent: afterwards what its homeserver has and never told is read back."""
    await settled(town)
    town.lost = lambda to, event: to == C and CHAPTER in event.content
    cassel = await town.enter(C)
    await cassel.ask(LIST)
    await cassel.ask(LIST)
    await town.pass_time(4_000)
    assert cassel.answers() == []
    await town.pass_time(2_000)
    assert [each["body"] for each in cassel.said()].count("Je rejoins ce salon\u00a0: je réponds dans un instant.") == 1
    # It is no answer: that one comes, once, when there is something to answer with.
    assert cassel.answers() == []
    await town.pass_time(6_000)
    assert len(cassel.answers()) == 2
    assert cassel.desk.newcomers.counts == {"read back": 1}
    await town.pass_time(20_000)
    assert cassel.hash == town.sides[V].hash


async def test_when_the_first_is_silent_the_second_is_asked(town: Town) -> None:
    valbourg, rivemont = await settled(town)
    town.inside.remove(valbourg)
    cassel = town.sides[C]
    town.inside.append(valbourg)
    town.lost = lambda to, event: V in (getattr(event, "sender", None), to)
    await town.enter(C)
    await town.pass_time(5_000)
    assert cassel.hash == rivemont.hash
    assert len(rivemont.chapters()) == 1
    assert cassel.desk.newcomers.counts == {"loaded": 1}


@pytest.mark.parametrize("tampering", ["attachment", "gone", "forged"])
async def test_a_hostile_snapshot_is_refused_and_the_other_assistant_is_asked(town: Town, tampering: str) -> None:
    valbourg, rivemont = await settled(town)
    good = rivemont.hash
    cassel = await town.enter(C)
    await town.carry()
    if tampering == "forged":
        # Another assistant's memory is not what it signs for: its state has something that nobody signed.
        task = next(iter(valbourg.ledger.known(ROOM).all("task")))
        task.fields = {**task.fields, "title": "menteur"}
        valbourg.ledger._books[ROOM].hash.__init__()  # type: ignore[misc]
        valbourg.ledger.known(ROOM)._touched.update(each.key for each in valbourg.ledger.known(ROOM).objects())
    await valbourg.edge.idle()
    (url,) = town.repository.blobs
    if tampering == "attachment":
        blob = bytearray(town.repository.blobs[url])
        blob[len(blob) // 2] ^= 1
        town.repository.blobs[url] = bytes(blob)
    elif tampering == "gone":
        del town.repository.blobs[url]

    await cassel.ask(LIST)
    await town.pass_time()

    flaw = "wrong_hash" if tampering == "forged" else UNDOWNLOADABLE
    assert cassel.desk.newcomers.counts == {f"refused {flaw}": 1, "loaded": 1}
    assert cassel.hash == good
    # Perhaps a second one: for Valbourg, which has found that it makes something else of the same.
    assert rivemont.chapters()
    assert len(cassel.answers()) == 1


async def test_a_lie_by_omission_is_found_by_the_next_comparison(town: Town) -> None:
    """Same frontier, another hash: its word is dropped, and what it left out comes from somebody else."""
    liar, rivemont = await settled(town)
    good = rivemont.hash
    async with liar.edge.database.begin() as transaction:
        done = await transaction.exec_driver_sql(
            "DELETE FROM register_operation WHERE seq = (SELECT max(seq) - 1 FROM register_operation"
            " WHERE sender = ?) AND sender = ?",
            (V, V),
        )
        assert done.rowcount == 1
    frontier = liar.ledger.frontier(ROOM)
    liar.ledger.forget(ROOM)
    async with liar.edge.database.begin() as transaction:
        await liar.ledger.state(transaction, ROOM)
        liar.ledger._books[ROOM].holdings.cover(frontier)
    cassel = await town.enter(C)
    await town.pass_time()
    await town.pass_time(30_000)

    assert cassel.hash == good
    assert cassel.desk.newcomers.counts["distrusted"] == 1


async def test_a_crash_at_any_step_of_a_chapter_begins_it_again(town: Town) -> None:
    valbourg, _ = await settled(town)
    cassel = await town.enter(C)
    await town.carry()
    town.repository.largest = 1
    await valbourg.edge.idle()
    assert valbourg.desk.chapters.counts == {"upload failed": 1}
    await valbourg.reopen()
    valbourg.edge.unreachable = True
    await valbourg.edge.idle()
    assert valbourg.desk.chapters.counts == {"upload failed": 1}
    valbourg.edge.unreachable = False
    town.repository.largest = None

    await valbourg.reopen()
    enqueue = valbourg.edge.enqueue

    async def dying(message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        await enqueue(message, transaction)
        raise Died

    valbourg.edge.enqueue = dying  # type: ignore[method-assign]
    enqueued = list(valbourg.edge._waiting)
    with pytest.raises(Died):
        await valbourg.edge.idle()
    valbourg.edge._waiting = enqueued
    valbourg.edge.enqueue = enqueue  # type: ignore[method-assign]

    await valbourg.reopen()
    await town.pass_time()
    assert len(valbourg.chapters()) == 1
    assert cassel.hash == valbourg.hash
    await valbourg.reopen()
    await town.pass_time(10_000)
    assert len(valbourg.chapters()) == 1


async def test_a_crash_while_it_loads_begins_it_again(town: Town) -> None:
    valbourg, _ = await settled(town)
    cassel = await town.enter(C)
    await town.carry()
    await valbourg.edge.idle()
    await town.carry()
    adopted = cassel.ledger.adopt

    async def dying(*arguments: object) -> object:
        await adopted(*arguments)  # type: ignore[arg-type]
        raise Died

    cassel.ledger.adopt = dying  # type: ignore[method-assign, assignment]
    with pytest.raises(Died):
        await cassel.edge.idle()
    assert cassel.ledger.frontier(ROOM) == {}

    await cassel.reopen()
    await cassel.ask(LIST)
    assert cassel.answers() == []
    await town.pass_time()
    assert cassel.hash == valbourg.hash
    assert len(cassel.answers()) == 1


async def test_a_chapter_begins_when_much_has_happened_since_the_last(town: Town) -> None:
    valbourg, rivemont = await settled(town, 2)
    for number in range(298):
        await valbourg.write(f"encore {number}", 0)
    await town.pass_time()
    assert valbourg.chapters() == []
    await valbourg.write("et une")
    await town.pass_time(2_000)
    (chapter,) = valbourg.chapters()
    assert rivemont.chapters() == []
    assert chapter["frontier"] == valbourg.ledger.frontier(ROOM)
    async with valbourg.edge.database.begin() as transaction:
        (latest, first) = await roots.roots(transaction, ROOM)
    assert latest.snapshot is not None
    assert first.snapshot is None
    await town.pass_time(10_000)
    assert len(valbourg.chapters()) == 1


async def test_a_chapter_that_carries_what_was_erased_is_followed_by_one_that_does_not_and_redacted(
    town: Town,
) -> None:
    valbourg, _ = await settled(town, 3)
    await town.enter(C)
    await town.pass_time()
    (chapter,) = valbourg.chapters()
    said = [each for each in valbourg.edge.timeline(ROOM) if isinstance(each, Event) and OPS in each.content]
    own = [each for each in said if each.sender == V]
    assert len(own) == 2
    for number, event in enumerate(own):
        redaction = Redaction(ROOM, EventId(f"$erase{number}"), UserId(valbourg.person), event.event_id, town.time)
        await valbourg.edge.deliver(redaction)
        await town.pass_time(10_000)
    assert len(valbourg.chapters()) == 1, "more may be erased in a moment"

    await town.pass_time(35_000)

    (again,) = valbourg.chapters()[1:]
    assert again["hash"] != chapter["hash"]
    (redacted,) = [each for each in valbourg.edge.said if isinstance(each, OutgoingRedaction)]
    (first,) = [
        each for each in valbourg.edge.said if isinstance(each, Outgoing) and each.content.get(CHAPTER) == chapter
    ]
    assert redacted.target == valbourg.edge.event_ids[ROOM, first.txn]
    assert len({each.hash for each in town.inside}) == 1
    async with town.sides[C].edge.database.begin() as transaction:
        (root,) = await roots.roots(transaction, ROOM)
    assert root.snapshot == again["snapshot"]


async def test_what_is_too_long_is_refused_in_plain_words_and_leaves_no_hole(town: Town) -> None:
    valbourg = await town.enter(V)
    await valbourg.write("court")
    async with valbourg.edge.database.begin() as transaction:
        room = valbourg.edge.room(ROOM)
        assert room is not None
        long = Change("task", "00000000-0000-5000-8000-000000000009", set={"title": "x" * 60_000})
        asked = Event(ROOM, EventId("$long"), UserId(valbourg.person), "m.room.message", {}, town.time)
        request = await valbourg.desk.line.gatherer.request(room, asked, transaction, cause=asked.event_id, text="")
        await valbourg.desk.line.say(
            transaction, request, Reply(text("ok"), changes=(long,)), asked.event_id, answers=None
        )
    await valbourg.edge.flush()
    last = valbourg.said()[-1]
    assert OPS not in last
    assert "C’est trop long" in last["body"]
    assert valbourg.ledger.frontier(ROOM)[V].popitem()[1] == 1
