"""One connection to PostgreSQL, spoken to in libpq's pipeline mode.

A message is a few statements and a Sync. Messages are sent when they are made, by as many tasks as like, and answered
in that order; whoever sent one waits for its future. A reader stays registered with the loop as long as the connection
is in this mode, so that an answer costs no more than reading it, and a connection that dies in the pool is noticed when
it does. An error ends its message only; what it does to the transaction is PostgreSQL's affair.

SQLAlchemy shares the connection: in `alone` mode it belongs to `alchemy`, SQLAlchemy's view of it, and to psycopg.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.database.messages import COMMIT, Answered, Statement, Step
from gql_api.database.preparing import Prepared

OWED_SECONDS = 0.02
"""For so long the end of a transaction waits for a message to travel with."""

Driver = psycopg.AsyncConnection[tuple[object, ...]]
_COMMITTED = b"COMMIT"
_SWALLOWED = "An earlier error of this transaction was swallowed."
_SYNC, _FAILED, _ABORTED = pq.ExecStatus.PIPELINE_SYNC, pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_ABORTED
_ROWS = pq.ExecStatus.TUPLES_OK


class Wire:
    """The connection. `ended` is called once, when it is found dead."""

    def __init__(
        self, driver: Driver, alchemy: AsyncConnection, *, is_preparing: bool, ended: Callable[["Wire"], None]
    ) -> None:
        self.driver = driver
        self.alchemy = alchemy
        self.made_at = time.monotonic()
        self.is_dead = False
        self._ended = ended
        self._pgconn = driver.pgconn
        self._socket = self._pgconn.socket
        self._loop = asyncio.get_running_loop()
        self._is_writing = False
        self._prepared = Prepared(driver, is_preparing=is_preparing)
        self._awaited: deque[Answered] = deque()
        self._drained: asyncio.Future[None] | None = None
        self._owed: Statement | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._enter()

    @property
    def is_answered(self) -> bool:
        """Whether every answer that somebody wanted has come: at most those nobody waits for are outstanding."""
        return not self._awaited or all(message.future is None for message in self._awaited)

    @property
    def unanswered(self) -> int:
        """How many messages are not answered yet."""
        return len(self._awaited)

    @property
    def is_clean(self) -> bool:
        """Whether the next transaction may begin: none is open, or its end is on the way."""
        return (
            self._owed is not None
            or bool(self._awaited)
            or self._pgconn.transaction_status == pq.TransactionStatus.IDLE
        )

    def asked(
        self, steps: Sequence[Step], every: "list[pq.abc.PGresult] | None" = None
    ) -> "asyncio.Future[pq.abc.PGresult]":
        """Send the statements in one message; the future has the last one's result, or the first error.

        `every` then has the results of all that answer rows.
        """
        future: asyncio.Future[pq.abc.PGresult] = self._loop.create_future()
        has_commit = len(steps) > 1 and steps[-1][0] is COMMIT
        self._send(Answered(future, has_commit=has_commit, every=every), steps)
        return future

    def end(self, statement: Statement) -> None:
        """End the transaction; nobody waits for it. Where that fails the connection is useless, and closed."""
        self._send(Answered(None), [(statement, ())])

    def end_soon(self, statement: Statement) -> None:
        """End a transaction that changed nothing: with the next message, or in a moment by itself.

        Each message costs both sides a system call and a wake-up. To be called where others are busy with connections:
        then the next one comes at once, and the loop goes on.
        """
        self._owed = statement
        if self._timer is None:
            self._timer = self._loop.call_later(OWED_SECONDS, self._paid_late)

    def _paid_late(self) -> None:
        self._timer = None
        self._pay()

    def _pay(self) -> None:
        owed, self._owed = self._owed, None
        if owed is not None:
            self.end(owed)

    async def commit(self) -> None:
        """End the transaction, and wait for it.

        Raises:
            psycopg.errors.InFailedSqlTransaction: there was an error, so that PostgreSQL rolled back.
        """
        result = await self.asked([(COMMIT, ())])
        if result.command_status != _COMMITTED:
            raise psycopg.errors.InFailedSqlTransaction(_SWALLOWED)

    def refuse_failed(self) -> None:
        """Raise where PostgreSQL would answer COMMIT with a silent rollback."""
        if self._pgconn.transaction_status == pq.TransactionStatus.INERROR:
            raise psycopg.errors.InFailedSqlTransaction(_SWALLOWED)

    def _send(self, message: Answered, steps: Sequence[Step]) -> None:
        if self.is_dead:
            _fail(message, psycopg.OperationalError("the connection is lost"))
            return
        self._awaited.append(message)
        if self._owed is not None:
            steps, self._owed = ((self._owed, ()), *steps), None
        pgconn, names = self._pgconn, self._prepared.names
        try:
            for statement, parameters in steps:
                name = names.pop(statement, None)
                if name is None:
                    self._prepared.send_first(message, statement, parameters)
                else:
                    names[statement] = name  # the last is the one used last
                    pgconn.send_query_prepared(name, parameters)
            pgconn.pipeline_sync()
            if not self._is_writing and pgconn.flush():
                self._is_writing = True
                self._loop.add_writer(self._socket, self._writable)
        except psycopg.OperationalError as error:
            self._lose(error)

    def rows(self, statement: Statement, result: "pq.abc.PGresult", make: Callable[..., Any]) -> list[Any]:
        """The rows of a statement's result, each as `make(tuple)`."""
        loader = self._prepared.loader(statement, result)
        found = loader.load_rows(0, result.ntuples, make)
        loader.set_pgresult(None, set_loaders=False)
        return found

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncGenerator[AsyncConnection]:
        """The connection as SQLAlchemy's, once every message is answered; nothing may be sent meanwhile."""
        self._pay()
        await self.drained()
        if self.is_dead:
            raise psycopg.OperationalError("the connection is lost")
        self._leave()
        try:
            yield self.alchemy
        finally:
            if self.alchemy.invalidated or self._pgconn.status != pq.ConnStatus.OK:
                self._bury()
            else:
                self._enter()

    async def drained(self) -> None:
        """Wait until every message is answered, or the connection dead."""
        while self._awaited:
            if self._drained is None:
                self._drained = self._loop.create_future()
            await asyncio.shield(self._drained)

    async def close(self) -> None:
        """End the connection; what is still awaited fails."""
        if not self.is_dead:
            self._lose(psycopg.OperationalError("the connection is closed"))
        with contextlib.suppress(Exception):  # it may be broken in any way, and nobody wants it any more
            await self.alchemy.invalidate()
            await self.alchemy.close()
        await self.driver.close()

    async def cancel(self, seconds: float) -> None:
        """Ask the server to end what it is doing; whether it did is not known."""
        with contextlib.suppress(psycopg.Error, OSError):
            await self.driver.cancel_safe(timeout=seconds)

    def _writable(self) -> None:
        try:
            self._pgconn.consume_input()  # the server may wait for us to read before it reads
            is_left = self._pgconn.flush()
        except psycopg.OperationalError as error:
            self._lose(error)
            return
        if not is_left:
            self._is_writing = False
            self._loop.remove_writer(self._socket)
        self._receive()

    def _readable(self) -> None:
        try:
            self._pgconn.consume_input()
            self._receive()
        except psycopg.OperationalError as error:
            self._lose(error)

    def _receive(self) -> None:
        pgconn, awaited = self._pgconn, self._awaited
        while awaited and not pgconn.is_busy():
            result = pgconn.get_result()
            if result is None:
                if pgconn.status != pq.ConnStatus.OK:
                    raise psycopg.OperationalError(pgconn.get_error_message())
                continue
            status = result.status
            if status == _SYNC:
                self._answer(awaited.popleft())
            elif status == _FAILED:
                awaited[0].error = awaited[0].error or result
            elif status != _ABORTED:
                awaited[0].result = result
                if status == _ROWS:
                    awaited[0].rows = result
                    if (every := awaited[0].every) is not None:
                        every.append(result)
        if self._drained is not None and not awaited:
            self._drained.set_result(None)
            self._drained = None

    def _answer(self, message: Answered) -> None:
        if message.error is None:
            if message.future is not None and not message.future.done():
                result = message.rows if message.has_commit else message.result
                message.future.set_result(result)  # pyright: ignore[reportArgumentType] - no error, so a result
            return
        self._prepared.forget(message)
        error = psycopg.errors.error_from_result(message.error)
        _fail(message, error)
        if message.future is None:
            raise psycopg.OperationalError(str(error))

    def _lose(self, error: Exception) -> None:
        """The connection is dead: tell all who wait, with the server's own word for it where it said one."""
        if self.is_dead:
            return
        self._leave(is_dead=True)
        if self._timer is not None:
            self._timer.cancel()
        while self._awaited:
            message = self._awaited.popleft()
            _fail(message, psycopg.errors.error_from_result(message.error) if message.error else error)
        if self._drained is not None:
            self._drained.set_result(None)
            self._drained = None
        self._bury()

    def _bury(self) -> None:
        self.is_dead = True
        self._ended(self)

    def _enter(self) -> None:
        self._pgconn.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._readable)

    def _leave(self, *, is_dead: bool = False) -> None:
        self._loop.remove_reader(self._socket)
        if self._is_writing:
            self._is_writing = False
            self._loop.remove_writer(self._socket)
        if not is_dead:
            self._pgconn.exit_pipeline_mode()


def _fail(message: Answered, error: Exception) -> None:
    if message.future is not None and not message.future.done():
        message.future.set_exception(error)
