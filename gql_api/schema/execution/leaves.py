"""Scalars and enums of a whole level at once.

For what most values are — a `str` for String and ID, an `int` in range for Int, a finite `float` for Float, a `bool`
for Boolean, a member for an enum — one look at the set of the values' classes replaces a call per value. A scalar of
one's own has its own `coerce_output_value` called for each. Where a value is not what it should be, the reader answers
None: then graphql-core's function decides about each value, and its errors are the errors.
"""

from collections.abc import Callable
from enum import Enum
from math import isfinite
from typing import Any, cast

from graphql import GraphQLEnumType, GraphQLLeafType, is_enum_type
from graphql.pyutils import Undefined
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

from gql_api.schema.execution.kinds import kind_of

Fast = Callable[[list[Any]], list[Any] | None]
NONE = type(None)


def fits(values: list[Any]) -> bool:
    """Whether GraphQL's Int can hold them."""
    there = [value for value in values if value is not None]
    return not there or (min(there) >= GRAPHQL_MIN_INT and max(there) <= GRAPHQL_MAX_INT)


def are_finite(values: list[Any]) -> bool:
    """Whether JSON can show them."""
    return all(isfinite(value) for value in values if value is not None)


BUILT_IN: dict[str, tuple[type, Callable[[list[Any]], bool] | None]] = {
    "String": (str, None),
    "ID": (str, None),
    "Int": (int, fits),
    "Float": (float, are_finite),
    "Boolean": (bool, None),
}


def reader(leaf: GraphQLLeafType, *, is_required: bool) -> Fast:
    """How the values of a leaf type become what the response shows; nulls among them where they may be."""
    if is_enum_type(leaf):
        return _members(leaf, is_required=is_required)
    if leaf.name not in BUILT_IN:
        return _coerced(leaf.coerce_output_value, is_required=is_required)
    plain, check = BUILT_IN[leaf.name]
    allowed = {plain} if is_required else {plain, NONE}

    def fast(values: list[Any]) -> list[Any] | None:
        return values if allowed.issuperset(map(type, values)) and (check is None or check(values)) else None

    return fast


def _coerced(coerce: Callable[[Any], Any], *, is_required: bool) -> Fast:
    def fast(values: list[Any]) -> list[Any] | None:
        classes = set(map(type, values))
        has_nulls = NONE in classes
        if has_nulls:
            classes.discard(NONE)
        if any(map(kind_of, classes)) or (has_nulls and is_required):
            return None
        try:
            column = (
                [None if value is None else coerce(value) for value in values] if has_nulls else [*map(coerce, values)]
            )
        except Exception:  # noqa: BLE001 - asked again value by value, and told there
            return None
        shown = set(map(type, column))
        if type(Undefined) in shown:
            return None
        has_more = NONE in shown and column.count(None) > values.count(None)
        return None if has_more else column

    return fast


def _members(enum: GraphQLEnumType, *, is_required: bool) -> Fast:
    """Members are named by a table; what is no member has no entry in it."""
    members = next((type(value.value) for value in enum.values.values() if isinstance(value.value, Enum)), None)
    members = members or cast("type[Enum] | None", getattr(enum, "wrapped_cls", None))
    names: dict[int, str | None] = {}
    try:
        names.update({id(member): enum.coerce_output_value(member) for member in members or ()})
    except Exception:  # noqa: BLE001 - an enum that does not show all members is asked for each
        names.clear()
    if not is_required:
        names[id(None)] = None

    def fast(values: list[Any]) -> list[Any] | None:
        try:
            return list(map(names.__getitem__, map(id, values)))
        except KeyError:
            return None

    return fast
