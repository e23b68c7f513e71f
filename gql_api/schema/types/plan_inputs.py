"""Entries to be added to a plan, and what is odd about entries: what mutations and previews have in common."""

from datetime import date
from decimal import Decimal

import strawberry

from gql_api.domain import plan_warnings, statuses
from gql_api.reads import plans
from gql_api.schema import edges, enums, ids, refs
from gql_api.schema.types.references import CourseRef
from gql_api.schema.types.terms import TermInput
from gql_api.writes import mistakes, planned_entries

_FIELDS = ("taken_on", "status", "grade", "score", "credits", "is_repeat", "pinned_requirement", "notes")
enums.described(
    plan_warnings.WarningKind,
    name="PlanWarningKind",
    description="What is odd about an entry. More kinds may come.",
)


@strawberry.type(description="Something odd about an entry. It does not stand in the way of anything.")
class PlanWarning:
    """Shows `domain.plan_warnings.Warning`."""

    kind: plan_warnings.WarningKind = strawberry.field(description="What is odd.")
    message: str = strawberry.field(description="The same for people, with the course and the numbers.")
    planned_course_id: strawberry.ID | None = strawberry.field(description="The entry.")
    input_index: int | None = strawberry.field(description="The entry's place in the input's `courses`, from 0.")
    ref: str | None = strawberry.field(description="The input's own `ref` for the entry.")
    missing_ids: strawberry.Private[tuple[int, ...]] = ()
    version_id: strawberry.Private[int | None] = None
    requirement_key: strawberry.Private[str | None] = None

    missing = edges.edge(
        "course",
        key="missing_ids",
        shown=lambda _, found: [row for row in found if row is not None],
        is_plural=True,
        description="The courses that would help, where a prerequisite is not satisfied.",
        graphql_type=refs.many("courses", "Course"),
    )

    requirement = edges.edge(
        "tree",
        key="version_id",
        shown=lambda one, tree: None if tree is None else tree.by_key.get(one.requirement_key),
        description="The requirement that it is about; null where it is about none.",
        graphql_type=refs.maybe("requirements", "Requirement"),
    )


@strawberry.input(description="An entry to be added to a plan.")
class PlannedCourseInput:
    """A course with when and how it is taken."""

    ref: str | None = strawberry.field(
        default=None, description="Your own name for the entry; warnings give it back. Not stored."
    )
    course: CourseRef = strawberry.field(description="Which course, examination or unlisted course.")
    term: TermInput | None = strawberry.field(default=None, description="When it is taken; null: not yet scheduled.")
    taken_on: date | None = strawberry.field(default=None, description="The day, where known better than by term.")
    status: enums.PlannedStatus = strawberry.field(default=statuses.PlannedStatus.PLANNED, description="How far it is.")
    grade: enums.Grade | None = strawberry.field(default=None, description="The grade; null where none is recorded.")
    score: int | None = strawberry.field(default=None, description="The score of an examination, 0 to 9999.")
    credits: Decimal | None = strawberry.field(
        default=None, description="The credits given, where they differ from the catalog's, or chosen from its range."
    )
    is_repeat: bool = strawberry.field(
        default=False,
        description="True lets a plan have a course twice. Set by itself where the course may be repeated for credit.",
    )
    pinned_requirement: str | None = strawberry.field(
        default=None, description="The key of the requirement in which it is to count, or nowhere."
    )
    notes: str | None = strawberry.field(default=None, description="Notes, at most 2,000 characters.")

    def draft(self, place: int) -> planned_entries.Draft:
        """The entry, checked as far as that needs no database.

        Raises:
            InvalidInput, or an ExceptionGroup of both: a bad id, a bad term, their paths beneath `courses`.
        """
        path, given = ("courses", str(place)), self.term
        course, term = mistakes.both(
            lambda: self.course.value((*path, "course")),
            lambda: None if given is None else given.value((*path, "term")),
        )
        return planned_entries.Draft(
            course=course,
            ref=self.ref,
            term=term,
            **{name: getattr(self, name) for name in _FIELDS},
        )


def shown_warnings(
    warnings: tuple[plan_warnings.Warning, ...],
    entries: tuple[plans.PlannedCourseRow, ...],
    client_refs: list[str | None],
    version_id: int | None = None,
) -> list[PlanWarning]:
    """The warnings with the entries they are about; `client_refs` are the input's, by place.

    `version_id` is that of the target program, whose requirements they name.
    """
    return [
        PlanWarning(
            kind=one.kind,
            message=one.message,
            planned_course_id=ids.encode("PlannedCourse", entries[one.place].id),
            input_index=one.place,
            ref=client_refs[one.place] if one.place < len(client_refs) else None,
            missing_ids=one.missing,
            version_id=None if one.requirement_key is None else version_id,
            requirement_key=one.requirement_key,
        )
        for one in warnings
    ]
