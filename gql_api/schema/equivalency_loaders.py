"""The edges of equivalencies, and how columns are left out that no field looks at: a part of `schema/loaders.py`."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from gql_api import database
from gql_api.reads import courses, equivalencies, needed, pages, relations
from gql_api.schema import execution

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Related = relations.Related
FEW = 5
"""Of so many courses the rules come with their awards in one statement."""


class EquivalencyLoaders(ABC):
    """What the loaders of one request know of rules."""

    @property
    @abstractmethod
    def _fields(self) -> needed.Fields | None:
        """What the operation selects."""

    @execution.Once
    @abstractmethod
    def course(self) -> DataLoader[int, courses.CourseRow | None]:
        """A course by id."""

    @abstractmethod
    def _of(self, batch: Callable[[Any, Sequence[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
        """The loader of a batch function."""

    def _needing(
        self, batch: Callable[[Any, Sequence[K], needed.Fields | None], Awaitable[Sequence[V]]]
    ) -> DataLoader[K, V]:
        """Of a batch function that reads the columns that the operation's fields look at."""
        return self._of(lambda session, keys: batch(session, keys, self._fields))

    @execution.Once
    def equivalency(self) -> DataLoader[int, equivalencies.EquivalencyRow | None]:
        """A rule by id."""
        return self._of(equivalencies.by_id)

    @execution.Once
    def sources(self) -> DataLoader[int, list[equivalencies.SourceRow]]:
        """The source courses of a rule."""
        return self._of(equivalencies.sources)

    @execution.Once
    def awards(self) -> DataLoader[int, list[equivalencies.AwardRow]]:
        """The awards of a rule. Where the operation asks for courses, those awarded are known then, too."""

        async def batch(
            session: database.Session, ids: Sequence[int], fields: needed.Fields | None
        ) -> list[list[equivalencies.AwardRow]]:
            if fields is None or "course" not in fields:
                return await equivalencies.awards(session, ids, fields)
            found, awarded = await equivalencies.awards_with_courses(session, ids, fields)
            execution.prime(self.course, awarded)
            return found

        return self._needing(batch)

    @execution.Once
    def rules_from(self) -> DataLoader[tuple[int, Related], pages.Page[equivalencies.EquivalencyRow]]:
        """The rules a course is a source of, to the institution in `filter` or to all."""

        async def batch(
            session: database.Session, keys: Sequence[tuple[int, Related]], fields: needed.Fields | None
        ) -> list[pages.Page[equivalencies.EquivalencyRow]]:
            if fields is None or len(keys) > FEW or not fields.issuperset(equivalencies.WITH_AWARDS):
                return await equivalencies.FROM_COURSE.pages(session, keys, fields)
            found, brought = await equivalencies.from_courses_with_awards(session, keys, fields)
            self._tell_brought(brought)
            return found

        return self._needing(batch)

    def _rules_ahead(self, loader: DataLoader[Any, courses.CourseRow | None], count: int) -> Related | None:
        """Which rules of the courses that this loader is asked for are wanted, too; none where they are many."""
        told = [wanted for name, wanted in execution.ahead(loader) if name == "rules_from"]
        return told[0] if len(told) == 1 and count <= FEW else None

    async def _with_rules(
        self,
        session: database.Session,
        above: relations.Above,
        wanted: Related,
        fields: needed.Fields,
        **given: object,
    ) -> list[tuple[Any, ...]]:
        """The rows of a statement of few courses; the loaders then know the rules of each."""
        found, of_courses, brought = await equivalencies.beneath_courses(session, above, wanted, fields, **given)
        execution.prime(self.rules_from, {(id, wanted): page for id, page in of_courses.items()})
        self._tell_brought(brought)
        return found

    def _tell_brought(self, brought: equivalencies.Brought) -> None:
        """Let the loaders know what came with rules."""
        execution.prime(self.awards, brought.awards)
        execution.prime(self.course, brought.courses)

    @execution.Once
    def rules_from_count(self) -> DataLoader[tuple[int, Hashable], int]:
        """How many `rules_from` there are."""
        return self._of(equivalencies.FROM_COURSE.counts)

    @execution.Once
    def rules_to(self) -> DataLoader[tuple[int, Related], pages.Page[equivalencies.EquivalencyRow]]:
        """The rules that award a course, from the institution in `filter` or from all."""
        return self._needing(equivalencies.TO_COURSE.pages)

    @execution.Once
    def rules_to_count(self) -> DataLoader[tuple[int, Hashable], int]:
        """How many `rules_to` there are."""
        return self._of(equivalencies.TO_COURSE.counts)
