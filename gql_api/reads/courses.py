"""Courses: by id, by code, their aliases, successors, cross-listed sisters, and as lists."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api.reads import pages, rows
from gql_api.tables.courses import Course, CourseAlias, CourseSuccessor

_ARRAY_OF_IDS = sa.ARRAY(sa.BigInteger)


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


COLUMNS = rows.columns(Course, CourseRow)

BY_CODE = pages.Order(name="CODE", columns=(col(Course.code_key), col(Course.id)))
BY_TITLE = pages.Order(name="TITLE", columns=(col(Course.title), col(Course.id)))
ORDERS = {order.name: order for order in (BY_CODE, BY_TITLE)}


async def by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[CourseRow | None]:
    """The courses with these ids, none for an unknown one."""
    statement = sa.select(*COLUMNS).where(col(Course.id).in_(ids))
    return rows.in_order(ids, {row.id: row for row in await rows.fetch(connection, statement, CourseRow)})


async def by_code(connection: AsyncConnection, keys: Sequence[tuple[int, str]]) -> list[CourseRow | None]:
    """The course of each (institution id, normalised code): its own code first, else an alias."""
    wanted = (
        sa.func.unnest(
            sa.bindparam("institutions", [key[0] for key in keys], type_=_ARRAY_OF_IDS),
            sa.bindparam("codes", [key[1] for key in keys], type_=sa.ARRAY(sa.Text)),
        )
        .table_valued("institution_id", "code_key", name="wanted")
        .render_derived()
    )
    aliased: rows.Select = sa.select(
        col(CourseAlias.course_id), col(CourseAlias.institution_id), col(CourseAlias.code_key), sa.literal(1)
    )
    own: rows.Select = sa.select(
        rows.element(col(Course.id)).label("course_id"),
        rows.element(col(Course.institution_id)).label("institution_id"),
        rows.element(col(Course.code_key)).label("code_key"),
        sa.literal(0).label("rank"),
    )
    known = own.union_all(aliased).subquery("known")
    statement = (
        sa.select(wanted.c.institution_id, wanted.c.code_key, *COLUMNS)
        .select_from(wanted)
        .join(
            known,
            sa.and_(known.c.institution_id == wanted.c.institution_id, known.c.code_key == wanted.c.code_key),
        )
        .join(Course, col(Course.id) == known.c.course_id)
        .order_by(known.c.rank.desc())
    )
    found = await rows.every(connection, statement)
    return rows.in_order(keys, {(row[0], row[1]): CourseRow(*row[2:]) for row in found})


async def aliases(connection: AsyncConnection, ids: Sequence[int]) -> list[list[str]]:
    """The other codes of each course, sorted."""
    statement = (
        sa.select(col(CourseAlias.course_id), col(CourseAlias.code_key))
        .where(col(CourseAlias.course_id).in_(ids))
        .order_by(col(CourseAlias.code_key))
    )
    found = rows.grouped((row[0], row[1]) for row in await rows.every(connection, statement))
    return [found[key] for key in ids]


async def successors(connection: AsyncConnection, ids: Sequence[int]) -> list[list[CourseRow]]:
    """What replaced each course, by code."""
    statement = (
        sa.select(col(CourseSuccessor.course_id), *COLUMNS)
        .join(Course, col(Course.id) == col(CourseSuccessor.successor_id))
        .where(col(CourseSuccessor.course_id).in_(ids))
        .order_by(*BY_CODE.columns)
    )
    return await _lists(connection, statement, ids)


async def cross_listed(connection: AsyncConnection, ids: Sequence[int]) -> list[list[CourseRow]]:
    """The other members of each course's cross-list group, by code."""
    mine = orm.aliased(Course)
    statement = (
        sa.select(col(mine.id), *COLUMNS)
        .join(Course, col(Course.cross_list_group_id) == col(mine.cross_list_group_id))
        .where(col(mine.id).in_(ids), col(Course.id) != col(mine.id))
        .order_by(*BY_CODE.columns)
    )
    return await _lists(connection, statement, ids)


async def _lists(connection: AsyncConnection, statement: rows.Select, ids: Sequence[int]) -> list[list[CourseRow]]:
    found = rows.grouped((row[0], CourseRow(*row[1:])) for row in await rows.every(connection, statement))
    return [found[key] for key in ids]
