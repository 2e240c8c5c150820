"""Operations as a year of tasks makes them: a third gives a task, the rest change one."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from uuid import UUID

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.register.format.canonical import encode
from bots.register.format.operation import Change, Operation, parse
from bots.register.format.signature import Signer, digest_of
from bots.register.store import sequence, tables
from config.identifiers import RoomId, UserId

ROOM = RoomId("!bench-room-of-the-town-hall:valbourg.localhost")
AUTHOR = UserId.parse("@beffroi:valbourg.localhost")
SIGNER = Signer(bytes(range(32)))
_PEOPLE = tuple(UserId.parse(f"@agent{number}:valbourg.localhost") for number in range(40))
_WORDS = ("relancer", "SDIS", "salle", "budget", "voirie", "école", "marché", "arrêté", "conseil", "devis", "cantine")
_STATUSES = ("todo", "doing", "blocked", "done")
_START_MS = 1_780_000_000_000


def operations(count: int, seed: int, src: str = "bench-source-0001") -> Iterator[Operation]:
    """Yield *count* operations of one author, numbered without holes; signatures and digests are placeholders."""
    for number, envelope in enumerate(envelopes(count, seed, src), 1):
        yield parse({**envelope, "sig": ""}, ROOM, AUTHOR, f"{number:016d}")


def signed(count: int, seed: int, src: str = "bench-source-0001") -> Iterator[Operation]:
    """Yield *count* operations that everybody would accept."""
    for envelope in envelopes(count, seed, src):
        yield _signed(envelope)


def _signed(envelope: dict[str, object]) -> Operation:
    raw = SIGNER.sign(envelope, ROOM, AUTHOR)
    return parse(raw, ROOM, AUTHOR, digest_of(raw, ROOM, AUTHOR))


def envelopes(count: int, seed: int, src: str) -> Iterator[dict[str, object]]:
    """Yield what the operations say, as it travels."""
    random = Random(seed)
    tasks: list[str] = []
    for seq in range(1, count + 1):
        creates = not tasks or random.random() < 1 / 3
        change = _new(random, tasks) if creates else _changed(random, random.choice(tasks))
        yield _envelope(random, src, seq, change)


def _envelope(random: Random, src: str, seq: int, change: Change) -> dict[str, object]:
    # Through JSON, so that no string is shared that would not be shared in life.
    envelope: dict[str, object] = json.loads(
        encode(
            {
                "v": 1,
                "src": src,
                "seq": seq,
                "clock": seq,
                "ts": _START_MS + 60_000 * seq,
                "by": random.choice(_PEOPLE),
                "cause": f"${random.getrandbits(256):064x}"[:44],
                "ops": [change.as_json()],
            }
        )
    )
    return envelope


def _new(random: Random, tasks: list[str]) -> Change:
    tasks.append(str(UUID(int=random.getrandbits(128), version=4)))
    return Change(
        "task",
        tasks[-1],
        set={"title": _title(random), "status": "todo"},
        first={"number": len(tasks)},
        add={"assignees": (random.choice(_PEOPLE),)} if random.random() < 0.4 else {},
    )


def _changed(random: Random, task: str) -> Change:
    dice = random.random()
    if dice < 0.6:
        return Change("task", task, set={"status": random.choice(_STATUSES)})
    if dice < 0.8:
        return Change("task", task, set={"title": _title(random)})
    if dice < 0.9:
        return Change(
            "task", task, set={"when": {"due": f"2026-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"}}
        )
    return Change("task", task, add={"assignees": (random.choice(_PEOPLE),)})


def _title(random: Random) -> str:
    return " ".join(random.choices(_WORDS, k=random.randint(2, 6)))


async def fill(database: Database, count: int, seed: int, room_id: RoomId = ROOM) -> None:
    """Bring *database* to our schema and put *count* signed operations of one room into it."""
    await _fill(database, lambda src: signed(count, seed, src), room_id)


async def fill_with(database: Database, changes: Iterable[Change]) -> None:
    """Bring *database* to our schema and put a signed operation for each of *changes* into it."""
    random = Random(0)

    def operations(src: str) -> Iterator[Operation]:
        for seq, change in enumerate(changes, 1):
            yield _signed(_envelope(random, src, seq, change))

    await _fill(database, operations, ROOM)


async def _fill(database: Database, make: Callable[[str], Iterable[Operation]], room_id: RoomId) -> None:
    await migrate(database)
    async with database.begin() as transaction:
        src = sequence.source_in(room_id, await sequence.own_seed(transaction))
        rows = [
            {
                "room_id": room_id,
                "sender": each.sender,
                "src": each.src,
                "seq": each.seq,
                "digest": each.digest,
                "clock": each.clock,
                "event_id": f"${each.digest}",
                "origin_room": each.room_id,
                "envelope": encode(each.raw).decode(),
            }
            for each in make(src)
        ]
        for start in range(0, len(rows), 5000):
            await transaction.execute(tables.operation.insert(), rows[start : start + 5000])
        if rows:
            await transaction.execute(tables.room.insert().values(room_id=room_id, last_seq=len(rows), chapter_clock=0))


def fill_file(path: Path, count: int, seed: int) -> None:
    """Do :func:`fill` with the SQLite file *path*."""

    async def run() -> None:
        database = Database.open(f"sqlite:///{path}")
        try:
            await fill(database, count, seed)
        finally:
            await database.close()

    asyncio.run(run())
