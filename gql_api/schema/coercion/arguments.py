"""A field's arguments: found out about once per plan, read for each request, or for each object that wants its own.

Each `Field` of a plan has one `Arguments`. `prepare` has `values` make the functions that read the literals of the
document, and make of the coerced values what Strawberry gives to resolvers: lists, input objects, Python's names.
`converted` calls them for a request. Where there are none, or they raise, graphql-core coerces and Strawberry converts,
and what they raise is the error that the client sees; `coerced` is what resolvers get that are not Strawberry's.

Arguments without variables whose values nobody can change are kept for all requests. Values that a resolver could
change, lists and input objects, are made anew in each call, so that no object of a level sees what another did to them.
"""

from typing import Any, cast

from graphql import FieldNode, GraphQLField
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from gql_api.schema.coercion import values
from gql_api.schema.coercion.values import Value


class Arguments:
    """The arguments of a field with one or more. `is_constant` where none holds a variable."""

    def __init__(self, definition: GraphQLField, node: FieldNode, executor: Value) -> None:
        self._definition = definition
        self._node = node
        self._nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
        self.is_constant = not any(map(values.has_variables, self._nodes.values()))
        self._schema: Value = getattr(getattr(executor.schema, "_strawberry_schema", None), "schema_converter", None)
        self._read: values.Read | None = None
        self._make: values.Convert | None = None
        self._kept: dict[str, Any] | None = None

    def coerced(self, executor: Value) -> dict[str, Any]:
        """As graphql-core gives them to resolvers. Raises GraphQLError where a value does not fit."""
        return get_argument_values(
            self._definition, self._node, executor.variable_values, None, executor.hide_suggestions
        )

    def prepare(self, field: StrawberryField) -> None:
        """Look for the short way to `converted`."""
        names = self._schema.config.name_converter
        try:
            made = [
                (names.from_argument(one), one.python_name, values.making(one.type, self._schema))
                for one in field.arguments
            ]
            self._read = values.reading_all(self._nodes, self._definition.args)
        except Exception:  # noqa: BLE001 - whatever it is, the libraries tell it
            return
        self._make = values.making_all(cast("Any", made))

    def converted(self, executor: Value, field: StrawberryField, info: Value = None) -> dict[str, Any]:
        """As Strawberry gives them to the field's resolver."""
        if self._kept is not None:
            return self._kept
        if self._read is not None and self._make is not None:
            try:
                found = self._make(self._read(executor.variable_values.coerced))
            except Exception:  # noqa: BLE001, S110 - told by the libraries
                pass
            else:
                if self.is_constant and is_frozen(found):
                    self._kept = found
                return found
        schema, coerced = self._schema, self.coerced(executor)
        return convert_arguments(coerced, field.arguments, schema.scalar_registry, schema.config, info)


def is_frozen(given: dict[str, Any]) -> bool:
    """Whether no value can be changed by who gets it."""
    return all(isinstance(value, values.FROZEN) for value in given.values())
