"""The currency of the engine: the values of one field for all objects of a level, with what went wrong.

`values[i]` belongs to the i-th object. Where a null must go up to the enclosing object or list because the type is
non-null, the value is `BUBBLE`. `trouble[i]` are the errors to be reported for that object, in the order of the
document; no entry means none. A column that still waits for deeper levels is a `Slot`, read when they are done.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias, cast

from graphql import GraphQLError
from graphql.pyutils import Undefined

Value: TypeAlias = Any
"""What a resolver answers, takes or is told: of any type."""
Executing: TypeAlias = Any
"""graphql-core's Executor of the operation; half of its types are unknown to a strict checker."""
BUBBLE: Final[Any] = object()
"""A null that the type does not allow: the enclosing object or list becomes null instead."""

Trouble = dict[int, list[GraphQLError]]


class Slot(Protocol):
    """Where a column is, or will be."""

    def column(self) -> "Column":
        """The column; only when every level beneath is done."""
        ...


class Column:
    """A finished column."""

    __slots__ = ("trouble", "values")

    def __init__(self, values: list[Any], trouble: Trouble | None = None) -> None:
        self.values = values
        self.trouble: Trouble = trouble or {}

    def column(self) -> "Column":
        """Itself."""
        return self


class Kind:
    """What matters of a value's class before it is looked at as a value."""

    PLAIN, ABSENT, FAILED, AWAITABLE, STREAM = range(5)


@lru_cache(maxsize=2000)
def kind_of(type_: type[Any]) -> int:
    """The kind of a class's values."""
    if type_ is type(None) or type_ is type(Undefined):
        return Kind.ABSENT
    if issubclass(type_, Exception):
        return Kind.FAILED
    if hasattr(type_, "__await__"):
        return Kind.AWAITABLE
    return Kind.STREAM if hasattr(type_, "__aiter__") else Kind.PLAIN


def kind(value: Value) -> int:
    """The kind of a value."""
    return kind_of(cast("Any", type(value)))


def kinds(values: list[Any]) -> set[int]:
    """The kinds among the values."""
    return {kind_of(type_) for type_ in set(map(type, values))}


def attempted(function: Callable[..., Any], *arguments: Value) -> Value:
    """What the function answers, or the exception it raises."""
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 - a value like any other from here on
        return error
