"""A database as callers see it: transactions on the connections of one pool.

Every transaction begins with one message of our own that carries BEGIN, its mode and its time limits, and nothing stays
behind in the session but what is prepared, so that PgBouncer may hand the next transaction another one. That message
also serves as the check that a pooled connection still lives: when it fails for that reason nothing was done yet, and
the next connection is tried. A ping before each transaction would cost a round trip and tell nothing more.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Self, TypeVar

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api import errors
from gql_api.database import failures
from gql_api.database.ahead import Chains, Reading
from gql_api.database.connecting import Connector
from gql_api.database.lending import Pool, Usage
from gql_api.database.messages import Statement, Step
from gql_api.database.sessions import PLANNED_EACH_TIME, PLANNED_ONCE, Session, setting

_ATTEMPTS = 3
_JITTER = 0.05
_ONE = Statement("SELECT 1")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Limits in seconds: one statement, waiting for a lock, idling inside a transaction, waiting for the pool."""

    statement: float = 5
    lock: float = 2
    idle: float = 10
    pool: float = 2

    def settings(self) -> dict[str, str]:
        """PostgreSQL's settings that say so."""
        seconds = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return {name: str(round(limit * 1000)) for name, limit in seconds.items()}


class Database:
    """A database with a pool of connections, for one event loop. Make it with `open`."""

    def __init__(self, pool: Pool, timeouts: Timeouts) -> None:
        self._pool = pool
        limits = timeouts.settings()
        begin: Step = (Statement("BEGIN"), ())
        read: Step = (Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), ())
        once, each_time = (setting(**limits, plan_cache_mode=mode) for mode in (PLANNED_ONCE, PLANNED_EACH_TIME))
        self._reading = ((read, once), (read, each_time))
        self._chains = Chains()
        self._changing = ((begin, once), (begin, each_time))
        limited = setting(**limits)
        self._writing = ((begin, limited), (begin, limited))

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
        connector = Connector(url, application_name=application_name)
        return cls(Pool(connector.open, size=pool_size, seconds=limits.pool), limits)

    async def close(self) -> None:
        """Close every connection of the pool."""
        await self._pool.close()

    @property
    def usage(self) -> Usage:
        """What the pool's connections do now."""
        return self._pool.usage

    def reading(self, purpose: Hashable = None) -> Session:
        """A read-only transaction that sees one snapshot from its first statement on. Many tasks may share it.

        What those of one purpose ask the same again and again is read ahead (`ahead`).
        """
        return Reading(self._pool, self._reading, self._chains, purpose)

    def changing(self) -> Session:
        """A transaction of prepared statements: committed at the end of the block, rolled back when it raises."""
        return Session(self._pool, self._changing, is_writing=True)

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction, SQLAlchemy's: committed at the end of the block, rolled back when an exception leaves it.

        The block never commits itself; an error that it swallowed without a savepoint is raised at the end, since
        PostgreSQL would answer the commit with a silent rollback.
        """
        session = Session(self._pool, self._writing, is_writing=True)
        try:
            wire = await session.begun()
            with failures.explained():
                async with wire.alone() as connection, connection.begin():
                    yield connection
                    wire.refuse_failed()
        finally:
            session.give_back()

    async def retried(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run the work in a transaction, and again as a whole after a deadlock or serialization failure, 3 times."""
        return await _retried(self.writing, work)

    async def changed(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """The same for work on prepared statements."""
        return await _retried(self.changing, work)

    async def ping(self, *, seconds: float = 1) -> None:
        """Return when the database answers a statement; Unavailable when it does not within `seconds`."""
        try:
            async with asyncio.timeout(seconds), self.reading() as session:
                await session.every(_ONE)
        except TimeoutError as error:
            raise errors.Unavailable("The database does not answer.") from error


Lent = TypeVar("Lent")


async def _retried(
    lent: Callable[[], contextlib.AbstractAsyncContextManager[Lent]], work: Callable[[Lent], Awaitable[T]]
) -> T:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with lent() as connection:
                return await work(connection)
        except errors.Unavailable as error:
            if attempt == _ATTEMPTS or not failures.is_retryable(error.__cause__):
                raise
        await asyncio.sleep(random.uniform(0, _JITTER * 2**attempt))  # noqa: S311 - apart, not secret
    raise AssertionError  # the last attempt returns or raises
