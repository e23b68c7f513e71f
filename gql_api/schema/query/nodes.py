"""Fetching anything again by its id. A door like any other: each type's own policy applies."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from gql_api import errors
from gql_api.schema import ids
from gql_api.schema.context import Info
from gql_api.schema.loaders import Loaders
from gql_api.schema.trees import Located
from gql_api.schema.types.nodes import Node

MOST_NODES = 100


async def _requirement(loaders: Loaders, key: int) -> Located | None:
    version = await loaders.version_of_requirement.load(key)
    tree = None if version is None else await loaders.tree.load(version)
    return None if tree is None else tree.by_id.get(key)


_DOORS: dict[str, Callable[[Loaders, int], Awaitable[object]]] = {
    "Institution": lambda loaders, key: loaders.institution.load(key),
    "Course": lambda loaders, key: loaders.course.load(key),
    "Equivalency": lambda loaders, key: loaders.equivalency.load(key),
    "Program": lambda loaders, key: loaders.program.load(key),
    "ProgramVersion": lambda loaders, key: loaders.version.load(key),
    "Requirement": _requirement,
    "Plan": lambda loaders, key: loaders.plan.load(key),
    "PlannedCourse": lambda loaders, key: loaders.planned_course.load(key),
}
NODE_TYPES = tuple(_DOORS)
"""The names of the types that `node` fetches."""


@strawberry.type
class NodeQuery:
    """Root fields for nodes."""

    @strawberry.field(
        description="The object with this id; null where there is none or it is not yours.", graphql_type=Node | None
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of any node.")],
    ) -> Any:  # noqa: ANN401 - any node
        """One node."""
        return await _fetched(info, id, ("id",))

    @strawberry.field(
        description="The objects with these ids (at most 100), in order; null where there is none or it is not yours.",
        graphql_type=list[Node | None],
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="The ids of any nodes.")],
    ) -> list[Any]:
        """Several nodes."""
        if len(ids) > MOST_NODES:
            msg = f"At most {MOST_NODES} ids are fetched at once; got {len(ids)}."
            raise errors.InvalidInput(msg, path=("ids",))
        return await asyncio.gather(*[_fetched(info, one, ("ids", str(place))) for place, one in enumerate(ids)])


async def _fetched(info: Info, value: strawberry.ID, path: tuple[str, ...]) -> object:
    try:
        type_name, _ = ids.decode(value)
    except errors.InvalidInput as error:
        raise errors.InvalidInput(error.message, path=path) from None
    door = _DOORS.get(type_name)
    if door is None:
        msg = f"A {type_name} cannot be fetched by its id."
        raise errors.InvalidInput(msg, path=path)
    return await door(info.context.loaders, ids.key_of(type_name, value, path=path))
