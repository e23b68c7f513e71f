"""Rows with the needed columns only: what an operation does not ask for is neither read nor sent nor made.

A row is a named tuple of columns. Where it is known which fields of the API look at a column, and an operation selects
none of these, the column is left out. The row is then of a subclass that has the others, in the same order,
and refuses to tell the missing one: a reader that nobody thought of fails in its first test, instead of seeing nulls.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
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
        stored = {name: Stored(place, make) for place, name in enumerate(names) if (make := _make(self.columns[place]))}
        is_whole = names == getattr(row, "_fields", ()) and not stored
        self.row: type[Row] = row if is_whole else _narrow(row, names, stored)
        made: Callable[..., Any] = self.row
        self.make: Callable[[tuple[Any, ...]], Row] = rows.maker(row) if is_whole else made


def by_name(row: type[tuple[Any, ...]], **more: Iterable[str]) -> dict[str, Iterable[str]]:
    """Every column but the first, the id, is looked at by the field of its name alone, and some by these fields."""
    names: tuple[str, ...] = getattr(row, "_fields", ())
    return {name: (name,) for name in names[1:]} | more


class Stored(property):
    """A column that is read as it is stored, an enumeration's member by its name, an exact number by its digits.

    The value is made of that when somebody looks, by a function that makes the same of the same. `in_rows` says to
    those who read many rows at once where it stands, and what makes the value of it.
    """

    def __init__(self, place: int, make: Callable[[Any], Any]) -> None:
        super().__init__(lambda row: make(row[place]))
        self.in_rows = place, make


class _Numbers(dict[str | None, Decimal | None]):
    """Numbers by their digits: a few different ones, each thousands of times."""

    def __missing__(self, digits: str | None) -> Decimal | None:
        number = None if digits is None else Decimal(digits)
        if len(self) >= _MOST_NUMBERS:
            self.clear()
        self[digits] = number
        return number


_MOST_NUMBERS = 10_000
_numbers = _Numbers()


def number(stored: Any) -> Decimal | None:  # noqa: ANN401 - digits, or the number itself
    """The number of its digits, none of none."""
    return _numbers[stored]


def _make(column: sa.ColumnElement[Any]) -> Callable[[Any], Any] | None:
    """What makes the column's value of what is read; None where that is the value."""
    if isinstance(column.type, sa.Numeric) and not isinstance(column.type, sa.Float):
        return _numbers.__getitem__
    if isinstance(column.type, sa.Enum) and column.type.enum_class is not None:
        return statements.members(column.type.enum_class)
    return None


class _Made(tuple[Any, ...]):
    """A row's class, called, makes one of a tuple, without the detour of a named tuple's `__new__`."""

    __slots__ = ()
    __new__: Any = cast("Any", tuple).__new__


def _narrow(row: type[Row], names: tuple[str, ...], stored: Mapping[str, Stored]) -> type[Row]:
    members: dict[str, Any] = {"__slots__": (), "_fields": names, "__doc__": row.__doc__}
    for name in cast("tuple[str, ...]", getattr(row, "_fields", ())):
        whole = vars(row)[name]  # what named tuples have for a field: it knows its position, and so must the new one
        members[name] = type(whole)(names.index(name), name) if name in names else property(_missing(name))
    return cast("type[Row]", type(row.__name__, (_Made, row), members | dict(stored)))


def _missing(name: str) -> Callable[[Any], Any]:
    def read(_row: object) -> Any:  # noqa: ANN401 - it answers nothing
        msg = f"{name} was not read: the field that looks at it has to be told to reads.needed."
        raise AttributeError(msg)

    return read
