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

from gql_api.schema.execution.kinds import Value

FROZEN = (str, int, float, bool, type(None), Decimal, date, time, UUID, Enum)  # datetime is a date

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
