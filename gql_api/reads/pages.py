"""Keyset pages: stable under inserts, never an offset, never a count unless asked.

An `Order` names the columns by which a list is sorted; the last is unique. A `Window` says which part is wanted.
One row more than asked tells whether there is a next page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar, cast

import sqlalchemy as sa

from gql_api.reads import rows

COUNTED = 10_000
"""Up to here a total is exact; beyond, only that there are more is known."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A named order. All columns run in one direction, so that a row comparison finds the place by index."""

    name: str
    columns: tuple[rows.Column, ...]
    is_descending: bool = False

    @property
    def elements(self) -> list[sa.ColumnElement[Any]]:
        """The columns as expressions."""
        return [rows.element(column) for column in self.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most `limit` rows between the keys `after` and `before`; the last ones when not `is_forward`."""

    limit: int
    is_forward: bool = True
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None


class Page(Generic[Value]):
    """The rows of a window in the list's order. Behind its own columns each has the order's keys, at `places`."""

    __slots__ = ("_ends", "rows")

    def __init__(self, rows: list[Value], ends: "Ends") -> None:
        self.rows = rows
        self._ends = ends

    @property
    def has_next(self) -> bool:
        """Whether the list goes on after the page."""
        return self._ends.has_next

    @property
    def has_previous(self) -> bool:
        """Whether the list has something before it."""
        return self._ends.has_previous

    @property
    def keys(self) -> list[tuple[Any, ...]]:
        """The keys of each row."""
        return list(map(itemgetter(self._ends.places), cast("list[tuple[Any, ...]]", self.rows)))


class Ends(NamedTuple):
    """What pages of one kind have in common: where their rows have the order's keys, and whether there are more."""

    places: slice
    has_next: bool
    has_previous: bool


NOTHING: Page[Any] = Page([], Ends(slice(0), has_next=False, has_previous=False))
"""An empty page of an empty list."""


def windowed(statement: rows.Select, order: Order, window: Window) -> rows.Select:
    """The statement cut to the window, one row longer, with the order's keys as its last columns.

    The window's values are the parameters that `parameters` gives, so that windows of one shape share a text.
    """
    ascending = order.is_descending != window.is_forward
    place = sa.tuple_(*order.elements)
    values = parameters(window)
    for name, is_lower_bound in (("after", True), ("before", False)):
        if f"{name}_0" in values:
            bound = sa.tuple_(
                *[
                    sa.bindparam(f"{name}_{position}", values[f"{name}_{position}"], type_=column.type)
                    for position, column in enumerate(order.elements)
                ]
            )
            statement = statement.where(place > bound if is_lower_bound != order.is_descending else place < bound)
    directed = [column.asc() if ascending else column.desc() for column in order.elements]
    keyed = [column.label(f"_key_{position}") for position, column in enumerate(order.elements)]
    limit = sa.bindparam("limit", values["limit"], type_=sa.Integer)
    return statement.add_columns(*keyed).order_by(*directed).limit(limit)


def merged(parts: Sequence[rows.Select], order: Order, window: Window) -> rows.Select:
    """The window of the rows of several windowed statements, which have none in common."""
    every = sa.union_all(*[sa.select(part.subquery()) for part in parts]).subquery("merged")
    ascending = order.is_descending != window.is_forward
    keyed = [every.c[f"_key_{position}"] for position in range(len(order.columns))]
    limit = sa.bindparam("limit", window.limit + 1, type_=sa.Integer)
    return sa.select(every).order_by(*[key.asc() if ascending else key.desc() for key in keyed]).limit(limit)


def parameters(window: Window) -> dict[str, Any]:
    """The values of a window: `limit`, and `after_0` … and `before_0` … where there are such keys."""
    values: dict[str, Any] = {"limit": window.limit + 1}
    for name, keys in (("after", window.after), ("before", window.before)):
        values.update({f"{name}_{position}": key for position, key in enumerate(keys or ())})
    return values


def shape(window: Window) -> tuple[bool, bool, bool]:
    """What of a window the text of a statement depends on."""
    return window.is_forward, window.after is not None, window.before is not None


def page_of(found: list[Value], width: int, order: Order, window: Window) -> Page[Value]:
    """The page that the rows of a windowed statement make: `width` columns of their own, then the order's keys."""
    (page,) = pages_of([found], width, order, window)
    return page


def pages_of(lists: Sequence[list[Value]], width: int, order: Order, window: Window) -> list[Page[Value]]:
    """The page that each of the lists makes, as in `page_of`."""
    places, limit = slice(width, width + len(order.columns)), window.limit
    has_before, has_after = window.after is not None, window.before is not None
    if window.is_forward:
        whole, cut = (
            Ends(places, has_next=False, has_previous=has_before),
            Ends(places, has_next=True, has_previous=has_before),
        )
        return [Page(found, whole) if len(found) <= limit else Page(found[:limit], cut) for found in lists]
    whole, cut = (Ends(places, has_after, has_previous=has_more) for has_more in (False, True))
    return [Page(found[:limit][::-1], whole if len(found) <= limit else cut) for found in lists]


async def page(
    connection: rows.Connection, statement: rows.Select, row: Callable[..., Value], order: Order, window: Window
) -> Page[Value]:
    """The window of the statement's rows, in one statement."""
    found = await rows.every(connection, windowed(statement, order, window))
    width = len(statement.selected_columns)
    return page_of(list(map(rows.maker(row), found)), width, order, window)


async def count(connection: rows.Connection, statement: rows.Select) -> int:
    """How many rows there are, counted no further than one beyond `COUNTED`."""
    return int((await connection.execute(counted(statement))).scalar_one())


def counted(statement: rows.Select) -> rows.Select:
    """The SELECT of that count, as its column `total`."""
    ones = statement.with_only_columns(sa.literal(1), maintain_column_froms=True).order_by(None).limit(COUNTED + 1)
    return sa.select(sa.func.count().label("total")).select_from(ones.subquery())
