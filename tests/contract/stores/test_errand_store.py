"""Errands on each kind of database."""

from dataclasses import replace

from bots.assistant.store import errand_store
from bots.assistant.store.errand_store import WaitingErrand
from bots.database.engine import Database
from config.identifiers import EventId, RoomId, UserId

ONE = WaitingErrand(
    kind="digest",
    key="é" * 100,
    room_id=RoomId("!a"),
    payload={"filter": "« à faire »", "n": 2},
    due=1_795_431_600_000,
    cause=EventId("$one"),
    sender=UserId("@dgs:valbourg.fr"),
    thread=EventId("$root"),
    answers=True,
)
OTHER = replace(ONE, room_id=RoomId("!b"), due=ONE.due + 5, cause=EventId("$other"), thread=None, answers=False)


async def test_what_is_kept_comes_back_when_it_is_due(database: Database) -> None:
    async with database.begin() as transaction:
        assert await errand_store.next_due(transaction) is None
        await errand_store.keep(transaction, OTHER)
        await errand_store.keep(transaction, ONE)
    async with database.begin() as transaction:
        assert await errand_store.first(transaction, ONE.due - 1) is None
        assert await errand_store.first(transaction, OTHER.due) == ONE
        assert await errand_store.next_due(transaction) == ONE.due
        assert await errand_store.strike(transaction, ONE)
        assert not await errand_store.strike(transaction, ONE)
        assert await errand_store.first(transaction, OTHER.due) == OTHER


async def test_the_same_key_in_the_same_room_takes_its_place(database: Database) -> None:
    async with database.begin() as transaction:
        await errand_store.keep(transaction, ONE)
        await errand_store.postpone(transaction, ONE, ONE.due + 9)
        tried = await errand_store.first(transaction, ONE.due + 9)
        assert tried == replace(ONE, due=ONE.due + 9, tries=1)
        newer = replace(ONE, due=ONE.due + 1, cause=EventId("$newer"))
        await errand_store.keep(transaction, newer)
        # Whoever was at it finds that it is another one now.
        assert not await errand_store.strike(transaction, tried)
        await errand_store.postpone(transaction, tried, 0)
        assert await errand_store.first(transaction, ONE.due + 9) == newer
        await errand_store.cancel(transaction, ONE.kind, ONE.key, RoomId("!b"))
        assert await errand_store.next_due(transaction) == newer.due
        await errand_store.cancel(transaction, ONE.kind, ONE.key, ONE.room_id)
        assert await errand_store.next_due(transaction) is None


async def test_only_who_asked_for_it_withdraws_it(database: Database) -> None:
    async with database.begin() as transaction:
        await errand_store.keep(transaction, ONE)
        assert not await errand_store.withdraw(transaction, ONE.cause, UserId("@maire:rivemont.fr"))
        assert await errand_store.withdraw(transaction, ONE.cause, ONE.sender)
        assert await errand_store.next_due(transaction) is None


async def test_what_waits_for_a_closed_room_waits_for_the_one_that_follows(database: Database) -> None:
    old, new = RoomId("!old"), RoomId("!new")
    async with database.begin() as transaction:
        for room, key, due in ((old, "a", 1), (old, "b", 2), (new, "b", 3)):
            waiting = WaitingErrand("k", key, room, {}, due, EventId("$c"), UserId("@x:y"), answers=True)
            await errand_store.keep(transaction, waiting)
        await errand_store.move(transaction, old, new)
        await errand_store.move(transaction, old, new)
        found = await errand_store.first(transaction, 10)
        assert [await errand_store.due_at(transaction, "k", key, new) for key in "ab"] == [1, 3]
        assert await errand_store.due_at(transaction, "k", "a", old) is None
    assert found is not None
    assert (found.room_id, found.answers) == (new, False)


async def test_what_is_taken_waits_no_more_and_what_is_put_back_waits_with_one_try_less(database: Database) -> None:
    async with database.begin() as transaction:
        await errand_store.keep(transaction, OTHER, ONE, replace(ONE, key="later", due=OTHER.due + 1))
        assert await errand_store.take(transaction, OTHER.due, ["ring"], 9) == []
        assert await errand_store.take(transaction, OTHER.due, ["digest"], 9, {OTHER.room_id}) == [ONE]
        assert await errand_store.take(transaction, OTHER.due, ["digest"], 1) == [OTHER]

        tried = replace(OTHER, tries=3)
        await errand_store.put_back(transaction, tried, 7)
        await errand_store.put_back(transaction, replace(tried, cause=EventId("$stale")), 8)

        assert await errand_store.first(transaction, 9) == replace(OTHER, due=7, tries=4)
