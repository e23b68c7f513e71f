"""Breadth-first batched execution of a Strawberry schema.

    strawberry.Schema(query=Query, execution_context_class=execution.BreadthFirst)

One operation, read from above: `executor` is where Strawberry calls in; `cache` finds the operation's plan or has
`plans` make it; `waves` runs it level by level; `sources` gets the values of a field for all objects of a level, with
`arguments` bound once and `batches` loading the keys of an edge; `completion`, with `leaves`, `lists` and `objects`,
turns values into columns, opens the levels beneath them and puts nulls and errors where the specification wants them;
`fallback` names what is left to graphql-core. It knows nothing of what the schema is about. docs/execution.md says
what is the same as there and what is not.
"""

from gql_api.schema.execution.edge import EDGE, Bound, Edge
from gql_api.schema.execution.executor import BreadthFirst
from gql_api.schema.execution.fallback import fallbacks

__all__ = ["EDGE", "Bound", "BreadthFirst", "Edge", "fallbacks"]
