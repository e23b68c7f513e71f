"""What matters of a value's class before it is looked at as a value; names for what has no static type.

graphql-core asks of every value whether it is null, an error or awaitable. A column of the engine has thousands of
values and two or three classes, so that it asks the classes: `kind_of` says of a class whether its values are PLAIN and
complete at once; ABSENT, which is None and graphql-core's Undefined; FAILED, an exception that a resolver raised or
returned, which takes the place of its value from then on; AWAITABLE; or a STREAM, an asynchronous iterable, which is
one for lists only. A column whose classes are all plain takes the short way in `shapes`; the others are sifted there.
`attempted` is how an exception becomes a value. The two names of types say what a strict type checker cannot know:
what resolvers answer may be anything, and graphql-core's executor is typed by half.
"""

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
