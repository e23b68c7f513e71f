"""Running an operation of a document that is ready.

Mostly the executor itself is called. Where a schema has extensions, operation directives or another execution context
class, `strawberry.Schema.execute` is, so that they all work as documented. Its own parsing and validation are then
replaced the way Strawberry offers: by an extension that supplies the document and says that validation is done.
"""

import copy
from collections.abc import Iterator
from contextvars import ContextVar

import strawberry
from graphql import DocumentNode
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionResult

from gql_api.schema import guard
from gql_api.web import documents, requests, variables

_ready: ContextVar[DocumentNode] = ContextVar("ready")


class Ready(SchemaExtension):
    """Hands the document of the running request to Strawberry."""

    def on_parse(self) -> Iterator[None]:
        """Set the document, so that Strawberry does not parse."""
        self.execution_context.graphql_document = _ready.get()
        yield

    def on_validate(self) -> Iterator[None]:
        """State that there are no errors, so that Strawberry does not validate."""
        self.execution_context.pre_execution_errors = []
        yield


def prepared(schema: strawberry.Schema) -> strawberry.Schema:
    """The same schema for use with `execute`; the one given is left as it is."""
    served = copy.copy(schema)
    served.extensions = (Ready, *schema.extensions)
    return served


async def execute(
    schema: strawberry.Schema,
    document: documents.Document,
    operation: guard.Shape,
    asked: requests.Asked,
    context: object,
    *,
    names_are_secret: bool = False,
) -> ExecutionResult:
    """The result of an operation of `document`; `schema` comes from `prepared`.

    Where values of variables were refused, its errors are those of `variables`.
    """
    ready = document.operations[operation.name]
    if ready is not None:
        result = await ready.execute(asked.variables, context)
    else:
        result = await _by_strawberry(schema, document, operation, asked, context)
    if result.data is None and all(error.path is None for error in result.errors or ()):  # no field was executed
        schema_of_core = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- it has no public name
        values = variables.Values(schema=schema_of_core, given=asked.variables, names_are_secret=names_are_secret)
        result.errors = [*values.mistakes(document.node, operation.name)] or result.errors
    return result


async def _by_strawberry(
    schema: strawberry.Schema,
    document: documents.Document,
    operation: guard.Shape,
    asked: requests.Asked,
    context: object,
) -> ExecutionResult:
    token = _ready.set(document.node)
    try:
        return await schema.execute(
            asked.query, variable_values=asked.variables, context_value=context, operation_name=operation.name
        )
    finally:
        _ready.reset(token)
