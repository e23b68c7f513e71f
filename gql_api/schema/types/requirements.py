"""The requirement tree: nodes, options and constraints, typed all the way down."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import strawberry

from gql_api.domain import requirements
from gql_api.schema import edges, enums, execution, ids, refs
from gql_api.schema.trees import Located
from gql_api.schema.types.nodes import Node


@strawberry.type(description="A named course that an option allows.")
class CourseOption:
    """Shows `domain.requirements.CourseOption`."""

    code: str = strawberry.field(description="The course's code as the program names it.")
    is_preferred: bool = strawberry.field(description="Whether the program prefers it among equals.")
    is_excluded: bool = strawberry.field(description="Whether it is an exception: never applied here.")
    notes: str | None = strawberry.field(description="Notes as published.")

    is_type_of = refs.shows(requirements.CourseOption)

    course = edges.edge(
        "course",
        key="course_id",
        description="The course; null where the catalog has no such code.",
        graphql_type=refs.maybe("courses", "Course"),
    )


@strawberry.type(description="A pattern of courses that an option allows: all of what is given must hold.")
class PatternOption:
    """Shows `domain.requirements.PatternOption`."""

    subject: str | None = strawberry.field(description="The subject; null for any.")
    number_from: str | None = strawberry.field(description="The lowest course number, inclusive.")
    number_to: str | None = strawberry.field(description="The highest course number, inclusive.")
    level_from: int | None = strawberry.field(description="The lowest level, inclusive.")
    level_to: int | None = strawberry.field(description="The highest level, inclusive.")
    attribute: str | None = strawberry.field(description="An attribute or tag that the course must have.")
    attribute_value: str | None = strawberry.field(description="The value of that attribute, where one is asked for.")
    is_preferred: bool = strawberry.field(description="Whether the program prefers these among equals.")
    is_excluded: bool = strawberry.field(description="Whether these are exceptions: never applied here.")
    notes: str | None = strawberry.field(description="Notes as published.")

    is_type_of = refs.shows(requirements.PatternOption)

    institution = edges.edge(
        "institution",
        key="institution_id",
        description="The institution; null for any.",
        graphql_type=refs.maybe("institutions", "Institution"),
    )


RequirementOption = Annotated[
    CourseOption | PatternOption,
    strawberry.union(name="RequirementOption", description="One entry of a pool: a course, or a pattern of courses."),
]


@strawberry.type(description="Which of the applied courses a constraint looks at; all where nothing is given.")
class ConstraintScope:
    """Shows `domain.requirements.Scope`."""

    level_from: int | None = strawberry.field(description="The lowest level, inclusive.")
    level_to: int | None = strawberry.field(description="The highest level, inclusive.")
    attribute: str | None = strawberry.field(description="An attribute or tag.")
    attribute_value: str | None = strawberry.field(description="The value of that attribute.")

    is_type_of = refs.shows(requirements.Scope)

    @strawberry.field(description="These subjects, sorted.")
    def subjects(self, root: strawberry.Parent[requirements.Scope]) -> list[str]:
        """The subjects in order."""
        return sorted(root.subjects)

    institution = edges.edge(
        "institution",
        key="institution_id",
        description="Courses of this institution.",
        graphql_type=refs.maybe("institutions", "Institution"),
    )


@strawberry.type(description="A limit or minimum on the courses applied beneath a requirement.")
class Constraint:
    """Shows `domain.requirements.Constraint`."""

    kind: enums.ConstraintKind = strawberry.field(
        description="What it limits or asks; says which of the amounts is filled."
    )
    credits: Decimal | None = strawberry.field(description="An amount of credits.")
    courses: int | None = strawberry.field(description="A number of courses.")
    level: int | None = strawberry.field(description="A level, a multiple of 1000.")
    attribute: str | None = strawberry.field(description="An attribute or tag.")
    attribute_value: str | None = strawberry.field(description="The value of that attribute.")
    grade: enums.Grade | None = strawberry.field(description="A minimum grade.")
    years: int | None = strawberry.field(description="A number of years.")
    subjects: int | None = strawberry.field(description="A number of subjects.")
    description: str | None = strawberry.field(description="As published.")
    scope: ConstraintScope = strawberry.field(description="Which courses it looks at.")

    is_type_of = refs.shows(requirements.Constraint)

    @strawberry.field(description="A grade point average.")
    def gpa(self, root: strawberry.Parent[requirements.Constraint]) -> float | None:
        """The average as a plain number."""
        return None if root.gpa is None else float(root.gpa)


@strawberry.type(description="Up to so much may count both here and in another requirement.")
class RequirementShare:
    """Shows `domain.requirements.Share`."""

    with_key: str = strawberry.field(description="The key of the other requirement.")
    max_credits: Decimal | None = strawberry.field(description="The most credits that may count twice.")
    max_courses: int | None = strawberry.field(description="The most courses that may count twice.")

    is_type_of = refs.shows(requirements.Share)


def _ids(rows: Sequence[Located]) -> list[str]:
    return ids.encode_all("Requirement", [row.node.id for row in rows])


def _beneath(rows: Sequence[Located]) -> list[list[Located]]:
    return [row.beneath for row in rows]


def _options(rows: Sequence[Located]) -> list[tuple[requirements.Option, ...]]:
    return [row.node.options for row in rows]


@strawberry.type(description="A node of a program version's requirement tree. It has children or options, never both.")
class Requirement(Node):
    """Shows `Located`, a `domain.requirements.Requirement` in its place."""

    depth: int = strawberry.field(description="How deep it lies: 0 for a top-level requirement.")
    key: str = strawberry.field(description="The name by which it is known across versions of its program.")
    name: str = strawberry.field(description="The name for people.")
    description: str | None = strawberry.field(description="As published.")
    position: int = strawberry.field(description="Its place among its siblings.")
    min_children: int | None = strawberry.field(description="At least so many children must be met; null: all.")
    min_credits_beneath: Decimal | None = strawberry.field(
        description="The least credits of all courses used beneath it."
    )
    min_courses: int | None = strawberry.field(description="The least number of courses.")
    min_credits: Decimal | None = strawberry.field(description="The least credits.")
    max_courses: int | None = strawberry.field(description="No more courses than these are applied here.")
    max_credits: Decimal | None = strawberry.field(description="No more credits than these are applied here.")
    min_credits_per_course: Decimal | None = strawberry.field(description="Only courses with at least so many credits.")
    max_credits_per_course: Decimal | None = strawberry.field(description="Only courses with at most so many credits.")
    min_grade: enums.Grade | None = strawberry.field(description="Only courses with at least this grade.")
    is_optional: bool = strawberry.field(description="Shown, but never in the way of completion.")
    is_residual: bool = strawberry.field(description="Free electives: every course that counts at all is eligible.")
    sharing: enums.Sharing = strawberry.field(description="Whether a course applied here is used up for others.")

    is_type_of = refs.shows(Located)

    @strawberry.field(
        description="The Requirement's global id: opaque, and stable.",
        metadata={execution.COLUMN: _ids},
    )
    def id(self, root: strawberry.Parent[Located]) -> strawberry.ID:
        """The node's id."""
        return ids.encode("Requirement", root.node.id)

    @strawberry.field(description="The id of the requirement above it; null at the top.")
    def parent_id(self, root: strawberry.Parent[Located]) -> strawberry.ID | None:
        """The parent's id."""
        return None if root.parent is None else ids.encode("Requirement", root.parent)

    @strawberry.field(
        description="Requirements that may count some courses together with this one.",
        graphql_type=list[RequirementShare],
    )
    def share_with(self, root: strawberry.Parent[Located]) -> list[requirements.Share]:
        """The shares of the node."""
        return list(root.node.share_with)

    @strawberry.field(
        description="The requirements beneath it, in order.",
        graphql_type=refs.many("requirements", "Requirement"),
        metadata={execution.COLUMN: _beneath},
    )
    def children(self, root: strawberry.Parent[Located]) -> list[Located]:
        """The children of the node."""
        return root.beneath

    @strawberry.field(
        description="The courses and patterns that it accepts, in order.",
        graphql_type=list[RequirementOption],
        metadata={execution.COLUMN: _options},
    )
    def options(self, root: strawberry.Parent[Located]) -> list[requirements.Option]:
        """The pool of the node."""
        return list(root.node.options)

    @strawberry.field(description="Limits and minima on what is applied beneath it.", graphql_type=list[Constraint])
    def constraints(self, root: strawberry.Parent[Located]) -> list[requirements.Constraint]:
        """The constraints of the node."""
        return list(root.node.constraints)
