"""How long it takes to handle what is said: measured around whoever handles it."""

import time
from typing import Final

from prometheus_client import Histogram

from bots.database.engine import Transaction
from bots.matrix.errors import Refused
from bots.matrix.events import Event, Incoming, Sent, ToDevice
from bots.matrix.port import Handler
from config.identifiers import RoomId, UserId

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Timed:
    """Passes everything on to *handler* (a ``Handler``), and observes how long people's events take."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        told = "Seconds that it took to handle one event, its transaction apart"
        self.histogram = Histogram("beffroi_handling_seconds", told, buckets=_BUCKETS, registry=None)

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        """React to *incoming*."""
        began = time.perf_counter()
        await self._handler.handle(incoming, transaction)
        if isinstance(incoming, Event):
            self.histogram.observe(time.perf_counter() - began)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        """Pass it on."""
        await self._handler.sent(sent, transaction)

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        """Pass it on."""
        await self._handler.refused(outgoing_txn, room_id, error, transaction)

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None:
        """Pass it on."""
        await self._handler.unfilled(room_id, transaction)

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None:
        """Pass it on."""
        await self._handler.abandoned(incoming, transaction)

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None:
        """Pass it on."""
        await self._handler.crowded(room_id, person, waiting, transaction)

    def garbled(self, sender: UserId) -> None:
        """Pass it on."""
        self._handler.garbled(sender)

    async def idle(self) -> None:
        """Pass it on."""
        await self._handler.idle()
