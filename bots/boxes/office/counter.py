"""The assistant's errands about boxes: open, close, extend, list; post what has come, tell its maker (shell).

Each may be killed anywhere and done again: names and keys are derived from the command, every step at the share server
changes nothing the second time, and all messages of a deposit are enqueued in the one transaction that notes it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bots.assistant.talk.seeding import Seeder
from bots.boxes.office import store
from bots.boxes.office.carrying import Inspector, Unseen
from bots.boxes.talk.box import Box
from bots.boxes.talk.secrets import BoxMaker
from bots.database.engine import Database
from bots.links.box.deposit import Deposit
from bots.links.client.boxes import BoxServer, SealedDeposit
from bots.links.client.errors import Away, Over
from bots.links.format.errors import MalformedLink
from bots.matrix.errors import Unreachable
from bots.register.format.canonical import Json

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Counter:
    """What all errands about boxes need; *folder* is where ciphertext lies on its way."""

    server: Callable[[], BoxServer]
    database: Database
    maker: BoxMaker
    folder: Path
    now_ms: Callable[[], int]
    tasks: Seeder | None = None
    inspector: Inspector = field(default_factory=Unseen)

    async def box(self, box_id: str) -> Box | None:
        """Return a box of ours, closed or not."""
        async with self.database.begin() as transaction:
            return await store.find(transaction, box_id)

    async def content(self, deposit: str) -> tuple[Box, SealedDeposit, Deposit]:
        """Return what a deposit holds; raises ``Altered`` and ``MalformedLink`` where nobody can open it."""
        sealed = await asked(self.server().sealed(deposit))
        box = await self.box(sealed.box)
        if box is None:
            raise MalformedLink("box")
        keys = self.maker.keys(box.room_id, box.cause)
        found = Deposit.from_json(keys.open(sealed.sealed, box.box_id, deposit))
        if found.id != deposit or not (found.files or any(found.answers)):
            raise MalformedLink("deposit")
        return box, sealed, found


async def asked(asking: Awaitable[_T]) -> _T:
    """Await what the share server is asked; one that is away is tried again later, as any other server is."""
    try:
        return await asking
    except Away as exc:
        raise Unreachable("the share server") from exc


def why(error: Exception) -> str:
    """Name the reason for *error*."""
    match error:
        case Over():
            return "closed"
        case Unreachable() | TimeoutError() | Away():
            return "away"
        case _:
            return ""


def date_of(at: int) -> datetime:
    """Return the moment *at* (ms)."""
    return datetime.fromtimestamp(at / 1000, UTC)


def object_of(raw: Json) -> Mapping[str, Json]:
    """Return the object that we have put into a payload."""
    assert isinstance(raw, dict)
    return raw


def number_of_json(raw: Json) -> int:
    """Return the number that we have put into a payload."""
    assert isinstance(raw, int)
    return raw
