"""Programs ranked by what a plan leaves to be done."""

import asyncio
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
        InvalidInput: a wrong argument, no degree type where the plan has no target, or too many programs.
    """
    if first is not None and not 0 <= first <= MOST:
        msg = f"first must be from 0 to {MOST}; got {first}."
        raise errors.InvalidInput(msg, path=("first",))
    institution_id = None if institution is None else ids.key_of("Institution", institution, path=("institution",))
    target = await _target(info, plan)
    wanted = target[1] if degree_type is None and target else arguments.text(degree_type or "", "degreeType")
    if not wanted:
        msg = "Give degreeType: the plan has no target program that would tell it."
        raise errors.InvalidInput(msg, path=("degreeType",))
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
    offers = {
        one.program_id: best_fit.Offer(program_id=one.program_id, name=one.name, given=given)
        for one, given in zip(found, inputs, strict=True)
        if given is not None
    }
    given = {one.program_id: value for one, value in zip(found, inputs, strict=True) if value is not None}
    fits = await asyncio.to_thread(lambda: best_fit.rank(list(offers.values()), on=today, first=first))
    shown: Any = BestFit
    return [
        shown(
            rank=place,
            remaining_credits=fit.remaining,
            is_proven=fit.is_proven,
            program_id=fit.offer.program_id,
            progress=Audited(
                plan_id=plan.id,
                program_id=fit.offer.program_id,
                at=context.now,
                audit=fit.audit,
                given=given[fit.offer.program_id],
                scenario="as-is",
            ),
        )
        for place, fit in enumerate(fits, start=1)
    ]


async def _target(info: Info, plan: plans.PlanRow) -> tuple[int, str] | None:
    """The plan's target program and its degree type."""
    loaders = info.context.loaders
    if plan.target_version_id is None:
        return None
    version = await loaders.version.load(plan.target_version_id)
    program = None if version is None else await loaders.program.load(version.program_id)
    return None if program is None else (program.id, program.degree_type)
