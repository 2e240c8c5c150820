"""What was done to an object, read from every database that we run on."""

from bots.database.engine import Database, metadata
from bots.register.format.operation import Change, Operation
from bots.register.format.signature import Signer
from bots.register.replica.state import State
from bots.register.store.ledger import Ledger
from bots.register.store.object_history import Step, trail
from bots.register.store.reading import Erased
from config.identifiers import EventId, RoomId, UserId

ROOM, ELSEWHERE = RoomId("!room"), RoomId("!elsewhere")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SEEDS = {V: b"v" * 32, R: b"r" * 32}
NOW = 1_700_000_000_000
TASK, OTHER = (("task", f"00000000-0000-5000-8000-00000000000{each}") for each in (1, 2))
LINES = [("task.item", f"00000000-0000-5000-8000-00000000010{each}") for each in range(3)]


def keys(sender: UserId) -> tuple[str, ...]:
    return (Signer(SEEDS[sender]).public_key,) if sender in SEEDS else ()


def ledger(author: UserId) -> Ledger:
    return Ledger(author, Signer(SEEDS[author]), keys, lambda: NOW)


def titles(steps: tuple[Step, ...]) -> list[object]:
    return [each.changes[0].set.get("title") if isinstance(each, Operation) else None for each in steps]


async def test_what_names_an_object_is_found_and_nothing_else(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        for number, room in enumerate((ROOM, ELSEWHERE, ROOM)):
            await desk.write(transaction, room, [Change(*TASK, set={"title": str(number)})], by=V)
        # Named in a value that may change: that is not being changed, as having a part more is.
        await desk.write(transaction, ROOM, [Change(*OTHER, set={"parent": TASK[1], "title": "x"})], by=V)
        for each in LINES:
            await desk.write(transaction, ROOM, [Change(*each, set={"title": each[1]}, first={"task": TASK[1]})], by=V)
        found = await trail(transaction, ROOM, [TASK, *LINES[:2]], desk.known(ROOM))
    assert {key: titles(steps) for key, steps in found.items()} == {
        # The third line, which is not asked for, is not looked for.
        TASK: ["0", "2", *(each[1] for each in LINES[:2])],
        LINES[0]: [LINES[0][1]],
        LINES[1]: [LINES[1][1]],
    }


async def test_nothing_is_asked_and_nothing_is_known(database: Database) -> None:
    async with database.begin() as transaction:
        assert await trail(transaction, ROOM, [], State()) == {}
        assert await trail(transaction, ROOM, [TASK], State()) == {TASK: ()}


async def test_of_an_erased_operation_only_its_place_and_its_fields_are_known(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        for each in ("un", "secret", "trois"):
            operation = await desk.write(transaction, ROOM, [Change(*TASK, set={"title": each})], by=V)
            if each == "secret":
                secret = operation
        await desk.erase(transaction, ROOM, secret)
        found = (await trail(transaction, ROOM, [TASK], desk.known(ROOM)))[TASK]
    assert titles(found) == ["un", None, "trois"]
    assert isinstance(found[1], Erased)
    assert found[1].stone.traces[0].set == ("title",)


async def test_it_is_in_the_order_of_the_fold_and_without_what_waits(database: Database) -> None:
    other = Database.open("sqlite://")
    async with other.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    author, desk = ledger(R), ledger(V)
    async with other.begin() as transaction:
        written = [
            await author.write(transaction, ROOM, [Change(*TASK, set={"title": each})], by=R)
            for each in ("1", "2", "3")
        ]
    await other.close()
    ahead = Signer(SEEDS[R]).sign({**written[2].raw, "clock": NOW + 700_000}, ROOM, R)
    async with database.begin() as transaction:
        for number, raw in enumerate((ahead, written[1].raw, written[0].raw)):
            await desk.receive(transaction, ROOM, raw, R, EventId(f"${number}"))
        found = await trail(transaction, ROOM, [TASK], desk.known(ROOM))
    assert titles(found[TASK]) == ["1", "2"]


async def test_after_a_restart_the_same_is_found(database: Database) -> None:
    """Which operations named an object is worked out anew from the store, whoever wrote to it and how often."""
    desk = ledger(V)
    async with database.begin() as transaction:
        for number, title in enumerate(("été", "deux", "trois", "quatre")):
            one = await desk.write(transaction, ROOM, [Change(*TASK, set={"title": title})], by=V)
            line = Change(*LINES[number % 2], set={"title": title}, first={"task": TASK[1]})
            guest = UserId("@guest:dernier.fr") if number == 1 else None
            await desk.write(transaction, ROOM, [line], by=V, behalf=guest, cause=f"${number}")
            if number == 2:
                await desk.erase(transaction, ROOM, one)
        before = await trail(transaction, ROOM, [TASK, *LINES], desk.known(ROOM))
        again = await ledger(V).state(transaction, ROOM)
        assert await trail(transaction, ROOM, [TASK, *LINES], again) == before
    assert [len(steps) for steps in before.values()] == [8, 2, 2, 0]
