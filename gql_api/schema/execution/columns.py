"""Columns: attributes of all objects of a level, read at once, and the response's objects made of columns.

Reading an attribute of thousands of objects one by one is most of what an answer costs, so that both ends of it are
calls of C: `map` of an `attrgetter`, or, where the objects are rows (named tuples of one class), `zip` of the rows
themselves, since their attributes are positions. Which class has an attribute where is looked up once. Where an
attribute is made of what stands in the row (`in_rows`: an enumeration of its name, a number of its digits), what the
response shows of that is kept, so that neither is made again.

The response's objects are made by one comprehension over a dict display, written out for the keys of the level.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, cast

from gql_api.schema.execution.kinds import Value

Rows = Callable[[Sequence[list[Any]], int], list[Any]]
Get = Callable[[Any], Any]
Fast = Callable[[Any], Sequence[Any] | None]


class _Example(NamedTuple):
    x: int


_Field: Value = cast("Any", type)(vars(_Example)["x"])
"""What reads a field of a named tuple."""
_ITERATE: Value = cast("Any", tuple).__iter__


Place = tuple[int, Get | None]


@lru_cache(maxsize=10_000)
def place(class_: type[Any], name: str) -> Place | None:
    """Where rows of a class have an attribute, and what makes it of what stands there; None where they have it not.

    A descriptor of another kind says both by an attribute `in_rows`: its function makes the same of the same.
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


class Leaf(NamedTuple):
    """A column of the response that the objects alone say."""

    position: int
    """Where the response has it."""
    get: Get
    fast: Fast
    """What the response shows of the values; None where that takes more than one look."""


class _Stored(dict[Any, Any]):
    """What the response shows of what stands in rows, where an attribute makes its value of that (`in_rows`)."""

    def __init__(self, make: Get, fast: Fast) -> None:
        super().__init__()
        self._make = make
        self._fast = fast

    def __missing__(self, stored: Value) -> Value:
        found = self._fast([self._make(stored)])
        if found is None:
            raise LookupError(stored)
        if len(self) >= _MOST_STORED:
            self.clear()
        self[stored] = found[0]
        return found[0]

    def column(self, values: Iterable[Any]) -> list[Any]:
        """What is shown of a column; raises where that takes more than one look."""
        return list(map(self.__getitem__, values))


class Leaves:
    """The leaves of a level, whose response has `width` columns."""

    def __init__(self, width: int, leaves: Sequence[Leaf]) -> None:
        self._nothing: list[Any] = [None] * width
        self._named = [(one, one.get.name) for one in leaves if isinstance(one.get, Attribute)]
        self._others = [(one.position, many(one.get), one.fast) for one in leaves if type(one.get) is not Attribute]
        self._each = [(one.position, many(one.get), one.fast) for one, _ in self._named]
        self._of_class: dict[type[Any], list[tuple[int, int, Fast]] | None] = {}

    def read(self, objects: list[Any], classes: set[type[Any]] | None = None) -> list[Any]:
        """The response's columns. Other fields', and those of leaves that take more than one look, are None."""
        found = self._nothing.copy()
        try:
            if self._named:
                first, *others = classes or set(map(type, objects))
                known = None if others else self._of_class[first] if first in self._of_class else self._of(first)
                if known is None:
                    for position, of, shown in self._each:
                        found[position] = shown(of(objects))
                else:
                    columns = [*zip(*objects)]  # noqa: B905 - rows of one class may have more at their ends
                    for position, at, shown in known:
                        found[position] = shown(columns[at])
            for position, of, shown in self._others:
                found[position] = shown(of(objects))
        except Exception:  # noqa: BLE001 - asked again, and told for each object
            return self._nothing.copy()
        return found

    def _of(self, class_: type[Any]) -> list[tuple[int, int, Fast]] | None:
        """Of each attribute where the response has it, where rows of the class do, and what shows a column."""
        if len(self._of_class) >= _MOST_CLASSES:
            self._of_class.clear()
        places = [(one, place(class_, name)) for one, name in self._named]
        self._of_class[class_] = (
            None
            if any(where is None for _, where in places)
            else [
                (one.position, where[0], one.fast if where[1] is None else _Stored(where[1], one.fast).column)
                for one, where in places
                if where is not None
            ]
        )
        return self._of_class[class_]


_MOST_CLASSES = 100
_MOST_STORED = 10_000


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
