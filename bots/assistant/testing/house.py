"""For tests: what one town's assistant is made of over ``matrix/fake``, made anew after a crash."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.keeping import Keeper, Keepers
from bots.database.engine import metadata
from bots.matrix.fake import FakeEdge
from bots.matrix.port import Edge
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from config.identifiers import UserId


class House:
    """An assistant with its database in memory.

    *made* makes its capabilities, anew at each start; *clock* tells the time in ms; *signers* hold the register keys of
    the member list, whose assistants are *listed* in its order.
    """

    def __init__(
        self,
        edge: FakeEdge,
        made: Callable[[], Iterable[Capability]],
        clock: Callable[[], int],
        signers: Mapping[UserId, Signer],
        listed: Callable[[], Sequence[UserId]],
    ) -> None:
        self.edge = edge
        self._made, self._clock, self._signers, self._listed = made, clock, signers, listed
        self.restart()

    def restart(self) -> None:
        """Begin with what the database holds: what is left after a crash."""
        me = self.edge.user_id
        self.ledger = Ledger(me, self._signers[me], self._keys, self._clock)
        self.serve(Dispatcher(self._made()))

    def serve(self, dispatcher: Dispatcher, edge: Edge | None = None) -> None:
        """Go on with these capabilities, perhaps with an *edge* that stands before ours."""
        self.desk = Desk(
            edge or self.edge,
            self.edge.database,
            self.ledger,
            dispatcher,
            self._listed,
            now_ms=self._clock,
            keepers=Keepers(tuple(self.keepers())),
        )
        self.edge.attach(self.desk)

    def keepers(self) -> Iterable[Keeper]:
        """Return what is kept of rooms beside their registers: nothing, unless a subclass says otherwise."""
        return ()

    def _keys(self, sender: UserId) -> tuple[str, ...]:
        signer = self._signers.get(sender)
        return () if signer is None else (signer.public_key,)

    async def make_tables(self) -> None:
        """Make the tables that have been declared: importing ``bridge.operate.schema`` declares all."""
        async with self.edge.database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    async def reopen(self) -> None:
        """Begin with what the database holds, read at once as a process does."""
        self.restart()
        async with self.edge.database.begin() as transaction:
            await self.ledger.open(transaction)

    async def close(self) -> None:
        """Let go of the database."""
        await self.edge.database.close()
