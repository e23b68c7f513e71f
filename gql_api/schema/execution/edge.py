"""What makes a field an edge: which loader answers it, by which key, and what becomes of the value.

An edge is declared once, as a Strawberry field whose metadata holds an `Edge`. From it follow both ways to answer it:
graphql-core calls the field's resolver, which awaits `Edge.one` for one object and so goes through the loader's
`load`; this engine collects the keys of a whole level and calls the loader's load function itself, once.

Arguments are the same for every object of a level, so they are looked at once: `bind` takes them (converted as
Strawberry converts them for resolvers) and answers how keys are made and values shown. It must not change them.
"""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

from strawberry.dataloader import DataLoader

from gql_api.schema.execution.kinds import Value

EDGE: Final = "edge"
"""The key of a Strawberry field's metadata under which its `Edge` lies."""
COLUMN: Final = "column"
"""The key under which a field without arguments has a function that answers what its resolver does, of many objects:
a list of them in, a list of values out."""


def no_value() -> None:
    """What an object without a key has, unless an edge says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """An edge with its arguments.

    `key` answers an object's key, hashable, or None where there is nothing to load: then the value is `missing()`.
    Of a plural edge it answers several keys, and the value is the list of what they loaded.
    `loader` takes the place of the edge's, where the arguments decide what is loaded.
    `shown` makes values of the field: objects, what was loaded for each and the context in, a value for each out. Where
    it raises for several objects, it is asked for each alone.
    `ahead` is what the loader of a single object is told of this edge beneath it: it may load the edge along.
    """

    key: Callable[[Any], Hashable | None]
    missing: Callable[[], Any] = no_value
    shown: Callable[[list[Any], list[Any], Any], list[Any]] | None = None
    is_plural: bool = False
    loader: Callable[[Any], DataLoader[Any, Any]] | None = None
    ahead: Hashable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`loader` finds the loader in the context of an operation; `bind` takes the field's arguments by name."""

    loader: Callable[[Any], DataLoader[Any, Any]]
    bind: Callable[..., Bound]

    async def one(self, source: Value, context: Value, arguments: dict[str, Any]) -> Value:
        """The value of the edge of one object, through the loader."""
        bound = self.bind(**arguments)
        key: Any = bound.key(source)
        if key is None:
            return bound.missing()
        loader = (bound.loader or self.loader)(context)
        # graphql-core cancels the siblings of a field that nulls their parent; others may wait for the same future.
        value = await asyncio.shield(loader.load_many(key) if bound.is_plural else loader.load(key))
        return value if bound.shown is None else bound.shown([source], [value], context)[0]
