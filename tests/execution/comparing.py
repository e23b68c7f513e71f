"""When two executors answered the same.

Data: equal, with the order of keys. Errors: each at a place that is null in the data is there in both, with message,
path and locations. Where a null went up, further errors may lie beneath it; graphql-core tells those that happened
first, which depends on the time that resolvers take, so what is compared is that the same places are nulled and that
every error is a true one: one of those that graphql-core tells when nulls do not propagate.
"""

import asyncio
import contextlib
import functools
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import graphql.execution.executor
import pytest
import strawberry
from graphql import GraphQLError, GraphQLSyntaxError, OperationDefinitionNode, parse
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult

from gql_api.schema import execution, operations

UNPROPAGATED = "@experimental_disableErrorPropagation"


parsed = functools.lru_cache(maxsize=100)(parse)


class Prepared(SchemaExtension):
    """Documents are parsed once for all their executions, and validated by whoever makes them."""

    def on_parse(self):
        with contextlib.suppress(GraphQLSyntaxError):
            self.execution_context.graphql_document = parsed(self.execution_context.query)
        yield

    def on_validate(self):
        self.execution_context.pre_execution_errors = []
        yield


async def patiently(*awaitables: Awaitable[Any]) -> list[Any]:
    """In the place of graphql-core's `gather_with_cancel`: siblings of what failed are not cancelled but awaited.

    A cancellation in the middle of a statement costs the connection, and one of a loader's future hits everybody who
    waits for it, so that graphql-core's answers would depend on chance.
    """
    answers = await asyncio.gather(*awaitables, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers


async def finished(execution: Awaitable[ExecutionResult]) -> ExecutionResult:
    """The result, when nothing of the execution runs any more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graphql.execution.executor, "gather_with_cancel", patiently)
        result = await execution
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)
    return ExecutionResult(data=result.data, errors=list(result.errors or ()) or None)


def prepared(schema: strawberry.Schema, text: str) -> operations.Operation:
    """The operation of a document, as the endpoint keeps it."""
    document = parsed(text)
    node = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    return operations.Operation(schema, document, node)


class Quiet(strawberry.Schema):
    """Errors are what is tested; they need not be logged."""

    def process_errors(self, errors, execution_context=None) -> None:
        pass


def twins(**options: Any) -> tuple[strawberry.Schema, strawberry.Schema]:
    """The same schema twice: executed breadth first, and by graphql-core."""
    extensions = [*options.pop("extensions", []), Prepared]
    return (
        Quiet(**options, extensions=extensions, execution_context_class=execution.BreadthFirst),
        Quiet(**options, extensions=extensions),
    )


def is_oracle(schema: strawberry.Schema) -> bool:
    return schema.execution_context_class is StrawberryGraphQLCoreExecutionContext


Told = tuple[str, tuple[str | int, ...], tuple[tuple[int, int], ...]]


def told(error: GraphQLError) -> Told:
    places = tuple((place.line, place.column) for place in error.locations or ())
    return error.message, tuple(error.path or ()), places


def nulled(data: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place of the null that an error at `path` left in the data."""
    here = data
    for length, key in enumerate(path):
        if here is None:
            return path[:length]
        here = here[key]
    assert here is None, f"an error at {path}, where there is {here!r}"
    return path


def by_place(result: ExecutionResult) -> dict[tuple[str | int, ...], list[Told]]:
    groups: dict[tuple[str | int, ...], list[Told]] = {}
    for error in map(told, result.errors or ()):
        groups.setdefault(nulled(result.data, error[1]), []).append(error)
    return groups


def own(groups: dict[tuple[str | int, ...], list[Told]]) -> Counter[Told]:
    return Counter(error for place, errors in groups.items() for error in errors if error[1] == place)


def has_propagated(result: ExecutionResult) -> bool:
    return any(error[1] != place for place, errors in by_place(result).items() for error in errors)


def assert_same(engine: ExecutionResult, oracle: ExecutionResult) -> None:
    assert repr(engine.data) == repr(oracle.data)
    ours, theirs = by_place(engine), by_place(oracle)
    assert ours.keys() == theirs.keys()
    assert own(ours) == own(theirs)


def assert_exactly_same(engine: ExecutionResult, oracle: ExecutionResult) -> None:
    assert repr(engine.data) == repr(oracle.data)
    assert Counter(map(told, engine.errors or ())) == Counter(map(told, oracle.errors or ()))


def assert_true_errors(engine: ExecutionResult, every: ExecutionResult) -> None:
    """What is told is among what happened, each once."""
    assert not Counter(map(told, engine.errors or ())) - Counter(map(told, every.errors or ()))


def unpropagated(text: str) -> str:
    """The operation, whose head is its first line, with nulls that stay where they are."""
    head, _, rest = text.partition("\n")
    return f"{head} {UNPROPAGATED}\n{rest}"
