"""Paged edges: the same window of the children of many parents, in one statement.

A lateral join looks the children of each parent up by index. Windows of one shape share a prepared text.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa

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
        self._pages: dict[tuple[Hashable, ...], statements.Prepared] = {}
        self._counts: dict[bool, statements.Prepared] = {}

    def first_page(self) -> statements.Prepared:
        """The statement of the first page, of all columns and without a filter."""
        return self._page(related(pages.Window(limit=1)), self._columns.kept(None))

    async def pages(
        self, connection: rows.Connection, keys: Sequence[tuple[int, Related]], fields: needed.Fields | None = None
    ) -> list[pages.Page[Value]]:
        """The page of each (parent, arguments); a statement for each distinct set of arguments."""
        kept = self._columns.kept(fields)
        found: dict[tuple[int, Related], pages.Page[Value]] = {}
        for wanted, parents in _by_arguments(keys).items():
            values = pages.parameters(wanted.window) | _given(wanted.filter)
            every = await self._page(wanted, kept).every(connection, parents=parents, **values)
            children: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
            for one in every:
                children[one[0]].append(one)
            paged = pages.pager(kept.make, self.order, wanted.window, before=1)
            found.update({(parent, wanted): paged(children[parent]) for parent in parents})
        return [found[key] for key in keys]

    async def counts(self, connection: rows.Connection, keys: Sequence[tuple[int, Hashable]]) -> list[int]:
        """How many children each (parent, filter) has, counted no further than one beyond `pages.COUNTED`."""
        found: dict[tuple[int, Hashable], int] = {}
        for chosen, parents in _by_arguments(keys).items():
            every = await self._count(is_filtered=chosen is not None).every(
                connection, parents=parents, **_given(chosen)
            )
            found.update({(parent, chosen): int(total) for parent, total in every})
        return [found.get(key, 0) for key in keys]

    def _page(self, wanted: Related, kept: needed.Kept[Value]) -> statements.Prepared:
        window, is_filtered = wanted.window, wanted.filter is not None
        shape = (kept, *pages.shape(window), is_filtered)
        if shape not in self._pages:
            parent = _parents()
            children = sa.select(*kept.columns).where(*self._of_parent(is_filtered=is_filtered))
            part = pages.windowed(children, self.order, window).lateral("part")
            ascending = self.order.is_descending != window.is_forward
            keyed = [part.c[f"_key_{position}"] for position in range(len(self.order.columns))]
            self._pages[shape] = statements.Prepared(
                sa.select(parent.c.id, part)
                .select_from(parent.join(part, sa.true()))
                .order_by(*[key.asc() if ascending else key.desc() for key in keyed])  # a join promises no order
            )
        return self._pages[shape]

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
