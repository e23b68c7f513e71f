"""An operation that is asked for again and again: what Strawberry and graphql-core set up for each request, once.

`strawberry.Schema.execute` makes an execution context, runs its extensions, collects fragments and looks every
variable's type up each time. For a schema without extensions none of that depends on the request but the variables,
and of these mostly a look at their classes tells that they fit. What is executed is the same (`executor`), and the
result is the same.
"""

from collections.abc import Mapping
from typing import Any, Final, Self, cast

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
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from strawberry.types import ExecutionResult

from gql_api.schema.execution import fallback, plans, waves
from gql_api.schema.execution.executor import BreadthFirst

PLAIN: Final = {"String": str, "ID": str, "Int": int, "Boolean": bool}
"""The classes whose values are what the scalars take, an `int` in range."""
_MOST_ERRORS = 50


class Operation:
    """One operation of a valid document."""

    def __init__(self, schema: strawberry.Schema, document: DocumentNode, node: OperationDefinitionNode) -> None:
        self._schema = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- it has no public name
        self._node = node
        found = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        self._definitions = {one.name.value: one for one in found}
        self._fragments = {name: FragmentDetails(one, None) for name, one in self._definitions.items()}
        self._takes = self._plain()
        self._plan: plans.Level | None = None
        """The plan, where no variable decides about it: found once and kept with the operation."""

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
        values = self._coerced(variables)
        if not isinstance(values, VariableValues):
            return ExecutionResult(data=None, errors=values)
        executor = BreadthFirst(
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
        if self._plan is not None:
            fallback.fallbacks.executed += 1
            data = await waves.Waves(executor).executed(self._plan, None)
            return ExecutionResult(data=data, errors=executor.collected_errors.errors or None)
        result = executor.execute_operation()
        if hasattr(result, "__await__"):
            result = await result
        self._plan = executor.lasting_plan()
        return ExecutionResult(data=result.data, errors=result.errors)

    def _plain(self) -> dict[str, tuple[type[Any], Any]] | None:
        """Of each variable its class and signature; None where not all are plain scalars."""
        takes: dict[str, tuple[type[Any], Any]] = {}
        for one in self._node.variable_definitions or ():
            signature: Any = get_variable_signature(self._schema, one)
            if isinstance(signature, GraphQLError):
                return None
            plain = PLAIN.get(str(signature.type).removesuffix("!"))
            if plain is None:
                return None
            takes[signature.name] = plain, signature
        return takes

    def _coerced(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """The variables' values, or what is wrong with them."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, (plain, signature) in (self._takes or {}).items():
            value: Any = given.get(name)
            if type(value) is not plain or (plain is int and not GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT):
                break
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = value
        else:
            if self._takes is not None:
                return VariableValues(sources, coerced)
        return get_variable_values(self._schema, self._node.variable_definitions or (), dict(given), _MOST_ERRORS)
