"""Paged edges: the same window of the children of many parents, in one statement.

A lateral join looks the children of each parent up by index. Windows of one shape share a prepared text.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa

from gql_api.reads import kept as remembered
from gql_api.reads import needed, pages, rows, statements

Value = TypeVar("Value", bound=tuple[Any, ...])
Children = Callable[[sa.ColumnElement[int], sa.ColumnElement[Any] | None], list[sa.ColumnElement[bool]]]
_PARENT: sa.ColumnElement[int] = sa.literal_column("parents.id", type_=sa.BigInteger)
# Named in plain SQL: SQLAlchemy would not correlate it into a subquery of the lateral part.


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Related:
    """The arguments of a paged edge: its window, and the one filter that edges have.

    It is part of the key of every parent, and compared by its identity: that takes no call. Make it with `related`.
    """

    window: pages.Window
    filter: Hashable = None


@lru_cache(1000)
def related(window: pages.Window, chosen: Hashable = None) -> Related:
    """These arguments; the same object for the same ones."""
    return Related(window=window, filter=chosen)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carried:
    """Rows of other tables that a relation's statement brings along: their columns, how they are joined, their order.

    `joined(tables, part)` joins them to the relation's rows, which `part` has.
    """

    columns: Sequence[rows.Column]
    joined: Callable[[sa.FromClause, sa.FromClause], sa.FromClause]
    order: Sequence[rows.Column]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Above:
    """A statement of parents into which a relation's is folded: columns of different names, the parent's `id` first.

    No two of its rows have the same id. That of one may be null: then it is something else than a parent.
    """

    statement: rows.Select


class Relation(Generic[Value]):
    """An edge from a parent to a page of the rows that `children(parent, filter)` describes by its conditions."""

    def __init__(
        self,
        columns: needed.Columns[Value],
        children: Children,
        order: pages.Order,
        filter_type: sa.types.TypeEngine[Any] | None = None,
    ) -> None:
        self.order = order
        self._columns = columns
        self._children = children
        self._filter = None if filter_type is None else sa.bindparam("filter", type_=filter_type)
        self._pages: remembered.Kept[tuple[Hashable, ...], statements.Prepared] = remembered.Kept(300)
        self._counts: dict[bool, statements.Prepared] = {}

    def first_page(self) -> statements.Prepared:
        """The statement of the first page, of all columns and without a filter."""
        return self._page(related(pages.Window(limit=1)), self._columns.kept(None))

    async def carrying(
        self,
        connection: rows.Connection,
        keys: Sequence[tuple[int, Related]],
        fields: needed.Fields | None,
        carried: Carried | None,
    ) -> tuple[list[pages.Page[Value]], list[tuple[Any, ...]]]:
        """The page of each (parent, arguments), by a statement for each distinct set of arguments.

        Also the rows that the statement carries along, each once for every row that it belongs to.
        """
        kept = self._columns.kept(fields)
        found: dict[tuple[int, Related], pages.Page[Value]] = {}
        brought: list[tuple[Any, ...]] = []
        own = len(kept.columns)
        parent = own + len(self.order.columns)
        for wanted, parents in _by_arguments(keys).items():
            values = pages.parameters(wanted.window) | _given(wanted.filter)
            every = await self._page(wanted, kept, carried).made(connection, kept.make, parents=parents, **values)
            if carried is not None:
                brought += map(itemgetter(slice(parent + 1, None)), every)
                every = list({(row[parent], row[0]): row for row in every}.values())
            lists = rows.beneath(parents, parent, every).values()
            of_each = pages.pages_of(list(lists), own, self.order, wanted.window)
            found.update(zip(zip(parents, repeat(wanted)), of_each, strict=True))
        return [found[key] for key in keys], brought

    async def beneath(
        self,
        connection: rows.Connection,
        above: Above,
        wanted: Related,
        fields: needed.Fields | None,
        given: Mapping[str, object],
        carried: Carried | None = None,
    ) -> tuple[list[tuple[Any, ...]], dict[int, pages.Page[Value]], list[tuple[Any, ...]]]:
        """The rows of a statement of few parents, the page of each by its id, and what is carried: one statement.

        `given` are the parameters of the parents' statement.
        """
        kept, window = self._columns.kept(fields), wanted.window
        values = pages.parameters(window) | _given(wanted.filter) | dict(given)
        every = await self._page(wanted, kept, carried, above).made(connection, kept.make, **values)
        own = len(kept.columns)
        parent = own + len(self.order.columns)
        first = parent + 1 + (len(carried.columns) if carried else 0)
        parents = list({row[first]: row[first:] for row in every}.values())
        children: dict[int, dict[int, Value]] = {row[0]: {} for row in parents if row[0] is not None}
        for row in every:
            if row[0] is not None:
                children[row[parent]][row[0]] = row
        lists = pages.pages_of([list(each.values()) for each in children.values()], own, self.order, window)
        found = dict(zip(children, lists, strict=True))
        return parents, found, list(map(itemgetter(slice(parent + 1, first)), every))

    async def pages(
        self, connection: rows.Connection, keys: Sequence[tuple[int, Related]], fields: needed.Fields | None = None
    ) -> list[pages.Page[Value]]:
        """The page of each (parent, arguments)."""
        return (await self.carrying(connection, keys, fields, None))[0]

    async def counts(self, connection: rows.Connection, keys: Sequence[tuple[int, Hashable]]) -> list[int]:
        """How many children each (parent, filter) has, counted no further than one beyond `pages.COUNTED`."""
        found: dict[tuple[int, Hashable], int] = {}
        for chosen, parents in _by_arguments(keys).items():
            every = await self._count(is_filtered=chosen is not None).every(
                connection, parents=parents, **_given(chosen)
            )
            found.update({(parent, chosen): int(total) for parent, total in every})
        return [found.get(key, 0) for key in keys]

    def _page(
        self, wanted: Related, kept: needed.Kept[Value], carried: Carried | None = None, above: Above | None = None
    ) -> statements.Prepared:
        window, is_filtered = wanted.window, wanted.filter is not None
        shape = (kept, carried, above, *pages.shape(window), is_filtered)
        statement = self._pages.get(shape)
        if statement is None:
            parent = above.statement.subquery("parents") if above else _parents()
            children = sa.select(*kept.columns).where(*self._of_parent(is_filtered=is_filtered))
            part = pages.windowed(children, self.order, window).lateral("part")
            ascending = self.order.is_descending != window.is_forward
            keyed = [key.asc() if ascending else key.desc() for key in list(part.c)[len(kept.columns) :]]
            joined = parent.join(part, sa.true(), isouter=above is not None)
            made = sa.select(*part.c, parent.c.id, *(carried.columns if carried else ()), *(parent.c if above else ()))
            made = made.select_from(carried.joined(joined, part) if carried else joined)
            # A join promises no order.
            statement = statements.Prepared(made.order_by(*keyed, *(carried.order if carried else ())))
            self._pages.put(shape, statement)
        return statement

    def _count(self, *, is_filtered: bool) -> statements.Prepared:
        if is_filtered not in self._counts:
            parent = _parents()
            children = sa.select(*self._columns.kept(None).columns).where(*self._of_parent(is_filtered=is_filtered))
            part = pages.counted(children).lateral("part")
            self._counts[is_filtered] = statements.Prepared(
                sa.select(parent.c.id, part.c.total).select_from(parent.join(part, sa.true()))
            )
        return self._counts[is_filtered]

    def _of_parent(self, *, is_filtered: bool) -> list[sa.ColumnElement[bool]]:
        return self._children(_PARENT, self._filter if is_filtered else None)


def _parents() -> sa.TableValuedAlias:
    values = sa.bindparam("parents", type_=sa.ARRAY(sa.BigInteger))
    return sa.func.unnest(values).table_valued("id").render_derived(name="parents")


def _given(chosen: Hashable) -> dict[str, object]:
    """The filter as a parameter: members by name, several as a list."""
    if chosen is None:
        return {}
    if isinstance(chosen, tuple):
        several = cast("tuple[object, ...]", chosen)
        return {"filter": [one.name if isinstance(one, Enum) else one for one in several]}
    return {"filter": chosen.name if isinstance(chosen, Enum) else chosen}


Arguments = TypeVar("Arguments", bound=Hashable)


def _by_arguments(keys: Sequence[tuple[int, Arguments]]) -> dict[Arguments, list[int]]:
    groups: dict[Arguments, dict[int, None]] = {}
    last, group = None, dict[int, None]()
    for parent, arguments in keys:
        if arguments is not last or not groups:  # most come from one field, with one and the same value
            last, group = arguments, groups.setdefault(arguments, {})
        group[parent] = None
    return {arguments: list(parents) for arguments, parents in groups.items()}
