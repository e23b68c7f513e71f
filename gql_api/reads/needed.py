"""Rows with the needed columns only: what an operation does not ask for is neither read nor sent nor made.

A row is a named tuple of columns. Where it is known which fields of the API look at a column, and an operation selects
none of these, the column is left out. The row is then of a subclass that has the others, in the same order,
and refuses to tell the missing one: a reader that nobody thought of fails in its first test, instead of seeing nulls.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from gql_api.reads import rows, statements

Row = TypeVar("Row", bound=tuple[Any, ...])
Fields = frozenset[str]
"""The fields that an operation selects anywhere, in the spelling of Python."""


class Columns(Generic[Row]):
    """The columns of a table that `row` has; `optional` names those that few fields look at, with these fields."""

    def __init__(
        self, table: type[SQLModel], row: type[Row], optional: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self.row = row
        self._table = table
        self._optional = {name: frozenset(fields) for name, fields in (optional or {}).items()}
        self._kept = lru_cache(1000)(self._found)
        self._of = lru_cache(300)(self._chosen)

    def kept(self, fields: Fields | None) -> "Kept[Row]":
        """What an operation with these fields needs; everything for None."""
        return self._kept(None if fields is None else fields)

    def _found(self, fields: Fields | None) -> "Kept[Row]":
        names = cast("tuple[str, ...]", getattr(self.row, "_fields", ()))
        return self._of(tuple(name for name in names if fields is None or self._is_needed(name, fields)))

    def _chosen(self, names: tuple[str, ...]) -> "Kept[Row]":
        return Kept(self._table, self.row, names)

    def _is_needed(self, name: str, fields: Fields) -> bool:
        readers = self._optional.get(name)
        return readers is None or not readers.isdisjoint(fields)


class Kept(Generic[Row]):
    """Columns that are kept, and the row they make. There is one for each choice in use: it may be a key."""

    def __init__(self, table: type[SQLModel], row: type[Row], names: tuple[str, ...]) -> None:
        self.columns: list[sa.ColumnElement[Any]] = [rows.element(col(getattr(table, name))) for name in names]
        each = enumerate(zip(names, self.columns, strict=True))
        stored = {name: Stored(place, column) for place, (name, column) in each if _is_enum(column)}
        is_whole = names == getattr(row, "_fields", ()) and not stored
        self.row: type[Row] = row if is_whole else _narrow(row, names, stored)
        self.make: Callable[[tuple[Any, ...]], Row] = rows.maker(self.row)


def by_name(row: type[tuple[Any, ...]], **more: Iterable[str]) -> dict[str, Iterable[str]]:
    """Every column but the first, the id, is looked at by the field of its name alone, and some by these fields."""
    names: tuple[str, ...] = getattr(row, "_fields", ())
    return {name: (name,) for name in names[1:]} | more


class Stored(property):
    """A column of an enumeration, which is stored by name: members are looked up when somebody asks.

    `in_rows` says to those who read many rows at once where the name is, and what makes a member of it.
    """

    def __init__(self, place: int, column: sa.ColumnElement[Any]) -> None:
        kind = cast("sa.Enum", column.type)
        member = statements.members(cast("type[Enum]", kind.enum_class))
        super().__init__(lambda row: member(row[place]))
        self.in_rows = place, member


def _is_enum(column: sa.ColumnElement[Any]) -> bool:
    return isinstance(column.type, sa.Enum) and column.type.enum_class is not None


def _narrow(row: type[Row], names: tuple[str, ...], stored: Mapping[str, Stored]) -> type[Row]:
    members: dict[str, Any] = {"__slots__": (), "_fields": names, "__doc__": row.__doc__}
    for name in cast("tuple[str, ...]", getattr(row, "_fields", ())):
        whole = vars(row)[name]  # what named tuples have for a field: it knows its position, and so must the new one
        members[name] = type(whole)(names.index(name), name) if name in names else property(_missing(name))
    return cast("type[Row]", type(row.__name__, (row,), members | dict(stored)))


def _missing(name: str) -> Callable[[Any], Any]:
    def read(_row: object) -> Any:  # noqa: ANN401 - it answers nothing
        msg = f"{name} was not read: the field that looks at it has to be told to reads.needed."
        raise AttributeError(msg)

    return read
