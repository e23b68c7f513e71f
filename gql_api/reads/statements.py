"""Prepared SELECTs: SQLAlchemy builds the text once, psycopg runs it, and rows come back as tuples.

>>> _BY_ID = statements.Prepared(sa.select(*_COLUMNS).where(statements.among(col(Course.id), "ids")))
>>> await _BY_ID.every(connection, ids=[1, 2])

The tables stay the one place that says what a column is: the same columns, operators and types as everywhere. What is
saved is the work per call: building, compiling, and SQLAlchemy's result. psycopg knows every type of ours but
enumerations, which are stored by name. It prepares a text on the server when it comes back often enough.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import cached_property
from typing import Any, TypeVar, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg as dialects
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.reads import rows

Value = TypeVar("Value")
Convert = Callable[[Any], Any]
_DIALECT = dialects.dialect(paramstyle="pyformat")


class Prepared:
    """A SELECT with named parameters. Parameters that are never given keep the value they were built with."""

    def __init__(self, select: rows.Select) -> None:
        self._select = select

    async def every(self, connection: AsyncConnection, **parameters: object) -> list[tuple[Any, ...]]:
        """Every row, as a tuple of its columns."""
        text, fixed, conversions = self._compiled
        driver = await _driver(connection)
        cursor = await driver.execute(text, {**fixed, **parameters})
        found = await cursor.fetchall()
        return [_converted(row, conversions) for row in found] if conversions else found

    async def fetch(self, connection: AsyncConnection, row: Callable[..., Value], **parameters: object) -> list[Value]:
        """Every row, as `row(*columns)`."""
        return [row(*found) for found in await self.every(connection, **parameters)]

    @cached_property
    def _compiled(self) -> tuple[bytes, dict[str, object], list[tuple[int, Convert]]]:
        """The text, the values of its own parameters as the driver takes them, and the columns to convert."""
        compiled = self._select.compile(dialect=_DIALECT)
        fixed: dict[str, object] = {}
        for name, bind in compiled.binds.items():
            fixed[name] = bind.value.name if isinstance(bind.value, Enum) else bind.value
        conversions = [
            (place, _members(column.type.enum_class))
            for place, column in enumerate(self._select.selected_columns)
            if isinstance(column.type, sa.Enum) and column.type.enum_class is not None
        ]
        return str(compiled).encode(), fixed, conversions


def among(column: rows.Column, parameter: str) -> sa.ColumnElement[bool]:
    """Whether the column is one of a list given as one parameter: one text, however long the list."""
    element = rows.element(column)
    return element == sa.any_(sa.bindparam(parameter, type_=sa.ARRAY(element.type)))


def listed(table: str, **columns: sa.types.TypeEngine[Any]) -> sa.TableValuedAlias:
    """The rows of parallel lists, each given as the parameter of its column's name, as a table of that name."""
    lists = [sa.bindparam(column, type_=sa.ARRAY(kind)) for column, kind in columns.items()]
    return sa.func.unnest(*lists).table_valued(*columns).render_derived(name=table)


def _members(members: type[Enum]) -> Convert:
    """Names to members, none to none; a name that is no member is a defect."""
    known: dict[str | None, Enum | None] = {**members.__members__, None: None}
    return known.__getitem__


def _converted(row: Sequence[Any], conversions: list[tuple[int, Convert]]) -> tuple[Any, ...]:
    changed = list(row)
    for place, convert in conversions:
        changed[place] = convert(changed[place])
    return tuple(changed)


async def _driver(connection: AsyncConnection) -> psycopg.AsyncConnection[tuple[Any, ...]]:
    pooled = await connection.get_raw_connection()
    return cast("psycopg.AsyncConnection[tuple[Any, ...]]", pooled.driver_connection)
