"""A schema whose fields misbehave: they raise, answer nulls, exceptions, wrong types, awaitables, streams.

What a field does follows from its object, its name and its arguments alone, so that two executors see the same.
`make(one_in)` lets one in so many misbehave. Each kind of field and each shape of type is there: attributes, methods,
resolvers, coroutines, edges to one and to many; leaves, enums, a scalar of its own, lists of lists, objects,
interfaces and unions, each nullable and not.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader
from strawberry.schema.config import StrawberryConfig

from gql_api.schema.execution import EDGE, Bound, Edge
from tests.execution import comparing

T = TypeVar("T")


@strawberry.enum
class Color(Enum):
    RED = "red"
    GREEN = "green"
    BLUE = strawberry.enum_value("blue", name="AZURE")


class Odd:
    """Nothing that any scalar serialises."""

    def __repr__(self) -> str:
        return "<odd>"


ODD = Odd()


@dataclass
class Context:
    """One request."""

    written: list[int] = field(default_factory=list)
    loads: list[tuple[str, list[Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.things: DataLoader[Any, Any] = DataLoader(self._loading("things", thing))
        self.names: DataLoader[Any, Any] = DataLoader(self._loading("names", lambda key: f"name {key}"))
        self.crowds: DataLoader[Any, Any] = DataLoader(
            self._loading("crowds", lambda key: [thing(key * 3 + place) for place in range(key % 4)])
        )
        self.broken: DataLoader[Any, Any] = DataLoader(self._broken)

    def _loading(self, name: str, make: Callable[[Any], Any]) -> Callable[[list[Any]], Awaitable[Sequence[Any]]]:
        async def load(keys: list[Any]) -> list[Any]:
            self.loads.append((name, list(keys)))
            await asyncio.sleep(0)
            return [misbehaving(key, name, make(key)) for key in keys]

        return load

    async def _broken(self, _keys: list[Any]) -> list[Any]:
        msg = "the whole batch failed"
        raise ConnectionError(msg)


ONE_IN = 6
MOST_DEPTH = 10**6


def fate(key: Any, name: str) -> int:
    return zlib.crc32(f"{key}/{name}".encode())


def misbehaving(key: Any, name: str, value: Any) -> Any:
    """The value, or in its place what goes wrong."""
    drawn = fate(key, name)
    if drawn % ONE_IN:
        return value
    wrong = [None, ValueError(f"{name} of {key} failed"), ODD, None, LookupError(f"no {name}"), 2**40]
    return wrong[drawn // ONE_IN % len(wrong)]


def raising(key: Any, name: str, value: Any) -> Any:
    found = misbehaving(key, name, value)
    if isinstance(found, LookupError):
        raise found
    return found


@dataclass(frozen=True)
class Thing:
    key: int


class Ant(Thing):
    pass


class Bee(Thing):
    pass


class Cow(Thing):
    pass


class Dodo(Thing):
    """Of no type of the schema."""


def thing(key: int) -> Thing:
    kinds = [Ant, Bee, Cow]
    return kinds[key % 3](key % MOST_DEPTH)


def shows(kind: type) -> Callable[..., bool]:
    def is_type_of(value: Any, _info: Any) -> bool:
        if value is ODD:
            msg = "is it?"
            raise TypeError(msg)
        return isinstance(value, kind)

    return is_type_of


def edge(loader: str, type_: Any, **bound: Any) -> Any:
    """The field of an edge, as schema/edges.py declares them."""
    declared = Edge(loader=lambda context: getattr(context, loader), bind=lambda: Bound(**bound))

    async def resolve(root: strawberry.Parent[Any], info: strawberry.Info) -> Any:
        return await declared.one(root, info.context, {})

    return strawberry.field(resolver=resolve, graphql_type=type_, metadata={EDGE: declared})


def raising_shown(things: Sequence[Thing], values: Sequence[Any], _context: Any) -> list[Any]:
    return [raising(one.key, "shown", value) for one, value in zip(things, values, strict=True)]


def counted(loader: str, type_: Any) -> Any:
    """An edge with an argument."""

    def bind(step: int = 1) -> Bound:
        if step < 0:
            msg = "step must not be negative"
            raise ValueError(msg)
        return Bound(key=lambda one: None if step == 0 else one.key + step)

    declared = Edge(loader=lambda context: getattr(context, loader), bind=bind)

    async def resolve(root: strawberry.Parent[Any], info: strawberry.Info, step: int = 1) -> Any:
        return await declared.one(root, info.context, {"step": step})

    return strawberry.field(resolver=resolve, graphql_type=type_, metadata={EDGE: declared})


def failing_key(one: Thing) -> int:
    if fate(one.key, "key") % ONE_IN == 0:
        msg = f"{one.key} has no key"
        raise KeyError(msg)
    return one.key + 7


@strawberry.input
class Wish:
    text: str = "nothing"
    counts: list[int] | None = None
    color: Color | None = None
    deeper: "Wish | None" = None


def lazily(name: str) -> Any:
    return Annotated[name, strawberry.lazy("tests.execution.unruly")]


@strawberry.interface
class Named:
    """Everything has these."""

    @strawberry.field
    def id(self, root: strawberry.Parent[Thing]) -> strawberry.ID:
        return raising(root.key, "id", str(root.key))

    @strawberry.field
    def title(self, root: strawberry.Parent[Thing]) -> str | None:
        return raising(root.key, "title", f"title {root.key}")

    @strawberry.field
    async def late(self, root: strawberry.Parent[Thing], info: strawberry.Info) -> int | None:
        await asyncio.sleep(0)
        return raising(root.key, "late", len(info.path.key) + root.key % 7)

    @strawberry.field
    async def strictly_late(self, root: strawberry.Parent[Thing]) -> int:
        return raising(root.key, "strictly_late", root.key)


class Exact:
    """A scalar of its own: shows numbers, refuses text, and says nothing of 13."""


EXACT = strawberry.scalar(
    name="Exact", serialize=lambda value: None if value == 13 else f"={value + 0}", parse_value=int
)


@strawberry.type
class Leafy:
    """Leaves in every shape, as attributes."""

    text: str
    maybe_text: str | None
    number: int | None
    strict_number: int
    ratio: float | None
    truth: bool | None
    color: Color | None
    strict_color: Color
    identity: strawberry.ID | None
    exact: Exact | None
    grid: list[list[int | None] | None] | None
    strict_grid: list[list[int]]
    colors: list[Color | None]
    missing: str | None = strawberry.field(name="absent")


class Values:
    """What `Leafy` shows."""

    def __init__(self, key: int) -> None:
        plain: dict[str, Any] = {
            "text": f"t{key}",
            "maybe_text": key,
            "number": key,
            "strict_number": key % 5,
            "ratio": key / 4,
            "truth": key % 2 == 0,
            "color": list(Color)[key % 3],
            "strict_color": Color.BLUE,
            "identity": key,
            "exact": 13 if key % 5 == 0 else key,
            "grid": [[1, None], None, [key, ODD], ()],
            "strict_grid": [[1, 2], [misbehaving(key, "cell", 3)], []],
            "colors": (Color.RED, misbehaving(key, "a color", Color.BLUE), "green"),
        }
        for name, value in plain.items():
            setattr(self, name, misbehaving(key, name, value))
        if key % 4:
            self.missing = "here"


def everything(kind: type, name: str) -> type:
    """A type over a kind of thing."""

    class Shown(Named):
        is_type_of = shows(kind)

        leafy = edge_free("leafy", Leafy | None)
        strict_leafy = edge_free("strict_leafy", Leafy)
        next = edge("things", Named | None, key=lambda one: one.key + 1)
        strict_next = edge("things", Named, key=lambda one: one.key + 2)
        counted = counted("things", Named | None)
        label = edge("names", str | None, key=lambda one: None if one.key % 3 else one.key, missing=lambda: "none")
        strict_label = edge("names", str, key=failing_key, shown=raising_shown)
        crowd = edge("crowds", list[Named | None] | None, key=lambda one: one.key % 11)
        strict_crowd = edge("crowds", list[Named], key=lambda one: one.key % 5)
        several = edge("things", list[Named | None], key=lambda one: (one.key + 1, one.key + 3), is_plural=True)
        broken = edge("broken", str | None, key=lambda one: one.key)

        @strawberry.field(graphql_type=lazily("Insect") | None)
        def insect(self, root: strawberry.Parent[Thing]) -> Any:
            return raising(root.key, "insect", thing(root.key + 1))

        @strawberry.field(graphql_type=list[lazily("Insect")])
        async def insects(self, root: strawberry.Parent[Thing]) -> Any:
            many: list[Any] = [thing(root.key + place) for place in range(root.key % 3)]
            return raising(root.key, "insects", tuple(many))

        @strawberry.field(graphql_type=list[Named | None] | None)
        def promised(self, root: strawberry.Parent[Thing]) -> Any:
            return raising(root.key, "promised", [promise(root.key + place) for place in range(3)])

        @strawberry.field(graphql_type=list[int | None] | None)
        async def generated(self, root: strawberry.Parent[Thing]) -> Any:
            return stream(root.key)

        @strawberry.field
        def echo(
            self,
            root: strawberry.Parent[Thing],
            text: str = "x",
            color: Color | None = None,
            counts: list[int] | None = None,
        ) -> str:
            said = f"{text} {color} {counts}"
            if counts:
                counts.clear()
            return raising((root.key, text), "echo", said)

        @strawberry.field
        def wish(self, root: strawberry.Parent[Thing], info: strawberry.Info, wish: Wish) -> str | None:
            return raising(root.key, "wish", f"{info.path.key} {wish}")

    Shown.__name__ = name
    return strawberry.type(Shown, name=name)


def edge_free(name: str, type_: Any) -> Any:
    def resolve(root: strawberry.Parent[Thing]) -> Any:
        return raising(root.key, name, Values(root.key))

    return strawberry.field(resolver=resolve, graphql_type=type_)


async def promise(key: int) -> Any:
    await asyncio.sleep(0)
    return raising(key, "promise", thing(key))


async def stream(key: int) -> Any:
    for place in range(3):
        yield misbehaving((key, place), "item", place)
        if fate((key, place), "break") % (3 * ONE_IN) == 0:
            msg = f"the stream of {key} broke"
            raise OSError(msg)


AntType = everything(Ant, "AntType")
BeeType = everything(Bee, "BeeType")
CowType = everything(Cow, "CowType")
Insect = Annotated[AntType | BeeType, strawberry.union("Insect")]


@strawberry.type
class Query:
    """Roots: things by key, sync and async, strict and not."""

    @strawberry.field(graphql_type=Named | None)
    def thing(self, key: int = 1) -> Any:
        return raising(key, "root", thing(key))

    @strawberry.field(graphql_type=Named)
    async def strict_thing(self, key: int = 1) -> Any:
        return raising(key, "strict root", thing(key))

    @strawberry.field(graphql_type=list[Named | None] | None)
    async def things(self, keys: list[int]) -> Any:
        return [misbehaving(key, "in list", thing(key)) for key in keys]

    @strawberry.field(graphql_type=AntType | None)
    def ant(self, key: int = 0) -> Any:
        return raising(key, "ant", Ant(key))

    @strawberry.field(graphql_type=Named | None)
    def dodo(self) -> Any:
        return Dodo(1)

    greeting: str = "hello"


@strawberry.type
class Mutation:
    """Writes are counted; each sees all before it and none after it."""

    @strawberry.mutation(graphql_type=Named | None)
    async def write(self, info: strawberry.Info, key: int = 1) -> Any:
        await asyncio.sleep(0)
        info.context.written.append(key)
        return raising(key, "write", thing(key + len(info.context.written)))

    @strawberry.mutation
    def strict_write(self, info: strawberry.Info, key: int = 1) -> int:
        info.context.written.append(key)
        return raising(key, "strict write", len(info.context.written))

    @strawberry.mutation(graphql_type=list[AntType | None])
    async def swarm(self, info: strawberry.Info) -> Any:
        info.context.written.append(0)
        return [Ant(place) for place in range(len(info.context.written))]


def schemas() -> tuple[strawberry.Schema, strawberry.Schema]:
    return comparing.twins(
        query=Query,
        mutation=Mutation,
        types=[AntType, BeeType, CowType],
        config=StrawberryConfig(scalar_map={Exact: EXACT}),
    )
