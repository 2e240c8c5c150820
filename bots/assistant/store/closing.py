"""What is open at another server and is to be closed there: noted here first, so that it is not forgotten (shell)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from bots.database.engine import Database, Transaction


class Closing:
    """Keeps the column ``state`` of *table*: ``open``; ``ending``, until the server is told; at last *over*.

    *key* is the column of its rows' ids.
    """

    def __init__(self, table: str, key: str, over: str) -> None:
        rows = sa.table(table, sa.column(key), sa.column("state"))
        name, state = rows.c[key], rows.c["state"]
        this = name == sa.bindparam("row_id")
        self._doom: Final = sa.update(rows).where(this, state == "open").values(state="ending")
        self._ending: Final = sa.select(name).where(state == "ending").order_by(name)
        self._end: Final = sa.update(rows).where(this).values(state=over)

    async def doom(self, transaction: Transaction, row_id: str) -> None:
        """Note that one is to be closed."""
        await transaction.execute(self._doom, {"row_id": row_id})

    async def ending(self, transaction: Transaction) -> tuple[str, ...]:
        """Return those of which the server is still to be told."""
        return tuple((await transaction.execute(self._ending)).scalars())

    async def end(self, transaction: Transaction, row_id: str) -> None:
        """Note that one is closed."""
        await transaction.execute(self._end, {"row_id": row_id})


@dataclass(slots=True)
class Closer:
    """Tells a server what is to be closed there, again until it has heard; *noted* is told of each that is."""

    closing: Closing
    database: Database
    close: Callable[[str], Awaitable[object]]
    noted: Callable[[str], object]
    _due: bool = True
    """There may be some of which the server is to be told."""

    async def doom(self, transaction: Transaction, row_id: str) -> None:
        """Note that one is to be closed, and tell the server soon."""
        await self.closing.doom(transaction, row_id)
        self._due = True

    async def tend(self) -> None:
        """Tell the server of all that is to be closed, if there is any; raises what *close* raises."""
        if not self._due:
            return
        # First: what ends meanwhile is for the next time.
        self._due = False
        try:
            await self._tell()
        except BaseException:
            self._due = True
            raise

    async def _tell(self) -> None:
        async with self.database.begin() as transaction:
            ending = await self.closing.ending(transaction)
        for row_id in ending:
            await self.close(row_id)
            async with self.database.begin() as transaction:
                await self.closing.end(transaction, row_id)
            self.noted(row_id)
