"""What a course asks for, who asks for it, and whether a plan may take it."""

from typing import Annotated

import strawberry

from gql_api import errors
from gql_api.domain import prerequisite_records, prerequisites_parsing
from gql_api.reads import courses
from gql_api.reads.prerequisites import Question
from gql_api.schema import edges, ids, prerequisite_trees, refs
from gql_api.schema.context import Info
from gql_api.schema.prerequisite_answers import Answered
from gql_api.schema.types.terms import TermInput

Row = courses.CourseRow
MOST = 100
"""Courses of `prerequisiteFor`."""


def _dependents(
    first: Annotated[int, strawberry.argument(description="How many: 0 to 100, by code.")] = MOST,
) -> edges.Bound:
    """The edge to the courses that ask for a course."""
    if not 0 <= first <= MOST:
        msg = f"first must be from 0 to {MOST}; got {first}."
        raise errors.InvalidInput(msg, path=("first",))
    return edges.Bound(key=lambda row: row.id, shown=lambda _rows, found, _context: [one[:first] for one in found])


@strawberry.type
class CoursePrerequisites:
    """Fields of a course, whose rows are `reads.courses.CourseRow`."""

    @strawberry.field(
        description="What `prerequisiteText` asks for, as a tree; null where it asks for nothing.",
        graphql_type=refs.maybe("prerequisites", "Prerequisite"),
    )
    def prerequisites(self, root: strawberry.Parent[Row]) -> prerequisite_trees.Placed | None:
        """The tree of the text."""
        return prerequisite_trees.root(prerequisites_parsing.parse(root.prerequisite_text), root.institution_id)

    prerequisite_for = edges.field(
        "dependents",
        _dependents,
        description="The courses of the institution whose prerequisites this one helps to satisfy, by code.",
        graphql_type=refs.many("courses", "Course"),
    )

    @strawberry.field(
        description=(
            "Whether a plan satisfies the prerequisites, with what it has and plans before; null where the plan is "
            "not yours to read."
        ),
        graphql_type=refs.maybe("prerequisite_checks", "PrerequisiteCheck"),
    )
    async def can_take(
        self,
        root: strawberry.Parent[Row],
        info: Info,
        plan: Annotated[strawberry.ID, strawberry.argument(description="The plan.")],
        term: Annotated[
            TermInput | None,
            strawberry.argument(description="When it is to be taken; null: after everything in the plan."),
        ] = None,
    ) -> Answered | None:
        """The edge to the answer."""
        loaders = info.context.loaders
        chosen = None if term is None else term.value(("term",))
        row = await loaders.plan.load(ids.key_of("Plan", plan, path=("plan",)))
        if row is None:
            return None
        when = None if chosen is None else prerequisite_records.of_term(chosen)
        answer = await loaders.can_take.load(Question(root.id, row.id, when))
        tree = prerequisites_parsing.parse(root.prerequisite_text)
        is_stated = bool((root.prerequisite_text or "").strip())
        return Answered(answer=answer, tree=tree, institution_id=root.institution_id, is_stated=is_stated)
