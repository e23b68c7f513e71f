"""Audits of what would be if: any version, courses added and left out, nothing saved."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import strawberry

from gql_api import errors
from gql_api.domain import what_if
from gql_api.reads import plans, programs
from gql_api.reads import what_if as scenarios
from gql_api.schema import ids, user_errors
from gql_api.schema.audited import Audited, Posted
from gql_api.schema.context import Info
from gql_api.writes import planned_entries, posted_courses


class Taken(Protocol):
    """A course of an input."""

    @property
    def ref(self) -> str | None:
        """The client's own name for it."""
        ...

    def draft(self, place: int) -> planned_entries.Draft:
        """The course as an entry."""
        ...


async def version_of(
    info: Info, version_id: strawberry.ID | None, program_id: strawberry.ID | None, path: tuple[str, ...] = ()
) -> programs.VersionRow | None:
    """The version that one of the two names; none where neither is given.

    Raises:
        InvalidInput: both are given, or one is no id.
        NotFound: there is no such version, or the program has none that is current.
    """
    loaders = info.context.loaders
    if version_id is not None and program_id is not None:
        msg = "Give either versionId or programId."
        raise errors.InvalidInput(msg, path=(*path, "programId"))
    if version_id is not None:
        here = (*path, "versionId")
        version = await loaders.version.load(ids.key_of("ProgramVersion", version_id, path=here))
        if version is None:
            msg = "There is no such program version."
            raise errors.NotFound(msg, path=here)
        return version
    if program_id is None:
        return None
    here = (*path, "programId")
    version = await loaders.current_version.load(ids.key_of("Program", program_id, path=here))
    if version is None:
        msg = "There is no such program, or no version of it is current."
        raise errors.NotFound(msg, path=here)
    return version


async def posted(info: Info, given: Sequence[Taken], path: tuple[str, ...]) -> Posted:
    """The courses of an input, whose field is at `path`.

    Raises:
        ExpectedError: the first mistake.
    """
    if not given:
        return Posted()
    try:
        drafts = [one.draft(place) for place, one in enumerate(given)]
        async with info.context.reading() as connection:
            with user_errors.first_of_several():
                found = await posted_courses.entries_of(connection, drafts)
    except errors.ExpectedError as error:
        # Mistakes are told beneath `courses`, whatever the field is called.
        beneath = error.path[1:] if error.path[:1] == ("courses",) else error.path
        raise type(error)(error.message, path=(*path, *beneath)) from None
    return Posted(courses=what_if.added(found), refs=tuple(one.ref for one in given))


async def audited(
    info: Info,
    version: programs.VersionRow,
    more: Posted,
    *,
    plan: plans.PlanRow | None = None,
    dropped: frozenset[int] = frozenset(),
) -> Audited:
    """The audit of the scenario against the version. The plan is one that the viewer may read."""
    context = info.context
    excepted = await _is_own(info, version, plan)
    scenario = scenarios.Scenario(
        plan_id=None if plan is None else plan.id,
        posted=more.courses,
        dropped=dropped,
        excepted=frozenset({version.id} if excepted else ()),
    )
    async with context.reading() as connection:
        (given,) = await scenarios.inputs(connection, scenario, [version.id], on=context.now.date())
    if given is None:
        msg = "There is no such program version."
        raise errors.NotFound(msg)
    audit = await asyncio.to_thread(given.audit, context.now.date())
    changes = what_if.name(more.courses, dropped)
    return Audited(
        plan_id=scenario.plan_id or 0,
        program_id=version.program_id,
        at=context.now,
        audit=audit,
        given=given,
        # What a plan does not follow itself is a scenario of its own, even where no course differs.
        scenario=changes or "as-is",
        posted=more,
    )


async def _is_own(info: Info, version: programs.VersionRow, plan: plans.PlanRow | None) -> bool:
    """Whether it is a version of the plan's target program, of which its exceptions speak."""
    if plan is None or plan.target_version_id is None:
        return False
    if plan.target_version_id == version.id:
        return True
    target = await info.context.loaders.version.load(plan.target_version_id)
    return target is not None and target.program_id == version.program_id


def entry_ids(held: Sequence[plans.PlannedCourseRow], given: Sequence[strawberry.ID]) -> frozenset[int]:
    """The entries of a plan that are to be left out.

    Raises:
        InvalidInput: no id of an entry.
        NotFound: the plan has no such entry.
    """
    known = {row.id for row in held}
    found: set[int] = set()
    for place, one in enumerate(given):
        path = ("drop", str(place))
        key = ids.key_of("PlannedCourse", one, path=path)
        if key not in known:
            msg = "The plan has no such entry; it may have been removed before."
            raise errors.NotFound(msg, path=path)
        found.add(key)
    return frozenset(found)
