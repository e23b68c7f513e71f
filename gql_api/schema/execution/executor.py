"""Where the engine is plugged in: an execution context for `strawberry.Schema(execution_context_class=…)`.

It is Strawberry's own, with `execute_operation` replaced. Before it comes all that is Strawberry's and graphql-core's:
parsing, validation, extensions, the choice of the operation and the coercion of its variables. After it comes their
result class. In between, the operation's plan is found or made (`planned`) and executed (`data`); or the operation
falls back to the inherited executor.

The executor is also what resolvers' infos are built from, where errors are collected, and whose functions decide about
single values where a column is not plain: all graphql-core's own, so that nothing is said in other words here.
Mutations are serial: one execution for each root field, each with everything beneath it before the next.
"""

from collections.abc import Awaitable
from typing import Any, ClassVar, Self

from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution.executor import CollectedErrors
from graphql.execution.values import VariableValues
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gql_api.schema.execution import cache, fallback, plans
from gql_api.schema.execution.kinds import Value
from gql_api.schema.execution.waves import Waves


class BreadthFirst(StrawberryGraphQLCoreExecutionContext):
    """Executes queries and mutations breadth first."""

    known: ClassVar[cache.Plans] = cache.Plans()

    def execute_operation(self, serially: bool | None = None) -> Value:  # noqa: FBT001 - as graphql-core declares it
        """The result, or an awaitable of it, as graphql-core's executor answers it."""
        plan = self.planned(self.known.entry(self))
        return super().execute_operation(serially) if plan is None else self._answered(plan, serially)

    def another(self, values: VariableValues, context: object) -> Self:
        """An executor for another request with the same operation: what a plan needs of one, at a tenth of the cost."""
        other = object.__new__(type(self))
        own = {"variable_values": values, "context_value": context, "collected_errors": CollectedErrors()}
        vars(other).update(vars(self), **own)
        return other

    def planned(self, entry: cache.Entry) -> plans.Level | None:
        """The operation's plan; None where it falls back. Both are counted."""
        reason = fallback.of_request(self) or entry.survey.reason
        if reason is None:
            try:
                plan = entry.plan(self)
            except (GraphQLError, RecursionError):
                reason = fallback.UNPLANNED  # graphql-core tells the error
            else:
                fallback.fallbacks.executed += 1
                return plan
        fallback.fallbacks.count(reason)
        return None

    def data(self, plan: plans.Level, serially: bool | None = None) -> Awaitable[dict[str, Any] | None]:  # noqa: FBT001 - as above
        """The response's data. Errors are collected as graphql-core collects them."""
        is_serial = self.operation.operation is OperationType.MUTATION if serially is None else serially
        if is_serial and len(plan.fields) > 1:
            return self._in_turn(plan)
        return Waves(self).executed(plan, self.root_value)

    async def _in_turn(self, plan: plans.Level) -> dict[str, Any] | None:
        """One root field after the other."""
        data: dict[str, Any] = {}
        for (
            field
        ) in plan.fields:  # each with everything beneath it before the next; none after one that nulls the whole
            part = await Waves(self).executed(plan.only(field), self.root_value)
            if part is None:
                return None
            data.update(part)
        return data

    async def _answered(self, plan: plans.Level, serially: bool | None) -> ExecutionResult:  # noqa: FBT001 - as above
        result: Value = self.build_response(await self.data(plan, serially))
        return result
