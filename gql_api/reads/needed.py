"""Rows with the needed columns only: what an operation does not ask for is neither read nor sent nor made.

A row is a named tuple of columns. Of some it is known which fields of the API alone look at them; where an operation
selects none of these, the column is left out. The row is then of a subclass that has the others, in the same order,
and refuses to tell the missing one: a reader that nobody thought of fails in its first test, instead of seeing nulls.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from sqlmodel import SQLModel

from gql_api.reads import rows

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
        self._choices: dict[tuple[str, ...], Kept[Row]] = {}

    def kept(self, fields: Fields | None) -> "Kept[Row]":
        """What an operation with these fields needs; everything for None."""
        return self._kept(None if fields is None else fields)

    def _found(self, fields: Fields | None) -> "Kept[Row]":
        names = cast("tuple[str, ...]", getattr(self.row, "_fields", ()))
        kept = tuple(name for name in names if fields is None or self._is_needed(name, fields))
        if kept not in self._choices:
            row = self.row if kept == names else _narrow(self.row, kept)
            self._choices[kept] = Kept(self._table, row)
        return self._choices[kept]

    def _is_needed(self, name: str, fields: Fields) -> bool:
        readers = self._optional.get(name)
        return readers is None or not readers.isdisjoint(fields)


class Kept(Generic[Row]):
    """Columns that are kept, and the row they make. There is one for each choice: it may be a key."""

    def __init__(self, table: type[SQLModel], row: type[Row]) -> None:
        self.columns: list[sa.ColumnElement[Any]] = rows.columns(table, row)
        self.row = row
        self.make: Callable[[tuple[Any, ...]], Row] = rows.maker(row)


def optional(*names: str, **more: Iterable[str]) -> dict[str, Iterable[str]]:
    """Columns that only the field of their name looks at, and others with the fields that do."""
    return {name: (name,) for name in names} | more


def _narrow(row: type[Row], names: tuple[str, ...]) -> type[Row]:
    members: dict[str, Any] = {"__slots__": (), "_fields": names, "__doc__": row.__doc__}
    for name in cast("tuple[str, ...]", getattr(row, "_fields", ())):
        members[name] = property(itemgetter(names.index(name)) if name in names else _missing(name))
    return cast("type[Row]", type(row.__name__, (row,), members))


def _missing(name: str) -> Callable[[Any], Any]:
    def read(_row: object) -> Any:  # noqa: ANN401 - it answers nothing
        msg = f"{name} was not read: the field that looks at it has to be told to reads.needed."
        raise AttributeError(msg)

    return read
