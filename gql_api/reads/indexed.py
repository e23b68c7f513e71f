"""Statements that must not read a whole table, whatever the planner believes of a word it knows nothing about."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import sqlalchemy as sa

from gql_api import database
from gql_api.reads import rows, statements

Value = TypeVar("Value")
_BY_INDEX, _BY_ANY = (
    statements.Prepared(sa.select(sa.func.set_config("enable_seqscan", value, sa.true()))) for value in ("off", "on")
)


async def asked(connection: rows.Connection, asking: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
    """The answer of a statement, read by indexes; a session sends all of it at once."""
    if isinstance(connection, database.Session):
        _, found, _ = await asyncio.gather(_BY_INDEX.every(connection), asking(), _BY_ANY.every(connection))
        return found
    await _BY_INDEX.every(connection)
    found = await asking()
    await _BY_ANY.every(connection)
    return found
