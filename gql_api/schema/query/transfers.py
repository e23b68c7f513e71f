"""Articulating posted courses: to one institution, and to all of them."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, TypeAlias

import strawberry

from gql_api import errors
from gql_api.domain import chains, entries, transfers
from gql_api.reads import transfers as ways_of
from gql_api.schema import ids, refs, user_errors
from gql_api.schema.context import Info
from gql_api.schema.types import articulation
from gql_api.schema.types.taken_courses import TakenCourseInput
from gql_api.writes import posted_courses

MOST_OPTIONS, DEFAULT_OPTIONS = 100, 20
Courses: TypeAlias = Annotated[
    list[TakenCourseInput],
    strawberry.argument(description="The courses, 1 to 100; a transcript may hold a course several times."),
]


@strawberry.type
class TransferQuery:
    """Root fields that turn posted courses into credit elsewhere."""

    @strawberry.field(
        description=(
            "What these courses become at an institution, by its rules alone: no program is looked at, and where rules "
            "compete for a course the one with more source courses, then with more credit goes first."
        ),
        graphql_type=refs.one("articulation", "ArticulationResult"),
    )
    async def articulate(
        self,
        info: Info,
        courses: Courses,
        to: Annotated[strawberry.ID, strawberry.argument(description="The receiving institution.")],
        max_hops: Annotated[
            int,
            strawberry.argument(
                description=(
                    "1 to 4. Above 1, what the courses would become over other institutions is told too, marked as "
                    "derived: whole rules are applied hop by hop. That is advice; many institutions forbid it."
                )
            ),
        ] = 1,
    ) -> articulation.ArticulationResult:
        """One transfer."""
        if not 1 <= max_hops <= chains.MOST_HOPS:
            msg = f"maxHops is from 1 to {chains.MOST_HOPS}."
            raise errors.InvalidInput(msg, path=("maxHops",))
        receiving = ids.key_of("Institution", to, path=("to",))
        taken, found = await _read(info, courses, to=receiving, hops=max_hops)
        if receiving not in found.receivers:
            msg = "There is no such institution."
            raise errors.NotFound(msg, path=("to",))
        today = info.context.now.date()
        possibilities = found.to(receiving)
        result = await asyncio.to_thread(
            lambda: transfers.transfer(
                taken, possibilities, on=today, rules=found.rules, receivers=found.receivers, hops=max_hops
            )
        )
        return articulation.shown(result, _told(courses))

    @strawberry.field(
        description=(
            "Where these courses transfer best: every institution with a rule that speaks of one of them, those first "
            "that accept most credit, then most of it as courses, then lose least."
        ),
        graphql_type=refs.many("articulation", "ArticulationResult"),
    )
    async def transfer_options(
        self,
        info: Info,
        courses: Courses,
        first: Annotated[int, strawberry.argument(description="How many institutions: 0 to 100.")] = DEFAULT_OPTIONS,
    ) -> list[articulation.ArticulationResult]:
        """All transfers, ranked."""
        if not 0 <= first <= MOST_OPTIONS:
            msg = f"first must be from 0 to {MOST_OPTIONS}; got {first}."
            raise errors.InvalidInput(msg, path=("first",))
        taken, found = await _read(info, courses)
        today = info.context.now.date()

        def ranked() -> list[transfers.Transfer]:
            made = [transfers.transfer(taken, found.to(id), on=today) for id in sorted(found.receivers)]
            return transfers.ranked(made)[:first]

        told = _told(courses)
        return [articulation.shown(one, told) for one in await asyncio.to_thread(ranked)]


async def _read(
    info: Info, courses: Sequence[TakenCourseInput], *, to: int | None = None, hops: int = 1
) -> tuple[tuple[entries.PlannedEntry, ...], ways_of.Ways]:
    drafts = [one.draft(place) for place, one in enumerate(courses)]
    async with info.context.reading() as connection:
        with user_errors.first_of_several():
            taken = await posted_courses.entries_of(connection, drafts, first_id=0)
        known = [one.course.id for one in taken if not isinstance(one.course, entries.UnlistedCourse)]
        return taken, await ways_of.ways(connection, known, to=to, hops=hops)


def _told(courses: Sequence[TakenCourseInput]) -> articulation.Told:
    return articulation.Told(refs={place: one.ref for place, one in enumerate(courses)}, is_posted=True)
