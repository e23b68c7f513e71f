"""The execution itself: level after level, and one wait for everything that can be waited for at the same time.

A `Run` is a level of the plan with its objects. What needs no waiting is run through at once, however deep; what is
left are demands of edges and awaitables of resolvers: a wave. All demands on one loader become one batch, the batches
and awaitables of the wave are awaited together, and their values open the next levels. When nothing is left, the
responses are built from the deepest level up, each level by one comprehension.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError
from strawberry.dataloader import DataLoader

from gql_api.schema.execution import batches, paths
from gql_api.schema.execution.columns import BUBBLE, Column, Executing, Kind, Slot, Trouble, kind
from gql_api.schema.execution.positions import Position

if TYPE_CHECKING:
    from gql_api.schema.execution.plans import Field, Level

Then = Callable[[list[Any]], None]
ThenFound = Callable[[batches.Found], None]


class Run:
    """A level with its objects."""

    __slots__ = ("level", "objects", "places", "result", "slots")

    def __init__(self, level: "Level", objects: list[Any], places: paths.Places) -> None:
        self.level = level
        self.objects = objects
        self.places = places
        self.slots: list[Slot | None] = [None] * len(level.fields)
        self.result: Column | None = None

    def paths_of(self, field: "Field") -> paths.Paths:
        """The paths of a field of the objects."""
        return paths.of_field(self.places, field.key, self.level.type.name)

    def start(self, waves: "Waves") -> None:
        """Get the values of every field, or have them got."""
        for index, field in enumerate(self.level.fields):
            self._start(waves, index, field)

    def _start(self, waves: "Waves", index: int, field: "Field") -> None:
        def put(slot: Slot) -> None:
            self.slots[index] = slot

        at = Position(waves, field, self.paths_of(field))
        field.source(waves, self, lambda values: field.completion.take(values, at, put))

    def finish(self) -> None:
        """Build the objects out of the columns; one with a null that its type does not allow is `BUBBLE`."""
        columns = [slot.column() for slot in self.slots if slot is not None]
        rows = self.level.rows([column.values for column in columns], len(self.objects))
        trouble: Trouble = {}
        for row in sorted(set[int]().union(*[column.trouble for column in columns if column.trouble])):
            errors: list[GraphQLError] = []
            for column in columns:
                errors.extend(column.trouble.get(row, ()))
                if column.values[row] is BUBBLE:
                    rows[row] = BUBBLE
                    break
            trouble[row] = errors
        self.result = Column(rows, trouble)

    def column(self) -> Column:
        """The objects."""
        assert self.result is not None  # noqa: S101 - levels are finished from the deepest up
        return self.result


class Waves:
    """One execution of a plan."""

    def __init__(self, executor: Executing) -> None:
        self.executor = executor
        self._runs: list[Run] = []
        self._demands: dict[DataLoader[Any, Any], list[tuple[list[Hashable], ThenFound]]] = {}
        self._awaited: list[tuple[list[Any], Then]] = []

    def open(self, level: "Level", objects: list[Any], places: paths.Places) -> Run:
        """A new run, started as soon as its turn comes."""
        run = Run(level, objects, places)
        self._runs.append(run)
        return run

    def demand(self, loader: DataLoader[Any, Any], keys: list[Hashable], then: ThenFound) -> None:
        """Have keys loaded with the next wave; without any, go on."""
        if keys:
            self._demands.setdefault(loader, []).append((keys, then))
        else:
            then({})

    def wait(self, values: list[Any], then: Then) -> None:
        """Have those of the values that are awaitable awaited with the next wave."""
        self._awaited.append((values, then))

    async def complete(self) -> None:
        """Run until nothing is left, then build the objects of every level."""
        started = 0
        while True:
            while started < len(self._runs):
                self._runs[started].start(self)
                started += 1
            if not self._demands and not self._awaited:
                break
            await self._wave()
        for run in reversed(self._runs):  # a level is opened by the one above it
            run.finish()

    async def _wave(self) -> None:
        demands, self._demands = self._demands, {}
        awaited, self._awaited = self._awaited, []
        work: list[Awaitable[Any]] = [
            batches.load(loader, [key for keys, _ in asked for key in keys]) for loader, asked in demands.items()
        ]
        waiting = [
            (values, [place for place, value in enumerate(values) if kind(value) == Kind.AWAITABLE], then)
            for values, then in awaited
        ]
        for values, places, _ in waiting:
            work.extend(values[place] for place in places)
        answers = iter(await together(work))
        for asked in demands.values():
            found = next(answers)
            for _, then in asked:
                then(found)
        for values, places, then in waiting:
            settled = list(values)
            for place in places:
                settled[place] = next(answers)
            then(settled)


async def together(work: Sequence[Awaitable[Any]]) -> list[Any]:
    """What each answers, or the exception it raises, concurrently. A cancellation is not an answer."""
    if len(work) == 1:
        try:
            return [await work[0]]
        except Exception as error:  # noqa: BLE001 - a value like any other from here on
            return [error]
    answers = await asyncio.gather(*work, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Exception):
            raise answer
    return answers
