"""What is sent to PostgreSQL and what comes back: statements with their parameters, and the answer to a few of them."""

import asyncio
from collections.abc import Sequence

from psycopg import pq

Parameters = Sequence[bytes | None]


class Statement:
    """A text with the parameters $1, $2 …, prepared once by every connection. Two are never the same.

    One that `is_last` answers rows and is the transaction's last: its message carries the COMMIT, too. The exact
    numbers of one that `has_digits` come as texts.
    """

    __slots__ = ("has_digits", "is_last", "is_planned_each_time", "sql")

    def __init__(
        self, sql: str, *, is_planned_each_time: bool = False, is_last: bool = False, has_digits: bool = False
    ) -> None:
        self.sql = sql.encode()
        self.has_digits = has_digits
        self.is_planned_each_time = is_planned_each_time
        self.is_last = is_last


Step = tuple[Statement, Parameters]
COMMIT, ROLLBACK = Statement("COMMIT"), Statement("ROLLBACK")


class Answered:
    """What came back for a message: the result of its last statement, or of the one before its COMMIT; or an error.

    Where `every` is a list, the results of all statements that answer rows are put there.
    """

    __slots__ = ("error", "every", "future", "has_commit", "named", "result", "rows")

    def __init__(
        self,
        future: "asyncio.Future[pq.abc.PGresult] | None",
        *,
        has_commit: bool = False,
        every: "list[pq.abc.PGresult] | None" = None,
    ) -> None:
        self.future = future
        self.has_commit = has_commit
        self.every = every
        self.named: list[Statement] | None = None
        self.rows: pq.abc.PGresult | None = None
        self.result: pq.abc.PGresult | None = None
        self.error: pq.abc.PGresult | None = None
