"""Lending connections: at most so many, to those who wait in the order they came, each for a bounded time.

A connection that is given back goes to the longest waiting at once, so that nobody overtakes and nobody starves. A
waiter does not open a connection itself: that happens beside it, and it takes whichever comes first. One that died is
replaced when somebody wants one; one older than half an hour is not lent again, so that sessions move on to a server
that took over.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exc

from gql_api.database.messages import ROLLBACK
from gql_api.database.wires import Wire

OLD = 1800
GRACE = 0.25
"""Seconds for which an answer that nobody wants any more is waited for before its statement is cancelled."""
Open = Callable[[Callable[[Wire], None]], Awaitable[Wire]]
_CANCELLING = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a pool's connections do at a moment: lent or idle, of at most `size`; how many wait for one."""

    size: int
    lent: int
    idle: int
    waiting: int


class Pool:
    """The connections of one event loop. `open_one` makes one, and is told what to call when it is found dead."""

    def __init__(self, open_one: Open, *, size: int, seconds: float) -> None:
        self.size = size
        self._open_one = open_one
        self._seconds = seconds
        self._idle: list[Wire] = []
        self._count = 0
        self._opening = 0
        self._waiting: deque[asyncio.Future[Wire]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @property
    def usage(self) -> Usage:
        """What the connections do now; those that are being opened count as lent."""
        idle = len(self._idle)
        waiting = sum(not waiter.done() for waiter in self._waiting)
        return Usage(size=self.size, lent=self._count - idle, idle=idle, waiting=waiting)

    @property
    def is_busy(self) -> bool:
        """Whether more than one is lent now, or somebody waits for one."""
        return self._count - len(self._idle) > 1 or bool(self._waiting)

    def idle(self) -> Wire | None:
        """A connection that nobody uses, the one used last; none where everybody has to wait for one."""
        while self._idle:
            wire = self._idle.pop()
            if time.monotonic() - wire.made_at < OLD:
                return wire
            self._discard(wire)
        return None

    async def take(self) -> Wire:
        """A connection; sqlalchemy's TimeoutError when none comes free in time."""
        if (wire := self.idle()) is not None:
            return wire
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Wire] = loop.create_future()
        self._waiting.append(waiter)
        self._open_where_wanted()
        timer = loop.call_later(self._seconds, _fail, waiter, exc.TimeoutError())
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled() and waiter.exception() is None:  # it was lent in the very moment
                self.give(waiter.result())
            raise
        finally:
            timer.cancel()

    def give(self, wire: Wire) -> None:
        """Take a connection back. What somebody gave up waiting for is waited for first, then cancelled."""
        if wire.is_dead or self._is_closed or not wire.is_clean:
            self._discard(wire)
        elif not wire.is_answered:
            self.look_after(self._settle(wire))
        else:
            self._lend(wire)

    def give_up(self, wire: Wire) -> None:
        """Take back a connection in the middle of a transaction, which is undone."""
        if not wire.is_dead:
            wire.end(ROLLBACK)
        self.give(wire)

    def drop(self, wire: Wire) -> None:
        """Take back a connection that is of no use."""
        self._discard(wire)

    async def close(self) -> None:
        """End every connection, those lent when they come back; nobody gets one any more."""
        self._is_closed = True
        while self._idle:
            self._discard(self._idle.pop())
        self._fail_all(exc.TimeoutError())
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def look_after(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done beside those who wait; `close` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _lend(self, wire: Wire) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(wire)
                return
        self._idle.append(wire)

    async def _settle(self, wire: Wire) -> None:
        try:
            async with asyncio.timeout(GRACE):
                await wire.drained()
        except TimeoutError:
            await wire.cancel(_CANCELLING)  # which may arrive late, and must not meet the next one's statement
            self._discard(wire)
        else:
            self.give(wire)

    def _open_where_wanted(self) -> None:
        wanted = sum(not waiter.done() for waiter in self._waiting)
        while not self._is_closed and self._opening < wanted and self._count < self.size:
            self._count += 1
            self._opening += 1
            self.look_after(self._open())

    async def _open(self) -> None:
        try:
            wire = await self._open_one(self._ended)
        except Exception as error:  # noqa: BLE001 - told to whoever wanted the connection
            self._count -= 1
            self._opening -= 1
            if self._count == self._opening:  # no other will come back to them
                self._fail_all(error)
            return
        self._opening -= 1
        self.give(wire)

    def _ended(self, wire: Wire) -> None:
        """One was found dead: while it is lent, whoever has it gives it back."""
        if wire in self._idle:
            self._idle.remove(wire)
            self._discard(wire)

    def _discard(self, wire: Wire) -> None:
        self._count -= 1
        self.look_after(wire.close())
        self._open_where_wanted()

    def _fail_all(self, error: Exception) -> None:
        while self._waiting:
            _fail(self._waiting.popleft(), error)


def _fail(waiter: asyncio.Future[Wire], error: Exception) -> None:
    if not waiter.done():
        waiter.set_exception(error)
