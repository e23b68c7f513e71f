"""Where in the response a value lies, told only when somebody asks: an error, or a resolver that takes `info`.

A level holds thousands of values and hardly ever needs the path of one, so none is kept. What is kept is how the
positions of a level come from those of the level above it: as a field of each, as the items of their lists, or as
some of them picked out. Each step is a function from a position to its path, made of the step above it.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeAlias

from graphql.pyutils import Path

Paths: TypeAlias = Callable[[int], Path]
"""The path of the value at a position of a level."""
Places: TypeAlias = Callable[[int], Path | None]
"""The path of the object at a position of a level; the operation's root has none."""


def root(_position: int) -> None:
    """The place of the operation's root."""


def of_field(places: Places, key: str, type_name: str) -> Paths:
    """The paths of one field of each object."""
    return lambda position: Path(places(position), key, type_name)


def of_items(paths: Paths, lengths: Sequence[int]) -> Paths:
    """The paths of the items of lists of these lengths, laid end to end."""
    starts: list[int] = []

    def path(position: int) -> Path:
        if not starts:
            starts.extend(accumulate(lengths, initial=0))
        owner = bisect_right(starts, position) - 1
        return paths(owner).add_key(position - starts[owner])

    return path


def picked(paths: Paths, positions: Sequence[int]) -> Paths:
    """The paths of those at these positions."""
    return lambda position: paths(positions[position])
