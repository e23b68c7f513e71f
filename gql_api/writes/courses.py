"""Use cases on courses: create, update, delete. For administrators; every change is in the audit log."""

from collections.abc import Mapping
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel, col

from gql_api import access, database, errors
from gql_api.domain import codes
from gql_api.reads import courses, rows, statements
from gql_api.tables.courses import Course, CourseAlias
from gql_api.tables.decisions import TransferDecision
from gql_api.tables.equivalencies import EquivalencyAward, EquivalencySource
from gql_api.tables.plans import PlannedCourse
from gql_api.tables.requirements import RequirementOption
from gql_api.writes import audit_log, course_aliases, course_values, idempotency, validation
from gql_api.writes.audit_log import Origin

_COLUMNS: list[sa.ColumnElement[Any]] = rows.columns(Course, courses.CourseRow)
_STORED = [col(getattr(Course, name)) for name in ("id", "institution_id", "revision", *course_values.STORED)]
_USERS: Mapping[str, type[SQLModel]] = {
    "equivalency sources": EquivalencySource,
    "equivalency awards": EquivalencyAward,
    "requirement options": RequirementOption,
    "planned courses": PlannedCourse,
    "transfer decisions": TransferDecision,
}
_INSTITUTION = "fk_courses_institution_id"
_CODE = "uq_courses_institution_id_code_key"
_GIVEN = ("institution_id", "revision", *course_values.STORED)


class DuplicateCourse(errors.Duplicate):
    """The institution has a course with this code; `course_id` is that one where it is known."""

    def __init__(self, message: str, *, course_id: int | None, path: tuple[str, ...] = ()) -> None:
        super().__init__(message, path=path)
        self.course_id = course_id


class StaleCourse(errors.Stale):
    """The course was changed since the administrator saw it."""

    def __init__(self, message: str, *, course_id: int, current: int, path: tuple[str, ...] = ()) -> None:
        super().__init__(message, current=current, path=path)
        self.course_id = course_id


class CourseInUse(errors.InUse):
    """Others refer to the course: `users` says how many of each kind."""

    def __init__(self, message: str, *, users: Mapping[str, int], path: tuple[str, ...] = ()) -> None:
        super().__init__(message, path=path)
        self.users = users


async def create(
    connection: rows.Connection,
    institution_id: int,
    given: Mapping[str, Any],
    origin: Origin,
    idempotency_key: str | None = None,
    *,
    is_alone: bool = False,
) -> courses.CourseRow:
    """Create a course; `given` has fields of `course_values.FIELDS`.

    With `is_alone` whoever opened the transaction wants nothing else in it: where one statement does it all, the COMMIT
    travels with it.

    Raises:
        ExpectedError, or an ExceptionGroup of them: a wrong value, an unknown institution, a code that exists.
    """
    _check_administrator(origin.viewer)
    asked = idempotency.request("createCourse", origin.viewer, idempotency_key, [institution_id, dict(given)])
    if asked is not None:
        first = await idempotency.first_result(connection, asked, origin.now)
        if first is not None:
            return await _created_before(connection, first)
    values = course_values.complete({}, given)
    is_last = is_alone and asked is None and len(values["subjects"]) == 1 and isinstance(connection, database.Session)
    row = await _inserted(connection, institution_id, values, origin, _WHOLE_CREATION if is_last else _CREATION)
    if len(row.subjects) > 1:
        await course_aliases.refresh(connection, institution_id, _keys(row.subject, row.number))
    if asked is not None:
        await idempotency.remember(connection, asked, row.id, origin.now)
    return row


async def update(
    connection: AsyncConnection, course_id: int, revision: int, given: Mapping[str, Any], origin: Origin
) -> courses.CourseRow:
    """Change fields of a course that the administrator saw at `revision`; those not given stay, none clears.

    Raises:
        ExpectedError, or an ExceptionGroup of them: NotFound, StaleCourse, DuplicateCourse, or a wrong value.
    """
    _check_administrator(origin.viewer)
    held = await _locked(connection, course_id)
    if held["revision"] != revision:
        text = f"The course was changed since: you edited revision {revision}, it is {held['revision']} now. "
        text += "Read it again, and repeat your change with the new revision."
        raise StaleCourse(text, course_id=course_id, current=held["revision"], path=("revision",))
    before = {name: held[name] for name in course_values.STORED}
    after = course_values.complete(before, given)
    details = audit_log.changes(before, after)
    if not details["after"]:
        (row,) = await courses.by_id(connection, [course_id])
        return _present(row)
    row = await _updated(connection, held, details["after"], origin)
    if before["code_key"] != after["code_key"]:
        former = _keys(before["subject"], before["number"])
        await course_aliases.forget(connection, course_id, former)
        await course_aliases.refresh(connection, row.institution_id, [*former, *_keys(row.subject, row.number)])
    await audit_log.record(connection, origin, "updateCourse", "courses", course_id, details)
    return row


async def delete(connection: AsyncConnection, course_id: int, origin: Origin) -> int:
    """Delete a course that nothing refers to; its id.

    Raises:
        NotFound: no such course.
        CourseInUse: rules, requirements or plans name it.
    """
    _check_administrator(origin.viewer)
    held = await _locked(connection, course_id)
    counts = [
        sa.select(sa.func.count()).where(col(getattr(table, "course_id")) == course_id).scalar_subquery()  # noqa: B009 - every table of _USERS has it
        for table in _USERS.values()
    ]
    found = (await connection.execute(sa.select(*counts))).one()
    users = {name: count for name, count in zip(_USERS, found, strict=True) if count}
    if users:
        told = ", ".join(_counted(name, count) for name, count in users.items())
        text = f"{held['code']} is named by {told}. Remove those first, or end it with activeUntil."
        raise CourseInUse(text, users=users, path=("id",))
    await connection.execute(sa.delete(Course).where(col(Course.id) == course_id))
    await course_aliases.refresh(connection, held["institution_id"], _keys(held["subject"], held["number"]))
    gone = {name: held[name] for name in course_values.STORED if held[name] is not None}
    await audit_log.record(connection, origin, "deleteCourse", "courses", course_id, audit_log.changes(gone, {}))
    return course_id


def _check_administrator(viewer: access.Viewer) -> None:
    if viewer.role is access.Role.ANONYMOUS:
        raise errors.Unauthenticated("Only an administrator may change courses. Send the header X-Admin-Token.")
    if not viewer.may_administer():
        raise errors.Forbidden("Only an administrator may change courses.")


def _creation() -> rows.Select:
    """The new row, where no other course of the institution has the code or answers to it; and its audit entry."""
    wanted = {name: statements.given(name, col(getattr(Course, name))) for name in _GIVEN}
    answered = sa.exists().where(
        col(CourseAlias.institution_id) == wanted["institution_id"], col(CourseAlias.code_key) == wanted["code_key"]
    )
    created = (
        postgresql.insert(Course)
        .from_select(list(wanted), sa.select(*wanted.values()).where(~answered), include_defaults=False)
        .on_conflict_do_nothing(constraint=_CODE)
        .returning(*_COLUMNS)
        .cte("created")
    )
    return sa.select(created).add_cte(audit_log.recorded(created.c.id))


_CREATION, _WHOLE_CREATION = (statements.Prepared(_creation(), is_last=is_last) for is_last in (False, True))


async def _inserted(
    connection: rows.Connection,
    institution_id: int,
    values: Mapping[str, Any],
    origin: Origin,
    creation: statements.Prepared,
) -> courses.CourseRow:
    given = {**values, "institution_id": institution_id, "revision": 1}
    details = audit_log.changes({}, values)
    entry = audit_log.entry(origin, "createCourse", "courses", details)
    try:
        found = await creation.fetch(connection, courses.CourseRow, **given, **entry)
    except psycopg.IntegrityError as error:
        raise _translated(error, values["code"]) from error
    if not found:
        raise await duplicate(connection, institution_id, values)
    return found[0]


async def _updated(
    connection: AsyncConnection, held: Mapping[str, Any], changes: Mapping[str, Any], origin: Origin
) -> courses.CourseRow:
    if "code_key" in changes:
        found = await duplicate(connection, held["institution_id"], changes)
        if found.course_id not in (None, held["id"]):  # a cross-listing may become one of its own members
            raise found
    statement = (
        sa.update(Course)
        .where(col(Course.id) == held["id"])
        .values(**changes, revision=col(Course.revision) + 1, updated_at=origin.now)
        .returning(*_COLUMNS)
    )
    try:
        return courses.CourseRow(*(await connection.execute(statement)).one())
    except exc.IntegrityError as error:
        raise _translated(error, str(changes.get("code", held["code"]))) from error


async def duplicate(connection: rows.Connection, institution_id: int, values: Mapping[str, Any]) -> DuplicateCourse:
    """The error that names the course with this code."""
    key = values["code_key"]
    is_own = col(Course.code_key) == key
    statement = (
        sa.select(col(Course.id), col(Course.code), col(Course.title), is_own.label("is_own"))
        .where(
            col(Course.institution_id) == institution_id,
            is_own | col(Course.id).in_(_aliased(institution_id, key)),
        )
        .order_by(is_own.desc())
    )
    row = (await connection.execute(statement)).first()
    told = key if row is None else f"{row.code} ({row.title})"
    text = f"The institution has {told} already. Update that course, or give another code."
    if row is not None and not row.is_own:
        text = f"{told} answers to {key} too. Change that course's code first, or give another code."
    return DuplicateCourse(text, course_id=None if row is None else row.id, path=("code",))


def no_institution() -> errors.NotFound:
    """The error for an institution that there is not."""
    return errors.NotFound("There is no institution with this id.", path=("institution_id",))


def _aliased(institution_id: int, key: str) -> sa.Select[int]:
    """The course that answers to a code which is not its own."""
    return sa.select(col(CourseAlias.course_id)).where(
        col(CourseAlias.institution_id) == institution_id, col(CourseAlias.code_key) == key
    )


def _translated(error: validation.Refused, code: str) -> Exception:
    """What a refused constraint means; a constraint that nobody thought of stays a defect."""
    name = validation.refusing_constraint(error)
    if name == _INSTITUTION:
        return no_institution()
    if name == _CODE:
        return DuplicateCourse(f"The institution has {code} already.", course_id=None, path=("code",))
    return error


async def _locked(connection: AsyncConnection, course_id: int) -> dict[str, Any]:
    statement = sa.select(*_STORED).where(col(Course.id) == course_id).with_for_update()
    row = (await connection.execute(statement)).mappings().first()
    if row is None:
        raise errors.NotFound("There is no course with this id.", path=("id",))
    return dict(row)


async def _created_before(connection: rows.Connection, course_id: int) -> courses.CourseRow:
    (row,) = await courses.by_id(connection, [course_id])
    if row is None:
        text = "The course that this key created is gone. Use a new key for a new course."
        raise errors.Conflict(text, path=("idempotency_key",))
    return row


def _present(row: courses.CourseRow | None) -> courses.CourseRow:
    if row is None:
        raise AssertionError  # it is locked by this transaction
    return row


def _counted(name: str, count: int) -> str:
    return f"1 {name.removesuffix('s')}" if count == 1 else f"{count} {name}"


def _keys(subject: str, number: str) -> list[str]:
    """A course's own code and those of the members of its cross-listing."""
    code = codes.CourseCode(subject, number)
    return [code.key, *code.aliases]
