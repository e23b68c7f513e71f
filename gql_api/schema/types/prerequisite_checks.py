"""Whether a plan satisfies prerequisites, and what is wrong where it does not."""

from typing import Any, TypeAlias

import strawberry

from gql_api.domain import prerequisite_findings, verdicts
from gql_api.schema import edges, enums, refs
from gql_api.schema.prerequisite_answers import Answered, Found, Wrong
from gql_api.schema.prerequisite_trees import Placed
from gql_api.schema.types.assignments import Verdict

Problem: TypeAlias = prerequisite_findings.Problem
enums.described(
    Problem,
    name="PrerequisiteProblem",
    description="What stands in the way of a prerequisite. Of several the one nearest to being solved is told.",
)


def _present(_shown: Any, found: list[Any]) -> list[Any]:  # noqa: ANN401 - rows of any kind
    return [row for row in found if row is not None]


@strawberry.type(description="The answer about one thing that a course asks for.")
class PrerequisiteFinding:
    """Shows `Found`."""

    verdict: Verdict = strawberry.field(description="Whether it is satisfied.")
    problem: Problem | None = strawberry.field(description="What stands in the way; null where nothing does.")
    sentence: str = strawberry.field(description="Why, with the course, the grade or the credits.")

    is_type_of = refs.shows(Found)

    @strawberry.field(
        description="What is asked for: a node without others beneath it.",
        graphql_type=refs.one("prerequisites", "Prerequisite"),
    )
    def prerequisite(self, root: strawberry.Parent[Found]) -> Placed:
        """The leaf."""
        return root.prerequisite

    course = edges.edge(
        "course",
        key=lambda found: found.finding.course_id,
        description="The course that is asked for; null where it is no course, or the catalog has none of its code.",
        graphql_type=refs.maybe("courses", "Course"),
    )

    planned_courses = edges.edge(
        "planned_course",
        key=lambda found: found.finding.entry_ids,
        shown=_present,
        is_plural=True,
        description="The entries of the plan that the answer is about.",
        graphql_type=refs.many("plans", "PlannedCourse"),
    )


@strawberry.type(description="Whether a student may take a course, as far as its prerequisites tell.")
class PrerequisiteCheck:
    """Shows `Answered`."""

    sentence: str = strawberry.field(description="What the course asks for, and what decides the answer.")

    is_type_of = refs.shows(Answered)

    @strawberry.field(description="YES, NO, or UNKNOWN where somebody has to look.", graphql_type=Verdict)
    def verdict(self, root: strawberry.Parent[Answered]) -> verdicts.Verdict:
        """The verdict."""
        return root.answer.verdict

    @strawberry.field(
        description="What decides the answer, of several the nearest to being solved; null where nothing is asked for.",
        graphql_type=PrerequisiteFinding | None,
    )
    def decided_by(self, root: strawberry.Parent[Answered]) -> Found | None:
        """The deciding leaf."""
        return root.decided_by

    @strawberry.field(
        description="Everything that agrees with the answer, in the order of the text.",
        graphql_type=list[PrerequisiteFinding],
    )
    def findings(self, root: strawberry.Parent[Answered]) -> list[Found]:
        """The leaves that decide."""
        return root.findings


@strawberry.type(description="A part of the prerequisites of a planned course that its plan does not satisfy.")
class PlanIssue:
    """Shows `Wrong`, a `domain.prerequisite_issues.Issue`."""

    problem: Problem = strawberry.field(description="What is wrong.")
    message: str = strawberry.field(description="The same for people, with the courses, terms and grades.")

    is_type_of = refs.shows(Wrong)

    planned_course = edges.edge(
        "planned_course",
        key=lambda wrong: wrong.issue.entry_id,
        description="The entry of the plan; null only where it was removed meanwhile.",
        graphql_type=refs.maybe("plans", "PlannedCourse"),
    )

    course = edges.edge(
        "course",
        key=lambda wrong: wrong.issue.course_id,
        description="The course of the entry.",
        graphql_type=refs.one("courses", "Course"),
    )

    missing = edges.edge(
        "course",
        key=lambda wrong: wrong.issue.missing,
        shown=_present,
        is_plural=True,
        description="The courses that would help, as `prerequisite` joins them.",
        graphql_type=refs.many("courses", "Course"),
    )

    @strawberry.field(
        description="The part of the course's prerequisites: all of its parts are needed.",
        graphql_type=refs.one("prerequisites", "Prerequisite"),
    )
    def prerequisite(self, root: strawberry.Parent[Wrong]) -> Placed:
        """The part."""
        return root.prerequisite

    @strawberry.field(description="What decides, in the order of the text.", graphql_type=list[PrerequisiteFinding])
    def findings(self, root: strawberry.Parent[Wrong]) -> list[Found]:
        """The leaves that decide."""
        return root.found
