"""Where a course would count in the program that a plan aims at."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import strawberry

from gql_api.domain import requirement_matches
from gql_api.reads import courses
from gql_api.reads.audits import Aim
from gql_api.schema import edges, ids, refs
from gql_api.schema.audited import Audited, AuditedRequirement
from gql_api.schema.context import Info
from gql_api.schema.types import progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A match within the audit of the plan."""

    audited: Audited
    match: requirement_matches.Match


@strawberry.type(description="A requirement of a plan's target program that a course could be applied to.")
class RequirementMatch:
    """Shows `Matched`."""

    is_type_of = refs.shows(Matched)

    @strawberry.field(
        description="The requirement with its progress in the plan: whether it is met already, and what it misses.",
        graphql_type=refs.one("requirement_progress", "RequirementProgress"),
    )
    def requirement(self, root: strawberry.Parent[Matched]) -> AuditedRequirement | None:
        """The result by key."""
        return root.audited.of_key(root.match.key)

    @strawberry.field(description="What the course would count as there, for people.")
    def counts_as(self, root: strawberry.Parent[Matched]) -> str:
        """The label of the credit."""
        return root.match.counts_as

    @strawberry.field(description="The credits that it would bring there.")
    def credits(self, root: strawberry.Parent[Matched]) -> Decimal:
        """The credits."""
        return root.match.credits

    @strawberry.field(description="Whether the program prefers it among equals.")
    def is_preferred(self, root: strawberry.Parent[Matched]) -> bool:
        """The preference."""
        return root.match.is_preferred

    @strawberry.field(description="What has to be so for it to count there, such as a condition; null where it counts.")
    def doubt(self, root: strawberry.Parent[Matched]) -> str | None:
        """What is not known."""
        return root.match.doubt

    via = edges.edge(
        "equivalency",
        key="match.rule_id",
        description="The equivalency through which it would count; null for a course that counts as it is.",
        graphql_type=refs.maybe("equivalencies", "Equivalency"),
    )


@strawberry.type
class CourseMatches:
    """Fields of a course, whose rows are `reads.courses.CourseRow`."""

    @strawberry.field(
        description=(
            "The requirements of a plan's target program that the course could be applied to, met or not, in the order "
            "of the program; empty without a target, and where the plan is not yours to read."
        ),
        graphql_type=list[RequirementMatch],
    )
    async def requirement_matches(
        self,
        root: strawberry.Parent[courses.CourseRow],
        info: Info,
        plan: Annotated[strawberry.ID, strawberry.argument(description="The plan.")],
    ) -> list[Matched]:
        """The edge to the matches."""
        loaders = info.context.loaders
        row = await loaders.plan.load(ids.key_of("Plan", plan, path=("plan",)))
        if row is None:
            return []
        found = await loaders.requirement_matches.load((row.id, root.id))
        audited = await progress.of(info, row.id, Aim.TARGET) if found else None
        if audited is None:
            return []
        return [Matched(audited=audited, match=one) for one in found]
