"""Waiting for what is to happen, however slow the machine is: no test may depend on how long something takes.

==========  ===============================================================================================
`until`     return once it is so
`soon`      the same for coroutines, while the event loop goes on
`PATIENT`   limits of a database under which nothing fails because it took its time
`Held`      a lock for which statements wait until the test lets them go on
==========  ===============================================================================================

`LIMIT` ends what would otherwise wait for ever. A test that reaches it has failed; none may measure with it.
"""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from gql_api import database

LIMIT = 120.0
PATIENT = database.Timeouts(statement=LIMIT, lock=LIMIT, idle=LIMIT, pool=LIMIT)
_PAUSE = 0.01


def until(is_so: Callable[[], object], what: str = "") -> None:
    end = time.monotonic() + LIMIT
    while not is_so():
        assert time.monotonic() < end, what or "waited in vain"
        time.sleep(_PAUSE)


async def soon(is_so: Callable[[], object], what: str = "") -> None:
    end = time.monotonic() + LIMIT
    while not is_so():
        assert time.monotonic() < end, what or "waited in vain"
        await asyncio.sleep(_PAUSE)


class Held:
    """An advisory lock that a connection of its own holds until `release`, or the end of the block.

    `STATEMENT` answers its first parameter, an integer, once it has got the lock; others do not keep it from that.
    """

    STATEMENT = database.Statement("SELECT $1::int FROM (SELECT pg_advisory_xact_lock_shared(7)) AS passed")
    WAITING = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND wait_event = 'advisory' AND datname = current_database()"
    )

    def __init__(self, url: str) -> None:
        self._connection = database.connect(url, autocommit=True)

    def __enter__(self) -> Self:
        self._connection.execute("SELECT pg_advisory_lock(7)")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def release(self) -> None:
        self._connection.execute("SELECT pg_advisory_unlock(7)")

    @property
    def waiting(self) -> int:
        """How many statements wait for it now."""
        row = self._connection.execute(self.WAITING).fetchone()
        assert row is not None
        return row[0]
