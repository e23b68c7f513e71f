"""An operation that is asked for again and again: what Strawberry and graphql-core set up for each request, once.

`strawberry.Schema.execute` makes an execution context, runs its extensions, collects fragments and looks every
variable's type up each time. For a schema without extensions none of that depends on the request but the variables,
whose types are known (`coercion`). What is executed is the same (`execution`), and the result is the same.

The endpoint makes an `Operation` of each operation of a valid document and keeps it with the document. `execute`
coerces the variables, by functions made once for each, or by graphql-core where they do not fit, whose errors then are
the answer; takes an executor of this request, which is the example that was made at first with other values; finds the
plan and has it executed. Schemas with extensions or directives of operations have no such short way: `of` answers None,
and Strawberry executes.
"""

from typing import Any, Final, NamedTuple, Self, cast

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    default_field_resolver,  # pyright: ignore[reportUnknownVariableType] -- half typed there
    default_type_resolver,  # pyright: ignore[reportUnknownVariableType] -- half typed there
    get_variable_values,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.pyutils import Undefined
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.types import ExecutionResult

from gql_api.schema.coercion import values
from gql_api.schema.execution import BreadthFirst, cache

_NONE: Final = VariableValues({}, {})
_MOST_ERRORS = 50


class Variable(NamedTuple):
    """A variable that has a short way: what coerces it, and what stands in the place of a value that was not sent."""

    name: str
    coerce: values.Convert
    default: Any
    is_required: bool
    signature: Any


class Operation:
    """One operation of a valid document."""

    def __init__(self, schema: strawberry.Schema, document: DocumentNode, node: OperationDefinitionNode) -> None:
        self._schema = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- it has no public name
        self._node = node
        found = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        self._definitions = {one.name.value: one for one in found}
        self._fragments = {name: FragmentDetails(one, None) for name, one in self._definitions.items()}
        self._variables = self._known_variables()
        self._example = self._executor(_NONE, None)
        self._entry = cache.Entry(self._example)

    @classmethod
    def of(cls, schema: strawberry.Schema, document: DocumentNode, name: str | None) -> Self | None:
        """The document's operation of that name; None where the schema has extensions or directives."""
        given = cast("Any", schema)  # half typed there
        if not issubclass(given.execution_context_class, BreadthFirst) or given.extensions or given.directives:
            return None
        node = None
        for one in document.definitions:
            if isinstance(one, FragmentDefinitionNode) and one.variable_definitions:
                return None
            if isinstance(one, OperationDefinitionNode) and name == (one.name.value if one.name else None):
                node = one
        return node and cls(schema, document, node)

    async def execute(self, variables: dict[str, Any], context: object) -> ExecutionResult:
        """The result for these variables; they may not fit, then nothing is executed."""
        coerced = self._coerced(variables)
        if not isinstance(coerced, VariableValues):
            return ExecutionResult(data=None, errors=coerced)
        executor = self._example.another(coerced, context)
        plan = executor.planned(self._entry)
        if plan is not None:
            data = await executor.data(plan)
            return ExecutionResult(data=data, errors=executor.collected_errors.errors or None)
        result: Any = super(BreadthFirst, self._executor(coerced, context)).execute_operation()
        if hasattr(result, "__await__"):
            result = await result
        return ExecutionResult(data=result.data, errors=result.errors)

    def _executor(self, values: VariableValues, context: object) -> BreadthFirst:
        return BreadthFirst(
            self._schema,
            self._definitions,
            self._fragments,
            None,
            context,
            self._node,
            values,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )

    def _known_variables(self) -> list[Variable] | None:
        """The variables; None where one of them has no short way."""
        known: list[Variable] = []
        try:
            for one in self._node.variable_definitions or ():
                signature: Any = get_variable_signature(self._schema, one)
                default = coerce_default_value(signature) if one.default_value else Undefined
                is_required = default is Undefined and str(signature.type).endswith("!")
                known.append(Variable(signature.name, values.coercing(signature.type), default, is_required, signature))
        except Exception:  # noqa: BLE001 - whatever it is, graphql-core tells it
            return None
        return known

    def _coerced(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """The variables' values, or what is wrong with them."""
        if self._variables is not None:
            try:
                return _values(self._variables, given)
            except Exception:  # noqa: BLE001, S110 - told by graphql-core
                pass
        return get_variable_values(self._schema, self._node.variable_definitions or (), dict(given), _MOST_ERRORS)


def _values(variables: list[Variable], given: dict[str, Any]) -> VariableValues:
    """The values, where all of them fit; raises where one does not."""
    sources: dict[str, VariableValueSource] = {}
    coerced: dict[str, Any] = {}
    for name, coerce, default, is_required, signature in variables:
        if name in given:
            value = given[name]
            coerced[name] = coerce(value)
            sources[name] = VariableValueSource(signature, value)
        elif is_required:
            raise values.UnfitError
        else:
            sources[name] = VariableValueSource(signature)
            if default is not Undefined:
                coerced[name] = default
    return VariableValues(sources, coerced)
