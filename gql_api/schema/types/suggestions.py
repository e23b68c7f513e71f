"""Suggested courses: what would help a requirement or a whole plan, and what speaks for it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import strawberry

from gql_api import errors
from gql_api.domain import suggestions
from gql_api.schema import edges, refs, suggesting
from gql_api.schema.audited import Audited, AuditedRequirement
from gql_api.schema.execution import Bound
from gql_api.schema.types.assignments import Verdict

First = Annotated[
    int | None,
    strawberry.argument(description=f"How many of the best: 0 to {suggestions.MOST}. Default 10."),
]
DEFAULT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A suggestion within the audit that it is for."""

    audited: Audited
    suggestion: suggestions.Suggestion


@strawberry.type(description="A course that a plan does not have and an open requirement could use.")
class Suggestion:
    """Shows `Suggested`."""

    is_type_of = refs.shows(Suggested)

    course = edges.edge(
        "course",
        key="suggestion.course.id",
        description="The course; null only where it has been deleted meanwhile.",
        graphql_type=refs.maybe("courses", "Course"),
    )
    via = edges.edge(
        "equivalency",
        key="suggestion.rule_id",
        description="The equivalency through which it would count; null for a course that counts as it is.",
        graphql_type=refs.maybe("equivalencies", "Equivalency"),
    )

    @strawberry.field(description="What it would count as at the program's institution, for people.")
    def counts_as(self, root: strawberry.Parent[Suggested]) -> str:
        """The label of the credit."""
        return root.suggestion.counts_as

    @strawberry.field(description="The credits that it would bring there.")
    def credits(self, root: strawberry.Parent[Suggested]) -> Decimal:
        """The credits."""
        return root.suggestion.credits

    @strawberry.field(
        description="The requirements that this one course would meet, from the lowest up; empty where more is needed.",
        graphql_type=refs.many("requirement_progress", "RequirementProgress"),
    )
    def completes(self, root: strawberry.Parent[Suggested]) -> list[AuditedRequirement]:
        """The requirements by key."""
        found = [root.audited.of_key(key) for key in root.suggestion.completes]
        return [one for one in found if one is not None]

    @strawberry.field(description="Whether the student's other program needs such a course too.")
    def counts_in_both(self, root: strawberry.Parent[Suggested]) -> bool:
        """The other program."""
        return root.suggestion.counts_in_both

    @strawberry.field(
        description="Whether the plan's courses satisfy its prerequisites; UNKNOWN where that cannot be told."
    )
    def prerequisites(self, root: strawberry.Parent[Suggested]) -> Verdict:
        """The prerequisites."""
        return root.suggestion.prerequisites

    @strawberry.field(description="Whether the program prefers it among equals.")
    def is_preferred(self, root: strawberry.Parent[Suggested]) -> bool:
        """The preference."""
        return root.suggestion.is_preferred


def shown(audited: Audited, found: suggesting.Found, key: str, first: int) -> list[Suggested]:
    """The first suggestions for a requirement, or for the whole program."""
    return [Suggested(audited=audited, suggestion=one) for one in found.get(key, ())[:first]]


def checked(first: int | None) -> int:
    """How many are asked for.

    Raises:
        InvalidInput: it is out of range.
    """
    if first is not None and not 0 <= first <= suggestions.MOST:
        msg = f"first must be from 0 to {suggestions.MOST}; got {first}."
        raise errors.InvalidInput(msg, path=("first",))
    return DEFAULT if first is None else first


def _of_requirement(first: First = None) -> Bound:
    most = checked(first)
    return Bound(
        key=lambda row: row.audited,
        shown=lambda rows, found, _context: [
            shown(row.audited, one, row.result.key, most) for row, one in zip(rows, found, strict=True)
        ],
    )


FOR_REQUIREMENT = edges.field(
    "suggestions",
    _of_requirement,
    description=(
        "Courses that it could use, best first: what meets a requirement, what counts in both programs, what may be "
        "taken by its prerequisites, what is preferred, the lower level. Empty where everything planned meets it."
    ),
    graphql_type=list[Suggestion],
)
"""The field of a requirement's progress."""
