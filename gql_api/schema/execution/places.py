"""Where the values of a column lie in the response, told only when somebody asks: an error, or what comes later.

A level holds thousands of values and hardly ever needs the place of one, so none is kept. What is kept is how the
positions of a column come from those of the one above it: a field of each object (`Place`), the items of their lists
(`Items`), or some of them picked out (`Picked`). From that follow a value's path, the container it is put into, and
where a null goes that the type does not allow: up, until a type allows it.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path

from gql_api.schema.execution.kinds import Kind, Value, kind

if TYPE_CHECKING:
    from gql_api.schema.execution.plans import Field
    from gql_api.schema.execution.shapes import Shape
    from gql_api.schema.execution.waves import Run, Waves


class Place:
    """A field of a level: one value for each object."""

    __slots__ = ("field", "run", "shape")

    def __init__(self, run: "Run", field: "Field", shape: "Shape") -> None:
        self.run = run
        self.field = field
        self.shape = shape

    @property
    def waves(self) -> "Waves":
        """The execution."""
        return self.run.waves

    def path(self, position: int) -> Path:
        """The value's path."""
        return Path(self.run.path(position), self.field.key, self.field.parent_type.name)

    def get(self, position: int) -> Value:
        """What lies there now; None where something above was nulled."""
        return self.run.rows[position][self.field.key]

    def set(self, position: int, value: Value) -> None:
        """Put a value there, unless something above was nulled."""
        self.run.rows[position][self.field.key] = value

    def put(self, column: Sequence[Any]) -> None:
        """Put a value there for each position."""
        key = self.field.key
        for row, value in zip(self.run.rows, column, strict=True):
            row[key] = value

    def null(self, position: int) -> Path | None:
        """Null the nearest that may be null; the path of what was nulled, None for the whole response."""
        if self.shape.bubbles:
            return self.run.null(position)
        self.set(position, None)
        return self.path(position)

    def fail(self, position: int, error: Exception) -> None:
        """Tell an error, once everything around it is in its place."""
        self.waves.failures.append((self, position, error))

    def picked(self, positions: Sequence[int]) -> "Place":
        """Some of the values."""
        return Picked(self, positions)

    def settled(self, answers: list[Any], then: Callable[[list[Any]], list[Any]]) -> list[Any]:
        """The column that `then` makes of the answers; nulls until those are there that must be awaited."""
        if not any(kind(answer) == Kind.AWAITABLE for answer in answers):
            return then(answers)
        self.waves.wait(answers, lambda found: self.put(then(found)))
        return [None] * len(answers)

    def info(self, position: int) -> Value:
        """What functions of types are told of the field."""
        path: Any = self.path(position)
        while isinstance(path.key, int):
            path = path.prev
        return self.field.info(self.waves.executor, path)


class Inner(Place):
    """Values that do not lie in the objects of the level themselves."""

    __slots__ = ()

    def put(self, column: Sequence[Any]) -> None:
        """Put a value there for each position."""
        for position, value in enumerate(column):
            self.set(position, value)


class Items(Inner):
    """The items of lists laid end to end, which end there."""

    __slots__ = ("above", "ends")

    def __init__(self, above: Place, ends: Sequence[int], shape: "Shape") -> None:
        self.run = above.run
        self.field = above.field
        self.shape = shape
        self.above = above
        self.ends = ends

    def _at(self, position: int) -> tuple[int, int]:
        owner = bisect_right(self.ends, position)
        return owner, position - (self.ends[owner - 1] if owner else 0)

    def path(self, position: int) -> Path:
        """The item's path."""
        owner, index = self._at(position)
        return self.above.path(owner).add_key(index)

    def get(self, position: int) -> Value:
        """The item, if its list is still there."""
        owner, index = self._at(position)
        found = self.above.get(owner)
        return found and found[index]

    def null(self, position: int) -> Path | None:
        """Null the item, or its list."""
        if self.shape.bubbles:
            return self.above.null(self._at(position)[0])
        self.set(position, None)
        return self.path(position)

    def set(self, position: int, value: Value) -> None:
        """Put a value into its list, if that is still there."""
        owner, index = self._at(position)
        found = self.above.get(owner)
        if found is not None:
            found[index] = value


class Picked(Inner):
    """Those at these positions."""

    __slots__ = ("above", "positions")

    def __init__(self, above: Place, positions: Sequence[int]) -> None:
        self.run = above.run
        self.field = above.field
        self.shape = above.shape
        self.above = above
        self.positions = positions

    def path(self, position: int) -> Path:
        """As above."""
        return self.above.path(self.positions[position])

    def get(self, position: int) -> Value:
        """As above."""
        return self.above.get(self.positions[position])

    def set(self, position: int, value: Value) -> None:
        """As above."""
        self.above.set(self.positions[position], value)

    def null(self, position: int) -> Path | None:
        """As above."""
        return self.above.null(self.positions[position])
