"""Courses that a client posts without a plan, in inputs and as answers show them."""

from datetime import date
from decimal import Decimal

import strawberry

from gql_api.domain import statuses
from gql_api.schema import enums
from gql_api.schema.types.references import CourseRef
from gql_api.schema.types.terms import TermInput
from gql_api.writes import planned_entries


@strawberry.input(description="A course that was, is or will be taken.")
class TakenCourseInput:
    """A course with when and how it was taken."""

    ref: str | None = strawberry.field(default=None, description="Your own name for it; answers give it back.")
    course: CourseRef = strawberry.field(description="Which course, examination or unlisted course.")
    term: TermInput | None = strawberry.field(default=None, description="When it is taken; null: not known.")
    taken_on: date | None = strawberry.field(default=None, description="The day, where known better than by term.")
    status: enums.PlannedStatus = strawberry.field(
        default=statuses.PlannedStatus.COMPLETED, description="How far it is."
    )
    grade: enums.Grade | None = strawberry.field(default=None, description="The grade; null where none is recorded.")
    score: int | None = strawberry.field(default=None, description="The score of an examination, 0 to 9999.")
    credits: Decimal | None = strawberry.field(
        default=None, description="The credits given, where they differ from the catalog's, or chosen from its range."
    )

    def draft(self, place: int) -> planned_entries.Draft:
        """The course as an entry, checked as far as that needs no database.

        Raises:
            InvalidInput: a bad id or term, its path beneath `courses`.
        """
        path = ("courses", str(place))
        return planned_entries.Draft(
            course=self.course.value((*path, "course")),
            ref=self.ref,
            term=None if self.term is None else self.term.value((*path, "term")),
            taken_on=self.taken_on,
            status=self.status,
            grade=self.grade,
            score=self.score,
            credits=self.credits,
        )
