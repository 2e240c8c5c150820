"""Citizens who deposit whatever they like: a share server with drop boxes, in memory, and what they leave in them."""

import hashlib
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from bots.boxes.office import store
from bots.boxes.talk.box import Box, BoxTerms
from bots.boxes.talk.secrets import BoxMaker
from bots.database.engine import Database
from bots.links.box.deposit import Deposit, DepositedFile
from bots.links.box.descriptor import FormField
from bots.links.client.boxes import Arrival, SealedDeposit
from bots.links.client.errors import ShareRefused
from bots.links.format.encoding import encode
from config.identifiers import EventId, RoomId, UserId

MAKER: Final = BoxMaker("https://partage.valbourg.fr", "Mairie de Valbourg", b"s" * 32)
_FIELDS: Final = (FormField("Nom", required=True), FormField("Avis", "lines"))


class Drops:
    """Implements what the assistant asks of a ``BoxServer``; each deposit has a box of its own, so none waits."""

    def __init__(self) -> None:
        self._held: dict[str, SealedDeposit] = {}
        self._new: list[Box] = []
        self.sound: list[str] = []
        """Those in which nothing is odd but what nobody reads: they are to be posted."""
        self.said: dict[str, bytes] = {}
        """What was told of each deposit."""

    @property
    def left(self) -> Sequence[str]:
        """What nobody has collected yet."""
        return [name for name in self._held if name not in self.said]

    async def open_boxes(self, database: Database) -> None:
        """Have the assistant know the boxes into which something was left."""
        async with database.begin() as transaction:
            while self._new:
                await store.keep(transaction, self._new.pop())

    def leave(self, room_id: RoomId, author: str, changes: Mapping[str, Any], in_file: Mapping[str, Any]) -> None:
        """Leave a deposit with one file, in which something is odd."""
        number = len(self._held)
        cause, name = EventId(f"$box{number}"), encode(number.to_bytes(12))
        box_id = MAKER.id(room_id, cause)
        made = BoxTerms("Avis", 5, 10**6, "Avis/Reçus", task=True, people=(), fields=_FIELDS)
        self._new.append(Box(box_id, room_id, cause, UserId(author), 2**50, made))
        empty = hashlib.sha256(b"").digest()
        file = DepositedFile("plan.pdf", "application/pdf", 0, empty, os.urandom(32), os.urandom(8) + bytes(8), ())
        whole: dict[str, Any] = json.loads(Deposit(name, "fr", ("Zoé", "oui"), (file,), b"r" * 32).to_json())
        files = [{**whole["files"][0], **in_file}]
        raw = json.dumps({**whole, "files": files, **changes}).encode()
        sealed = MAKER.keys(room_id, cause).public.seal(raw, box_id, name)
        if {*changes, *in_file} <= {"wonder"}:
            self.sound.append(name)
        self._held[name] = SealedDeposit(box_id, 1 + number, sealed)

    async def waiting(self) -> Sequence[Arrival]:
        """Return what waits."""
        return [Arrival(name, self._held[name].box, self._held[name].kept) for name in self.left][:100]

    async def sealed(self, deposit: str) -> SealedDeposit:
        """Return what was sealed of a deposit."""
        if deposit not in self._held:
            raise ShareRefused(404, "unknown")
        return self._held[deposit]

    async def file(self, deposit: str, place: int, size: int) -> AsyncIterator[bytes]:
        """Yield nothing: each file is empty."""
        del deposit, place, size
        nothing: tuple[bytes, ...] = ()
        for piece in nothing:
            yield piece

    async def say(self, deposit: str, said: bytes) -> None:
        """Keep what was told."""
        self.said[deposit] = said

    async def close(self, box: str) -> None:
        """Close a box."""

    async def open(self, box: object) -> None:
        """Open a box."""
