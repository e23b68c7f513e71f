"""Prepared statements: SQLAlchemy builds the text once, the driver runs it, and rows come back as tuples.

>>> _BY_ID = statements.Prepared(sa.select(*_COLUMNS).where(statements.among(col(Course.id), "ids")))
>>> await _BY_ID.fetch(connection, CourseRow, ids=[1, 2])

The tables stay the one place that says what a column is: the same columns, operators and types as everywhere. What is
saved is the work per call: building, compiling, and SQLAlchemy's result. Of a database session the statement is sent
prepared, beside others; of SQLAlchemy's connection, in whose transaction it then runs, psycopg does the same work.
psycopg knows every type of ours but enumerations, which are stored by name.
"""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import psycopg as dialects
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api import database
from gql_api.reads import parameters, rows

Value = TypeVar("Value")
Convert = Callable[[Any], Any]
_DIALECT = dialects.dialect(paramstyle="numeric_dollar")


class _Compiled(NamedTuple):
    """The text with $1, $2 …; of each parameter its name, encoding and own value; the columns to convert.

    As `stored` the same answers values as they are stored.
    """

    statement: database.Statement
    stored: database.Statement
    text: bytes
    takes: list[tuple[str, parameters.Encode, bytes | None]]
    conversions: list[tuple[int, Convert]]
    width: int


class Prepared:
    """A statement with named parameters. Parameters that are never given keep the value they were built with.

    It has one plan, made without knowing the parameters, unless `is_planned_each_time`: that is for filters of which
    no plan is good for every value. One that `is_last` ends the transaction of a database session, whose owner has to
    have said that nothing else is to be in it.
    """

    def __init__(self, statement: rows.Returning, *, is_planned_each_time: bool = False, is_last: bool = False) -> None:
        self._statement = statement
        self._is_planned_each_time = is_planned_each_time
        self._is_last = is_last
        self._makers: dict[Callable[..., Any], Callable[[Any], Any]] = {}

    @property
    def text(self) -> str:
        """The SQL, with $1, $2 … for its parameters."""
        return self._compiled.text.decode()

    @property
    def parameter_count(self) -> int:
        """How many parameters the SQL has."""
        return len(self._compiled.takes)

    def every(self, connection: rows.Connection, **given: object) -> Coroutine[Any, Any, list[tuple[Any, ...]]]:
        """Every row, as a tuple of its columns."""
        return self._rows(connection, given, tuple)

    def made(
        self, connection: rows.Connection, make: Callable[[tuple[Any, ...]], Value], **given: object
    ) -> Coroutine[Any, Any, list[Value]]:
        """Every row, as `make` of the tuple of its columns.

        Enumerations are as they are stored, by name, and exact numbers are their digits.
        """
        return self._rows(connection, given, make, is_stored=True)

    def fetch(
        self, connection: rows.Connection, row: Callable[..., Value], **given: object
    ) -> Coroutine[Any, Any, list[Value]]:
        """Every row, as `row(*columns)`."""
        return self._rows(connection, given, self._makers.get(row) or self._maker(row))

    def _rows(
        self,
        connection: rows.Connection,
        given: dict[str, object],
        make: Callable[[Any], Any],
        *,
        is_stored: bool = False,
    ) -> Coroutine[Any, Any, list[Any]]:
        """Their coroutine is the session's own, where nothing remains to be done: each one around it costs a call."""
        compiled = self._compiled
        values = _values(compiled, given)
        conversions = None if is_stored else compiled.conversions
        given_make = _whole if conversions else make
        if isinstance(connection, database.Session):
            found = connection.every(compiled.stored if is_stored else compiled.statement, values, given_make)
        else:
            found = _by_psycopg(connection, compiled.text, values, given_make, is_stored=is_stored)
        return _converted(found, conversions, make) if conversions else found

    def asked(
        self, make: Callable[[tuple[Any, ...]], Any] = tuple, *, is_stored: bool = False, **given: object
    ) -> "Asked":
        """The statement for `together`: every row as `make` of its columns; as in `made` if they are stored."""
        compiled, conversions = self._compiled, self._compiled.conversions
        statement = compiled.stored if is_stored else compiled.statement
        return Asked(statement, compiled.text, _values(compiled, given), [] if is_stored else conversions, make)

    def _maker(self, row: Callable[..., Value]) -> Callable[[Any], Value]:
        fields = cast("tuple[str, ...] | None", getattr(row, "_fields", None))
        if fields is not None and len(fields) != self._compiled.width:
            msg = f"{row} has {len(fields)} fields; the statement has {self._compiled.width} columns."
            raise TypeError(msg)
        return self._makers.setdefault(row, rows.maker(row))

    @cached_property
    def _compiled(self) -> _Compiled:
        compiled = self._statement.compile(dialect=_DIALECT)
        takes: list[tuple[str, parameters.Encode, bytes | None]] = []
        for name in cast("list[str]", compiled.positiontup):
            bind = compiled.binds[name]
            encode = parameters.encoder(bind.type)
            takes.append((bind.key, encode, encode(bind.effective_value)))
        columns = self._statement.exported_columns
        conversions = [
            (place, members(column.type.enum_class))
            for place, column in enumerate(columns)
            if isinstance(column.type, sa.Enum) and column.type.enum_class is not None
        ]
        text = str(compiled)
        statement, stored = [
            database.Statement(
                text,
                is_planned_each_time=self._is_planned_each_time,
                is_last=self._is_last,
                has_digits=has_digits,
            )
            for has_digits in (False, True)
        ]
        return _Compiled(statement, stored, text.encode(), takes, conversions, len(columns))


def given(name: str, column: rows.Column) -> sa.ColumnElement[Any]:
    """A parameter of that name with the column's type, also where nothing else would tell PostgreSQL what it is."""
    kind = rows.element(column).type
    parameter = sa.bindparam(name, type_=kind)
    if isinstance(kind, sa.Numeric):
        return sa.cast(parameter, sa.Numeric())  # without a precision, to which it would be rounded
    return sa.cast(parameter, kind) if isinstance(kind, postgresql.CITEXT) else parameter


def among(column: rows.Column, parameter: str) -> sa.ColumnElement[bool]:
    """Whether the column is one of a list given as one parameter: one text, however long the list."""
    element = rows.element(column)
    return element == sa.any_(sa.bindparam(parameter, type_=sa.ARRAY(element.type)))


def listed(table: str, **columns: sa.types.TypeEngine[Any]) -> sa.TableValuedAlias:
    """The rows of parallel lists, each given as the parameter of its column's name, as a table of that name."""
    lists = [sa.bindparam(column, type_=sa.ARRAY(kind)) for column, kind in columns.items()]
    return sa.func.unnest(*lists).table_valued(*columns).render_derived(name=table)


_whole: Callable[[Any], tuple[Any, ...]] = tuple


def members(enumeration: type[Enum]) -> Convert:
    """Names to members, none to none; a name that is no member is a defect."""
    known: dict[str | None, Enum | None] = {**enumeration.__members__, None: None}
    return known.__getitem__


class Asked(NamedTuple):
    """A statement to be sent with others."""

    statement: database.Statement
    text: bytes
    values: list[bytes | None]
    conversions: list[tuple[int, Convert]]
    make: Callable[[Any], Any]

    @property
    def made(self) -> Callable[[Any], Any]:
        """What makes a row as the driver has it."""
        return _whole if self.conversions else self.make


async def together(connection: rows.Connection, *asked: Asked) -> list[list[Any]]:
    """The rows of each of several statements; of a session in one round trip.

    All have to be planned alike, and none is the last of its transaction.
    """
    if isinstance(connection, database.Session):
        found = await connection.several([(one.statement, one.values, one.made) for one in asked])
    else:
        found = [
            await _by_psycopg(connection, one.text, one.values, one.made, is_stored=one.statement.has_digits)
            for one in asked
        ]
    return [
        _with_members(part, one.conversions, one.make) if one.conversions else part
        for part, one in zip(found, asked, strict=True)
    ]


def _values(compiled: _Compiled, given: dict[str, object]) -> list[bytes | None]:
    return [
        own if name not in given else None if (value := given[name]) is None else encode(value)
        for name, encode, own in compiled.takes
    ]


async def _converted(
    asked: Awaitable[Sequence[tuple[Any, ...]]], conversions: list[tuple[int, Convert]], make: Callable[[Any], Any]
) -> list[Any]:
    return _with_members(await asked, conversions, make)


def _with_members(
    found: Sequence[tuple[Any, ...]], conversions: list[tuple[int, Convert]], make: Callable[[Any], Any]
) -> list[Any]:
    columns: list[Any] = list(zip(*found, strict=True))
    if not columns:
        return []
    for place, convert in conversions:
        columns[place] = map(convert, columns[place])
    converted = zip(*columns, strict=True)
    return list(converted if make is tuple else map(make, converted))


async def _by_psycopg(
    connection: AsyncConnection,
    text: bytes,
    values: Sequence[bytes | None],
    make: Callable[[Any], Any],
    *,
    is_stored: bool,
) -> list[Any]:
    """The rows, by psycopg on SQLAlchemy's connection: a text parameter has the type that its cast says."""
    pooled = await connection.get_raw_connection()
    cursor = psycopg.AsyncRawCursor(cast("psycopg.AsyncConnection[tuple[Any, ...]]", pooled.driver_connection))
    if is_stored:
        database.as_digits(cursor.adapters)
    await cursor.execute(text, [None if value is None else value.decode() for value in values])
    found = await cursor.fetchall()
    return found if make is tuple else list(map(make, found))
