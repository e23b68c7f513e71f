"""What is applied to requirements, and how constraints stand: the parts that progress is told in."""

from decimal import Decimal
from typing import TypeAlias

import strawberry

from gql_api.domain import audit_constraints, audit_results, entries, verdicts, what_if
from gql_api.schema import edges, enums, refs

View: TypeAlias = entries.View
enums.described(
    View,
    name="View",
    description="What of a plan is looked at; each view includes the one before it.",
    values={
        "COMPLETED": "What is earned.",
        "IN_PROGRESS": "What is earned or running, the running courses assumed to be passed.",
        "PLANNED": "Everything in the plan, assumed to be passed.",
    },
)
Verdict: TypeAlias = verdicts.Verdict
enums.described(Verdict, name="Verdict", description="The answer of a rule; UNKNOWN is never taken for yes or no.")


@strawberry.type(description="Amounts by how far the courses are that make them up; they add up to what is applied.")
class ByStatus:
    """Credits by view."""

    completed: Decimal = strawberry.field(description="Earned.")
    in_progress: Decimal = strawberry.field(description="Running.")
    planned: Decimal = strawberry.field(description="Planned.")


@strawberry.type(description="Numbers of courses by how far they are.")
class CountsByStatus:
    """Courses by view."""

    completed: int = strawberry.field(description="Completed.")
    in_progress: int = strawberry.field(description="Running.")
    planned: int = strawberry.field(description="Planned.")


@strawberry.type(description="Credit applied to a requirement: the planned courses behind it, and what it counts as.")
class Assignment:
    """Shows `domain.audit_results.Applied`."""

    counts_as: str = strawberry.field(description="What it counts as at the program's institution, for people.")
    credits: Decimal = strawberry.field(description="The credits that are applied.")
    view: View = strawberry.field(description="How far it is: earned, running or planned.")
    is_provisional: bool = strawberry.field(
        description="Whether it rests on a rule of today for a course that lies ahead or has no date."
    )
    is_shared: bool = strawberry.field(description="Whether it also counts for another requirement.")

    is_type_of = refs.shows(audit_results.Applied)

    planned_courses = edges.edge(
        "planned_course",
        key="entry_ids",
        shown=lambda _, found: [entry for entry in found if entry is not None],
        is_plural=True,
        description="The planned courses behind it.",
        graphql_type=refs.many("plans", "PlannedCourse"),
    )

    @strawberry.field(
        description="Of a scenario, the courses behind it that were posted, by their places in the input from 0."
    )
    def input_indexes(self, root: strawberry.Parent[audit_results.Applied]) -> list[int]:
        """The places of posted entries."""
        return sorted(place for id in root.entry_ids if (place := what_if.place(id)) is not None)

    course = edges.edge(
        "course",
        key=lambda applied: None if applied.course is None else applied.course.id,
        description="The course it counts as; null for elective credit and unlisted courses.",
        graphql_type=refs.maybe("courses", "Course"),
    )

    via = edges.edge(
        "equivalency",
        key="rule_id",
        description="The equivalency through which it counts; null for a course as taken.",
        graphql_type=refs.maybe("equivalencies", "Equivalency"),
    )


@strawberry.type(description="How a constraint stands.")
class ConstraintResult:
    """Shows `domain.audit_constraints.ConstraintResult`."""

    kind: enums.ConstraintKind = strawberry.field(description="What it limits or asks.")
    verdict: Verdict = strawberry.field(description="Whether it holds.")
    sentence: str = strawberry.field(description="How it stands, with its numbers, for people.")

    is_type_of = refs.shows(audit_constraints.ConstraintResult)

    @strawberry.field(description="What is asked or allowed, in its own unit; null for a grade.")
    def needed(self, root: strawberry.Parent[audit_constraints.ConstraintResult]) -> float | None:
        """The limit as a plain number."""
        return None if root.needed is None else float(root.needed)

    @strawberry.field(description="What there is, in the same unit; null where that cannot be told.")
    def actual(self, root: strawberry.Parent[audit_constraints.ConstraintResult]) -> float | None:
        """The measure as a plain number."""
        return None if root.actual is None else float(root.actual)
