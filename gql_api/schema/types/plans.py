"""Plans and their entries."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from gql_api.domain import terms
from gql_api.reads import plans
from gql_api.reads.audits import Aim
from gql_api.schema import edges, enums, refs
from gql_api.schema.audited import Audited
from gql_api.schema.context import Info
from gql_api.schema.pages import Connection
from gql_api.schema.prerequisite_answers import Wrong
from gql_api.schema.types import articulation, progress
from gql_api.schema.types.nodes import Node
from gql_api.schema.types.plan_outlook import PlanOutlook
from gql_api.schema.types.terms import Term


@strawberry.type(description="A course that is in no catalog here, as the student wrote it.")
class UnlistedCourse:
    """Shows the unlisted part of a planned course."""

    institution: str | None = strawberry.field(description="Where it is or was taken.")
    code: str | None = strawberry.field(description="Its code there.")
    title: str = strawberry.field(description="Its title.")
    credits: Decimal = strawberry.field(description="Its credits.")


@strawberry.type(description="One entry of a plan: a catalog course, an examination, or an unlisted course.")
class PlannedCourse(Node):
    """Shows `reads.plans.PlannedCourseRow`."""

    id = refs.global_id("PlannedCourse")
    taken_on: date | None = strawberry.field(description="The day it was taken, where known better than by term.")
    status: enums.PlannedStatus = strawberry.field(description="How far it is.")
    grade: enums.Grade | None = strawberry.field(description="The grade; null where none is recorded.")
    score: int | None = strawberry.field(description="The score of an examination.")
    credits: Decimal | None = strawberry.field(
        description="The credits given, where they differ from the catalog's; null: the catalog's."
    )
    is_repeat: bool = strawberry.field(description="Whether it repeats another entry of the same course.")
    notes: str | None = strawberry.field(description="The student's notes.")
    revision: int = strawberry.field(description="Grows with every change; give it back when you edit.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    is_type_of = refs.shows(plans.PlannedCourseRow)

    course = edges.edge(
        "course",
        key="course_id",
        description="The catalog course or examination; null for an unlisted one.",
        graphql_type=refs.maybe("courses", "Course"),
    )

    @strawberry.field(description="The unlisted course; null for one of a catalog.", graphql_type=UnlistedCourse | None)
    def unlisted(self, root: strawberry.Parent[plans.PlannedCourseRow]) -> UnlistedCourse | None:
        """The student's words."""
        if root.unlisted_title is None or root.unlisted_credits is None:
            return None
        return UnlistedCourse(
            institution=root.unlisted_institution,
            code=root.unlisted_code,
            title=root.unlisted_title,
            credits=root.unlisted_credits,
        )

    @strawberry.field(description="When it is or was taken; null: not yet scheduled.", graphql_type=Term | None)
    def term(self, root: strawberry.Parent[plans.PlannedCourseRow]) -> terms.Term | None:
        """The term of the entry."""
        return term_of(root)

    @strawberry.field(
        description="The key of the requirement in which it is to count, or nowhere; null: wherever it serves best."
    )
    def pinned_requirement(self, root: strawberry.Parent[plans.PlannedCourseRow]) -> str | None:
        """The pin."""
        return root.pinned_key

    plan = edges.edge(
        "plan",
        key="plan_id",
        description="The plan it belongs to.",
        graphql_type=refs.one("plans", "Plan"),
    )


@strawberry.type(description="The entries of one term of a plan.")
class PlanTerm:
    """A group of planned courses."""

    term: Term | None = strawberry.field(description="The term; null for what is not yet scheduled.")
    courses: list[PlannedCourse] = strawberry.field(description="The entries, in the order they were added.")


def _by_term(_plan: plans.PlanRow, found: list[plans.PlannedCourseRow]) -> list[PlanTerm]:
    """The entries, grouped."""
    groups: dict[terms.Term | None, list[Any]] = {}
    for entry in found:
        groups.setdefault(term_of(entry), []).append(entry)
    shown: Any = PlanTerm
    return [shown(term=term, courses=entries) for term, entries in groups.items()]


@strawberry.type(description="A student's list of courses, aimed at a target program and, perhaps, a current one.")
class Plan(Node, PlanOutlook):
    """Shows `reads.plans.PlanRow`."""

    id = refs.global_id("Plan")
    name: str | None = strawberry.field(description="The plan's name.")
    student_name: str | None = strawberry.field(description="The student's name, where given.")
    student_email: str | None = strawberry.field(description="The student's e-mail address, where given.")
    advisor_email: str | None = strawberry.field(
        description="The advisor's e-mail address as the student typed it; it grants nothing by itself."
    )
    status: enums.PlanStatus = strawberry.field(description="The state of the plan.")
    revision: int = strawberry.field(description="Grows with every change of the plan or its entries.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")

    is_type_of = refs.shows(plans.PlanRow)

    @strawberry.field(
        description="The student's catalog term; versions after it are not pinned by themselves.",
        graphql_type=Term | None,
    )
    def catalog_term(self, root: strawberry.Parent[plans.PlanRow]) -> terms.Term | None:
        """The term by its stored key."""
        return None if root.catalog_term_key is None else terms.from_sort_key(root.catalog_term_key)

    target = edges.edge(
        "version",
        key="target_version_id",
        description="The version of the target program that the plan is pinned to.",
        graphql_type=refs.maybe("programs", "ProgramVersion"),
    )

    current = edges.edge(
        "version",
        key="current_version_id",
        description="The version of the program the student is in now.",
        graphql_type=refs.maybe("programs", "ProgramVersion"),
    )

    courses = edges.edge(
        "planned_courses",
        key="id",
        description="The entries by term, unscheduled last; at most 200.",
        graphql_type=list[PlannedCourse],
    )

    terms = edges.edge(
        "planned_courses",
        key="id",
        shown=_by_term,
        description="The same entries grouped by term.",
        graphql_type=list[PlanTerm],
    )

    totals = edges.edge(
        "plan_totals",
        key=lambda row: (row.id, row.target_version_id),
        description="Plain sums over the entries in each view: quick, and without any judgement; `progress` judges.",
        graphql_type=refs.many("plan_totals", "PlanTotals"),
    )

    articulation = edges.edge(
        "articulation",
        key="id",
        shown=lambda _, found: None if found is None else articulation.shown(found, articulation.OF_A_PLAN),
        description=(
            "What its courses from elsewhere become at the target program's institution, by that institution's rules "
            "alone; null without a target. Where rules compete, `progress` may use another one that serves better."
        ),
        graphql_type=refs.maybe("articulation", "ArticulationResult"),
    )

    issues = edges.edge(
        "prerequisite_issues",
        key="id",
        shown=lambda _, found: [Wrong(issue=issue) for issue in found],
        description="What is wrong with the prerequisites of its planned and running courses, in the order of entry.",
        graphql_type=refs.many("prerequisite_checks", "PlanIssue"),
    )

    @strawberry.field(
        description="How far the plan is towards its target program; null without a target.",
        graphql_type=refs.maybe("progress", "Progress"),
    )
    async def progress(self, root: strawberry.Parent[plans.PlanRow], info: Info) -> Audited | None:
        """The audit against the target."""
        return await progress.of(info, root.id, Aim.TARGET)

    @strawberry.field(
        description="How far the plan is towards the program the student is in now; null without one.",
        graphql_type=refs.maybe("progress", "Progress"),
    )
    async def current_progress(self, root: strawberry.Parent[plans.PlanRow], info: Info) -> Audited | None:
        """The audit against the current program."""
        return await progress.of(info, root.id, Aim.CURRENT)


@strawberry.type(description="A page of plans.")
class PlanConnection(Connection[Plan]):
    """Plans."""


def term_of(entry: plans.PlannedCourseRow) -> terms.Term | None:
    """When an entry is taken; none where it is not scheduled."""
    if entry.year is None or entry.season is None:
        return None
    return terms.Term(year=entry.year, season=entry.season, session=entry.session)
