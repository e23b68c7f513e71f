"""Mutations on courses: for administrators."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from gql_api import errors
from gql_api.reads.courses import CourseRow
from gql_api.schema import arguments, enums, ids, refs, user_errors
from gql_api.schema.context import Info
from gql_api.schema.mutation import inputs
from gql_api.writes import course_mistakes, course_values, courses, mistakes

_ATTRIBUTES = ("has_lab", "course_type", "tags")
_FIELDS = tuple(name for name in course_values.FIELDS if name != "attributes")


@strawberry.input(description="What is known of a course beside its credits. What is left out stays; null clears it.")
class CourseAttributesInput:
    """The typed attributes."""

    has_lab: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether it has a laboratory part.")
    course_type: enums.CourseType | None = strawberry.field(default=strawberry.UNSET, description="How it is taught.")
    tags: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="All its free tags, at most 50 of at most 100 characters."
    )


@strawberry.input(description="A course to be created.")
class CreateCourseInput:
    """A catalog entry."""

    institution_id: strawberry.ID | None = strawberry.field(
        default=None, description="The institution that teaches it; give this or `institution`."
    )
    institution: str | None = strawberry.field(
        default=None, description="The same by its name, an alias of it, or its abbreviation."
    )
    code: str = strawberry.field(description="Subject and number as published: “MATH 101”, “MATH/STAT 431”.")
    title: str = strawberry.field(description="The title, at most 300 characters.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="The catalog's description.")
    credits_min: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="The least credits; left out: like `creditsMax`."
    )
    credits_max: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="The most credits; left out: like `creditsMin`."
    )
    credits_text: str | None = strawberry.field(
        default=strawberry.UNSET, description="The credits as published, “5, max. 10”; alone it says both ends."
    )
    department: str | None = strawberry.field(default=strawberry.UNSET, description="The department that teaches it.")
    attributes: CourseAttributesInput | None = strawberry.field(
        default=strawberry.UNSET, description="What else is known of it."
    )
    prerequisite_text: str | None = strawberry.field(
        default=strawberry.UNSET, description="The prerequisites as published."
    )
    active_from: date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day on which it is in the catalog; null: always."
    )
    active_until: date | None = strawberry.field(
        default=strawberry.UNSET, description="The last day on which it is in the catalog; null: still."
    )
    repeatable_times: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="How often it may be taken for credit in all. Null: once, unless `repeatableCredits` says more.",
    )
    repeatable_credits: Decimal | None = strawberry.field(
        default=strawberry.UNSET,
        description="How many credits may be earned with it in all, taken several times. Null: credits are no limit.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=inputs.KEY)
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)


@strawberry.input(description="Changes of a course. What is left out stays; null clears it.")
class UpdateCourseInput:
    """A course as it was seen, and what is to be different."""

    id: strawberry.ID = strawberry.field(description="The course.")
    revision: int = strawberry.field(description="Its `revision` as you read it; a stale one is refused.")
    code: str | None = strawberry.field(
        default=strawberry.UNSET, description="Subject and number as published; cannot be cleared."
    )
    title: str | None = strawberry.field(default=strawberry.UNSET, description="The title; cannot be cleared.")
    description: str | None = strawberry.field(default=strawberry.UNSET, description="The catalog's description.")
    credits_min: Decimal | None = strawberry.field(default=strawberry.UNSET, description="The least credits.")
    credits_max: Decimal | None = strawberry.field(default=strawberry.UNSET, description="The most credits.")
    credits_text: str | None = strawberry.field(
        default=strawberry.UNSET, description="The credits as published; alone it says both ends."
    )
    department: str | None = strawberry.field(default=strawberry.UNSET, description="The department that teaches it.")
    attributes: CourseAttributesInput | None = strawberry.field(
        default=strawberry.UNSET, description="What else is known of it; null clears all of it."
    )
    prerequisite_text: str | None = strawberry.field(
        default=strawberry.UNSET, description="The prerequisites as published."
    )
    active_from: date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day on which it is in the catalog."
    )
    active_until: date | None = strawberry.field(
        default=strawberry.UNSET, description="The last day on which it is in the catalog."
    )
    repeatable_times: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="How often it may be taken for credit in all. Null: once, unless `repeatableCredits` says more.",
    )
    repeatable_credits: Decimal | None = strawberry.field(
        default=strawberry.UNSET,
        description="How many credits may be earned with it in all, taken several times. Null: credits are no limit.",
    )
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)


@strawberry.input(description="A course to be deleted.")
class DeleteCourseInput:
    """A course that nothing refers to."""

    id: strawberry.ID = strawberry.field(description="The course.")
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)


@strawberry.type(description="The answer to `createCourse`.")
class CreateCoursePayload:
    """The new course."""

    course: Any = strawberry.field(
        graphql_type=refs.maybe("courses", "Course"), description="The new course; null where it was refused."
    )
    errors: list[user_errors.UserError] = strawberry.field(description=inputs.REFUSALS)
    client_mutation_id: str | None = strawberry.field(description=inputs.GIVEN_BACK)


@strawberry.type(description="The answer to `updateCourse`.")
class UpdateCoursePayload:
    """The course after the change."""

    course: Any = strawberry.field(
        graphql_type=refs.maybe("courses", "Course"), description="The course as it is now; null where it was refused."
    )
    errors: list[user_errors.UserError] = strawberry.field(description=inputs.REFUSALS)
    client_mutation_id: str | None = strawberry.field(description=inputs.GIVEN_BACK)


@strawberry.type(description="The answer to `deleteCourse`.")
class DeleteCoursePayload:
    """What is gone."""

    deleted_id: strawberry.ID | None = strawberry.field(description="The id that is gone; null where it was refused.")
    errors: list[user_errors.UserError] = strawberry.field(description=inputs.REFUSALS)
    client_mutation_id: str | None = strawberry.field(description=inputs.GIVEN_BACK)


async def create_course(info: Info, input: Annotated[CreateCourseInput, inputs.ARGUMENT]) -> CreateCoursePayload:
    """Create a course."""
    outcome = await user_errors.caught(_created(info, input))
    return CreateCoursePayload(course=outcome.value, errors=outcome.errors, client_mutation_id=input.client_mutation_id)


async def update_course(info: Info, input: Annotated[UpdateCourseInput, inputs.ARGUMENT]) -> UpdateCoursePayload:
    """Change a course."""

    async def work() -> CourseRow:
        course_id = ids.key_of("Course", input.id, path=("id",))
        values, origin = _given(input), inputs.origin(info)
        return await info.context.written(lambda one: courses.update(one, course_id, input.revision, values, origin))

    outcome = await user_errors.caught(work())
    return UpdateCoursePayload(course=outcome.value, errors=outcome.errors, client_mutation_id=input.client_mutation_id)


async def delete_course(info: Info, input: Annotated[DeleteCourseInput, inputs.ARGUMENT]) -> DeleteCoursePayload:
    """Delete a course that nothing refers to."""

    async def work() -> int:
        course_id = ids.key_of("Course", input.id, path=("id",))
        origin = inputs.origin(info)
        return await info.context.written(lambda one: courses.delete(one, course_id, origin))

    outcome = await user_errors.caught(work())
    return DeleteCoursePayload(
        deleted_id=None if outcome.value is None else ids.encode("Course", outcome.value),
        errors=outcome.errors,
        client_mutation_id=input.client_mutation_id,
    )


async def _created(info: Info, input: CreateCourseInput) -> CourseRow:
    """The new course. Where a part of the input is refused, all other parts are looked at too."""
    values, origin, key = _given(input), inputs.origin(info), input.idempotency_key
    wrong, institution = mistakes.Mistakes(), None
    with wrong.collected():
        institution = await _institution(info, input)
        found = institution
        return await info.context.changed(lambda one: courses.create(one, found, values, origin, key, is_alone=True))
    if not any(isinstance(one, errors.Conflict) for one in wrong.found):
        async with info.context.reading() as connection:
            wrong.add(await course_mistakes.of_new(connection, institution, values, origin, key))
    raise wrong.refusal()


async def _institution(info: Info, input: CreateCourseInput) -> int:
    """The institution, named in exactly one of two ways."""
    if (input.institution_id is None) == (input.institution is None):
        msg = "Give either institutionId or institution."
        raise errors.InvalidInput(msg, path=("institution_id",))
    if input.institution_id is not None:
        return ids.key_of("Institution", input.institution_id, path=("institution_id",))
    name = arguments.text(input.institution or "", "institution")
    found = await info.context.loaders.institution_named.load(name)
    if found is None:
        msg = f"There is no institution called “{name}”. Give its name, an alias of it, or its abbreviation."
        raise errors.NotFound(msg, path=("institution",))
    return found.id


def _given(input: CreateCourseInput | UpdateCourseInput) -> dict[str, Any]:
    """The fields that the client sent."""
    values = inputs.given(input, _FIELDS)
    if input.attributes is not strawberry.UNSET:
        held = input.attributes
        values["attributes"] = None if held is None else inputs.given(held, _ATTRIBUTES)
    return values
