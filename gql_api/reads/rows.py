"""How statements become named tuples, and how values found are put back in the order of their keys."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import dml
from sqlmodel import SQLModel, col

from gql_api import database

Column: TypeAlias = orm.Mapped[Any] | sa.ColumnElement[Any]
"""A column of a table, or an expression."""
Select: TypeAlias = sa.Select[*tuple[Any, ...]]
"""A SELECT of any columns."""
Returning: TypeAlias = (
    sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]] | dml.ReturningInsert[*tuple[Any, ...]]
)
"""A statement that answers rows."""
Connection: TypeAlias = AsyncConnection | database.Session
"""What a read runs on: SQLAlchemy's connection in a transaction that writes, or a session shared by many reads."""
Found: TypeAlias = sa.Row[*tuple[Any, ...]]
"""A row of any columns."""
_SURROGATES = 0xD800
"""The first of the numbers that are no characters."""
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Row = TypeVar("Row", bound=tuple[Any, ...])


def columns(table: type[SQLModel], row: type[tuple[Any, ...]]) -> list[sa.ColumnElement[Any]]:
    """The columns of `table` that the named tuple `row` has as fields, in its order."""
    names: tuple[str, ...] = getattr(row, "_fields", ())
    return [element(col(getattr(table, name))) for name in names]


async def every(connection: Connection, statement: sa.Executable) -> Sequence[Found]:
    """Every row of the statement."""
    return (await connection.execute(statement)).all()


async def fetch(connection: Connection, statement: Select, row: Callable[..., Value]) -> list[Value]:
    """Every row of the statement as `row(*columns)`."""
    return [row(*found) for found in await every(connection, statement)]


async def first(connection: Connection, statement: Select, row: Callable[..., Value]) -> Value | None:
    """The statement's first row, or none."""
    found = (await connection.execute(statement.limit(1))).first()
    return None if found is None else row(*found)


def maker(row: Callable[..., Value]) -> Callable[[tuple[Any, ...]], Value]:
    """How a row is made of a tuple: of a named tuple without a call of Python's."""
    if isinstance(row, type) and hasattr(row, "_fields"):
        new: Callable[..., Any] = cast("Any", tuple).__new__
        return partial(new, row)
    return lambda values: row(*values)


def in_order(keys: Sequence[Key], found: Mapping[Key, Value]) -> list[Value | None]:
    """One value per key, none where nothing was found."""
    return [found.get(key) for key in keys]


def grouped(pairs: Iterable[tuple[Key, Value]]) -> Mapping[Key, list[Value]]:
    """The values of each key, in the order they came; an unknown key gives an empty list."""
    groups: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def beneath(keys: Iterable[Key], place: int, found: Iterable[Row]) -> dict[Key, list[Row]]:
    """The rows found for each of the keys, in the order they came; each row has its key at that place."""
    groups: dict[Any, list[Row]] = {key: [] for key in keys}
    for row in found:
        groups[row[place]].append(row)
    return groups


def element(column: Column) -> sa.ColumnElement[Any]:
    """The column as an expression, which at run time it is; SQLModel's types say less."""
    return cast("sa.ColumnElement[Any]", column)


def contains(column: Column, text: str) -> sa.ColumnElement[bool]:
    """Whether a text column has `text` within, in any letter case; the trigram index on `column::text` serves it."""
    return sa.cast(element(column), sa.Text).ilike(pattern(text))


def pattern(text: str, *, before: str = "%") -> str:
    """What LIKE takes for a text with anything after it, and before it."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{before}{escaped}%"


def after(text: str) -> str:
    """The least text, by its characters' numbers, that comes after every text that begins so; `text` is not empty."""
    kept = text.rstrip("\U0010ffff")
    if not kept:
        return f"{text}\U0010ffff"  # which no text of people goes beyond
    following = ord(kept[-1]) + 1
    return kept[:-1] + ("\ue000" if following == _SURROGATES else chr(following))


def between(column: sa.ColumnElement[Any], least: object, end: object) -> sa.ColumnElement[bool]:
    """Whether a text is `least` or after it, and before `end`, by an index with `text_pattern_ops`."""
    return sa.and_(
        column.op("~>=~", is_comparison=True)(least),
        column.op("~<~", is_comparison=True)(end),
    )
