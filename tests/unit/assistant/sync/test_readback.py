"""Where no other assistant is, what we once said is found again in the room."""

from collections.abc import AsyncIterator

import pytest

from bots.envelope.file import as_content
from bots.matrix.events import Event, Outgoing, Redaction
from bots.register.format.wire import CHAPTER, OPS, Chapter, chapter_content
from bots.register.store import roots, snapshot_io
from config.identifiers import EventId, UserId
from tests.unit.assistant.town import ROOM, R, Side, Town, V


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R)
    yield made
    await made.close()


async def alone(town: Town) -> Side:
    """Valbourg's assistant, in a room without another one."""
    valbourg = await town.enter(V)
    await town.pass_time()
    return valbourg


async def add(town: Town, side: Side, *titles: str) -> list[EventId]:
    """Ask for tasks; return their cards."""
    for title in titles:
        await side.ask(f"!tâche ajouter {title}")
        await town.pass_time()
    return cards(side)


def cards(side: Side) -> list[EventId]:
    """The messages of *side* that make a task, as the homeserver has them."""
    return [
        each.event_id
        for each in side.edge.timeline(ROOM)
        if isinstance(each, Event) and any("first" in change for change in each.content.get(OPS, {}).get("ops", ()))
    ]


async def lose_store(town: Town, side: Side) -> Side:
    """Begin again with an empty store; the homeserver has what was said, and tells it as history."""
    room = side.edge.room(ROOM)
    assert room is not None
    lost = Side(side.me, town)
    lost.edge._timeline = side.edge._timeline
    await lost.open()
    town.inside[town.inside.index(side)] = town.sides[side.me] = lost
    await lost.edge.join(room)
    await side.edge.database.close()
    return lost


def tasks(side: Side) -> list[tuple[int, str, str]]:
    found = sorted(side.ledger.known(ROOM).all("task"), key=lambda task: task.first("number"))
    return [(task.first("number"), task.value("title"), task.value("status")) for task in found]


async def test_a_card_has_no_relation_but_the_reply(town: Town) -> None:
    """A homeserver lets no thread begin at an event that has a ``rel_type``."""
    valbourg = await alone(town)
    await add(town, valbourg, "relancer le SDIS", "payer la cantine", "saler")
    await valbourg.ask("!tâche fait 1")
    relations = [
        each.content["m.relates_to"]
        for each in valbourg.edge.said
        if isinstance(each, Outgoing) and OPS in each.content
    ]
    assert [sorted(each) for each in relations[:3]] == [["m.in_reply_to"]] * 3
    assert relations[3]["rel_type"] == "m.reference"


async def test_the_next_operation_that_references_the_chapter_names_the_cards_before_it(town: Town) -> None:
    valbourg = await alone(town)
    made = await add(town, valbourg, *(f"dossier {number}" for number in range(52)))
    for number in (1, 2, 3):
        await valbourg.ask(f"!tâche fait {number}")
        await town.pass_time()
    said = [each.content[OPS] for each in valbourg.edge.said if isinstance(each, Outgoing) and OPS in each.content]
    assert [each.get("also", []) for each in said[52:]] == [made[:50], made[50:], []]
    assert not any("also" in each for each in said[:52]), "nobody looks there"


async def test_a_lost_store_finds_its_cards_and_what_was_done_to_them(town: Town) -> None:
    valbourg = await alone(town)
    made = await add(town, valbourg, "relancer le SDIS", "payer la cantine", "saler")
    await valbourg.ask("!tâche fait 2")
    for number in range(300):
        await valbourg.edge.say(ROOM, valbourg.person, f"bavardage {number}")
    before, held = valbourg.hash, tasks(valbourg)

    lost = await lose_store(town, valbourg)
    await lost.ask("!tâche ajouter la suivante")
    assert not lost.answers(), "it knows nothing yet"
    await town.pass_time()

    assert "Tâche 4 ajoutée" in lost.answers()[0]
    assert tasks(lost)[:3] == held
    assert lost.desk.newcomers.counts == {"read back": 1}
    assert lost.desk.read_back.counts["pages"] == 1, "however much was said meanwhile"
    assert before != lost.hash
    await lost.edge.say(ROOM, lost.person, "fait", content={"m.relates_to": {"m.in_reply_to": {"event_id": made[2]}}})
    assert tasks(lost)[2] == (3, "saler", "done")
    await town.pass_time(5_000)
    edits = [each["m.relates_to"]["event_id"] for each in lost.said() if "m.new_content" in each]
    assert made[2] in edits


async def test_it_reads_to_the_newest_chapter_and_what_was_written_while_that_was_made(town: Town) -> None:
    valbourg = await alone(town)
    await add(town, valbourg, *(f"dossier {number}" for number in range(30)))
    prepared = await snapshot_io.prepare(valbourg.edge.database, valbourg.ledger, ROOM, {})
    file = as_content(await valbourg.edge.upload(prepared.packed, content_type="application/gzip", encrypted=True))
    await add(town, valbourg, "entre-temps", "et encore")
    chapter = Chapter(prepared.clock, prepared.frontier, prepared.state_hash, None, file["file"])
    async with valbourg.edge.database.begin() as transaction:
        content = {"msgtype": "m.notice", "body": "à jour", CHAPTER: chapter_content(chapter)}
        await valbourg.edge.enqueue(Outgoing(ROOM, "root", "m.room.message", content), transaction)
    await valbourg.edge.flush()
    await add(town, valbourg, "ensuite")
    before = valbourg.hash

    lost = await lose_store(town, valbourg)
    lost.edge._page_size = 1
    await town.pass_time()
    assert lost.hash == before
    assert not lost.ledger.gaps(ROOM)
    assert lost.desk.read_back.counts["pages"] <= 8


async def test_where_the_chapter_cannot_be_had_it_reads_to_the_beginning(town: Town) -> None:
    valbourg = await alone(town)
    await add(town, valbourg, "relancer le SDIS", "payer la cantine")
    async with valbourg.edge.database.begin() as transaction:
        await roots.note_wanted(transaction, ROOM, R, "$asks")
    await add(town, valbourg, "saler")
    await town.pass_time(2_000)
    assert valbourg.chapters()
    before = valbourg.hash
    town.repository.blobs.clear()
    lost = await lose_store(town, valbourg)
    await town.pass_time()
    assert lost.hash == before


async def test_what_nobody_has_any_more_is_no_gap_for_ever(town: Town) -> None:
    """What was redacted stands in no history, nor, alone, does the void that says so."""
    valbourg = await alone(town)
    made = await add(town, valbourg, "relancer le SDIS", "un licenciement", "saler")
    await valbourg.edge.deliver(
        Redaction(ROOM, valbourg.edge.new_event_id(), UserId(valbourg.person), made[1], valbourg.edge.now())
    )
    await town.pass_time(10_000)
    timeline = valbourg.edge._timeline[ROOM]
    timeline[:] = [each for each in timeline if not (isinstance(each, Event) and "relay" in each.content)]

    lost = await lose_store(town, valbourg)
    await town.pass_time(10_000)
    assert [title for _, title, _ in tasks(lost)] == ["relancer le SDIS", "saler"]
    assert not lost.ledger.gaps(ROOM)
    await lost.reopen()
    assert not lost.ledger.gaps(ROOM)


async def test_a_homeserver_that_is_away_is_asked_again_before_anything_is_written(town: Town) -> None:
    valbourg = await alone(town)
    await add(town, valbourg, "relancer le SDIS")
    lost = await lose_store(town, valbourg)
    lost.edge.unreachable = True
    await lost.ask("!tâche ajouter saler")
    await town.pass_time(7_000)
    assert [each["body"] for each in lost.said()][-1] == "Je rejoins ce salon\u00a0: je réponds dans un instant."
    lost.edge.unreachable = False
    await town.pass_time(4_000)
    assert [number for number, _, _ in tasks(lost)] == [1, 2]


async def test_what_is_missing_alone_is_read_back_once_the_chapters_do_not_show_it(town: Town) -> None:
    """A store that was put back: later cards are in no look-up, and nobody is there to ask."""
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time()
    town.lost = lambda to, event: to == R and OPS in event.content
    await valbourg.ask("!tâche ajouter relancer le SDIS")
    await town.carry()
    town.lost = lambda to, event: False
    town.inside.remove(valbourg)
    room = rivemont.edge.room(ROOM)
    assert room is not None
    rivemont.edge.add_room(ROOM, [rivemont.person])
    async with rivemont.edge.database.begin() as transaction:
        frontier = valbourg.ledger.frontier(ROOM)
        await rivemont.ledger.hear(transaction, ROOM, frontier)
    assert rivemont.ledger.gaps(ROOM)
    await rivemont.edge.idle()
    assert not rivemont.ledger.gaps(ROOM)
    assert rivemont.desk.catch_up.counts["back"] == 1
