"""Where the engine is plugged in: an execution context for `strawberry.Schema(execution_context_class=…)`.

It is Strawberry's own, with `execute_operation` replaced. Before it comes all that is Strawberry's and graphql-core's:
parsing, validation, extensions, the choice of the operation and the coercion of its variables. After it comes their
result class. In between, the operation's plan is found or made and executed; or the operation falls back.
"""

from typing import Any, ClassVar

from graphql import ExecutionResult, GraphQLError, OperationType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gql_api.schema.execution import cache, fallback, plans
from gql_api.schema.execution.kinds import Value
from gql_api.schema.execution.waves import Waves


class BreadthFirst(StrawberryGraphQLCoreExecutionContext):
    """Executes queries and mutations breadth first."""

    known: ClassVar[cache.Plans] = cache.Plans()

    def execute_operation(self, serially: bool | None = None) -> Value:  # noqa: FBT001 - as graphql-core declares it
        """The result, or an awaitable of it, as graphql-core's executor answers it."""
        reason = fallback.of_request(self)
        entry = None if reason else self.known.entry(self)
        reason = reason or (entry and entry.survey.reason)
        if entry is None or reason is not None:
            return self._fall_back(reason or fallback.UNPLANNED, serially)
        try:
            plan = self.known.plan(entry, self)
        except (GraphQLError, RecursionError):
            return self._fall_back(fallback.UNPLANNED, serially)  # which tells the error
        fallback.fallbacks.executed += 1
        is_serial = self.operation.operation is OperationType.MUTATION if serially is None else serially
        return self._serial(plan) if is_serial else self._at_once(plan)

    def lasting_plan(self) -> plans.Level | None:
        """The operation's plan, where it is executed here at once, and the same whatever the variables are."""
        entry = self.known.entry(self)
        is_lasting = entry.survey.reason is None and not entry.survey.conditions
        is_query = self.operation.operation is OperationType.QUERY
        return entry.plans.get(self.known.key(entry, self)) if is_lasting and is_query else None

    def _fall_back(self, reason: str, serially: bool | None) -> Value:  # noqa: FBT001 - as graphql-core declares it
        fallback.fallbacks.count(reason)
        return super().execute_operation(serially)

    async def _at_once(self, plan: plans.Level) -> ExecutionResult:
        return self._answered(await Waves(self).executed(plan, self.root_value))

    async def _serial(self, plan: plans.Level) -> ExecutionResult:
        """Each root field with everything beneath it before the next; none after one that nulls the whole."""
        data: dict[str, Any] = {}
        for field in plan.fields:
            part = await Waves(self).executed(plan.only(field), self.root_value)
            if part is None:
                return self._answered(None)
            data.update(part)
        return self._answered(data)

    def _answered(self, data: dict[str, Any] | None) -> Value:
        return self.build_response(data)
