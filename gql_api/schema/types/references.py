"""How clients name courses in inputs: by id, by institution and code, as an examination, or in words."""

from decimal import Decimal

import strawberry

from gql_api import errors
from gql_api.domain import entries
from gql_api.reads import course_references
from gql_api.schema import ids


@strawberry.input(description="A course by the names people know it by.")
class CourseKey:
    """An institution and a code."""

    institution: str = strawberry.field(description="The institution's name, an alias of it, or its abbreviation.")
    code: str = strawberry.field(description="Subject and number in any spelling: “MATH 101”, “math-101”.")


@strawberry.input(description="An examination by the names people know it by.")
class ExamKey:
    """An examining body and a code."""

    body: str = strawberry.field(description="The examining body's name, an alias of it, or its abbreviation: “AP”.")
    code: str = strawberry.field(description="The examination's code in any spelling.")


@strawberry.input(description="A course that is in no catalog here, in the student's words.")
class UnlistedCourseInput:
    """What is known of it."""

    institution: str | None = strawberry.field(default=None, description="Where it is or was taken.")
    code: str | None = strawberry.field(default=None, description="Its code there.")
    title: str = strawberry.field(description="Its title, at most 300 characters.")
    credits: Decimal = strawberry.field(description="Its credits.")


@strawberry.input(one_of=True, description="A course, named in exactly one of these ways.")
class CourseRef:
    """One of four names."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="A course or examination by its id."
    )
    key: CourseKey | None = strawberry.field(default=strawberry.UNSET, description="A course by institution and code.")
    exam: ExamKey | None = strawberry.field(
        default=strawberry.UNSET, description="An examination by examining body and code."
    )
    unlisted: UnlistedCourseInput | None = strawberry.field(
        default=strawberry.UNSET, description="A course that is in no catalog here."
    )

    def value(self, path: tuple[str, ...]) -> course_references.Reference:
        """The reference, to be resolved by `reads.course_references`.

        Raises:
            InvalidInput: the id is none, or not a course's.
        """
        if self.id:
            return course_references.ById(id=ids.key_of("Course", self.id, path=(*path, "id")))
        if self.key:
            return course_references.ByCode(institution=self.key.institution, code=self.key.code)
        if self.exam:
            return course_references.ByCode(institution=self.exam.body, code=self.exam.code, is_examination=True)
        if self.unlisted:
            given = self.unlisted
            return entries.UnlistedCourse(
                title=given.title, credits=given.credits, code=given.code, institution=given.institution
            )
        raise errors.InvalidInput("Name the course by id, key, exam or unlisted.", path=path)
