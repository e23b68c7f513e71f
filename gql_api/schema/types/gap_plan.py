"""The smallest set of further courses that completes a plan's target program."""

import asyncio
from decimal import Decimal
from typing import Any, TypeAlias

import strawberry

from gql_api.domain import gap_plans, gap_plans_obstacles, suggestions_demands, suggestions_open
from gql_api.reads import suggestions as catalog
from gql_api.schema import edges, enums, refs
from gql_api.schema.audited import Audited, AuditedRequirement
from gql_api.schema.context import Info

GapPlanOutcome: TypeAlias = gap_plans.Outcome
enums.described(
    GapPlanOutcome,
    name="GapPlanOutcome",
    description="What was found.",
    values={
        "COMPLETE": "Everything planned completes the program: nothing more is needed.",
        "FOUND": "The courses listed complete the program.",
        "IMPOSSIBLE": "No courses of the catalog complete the program; `obstacles` says why.",
        "UNDECIDED": "The bound of the work was reached first; at least `leastCredits` are needed.",
    },
)
GapPlanPurpose: TypeAlias = gap_plans.Purpose
enums.described(
    GapPlanPurpose,
    name="GapPlanPurpose",
    description="What a course of a gap plan is for.",
    values={
        "REQUIREMENT": "It is applied to requirements.",
        "PREREQUISITE": "Another course of the gap plan asks for it; `neededFor` says which.",
        "TOTALS": "The credits in total, or those earned at the program's institution, need it.",
    },
)


@strawberry.type(description="A course to be taken.")
class GapPlanCourse:
    """An addition."""

    credits: Decimal = strawberry.field(description="Its credits; the least where it carries a range.")
    purpose: GapPlanPurpose = strawberry.field(description="What it is for.")
    requirements: Any = strawberry.field(
        graphql_type=refs.many("requirement_progress", "RequirementProgress"),
        description="The requirements that it would be applied to, as they stand without it.",
    )
    to_settle: list[str] = strawberry.field(
        description="What its prerequisites ask for beside courses, as published: a consent, a placement."
    )
    course_id: strawberry.Private[int]
    needed_for_ids: strawberry.Private[tuple[int, ...]]

    course = edges.edge(
        "course",
        key="course_id",
        description="The course; null only where it has been deleted meanwhile.",
        graphql_type=refs.maybe("courses", "Course"),
    )

    needed_for = edges.edge(
        "course",
        key="needed_for_ids",
        shown=lambda _, found: [row for row in found if row is not None],
        is_plural=True,
        description=(
            "The courses of this gap plan whose prerequisites name it; of a choice it need not be the one that is "
            "taken. Empty where none does."
        ),
        graphql_type=refs.many("courses", "Course"),
    )


@strawberry.type(description="Requirements that no courses meet, or that no courses meet together.")
class GapPlanObstacle:
    """An obstacle."""

    sentence: str = strawberry.field(description="Why, for people.")
    requirements: Any = strawberry.field(
        graphql_type=refs.many("requirement_progress", "RequirementProgress"),
        description="These requirements; empty where it is about the program as a whole.",
    )


@strawberry.type(
    description=(
        "The smallest set of further courses, by credits, then by their number, that completes the target program when "
        "all of the plan is passed: requirements, totals, residency, maxima and prerequisites. Considered are the "
        "courses that requirements name, their prerequisites, and of each pattern the first 100 of the catalog."
    )
)
class GapPlan:
    """What `domain.gap_plans` found."""

    outcome: GapPlanOutcome = strawberry.field(description="What was found.")
    courses: list[GapPlanCourse] = strawberry.field(
        description="The courses, those that others ask for before these; empty unless FOUND."
    )
    credits: Decimal = strawberry.field(description="Their credits.")
    least_credits: Decimal | None = strawberry.field(
        description="No set of the courses considered with fewer credits suffices; null where none suffices at all."
    )
    is_proven: bool = strawberry.field(
        description=(
            "Whether no smaller set suffices; false where the bound of the work was reached, or where equivalencies "
            "compete for the plan's courses and another one may serve better."
        )
    )
    obstacles: list[GapPlanObstacle] = strawberry.field(description="Why none completes it; empty unless IMPOSSIBLE.")
    remarks: list[str] = strawberry.field(description="What has to be kept to beside the courses, such as an average.")


async def of(info: Info, audited: Audited) -> GapPlan:
    """The gap plan of an audited plan, worked out in a thread."""
    given, today = audited.given, info.context.now.date()
    program = suggestions_open.of(given, audited.audit)
    asked = await asyncio.to_thread(_asked, program)
    session = info.context.session()
    found = await catalog.with_prerequisites(session, await catalog.found(session, [asked], on=today))

    def planned() -> gap_plans.GapPlan:
        offered = gap_plans.Catalog(
            courses=[found.courses[id] for id in sorted(found.courses)],
            asked=suggestions_demands.asked(found.demands, given, today),
        )
        return gap_plans.plan(given, offered, on=today)

    return _shown(audited, await asyncio.to_thread(planned))


def _asked(program: suggestions_open.Program) -> catalog.Asked:
    """What a completion may draw on: the options of all leaves, since courses may change places, and any for totals."""
    leaves = [node for node in program.nodes[1:] if node.is_leaf and not node.is_waived]
    home = suggestions_open.Pattern(institution_id=program.tree.institution_id)
    patterns = suggestions_open.patterns(leaves)
    return catalog.Asked(named=suggestions_open.named(leaves), patterns=tuple(dict.fromkeys((*patterns, home))))


def _shown(audited: Audited, found: gap_plans.GapPlan) -> GapPlan:
    return GapPlan(
        outcome=found.outcome,
        courses=[_course(audited, one) for one in found.additions],
        credits=found.credits,
        least_credits=found.least_credits,
        is_proven=found.is_proven,
        obstacles=[_obstacle(audited, one) for one in found.obstacles],
        remarks=list(found.remarks),
    )


def _course(audited: Audited, one: gap_plans.Addition) -> GapPlanCourse:
    return GapPlanCourse(
        credits=one.credits,
        purpose=one.purpose,
        requirements=_requirements(audited, one.requirement_keys),
        to_settle=list(one.to_settle),
        course_id=one.course.id,
        needed_for_ids=tuple(course.id for course in one.needed_for),
    )


def _obstacle(audited: Audited, one: gap_plans_obstacles.Obstacle) -> GapPlanObstacle:
    return GapPlanObstacle(sentence=one.sentence, requirements=_requirements(audited, one.keys))


def _requirements(audited: Audited, keys: tuple[str, ...]) -> list[AuditedRequirement]:
    results = {result.key: result for result in audited.audit.requirements}
    return [AuditedRequirement(audited=audited, result=results[key]) for key in keys]
