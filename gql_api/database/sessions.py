"""A transaction on a lent connection, for as many tasks at once as like.

It begins with its first statement, in the same message: BEGIN, the time limits (for this transaction only, so that
PgBouncer may hand the next one another session) and the statement cost one round trip. Statements of several tasks are
sent when they are made and answered in turn. Until the first answer came nothing was done, so that a connection which
turns out to be dead is replaced and everything sent again; after it, the transaction is lost with the connection.

What is not prepared is executed by SQLAlchemy on the same connection, in the same transaction, one at a time.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg import pq
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.database import failures
from gql_api.database.lending import Pool
from gql_api.database.messages import COMMIT, Parameters, Statement, Step
from gql_api.database.wires import Wire

Row = TypeVar("Row")
Asked = tuple[Statement, Parameters, Callable[..., Any]]
"""A statement, its parameters, and what makes a row of a tuple."""
PLANNED_ONCE = "force_generic_plan"
"""How most statements that we prepare are planned. PostgreSQL would otherwise plan the look-up of one key anew each
time, since it thinks that a list of one is much cheaper than a list of ten, and that takes several times as long as the
look-up. What SQLAlchemy executes is planned as PostgreSQL thinks best."""

PLANNED_EACH_TIME = "force_custom_plan"


def setting(**settings: str) -> Step:
    """What sets PostgreSQL's settings for one transaction."""
    each = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    return Statement(f"SELECT {each}"), ()


_ONCE, _EACH_TIME = setting(plan_cache_mode=PLANNED_ONCE), setting(plan_cache_mode=PLANNED_EACH_TIME)
_NOTHING = Statement("SELECT", is_planned_each_time=True)


class Session:
    """The transaction. As a context manager it ends with its block: committed, or rolled back where one raises."""

    def __init__(self, pool: Pool, begin: tuple[Sequence[Step], Sequence[Step]], *, is_writing: bool = False) -> None:
        """`begin` is what begins it: where its first statement is planned once, and where it is each time."""
        self._pool = pool
        self._begin = begin
        self._is_writing = is_writing
        self._wire: Wire | None = None
        self._has_begun = False
        self._is_answered = False
        self._is_closed = False
        self._is_alone = False
        self._is_planned_each_time = False
        self._attempts_left = pool.size
        self._lock = asyncio.Lock()
        self._alchemy: AsyncConnection | None = None
        self._failure: Exception | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_writing and error is None and (self._has_begun or self._lock.locked()):
            await self.commit()
        else:
            await self.close()

    async def every(
        self, statement: Statement, parameters: Parameters = (), make: Callable[..., Row] = tuple
    ) -> list[Row]:
        """The rows of a prepared statement, each as `make(tuple)`. What may be tried again is told as Unavailable.

        A statement that `is_last` ends the transaction; after it another one begins. Where its connection is lost on
        the way nobody knows whether the change was committed, and it is not sent again.
        """
        while True:
            wire = self._taken_at_once() or await self._taken()
            is_last = statement.is_last and not wire.is_dead
            try:
                result = await self._sent(wire, (statement, parameters))
            except psycopg.Error as error:
                if not (is_last and failures.is_lost(error)) and self._is_to_be_sent_again(wire, error):
                    continue
                self._tell(error)
            self._is_answered = True
            if is_last:
                self._has_begun = False
            return wire.rows(statement, result, make)

    async def several(self, asked: Sequence[Asked]) -> list[list[Any]]:
        """The same of several statements, planned alike and none the last, in one message: one round trip."""
        return self._rows(asked, await self._results([(statement, parameters) for statement, parameters, _ in asked]))

    async def _results(self, steps: Sequence[Step]) -> "list[pq.abc.PGresult]":
        while True:
            wire = self._taken_at_once() or await self._taken()
            results: list[pq.abc.PGresult] = []
            try:
                await self._sent(wire, *steps, every=results)
            except psycopg.Error as error:
                if self._is_to_be_sent_again(wire, error):
                    continue
                self._tell(error)
            self._is_answered = True
            return results[-len(steps) :]  # before them may be those of what began the transaction

    def _rows(self, asked: Sequence[Asked], results: "Sequence[pq.abc.PGresult]") -> list[list[Any]]:
        wire = self._wire
        if wire is None:
            raise psycopg.OperationalError(_CLOSED)
        return [wire.rows(one[0], result, one[2]) for one, result in zip(asked, results, strict=True)]

    async def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[Any]:  # noqa: ANN401 - as SQLAlchemy
        """SQLAlchemy's result of a statement of its own."""
        async with self.alchemy() as connection:
            return await connection.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> sa.CursorResult[Any]:  # noqa: ANN401 - as SQLAlchemy
        """SQLAlchemy's result of a statement in psycopg's words."""
        async with self.alchemy() as connection:
            return await connection.exec_driver_sql(statement, parameters)

    @contextlib.asynccontextmanager
    async def alchemy(self) -> AsyncGenerator[AsyncConnection]:
        """The connection as SQLAlchemy's, in this transaction; the statements of other tasks wait meanwhile."""
        await (self.begun() if self._is_planned_each_time else self.every(_NOTHING))
        async with self._lock:
            wire = self._wire
            if wire is None:
                raise psycopg.OperationalError(_CLOSED)
            self._is_alone = True
            try:
                with failures.explained():
                    async with wire.alone() as self._alchemy:
                        yield self._alchemy
            finally:
                self._is_alone = False

    async def begun(self) -> Wire:
        """The connection, with the transaction begun."""
        while True:
            wire = await self._taken()
            if self._is_answered:
                return wire
            try:
                await self._sent(wire)
            except psycopg.Error as error:
                if self._is_to_be_sent_again(wire, error):
                    continue
                self._tell(error)
            self._is_answered = True
            return wire

    async def commit(self) -> None:
        """Commit, and wait until that is done; then the connection is given back.

        Raises:
            psycopg.errors.InFailedSqlTransaction: an error of the transaction was swallowed, and all is undone.
        """
        async with self._lock:  # somebody may still be alone with the connection
            wire = self._let_go()
            if wire is None:
                return
            try:
                with failures.explained():
                    await self._commit(wire)
            except BaseException:
                self._undo(wire)
                raise
            self._pool.give(wire)

    async def close(self) -> None:
        """End the transaction and give the connection back; nobody waits for that. What was written is undone."""
        wire = self._let_go()
        if wire is None:
            return
        if self._is_alone:
            self._pool.look_after(self._interrupted(wire))
        elif self._alchemy is not None or self._is_writing or not wire.is_answered:
            self._undo(wire)
        else:
            end = wire.end_soon if self._pool.is_busy else wire.end
            end(COMMIT)
            self._pool.give(wire)

    async def _commit(self, wire: Wire) -> None:
        if self._alchemy is None:
            await wire.commit()
            return
        async with wire.alone() as connection:
            wire.refuse_failed()
            await connection.commit()

    def _undo(self, wire: Wire) -> None:
        if self._alchemy is None:
            self._pool.give_up(wire)
        elif wire.is_answered:
            self._pool.look_after(self._undone_by_alchemy(wire, self._alchemy))
        else:
            self._pool.drop(wire)

    async def _undone_by_alchemy(self, wire: Wire, alchemy: AsyncConnection) -> None:
        """SQLAlchemy believes in the transaction too, and has to end it itself."""
        with contextlib.suppress(psycopg.Error, exc.SQLAlchemyError):  # the pool sees what is left
            async with wire.alone():
                await alchemy.rollback()
        self._pool.give(wire)

    async def _interrupted(self, wire: Wire) -> None:
        """A task that outlived its request is alone with the connection: end what it does, and the connection."""
        await wire.cancel(1)
        async with self._lock:
            self._pool.drop(wire)

    def give_back(self) -> None:
        """Give the connection back as it is: somebody else has ended the transaction, or else the pool will."""
        wire = self._let_go()
        if wire is not None:
            self._pool.give(wire)

    def _let_go(self) -> Wire | None:
        self._is_closed = True
        wire, self._wire = self._wire, None
        if wire is not None and not self._has_begun:
            self._pool.give(wire)
            return None
        return wire

    def _taken_at_once(self) -> Wire | None:
        """The connection where that takes no waiting, neither for others of this session nor for the pool."""
        if self._wire is None and not self._is_closed and not self._lock.locked():
            self._wire, self._has_begun = self._pool.idle(), False
        return None if self._is_alone else self._wire

    async def _taken(self) -> Wire:
        while self._wire is None or self._is_alone:
            async with self._lock:
                if self._wire is not None:
                    continue
                if self._is_closed:
                    raise psycopg.OperationalError(_CLOSED)
                with failures.explained():
                    wire = await self._pool.take()
                if self._is_closed:
                    self._pool.give(wire)
                else:
                    self._wire, self._has_begun = wire, False
        return self._wire

    def _sent(self, wire: Wire, *steps: Step, every: "list[pq.abc.PGresult] | None" = None) -> "asyncio.Future[Any]":
        is_each_time = steps[0][0].is_planned_each_time if steps else self._is_planned_each_time
        if not self._has_begun:
            self._has_begun = True
            steps = (*self._begin[is_each_time], *steps)
        elif is_each_time is not self._is_planned_each_time:
            steps = (_EACH_TIME if is_each_time else _ONCE, *steps)
        self._is_planned_each_time = is_each_time
        if steps and steps[-1][0].is_last:
            steps = (*steps, (COMMIT, ()))
        return wire.asked(steps, every) if every is not None else wire.asked(steps)

    def _is_to_be_sent_again(self, wire: Wire, error: psycopg.Error) -> bool:
        """Whether the statement failed only because the connection was of no use, before it was of any."""
        if self._is_answered or self._is_closed or not failures.is_useless(error):
            return False
        if self._wire is wire:  # the first of those who sent something
            if self._attempts_left == 0:
                return False
            self._attempts_left -= 1
            self._wire = None
            self._pool.drop(wire)
        return True

    def _tell(self, error: psycopg.Error) -> NoReturn:
        """Raise the error as callers know it; what merely follows from an earlier one is told as that."""
        if isinstance(error, psycopg.errors.InFailedSqlTransaction) and self._failure is not None:
            raise self._failure
        told = failures.translated(error)
        if self._failure is None:
            self._failure = told
        if told is error:
            raise error
        raise told from error


_CLOSED = "the transaction has ended"
