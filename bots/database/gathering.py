"""Rows that many small deeds of one transaction put in, written by one statement for all of them.

A statement costs ten times what SQLite does for it. A thousand people are reminded at nine o'clock, each by the same
three rows.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import TextClause

from bots.database.engine import Transaction


@dataclass(slots=True)
class _Gathered:
    """What waits in one transaction: the rows of each statement, in order."""

    transaction: Transaction
    rows: dict[TextClause, list[Mapping[str, Any]]] = field(default_factory=dict)

    async def write(self) -> None:
        """Write all that waits."""
        waiting, self.rows = self.rows, {}
        for statement, rows in waiting.items():
            await self.transaction.execute(statement, rows)


_GATHERED: ContextVar[_Gathered | None] = ContextVar("gathered", default=None)


@asynccontextmanager
async def gathering(transaction: Transaction) -> AsyncIterator[None]:
    """Let what is :func:`put` in *transaction* wait for the end of the block, or for :func:`settle`.

    Where the block raises, nothing of it is written: the transaction is to be rolled back.
    """
    gathered = _Gathered(transaction)
    token = _GATHERED.set(gathered)
    try:
        yield
        await gathered.write()
    finally:
        _GATHERED.reset(token)


async def put(transaction: Transaction, statement: TextClause, row: Mapping[str, Any]) -> None:
    """Run *statement*, whose outcome nobody asks for, with *row*: now, or with others of its sort.

    Statements that wait keep their order among themselves, one sort after the other: they must not concern one another.
    """
    gathered = _GATHERED.get()
    if gathered is None or gathered.transaction is not transaction:
        await transaction.execute(statement, row)
        return
    gathered.rows.setdefault(statement, []).append(row)


def gathers(transaction: Transaction) -> bool:
    """Tell whether what is put in *transaction* now waits."""
    gathered = _GATHERED.get()
    return gathered is not None and gathered.transaction is transaction


async def settle(transaction: Transaction) -> None:
    """Write what waits in *transaction*, because it is to be read."""
    gathered = _GATHERED.get()
    if gathered is not None and gathered.transaction is transaction:
        await gathered.write()
