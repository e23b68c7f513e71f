"""Equivalencies: rules with their source groups and awards."""

from datetime import date
from decimal import Decimal

import strawberry

from gql_api.reads import equivalencies
from gql_api.schema import edges, enums, ids, refs
from gql_api.schema.pages import Connection
from gql_api.schema.types.nodes import Node

Row = equivalencies.EquivalencyRow


@strawberry.type(description="One course that satisfies a source group.")
class SourceCourse:
    """Shows `reads.equivalencies.SourceRow`."""

    minimum_grade: enums.Grade | None = strawberry.field(
        description="The grade it needs; null where any passing one does."
    )
    minimum_score: int | None = strawberry.field(description="The score it needs, for examinations.")

    is_type_of = refs.shows(equivalencies.SourceRow)

    course = edges.edge(
        "course",
        key="course_id",
        description="The course.",
        graphql_type=refs.one("courses", "Course"),
    )


@strawberry.type(
    description="Alternatives: any one of these courses satisfies the group. All groups of a rule are needed."
)
class SourceGroup:
    """The source rows of one group."""

    courses: list[SourceCourse] = strawberry.field(description="The courses, any of which will do.")


def _grouped(_rule: Row, found: list[equivalencies.SourceRow]) -> list[SourceGroup]:
    """The sources by group."""
    groups: dict[int, list[equivalencies.SourceRow]] = {}
    for source in found:
        groups.setdefault(source.group_position, []).append(source)
    return [SourceGroup(courses=list[SourceCourse](members)) for members in groups.values()]  # pyright: ignore[reportArgumentType] - rows are shown as their type


def _credits_granted(_rule: Row, found: list[equivalencies.AwardRow]) -> Decimal | None:
    """The total where every award says its credits."""
    amounts = [award.credits for award in found]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None


@strawberry.type(description="What a rule gives: a course, or elective credit in a subject or of a general area.")
class Award:
    """Shows `reads.equivalencies.AwardRow`."""

    kind: enums.AwardKind = strawberry.field(description="What it counts as.")
    subject: str | None = strawberry.field(description="The subject of a subject elective.")
    area: str | None = strawberry.field(description="The area of a general elective.")
    level: int | None = strawberry.field(description="The level of an elective; null where the rule does not say.")
    tags: list[str] = strawberry.field(description="What else the credit counts for.")
    credits: Decimal | None = strawberry.field(
        description="The credits granted; null: by the receiving institution's policy."
    )
    published_code: str | None = strawberry.field(description="The code as the rule's source had it: “HIST 1XXX”.")

    is_type_of = refs.shows(equivalencies.AwardRow)

    course = edges.edge(
        "course",
        key="course_id",
        description="The course awarded; null for electives.",
        graphql_type=refs.maybe("courses", "Course"),
    )


@strawberry.type(description="A directed rule: these source courses, taken together, count as these awards elsewhere.")
class Equivalency(Node):
    """Shows `reads.equivalencies.EquivalencyRow`."""

    id = refs.global_id("Equivalency")
    outcome: enums.Outcome = strawberry.field(description="What the rule says as a whole.")
    strength: enums.Strength = strawberry.field(description="How much it grants.")
    status: enums.RuleStatus = strawberry.field(description="Where it stands; only APPROVED rules count.")
    condition: str | None = strawberry.field(description="The condition of a CONDITIONAL rule.")
    reason: str | None = strawberry.field(description="Why it was denied, or why nothing is articulated.")
    effective_from: date | None = strawberry.field(description="The first day on which it applies; null: always.")
    effective_until: date | None = strawberry.field(description="The last day on which it applies; null: still.")
    source: str | None = strawberry.field(description="Where the decision comes from.")
    approved_by: str | None = strawberry.field(description="Who approved it.")
    approved_on: date | None = strawberry.field(description="When it was approved.")
    notes: str | None = strawberry.field(description="Notes as published.")
    revision: int = strawberry.field(description="Grows with every change.")

    is_type_of = refs.shows(Row)

    sending_institution = edges.edge(
        "institution",
        key="sending_institution_id",
        description="The institution of the source courses.",
        graphql_type=refs.one("institutions", "Institution"),
    )

    receiving_institution = edges.edge(
        "institution",
        key="receiving_institution_id",
        description="The institution that grants the credit.",
        graphql_type=refs.one("institutions", "Institution"),
    )

    source_groups = edges.edge(
        "sources",
        key="id",
        shown=_grouped,
        description="What is needed: every group, by any of its courses.",
        graphql_type=list[SourceGroup],
    )

    targets = edges.edge(
        "awards",
        key="id",
        description="What is given; empty for outcomes without credit.",
        graphql_type=list[Award],
    )

    credits_granted = edges.edge(
        "awards",
        key="id",
        shown=_credits_granted,
        description="The sum of the awards' credits; null where the policy decides for one of them.",
        graphql_type=Decimal | None,
    )

    @strawberry.field(description="Rules of one choice set are alternatives: at most one of them awards credit.")
    def choice_set(self, root: strawberry.Parent[Row]) -> strawberry.ID | None:
        """The opaque name of the set."""
        return None if root.choice_set_id is None else ids.encode("ChoiceSet", root.choice_set_id)


@strawberry.type(description="A page of equivalencies.")
class EquivalencyConnection(Connection[Equivalency]):
    """Equivalencies."""
