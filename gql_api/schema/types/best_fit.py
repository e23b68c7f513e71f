"""Programs ranked by what a plan leaves to be done."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import strawberry

from gql_api import errors
from gql_api.domain import best_fit
from gql_api.reads import best_fit as programs
from gql_api.reads import plans
from gql_api.reads import what_if as scenarios
from gql_api.schema import arguments, edges, ids, refs
from gql_api.schema.audited import Audited
from gql_api.schema.context import Info

MOST, DEFAULT = 100, 20
MOST_EXAMINED = 200
"""Programs of one ranking of which it is found out whether anybody can finish them."""


@strawberry.type(description="A program in a ranking by what remains to be done in it.")
class BestFit:
    """A place of the ranking."""

    rank: int = strawberry.field(description="Its place, from 1.")
    remaining_credits: Decimal = strawberry.field(
        description=(
            "The credits that are needed beyond everything planned, a needed course counted as three; at least what "
            "the credits in total still need."
        )
    )
    is_proven: bool = strawberry.field(
        description="Whether no other program could stand before it; false only where too many had to be looked at."
    )
    can_be_finished: bool | None = strawberry.field(
        description=(
            "Whether some set of courses meets the program as it is published; those that nobody can finish come last. "
            "Null where that was not found out. `progress` tells which requirements stand in the way."
        )
    )
    progress: Any = strawberry.field(
        graphql_type=refs.one("progress", "Progress"), description="The plan's progress in it."
    )
    program_id: strawberry.Private[int]

    program = edges.edge(
        "program",
        key="program_id",
        description="The program; its version is that of `progress`, the current one.",
        graphql_type=refs.maybe("programs", "Program"),
    )


async def ranked(
    info: Info, plan: plans.PlanRow, institution: strawberry.ID | None, degree_type: str | None, first: int | None
) -> list[BestFit]:
    """The first programs of the ranking.

    Raises:
        InvalidInput: a wrong argument, or too many programs.
    """
    if first is not None and not 0 <= first <= MOST:
        msg = f"first must be from 0 to {MOST}; got {first}."
        raise errors.InvalidInput(msg, path=("first",))
    institution_id = None if institution is None else ids.key_of("Institution", institution, path=("institution",))
    target = await _program(info, plan.target_version_id)
    told = target or await _program(info, plan.current_version_id)
    wanted = None if told is None else told[1]
    if degree_type is not None:
        wanted = arguments.text(degree_type, "degreeType")
    if wanted is None:
        return []
    found = await programs.offered(info.context.session(), wanted, institution_id)
    if len(found) > programs.MOST:
        msg = f"More than {programs.MOST:,} programs are of this degree type. Give an institution."
        raise errors.InvalidInput(msg, path=("institution",))
    return await _ranked(info, plan, found, target, DEFAULT if first is None else first)


async def _ranked(
    info: Info,
    plan: plans.PlanRow,
    found: list[programs.Offered],
    target: tuple[int, str] | None,
    first: int,
) -> list[BestFit]:
    context, today = info.context, info.context.now.date()
    own = frozenset(one.version_id for one in found if target and one.program_id == target[0])
    scenario = scenarios.Scenario(plan_id=plan.id, excepted=own)
    inputs = await scenarios.inputs(context.session(), scenario, [one.version_id for one in found], on=today)
    given = {one.program_id: value for one, value in zip(found, inputs, strict=True) if value is not None}
    offers = [
        best_fit.Offer(program_id=one.program_id, name=one.name, given=given[one.program_id])
        for one in found
        if one.program_id in given
    ]

    def audited(fit: best_fit.Fit) -> Audited:
        return Audited(
            plan_id=plan.id,
            program_id=fit.offer.program_id,
            at=context.now,
            audit=fit.audit,
            given=given[fit.offer.program_id],
            scenario="as-is",
        )

    ranking = await asyncio.to_thread(lambda: best_fit.Ranking(offers, on=today))
    shown: Any = BestFit
    return [
        shown(
            rank=place,
            remaining_credits=fit.remaining,
            is_proven=fit.is_proven,
            can_be_finished=can_be_finished,
            program_id=fit.offer.program_id,
            progress=audited(fit),
        )
        for place, (fit, can_be_finished) in enumerate(await _examined(info, ranking, audited, first), start=1)
    ]


async def _examined(
    info: Info, ranking: best_fit.Ranking, audited: Callable[[best_fit.Fit], Audited], first: int
) -> list[tuple[best_fit.Fit, bool | None]]:
    """The first of the ranking, what nobody can finish behind all others, and whether somebody can; none: unknown."""
    known: dict[int, bool | None] = {}
    while True:
        last = frozenset(id for id, can_be_finished in known.items() if can_be_finished is False)
        fits = await asyncio.to_thread(ranking.first, first, last)
        fresh = [fit for fit in fits if fit.offer.program_id not in known][: MOST_EXAMINED - len(known)]
        if not fresh:
            return [(fit, known.get(fit.offer.program_id)) for fit in fits]
        found = await info.context.loaders.impasses.load_many([audited(fit) for fit in fresh])
        for fit, one in zip(fresh, found, strict=True):
            known[fit.offer.program_id] = True if fit.audit.status.is_settled else one.can_be_finished


async def _program(info: Info, version_id: int | None) -> tuple[int, str] | None:
    """The program of a version of the plan, and its degree type."""
    loaders = info.context.loaders
    if version_id is None:
        return None
    version = await loaders.version.load(version_id)
    program = None if version is None else await loaders.program.load(version.program_id)
    return None if program is None else (program.id, program.degree_type)
