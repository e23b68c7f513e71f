"""Scalars and enums of a whole level at once.

For what most values are — a `str` for String and ID, an `int` in range for Int, a finite `float` for Float, a `bool`
for Boolean, a member for an enum — one look at the set of the values' classes replaces a call per value. Whatever
else comes, and every scalar of one's own, goes through the type's own `coerce_output_value`, value by value.

`fast` answers the column, or None where a value is not what it should be: then graphql-core's function decides about
each value, and its errors are the errors.
"""

from collections.abc import Callable
from enum import Enum
from math import isfinite
from operator import attrgetter
from typing import Any, cast

from graphql import GraphQLEnumType, GraphQLLeafType, is_enum_type
from graphql.pyutils import Undefined
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

from gql_api.schema.execution.columns import kind_of

Fast = Callable[[list[Any]], list[Any] | None]


def same(values: list[Any]) -> list[Any] | None:
    """The values as they are."""
    return values


def integers(values: list[Any]) -> list[Any] | None:
    """The values, if GraphQL's Int can hold them."""
    return values if min(values) >= GRAPHQL_MIN_INT and max(values) <= GRAPHQL_MAX_INT else None


def floats(values: list[Any]) -> list[Any] | None:
    """The values, if they are finite."""
    return values if all(map(isfinite, values)) else None


BUILT_IN: dict[str, tuple[type, Fast]] = {
    "String": (str, same),
    "ID": (str, same),
    "Int": (int, integers),
    "Float": (float, floats),
    "Boolean": (bool, same),
}


def reader(leaf: GraphQLLeafType) -> Fast:
    """How the values of a leaf type, none of them null, become what the response shows."""
    plain, convert = _members(leaf) if is_enum_type(leaf) else BUILT_IN.get(leaf.name, (None, None))
    coerce: Callable[[Any], Any] = leaf.coerce_output_value

    def fast(values: list[Any]) -> list[Any] | None:
        classes = set(map(type, values))
        if convert is not None and (not classes or classes == {plain}):
            return convert(values) if values else values
        if any(map(kind_of, classes)):
            return None
        try:
            coerced = list(map(coerce, values))
        except Exception:  # noqa: BLE001 - asked again value by value, and told there
            return None
        return None if any(value is None or value is Undefined for value in coerced) else coerced

    return fast


def _members(enum: GraphQLEnumType) -> tuple[type | None, Fast | None]:
    """The class of an enum's members and how they are named, where it has one."""
    members = next((type(value.value) for value in enum.values.values() if isinstance(value.value, Enum)), None)
    members = members or cast("type[Enum] | None", getattr(enum, "wrapped_cls", None))
    if members is None:
        return None, None
    try:
        names = {member: enum.coerce_output_value(member) for member in members}
    except Exception:  # noqa: BLE001 - an enum that does not show all members is asked for each
        return None, None
    if all(name == member.name for member, name in names.items()):
        return members, lambda values: list(map(_name, values))
    return members, lambda values: [names[value] for value in values]


_name = attrgetter("_name_")  # `name` is a property and takes ten times as long
