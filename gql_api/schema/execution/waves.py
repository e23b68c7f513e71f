"""The execution itself: level after level, and one wait for everything that can be waited for at the same time.

A `Run` is a level of the plan with its objects. Started, it gets the values of every field and makes the response's
objects of them; what needs no waiting is run through at once, however deep. What is left are demands of edges and
awaitables of resolvers: a wave. All demands on one loader become one batch, the batches and awaitables of the wave are
awaited together, and what their values show is put into the objects that wait for it. Errors are told at the end of
each wave, when everything they may null is in its place. When nothing is left, the response is whole.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from graphql import located_error
from graphql.pyutils import Path
from strawberry.dataloader import DataLoader

from gql_api.schema import batches
from gql_api.schema.execution.kinds import Executing, Kind, kind
from gql_api.schema.execution.places import Place

if TYPE_CHECKING:
    from gql_api.schema.execution.plans import Level

Then = Callable[[list[Any]], None]
ThenFound = Callable[[batches.Found], None]
Demands = dict[DataLoader[Any, Any], list[tuple[list[Hashable], ThenFound]]]


class Run:
    """A level with its objects, which are the values at a place; the operation's root has none."""

    __slots__ = ("level", "objects", "place", "rows", "waves")

    def __init__(self, waves: "Waves", level: "Level", objects: list[Any], place: Place | None) -> None:
        self.waves = waves
        self.level = level
        self.objects = objects
        self.place = place
        self.rows: list[dict[str, Any]]

    def start(self, classes: set[type[Any]] | None = None) -> list[dict[str, Any]]:
        """The response's objects; what must be waited for is null in them until then. `classes` are the objects'."""
        level, count = self.level, len(self.objects)
        columns = level.leaves.read(self.objects, classes)
        for position, field in enumerate(level.fields):
            if columns[position] is None:
                shape = field.shape
                place = Place(self, field, shape)
                values = field.source(place)
                columns[position] = [None] * count if values is None else shape.complete(values, place)
        rows = self.rows = level.rows(columns, count)
        return rows

    def path(self, position: int) -> Path | None:
        """The path of an object."""
        return self.place and self.place.path(position)

    def null(self, position: int) -> Path | None:
        """Null an object, or what encloses it."""
        if self.place is not None:
            return self.place.null(position)
        self.waves.is_null = True
        return None


class Waves:
    """One execution of a plan."""

    def __init__(self, executor: Executing) -> None:
        self.executor = executor
        self.is_null = False
        """Whether the whole response is null."""
        self.failures: list[tuple[Place, int, Exception]] = []
        self._demands: Demands = {}
        self._awaited: list[tuple[list[Any], Then]] = []

    def demand(self, loader: DataLoader[Any, Any], keys: list[Hashable], then: ThenFound) -> None:
        """Have keys loaded with the next wave."""
        self._demands.setdefault(loader, []).append((keys, then))

    def wait(self, values: list[Any], then: Then) -> None:
        """Have those of the values that are awaitable awaited with the next wave."""
        self._awaited.append((values, then))

    async def executed(self, level: "Level", root: object) -> dict[str, Any] | None:
        """The response's data."""
        (data,) = Run(self, level, [root], None).start()
        while True:
            if self.failures:
                self._tell()
            demands, self._demands = self._demands, {}
            awaited, self._awaited = self._awaited, []
            if len(demands) == 1 and not awaited:
                [(loader, asked)] = demands.items()
                found = await batches.load(loader, chain.from_iterable([keys for keys, _ in asked]))
                for _, then in asked:
                    then(found)
            elif len(awaited) == 1 and len(awaited[0][0]) == 1 and not demands:
                [((value,), then)] = awaited
                try:
                    answer = await value
                except Exception as error:  # noqa: BLE001 - a value like any other from here on
                    answer = error
                then([answer])
            elif demands or awaited:
                await self._wave(demands, awaited)
            else:
                return None if self.is_null else data

    def _tell(self) -> None:
        """Tell the errors so far, each nulling its place or what encloses it."""
        failures, self.failures = self.failures, []
        for place, position, error in failures:
            path = place.path(position)
            told = located_error(error, place.field.nodes, path.as_list())
            if not self.executor.collected_errors.has_nulled_position(path):
                self.executor.collected_errors.add(told, place.null(position))

    async def _wave(self, demands: Demands, awaited: list[tuple[list[Any], Then]]) -> None:
        work: list[Awaitable[Any]] = [
            batches.load(loader, [key for keys, _ in asked for key in keys]) for loader, asked in demands.items()
        ]
        for values, _ in awaited:
            work.extend(value for value in values if kind(value) == Kind.AWAITABLE)
        answers = iter(await together(work))
        for asked in demands.values():
            found = next(answers)
            for _, then in asked:
                then(found)
        for values, then in awaited:
            then([next(answers) if kind(value) == Kind.AWAITABLE else value for value in values])


async def together(work: Sequence[Awaitable[Any]]) -> list[Any]:
    """What each answers, or the exception it raises, concurrently. A cancellation is not an answer."""
    answers = await asyncio.gather(*work, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Exception):
            raise answer
    return answers
