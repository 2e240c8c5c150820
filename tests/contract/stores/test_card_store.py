"""Cards and reactions that wait, on every database."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.store import card_store, memory
from bots.assistant.talk.drawing import STALE, UNSAID
from bots.assistant.talk.gathering import WaitingReaction
from bots.assistant.talk.scene import elsewhere
from bots.database.engine import Database, Transaction
from bots.database.migrate import migrate
from config.identifiers import EventId, RoomId, UserId

ROOM, KEY = RoomId("!room"), ("task", "00000001-0000-5000-8000-000000000000")
CARD, EDIT, REACTION = EventId("$card"), EventId("$edit"), EventId("$reaction")
ANNE = UserId("@anne:valbourg.fr")
NOW = 1_795_431_600_000


@pytest.fixture
async def transaction(database_url: str) -> AsyncIterator[Transaction]:
    database = Database.open(database_url)
    await migrate(database)
    async with database.begin() as opened:
        yield opened
    await database.close()


async def test_a_card_that_changes_is_due_once_and_keeps_its_pace(transaction: Transaction) -> None:
    await card_store.keep(transaction, ROOM, KEY, "txn", None, NOW + 60_000)
    await memory.show(transaction, ROOM, "txn", (KEY,))
    await memory.acknowledge(transaction, ROOM, "txn", CARD)
    assert await card_store.touch(transaction, ROOM, KEY, NOW, 10)
    await card_store.touch_all(transaction, ROOM, NOW + 5, 10)
    assert await card_store.next_due(transaction) == NOW
    (card,) = await card_store.waiting(transaction, NOW, 100)
    assert (card.shown, card.event_id, card.edited) == (STALE, CARD, None)
    await card_store.settle(transaction, [(card, "digest", NOW, None)])
    assert await card_store.next_due(transaction) is None
    await card_store.touch(transaction, ROOM, KEY, NOW + 5, 10)
    assert await card_store.next_due(transaction) == NOW + 10
    assert not await card_store.touch(transaction, RoomId("!other"), KEY, NOW, 10)


async def test_a_card_that_is_gone_leaves_its_edits_to_be_redacted(transaction: Transaction) -> None:
    await card_store.keep(transaction, ROOM, KEY, "txn", None, NOW)
    await card_store.say(transaction, ROOM, "txn", [KEY], event_id=CARD)
    await card_store.say(transaction, ROOM, "edit", [KEY], event_id=EDIT, edits=CARD)
    await card_store.say(transaction, ROOM, "not sent yet", [KEY])
    assert await card_store.showing(transaction, ROOM, KEY) == [CARD, EDIT]
    assert await card_store.redacted(transaction, ROOM, CARD) == [EDIT]
    assert await card_store.redacted(transaction, ROOM, CARD) == []
    assert await card_store.next_due(transaction) is None
    assert await card_store.showing(transaction, ROOM, KEY) == [EDIT]


async def test_what_is_on_its_way_when_it_is_erased_is_doomed(transaction: Transaction) -> None:
    other = ("task", "00000002-0000-5000-8000-000000000000")
    await card_store.say(transaction, ROOM, "card", [KEY], event_id=CARD)
    await card_store.say(transaction, ROOM, "edit", [other], edits=CARD)
    await card_store.say(transaction, ROOM, "another", [other])
    await card_store.say(transaction, ROOM, "list", [other, KEY])
    await card_store.say(transaction, RoomId("!other"), "list", [KEY])
    await card_store.doom(transaction, ROOM, KEY)
    await card_store.redacted(transaction, ROOM, CARD)
    names = ("edit", "another", "list")
    doomed = [await memory.acknowledge(transaction, ROOM, each, EventId(f"${each}")) for each in names]
    assert doomed == [True, False, True]
    assert not await memory.acknowledge(transaction, RoomId("!other"), "list", EDIT)
    assert not await memory.acknowledge(transaction, ROOM, "shows nothing", EDIT)


async def test_a_reaction_waits_until_it_is_due_or_taken_back(transaction: Transaction) -> None:
    held = WaitingReaction(ROOM, REACTION, ANNE, "✅", KEY[1])
    await memory.hold(transaction, held, NOW, NOW + 10)
    await memory.hold(transaction, held, NOW + 1, NOW + 20)
    assert await memory.next_held(transaction) == NOW + 10
    assert await memory.held_until(transaction, NOW + 9, 10) == []
    assert await memory.held_until(transaction, NOW + 10, 10) == [held]
    assert not await memory.release(transaction, ROOM, REACTION, UserId("@other:valbourg.fr"))
    assert await memory.release(transaction, ROOM, REACTION, ANNE)
    assert await memory.next_held(transaction) is None


async def test_cards_of_a_closed_room_are_said_anew_when_their_object_changes(transaction: Transaction) -> None:
    new = RoomId("!new")
    await card_store.keep(transaction, ROOM, KEY, "old card", None, NOW)
    assert await card_store.move(transaction, ROOM) == [KEY]
    assert await card_store.move(transaction, ROOM) == []
    await card_store.inherit(transaction, new, KEY, "new card")
    await card_store.touch_all(transaction, new, NOW, 0)
    assert await card_store.waiting(transaction, NOW, 10) == []
    assert await card_store.touch(transaction, new, KEY, NOW, 0)
    assert [(each.txn, each.shown) for each in await card_store.waiting(transaction, NOW, 10)] == [("new card", UNSAID)]


async def test_what_is_on_its_way_elsewhere_is_doomed_too(transaction: Transaction) -> None:
    """Somebody's day, which names tasks of other rooms."""
    direct = RoomId("!direct")
    for name, task in (("day", KEY[1]), ("other", f"{KEY[1]}0"), ("%", "%")):
        await memory.show(transaction, direct, name, (("day.button", elsewhere(ROOM, task)),))
    await memory.doom_elsewhere(transaction, ROOM, KEY[1])
    await memory.doom_elsewhere(transaction, ROOM, "%")
    told = [await memory.acknowledge(transaction, direct, each, EventId(f"${each}")) for each in ("day", "other", "%")]
    assert told == [True, False, True]
    assert set(await memory.doomed(transaction)) == {(direct, EventId("$day")), (direct, EventId("$%"))}
    await memory.cleared(transaction, direct, EventId("$day"))
    assert await memory.doomed(transaction) == [(direct, EventId("$%"))]
