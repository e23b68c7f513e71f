"""Use cases on the entries of a plan: add, update, remove. All or nothing; changes of one plan take turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api import errors
from gql_api.domain import plan_warnings
from gql_api.reads import course_references, plans
from gql_api.tables.idempotency import IdempotencyKey
from gql_api.tables.plans import PlannedCourse
from gql_api.writes import audit_log, idempotency, plan_locks, planned_entries, planned_warnings, validation
from gql_api.writes.audit_log import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The plan after the change, the entries touched in the order of the input, and what is odd about them."""

    plan: plans.PlanRow
    entries: tuple[plans.PlannedCourseRow, ...]
    warnings: tuple[plan_warnings.Warning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """New values for an entry that the client saw at `revision`; fields that are not in `changes` stay.

    The fields are those of `planned_entries.Draft` without `course` and `ref`; none clears one.
    """

    id: int
    revision: int
    changes: Mapping[str, Any]


AGAIN = "Read it again, and repeat your change with the new revision."


class StaleEntry(errors.Stale):
    """An entry of the plan was changed since the client saw it."""

    def __init__(self, message: str, *, plan_id: int, current: int, path: tuple[str, ...] = ()) -> None:
        super().__init__(message, current=current, path=path)
        self.plan_id = plan_id


async def add(
    connection: AsyncConnection,
    plan_id: int,
    drafts: Sequence[planned_entries.Draft],
    origin: Origin,
    idempotency_key: str | None = None,
) -> Changed:
    """Add entries.

    Raises:
        ExpectedError, or an ExceptionGroup of them: the plan is not the viewer's (NotFound), or an entry is wrong.
    """
    asked = idempotency.request("addCourses", origin.viewer, idempotency_key, [plan_id, *drafts])
    if asked is not None and await idempotency.first_result(connection, asked, origin.now) is not None:
        return await _added_before(connection, plan_id, asked, origin)
    plan = await plan_locks.changing(connection, origin, plan_id)
    (existing,) = await plans.entries(connection, [plan_id])
    ready = await planned_entries.ready(connection, drafts, existing, _versions(plan))
    made = await planned_entries.insert(connection, plan_id, ready.rows)
    if asked is not None:
        await idempotency.remember(connection, asked, plan_id, origin.now)
    await _record(connection, origin, "addCourses", plan, [row.id for row in made])
    everything, today = [*existing, *made], origin.now.date()
    warnings = await planned_warnings.warned(connection, plan_id, everything, made, ready.known, today)
    return Changed(plan=plan, entries=tuple(made), warnings=warnings)


async def update(connection: AsyncConnection, plan_id: int, edits: Sequence[Edit], origin: Origin) -> Changed:
    """Change entries. What is changed to what it is already keeps its revision, and the plan its own if all is so.

    Raises:
        ExpectedError, or an ExceptionGroup of them: NotFound, StaleEntry, or a wrong value.
    """
    planned_entries.check_size(len(edits))
    plan = await plan_locks.held(connection, origin, plan_id)
    (existing,) = await plans.entries(connection, [plan_id])
    held = {row.id: row for row in existing}
    _check_edits(edits, held)
    known = await course_references.catalog(connection, sorted({row.course_id for row in existing if row.course_id}))
    changed = [_edited(held[edit.id], edit, origin) for edit in edits]
    after = held | {row.id: row for row in changed}
    mistakes = _mistakes(edits, changed, after, known)
    pins = [edit.changes.get("pinned_requirement") for edit in edits]
    mistakes += await planned_entries.pin_problems(connection, _versions(plan), pins)
    validation.refuse(mistakes)
    if different := [row for row in changed if row is not held[row.id]]:
        plan = await plan_locks.changing(connection, origin, plan_id)
        await _write(connection, different)
        await _record(connection, origin, "updatePlannedCourses", plan, [row.id for row in different])
    everything, today = list(after.values()), origin.now.date()
    warnings = await planned_warnings.warned(connection, plan_id, everything, changed, known, today)
    return Changed(plan=plan, entries=tuple(changed), warnings=warnings)


async def remove(
    connection: AsyncConnection, plan_id: int, ids: Sequence[int], origin: Origin
) -> tuple[plans.PlanRow, list[int]]:
    """Remove entries; the plan after it, and the ids removed in the order given.

    Raises:
        ExpectedError, or an ExceptionGroup of them: NotFound, for the plan or for an entry that it does not have.
    """
    if not 1 <= len(ids) <= planned_entries.MOST_A_PLAN:
        text = f"Give 1 to {planned_entries.MOST_A_PLAN} ids at a time."
        raise errors.InvalidInput(text, path=("ids",))
    plan = await plan_locks.changing(connection, origin, plan_id)
    statement = (
        sa.delete(PlannedCourse)
        .where(col(PlannedCourse.plan_id) == plan_id, col(PlannedCourse.id).in_(ids))
        .returning(col(PlannedCourse.id))
    )
    gone = set((await connection.execute(statement)).scalars())
    text = "The plan has no such entry; it may have been removed before."
    missing = [errors.NotFound(text, path=("ids", str(place))) for place, id in enumerate(ids) if id not in gone]
    validation.refuse([*missing])
    removed = list(dict.fromkeys(ids))
    await _record(connection, origin, "removeCourses", plan, removed)
    return plan, removed


async def _added_before(
    connection: AsyncConnection, plan_id: int, asked: idempotency.Request, origin: Origin
) -> Changed:
    """What the first request with this key added, as it is now: its entries were made at the moment of the key."""
    (plan,) = await plans.by_id(connection, origin.viewer, [plan_id])
    if plan is None:
        raise plan_locks.missing()
    moment = sa.select(col(IdempotencyKey.created_at)).where(col(IdempotencyKey.key_hash) == asked.key_hash)
    at = (await connection.execute(moment)).scalar_one()
    (existing,) = await plans.entries(connection, [plan_id])
    made = sorted((row for row in existing if row.created_at == at), key=lambda row: row.id)
    known = await course_references.catalog(connection, sorted({row.course_id for row in existing if row.course_id}))
    warnings = await planned_warnings.warned(connection, plan_id, existing, made, known, origin.now.date())
    return Changed(plan=plan, entries=tuple(made), warnings=warnings)


def _check_edits(edits: Sequence[Edit], held: Mapping[int, plans.PlannedCourseRow]) -> None:
    mistakes: list[errors.ExpectedError] = []
    seen: set[int] = set()
    for place, edit in enumerate(edits):
        path, row = ("courses", str(place)), held.get(edit.id)
        if row is None:
            mistakes.append(errors.NotFound("The plan has no such entry any more.", path=(*path, "id")))
        elif edit.id in seen:
            mistakes.append(errors.InvalidInput("This entry is named twice. Name it once.", path=(*path, "id")))
        elif row.revision != edit.revision:
            text = f"The entry was changed since: you edited revision {edit.revision}, it is {row.revision} now."
            mistakes.append(
                StaleEntry(f"{text} {AGAIN}", plan_id=row.plan_id, current=row.revision, path=(*path, "revision"))
            )
        seen.add(edit.id)
    validation.refuse(mistakes)


def _edited(row: plans.PlannedCourseRow, edit: Edit, origin: Origin) -> plans.PlannedCourseRow:
    changes = validation.cleaned(edit.changes)
    if "term" in changes:
        changes |= planned_entries.term_columns(changes.pop("term"))
    if "pinned_requirement" in changes:
        changes["pinned_key"] = changes.pop("pinned_requirement")
    if all(getattr(row, name) == value for name, value in changes.items()):
        return row
    return row._replace(**changes, revision=row.revision + 1, updated_at=origin.now)


def _mistakes(
    edits: Sequence[Edit],
    changed: Sequence[plans.PlannedCourseRow],
    after: Mapping[int, plans.PlannedCourseRow],
    known: Mapping[int, plan_warnings.CatalogCourse],
) -> list[errors.ExpectedError]:
    mistakes: list[errors.ExpectedError] = []
    for place, (edit, row) in enumerate(zip(edits, changed, strict=True)):
        path = ("courses", str(place))
        mistakes += planned_entries.problems(row._asdict(), known.get(row.course_id or 0), path)
        firsts = [one for one in after.values() if one.course_id == row.course_id and not one.is_repeat]
        if "is_repeat" in edit.changes and row.course_id is not None and not row.is_repeat and len(firsts) > 1:
            text = "Another entry of this course is not marked as a repeat; one of them must be."
            mistakes.append(errors.Duplicate(text, path=(*path, "is_repeat")))
    return mistakes


async def _write(connection: AsyncConnection, changed: Sequence[plans.PlannedCourseRow]) -> None:
    """One statement for all, those marked as repeats first, so that two entries can change places."""
    kept = {"id", "plan_id", "course_id", "created_at"}
    names = [name for name in plans.PlannedCourseRow._fields if name not in kept]
    statement = (
        sa.update(PlannedCourse)
        .where(col(PlannedCourse.id) == sa.bindparam("which"))
        .values({name: sa.bindparam(name) for name in names})
    )
    values = [
        {"which": row.id, **{name: getattr(row, name) for name in names}}
        for row in sorted(changed, key=lambda row: not row.is_repeat)
    ]
    await connection.execute(statement, values)


async def _record(
    connection: AsyncConnection, origin: Origin, action: str, plan: plans.PlanRow, ids: Sequence[int]
) -> None:
    """What an administrator does to a plan is logged; what its holder does is the holder's own affair."""
    if origin.viewer.may_administer():
        await audit_log.record(connection, origin, action, "plans", plan.id, {"planned_courses": ids})


def _versions(plan: plans.PlanRow) -> list[int]:
    return [version for version in (plan.target_version_id, plan.current_version_id) if version is not None]
