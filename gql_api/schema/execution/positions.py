"""A position of the plan during one execution: which field, for which objects, and where in the response they are.

Completions know types and values; what they need to know besides, they ask here: the error of a value with its path
and locations, `info` for the functions that types may have, the next level, and to wait for what is awaitable.
The engine is careful not to ask before there is a need: paths and infos are made on demand.

`info` is made once per position for `is_type_of` and `resolve_type`: its path is that of the position's first object.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLObjectType, located_error

from gql_api.schema.execution import paths
from gql_api.schema.execution.columns import Kind, Slot, Value, kinds

if TYPE_CHECKING:
    from gql_api.schema.execution.plans import Field
    from gql_api.schema.execution.waves import Waves


class Position:
    """A field of the plan and the paths of its values."""

    __slots__ = ("_info", "field", "path_of", "waves")

    def __init__(self, waves: "Waves", field: "Field", path_of: paths.Paths) -> None:
        self.waves = waves
        self.field = field
        self.path_of = path_of
        self._info: Value | None = None

    def moved(self, to: paths.Paths) -> "Position":
        """The same field, with other values: the items of its lists."""
        return Position(self.waves, self.field, to)

    def picked(self, positions: Sequence[int]) -> "Position":
        """The same field, with some of its values."""
        return self.moved(paths.picked(self.path_of, positions))

    def error(self, position: int, error: Exception) -> GraphQLError:
        """What went wrong with a value, with its path and the locations of the field."""
        return located_error(error, self.field.nodes, self.path_of(position).as_list())

    def null_error(self, position: int) -> GraphQLError:
        """A null where the type has none."""
        msg = f"Cannot return null for non-nullable field {self.field.parent_type}.{self.field.name}."
        return self.error(position, TypeError(msg))

    def info(self, position: int) -> Value:
        """What functions of types are told of the field."""
        if self._info is None:
            path: Any = self.path_of(position)
            while isinstance(path.key, int):
                path = path.prev
            self._info = self.field.info(self.waves.executor, path)
        return self._info

    def open(self, type_: GraphQLObjectType, objects: list[Any], positions: Sequence[int]) -> Slot:
        """The next level: the field's selection for these objects of one type."""
        level = self.field.level(type_, self.waves.executor)
        return self.waves.open(level, objects, paths.picked(self.path_of, positions))

    def settle(self, values: list[Any], then: Callable[[list[Any]], None]) -> None:
        """Go on with the values; first await those that are awaitable, an exception becoming the value."""
        if Kind.AWAITABLE in kinds(values):
            self.waves.wait(values, then)
        else:
            then(values)
