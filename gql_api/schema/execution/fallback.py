"""Operations that are left to graphql-core, and how many there were for which reason.

The engine does not do what its users do not need. It says so before it begins, never halfway: an operation runs
through the one executor or the other, and what was half done is never done again.

`of_request` looks at the request, each time: subscriptions, abort signals, no event loop. A `Survey` looks at the
document, once: `@defer`, `@stream`, fragments with variables; on its way it notes the variables that `@skip` and
`@include` ask, since each of their values may need a plan of its own. What cannot be planned is told by graphql-core,
too. `fallbacks` counts by reason; `/metrics` shows the counts, and tests hold that no document of ours is among them.
"""

import asyncio
from collections import Counter
from typing import Final

from graphql import (
    DirectiveNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)

from gql_api.schema.execution.kinds import Executing

SUBSCRIPTION: Final = "subscription"
INCREMENTAL: Final = "incremental delivery"
FRAGMENT_VARIABLES: Final = "fragment variables"
ABORT_SIGNAL: Final = "abort signal"
NO_LOOP: Final = "no event loop"
UNPLANNED: Final = "cannot be planned"


class Fallbacks:
    """Counts of operations by reason, of this process."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """How many operations fell back, by reason."""
        self.executed = 0
        """How many did not."""

    def count(self, reason: str) -> None:
        """Count an operation that falls back."""
        self.counts[reason] += 1

    @property
    def total(self) -> int:
        """How many operations fell back."""
        return self.counts.total()


fallbacks: Final = Fallbacks()


def of_request(executor: Executing) -> str | None:
    """Why this request cannot be executed here, whatever its document says."""
    if executor.operation.operation is OperationType.SUBSCRIPTION:
        return SUBSCRIPTION
    if executor.abort_signal is not None:
        return ABORT_SIGNAL
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return NO_LOOP
    return None


class Survey:
    """What a document says that decides whether and how its operation is planned."""

    def __init__(self, executor: Executing) -> None:
        self.reason: str | None = None
        """Why the operation cannot be planned."""
        self.conditions: tuple[str, ...] = ()
        """The variables of @skip and @include."""
        conditions: set[str] = set()
        definitions = [executor.operation, *executor.fragment_definitions.values()]
        for directive in (one for definition in definitions for one in directives(definition.selection_set)):
            name = directive.name.value
            if name in {"defer", "stream"}:
                self.reason = INCREMENTAL
            elif name in {"skip", "include"}:
                values = [argument.value for argument in directive.arguments or ()]
                conditions.update(value.name.value for value in values if isinstance(value, VariableNode))
        if any(fragment.variable_signatures for fragment in executor.fragments.values()):
            self.reason = FRAGMENT_VARIABLES
        self.conditions = tuple(sorted(conditions))


def directives(selected: SelectionSetNode) -> list[DirectiveNode]:
    """The directives of a selection set and of those within it, fragments' own not included."""
    found: list[DirectiveNode] = []
    waiting = [selected]
    while waiting:
        for selection in waiting.pop().selections:
            found.extend(selection.directives or ())
            inner: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if inner is not None:
                waiting.append(inner)
    return found
