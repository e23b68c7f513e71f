"""Lists: the items of all lists of a level are completed as one level, and put back into their lists.

A list may come as any iterable or as a stream. One that fails on the way keeps the items before the failure long
enough to tell their errors, as graphql-core does. An item that must not be null and is nulls its list.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, cast

from graphql import GraphQLError, GraphQLList

from gql_api.schema.execution import paths
from gql_api.schema.execution.columns import BUBBLE, Column, Kind, Slot, Value, kind
from gql_api.schema.execution.completion import Completion, Failures, Put
from gql_api.schema.execution.positions import Position

NO_LISTS = (str, bytes, bytearray, memoryview, Mapping)
"""Iterables that GraphQL takes for single values."""


class Lists(Completion):
    """Lists, of lists too."""

    def __init__(self, of_type: GraphQLList[Any], inner: Completion, *, is_required: bool, bubbles: bool) -> None:
        super().__init__(of_type, is_required=is_required, bubbles=bubbles)
        self.inner = inner

    def fill(self, values: list[Any], at: Position, put: Put) -> None:
        """Lay the items of all lists end to end."""
        if any(kind(value) == Kind.STREAM for value in values):
            drained = [_drained(value) if kind(value) == Kind.STREAM else value for value in values]
            at.settle(drained, lambda settled: self.take(settled, at, put, is_settled=True))
            return
        items: list[Sequence[Any]] = []
        failures: Failures = {}
        for position, value in enumerate(values):
            listed = value if type(value) in {list, tuple} else self._items(value, at)
            if isinstance(listed, Broken):
                failures[position] = at.error(position, listed.error)
                listed = listed.items
            items.append(listed)
        lengths = list(map(len, items))
        flat = list(items[0]) if len(items) == 1 else list(chain.from_iterable(items))
        inside = at.moved(paths.of_items(at.path_of, lengths))
        self.inner.take(flat, inside, lambda slot: put(_Lists(self, slot, lengths, failures)))

    @staticmethod
    def _items(value: Value, at: Position) -> "list[Any] | Broken":
        if isinstance(value, Broken):
            return value
        if not isinstance(value, Iterable) or isinstance(value, NO_LISTS):
            field = at.field
            msg = f"Expected Iterable, but did not find one for field '{field.parent_type}.{field.name}'."
            return Broken([], GraphQLError(msg))
        items: list[Any] = []
        try:
            items.extend(cast("Any", value))
        except Exception as error:  # noqa: BLE001 - an iterator may raise anything
            return Broken(items, error)
        return items


class _Lists:
    """Lists whose items are a column."""

    __slots__ = ("completion", "failures", "lengths", "slot")

    def __init__(self, completion: Completion, slot: Slot, lengths: list[int], failures: Failures) -> None:
        self.completion = completion
        self.slot = slot
        self.lengths = lengths
        self.failures = failures

    def column(self) -> Column:
        items = self.slot.column()
        column = Column([])
        start = 0
        for position, length in enumerate(self.lengths):
            end = start + length
            column.values.append(items.values[start:end])
            if items.trouble:
                self._tell(column, position, items, range(start, end))
            start = end
        for position, error in self.failures.items():
            errors = column.trouble.get(position, [])
            is_list = isinstance(column.values[position], list)
            self.completion.fail(column, position, [*errors, error] if is_list else errors)
        return column

    def _tell(self, column: Column, position: int, items: Column, part: range) -> None:
        """The errors of one list's items, no further than an item that nulls the list."""
        errors: list[GraphQLError] = []
        for item in part:
            errors.extend(items.trouble.get(item, ()))
            if items.values[item] is BUBBLE:
                self.completion.fail(column, position, errors)
                return
        if errors:
            column.trouble[position] = errors


class Broken(NamedTuple):
    """A list whose iterator failed: the items before, and the error that nulls the list."""

    items: list[Any]
    error: Exception


async def _drained(stream: Value) -> list[Any] | Broken:
    items: list[Any] = []
    try:
        async for item in stream:
            items.append(item)  # noqa: PERF401 - what came before a failure counts
    except Exception as error:  # noqa: BLE001 - a stream may raise anything
        return Broken(items, error)
    return items
