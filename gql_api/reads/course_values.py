"""Catalog courses as domain values, with the cross-listed ones that are the same course. One statement."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from sqlmodel import col

from gql_api.domain import courses, institutions
from gql_api.reads import rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.institutions import Institution


class CourseFacts(NamedTuple):
    """What the rules look at."""

    id: int
    institution_id: int
    code: str
    title: str
    subjects: list[str]
    number: str
    level: int | None
    credits_min: Decimal | None
    credits_max: Decimal | None
    attributes: dict[str, Any]
    cross_list_group_id: int | None
    exclusion_group_id: int | None
    repeatable_times: int | None
    repeatable_credits: Decimal | None


class Row(NamedTuple):
    """A course with what its college says of all of its courses."""

    facts: CourseFacts
    calendar: institutions.Calendar
    kind: institutions.InstitutionKind
    term_calendar: dict[str, Any]


class CourseValue(NamedTuple):
    """A course as the rules see it, and when the terms of its college begin."""

    course: courses.Course
    term_calendar: dict[str, Any]


async def by_id(connection: rows.Connection, ids: Collection[int]) -> Mapping[int, CourseValue]:
    """The courses with these ids, each knowing its cross-listed sisters."""
    return values(await _BY_ID.fetch(connection, row, course_ids=list(ids)))


def values(found: Collection[Row]) -> Mapping[int, CourseValue]:
    """The courses of the rows of a statement of `selecting`, by id."""
    groups = rows.grouped((row.facts.cross_list_group_id, row.facts) for row in found)
    return {
        row.facts.id: CourseValue(
            course=value(row.facts, _group(row.facts, groups), row.calendar, row.kind),
            term_calendar=row.term_calendar,
        )
        for row in found
    }


def row(*columns: Any) -> Row:  # noqa: ANN401 - a row's columns are of many types
    """A row of such a statement."""
    return _row((_facts(columns[:-3]), *columns[-3:]))


_row, _facts = rows.maker(Row), rows.maker(CourseFacts)


def _group(facts: CourseFacts, groups: Mapping[int | None, list[CourseFacts]]) -> list[CourseFacts]:
    return [] if facts.cross_list_group_id is None else groups[facts.cross_list_group_id]


def selecting(ids: sa.ColumnElement[Any]) -> rows.Select:
    """The columns of `row`, of the courses of an array of ids and of the members of their cross-list groups."""
    return (
        sa.select(
            *rows.columns(Course, CourseFacts),
            col(Institution.calendar),
            col(Institution.kind),
            col(Institution.term_calendar),
        )
        .join(Institution, col(Institution.id) == col(Course.institution_id))
        .where(col(Course.id).in_(with_cross_listed(ids)))
        .order_by(col(Course.id))
    )


_IDS = sa.bindparam("course_ids", type_=sa.ARRAY(sa.BigInteger))


def with_cross_listed(ids: sa.ColumnElement[Any] = _IDS) -> sa.CompoundSelect[Any]:
    """The ids of the courses in an array (as a rule the parameter `course_ids`) and of their cross-listed sisters.

    Each half has an index of its own.
    """
    groups = sa.select(col(Course.cross_list_group_id)).where(col(Course.id) == sa.any_(ids))
    member = orm.aliased(Course)
    return sa.union(
        sa.select(col(Course.id)).where(col(Course.id) == sa.any_(ids)),
        sa.select(col(member.id)).where(col(member.cross_list_group_id).in_(groups)),
    )


_BY_ID = statements.Prepared(selecting(_IDS))


def value(
    facts: CourseFacts,
    group: Iterable[CourseFacts],
    calendar: institutions.Calendar,
    kind: institutions.InstitutionKind,
) -> courses.Course:
    """The course with the members of its cross-list group, itself first."""
    sisters = [member for member in group if member.id != facts.id] if group else []
    return courses.Course(
        id=facts.id,
        institution_id=facts.institution_id,
        code=facts.code,
        title=facts.title,
        listings=(_listing(facts), *map(_listing, sisters)),
        credits_min=facts.credits_min,
        # One value for both, since hundreds of thousands of courses may be kept: a Decimal takes 104 bytes.
        credits_max=facts.credits_min if facts.credits_max == facts.credits_min else facts.credits_max,
        attributes=courses.attributes(facts.attributes),
        calendar=calendar,
        same_ids=frozenset([facts.id, *[member.id for member in sisters]]),
        exclusion_group_id=facts.exclusion_group_id,
        repeatable_times=facts.repeatable_times,
        repeatable_credits=facts.repeatable_credits,
        is_examination=kind is institutions.InstitutionKind.EXAMINING_BODY,
    )


def _listing(facts: CourseFacts) -> courses.Listing:
    return courses.Listing(subjects=tuple(facts.subjects), number=facts.number, level=facts.level)
