"""Keyset pages: stable under inserts, never an offset, never a count unless asked.

An `Order` names the columns by which a list is sorted; the last is unique. A `Window` says which part is wanted.
One row more than asked tells whether there is a next page.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.reads import rows

COUNTED = 10_000
"""Up to here a total is exact; beyond, only that there are more is known."""

Value = TypeVar("Value")
Arguments = TypeVar("Arguments", bound=Hashable)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Value]):
    """The rows of a window in the list's order, each with its keys."""

    rows: tuple[Value, ...]
    keys: tuple[tuple[Any, ...], ...]
    has_next: bool
    has_previous: bool


def windowed(statement: rows.Select, order: Order, window: Window) -> rows.Select:
    """The statement cut to the window, one row longer, with the order's keys as its last columns."""
    ascending = order.is_descending != window.is_forward
    place = sa.tuple_(*order.elements)
    for keys, is_lower_bound in ((window.after, True), (window.before, False)):
        if keys is not None:
            bound = sa.tuple_(
                *[sa.bindparam(None, key, type_=c.type) for key, c in zip(keys, order.elements, strict=True)]
            )
            statement = statement.where(place > bound if is_lower_bound != order.is_descending else place < bound)
    directed = [column.asc() if ascending else column.desc() for column in order.elements]
    keyed = [column.label(f"_key_{position}") for position, column in enumerate(order.elements)]
    return statement.add_columns(*keyed).order_by(*directed).limit(window.limit + 1)


def page_of(
    found: Sequence[rows.Found | tuple[Any, ...]], row: Callable[..., Value], order: Order, window: Window
) -> Page[Value]:
    """The page that the rows of a windowed statement make."""
    kept = list(found[: window.limit])
    more = len(found) > window.limit
    if not window.is_forward:
        kept.reverse()
    width = len(order.columns)
    return Page(
        rows=tuple(row(*one[:-width]) for one in kept),
        keys=tuple(tuple(one[-width:]) for one in kept),
        has_next=more if window.is_forward else window.before is not None,
        has_previous=window.after is not None if window.is_forward else more,
    )


async def page(
    connection: AsyncConnection, statement: rows.Select, row: Callable[..., Value], order: Order, window: Window
) -> Page[Value]:
    """The window of the statement's rows, in one statement."""
    found = await rows.every(connection, windowed(statement, order, window))
    return page_of(found, row, order, window)


async def pages_by_parent(
    connection: AsyncConnection,
    parents: Sequence[int],
    children: Callable[[sa.ColumnElement[int]], rows.Select],
    row: Callable[..., Value],
    order: Order,
    window: Window,
) -> list[Page[Value]]:
    """The same window of every parent's children, in one statement: a lateral join looks each parent up by index."""
    parent = _listed(parents)
    part = windowed(children(_PARENT), order, window).lateral("part")
    ascending = order.is_descending != window.is_forward
    keyed = [part.c[f"_key_{position}"] for position in range(len(order.columns))]
    statement = (
        sa.select(parent.c.id, part)
        .select_from(parent.join(part, sa.true()))
        .order_by(*[key.asc() if ascending else key.desc() for key in keyed])  # a join promises no order
    )
    found = rows.grouped((one[0], one[1:]) for one in await rows.every(connection, statement))
    return [page_of(found[key], row, order, window) for key in parents]


async def count(connection: AsyncConnection, statement: rows.Select) -> int:
    """How many rows there are, counted no further than one beyond `COUNTED`."""
    bounded = (
        statement.with_only_columns(sa.literal(1), maintain_column_froms=True)
        .order_by(None)
        .limit(COUNTED + 1)
        .subquery()
    )
    return int((await connection.execute(sa.select(sa.func.count()).select_from(bounded))).scalar_one())


async def counts_by_parent(
    connection: AsyncConnection,
    parents: Sequence[int],
    children: Callable[[sa.ColumnElement[int]], rows.Select],
) -> list[int]:
    """`count` of every parent's children, in one statement."""
    parent = _listed(parents)
    bounded = (
        children(_PARENT)
        .with_only_columns(sa.literal(1), maintain_column_froms=True)
        .order_by(None)
        .limit(COUNTED + 1)
        .subquery()
    )
    part = sa.select(sa.func.count().label("total")).select_from(bounded).lateral("part")
    statement = sa.select(parent.c.id, part.c.total).select_from(parent.join(part, sa.true()))
    totals = {key: int(total) for key, total in await rows.every(connection, statement)}
    return [totals.get(key, 0) for key in parents]


_PARENT: sa.ColumnElement[int] = sa.literal_column("parents.id", type_=sa.BigInteger)
# Named in plain SQL: SQLAlchemy would not correlate it into a subquery of the lateral part.


def _listed(parents: Sequence[int]) -> sa.TableValuedAlias:
    values = sa.bindparam("parents", list(parents), type_=sa.ARRAY(sa.BigInteger))
    return sa.func.unnest(values).table_valued("id").render_derived(name="parents")


def by_arguments(keys: Sequence[tuple[int, Arguments]]) -> dict[Arguments, list[int]]:
    """The parents of each distinct set of arguments: keys of one edge that can share a statement."""
    groups: dict[Arguments, list[int]] = {}
    for parent, arguments in keys:
        parents = groups.setdefault(arguments, [])
        if parent not in parents:
            parents.append(parent)
    return groups
