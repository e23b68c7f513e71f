"""The pool and its transactions.

The engine is in AUTOCOMMIT, and every transaction is opened by one message of our own that carries BEGIN, its mode
and its time limits (SET LOCAL): one round trip, and nothing stays behind in the session, so that PgBouncer may hand
the next transaction another one. The message also serves as the check that a pooled connection still lives: when it
fails for that reason nothing was done yet, and the next connection is tried. A separate ping per transaction
(`pool_pre_ping`) would cost a round trip and tell nothing more.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Self, TypeVar, cast

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gql_api import errors
from gql_api.database import addresses, failures

_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_WRITING = "BEGIN"
_ATTEMPTS = 3
_JITTER = 0.05
_RECYCLE = 1800
T = TypeVar("T")
Driver = psycopg.AsyncConnection[tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Limits in seconds: one statement, waiting for a lock, idling inside a transaction, waiting for the pool."""

    statement: float = 5
    lock: float = 2
    idle: float = 10
    pool: float = 2

    def settings(self) -> str:
        """The statements that set them for one transaction."""
        names = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return "; ".join(f"SET LOCAL {name} = {round(seconds * 1000)}" for name, seconds in names.items())


class Database:
    """A database with a pool of connections, for one event loop. Make it with `open`; `engine` is SQLAlchemy's."""

    def __init__(self, engine: AsyncEngine, *, pool_size: int, timeouts: Timeouts) -> None:
        self.engine = engine
        self._pool_size = pool_size
        self._reading = f"{_READING}; {timeouts.settings()}".encode()
        self._writing = f"{_WRITING}; {timeouts.settings()}".encode()

    @classmethod
    def open(
        cls,
        url: str | URL,
        *,
        pool_size: int = 8,
        application_name: str = "gql_api",
        timeouts: Timeouts | None = None,
    ) -> Self:
        """Return the database; connections are made when they are needed, at most `pool_size` of them."""
        limits = timeouts or Timeouts()
        arguments = addresses.connect_arguments(addresses.normalised_url(url))
        engine = create_async_engine(
            URL.create(addresses.DRIVER),
            connect_args={"application_name": application_name, **arguments},
            isolation_level="AUTOCOMMIT",
            use_native_hstore=False,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=limits.pool,
            pool_use_lifo=True,
            pool_recycle=_RECYCLE,
        )
        return cls(engine, pool_size=pool_size, timeouts=limits)

    async def close(self) -> None:
        """Close every connection of the pool."""
        await self.engine.dispose()

    def reading(self) -> contextlib.AbstractAsyncContextManager[AsyncConnection]:
        """A read-only transaction that sees one snapshot from its first statement on."""
        return self._transaction(self._reading)

    def writing(self) -> contextlib.AbstractAsyncContextManager[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back when an exception leaves it.

        The block never commits itself; an error that it swallowed without a savepoint is raised at the end, since
        PostgreSQL would answer the commit with a silent rollback.
        """
        return self._transaction(self._writing)

    async def retried(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run the work in a transaction, and again as a whole after a deadlock or serialization failure, 3 times."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self.writing() as connection:
                    return await work(connection)
            except errors.Unavailable as error:
                if attempt == _ATTEMPTS or not failures.is_retryable(error.__cause__):
                    raise
            await asyncio.sleep(random.uniform(0, _JITTER * 2**attempt))  # noqa: S311 - apart, not secret
        raise AssertionError  # the last attempt returns or raises

    async def ping(self, *, seconds: float = 1) -> None:
        """Return when the database answers a statement; Unavailable when it does not within `seconds`."""
        try:
            async with asyncio.timeout(seconds), self.reading() as connection:
                await connection.exec_driver_sql("SELECT 1")
        except TimeoutError as error:
            raise errors.Unavailable("The database does not answer.") from error

    @contextlib.asynccontextmanager
    async def _transaction(self, begin: bytes) -> AsyncGenerator[AsyncConnection]:
        with failures.explained():
            connection = await self._begun(begin)
            try:
                async with connection.begin():
                    yield connection
                    await _refuse_failed(connection)
            except BaseException:
                await asyncio.shield(connection.close())  # to the end, even when this task was cancelled
                raise
            await connection.close()

    async def _begun(self, begin: bytes) -> AsyncConnection:
        """Take a connection and open the transaction on it; pooled connections that died meanwhile are skipped."""
        attempts_left = self._pool_size
        while True:
            connection = await self.engine.connect().start()
            try:
                await (await _driver(connection)).execute(begin, prepare=False)
            except BaseException as error:
                is_lost = failures.is_lost(error)
                if is_lost:
                    await connection.invalidate()
                await asyncio.shield(connection.close())
                if not is_lost or attempts_left == 0:
                    raise
                attempts_left -= 1
            else:
                return connection


async def _refuse_failed(connection: AsyncConnection) -> None:
    """Raise where an error was swallowed: PostgreSQL would answer COMMIT with a silent rollback."""
    if (await _driver(connection)).info.transaction_status == TransactionStatus.INERROR:
        raise psycopg.errors.InFailedSqlTransaction("An earlier error of this transaction was swallowed.")


async def _driver(connection: AsyncConnection) -> Driver:
    pooled = await connection.get_raw_connection()
    return cast("Driver", pooled.driver_connection)
