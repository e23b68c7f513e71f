"""Which completion a type of the schema has, wrapper by wrapper."""

from typing import Any, cast

from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLScalarType

from gql_api.schema.execution.columns import Value
from gql_api.schema.execution.completion import Completion, Leaves
from gql_api.schema.execution.lists import Lists
from gql_api.schema.execution.objects import Abstracts, Objects


def of(type_: Value, *, propagates: bool) -> Completion:
    """The completion of an output type. Where nulls do not propagate, an error nulls its own place only."""
    is_required = isinstance(type_, GraphQLNonNull)
    nullable: Value = cast("Any", type_).of_type if is_required else type_
    bubbles = is_required and propagates
    if isinstance(nullable, GraphQLList):
        inner = of(cast("Any", nullable).of_type, propagates=propagates)
        return Lists(cast("Any", nullable), inner, is_required=is_required, bubbles=bubbles)
    if isinstance(nullable, GraphQLScalarType | GraphQLEnumType):
        return Leaves(nullable, is_required=is_required, bubbles=bubbles)
    objects = Objects if isinstance(nullable, GraphQLObjectType) else Abstracts
    return objects(nullable, is_required=is_required, bubbles=bubbles)
