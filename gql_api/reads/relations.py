"""Paged edges: the same window of the children of many parents, in one statement.

A lateral join looks the children of each parent up by index. Windows of one shape share a prepared text.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gql_api.reads import pages, rows, statements

Value = TypeVar("Value")
Children = Callable[[sa.ColumnElement[int], sa.ColumnElement[Any] | None], rows.Select]
_PARENT: sa.ColumnElement[int] = sa.literal_column("parents.id", type_=sa.BigInteger)
# Named in plain SQL: SQLAlchemy would not correlate it into a subquery of the lateral part.


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """The arguments of a paged edge: its window, and the one filter that edges have."""

    window: pages.Window
    filter: Hashable = None


class Relation(Generic[Value]):
    """An edge from a parent to a page of children, `children(parent, filter)`, shown as `row(*columns)`."""

    def __init__(
        self,
        children: Children,
        row: Callable[..., Value],
        order: pages.Order,
        filter_type: sa.types.TypeEngine[Any] | None = None,
    ) -> None:
        self.order = order
        self._children = children
        self._row = row
        self._filter = None if filter_type is None else sa.bindparam("filter", type_=filter_type)
        self._pages: dict[tuple[bool, ...], statements.Prepared] = {}
        self._counts: dict[bool, statements.Prepared] = {}

    async def pages(self, connection: AsyncConnection, keys: Sequence[tuple[int, Related]]) -> list[pages.Page[Value]]:
        """The page of each (parent, arguments); a statement for each distinct set of arguments."""
        found: dict[tuple[int, Related], pages.Page[Value]] = {}
        for related, parents in _by_arguments(keys).items():
            values = pages.parameters(related.window) | _given(related.filter)
            every = await self._page(related).every(connection, parents=parents, **values)
            children = rows.grouped((one[0], one[1:]) for one in every)
            for parent in parents:
                page = pages.page_of(children[parent], self._row, self.order, related.window)
                found[parent, related] = page
        return [found[key] for key in keys]

    async def counts(self, connection: AsyncConnection, keys: Sequence[tuple[int, Hashable]]) -> list[int]:
        """How many children each (parent, filter) has, counted no further than one beyond `pages.COUNTED`."""
        found: dict[tuple[int, Hashable], int] = {}
        for chosen, parents in _by_arguments(keys).items():
            every = await self._count(is_filtered=chosen is not None).every(
                connection, parents=parents, **_given(chosen)
            )
            found.update({(parent, chosen): int(total) for parent, total in every})
        return [found.get(key, 0) for key in keys]

    def _page(self, related: Related) -> statements.Prepared:
        window, is_filtered = related.window, related.filter is not None
        shape = (window.is_forward, window.after is not None, window.before is not None, is_filtered)
        if shape not in self._pages:
            parent = _parents()
            part = pages.windowed(self._of_parent(is_filtered=is_filtered), self.order, window).lateral("part")
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
            part = pages.counted(self._of_parent(is_filtered=is_filtered)).lateral("part")
            self._counts[is_filtered] = statements.Prepared(
                sa.select(parent.c.id, part.c.total).select_from(parent.join(part, sa.true()))
            )
        return self._counts[is_filtered]

    def _of_parent(self, *, is_filtered: bool) -> rows.Select:
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
    for parent, arguments in keys:
        groups.setdefault(arguments, {})[parent] = None
    return {arguments: list(parents) for arguments, parents in groups.items()}
