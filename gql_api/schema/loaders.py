"""Every edge of the schema, declared once: a dataloader whose load function is one batch function of `reads/`.

A key is whatever the batch function takes; an edge with arguments has (parent, arguments) as its key, and keys
with equal arguments share a statement. Loaders live for one request and are made when first used.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any, Protocol, TypeVar

from strawberry.dataloader import DataLoader

from gql_api import access, database
from gql_api.domain import audits, transfer, transfers
from gql_api.reads import (
    articulation,
    course_uses,
    courses,
    derived_equivalents,
    institutions,
    needed,
    pages,
    plan_facts,
    programs,
    relations,
    rows,
)
from gql_api.reads import audits as audit_inputs
from gql_api.schema import (
    equivalency_loaders,
    execution,
    health_loaders,
    plan_loaders,
    prerequisite_loaders,
    program_loaders,
    suggesting,
    trees,
)
from gql_api.schema.audited import Audited

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lender(Protocol):
    """Who has the snapshot and knows the viewer: the request's context."""

    viewer: access.Viewer
    fields: needed.Fields | None

    def session(self) -> database.Session:
        """The request's snapshot, for as many batches at once as there are."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Any]:
        """The same, for one caller at a time."""
        ...


Related = relations.Related


class Loaders(
    prerequisite_loaders.PrerequisiteLoaders,
    health_loaders.HealthLoaders,
    equivalency_loaders.EquivalencyLoaders,
    program_loaders.ProgramLoaders,
    plan_loaders.PlanLoaders,
):
    """The loaders of one request."""

    def __init__(self, lender: Lender, today: date) -> None:
        self._lender = lender
        self._today = today

    @property
    def _fields(self) -> needed.Fields | None:
        return self._lender.fields

    @property
    def _viewer(self) -> access.Viewer:
        return self._lender.viewer

    @execution.Once
    def held(self) -> plan_facts.Held:
        """What audits and checks have read of plans, versions and courses."""

        def seen(version_ids: Iterable[int]) -> list[programs.VersionRow]:
            known = execution.known(self.version)
            return [version for id in version_ids if isinstance(version := known.get(id), programs.VersionRow)]

        return plan_facts.Held(seen=seen)

    @execution.Once
    def institution(self) -> DataLoader[int, institutions.InstitutionRow | None]:
        """An institution by id."""
        return self._of(institutions.by_id)

    @execution.Once
    def institution_named(self) -> DataLoader[str, institutions.InstitutionRow | None]:
        """An institution by name, alias or abbreviation."""
        return self._of(institutions.named)

    @execution.Once
    def institution_aliases(self) -> DataLoader[int, list[str]]:
        """The other names of an institution."""
        return self._of(institutions.aliases)

    @execution.Once
    def course(self) -> DataLoader[int, courses.CourseRow | None]:
        """A course by id. Where the rules of a few are asked for, these come along."""

        async def batch(
            session: database.Session, ids: Sequence[int], fields: needed.Fields | None
        ) -> list[courses.CourseRow | None]:
            wanted = self._rules_ahead(self.course, len(ids))
            if fields is None or wanted is None:
                return await courses.by_id(session, ids, fields)
            kept = courses.NEEDED.kept(fields)
            above = courses.with_ids(kept)
            found = await self._with_rules(session, above, wanted, fields, ids=list(ids))
            return rows.in_order(ids, {row[0]: kept.make(row) for row in found})

        return self._needing(batch)

    @execution.Once
    def course_by_code(self) -> DataLoader[tuple[int, str], courses.CourseRow | None]:
        """A course by (institution, normalised code)."""
        return self._of(courses.by_code)

    @execution.Once
    def course_called(self) -> DataLoader[tuple[str, str], courses.CourseRow | None]:
        """A course by (a name of its institution, normalised code); the institution is known then, too."""

        async def batch(
            session: database.Session, keys: Sequence[tuple[str, str]], fields: needed.Fields | None
        ) -> list[courses.CourseRow | None]:
            wanted = self._rules_ahead(self.course_called, len(keys)) if len(keys) == 1 else None
            if fields is None or wanted is None:
                found, colleges = await courses.called(session, keys, fields)
            else:
                kept = courses.NEEDED.kept(fields)
                above, given = courses.with_names(kept), courses.named(keys)
                named = await self._with_rules(session, above, wanted, fields, **given)
                found, colleges = courses.those_called(keys, kept, named)
            execution.prime(self.institution, colleges)
            return found

        return self._needing(batch)

    @execution.Once
    def course_aliases(self) -> DataLoader[int, list[str]]:
        """The other codes of a course."""
        return self._of(courses.aliases)

    @execution.Once
    def cross_listed(self) -> DataLoader[int, list[courses.CourseRow]]:
        """The courses that are the same course under another code."""
        return self._of(courses.cross_listed)

    @execution.Once
    def successors(self) -> DataLoader[int, list[courses.CourseRow]]:
        """What replaced a course."""
        return self._of(courses.successors)

    @execution.Once
    def transfer_status(self) -> DataLoader[tuple[int, int], transfer.TransferStatusAnswer]:
        """What is known of (course, receiving institution) as of today."""
        return self._of(lambda connection, keys: articulation.transfer_status(connection, keys, on=self._today))

    @execution.Once
    def derived_equivalents(
        self,
    ) -> DataLoader[tuple[int, derived_equivalents.Wanted], list[derived_equivalents.DerivedEquivalent]]:
        """What a course becomes over several institutions as of today."""
        return self._of(lambda connection, keys: derived_equivalents.of_courses(connection, keys, on=self._today))

    @execution.Once
    def version_at(self) -> DataLoader[tuple[int, int], programs.VersionRow | None]:
        """The version of (program, term key)."""
        return self._of(programs.version_at)

    @execution.Once
    def versions_of(self) -> DataLoader[tuple[int, Related], pages.Page[programs.VersionRow]]:
        """The versions of a program in the states of `filter`, newest first."""
        return self._of(programs.VERSIONS_OF.pages)

    @execution.Once
    def versions_of_count(self) -> DataLoader[tuple[int, Hashable], int]:
        """How many `versions_of` there are."""
        return self._of(programs.VERSIONS_OF.counts)

    @execution.Once
    def tree(self) -> DataLoader[int, trees.Tree | None]:
        """The requirement tree of a version."""

        async def batch(connection: rows.Connection, keys: Sequence[int]) -> list[trees.Tree | None]:
            found = await self.held.versions(connection, keys)
            return [None if (one := found[id]) is None else trees.of(one.tree) for id in keys]

        return self._of(batch)

    @execution.Once
    def version_of_requirement(self) -> DataLoader[int, int | None]:
        """The version a requirement belongs to."""
        return self._of(programs.version_of_requirement)

    @execution.Once
    def uses_of_course(self) -> DataLoader[tuple[int, Related], pages.Page[course_uses.UseRow]]:
        """The requirements of current versions that name a course."""
        return self._of(course_uses.USES_OF_COURSE.pages)

    @execution.Once
    def uses_of_course_count(self) -> DataLoader[tuple[int, Hashable], int]:
        """How many `uses_of_course` there are."""
        return self._of(course_uses.USES_OF_COURSE.counts)

    @execution.Once
    def audit_input(self) -> DataLoader[tuple[int, audit_inputs.Aim], audit_inputs.AuditInput | None]:
        """What the audit of (plan, its target or its current program) looks at."""
        return self._of(lambda connection, keys: audit_inputs.of_aims(connection, keys, self.held, on=self._today))

    @execution.Once
    def articulation(self) -> DataLoader[int, transfers.Transfer | None]:
        """What a plan's courses become at its target program's institution as of today; none without a target."""

        async def load(plan_ids: list[int]) -> list[transfers.Transfer | None]:
            found = await self.audit_input.load_many([(id, audit_inputs.Aim.TARGET) for id in plan_ids])
            return [one and transfers.transfer(one.entries, one.possibilities, on=self._today) for one in found]

        return execution.Loader(load)

    @execution.Once
    def audit(self) -> DataLoader[tuple[int, audit_inputs.Aim], audits.Audit | None]:
        """The audit of (plan, its target or its current program) as of today.

        Audits are computed in a thread: they must not hold up the loop.
        """

        async def load(keys: list[tuple[int, audit_inputs.Aim]]) -> list[audits.Audit | None]:
            found = await self.audit_input.load_many(keys)
            return await asyncio.to_thread(lambda: [one and one.audit(self._today) for one in found])

        return execution.Loader(load)

    @execution.Once
    def suggestions(self) -> DataLoader[Audited, suggesting.Found]:
        """The courses that would help an audited plan, by requirement key."""

        async def load(keys: list[Audited]) -> list[suggesting.Found]:
            loading = suggesting.Loading(audit=self.audit, audit_input=self.audit_input, session=self._lender.session())
            return await suggesting.suggested(keys, loading, self._today)

        return execution.Loader(load)

    def session(self) -> database.Session:
        """The request's snapshot."""
        return self._lender.session()

    def forget(self) -> None:
        """Forget what was read: the loaders hold each other, and would keep every row until the garbage collector."""
        lender, today = self._lender, self._today
        vars(self).clear()
        self._lender, self._today = lender, today

    def _of(self, batch: Callable[[Any, Sequence[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
        return execution.Loader(lambda keys: batch(self._lender.session(), keys))
