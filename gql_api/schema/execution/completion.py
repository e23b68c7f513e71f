"""From resolved values to what the response shows: one `Completion` per type of a field, nested as the type is.

`take` gets the values of a level going down. It waits for what is awaitable, sets aside nulls and errors, and hands
the rest to `fill`: a leaf becomes its column at once; a list lays its items end to end and completes them as one
level; objects open the next level of the plan, one per concrete type. Going up again, a `Slot` puts the columns of
deeper levels back in their places, and turns an item or object that must not be null into a null of what encloses it.
That is the specification's value completion with its null propagation, for thousands of values at a time.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLLeafType,
)
from graphql.execution import Executor
from graphql.pyutils import Undefined

from gql_api.schema.execution import leaves
from gql_api.schema.execution.columns import BUBBLE, Column, Kind, Slot, Value, kinds
from gql_api.schema.execution.positions import Position

Put = Callable[[Slot], None]
Failures = dict[int, GraphQLError]


class Completion:
    """The completion of one type; `of_type` is the type without its non-null wrapper."""

    def __init__(self, of_type: Value, *, is_required: bool, bubbles: bool) -> None:
        self.of_type = of_type
        self.is_required = is_required
        self.bubbles = bubbles

    def take(self, values: list[Any], at: Position, put: Put, *, is_settled: bool = False) -> None:
        """Complete the values; `put` receives the slot of their column."""
        if not values:
            put(Column(values))
            return
        found = kinds(values)
        if Kind.AWAITABLE in found and not is_settled:
            at.settle(values, lambda settled: self.take(settled, at, put, is_settled=True))
            return
        failures: Failures = {}
        if Kind.FAILED in found or (self.is_required and Kind.ABSENT in found):
            for position, value in enumerate(values):
                if isinstance(value, Exception):
                    failures[position] = at.error(position, value)
                elif self.is_required and (value is None or value is Undefined):
                    failures[position] = at.null_error(position)
        if failures or Kind.ABSENT in found:
            there = [
                position
                for position, value in enumerate(values)
                if position not in failures and value is not None and value is not Undefined
            ]
            present = [values[position] for position in there]

            def spread(slot: Slot) -> None:
                put(_Spread(self, slot, there, len(values), failures))

            if present:
                self.fill(present, at.picked(there), spread)
            else:
                spread(Column(present))
        else:
            self.fill(values, at, put)

    def fill(self, values: list[Any], at: Position, put: Put) -> None:
        """Complete values of which none is null, an error or awaitable."""
        raise NotImplementedError

    def fail(self, column: Column, position: int, errors: list[GraphQLError]) -> None:
        """Null a position for these errors, or have what encloses it nulled."""
        column.values[position] = BUBBLE if self.bubbles else None
        column.trouble[position] = errors


class _Spread:
    """A column of present values put back among nulls and failures."""

    __slots__ = ("completion", "failures", "length", "slot", "there")

    def __init__(self, completion: Completion, slot: Slot, there: list[int], length: int, failures: Failures) -> None:
        self.completion = completion
        self.slot = slot
        self.there = there
        self.length = length
        self.failures = failures

    def column(self) -> Column:
        part = self.slot.column()
        whole = Column([None] * self.length)
        for position, value in zip(self.there, part.values, strict=True):
            whole.values[position] = value
        for position, errors in part.trouble.items():
            whole.trouble[self.there[position]] = errors
        for position, error in self.failures.items():
            self.completion.fail(whole, position, [error])
        return whole


class Leaves(Completion):
    """Scalars and enums."""

    def __init__(self, of_type: GraphQLLeafType, *, is_required: bool, bubbles: bool) -> None:
        super().__init__(of_type, is_required=is_required, bubbles=bubbles)
        self.fast = leaves.reader(of_type)

    def take(self, values: list[Any], at: Position, put: Put, *, is_settled: bool = False) -> None:
        """Most columns are whole and plain: then there is nothing to set aside."""
        column = self.fast(values)
        if column is None:
            super().take(values, at, put, is_settled=is_settled)
        else:
            put(Column(column))

    def fill(self, values: list[Any], at: Position, put: Put) -> None:
        """Coerce all at once, or each for itself."""
        fast = self.fast(values)
        if fast is not None:
            put(Column(fast))
            return
        column = Column([None] * len(values))
        for position, value in enumerate(values):
            try:
                column.values[position] = Executor.complete_leaf_value(self.of_type, value)
            except Exception as error:  # noqa: BLE001 - whatever a scalar raises
                self.fail(column, position, [at.error(position, error)])
        put(column)
