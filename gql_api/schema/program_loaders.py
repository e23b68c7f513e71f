"""The edges to programs: a part of `schema/loaders.py`."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from gql_api import database, errors
from gql_api.reads import (
    courses,
    institutions,
    needed,
    pages,
    program_courses,
    programs,
    relations,
    requirement_trees,
    statements,
)
from gql_api.schema import execution, trees

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ProgramLoaders(ABC):
    """How the loaders of one request find programs."""

    @property
    @abstractmethod
    def _fields(self) -> needed.Fields | None:
        """What the operation selects."""

    @abstractmethod
    def _of(self, batch: Callable[[Any, Sequence[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
        """The loader of a batch function."""

    @execution.Once
    @abstractmethod
    def institution(self) -> DataLoader[int, institutions.InstitutionRow | None]:
        """An institution by id."""

    @execution.Once
    @abstractmethod
    def course(self) -> DataLoader[int, courses.CourseRow | None]:
        """A course by id."""

    @execution.Once
    @abstractmethod
    def tree(self) -> DataLoader[int, trees.Tree | None]:
        """The requirement tree of a version."""

    @execution.Once
    def program(self) -> DataLoader[int, programs.ProgramRow | None]:
        """A program by id. Where the operation asks for current versions, its own is known then, too."""

        async def batch(session: database.Session, ids: Sequence[int]) -> list[programs.ProgramRow | None]:
            if self._fields is None or "current_version" not in self._fields:
                return await programs.by_id(session, ids)
            every = await self._asked(session, programs.asked_with_current_versions(ids), ids)
            found, current = programs.with_current_versions(ids, every)
            self._tell_current(current, ids)
            return found

        return self._of(batch)

    @execution.Once
    def version(self) -> DataLoader[int, programs.VersionRow | None]:
        """A program version by id. Where the operation asks for programs, those of the versions are known then, too."""

        async def batch(session: database.Session, ids: Sequence[int]) -> list[programs.VersionRow | None]:
            if self._fields is None or "program" not in self._fields:
                return await programs.versions_by_id(session, ids)
            found, known = await programs.versions_with_programs(session, ids)
            execution.prime(self.program, known)
            return found

        return self._of(batch)

    @execution.Once
    def current_version(self) -> DataLoader[int, programs.VersionRow | None]:
        """The current version of a program, which is a known version then."""

        async def batch(session: database.Session, keys: Sequence[int]) -> list[programs.VersionRow | None]:
            found = await programs.current_versions(session, keys)
            execution.prime(self.version, {one.id: one for one in found if one is not None})
            return found

        return self._of(batch)

    @execution.Once
    def program_called(self) -> DataLoader[tuple[str, str, str | None], programs.ProgramRow | None]:
        """A program by (a name of its institution, its name, its degree type where that has to be said).

        Its institution and its current version are known then, too.
        """

        async def batch(
            session: database.Session, keys: Sequence[tuple[str, str, str | None]]
        ) -> list[Any]:  # programs, or the error of a name that several have
            every = await self._asked(session, programs.asked_by_name(keys), keys)
            found = programs.named(keys, every)
            self._tell_current(found.current, keys)
            execution.prime(self.institution, found.institutions)
            return list(map(_only, found.programs))

        return self._of(batch)

    async def _asked(
        self, session: database.Session, asked: statements.Asked, keys: Sequence[Hashable]
    ) -> list[tuple[Any, ...]]:
        """What the statement of these programs answers; the courses that one's tree should name are known then."""
        if self._fields is None or len(keys) > 1 or not self._fields.issuperset(_WITH_COURSES):
            (found,) = await statements.together(session, asked)
        else:
            found, expected = await program_courses.beside(session, asked, keys[0], self._fields)
            execution.prime(self.course, expected)
        return found

    def _tell_current(self, current: Mapping[int, programs.VersionRow | None], keys: Sequence[Hashable]) -> None:
        """Let the loaders know the current version of each of these programs, and the trees that are kept."""
        execution.prime(self.current_version, current)
        versions = [one for one in current.values() if one is not None]
        execution.prime(self.version, {one.id: one for one in versions})
        if self._fields is None or self._fields.isdisjoint(_WITH_TREES):
            return
        known = {one.id: rules.tree for one in versions if (rules := requirement_trees.known(one)) is not None}
        execution.prime(self.tree, {id: trees.of(tree) for id, tree in known.items()})
        if len(keys) == 1 and len(known) == 1 and self._fields.issuperset(_WITH_COURSES):
            program_courses.note(keys[0], *known.values())

    @execution.Once
    def programs_of(self) -> DataLoader[tuple[int, relations.Related], pages.Page[programs.ProgramRow]]:
        """The programs of an institution."""
        return self._of(programs.OF_INSTITUTION.pages)

    @execution.Once
    def programs_of_count(self) -> DataLoader[tuple[int, Hashable], int]:
        """How many `programs_of` there are."""
        return self._of(programs.OF_INSTITUTION.counts)


_WITH_TREES = frozenset(("requirements", "all_requirements"))
_WITH_COURSES = frozenset(("options", "course"))
"""The fields whose operations look at trees, and at the courses that these name."""


def _only(found: list[programs.ProgramRow]) -> programs.ProgramRow | BaseException | None:
    """The program of that name; an error where there are several."""
    if len(found) > 1:
        msg = f"Several programs are called “{found[0].name}”. Give degreeType too."
        return errors.InvalidInput(msg, path=("degreeType",))
    return found[0] if found else None
