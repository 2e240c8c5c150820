"""What is open at another server and is to be closed there: noted here first, so that it is not forgotten (shell)."""

from typing import Final

import sqlalchemy as sa

from bots.database.engine import Transaction


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
