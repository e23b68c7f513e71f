"""The edges of plans and their entries: a part of `schema/loaders.py`."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from gql_api import access, database
from gql_api.reads import courses, needed, plan_totals, plans, programs
from gql_api.schema import execution

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Aimed: TypeAlias = tuple[int, int | None]
"""A plan and the version of its target, if it has one."""
_ENTRIES_BY_ID = frozenset(("planned_course", "planned_courses"))
"""Fields that show an entry of which they know the id."""


class PlanLoaders(ABC):
    """What the loaders of one request know of plans."""

    @property
    @abstractmethod
    def _fields(self) -> needed.Fields | None:
        """What the operation selects."""

    @property
    @abstractmethod
    def _viewer(self) -> access.Viewer:
        """Who asks."""

    @abstractmethod
    def session(self) -> database.Session:
        """The request's snapshot."""

    @abstractmethod
    def _of(self, batch: Callable[[Any, Sequence[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
        """The loader of a batch function."""

    @execution.Once
    @abstractmethod
    def course(self) -> DataLoader[int, courses.CourseRow | None]:
        """A course by id."""

    @execution.Once
    @abstractmethod
    def version(self) -> DataLoader[int, programs.VersionRow | None]:
        """A program version by id."""

    @execution.Once
    def plan(self) -> DataLoader[int, plans.PlanRow | None]:
        """A plan by id, if the viewer may read it."""
        return self._of(lambda connection, ids: plans.by_id(connection, self._viewer, ids))

    @execution.Once
    def planned_course(self) -> DataLoader[int, plans.PlannedCourseRow | None]:
        """An entry by id, if the viewer may read its plan."""
        return self._of(lambda connection, ids: plans.entries_by_id(connection, self._viewer, ids))

    @execution.Once
    def planned_courses(self) -> DataLoader[int, list[plans.PlannedCourseRow]]:
        """The entries of a plan. Where a field looks at their courses, these are known then, too."""

        async def batch(session: database.Session, ids: Sequence[int]) -> list[list[plans.PlannedCourseRow]]:
            fields = self._fields
            if fields is None or "preview" in fields:  # which checks whole entries
                return await plans.entries(session, ids)
            found, taken = await plans.entries_with_courses(session, ids, fields)
            execution.prime(self.course, taken)
            self.know_entries(entry for entries in found for entry in entries)
            return found

        return self._of(batch)

    def know_entries(self, entries: Iterable[plans.PlannedCourseRow]) -> None:
        """Entries of plans that the viewer may read, with the columns that the operation looks at."""
        fields = self._fields
        if fields is not None and not fields.isdisjoint(_ENTRIES_BY_ID):
            execution.prime(self.planned_course, {entry.id: entry for entry in entries})

    @execution.Once
    def planned_courses_of(self) -> DataLoader[tuple[int, int], list[plans.PlannedCourseRow]]:
        """The entries of (plan, course)."""
        return self._of(plans.entry_of_course)

    @execution.Once
    def plan_totals(self) -> DataLoader[Aimed, list[plan_totals.PlanTotals]]:
        """The sums over a plan's entries, by view."""

        async def load(keys: list[Aimed]) -> list[list[plan_totals.PlanTotals]]:
            held, versions = await self._held([plan for plan, _ in keys], {target for _, target in keys} - {None})
            listings = await plan_totals.listings(self.session(), [one for one in versions if one is not None])
            credits_of = await self._credits_of({one.course_id for entries in held for one in entries} - {None})
            return [
                plan_totals.of_plan(entries, credits_of, None if target is None else listings.get(target))
                for entries, (_, target) in zip(held, keys, strict=True)
            ]

        return execution.Loader(load)

    async def _held(
        self, plan_ids: list[int], targets: set[Any]
    ) -> tuple[list[list[plans.PlannedCourseRow]], list[programs.VersionRow | None]]:
        """The entries of plans, and the versions, of which the plan's own often came with it."""
        entries, versions = _known(self.planned_courses, set(plan_ids)), _known(self.version, targets)
        if entries is not None and versions is not None:
            return [entries[id] for id in plan_ids], list(versions.values())
        return await asyncio.gather(self.planned_courses.load_many(plan_ids), self.version.load_many(list(targets)))

    async def _credits_of(self, course_ids: set[Any]) -> Mapping[int, Decimal | None]:
        """The least credits of courses, which as a rule came with the entries."""
        found = _known(self.course, course_ids)
        if found is None:
            ids = list(course_ids)
            found = dict(zip(ids, await self.course.load_many(ids), strict=True))
        there = [one for one in found.values() if one is not None]
        return dict(zip(_ID.of(there), _CREDITS.of(there), strict=True))


_ID, _CREDITS = execution.Attribute("id"), execution.Attribute("credits_min")


def _known(loader: DataLoader[int, V], keys: set[Any]) -> dict[int, V] | None:
    """What the loader knows of these keys; None where it does not know all, or one failed."""
    known = execution.known(loader)
    if not known.keys() >= keys:
        return None
    found = {key: known[key] for key in keys}
    return None if any(issubclass(kind, Exception) for kind in set(map(type, found.values()))) else found
