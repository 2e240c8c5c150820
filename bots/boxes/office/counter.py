"""The assistant's errands about boxes: open, close, extend, list; post what has come, tell its maker (shell).

Each may be killed anywhere and done again: names and keys are derived from the command, every step at the share server
changes nothing the second time, and all messages of a deposit are enqueued in the one transaction that notes it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bots.assistant.talk.later.runner import excused, tried_later
from bots.assistant.talk.offers.seeding import Seeder
from bots.boxes.office import store
from bots.boxes.office.carrying import Inspector, Unseen
from bots.boxes.talk import saying
from bots.boxes.talk.box import Box
from bots.boxes.talk.secrets import BoxMaker
from bots.database.engine import Database
from bots.links.box.deposit import Deposit
from bots.links.client.boxes import BoxServer, SealedDeposit
from bots.links.client.errors import Away, Over
from bots.links.format.errors import MalformedLink
from bots.matrix.errors import Unreachable


class OtherKeys(Exception):
    """Our seed is not the one that a box was opened with: what is in it is not altered, and waits until it is back."""


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
        """Return what a deposit holds.

        Raises ``Altered`` and ``MalformedLink`` where nobody can open it, :class:`OtherKeys` where we cannot any more.
        """
        sealed = await tried_later(self.server().sealed(deposit), Away)
        box = await self.box(sealed.box)
        if box is None:
            raise MalformedLink("box")
        if not self.maker.has_made(box):
            raise OtherKeys
        keys = self.maker.keys(box.room_id, box.cause)
        found = Deposit.from_json(keys.open(sealed.sealed, box.box_id, deposit))
        if found.id != deposit or not (found.files or any(found.answers)):
            raise MalformedLink("deposit")
        return box, sealed, found


def why(error: Exception) -> str:
    """Name the reason for *error*."""
    match error:
        case Over():
            return "closed"
        case Unreachable() | TimeoutError() | Away():
            return "away"
        case _:
            return ""


class Excused:
    """An errand of which it is said why it could not be done."""

    __slots__ = ()

    failed = excused(lambda request, error: saying.failed(request, why(error)))


def date_of(at: int) -> datetime:
    """Return the moment *at* (ms)."""
    return datetime.fromtimestamp(at / 1000, UTC)
