"""Plans that were made, by the operation they are for: its document's node, and how @skip and @include decide.

A client sends the same documents again and again; whoever parses them once gives the engine the same nodes each time.
The cache is bounded twice, by operations and by decisions per operation, least recently used first out. It holds the
nodes themselves, so that no other node can have their identity.

An `Entry` is what is known of one operation: whether it can be planned at all (`fallback.Survey`), and a plan for each
way in which its conditions decided so far; mostly there are none, and there is one plan. `operations` holds the entry
of its operation itself; `Plans` is where Strawberry's own way to execute finds it.
"""

from collections import OrderedDict
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.pyutils import Undefined

from gql_api.schema.execution import plans, sources
from gql_api.schema.execution.fallback import Survey
from gql_api.schema.execution.kinds import Executing


class Entry:
    """What is known of an operation, with at most `decisions` plans."""

    def __init__(self, executor: Executing, decisions: int = 16) -> None:
        self.schema: GraphQLSchema = executor.schema
        self.operation: OperationDefinitionNode = executor.operation
        self.fragments = tuple(executor.fragment_definitions.values())
        self.survey = Survey(executor)
        self._decisions = decisions
        self._plans: OrderedDict[tuple[Any, ...], plans.Level] = OrderedDict()

    def is_of(self, executor: Executing) -> bool:
        """Whether the executor's operation is this one, with the same fragments."""
        given = executor.fragment_definitions.values()
        return len(given) == len(self.fragments) and all(
            one is other for one, other in zip(given, self.fragments, strict=True)
        )

    def plan(self, executor: Executing) -> plans.Level:
        """The plan of the executor's operation with its variables. Raises GraphQLError where it has none."""
        key: tuple[Any, ...] = (executor.middleware_manager and sources.is_wrapped(executor), executor.hide_suggestions)
        if self.survey.conditions:
            variables = executor.variable_values.coerced
            key = (*key, *[variables.get(name, Undefined) for name in self.survey.conditions])
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = plans.root(executor)
        if len(self._plans) > 1:
            self._plans.move_to_end(key)
        while len(self._plans) > self._decisions:
            self._plans.popitem(last=False)
        return found


class Plans:
    """What is known of `operations` operations."""

    def __init__(self, operations: int = 500) -> None:
        self._operations = operations
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
