"""Expected failures of mutations as values of their payloads: each with a code, a message and the path of the input.

A use case raises what went wrong (`errors.ExpectedError`, several as an ExceptionGroup); `caught` turns it into what
the payload lists. Missing rights are no user's mistake: they stay errors of the operation.
"""

import contextlib
from collections.abc import Awaitable, Generator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gql_api import errors
from gql_api.reads.courses import CourseRow
from gql_api.reads.plans import PlanRow
from gql_api.schema import refs
from gql_api.schema.context import Info
from gql_api.writes import courses, planned_courses

T = TypeVar("T")
ROOT = "input"
_OF_OPERATION = errors.Unauthenticated | errors.Forbidden | errors.RateLimited


@strawberry.enum(description="What kind of mistake a mutation was refused for.")
class UserErrorCode(Enum):
    """The codes of expected errors that payloads list."""

    INVALID_INPUT = strawberry.enum_value(
        "INVALID_INPUT", description="A value is wrong; the message says what would be right."
    )
    NOT_FOUND = strawberry.enum_value(
        "NOT_FOUND", description="There is no such thing, or it is not yours: the same answer."
    )
    CONFLICT = strawberry.enum_value("CONFLICT", description="What is stored refuses the change.")
    DUPLICATE = strawberry.enum_value("DUPLICATE", description="The same thing exists already.")
    IN_USE = strawberry.enum_value("IN_USE", description="Others refer to it, so that it cannot be deleted.")
    STALE_REVISION = strawberry.enum_value("STALE_REVISION", description="It was changed since you read it.")


@strawberry.interface(description="Why a mutation was refused. Nothing was changed where a payload has errors.")
class UserError:
    """A mistake that whoever sent the input can mend."""

    code: UserErrorCode = strawberry.field(description="The kind of mistake, for programs.")
    message: str = strawberry.field(description="What is wrong and what would be right, for people.")
    path: list[str] = strawberry.field(
        description='Where in the arguments it lies: ["input", "courses", "2", "grade"].'
    )


@strawberry.type(description="A mistake of which there is no more to say than its code, message and path.")
class InputError(UserError):
    """The plain one."""


@strawberry.type(description="A plan's entry was changed since you read it. Read it anew and edit that.")
class StaleRevision(UserError):
    """Lost updates are refused, with the present state."""

    current_revision: int = strawberry.field(description="The revision that is stored now.")
    plan_id: strawberry.Private[int]

    @strawberry.field(description="The plan as it is now.", graphql_type=refs.one("plans", "Plan"))
    async def plan(self, info: Info) -> PlanRow | None:
        """The edge to the plan."""
        return await info.context.loaders.plan.load(self.plan_id)


@strawberry.type(description="The course was changed since you read it. Read it anew and edit that.")
class StaleCourse(UserError):
    """Lost updates are refused, with the present state."""

    current_revision: int = strawberry.field(description="The revision that is stored now.")
    course_id: strawberry.Private[int]

    @strawberry.field(
        description="The course as it is now; null where it is gone.", graphql_type=refs.maybe("courses", "Course")
    )
    async def course(self, info: Info) -> CourseRow | None:
        """The edge to the course."""
        return await info.context.loaders.course.load(self.course_id)


@strawberry.type(description="The institution has a course with this code.")
class DuplicateCourse(UserError):
    """Names the course that is there."""

    course_id: strawberry.Private[int | None]

    @strawberry.field(
        description="The course that has the code; null where it was made at this very moment.",
        graphql_type=refs.maybe("courses", "Course"),
    )
    async def course(self, info: Info) -> CourseRow | None:
        """The edge to the course."""
        return None if self.course_id is None else await info.context.loaders.course.load(self.course_id)


@strawberry.type(description="How many things of one kind refer to what was to be deleted.")
class UseCount:
    """One kind of referrer."""

    kind: str = strawberry.field(description="What they are, in words: “equivalency sources”, “planned courses”.")
    count: int = strawberry.field(description="How many there are.")


@strawberry.type(description="The course is named by others, so that it cannot be deleted.")
class CourseInUse(UserError):
    """Says by how many."""

    uses: list[UseCount] = strawberry.field(description="Who refers to it; kinds without any are left out.")


TYPES = (InputError, StaleRevision, StaleCourse, DuplicateCourse, CourseInUse)
"""Every type of error; the schema must be told, since fields name the interface only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T]):
    """What a use case answered, or why it refused: one of the two."""

    value: T | None
    errors: list[UserError]


async def caught(work: Awaitable[T]) -> Outcome[T]:
    """Await the work; what it refuses becomes errors of the payload.

    Raises:
        Unauthenticated, Forbidden, RateLimited: they are errors of the operation.
    """
    try:
        return Outcome(value=await work, errors=[])
    except errors.ExpectedError as error:
        found: Sequence[Exception] = [error]
    except ExceptionGroup as group:
        found = group.exceptions
    refusals: list[UserError] = []
    for error in found:
        if not isinstance(error, errors.ExpectedError) or isinstance(error, _OF_OPERATION):
            raise error
        refusals.append(shown(error))
    return Outcome(value=None, errors=refusals)


@contextlib.contextmanager
def first_of_several() -> Generator[None]:
    """Around work of a query, which has one error to show: of several mistakes the first, with how many follow."""
    try:
        yield
    except ExceptionGroup as group:
        first, *others = group.exceptions
        if not isinstance(first, errors.ExpectedError):
            raise
        more = "1 more mistake follows" if len(others) == 1 else f"{len(others)} more mistakes follow"
        raise errors.InvalidInput(f"{first.message} ({more}.)", path=first.path) from None


def shown(error: errors.ExpectedError) -> UserError:
    """The error as the payload lists it: code, message and path, and what a kind knows beside them."""
    described: dict[str, Any] = {
        "code": UserErrorCode[error.code],
        "message": error.message,
        "path": [ROOT, *map(to_camel_case, error.path)],
    }
    match error:
        case planned_courses.StaleEntry():
            return StaleRevision(**described, current_revision=error.current, plan_id=error.plan_id)
        case courses.StaleCourse():
            return StaleCourse(**described, current_revision=error.current, course_id=error.course_id)
        case courses.DuplicateCourse():
            return DuplicateCourse(**described, course_id=error.course_id)
        case courses.CourseInUse():
            uses = [UseCount(kind=kind, count=count) for kind, count in error.users.items()]
            return CourseInUse(**described, uses=uses)
        case _:
            return InputError(**described)
