"""What adding and dropping courses would do to a plan, before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import strawberry

from gql_api import errors
from gql_api.domain import audit_results, entries, plan_maxima, plan_warnings, what_if
from gql_api.reads import audit_plans, course_values, plans
from gql_api.reads.audits import Aim
from gql_api.schema import refs, scenarios, user_errors
from gql_api.schema.audited import Audited, Posted
from gql_api.schema.context import Info
from gql_api.schema.types import plan_inputs, progress
from gql_api.schema.types.assignments import Assignment
from gql_api.writes import planned_entries, planned_warnings


@strawberry.type(description="What a plan would be with some courses more and some fewer. Nothing is saved.")
class PlanPreview:
    """Progress before and after, and what is odd about the courses added."""

    warnings: list[plan_inputs.PlanWarning] = strawberry.field(
        description="What is odd about the courses in `add`; it would not stand in the way of adding them."
    )
    assignments: Any = strawberry.field(
        graphql_type=list[Assignment],
        description="Where the courses in `add` would be applied in the target program; absent ones nowhere.",
    )
    before: Any = strawberry.field(
        graphql_type=refs.maybe("progress", "Progress"),
        description="The progress as it is; null without a target program.",
    )
    after: Any = strawberry.field(
        graphql_type=refs.maybe("progress", "Progress"),
        description="The progress as it would be; null without a target program.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Added:
    """The courses to be added as rows with the courses that these name, and what is odd about them."""

    rows: tuple[plans.PlannedCourseRow, ...] = ()
    known: Mapping[int, course_values.CourseValue] = field(default_factory=dict[int, course_values.CourseValue])
    warnings: tuple[plan_warnings.Warning, ...] = ()


async def preview(
    info: Info, plan: plans.PlanRow, add: Sequence[plan_inputs.PlannedCourseInput], drop: Sequence[strawberry.ID]
) -> PlanPreview:
    """The plan with the changes.

    Raises:
        ExpectedError: the first mistake, with its path beneath `add` or `drop`.
    """
    held = await info.context.loaders.planned_courses.load(plan.id)
    dropped = scenarios.entry_ids(held, drop)
    kept = [row for row in held if row.id not in dropped]
    added = await _added(info, plan, kept, add)
    made = tuple(audit_plans.entry_value(_entry_row(row), added.known) for row in added.rows)
    before = await progress.of(info, plan.id, Aim.TARGET)
    version = None if before is None else await info.context.loaders.version.load(before.audit.version_id)
    more = Posted(courses=made, refs=tuple(one.ref for one in add))
    after = None
    if version is not None:
        after = await scenarios.audited(info, version, more, plan=plan, dropped=dropped)
    beyond = () if after is None else plan_maxima.warnings(after.audit.unapplied, _places(made))
    warnings = plan_inputs.shown_warnings(
        plan_warnings.ordered([*added.warnings, *beyond]),
        added.rows,
        [one.ref for one in add],
        plan.target_version_id,
    )
    return PlanPreview(
        warnings=[replace(one, planned_course_id=None) for one in warnings],
        assignments=[] if after is None else _assigned(after),
        before=before,
        after=after,
    )


async def _added(
    info: Info,
    plan: plans.PlanRow,
    kept: Sequence[plans.PlannedCourseRow],
    add: Sequence[plan_inputs.PlannedCourseInput],
) -> _Added:
    """The courses to be added, checked as `addCourses` checks them; one that the plan has already is no mistake."""
    if not add:
        return _Added()
    versions = [id for id in (plan.target_version_id, plan.current_version_id) if id is not None]
    today = info.context.now.date()
    try:
        drafts = [one.draft(place) for place, one in enumerate(add)]
        async with info.context.reading() as connection:
            with user_errors.first_of_several():
                ready = await planned_entries.ready(connection, drafts, kept, versions, may_duplicate=True)
            known = await course_values.by_id(connection, sorted(ready.known))
    except errors.ExpectedError as error:
        raise type(error)(error.message, path=("add", *error.path[1:])) from None
    rows = tuple(_row(info, plan.id, place, values) for place, values in enumerate(ready.rows))
    async with info.context.reading() as connection:
        found = await planned_warnings.warned(connection, plan.id, [*kept, *rows], rows, ready.known, today)
    return _Added(rows=rows, known=known, warnings=found)


def _places(made: Sequence[entries.PlannedEntry]) -> Mapping[int, int]:
    """The places in the input of the entries of the changed plan, by id."""
    return {one.id: place for place, one in enumerate(what_if.added(made))}


def _row(info: Info, plan_id: int, place: int, values: Mapping[str, Any]) -> plans.PlannedCourseRow:
    now = info.context.now
    own: dict[str, Any] = {"id": -place - 1, "plan_id": plan_id, "revision": 1, "created_at": now, "updated_at": now}
    return plans.PlannedCourseRow(**{**values, **own})


def _entry_row(row: plans.PlannedCourseRow) -> audit_plans.EntryRow:
    return audit_plans.EntryRow(**{name: getattr(row, name) for name in audit_plans.EntryRow._fields})


def _assigned(after: Audited) -> list[audit_results.Applied]:
    """Each added course where it is applied: in the leaves, which come in order."""
    parents = {result.parent_key for result in after.audit.requirements}
    return [
        one
        for result in after.audit.requirements
        if result.key not in parents
        for one in result.in_view(entries.View.PLANNED).applied
        if any(what_if.place(id) is not None for id in one.entry_ids)
    ]
