"""What one connection has prepared: statements by their names there, and how the rows of each are read.

A statement is prepared when it is sent for the first time. Of those in excess that which was not used for longest is
forgotten, here and by PostgreSQL, so that neither grows with the number of different operations.
"""

from typing import Any

import psycopg
from psycopg import abc, pq
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.types.string import TextLoader

from gql_api.database.messages import Answered, Parameters, Statement

MOST_PREPARED = 400
"""Statements that one connection keeps prepared."""
CAN_FORGET = psycopg.capabilities.has_send_close_prepared()
"""Whether libpq (since 17) has the protocol's own message for it, which proxies understand, too. Otherwise statements
in excess are sent as text."""


class Digits:
    """What a driver's connection knows of types, but that exact numbers are the texts that PostgreSQL sends.

    Making numbers of them takes several times as long as all else of reading them.
    """

    def __init__(self, driver: psycopg.AsyncConnection[Any]) -> None:
        self.connection = driver
        self.adapters = AdaptersMap(driver.adapters)
        as_digits(self.adapters)


def as_digits(adapters: AdaptersMap) -> None:
    """Let exact numbers be read as texts."""
    adapters.register_loader("numeric", TextLoader)


class Prepared:
    """The statements of a connection; the last of `names` is the one used last."""

    def __init__(self, driver: psycopg.AsyncConnection[Any], *, is_preparing: bool) -> None:
        self.names: dict[Statement, bytes] = {}
        self._driver = driver
        self._pgconn = driver.pgconn
        self._is_preparing = is_preparing
        self._count = 0
        self._loaders: dict[Statement, abc.Transformer] = {}
        self._digits = Digits(driver)

    def send_first(self, message: Answered, statement: Statement, parameters: Parameters) -> None:
        """Send a statement that has no name here; it gets one where statements are prepared."""
        if not self._is_preparing or (len(self.names) >= MOST_PREPARED and not self._has_forgotten()):
            self._pgconn.send_query_params(statement.sql, parameters)
            return
        self._count += 1
        name = self.names[statement] = b"gql_%d" % self._count  # a name is never used again, also after an error
        message.named = [*(message.named or ()), statement]
        self._pgconn.send_prepare(name, statement.sql)
        self._pgconn.send_query_prepared(name, parameters)

    def forget(self, message: Answered) -> None:
        """The message failed: whether what it named was prepared is not known."""
        for statement in message.named or ():
            self.names.pop(statement, None)

    def loader(self, statement: Statement, result: "pq.abc.PGresult") -> abc.Transformer:
        """What reads the rows of a statement's result, which it has been given."""
        loader = self._loaders.get(statement)
        if loader is not None:
            loader.set_pgresult(result, set_loaders=False)
            return loader
        loader = Transformer(self._digits if statement.has_digits else self._driver)
        loader.set_pgresult(result)
        if statement in self.names:
            self._loaders[statement] = loader
        return loader

    def _has_forgotten(self) -> bool:
        """Whether there is room for a statement again."""
        if CAN_FORGET:
            statement = next(iter(self.names))
            self._pgconn.send_close_prepared(self.names.pop(statement))
            self._loaders.pop(statement, None)
        return CAN_FORGET
