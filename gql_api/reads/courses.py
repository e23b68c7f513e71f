"""Courses: by id, by code, their aliases, successors, cross-listed sisters, and as lists."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api.reads import institutions, listings, needed, pages, parameters, relations, rows, statements
from gql_api.tables import columns
from gql_api.tables.courses import Course, CourseAlias, CourseSuccessor


class CourseRow(NamedTuple):
    """A course as the API shows it."""

    id: int
    institution_id: int
    code: str
    subject: str
    number: str
    subjects: list[str]
    title: str
    description: str | None
    credits_min: Decimal | None
    credits_max: Decimal | None
    credits_text: str | None
    level: int | None
    department: str | None
    attributes: dict[str, Any]
    prerequisite_text: str | None
    active_from: date | None
    active_until: date | None
    cross_list_group_id: int | None
    revision: int
    repeatable_times: int | None
    repeatable_credits: Decimal | None


COLUMNS = rows.columns(Course, CourseRow)
NEEDED = needed.Columns(
    Course,
    CourseRow,
    needed.by_name(
        CourseRow,
        institution_id=("institution", "prerequisites", "can_take"),
        credits_min=("credits_min", "totals"),
        prerequisite_text=("prerequisite_text", "prerequisites", "can_take"),
        cross_list_group_id=("cross_listed",),
    ),
)
"""The columns of a course, and the fields that look at them."""

BY_CODE = pages.Order(name="CODE", columns=(col(Course.code_key), col(Course.id)))
BY_TITLE = pages.Order(name="TITLE", columns=(col(Course.title), col(Course.id)))
ORDERS = {order.name: order for order in (BY_CODE, BY_TITLE)}


@lru_cache(500)
def with_ids(kept: needed.Kept[CourseRow]) -> relations.Above:
    """The courses whose ids are given as `ids`."""
    return relations.Above(statement=sa.select(*kept.columns).where(statements.among(col(Course.id), "ids")))


@lru_cache(500)
def _by_id(kept: needed.Kept[CourseRow]) -> statements.Prepared:
    return statements.Prepared(with_ids(kept).statement)


def asked(ids: parameters.Written, fields: needed.Fields) -> statements.Asked:
    """The statement of the courses with these ids, to be sent with others."""
    kept = NEEDED.kept(fields)
    return _by_id(kept).asked(kept.make, is_stored=True, ids=ids)


async def by_id(
    connection: rows.Connection, ids: Sequence[int], fields: needed.Fields | None = None
) -> list[CourseRow | None]:
    """The courses with these ids, none for an unknown one."""
    kept = NEEDED.kept(fields)
    found = await _by_id(kept).made(connection, kept.make, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


def _by_code() -> rows.Select:
    wanted = statements.listed("wanted", institution_id=sa.BigInteger(), code_key=sa.Text())
    own: rows.Select = sa.select(
        rows.element(col(Course.id)).label("course_id"),
        rows.element(col(Course.institution_id)).label("institution_id"),
        rows.element(col(Course.code_key)).label("code_key"),
        sa.literal(0).label("rank"),
    )
    alias = CourseAlias
    aliased: rows.Select = sa.select(
        col(alias.course_id), col(alias.institution_id), col(alias.code_key), sa.literal(1)
    )
    known = own.union_all(aliased).subquery("known")
    is_wanted = sa.and_(known.c.institution_id == wanted.c.institution_id, known.c.code_key == wanted.c.code_key)
    return (
        sa.select(wanted.c.institution_id, wanted.c.code_key, *COLUMNS)
        .select_from(wanted)
        .join(known, is_wanted)
        .join(Course, col(Course.id) == known.c.course_id)
        .order_by(known.c.rank.desc())
    )


_BY_CODE = statements.Prepared(_by_code())


async def by_code(connection: rows.Connection, keys: Sequence[tuple[int, str]]) -> list[CourseRow | None]:
    """The course of each (institution id, normalised code): its own code first, else an alias."""
    found = await _BY_CODE.every(connection, institution_id=[key[0] for key in keys], code_key=[key[1] for key in keys])
    return rows.in_order(keys, {(row[0], row[1]): CourseRow(*row[2:]) for row in found})


@lru_cache(500)
def with_names(kept: needed.Kept[CourseRow]) -> relations.Above:
    """The courses of the given names of institutions and codes (`name`, `code_key`), their own or else an alias.

    Behind a course's columns stand the name and the code, and the institution that the name means; where it has no such
    course, the course's columns are null.
    """
    wanted = statements.listed("wanted", name=sa.Text(), code_key=sa.Text())
    college = institutions.called("wanted.name")
    code = sa.literal_column("wanted.code_key", type_=sa.Text)
    there = sa.literal_column("college.id", type_=sa.BigInteger)
    own = sa.select(col(Course.id)).where(col(Course.institution_id) == there, col(Course.code_key) == code)
    alias = sa.select(col(CourseAlias.course_id))
    alias = alias.where(col(CourseAlias.institution_id) == there, col(CourseAlias.code_key) == code)
    meant = sa.func.coalesce(own.correlate(None).scalar_subquery(), alias.scalar_subquery())
    colleges = [column.label(f"college_{column.name}") for column in college.c]
    asked = wanted.c.name.label("wanted_name"), wanted.c.code_key.label("wanted_code")
    return relations.Above(
        statement=sa.select(*kept.columns, *asked, *colleges)
        .select_from(wanted)
        .join(college, sa.true())
        .outerjoin(Course, col(Course.id) == meant)
    )


@lru_cache(500)
def _called(kept: needed.Kept[CourseRow]) -> statements.Prepared:
    return statements.Prepared(with_names(kept).statement)


class Called(NamedTuple):
    """The course of each (name of its institution, normalised code), and the institutions that the names mean."""

    courses: list[CourseRow | None]
    institutions: dict[int, institutions.InstitutionRow]


async def called(
    connection: rows.Connection, keys: Sequence[tuple[str, str]], fields: needed.Fields | None = None
) -> Called:
    """What these names and codes mean, in one statement."""
    kept = NEEDED.kept(fields)
    return those_called(keys, kept, await _called(kept).made(connection, tuple[Any, ...], **named(keys)))


def named(keys: Sequence[tuple[str, str]]) -> dict[str, object]:
    """The parameters of `with_names`."""
    return {"name": [key[0] for key in keys], "code_key": [key[1] for key in keys]}


def those_called(
    keys: Sequence[tuple[str, str]], kept: needed.Kept[CourseRow], found: Sequence[tuple[Any, ...]]
) -> Called:
    """What the rows of `with_names` say."""
    width, make = len(kept.columns), institutions.NEEDED.kept(None).make
    known = {row[width : width + 2]: kept.make(row[:width]) for row in found if row[0] is not None}
    colleges = {row[width + 2]: make(row[width + 2 :]) for row in found}
    return Called(rows.in_order(keys, known), colleges)


_ALIASES = statements.Prepared(
    sa.select(col(CourseAlias.course_id), col(CourseAlias.code_key))
    .where(statements.among(col(CourseAlias.course_id), "ids"))
    .order_by(col(CourseAlias.code_key))
)


async def aliases(connection: rows.Connection, ids: Sequence[int]) -> list[list[str]]:
    """The other codes of each course, sorted."""
    found = rows.grouped((row[0], row[1]) for row in await _ALIASES.every(connection, ids=list(ids)))
    return [found[key] for key in ids]


_SUCCESSORS = statements.Prepared(
    sa.select(col(CourseSuccessor.course_id), *COLUMNS)
    .join(Course, col(Course.id) == col(CourseSuccessor.successor_id))
    .where(statements.among(col(CourseSuccessor.course_id), "ids"))
    .order_by(*BY_CODE.elements)
)


async def successors(connection: rows.Connection, ids: Sequence[int]) -> list[list[CourseRow]]:
    """What replaced each course, by code."""
    return await _lists(connection, _SUCCESSORS, ids)


def _cross_listed() -> rows.Select:
    mine = orm.aliased(Course)
    return (
        sa.select(col(mine.id), *COLUMNS)
        .join(Course, col(Course.cross_list_group_id) == col(mine.cross_list_group_id))
        .where(statements.among(col(mine.id), "ids"), col(Course.id) != col(mine.id))
        .order_by(*BY_CODE.elements)
    )


_CROSS_LISTED = statements.Prepared(_cross_listed())


async def cross_listed(connection: rows.Connection, ids: Sequence[int]) -> list[list[CourseRow]]:
    """The other members of each course's cross-list group, by code."""
    return await _lists(connection, _CROSS_LISTED, ids)


async def _lists(
    connection: rows.Connection, statement: statements.Prepared, ids: Sequence[int]
) -> list[list[CourseRow]]:
    found = rows.grouped((row[0], CourseRow(*row[1:])) for row in await statement.every(connection, ids=list(ids)))
    return [found[key] for key in ids]


def _listed_under(subjects: listings.Parameter) -> sa.ColumnElement[bool]:
    """Nearly every course has one subject, in whose index its institution stands, too; the others have their own."""
    several, one = col(Course.subjects), sa.literal_column("1", sa.Integer)
    count = sa.func.cardinality(several)
    is_the_one = sa.and_(count == one, rows.element(col(Course.subject)) == sa.any_(subjects))
    return sa.or_(is_the_one, sa.and_(count > one, several.op("&&")(subjects)))


def _of_subject() -> list[tuple[sa.ColumnElement[bool], ...]]:
    """Those with an institution's one subject, in the order of their codes by index, and the few with several."""
    is_there = col(Course.institution_id) == sa.bindparam("institution_ids", type_=sa.BigInteger)
    subject = sa.bindparam("subjects", type_=sa.Text)
    several, one = col(Course.subjects), sa.literal_column("1", sa.Integer)
    count = sa.func.cardinality(several)
    listed = several.op("&&")(sa.cast(postgresql.array([subject]), columns.TEXT_ARRAY))
    return [(is_there, col(Course.subject) == subject, count == one), (is_there, count > one, listed)]


LISTING = listings.Listing(
    NEEDED,
    {
        "institution_ids": listings.among(col(Course.institution_id)),
        "subjects": listings.Condition(columns.TEXT_ARRAY, _listed_under),
        "departments": listings.among(col(Course.department)),
        "levels": listings.among(col(Course.level)),
        "credits_from": listings.Condition(columns.CREDITS, lambda least: col(Course.credits_max) >= least),
        "credits_to": listings.Condition(columns.CREDITS, lambda most: col(Course.credits_min) <= most),
    },
    short=listings.Short(BY_CODE, ("institution_ids", "subjects"), *_of_subject()),
)
"""The courses that pass the plainest parts of `course_filters.Filter`, in the orders of `ORDERS`."""
