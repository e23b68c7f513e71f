"""A field's arguments, coerced by graphql-core and converted by Strawberry, once for all objects of a level.

Both do per object what depends only on the document and its variables. Arguments without variables are coerced once
per plan, others once per level. Values that a resolver could change (lists, inputs) are never shared between calls:
whoever gets such arguments asks anew for each object, as graphql-core does.
"""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, cast
from uuid import UUID

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from gql_api.schema.execution.kinds import Executing, Value

FROZEN = (str, int, float, bool, type(None), Decimal, date, time, UUID, Enum)  # datetime is a date

PLAIN = frozenset({str, int, bool, float})
SCALARS = frozenset({"String", "ID", "Int", "Float", "Boolean"})

Given = Callable[[VariableValues], dict[str, Any]]


def of(definition: GraphQLField, node: FieldNode, hides_suggestions: bool) -> Given:  # noqa: FBT001 - as graphql-core
    """The function that answers the field's coerced arguments. It raises GraphQLError where a value does not fit."""
    if not definition.args:
        return lambda _variables: {}

    def coerced(variables: VariableValues) -> dict[str, Any]:
        return get_argument_values(definition, node, variables, None, hides_suggestions)

    if not are_constant(node):
        return coerced
    kept: list[dict[str, Any]] = []

    def constant(variables: VariableValues) -> dict[str, Any]:
        if kept:
            return kept[0]
        found = coerced(variables)
        if is_frozen(found):
            kept.append(found)
        return found

    return constant


class Template:
    """The arguments of a field as they were converted once, for requests in which only plain variables differ."""

    __slots__ = ("_direct", "_others")

    def __init__(self, direct: list[tuple[str, str]], others: dict[str, Any]) -> None:
        self._direct = direct
        self._others = others

    def of(self, variables: dict[str, Any]) -> dict[str, Any] | None:
        """The arguments with these values of variables; None where one of them is no plain value."""
        given = self._others.copy()
        for name, variable in self._direct:
            value = variables.get(variable)
            if type(value) not in PLAIN:
                return None
            given[name] = value
        return given


def template(
    executor: Executing, node: FieldNode, definition: GraphQLField, field: StrawberryField, converted: dict[str, Any]
) -> Template | None:
    """The template of a field's arguments, where each is plain.

    That is a variable of a built-in scalar, which came through coercion and conversion as it was, or something that
    holds no variable and cannot be changed.
    """
    naming = executor.schema._strawberry_schema.config.name_converter  # noqa: SLF001 - as Strawberry's Info finds it
    names = {naming.from_argument(argument): argument.python_name for argument in field.arguments}
    variables = executor.variable_values.coerced
    direct: list[tuple[str, str]] = []
    for argument in node.arguments or ():
        name, value = names.get(argument.name.value), argument.value
        if isinstance(value, VariableNode) and name is not None:
            variable = value.name.value
            given = variables.get(variable)
            kind: Value = cast("Any", definition.args[argument.name.value]).type
            is_scalar = str(kind).removesuffix("!") in SCALARS
            if not is_scalar or type(given) not in PLAIN or converted.get(name) is not given:
                return None
            direct.append((name, variable))
        elif has_variables(value):
            return None
    others = {name: value for name, value in converted.items() if name not in dict(direct)}
    return Template(direct, others) if is_frozen(others) else None


def are_constant(node: FieldNode) -> bool:
    """Whether no argument holds a variable."""
    return not any(has_variables(argument.value) for argument in node.arguments or ())


def has_variables(value: ValueNode) -> bool:
    """Whether a literal is or contains a variable."""
    if isinstance(value, ListValueNode):
        return any(map(has_variables, value.values))
    if isinstance(value, ObjectValueNode):
        return any(has_variables(field.value) for field in value.fields)
    return isinstance(value, VariableNode)


def is_frozen(arguments: dict[str, Any]) -> bool:
    """Whether no value can be changed by who gets it."""
    return all(isinstance(value, FROZEN) for value in arguments.values())


def converted(schema: GraphQLSchema, field: StrawberryField, coerced: dict[str, Any], info: Value) -> dict[str, Any]:
    """The arguments as Strawberry gives them to the field's resolver."""
    converter = cast("Any", schema)._strawberry_schema.schema_converter  # noqa: SLF001 - as Strawberry's Info finds it
    return convert_arguments(coerced, field.arguments, converter.scalar_registry, converter.config, info)
