"""Columns: attributes of all objects of a level, read at once, and the response's objects made of columns.

Reading an attribute of thousands of objects one by one is most of what an answer costs, so that both ends of it are
calls of C: `map` of an `attrgetter`, or, where the objects are rows (named tuples of one class), `zip` of the rows
themselves, since their attributes are positions. Which class has an attribute where is looked up once.

The response's objects are made by one comprehension over a dict display, written out for the keys of the level.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, cast

from gql_api.schema.execution.kinds import Value

Rows = Callable[[Sequence[list[Any]], int], list[Any]]
Get = Callable[[Any], Any]


class _Example(NamedTuple):
    x: int


_Field: Value = cast("Any", type)(vars(_Example)["x"])
"""What reads a field of a named tuple."""
_ITERATE: Value = cast("Any", tuple).__iter__


Place = tuple[int, Get | None]


@lru_cache(maxsize=10_000)
def place(class_: type[Any], name: str) -> Place | None:
    """Where rows of a class have an attribute, and what makes it of what stands there; None where they have it not.

    A descriptor of another kind says both by an attribute `in_rows`.
    """
    found: Any = inspect.getattr_static(class_, name, None)
    if not issubclass(class_, tuple) or cast("Any", class_).__iter__ is not _ITERATE:
        return None
    return (found.__reduce__()[1][0], None) if type(found) is _Field else getattr(found, "in_rows", None)


class Attribute:
    """An attribute by its name."""

    __slots__ = ("get", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.get = attrgetter(name)

    def __call__(self, source: object) -> Value:
        """The object's."""
        return self.get(source)

    def of(self, objects: list[Any]) -> list[Any]:
        """Those of many objects."""
        classes = set(map(type, objects))
        where = place(classes.pop(), self.name) if len(classes) == 1 else None
        if where is None:
            return list(map(self.get, objects))
        position, make = where
        values = map(itemgetter(position), objects)
        return list(values if make is None else map(make, values))


class Column:
    """A function of many objects."""

    __slots__ = ("of",)

    def __init__(self, of: Callable[[list[Any]], list[Any]]) -> None:
        self.of = of

    def __call__(self, source: object) -> Value:
        """The value of one."""
        return self.of([source])[0]


def many(get: Get) -> Callable[[list[Any]], list[Any]]:
    """The values of many objects by what gets that of one."""
    return get.of if isinstance(get, (Attribute, Column)) else lambda objects: list(map(get, objects))


def together(names: Sequence[str]) -> Callable[[list[Any]], Sequence[Any]]:
    """A function that reads these attributes of one object or more: a column for each."""
    get = attrgetter(*names)
    places: dict[type[Any], list[Place] | None] = {}

    def found(class_: type[Any]) -> list[Place] | None:
        if len(places) > _MOST_CLASSES:
            places.clear()
        known = [place(class_, name) for name in names]
        places[class_] = None if None in known else cast("list[Place]", known)
        return places[class_]

    def read(objects: list[Any]) -> Sequence[Any]:
        classes = set(map(type, objects))
        class_ = classes.pop()
        where = None if classes else places[class_] if class_ in places else found(class_)
        if where is None:
            return [*zip(*map(get, objects), strict=True)] if len(names) > 1 else [list(map(get, objects))]
        columns = [*zip(*objects)]  # noqa: B905 - rows of one class may have more at their ends
        return [columns[at] if make is None else list(map(make, columns[at])) for at, make in where]

    return read


_MOST_CLASSES = 100


@lru_cache(maxsize=1000)
def rows_of(keys: tuple[str, ...]) -> Rows:
    """A function that makes the objects of a level out of its columns: one comprehension over a dict display.

    The display is written out for these keys, since building a dict from a display takes a third of the time of
    `dict(zip(…))`. Keys are GraphQL names: letters, digits and underscores.
    """
    if not keys:
        return lambda _columns, length: [{} for _ in range(length)]
    names = [f"v{place}" for place in range(len(keys))]
    display = ", ".join(f"{key!r}: {name}" for key, name in zip(keys, names, strict=True))
    if len(keys) == 1:
        text = f"lambda columns, _: [{{{display}}} for v0 in columns[0]]"
    else:
        text = f"lambda columns, _: [{{{display}}} for {', '.join(names)} in zip(*columns)]"
    return cast("Rows", eval(text))  # noqa: S307 - nothing in it but names
