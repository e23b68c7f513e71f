"""Breadth-first batched execution of a Strawberry schema.

    strawberry.Schema(query=Query, execution_context_class=execution.BreadthFirst)

One operation, read from above: `executor` is where Strawberry calls in, and the endpoint by way of
`schema/operations`; `cache` finds the operation's plan or has `plans` make it; `waves` runs it level by level;
`sources` gets the values of a field for all objects of a level, with `columns` reading attributes, `schema/coercion`
the arguments, and `schema/batches` loading the keys of an `edge`; `shapes` and `leaves` turn values into what the
response shows and open the levels beneath; `places` knows where values lie, when one comes later or a null goes up;
`fallback` names what is left to graphql-core. It knows nothing of what the schema is about. docs/execution.md says what
is the same as there and what is not.
"""

from gql_api.schema.batches import Loader, Once, ahead, known, prime
from gql_api.schema.execution.columns import Attribute, Column
from gql_api.schema.execution.edge import COLUMN, EDGE, Bound, Edge
from gql_api.schema.execution.executor import BreadthFirst
from gql_api.schema.execution.fallback import fallbacks

__all__ = [
    "COLUMN",
    "EDGE",
    "Attribute",
    "Bound",
    "BreadthFirst",
    "Column",
    "Edge",
    "Loader",
    "Once",
    "ahead",
    "fallbacks",
    "known",
    "prime",
]
