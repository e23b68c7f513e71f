"""The plan of an operation: what each level selects, found out once and kept with the document.

A `Level` is a selection set merged for one concrete type, a `Field` one entry of it under its response key, with how
its values are got and how they are completed. Merging, fragments, @skip and @include are graphql-core's own functions,
called here once per document instead of once per object. Deeper levels are planned when objects of their type first
get there, so that a plan is never larger than what was executed of it.
"""

from typing import cast

from graphql import GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet, collect_fields, collect_subfields
from graphql.pyutils import Path

from gql_api.schema.coercion import arguments
from gql_api.schema.execution import columns, shapes, sources
from gql_api.schema.execution.kinds import Executing, Value


class Field:
    """A response key of a level."""

    __slots__ = (
        "arguments",
        "definition",
        "details",
        "get",
        "key",
        "levels",
        "name",
        "nodes",
        "parent_type",
        "shape",
        "source",
    )

    def __init__(
        self, key: str, parent_type: GraphQLObjectType, details: FieldDetailsList, executor: Executing
    ) -> None:
        node = details[0].node
        definition = executor.schema.get_field(parent_type, node.name.value)
        assert definition is not None  # noqa: S101 - `level` leaves unknown fields out
        self.key = key
        self.name = node.name.value
        self.parent_type = parent_type
        self.definition = definition
        self.details = details
        self.nodes = [one.node for one in details]
        self.arguments = arguments.Arguments(definition, node, executor)
        self.shape = shapes.of(definition.type, propagates=executor.error_propagation)
        self.source, get = sources.of(self, executor)
        self.get = get if isinstance(self.shape, shapes.Leaves) else None
        self.levels: dict[GraphQLObjectType, Level] = {}

    def level(self, type_: GraphQLObjectType, executor: Executing) -> "Level":
        """What is selected of the field's objects of this type. Raises GraphQLError where that cannot be said."""
        found = self.levels.get(type_)
        if found is None:
            collected = collect_subfields(
                executor.schema,
                executor.fragments,
                executor.variable_values,
                executor.operation,
                type_,
                self.details,
                executor.hide_suggestions,
            )
            found = self.levels[type_] = Level(type_, collected.grouped_field_set, executor)
        return found

    def info(self, executor: Executing, path: Path) -> Value:
        """What a resolver is told."""
        return executor.build_resolve_info(self.definition, self.nodes, self.parent_type, path)


class Level:
    """A merged selection set of one type."""

    __slots__ = ("fields", "leaves", "rows", "type")

    def __init__(self, type_: GraphQLObjectType, grouped: GroupedFieldSet, executor: Executing) -> None:
        self.type = type_
        self.fields = [
            Field(key, type_, details, executor)
            for key, details in grouped.items()
            if executor.schema.get_field(type_, details[0].node.name.value)
        ]
        self.rows = columns.rows_of(tuple(field.key for field in self.fields))
        self.leaves = leaves_of(self.fields)

    def only(self, field: Field) -> "Level":
        """The level with one of its fields."""
        part = object.__new__(Level)
        part.type = self.type
        part.fields = [field]
        part.rows = columns.rows_of((field.key,))
        part.leaves = leaves_of(part.fields)
        return part


def root(executor: Executing) -> Level:
    """The plan of the executor's operation. Raises GraphQLError where it has none."""
    operation = executor.operation
    root_type = executor.schema.get_root_type(operation.operation)
    assert root_type is not None  # noqa: S101 - asked before
    collected = collect_fields(
        executor.schema,
        executor.fragments,
        executor.variable_values,
        root_type,
        operation,
        executor.hide_suggestions,
    )
    return Level(root_type, collected.grouped_field_set, executor)


def leaves_of(fields: list[Field]) -> columns.Leaves:
    """The leaves of a level that its objects alone say."""
    found = [
        columns.Leaf(at, field.get, cast("shapes.Leaves", field.shape).fast)
        for at, field in enumerate(fields)
        if field.get is not None
    ]
    return columns.Leaves(len(fields), found)
