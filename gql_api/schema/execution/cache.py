"""Plans that were made, by the operation they are for: its document's node, and how @skip and @include decide.

A client sends the same documents again and again; whoever parses them once gives the engine the same nodes each time.
The cache is bounded twice, by operations and by decisions per operation, least recently used first out. It holds the
nodes themselves, so that no other node can have their identity.
"""

from collections import OrderedDict
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.pyutils import Undefined

from gql_api.schema.execution import plans, sources
from gql_api.schema.execution.fallback import Survey
from gql_api.schema.execution.kinds import Executing


class Entry:
    """What is known of an operation."""

    def __init__(self, executor: Executing) -> None:
        self.schema: GraphQLSchema = executor.schema
        self.operation: OperationDefinitionNode = executor.operation
        self.fragments = tuple(executor.fragment_definitions.values())
        self.survey = Survey(executor)
        self.plans: OrderedDict[tuple[Any, ...], plans.Level] = OrderedDict()

    def is_of(self, executor: Executing) -> bool:
        """Whether the executor's operation is this one, with the same fragments."""
        given = executor.fragment_definitions.values()
        return len(given) == len(self.fragments) and all(
            one is other for one, other in zip(given, self.fragments, strict=True)
        )


class Plans:
    """The plans of `operations` operations, of each at most `decisions`."""

    def __init__(self, operations: int = 500, decisions: int = 16) -> None:
        self._operations = operations
        self._decisions = decisions
        self._entries: OrderedDict[tuple[int, int], Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, executor: Executing) -> Entry:
        """What is known of the executor's operation."""
        key = id(executor.schema), id(executor.operation)
        found = self._entries.get(key)
        if found is None or not found.is_of(executor):
            found = self._entries[key] = Entry(executor)
        self._entries.move_to_end(key)
        while len(self._entries) > self._operations:
            self._entries.popitem(last=False)
        return found

    def key(self, entry: Entry, executor: Executing) -> tuple[Any, ...]:
        """What decides which of an operation's plans it is."""
        variables = executor.variable_values.coerced
        conditions = [variables.get(name, Undefined) for name in entry.survey.conditions]
        return sources.is_wrapped(executor), executor.hide_suggestions, *conditions

    def plan(self, entry: Entry, executor: Executing) -> plans.Level:
        """The plan of the executor's operation with its variables. Raises GraphQLError where it has none."""
        key = self.key(entry, executor)
        found = entry.plans.get(key)
        if found is None:
            found = entry.plans[key] = plans.root(executor)
        entry.plans.move_to_end(key)
        while len(entry.plans) > self._decisions:
            entry.plans.popitem(last=False)
        return found
