"""What matters of a value's class before it is looked at as a value; names for what has no static type."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias, cast

from graphql.pyutils import Undefined

Value: TypeAlias = Any
"""What a resolver answers, takes or is told: of any type."""
Executing: TypeAlias = Any
"""graphql-core's Executor of the operation; half of its types are unknown to a strict checker."""


class Kind:
    """Plain values complete at once; the others are set aside."""

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


def attempted(function: Callable[..., Any], *arguments: Value) -> Value:
    """What the function answers, or the exception it raises."""
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 - a value like any other from here on
        return error
