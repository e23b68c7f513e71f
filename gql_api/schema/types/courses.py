"""Courses."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from gql_api import errors
from gql_api.domain import chains, statuses
from gql_api.domain.transfer import TransferStatusAnswer
from gql_api.reads import course_uses, courses, derived_equivalents, equivalencies, plans
from gql_api.schema import arguments, edges, enums, ids, refs
from gql_api.schema.context import Info
from gql_api.schema.pages import Connection
from gql_api.schema.types.course_matches import CourseMatches
from gql_api.schema.types.course_prerequisites import CoursePrerequisites
from gql_api.schema.types.nodes import Node

Row = courses.CourseRow
To = Annotated[strawberry.ID | None, strawberry.argument(description="Only rules to this receiving institution.")]
From = Annotated[strawberry.ID | None, strawberry.argument(description="Only rules from this sending institution.")]


def _rules_from(
    to: To = None,
    first: arguments.First = None,
    after: arguments.After = None,
    last: arguments.Last = None,
    before: arguments.Before = None,
) -> edges.Bound:
    """The edge to the rules from a course."""
    receiving = None if to is None else ids.key_of("Institution", to, path=("to",))
    return edges.page("rules_from", equivalencies.BY_ID, receiving, first, after, last, before)


def _derived(
    to: Annotated[strawberry.ID | None, strawberry.argument(description="Only what ends at this institution.")] = None,
    max_hops: Annotated[
        int, strawberry.argument(description="The most rules of a chain: 1 to 4; 1 finds none, since a chain has two.")
    ] = chains.DEFAULT_HOPS,
) -> edges.Bound:
    """The edge to what a course becomes over several institutions."""
    if not 1 <= max_hops <= chains.MOST_HOPS:
        msg = f"maxHops is from 1 to {chains.MOST_HOPS}."
        raise errors.InvalidInput(msg, path=("maxHops",))
    receiving = None if to is None else ids.key_of("Institution", to, path=("to",))
    wanted = derived_equivalents.Wanted(to=receiving, hops=max_hops)
    return edges.Bound(key=lambda row: (row.id, wanted))


def _rules_to(
    institution: From = None,
    first: arguments.First = None,
    after: arguments.After = None,
    last: arguments.Last = None,
    before: arguments.Before = None,
) -> edges.Bound:
    """The edge to the rules to a course."""
    sending = None if institution is None else ids.key_of("Institution", institution, path=("institution",))
    return edges.page("rules_to", equivalencies.BY_ID, sending, first, after, last, before)


@strawberry.type(description="What is known of a course beside its credits and level. Null means not known.")
class CourseAttributes:
    """Shows the attributes of a course row."""

    has_lab: bool | None = strawberry.field(description="Whether it has a laboratory part.")
    course_type: enums.CourseType | None = strawberry.field(description="How it is taught.")
    tags: list[str] = strawberry.field(description="Free tags: general-education areas, writing-intensive …, sorted.")


@strawberry.type(description="A catalog entry of one institution: subject and number, title, credits.")
class Course(Node, CoursePrerequisites, CourseMatches):
    """Shows `reads.courses.CourseRow`."""

    id = refs.global_id("Course")
    code: str = strawberry.field(description="Subject and number as published.")
    subject: str = strawberry.field(description="The subject; those of a cross-listing joined by a slash, sorted.")
    subjects: list[str] = strawberry.field(description="Each subject under which it is listed, sorted.")
    number: str = strawberry.field(description="The course number as text.")
    title: str = strawberry.field(description="The title as published.")
    description: str | None = strawberry.field(description="The catalog's description.")
    credits_min: Decimal | None = strawberry.field(
        description="The least credits it carries; null where not published."
    )
    credits_max: Decimal | None = strawberry.field(
        description="The most credits it carries; equal to `creditsMin` for most."
    )
    credits_text: str | None = strawberry.field(
        description="The credits as published, where that says more: “5, max. 10”."
    )
    level: int | None = strawberry.field(
        description="The level told by the number, a multiple of 1000; 0 is developmental."
    )
    department: str | None = strawberry.field(description="The department or college that teaches it.")
    prerequisite_text: str | None = strawberry.field(description="The prerequisites as published.")
    active_from: date | None = strawberry.field(
        description="The first day on which it was in the catalog; null: always."
    )
    active_until: date | None = strawberry.field(description="The last day on which it is in the catalog; null: still.")
    repeatable_times: int | None = strawberry.field(
        description="How often it may be taken for credit in all. Null: once, unless `repeatableCredits` says more."
    )
    repeatable_credits: Decimal | None = strawberry.field(
        description="How many credits may be earned with it in all, taken several times. Null: credits are no limit."
    )
    revision: int = strawberry.field(description="Grows with every change; give it back when you edit.")

    is_type_of = refs.shows(Row)

    @strawberry.field(description="What else is known of it.", graphql_type=CourseAttributes)
    def attributes(self, root: strawberry.Parent[Row]) -> CourseAttributes:
        """The typed attributes."""
        held = root.attributes
        kind = held.get("course_type")
        return CourseAttributes(
            has_lab=held.get("has_lab"),
            course_type=None if kind is None else statuses.CourseType(kind),
            tags=sorted(held.get("tags", [])),
        )

    institution = edges.edge(
        "institution",
        key="institution_id",
        description="The institution that teaches it.",
        graphql_type=refs.one("institutions", "Institution"),
    )

    aliases = edges.edge(
        "course_aliases",
        key="id",
        description="Other codes under which it is found, sorted.",
        graphql_type=list[str],
    )

    cross_listed = edges.edge(
        "cross_listed",
        key=lambda row: None if row.cross_list_group_id is None else row.id,
        missing=list[Row],
        description="Separately catalogued courses that are the same course.",
        graphql_type=refs.many("courses", "Course"),
    )

    successors = edges.edge(
        "successors",
        key="id",
        description="What replaced it.",
        graphql_type=refs.many("courses", "Course"),
    )

    equivalencies = edges.field(
        "rules_from",
        _rules_from,
        description="The rules that this course is a source of: what it counts as elsewhere.",
        graphql_type=refs.one("equivalencies", "EquivalencyConnection"),
    )

    equivalent_from = edges.field(
        "rules_to",
        _rules_to,
        description="The rules that award this course: what elsewhere counts as it.",
        graphql_type=refs.one("equivalencies", "EquivalencyConnection"),
    )

    @strawberry.field(
        description=(
            "What is known of its transfer to an institution, and by which rules; null where there is no institution "
            "of that name."
        ),
        graphql_type=refs.maybe("transfer", "TransferStatus"),
    )
    async def transfer_status(
        self,
        root: strawberry.Parent[Row],
        info: Info,
        to: Annotated[strawberry.ID | None, strawberry.argument(description="The receiving institution's id.")] = None,
        to_institution: Annotated[
            str | None, strawberry.argument(description="Or its name, alias or abbreviation.")
        ] = None,
    ) -> TransferStatusAnswer | None:
        """The edge to the answer."""
        receiving = await arguments.institution(info, to, to_institution)
        if receiving is None:
            return None
        return await info.context.loaders.transfer_status.load((root.id, receiving))

    derived_equivalents = edges.field(
        "derived_equivalents",
        _derived,
        description=(
            "What it becomes over two or more institutions, the shortest chains first, at most 100: advice, which "
            "many institutions do not accept. Only direct, approved rules in force from one course to one course."
        ),
        graphql_type=refs.many("courses", "DerivedEquivalent"),
    )

    used_in_requirements = edges.paged(
        "uses_of_course",
        course_uses.BY_REQUIREMENT,
        description="The requirements of current program versions that name this course.",
        graphql_type=refs.one("courses", "CourseUseConnection"),
    )

    @strawberry.field(
        description="The entries of this course in a plan; empty where the plan is not yours to read.",
        graphql_type=refs.many("plans", "PlannedCourse"),
    )
    async def in_plan(
        self,
        root: strawberry.Parent[Row],
        info: Info,
        plan: Annotated[strawberry.ID, strawberry.argument(description="The plan.")],
    ) -> list[plans.PlannedCourseRow]:
        """The edge to its entries in a plan."""
        loaders = info.context.loaders
        row = await loaders.plan.load(ids.key_of("Plan", plan, path=("plan",)))
        return [] if row is None else await loaders.planned_courses_of.load((row.id, root.id))


@strawberry.type(description="A course that another one becomes over several institutions.")
class DerivedEquivalent:
    """Shows `reads.derived_equivalents.DerivedEquivalent`."""

    is_type_of = refs.shows(derived_equivalents.DerivedEquivalent)

    course = edges.edge(
        "course",
        key="course_id",
        description="The course at the end of the chain.",
        graphql_type=refs.one("courses", "Course"),
    )
    path = edges.edge(
        "equivalency",
        key="path",
        shown=lambda _, found: [rule for rule in found if rule is not None],
        is_plural=True,
        description="The rules of the chain, in order: two or more.",
        graphql_type=refs.many("equivalencies", "Equivalency"),
    )


@strawberry.type(description="A requirement of a program version that names a course as an option.")
class CourseUse:
    """Shows `reads.course_uses.UseRow`."""

    is_type_of = refs.shows(course_uses.UseRow)

    requirement = edges.edge(
        "tree",
        key="version_id",
        shown=lambda use, tree: None if tree is None else tree.by_id.get(use.id),
        description="The requirement; null only where its version has been deleted meanwhile.",
        graphql_type=refs.maybe("requirements", "Requirement"),
    )

    version = edges.edge(
        "version",
        key="version_id",
        description="The version.",
        graphql_type=refs.one("programs", "ProgramVersion"),
    )


@strawberry.type(description="A page of the requirements that name a course.")
class CourseUseConnection(Connection[CourseUse]):
    """Uses of a course."""
