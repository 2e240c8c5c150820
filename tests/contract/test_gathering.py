"""What many deeds of one transaction put in is written together, and before it is read."""

from collections.abc import Mapping

import pytest
from sqlalchemy import text

from bots.assistant.store import errand_store
from bots.assistant.talk.errand import Cancel, Errand
from bots.database.engine import Database, Transaction
from bots.database.gathering import gathering, put, settle
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.format.signature import Signer
from bots.register.store import sequence, tables
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId
from tests.contract.stores.test_errand_store import ONE

ADD = text("INSERT INTO bell VALUES (:note)")


async def notes(transaction: Transaction) -> list[int]:
    return [*(await transaction.execute(text("SELECT note FROM bell ORDER BY note"))).scalars()]


def row(note: int) -> Mapping[str, int]:
    return {"note": note}


async def test_it_is_written_at_the_end_or_when_it_is_to_be_read(database: Database) -> None:
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
        await put(transaction, ADD, row(1))
        async with gathering(transaction):
            await put(transaction, ADD, row(2))
            await put(transaction, ADD, row(3))
            assert await notes(transaction) == [1]
            await settle(transaction)
            assert await notes(transaction) == [1, 2, 3]
            await put(transaction, ADD, row(4))
        assert await notes(transaction) == [1, 2, 3, 4]
        await transaction.execute(text("DROP TABLE bell"))


async def test_of_a_block_that_raises_nothing_is_written(database: Database) -> None:
    async def fail(transaction: Transaction) -> None:
        async with gathering(transaction):
            await put(transaction, ADD, row(1))
            raise LookupError

    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
        with pytest.raises(LookupError):
            await fail(transaction)
        assert await notes(transaction) == []
        await transaction.execute(text("DROP TABLE bell"))


async def test_what_is_cancelled_and_then_wanted_again_waits(database: Database) -> None:
    wanted = Errand(ONE.kind, ONE.key, due=ONE.due)
    async with database.begin() as transaction:
        await errand_store.keep(transaction, ONE)
        async with gathering(transaction):
            await errand_store.cancel(transaction, ONE.kind, ONE.key, ONE.room_id)
            assert await errand_store.waiting_in(transaction, ONE.room_id, [wanted]) == {}
            await errand_store.cancel(transaction, ONE.kind, ONE.key, ONE.room_id)
            await errand_store.keep(transaction, ONE)
        assert await errand_store.first(transaction, ONE.due) == ONE
        # Of a few that are to go nobody looks whether they are there.
        gone = Cancel("digest", "none")
        assert await errand_store.waiting_in(transaction, ONE.room_id, [gone]) == {("digest", "none"): 0}


async def test_rooms_that_are_held_count_on_from_where_they_were(database: Database) -> None:
    one, other = RoomId("!one"), RoomId("!other")
    async with database.begin() as transaction:
        first = {"room_id": one, "last_seq": 4, "chapter": "$root", "chapter_clock": 0}
        await transaction.execute(tables.room.insert().values(first))
        assert await sequence.hold(transaction, [one, other]) == {one: ("$root", 4)}
        async with gathering(transaction):
            await sequence.number(transaction, one, 5)
            await sequence.number(transaction, one, 6)
        assert await sequence.next_seq(transaction, one) == 7


async def test_a_room_that_is_read_again_has_what_waits_to_be_written(database: Database) -> None:
    signer, me, room = Signer(b"v" * 32), UserId("@beffroi:valbourg.fr"), RoomId("!one")
    ledger = Ledger(me, signer, lambda _: (signer.public_key,))
    async with database.begin() as transaction:
        await ledger.write(transaction, room, [Change("task", object_id("task", room, "0"))], by=me)
    async with database.begin() as transaction, gathering(transaction), ledger.numbering.holding(transaction, [room]):
        for number in range(1, 4):
            change = Change("task", object_id("task", room, str(number)))
            written = await ledger.write(transaction, room, [change], by=me)
            assert written.seq == number + 1
            ledger.forget(room)
            assert len(await ledger.state(transaction, room)) == number + 1
