"""Plans and their entries. Every look-up by a viewer starts from `visible_to`, so that none can forget it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api import access
from gql_api.domain import grades, statuses, terms
from gql_api.reads import listings, needed, pages, rows, statements
from gql_api.tables.plans import Plan, PlannedCourse
from gql_api.tables.programs import ProgramVersion


class PlanRow(NamedTuple):
    """A plan without its entries."""

    id: int
    name: str | None
    student_name: str | None
    student_email: str | None
    advisor_email: str | None
    status: statuses.PlanStatus
    catalog_term_key: int | None
    target_version_id: int | None
    current_version_id: int | None
    revision: int
    created_at: datetime
    updated_at: datetime


class PlannedCourseRow(NamedTuple):
    """One entry of a plan."""

    id: int
    plan_id: int
    course_id: int | None
    unlisted_institution: str | None
    unlisted_code: str | None
    unlisted_title: str | None
    unlisted_credits: Decimal | None
    year: int | None
    season: terms.Season | None
    session: str | None
    taken_on: date | None
    status: statuses.PlannedStatus
    grade: grades.Grade | None
    score: int | None
    credits: Decimal | None
    is_repeat: bool
    pinned_key: str | None
    notes: str | None
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a plan must be; an empty field asks nothing, several must all hold."""

    search: str | None = None
    states: tuple[statuses.PlanStatus, ...] = ()
    target_program_id: int | None = None


_COLUMNS = rows.columns(Plan, PlanRow)
_ENTRY_COLUMNS = rows.columns(PlannedCourse, PlannedCourseRow)

RECENT = pages.Order(name="RECENT", columns=(col(Plan.updated_at), col(Plan.id)), is_descending=True)
OLDEST = pages.Order(name="OLDEST", columns=(col(Plan.created_at), col(Plan.id)))
ORDERS = {order.name: order for order in (RECENT, OLDEST)}


def visible_to(viewer: access.Viewer) -> sa.ColumnElement[bool]:
    """The plans that this viewer may read; deleted ones are nobody's."""
    return _visible(**{name: sa.literal(value) for name, value in _as(viewer).items()})


def _visible(everyones: sa.ColumnElement[bool], own: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.and_(col(Plan.deleted_at).is_(None), sa.or_(everyones, col(Plan.id) == own))


def _as(viewer: access.Viewer) -> dict[str, Any]:
    """The viewer as parameters: whether every plan is theirs to read, and the one that is; 0 is nobody's."""
    return {"everyones": viewer.may_administer(), "own": viewer.plan_id or 0}


_TO_VIEWER = _visible(sa.bindparam("everyones", type_=sa.Boolean), sa.bindparam("own", type_=sa.BigInteger))
_BY_ID = statements.Prepared(sa.select(*_COLUMNS).where(statements.among(col(Plan.id), "ids"), _TO_VIEWER))


async def by_id(connection: rows.Connection, viewer: access.Viewer, ids: Sequence[int]) -> list[PlanRow | None]:
    """The plans with these ids that the viewer may read; none for others, whether they exist or not."""
    found = await _BY_ID.fetch(connection, PlanRow, ids=list(ids), **_as(viewer))
    return rows.in_order(ids, {row.id: row for row in found})


_ID_OF_CODE = statements.Prepared(
    sa.select(col(Plan.id)).where(statements.among(col(Plan.code_hmac), "digests"), col(Plan.deleted_at).is_(None))
)


async def id_of_code(connection: rows.Connection, digests: Sequence[bytes]) -> int | None:
    """The plan whose stored code is one of these HMACs (one per valid secret)."""
    found = await _ID_OF_CODE.every(connection, digests=list(digests))
    return found[0][0] if found else None


_SEASON = sa.case(
    {one.name: one.position for one in terms.Season}, value=sa.cast(rows.element(col(PlannedCourse.season)), sa.Text)
)
_ENTRIES = statements.Prepared(
    sa.select(*_ENTRY_COLUMNS)
    .where(statements.among(col(PlannedCourse.plan_id), "ids"))
    .order_by(col(PlannedCourse.year).asc().nulls_last(), _SEASON.asc().nulls_last(), col(PlannedCourse.id))
)


async def entries(connection: rows.Connection, plan_ids: Sequence[int]) -> list[list[PlannedCourseRow]]:
    """The entries of each plan by term, unscheduled last; a plan has at most 200."""
    found = rows.grouped(
        (row.plan_id, row) for row in await _ENTRIES.fetch(connection, PlannedCourseRow, ids=list(plan_ids))
    )
    return [found[key] for key in plan_ids]


_ENTRIES_BY_ID = statements.Prepared(
    sa.select(*_ENTRY_COLUMNS)
    .join(Plan, col(Plan.id) == col(PlannedCourse.plan_id))
    .where(statements.among(col(PlannedCourse.id), "ids"), _TO_VIEWER)
)


async def entries_by_id(
    connection: rows.Connection, viewer: access.Viewer, ids: Sequence[int]
) -> list[PlannedCourseRow | None]:
    """The entries with these ids whose plan the viewer may read."""
    found = await _ENTRIES_BY_ID.fetch(connection, PlannedCourseRow, ids=list(ids), **_as(viewer))
    return rows.in_order(ids, {row.id: row for row in found})


def _entry_of_course() -> rows.Select:
    entry = PlannedCourse
    wanted = statements.listed("wanted", plan_id=sa.BigInteger(), course_id=sa.BigInteger())
    is_wanted = sa.and_(col(entry.plan_id) == wanted.c.plan_id, col(entry.course_id) == wanted.c.course_id)
    return sa.select(*_ENTRY_COLUMNS).join(wanted, is_wanted).order_by(col(entry.id))


_ENTRY_OF_COURSE = statements.Prepared(_entry_of_course())


async def entry_of_course(connection: rows.Connection, keys: Sequence[tuple[int, int]]) -> list[list[PlannedCourseRow]]:
    """For each (plan, course): the plan's entries of that course."""
    found = await _ENTRY_OF_COURSE.fetch(
        connection, PlannedCourseRow, plan_id=[key[0] for key in keys], course_id=[key[1] for key in keys]
    )
    entries_of = rows.grouped(((row.plan_id, row.course_id), row) for row in found)
    return [entries_of[key] for key in keys]


def _aimed_at(program: listings.Parameter) -> sa.ColumnElement[bool]:
    versions = sa.select(col(ProgramVersion.id)).where(col(ProgramVersion.program_id) == program)
    return col(Plan.target_version_id).in_(versions)


_LISTING = listings.Listing(
    needed.Columns(Plan, PlanRow),
    {
        "search": listings.containing(col(Plan.student_name), col(Plan.name)),
        "states": listings.among(col(Plan.status)),
        "target_program_id": listings.Condition(sa.BigInteger(), _aimed_at),
    },
    always=(_TO_VIEWER,),
)


async def page(
    connection: rows.Connection, viewer: access.Viewer, wanted: Filter, order: pages.Order, window: pages.Window
) -> pages.Page[PlanRow]:
    """A window of the plans that the viewer may read and that pass the filter."""
    return await _LISTING.page(connection, wanted, order, window, **_as(viewer))


async def count(connection: rows.Connection, viewer: access.Viewer, wanted: Filter) -> int:
    """How many of them there are, counted no further than one beyond `pages.COUNTED`."""
    return await _LISTING.count(connection, wanted, **_as(viewer))
