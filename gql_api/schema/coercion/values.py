"""Input values by functions that are made once: per type for what a client sends, per literal for what a document says.

graphql-core coerces values and literals, Strawberry makes its input objects of them, and both look everything up anew
for each value. The functions here know it already, and do only what mostly happens. They raise for everything else, be
it wrong or merely unusual; whoever called them then asks the libraries, whose values and errors are the ones that
count. Types and literals that are not worth it are refused with `UnfitError` when their function is asked for.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING
from datetime import date, time
from decimal import Decimal
from enum import Enum
from operator import itemgetter
from typing import Any, TypeAlias, cast
from uuid import UUID

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.pyutils import Undefined
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from graphql.utilities.coerce_input_value import (
    coerce_default_value,
    coerce_input_literal,  # pyright: ignore[reportUnknownVariableType] -- half typed there
)
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType
from strawberry.types.unset import UNSET

Value: TypeAlias = Any
"""What is coerced, or a type of graphql-core or Strawberry that a strict checker knows by half."""
Convert = Callable[[Any], Any]
Read = Callable[[Mapping[str, Any]], Any]
"""The value of a literal, given the coerced values of variables."""

FROZEN = (str, int, float, bool, type(None), Decimal, date, time, UUID, Enum)  # datetime is a date
PLAIN = {"String": str, "ID": str, "Boolean": bool}


class UnfitError(Exception):
    """There is no short way for this type or literal, or none for this value."""


# --- what a client sends → graphql-core's coerced values ---


def coercing(type_: Value, above: tuple[Value, ...] = ()) -> Convert:
    """What coerces values of an input type, as `coerce_input_value` does."""
    inner_type: Value = getattr(type_, "of_type", None)
    if isinstance(type_, GraphQLNonNull):
        inner = coercing(inner_type, above)
        return lambda value: _refused() if value is None else inner(value)
    if isinstance(type_, GraphQLList):
        item = coercing(inner_type, above)
        return lambda value: [item(one) for one in cast("list[Any]", value)] if type(value) is list else _null(value)
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_, above)
    if type_.name in PLAIN:
        plain = PLAIN[type_.name]
        return lambda value: value if type(value) is plain else _null(value)
    if type_.name == "Int":
        return lambda value: (
            value if type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT else _null(value)
        )
    coerce = type_.coerce_input_value
    return lambda value: None if value is None else _defined(coerce(value))


def _object(type_: GraphQLInputObjectType, above: tuple[Value, ...]) -> Convert:
    if type_ in above or type_.is_one_of or any(field.out_name for field in type_.fields.values()):
        raise UnfitError  # one within itself could be nested too deeply
    fields = [
        (name, coercing(field.type, (*above, type_)), coerce_default_value(field), _unwrapped(field.type)[0])
        for name, field in type_.fields.items()
    ]
    names, shown = type_.fields.keys(), type_.out_type

    def coerce(value: Value) -> Value:
        if type(value) is not dict:
            return _null(value)
        if not value.keys() <= names:
            return _refused()
        found: dict[str, Any] = {}
        for name, inner, default, is_required in fields:
            if name in value:
                found[name] = inner(value[name])
            elif default is not Undefined:
                found[name] = default
            elif is_required:
                return _refused()
        return shown(found)

    return coerce


# --- literals → graphql-core's coerced values ---


def reading(node: ValueNode, type_: Value) -> Read:
    """What reads a literal of an input type, as `coerce_input_literal` does."""
    if not has_variables(node):
        value = _defined(coerce_input_literal(node, type_))
        if is_lasting(value, type_):
            return lambda _variables: value
        return lambda _variables: coerce_input_literal(node, type_)
    is_required, nullable = _unwrapped(type_)
    if isinstance(node, VariableNode):
        return _given(node.name.value) if is_required else itemgetter(node.name.value)
    item_type: Value = getattr(nullable, "of_type", None)
    if item_type is not None:
        nodes = node.values if isinstance(node, ListValueNode) else [node]
        items = [reading(one, item_type) for one in nodes]
        return lambda variables: [read(variables) for read in items]
    if not isinstance(node, ObjectValueNode) or not isinstance(nullable, GraphQLInputObjectType):
        raise UnfitError  # a scalar with variables inside
    if nullable.is_one_of or nullable.out_type is not GraphQLInputObjectType.out_type:
        raise UnfitError
    return reading_all({field.name.value: field.value for field in node.fields}, nullable.fields)


def reading_all(nodes: Mapping[str, ValueNode], fields: Mapping[str, Value]) -> Read:
    """What reads the literals of arguments or input fields, by name; left out is what has neither value nor default."""
    if not nodes.keys() <= fields.keys() or any(field.out_name for field in fields.values()):
        raise UnfitError
    reads: list[tuple[str, str | None, Read]] = []
    defaults: dict[str, Any] = {}
    for name, field in fields.items():
        default, node = coerce_default_value(field), nodes.get(name)
        is_required = default is Undefined and _unwrapped(field.type)[0]
        if default is not Undefined:
            defaults[name] = default
        if node is not None:
            variable = node.name.value if isinstance(node, VariableNode) and not is_required else None
            reads.append((name, variable, reading(node, field.type)))
        elif is_required:
            raise UnfitError

    def read_all(variables: Mapping[str, Any]) -> dict[str, Any]:
        found = defaults.copy()
        for name, variable, read in reads:
            if variable is None or variable in variables:  # else as if it were left out
                found[name] = read(variables)
        return found

    return read_all


def has_variables(value: ValueNode) -> bool:
    """Whether a literal is or contains a variable."""
    if isinstance(value, ListValueNode):
        return any(map(has_variables, value.values))
    if isinstance(value, ObjectValueNode):
        return any(has_variables(field.value) for field in value.fields)
    return isinstance(value, VariableNode)


def is_lasting(value: Value, type_: Value) -> bool:
    """Whether nobody can change a coerced value once Strawberry has made its own lists and objects of it."""
    _, nullable = _unwrapped(type_)
    item_type: Value = getattr(nullable, "of_type", None)
    if item_type is not None and value is not None:
        return all(is_lasting(one, item_type) for one in value)
    if isinstance(nullable, GraphQLInputObjectType) and value is not None:
        return all(is_lasting(one, nullable.fields[name].type) for name, one in value.items())
    return isinstance(value, FROZEN)


# --- coerced values → Strawberry's ---


def making(type_: Value, schema: Value, above: tuple[Value, ...] = ()) -> Convert | None:
    """What makes Strawberry's values of coerced ones, as `convert_argument` does; None where they stay as they are."""
    if isinstance(type_, LazyType):
        return making(type_.resolve_type(), schema, above)
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return making(type_.of_type, schema, above)
    if isinstance(type_, StrawberryList):
        item = making(type_.of_type, schema, above)
        make: Convert = list[Any] if item is None else lambda value: [item(one) for one in value]
        return lambda value: value if value is None or value is UNSET else make(value)
    if type_ is GlobalID or isinstance(type_, StrawberryMaybe) or type_ in above:
        raise UnfitError
    if is_scalar(type_, schema.scalar_registry) or isinstance(type_, StrawberryEnumDefinition):
        return None
    if has_enum_definition(type_):
        return None
    definition: Value = getattr(type_, "__strawberry_definition__", None)
    if not has_object_definition(type_) or not definition.is_input or definition.from_input is not None:
        raise UnfitError
    nothing = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }
    names = schema.config.name_converter
    make_all = making_all(
        (
            names.from_field(one),
            one.python_name,
            making(one.resolve_type(type_definition=definition), schema, (*above, type_)),
        )
        for one in definition.fields
    )
    return lambda value: value if value is None or value is UNSET else type_(**{**nothing, **make_all(value)})


def making_all(fields: Iterable[tuple[str, str, Convert | None]]) -> Convert:
    """What makes the values of many fields: of each its name in GraphQL, its name in Python, and what makes it."""
    known = {name: (own, make) for name, own, make in fields}

    def make_all(values: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, value in values.items():
            own, make = known[name]
            made[own] = value if make is None else make(value)
        return made

    return make_all


def _unwrapped(type_: Value) -> tuple[bool, Value]:
    """Whether a type is non-null, and the type without that."""
    return (True, cast("Any", type_).of_type) if isinstance(type_, GraphQLNonNull) else (False, type_)


def _refused() -> Value:
    raise UnfitError


def _null(value: Value) -> None:
    if value is not None:
        raise UnfitError


def _given(name: str) -> Read:
    def read(variables: Mapping[str, Any]) -> Value:
        value = variables[name]
        return _refused() if value is None else value

    return read


def _defined(value: Value) -> Value:
    return _refused() if value is Undefined else value
