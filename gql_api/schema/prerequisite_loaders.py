"""The edges of prerequisites: a part of `schema/loaders.py`."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import date
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from gql_api.domain import prerequisite_findings, prerequisite_issues
from gql_api.reads import courses, plan_facts, prerequisite_names, prerequisites
from gql_api.schema import execution

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class PrerequisiteLoaders(ABC):
    """What the loaders of one request know of prerequisites."""

    _today: date

    @abstractmethod
    def _of(self, batch: Callable[[Any, Sequence[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
        """The loader of a batch function."""

    @execution.Once
    @abstractmethod
    def held(self) -> plan_facts.Held:
        """What audits and checks have read of plans, versions and courses."""

    @execution.Once
    def course_named(self) -> DataLoader[tuple[int, tuple[str, ...]], courses.CourseRow | None]:
        """A course by (institution, the codes under which it may be found, the most telling first)."""
        return self._of(prerequisite_names.first_named)

    @execution.Once
    def dependents(self) -> DataLoader[int, list[courses.CourseRow]]:
        """The courses whose prerequisites a course helps to satisfy."""
        return self._of(prerequisite_names.dependents)

    @execution.Once
    def can_take(self) -> DataLoader[prerequisites.Question, prerequisite_findings.Answer]:
        """Whether a plan may take a course in a term, as of today. The plan's visibility is asked for before."""
        return self._of(lambda connection, keys: prerequisites.answers(connection, keys, self.held, on=self._today))

    @execution.Once
    def prerequisite_issues(self) -> DataLoader[int, tuple[prerequisite_issues.Issue, ...]]:
        """What is wrong with the prerequisites of a plan, as of today."""
        return self._of(lambda connection, keys: prerequisites.issues(connection, keys, self.held, on=self._today))
