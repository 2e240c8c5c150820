"""A person of the demo with a real, end-to-end encrypted client: says things in rooms and reads what is answered."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.talk.messages import event_id_in
from bots.database.engine import Database, Transaction
from bots.database.migrate import migrate
from bots.matrix.backoff import SystemClock
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.errors import Refused
from bots.matrix.events import Event, Incoming, Outgoing, Sent, ToDevice
from bots.matrix.homeserver.session import Login, PasswordLogin
from bots.matrix.port import Edge
from bridge.operate.private import write_private
from config.identifiers import EventId, RoomId, ServerName, UserId

_SEED_BYTES = 32


class Resident:
    """Somebody who can :meth:`ask` and :meth:`hear`; open one with :func:`living`."""

    def __init__(self, edge: Edge, database: Database) -> None:
        self._edge = edge
        self._database = database
        self._sent: dict[str, EventId] = {}
        self._refused: dict[str, Refused] = {}
        self._answers: dict[tuple[EventId, UserId], Event] = {}
        self._news = asyncio.Condition()

    @property
    def user_id(self) -> UserId:
        """Who this is."""
        return self._edge.user_id

    async def sees(self, room_id: RoomId, people: frozenset[UserId]) -> None:
        """Return once all of *people* are in the room *room_id*, and this resident is too."""
        async with self._news:
            await self._news.wait_for(lambda: people <= self._present(room_id))

    def _present(self, room_id: RoomId) -> frozenset[UserId]:
        room = self._edge.room(room_id)
        return frozenset() if room is None else room.joined

    async def post(self, room_id: RoomId, text: str, txn: str) -> None:
        """Say *text*, once per *txn*, whenever the homeserver takes it."""
        content = {"msgtype": "m.text", "body": text, "fr.beffroi.txn": txn}
        async with self._database.begin() as transaction:
            await self._edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)

    async def ask(self, room_id: RoomId, text: str, txn: str) -> EventId:
        """Say *text* under a new *txn* and return its event id; raises ``Refused`` when it is never taken."""
        await self.post(room_id, text, txn)
        async with self._news:
            await self._news.wait_for(lambda: txn in self._sent or txn in self._refused)
        if txn in self._refused:
            raise self._refused[txn]
        return self._sent[txn]

    async def hear(self, questions: Collection[EventId], sender: UserId) -> Event:
        """Return the encrypted answer to one of *questions* by *sender*, once it has come and could be read."""
        async with self._news:
            await self._news.wait_for(lambda: any((each, sender) in self._answers for each in questions))
        return next(self._answers[each, sender] for each in questions if (each, sender) in self._answers)

    # -- port.Handler

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        """Remember *incoming* if it is an answer."""
        if not isinstance(incoming, Event) or not incoming.encrypted:
            return
        question = _question(incoming)
        if question is not None:
            async with self._news:
                self._answers[question, incoming.sender] = incoming
                self._news.notify_all()

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        """Note what *sent* has become."""
        async with self._news:
            self._sent[sent.txn] = sent.event_id
            self._news.notify_all()

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        """Note that the message will never be sent."""
        async with self._news:
            self._refused[outgoing_txn] = error
            self._news.notify_all()

    def garbled(self, sender: UserId) -> None:
        """Do nothing: nobody tells people's devices anything here."""

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None:
        """Nobody waits for what was said long ago."""

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None:
        """Nobody has asked for anything."""

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None:
        """Nobody has asked for anything."""

    async def idle(self) -> None:
        """Somebody may have come or gone: membership is no incoming item, it shows in the room."""
        async with self._news:
            self._news.notify_all()


def _question(event: Event) -> EventId | None:
    reply = event.relates_to.get("m.in_reply_to")
    return event_id_in(reply.get("event_id")) if isinstance(reply, Mapping) else None


@asynccontextmanager
async def living(
    client_url: str,
    user_id: UserId,
    login: Login | str,
    folder: Path,
    *,
    display_name: str,
    pinned: Mapping[UserId, str],
    listed: frozenset[ServerName],
    seeds: CrossSigningSeeds | None = None,
) -> AsyncIterator[Resident]:
    """Log *user_id* in as the device whose keys lie in *folder*, and keep it in sync until the block ends.

    *login* may be a password; *seeds* are kept in *folder* where they are not given.
    """
    _make(folder)
    database = Database.open(f"sqlite:///{folder / 'resident.db'}")
    try:
        await migrate(database)
        settings = EdgeSettings(
            homeserver_url=client_url,
            user_id=user_id,
            login=PasswordLogin(login) if isinstance(login, str) else login,
            data=folder,
            display_name=display_name,
            pinned=pinned,
            listed=lambda: listed,
        )
        identity = seeds or _seeds(folder / "seeds")
        edge = await MatrixEdge.open(settings, database, identity, clock=SystemClock())
        try:
            resident = Resident(edge, database)
            running = asyncio.create_task(edge.run(resident), name=f"resident {user_id}")
            try:
                yield resident
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
        finally:
            await edge.close()
    finally:
        await database.close()


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _seeds(path: Path) -> CrossSigningSeeds:
    """Read the three seeds, or make them; on the disk before anybody sees a key made from them."""
    if not path.exists():
        write_private(path, secrets.token_bytes(3 * _SEED_BYTES))
    raw = path.read_bytes()
    return CrossSigningSeeds(*(raw[each : each + _SEED_BYTES] for each in range(0, 3 * _SEED_BYTES, _SEED_BYTES)))
