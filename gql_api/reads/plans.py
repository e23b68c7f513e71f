"""Plans and their entries. Every look-up by a viewer starts from `visible_to`, so that none can forget it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlmodel import col

from gql_api import access
from gql_api.domain import grades, statuses, terms
from gql_api.reads import courses, listings, needed, pages, programs, rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.plans import Plan, PlannedCourse
from gql_api.tables.programs import Program, ProgramVersion


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


_Entry: TypeAlias = needed.Kept[PlannedCourseRow]
_Course: TypeAlias = needed.Kept[courses.CourseRow] | None
_COLUMNS = rows.columns(Plan, PlanRow)
_ENTRY_COLUMNS = rows.columns(PlannedCourse, PlannedCourseRow)
_NEEDED_OF_ENTRIES = needed.Columns(
    PlannedCourse,
    PlannedCourseRow,
    {
        **needed.by_name(PlannedCourseRow),
        "plan_id": ("plan",),
        "course_id": ("course", "totals"),
        **dict.fromkeys(("unlisted_institution", "unlisted_code", "unlisted_title"), ("unlisted",)),
        "unlisted_credits": ("unlisted", "totals"),
        **dict.fromkeys(("year", "season", "session"), ("term", "terms")),
        "status": ("status", "totals"),
        "credits": ("credits", "totals"),
        "pinned_key": ("pinned_requirement",),
    },
)
"""The columns of an entry, and the fields that look at them; what changes entries looks at all."""

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


_HAS_CODE = sa.and_(statements.among(col(Plan.code_hmac), "digests"), col(Plan.deleted_at).is_(None))
_OF_CODE = statements.Prepared(sa.select(*_COLUMNS).where(_HAS_CODE))


async def of_code(connection: rows.Connection, digests: Sequence[bytes]) -> PlanRow | None:
    """The plan whose stored code is one of these HMACs (one per valid secret): whoever has the code may read it."""
    found = await _OF_CODE.fetch(connection, PlanRow, digests=list(digests))
    return found[0] if found else None


class Opened(NamedTuple):
    """A plan, the version of its target and its program, if it has one; its entries and their courses, if they came."""

    plan: PlanRow
    target: programs.VersionRow | None
    program: programs.ProgramRow | None
    entries: list[PlannedCourseRow] | None = None
    taken: Mapping[int, courses.CourseRow] = MappingProxyType({})


_OF_CODE_WITH_TARGET = statements.Prepared(
    sa.select(*_COLUMNS, *programs.VERSION_COLUMNS, *programs.COLUMNS)
    .select_from(Plan)
    .outerjoin(ProgramVersion, col(ProgramVersion.id) == col(Plan.target_version_id))
    .outerjoin(Program, col(Program.id) == col(ProgramVersion.program_id))
    .where(_HAS_CODE)
)


async def of_code_with_target(connection: rows.Connection, digests: Sequence[bytes]) -> Opened | None:
    """The same with what it is aimed at, in one statement."""
    found = await _OF_CODE_WITH_TARGET.every(connection, digests=list(digests))
    return _opened(found[0]) if found else None


async def of_code_with_entries(
    connection: rows.Connection, digests: Sequence[bytes], fields: needed.Fields
) -> Opened | None:
    """The same with its entries, as `entries_with_courses` has them, in one round trip."""
    kept, course = _kept(fields)
    found, every = await statements.together(
        connection,
        _OF_CODE_WITH_TARGET.asked(digests=list(digests)),
        _with_courses(kept, course, _OF_CODES).asked(kept.make, is_stored=True, digests=list(digests)),
    )
    if not found:
        return None
    return _opened(found[0])._replace(entries=every, taken=_taken(every, kept, course))


def _opened(row: tuple[Any, ...]) -> Opened:
    start = len(_COLUMNS)
    end = start + len(programs.VERSION_COLUMNS)
    plan = PlanRow(*row[:start])
    if plan.target_version_id is None:
        return Opened(plan, None, None)
    return Opened(plan, programs.VersionRow(*row[start:end]), programs.ProgramRow(*row[end:]))


_SEASON = sa.case(
    {one.name: one.position for one in terms.Season}, value=sa.cast(rows.element(col(PlannedCourse.season)), sa.Text)
)
_BY_TERM = (col(PlannedCourse.year).asc().nulls_last(), _SEASON.asc().nulls_last(), col(PlannedCourse.id))
_OF_PLANS = statements.among(col(PlannedCourse.plan_id), "ids")
_OF_CODES = col(PlannedCourse.plan_id) == sa.any_(
    sa.func.array(sa.select(col(Plan.id)).where(_HAS_CODE).scalar_subquery())
)
_ENTRIES = statements.Prepared(sa.select(*_ENTRY_COLUMNS).where(_OF_PLANS).order_by(*_BY_TERM))


async def entries(connection: rows.Connection, plan_ids: Sequence[int]) -> list[list[PlannedCourseRow]]:
    """The entries of each plan by term, unscheduled last; a plan has at most 200."""
    found = rows.grouped(
        (row.plan_id, row) for row in await _ENTRIES.fetch(connection, PlannedCourseRow, ids=list(plan_ids))
    )
    return [found[key] for key in plan_ids]


def _kept(fields: needed.Fields) -> tuple[_Entry, _Course]:
    """The columns of entries that these fields look at, and of their courses, where one looks at courses."""
    course = None if fields.isdisjoint(("course", "totals")) else courses.NEEDED.kept(fields)
    return _NEEDED_OF_ENTRIES.kept(fields), course


@lru_cache(500)
def _with_courses(kept: _Entry, course: _Course, of_plans: sa.ColumnElement[bool] = _OF_PLANS) -> statements.Prepared:
    """The entries of plans, the plan's id, and their course's columns where those are wanted."""
    entry = PlannedCourse
    statement: rows.Select = sa.select(*kept.columns, col(entry.plan_id))
    if course is not None:
        statement = statement.add_columns(*course.columns).outerjoin(Course, col(Course.id) == col(entry.course_id))
    return statements.Prepared(statement.where(of_plans).order_by(*_BY_TERM))


def _taken(every: list[PlannedCourseRow], kept: _Entry, course: _Course) -> dict[int, courses.CourseRow]:
    """The courses behind the rows of `_with_courses`."""
    if course is None:
        return {}
    start = len(kept.columns) + 1
    taken = map(course.make, map(itemgetter(slice(start, None)), every))
    known = dict(zip(map(itemgetter(start), every), taken, strict=True))
    known.pop(None, None)  # of entries without a course
    return known


async def entries_with_courses(
    connection: rows.Connection, plan_ids: Sequence[int], fields: needed.Fields
) -> tuple[list[list[PlannedCourseRow]], dict[int, courses.CourseRow]]:
    """The same with the columns that these fields look at; and where one looks at courses, those of the entries."""
    kept, course = _kept(fields)
    every = await _with_courses(kept, course).made(connection, kept.make, ids=list(plan_ids))
    found = rows.beneath(plan_ids, len(kept.columns), every)
    return [found[key] for key in plan_ids], _taken(every, kept, course)


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
