"""Making a connection: psycopg's, and SQLAlchemy's view of it, which lasts as long as the connection does."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import psycopg
from psycopg.types import json
from sqlalchemy import NullPool
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from gql_api.database import addresses
from gql_api.database.wires import Driver, Wire


class Connector:
    """Makes connections to one address. Each is in autocommit: transactions are begun and ended in so many words."""

    def __init__(self, url: str | URL, *, application_name: str) -> None:
        self._lock = asyncio.Lock()
        self._offered: Driver | None = None
        self._engine = create_async_engine(
            URL.create(addresses.DRIVER),
            async_creator=self._offer,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            use_native_hstore=False,
        )
        _, own = self._engine.dialect.create_connect_args(URL.create(addresses.DRIVER))
        given = addresses.connect_arguments(addresses.normalised_url(url))
        self._is_preparing = given["prepare_threshold"] is not None
        self._arguments: dict[str, Any] = {**own, "application_name": application_name, **given, "autocommit": True}

    async def open(self, ended: Callable[[Wire], None]) -> Wire:
        """A new connection; psycopg's error when that fails. `ended` is called when it is found dead."""
        driver = await psycopg.AsyncConnection.connect(**self._arguments)
        json.set_json_loads(orjson.loads, driver)
        try:
            alchemy = await self._viewed(driver)
        except BaseException:
            await driver.close()
            raise
        return Wire(driver, alchemy, is_preparing=self._is_preparing, ended=ended)

    async def _viewed(self, driver: Driver) -> AsyncConnection:
        async with self._lock:  # one at a time, so that each view is of its own connection
            self._offered = driver
            return await self._engine.connect()

    async def _offer(self) -> Driver:
        driver, self._offered = self._offered, None
        if driver is None:
            raise psycopg.OperationalError("SQLAlchemy opens no connections of its own here.")
        return driver
