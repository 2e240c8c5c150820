"""An open transaction, on either kind of database: what all stores take, so that several packages commit together."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection, CursorResult, Dialect, Executable, Row
from sqlalchemy.engine.interfaces import _CoreAnyExecuteParams as Parameters
from sqlalchemy.sql.selectable import TypedReturnsRows

_Any = tuple[Any, ...]
_T = TypeVar("_T", bound=Any)
_Columns = TypeVarTuple("_Columns")
_P = ParamSpec("_P")


class Stream(Protocol):
    """Rows that are not all in memory."""

    def partitions(self, size: int | None = None, /) -> AsyncIterator[Sequence[Row[*_Any]]]:
        """Yield them, *size* at a time."""


class Transaction(Protocol):
    """What we use of SQLAlchemy's ``AsyncConnection``, which is one on PostgreSQL; on SQLite see ``embedded``."""

    @property
    def dialect(self) -> Dialect:
        """Of which database."""

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*_Columns], parameters: Parameters | None = None
    ) -> CursorResult[*_Columns]: ...

    @overload
    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[*_Any]: ...

    async def execute(self, statement: Any, parameters: Any = None) -> CursorResult[*_Any]:
        """Run *statement*; what it returns is all there."""

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[*_Any]:
        """Run *statement* as the driver takes it."""

    def stream(self, statement: Executable, parameters: Any = None) -> Awaitable[Stream]:
        """Run *statement*, whose rows are read while they are asked for, in this transaction."""

    async def run_sync(self, fn: Callable[Concatenate[Connection, _P], _T], *arg: _P.args, **kw: _P.kwargs) -> _T:
        """Call *fn* with the connection, as what knows of no event loop wants it: migrations."""

    def begin_nested(self) -> AbstractAsyncContextManager[Any]:
        """Give a part that can be taken back by itself."""

    async def rollback(self) -> None:
        """Take back all of it; nothing more can be asked in it."""
