"""Mutations on the entries of a plan: for its holder, and for administrators."""

import functools
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import strawberry

from gql_api.domain import plan_warnings
from gql_api.reads import plans
from gql_api.schema import enums, ids, refs, user_errors
from gql_api.schema.context import Info
from gql_api.schema.mutation import inputs
from gql_api.schema.types import plan_maxima
from gql_api.schema.types.plan_inputs import PlannedCourseInput, PlanWarning, shown_warnings
from gql_api.schema.types.terms import TermInput
from gql_api.writes import mistakes, planned_courses, planned_entries

Part = TypeVar("Part")

_FIELDS = ("taken_on", "status", "grade", "score", "credits", "is_repeat", "pinned_requirement", "notes")


@strawberry.input(description="New values for an entry. What is left out stays; null clears it.")
class PlannedCourseChange:
    """An entry as it was seen, and what is to be different."""

    id: strawberry.ID = strawberry.field(description="The entry.")
    revision: int = strawberry.field(description="Its `revision` as you read it; a stale one is refused.")
    term: TermInput | None = strawberry.field(default=strawberry.UNSET, description="When it is taken.")
    taken_on: date | None = strawberry.field(default=strawberry.UNSET, description="The day it was taken.")
    status: enums.PlannedStatus | None = strawberry.field(
        default=strawberry.UNSET, description="How far it is; cannot be cleared."
    )
    grade: enums.Grade | None = strawberry.field(default=strawberry.UNSET, description="The grade.")
    score: int | None = strawberry.field(default=strawberry.UNSET, description="The score of an examination.")
    credits: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="The credits; null: those of the catalog."
    )
    is_repeat: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it repeats another entry of its course; cannot be cleared."
    )
    pinned_requirement: str | None = strawberry.field(
        default=strawberry.UNSET, description="The key of the requirement in which it is to count, or nowhere."
    )
    notes: str | None = strawberry.field(default=strawberry.UNSET, description="Notes, at most 2,000 characters.")

    def edit(self, place: int) -> planned_courses.Edit:
        """The change, checked as far as that needs no database.

        Raises:
            InvalidInput, or an ExceptionGroup of both: a bad id, a bad term, their paths beneath `courses`.
        """
        path, given = ("courses", str(place)), self.term
        changes = inputs.given(self, ("term", *_FIELDS))
        key, term = mistakes.both(
            lambda: ids.key_of("PlannedCourse", self.id, path=(*path, "id")),
            lambda: given.value((*path, "term")) if given else given,
        )
        if given:
            changes["term"] = term
        return planned_courses.Edit(id=key, revision=self.revision, changes=changes)


@strawberry.input(description="Entries to be added to a plan.")
class AddCoursesInput:
    """All are added, or none."""

    plan_id: strawberry.ID = strawberry.field(description="The plan.")
    courses: list[PlannedCourseInput] = strawberry.field(description="The entries, 1 to 100; a plan has at most 200.")
    idempotency_key: str | None = strawberry.field(default=None, description=inputs.KEY)
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)


@strawberry.input(description="Changes of entries of a plan.")
class UpdatePlannedCoursesInput:
    """All are made, or none."""

    plan_id: strawberry.ID = strawberry.field(description="The plan.")
    courses: list[PlannedCourseChange] = strawberry.field(description="The changes, 1 to 100.")
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)


@strawberry.input(description="Entries to be removed from a plan.")
class RemoveCoursesInput:
    """All are removed, or none."""

    plan_id: strawberry.ID = strawberry.field(description="The plan.")
    ids: list[strawberry.ID] = strawberry.field(description="The entries, 1 to 200.")
    client_mutation_id: str | None = strawberry.field(default=None, description=inputs.MARK)


@strawberry.type(description="The plan with what was added or changed.")
class PlannedCoursesPayload:
    """What `addCourses` and `updatePlannedCourses` have in common; each has its own type of it."""

    plan: Any = strawberry.field(
        graphql_type=refs.maybe("plans", "Plan"), description="The plan as it is now; null where it was refused."
    )
    planned_courses: Any = strawberry.field(
        graphql_type=refs.many("plans", "PlannedCourse"), description="The entries, in the order of the input."
    )
    warnings: list[PlanWarning] = strawberry.field(description="What is odd about them.")
    errors: list[user_errors.UserError] = strawberry.field(description=inputs.REFUSALS)
    client_mutation_id: str | None = strawberry.field(description=inputs.GIVEN_BACK)


@strawberry.type(description="The answer to `addCourses`.")
class AddCoursesPayload(PlannedCoursesPayload):
    """What was added."""


@strawberry.type(description="The answer to `updatePlannedCourses`.")
class UpdatePlannedCoursesPayload(PlannedCoursesPayload):
    """What was changed."""


@strawberry.type(description="The answer to `removeCourses`.")
class RemoveCoursesPayload:
    """What was removed."""

    plan: Any = strawberry.field(
        graphql_type=refs.maybe("plans", "Plan"), description="The plan as it is now; null where it was refused."
    )
    removed_ids: list[strawberry.ID] = strawberry.field(description="The ids of the entries that are gone.")
    errors: list[user_errors.UserError] = strawberry.field(description=inputs.REFUSALS)
    client_mutation_id: str | None = strawberry.field(description=inputs.GIVEN_BACK)


async def add_courses(info: Info, input: Annotated[AddCoursesInput, inputs.ARGUMENT]) -> AddCoursesPayload:
    """Add entries to a plan."""

    async def work() -> planned_courses.Changed:
        planned_entries.check_size(len(input.courses))
        plan_id, drafts = _read(input.plan_id, [one.draft for one in input.courses])
        origin, key = inputs.origin(info), input.idempotency_key
        return await info.context.written(lambda one: planned_courses.add(one, plan_id, drafts, origin, key))

    outcome = await user_errors.caught(work())
    shown = await _shown(info, outcome, [one.ref for one in input.courses])
    return AddCoursesPayload(**shown, client_mutation_id=input.client_mutation_id)


async def update_planned_courses(
    info: Info, input: Annotated[UpdatePlannedCoursesInput, inputs.ARGUMENT]
) -> UpdatePlannedCoursesPayload:
    """Change entries of a plan."""

    async def work() -> planned_courses.Changed:
        plan_id, edits = _read(input.plan_id, [one.edit for one in input.courses])
        origin = inputs.origin(info)
        return await info.context.written(lambda one: planned_courses.update(one, plan_id, edits, origin))

    outcome = await user_errors.caught(work())
    shown = await _shown(info, outcome)
    return UpdatePlannedCoursesPayload(**shown, client_mutation_id=input.client_mutation_id)


async def remove_courses(info: Info, input: Annotated[RemoveCoursesInput, inputs.ARGUMENT]) -> RemoveCoursesPayload:
    """Remove entries from a plan."""

    async def work() -> tuple[plans.PlanRow, list[int]]:
        plan_id, keys = _read(input.plan_id, [functools.partial(_entry_key, one) for one in input.ids])
        origin = inputs.origin(info)
        return await info.context.written(lambda one: planned_courses.remove(one, plan_id, keys, origin))

    outcome = await user_errors.caught(work())
    plan, removed = outcome.value or (None, [])
    return RemoveCoursesPayload(
        plan=plan,
        removed_ids=[ids.encode("PlannedCourse", id) for id in removed],
        errors=outcome.errors,
        client_mutation_id=input.client_mutation_id,
    )


def _read(plan_id: strawberry.ID, parts: Sequence[Callable[[int], Part]]) -> tuple[int, list[Part]]:
    """The plan's key, and what each part of an input says, read by its place in the list.

    Raises:
        InvalidInput, or an ExceptionGroup of them: everything that cannot be read.
    """
    return mistakes.both(
        lambda: ids.key_of("Plan", plan_id, path=("plan_id",)),
        lambda: mistakes.every(functools.partial(part, place) for place, part in enumerate(parts)),
    )


def _entry_key(id: strawberry.ID, place: int) -> int:
    return ids.key_of("PlannedCourse", id, path=("ids", str(place)))


async def _shown(
    info: Info, outcome: user_errors.Outcome[planned_courses.Changed], client_refs: list[str | None] | None = None
) -> dict[str, Any]:
    done = outcome.value
    warnings: list[PlanWarning] = []
    if done is not None:
        beyond = await plan_maxima.exceeded(info, done.plan, done.entries)
        found = plan_warnings.ordered([*done.warnings, *beyond])
        warnings = shown_warnings(found, done.entries, client_refs or [], done.plan.target_version_id)
    return {
        "plan": done and done.plan,
        "planned_courses": list(done.entries) if done else [],
        "warnings": warnings,
        "errors": outcome.errors,
    }
