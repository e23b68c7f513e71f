"""Equivalency rules: by id, by course on either side, and as lists; their sources and awards in whole batches.

Only recorded rules are shown (`recorded_until` empty); what applied on a past day is history, not catalog.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import equivalencies, grades
from gql_api.reads import courses, listings, needed, pages, relations, rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.equivalencies import Equivalency, EquivalencyAward, EquivalencySource


class EquivalencyRow(NamedTuple):
    """A rule without its sources and awards."""

    id: int
    sending_institution_id: int
    receiving_institution_id: int
    choice_set_id: int | None
    outcome: equivalencies.Outcome
    strength: equivalencies.Strength
    status: equivalencies.RuleStatus
    condition: str | None
    reason: str | None
    effective_from: date | None
    effective_until: date | None
    source: str | None
    approved_by: str | None
    approved_on: date | None
    notes: str | None
    revision: int


class SourceRow(NamedTuple):
    """A source course of a rule; rows of one group are alternatives."""

    group_position: int
    course_id: int
    minimum_grade: grades.Grade | None
    minimum_score: int | None


class AwardRow(NamedTuple):
    """One award of a rule."""

    position: int
    kind: equivalencies.AwardKind
    course_id: int | None
    subject: str | None
    area: str | None
    level: int | None
    tags: list[str]
    credits: Decimal | None
    published_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a rule must be; an empty field asks nothing, several must all hold."""

    sending_institution_id: int | None = None
    receiving_institution_id: int | None = None
    source_course_id: int | None = None
    target_course_id: int | None = None
    outcomes: tuple[equivalencies.Outcome, ...] = ()
    statuses: tuple[equivalencies.RuleStatus, ...] = ()
    effective_on: date | None = None


COLUMNS = needed.Columns(
    Equivalency,
    EquivalencyRow,
    needed.by_name(
        EquivalencyRow,
        sending_institution_id=("sending_institution",),
        receiving_institution_id=("receiving_institution",),
        choice_set_id=("choice_set",),
    ),
)
AWARD_COLUMNS = needed.Columns(
    EquivalencyAward,
    AwardRow,
    needed.by_name(AwardRow, course_id=("course",), credits=("credits", "credits_granted")),
)
_COLUMNS = rows.columns(Equivalency, EquivalencyRow)
_SOURCE_COLUMNS = rows.columns(EquivalencySource, SourceRow)
_RECORDED = col(Equivalency.recorded_until).is_(None)

BY_ID = pages.Order(name="ID", columns=(col(Equivalency.id),))
NEWEST = pages.Order(name="NEWEST", columns=(col(Equivalency.id),), is_descending=True)
ORDERS = {order.name: order for order in (BY_ID, NEWEST)}


_BY_ID = statements.Prepared(sa.select(*_COLUMNS).where(statements.among(col(Equivalency.id), "ids"), _RECORDED))


async def by_id(connection: rows.Connection, ids: Sequence[int]) -> list[EquivalencyRow | None]:
    """The rules with these ids, none for an unknown or closed one."""
    found = await _BY_ID.fetch(connection, EquivalencyRow, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


_SOURCES = statements.Prepared(
    sa.select(col(EquivalencySource.equivalency_id), *_SOURCE_COLUMNS)
    .where(statements.among(col(EquivalencySource.equivalency_id), "ids"))
    .order_by(col(EquivalencySource.group_position), col(EquivalencySource.id))
)


async def sources(connection: rows.Connection, ids: Sequence[int]) -> list[list[SourceRow]]:
    """The source courses of each rule, by group."""
    found = rows.grouped((row[0], SourceRow(*row[1:])) for row in await _SOURCES.every(connection, ids=list(ids)))
    return [found[key] for key in ids]


@lru_cache(500)
def _awards(kept: needed.Kept[AwardRow], course: needed.Kept[courses.CourseRow] | None) -> statements.Prepared:
    """The awards of rules: their columns, the rule's id, and their course's columns where those are wanted."""
    award = EquivalencyAward
    statement: rows.Select = sa.select(*kept.columns, col(award.equivalency_id))
    if course is not None:
        statement = statement.add_columns(*course.columns).outerjoin(Course, col(Course.id) == col(award.course_id))
    among = statements.among(col(award.equivalency_id), "ids")
    return statements.Prepared(statement.where(among).order_by(col(award.position)))


async def awards(
    connection: rows.Connection, ids: Sequence[int], fields: needed.Fields | None = None
) -> list[list[AwardRow]]:
    """The awards of each rule, in order."""
    kept = AWARD_COLUMNS.kept(fields)
    every = await _awards(kept, None).made(connection, kept.make, ids=list(ids))
    return _of_rules(every, len(kept.columns), ids)


async def awards_with_courses(
    connection: rows.Connection, ids: Sequence[int], fields: needed.Fields | None = None
) -> tuple[list[list[AwardRow]], dict[int, courses.CourseRow]]:
    """The same, and the courses awarded, in one statement."""
    kept, course = AWARD_COLUMNS.kept(fields), courses.NEEDED.kept(fields)
    every = await _awards(kept, course).made(connection, kept.make, ids=list(ids))
    width = len(kept.columns)
    id_of = itemgetter(width + 1)  # a course's first column
    awarded = map(course.make, map(itemgetter(slice(width + 1, None)), every))
    known = dict(zip(map(id_of, every), awarded, strict=True))
    known.pop(None, None)  # of awards without a course
    return _of_rules(every, width, ids), known


def _of_rules(found: list[AwardRow], width: int, ids: Sequence[int]) -> list[list[AwardRow]]:
    groups = rows.beneath(ids, width, found)
    return [groups[key] for key in ids]


@lru_cache(500)
def _carried(kept: needed.Kept[AwardRow], course: needed.Kept[courses.CourseRow]) -> relations.Carried:
    """The awards of rules with their courses, behind the id of each and of its rule."""
    award = EquivalencyAward

    def joined(tables: sa.FromClause, part: sa.FromClause) -> sa.FromClause:
        with_awards = tables.outerjoin(award, col(award.equivalency_id) == part.c.id)
        return with_awards.outerjoin(Course, col(Course.id) == col(award.course_id))

    columns = [col(award.equivalency_id), col(award.id), *kept.columns, *course.columns]
    return relations.Carried(columns=columns, joined=joined, order=[col(award.position)])


class Brought(NamedTuple):
    """What came with rules: the awards of each by its id, and the courses awarded by theirs."""

    awards: dict[int, list[AwardRow]]
    courses: dict[int, courses.CourseRow]


async def from_courses_with_awards(
    connection: rows.Connection, keys: Sequence[tuple[int, relations.Related]], fields: needed.Fields
) -> tuple[list[pages.Page[EquivalencyRow]], Brought]:
    """Pages of `FROM_COURSE` with what belongs to their rules, in one statement: of few courses.

    Of many the rules' ids in order find their awards at less cost by a statement of their own.
    """
    kept, course = AWARD_COLUMNS.kept(fields), courses.NEEDED.kept(fields)
    found, brought = await FROM_COURSE.carrying(connection, keys, fields, _carried(kept, course))
    return found, _brought(found, kept, course, brought)


async def beneath_courses(
    connection: rows.Connection,
    above: relations.Above,
    wanted: relations.Related,
    fields: needed.Fields,
    **given: object,
) -> tuple[list[tuple[Any, ...]], dict[int, pages.Page[EquivalencyRow]], Brought]:
    """The rows of a statement of few courses, each one's page of `FROM_COURSE`, and what belongs to those rules."""
    if not fields.issuperset(WITH_AWARDS):
        parents, found, _ = await FROM_COURSE.beneath(connection, above, wanted, fields, given)
        return parents, found, Brought({}, {})
    kept, course = AWARD_COLUMNS.kept(fields), courses.NEEDED.kept(fields)
    carried = _carried(kept, course)
    parents, found, brought = await FROM_COURSE.beneath(connection, above, wanted, fields, given, carried)
    return parents, found, _brought(found.values(), kept, course, brought)


WITH_AWARDS = frozenset(("targets", "course"))
"""The fields whose operations have awards come with their rules, and courses with these."""


def _brought(
    found: Iterable[pages.Page[EquivalencyRow]],
    kept: needed.Kept[AwardRow],
    course: needed.Kept[courses.CourseRow],
    brought: Iterable[tuple[Any, ...]],
) -> Brought:
    end = 2 + len(kept.columns)
    of_rules: dict[int, dict[int, AwardRow]] = {row.id: {} for page in found for row in page.rows}
    known: dict[int, courses.CourseRow] = {}
    for row in brought:
        if row[0] in of_rules:  # not of a rule that only tells of a next page
            of_rules[row[0]][row[1]] = kept.make(row[2:end])
        if row[end] is not None:
            known[row[end]] = course.make(row[end:])
    return Brought({rule: list(awards.values()) for rule, awards in of_rules.items()}, known)


def _from_course(
    course: sa.ColumnElement[int], institution: sa.ColumnElement[int] | None
) -> list[sa.ColumnElement[bool]]:
    narrowed = [] if institution is None else [col(Equivalency.receiving_institution_id) == institution]
    return [_RECORDED, _has_source(course), *narrowed]


def _to_course(
    course: sa.ColumnElement[int], institution: sa.ColumnElement[int] | None
) -> list[sa.ColumnElement[bool]]:
    narrowed = [] if institution is None else [col(Equivalency.sending_institution_id) == institution]
    return [_RECORDED, _has_target(course), *narrowed]


FROM_COURSE = relations.Relation(COLUMNS, _from_course, BY_ID, sa.BigInteger())
"""The rules that a course is a source of, to one receiving institution or to all."""
TO_COURSE = relations.Relation(COLUMNS, _to_course, BY_ID, sa.BigInteger())
"""The rules that award a course, from one sending institution or from all."""


def _has_source(course: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return _named_by(col(EquivalencySource.equivalency_id), col(EquivalencySource.course_id) == course)


def _has_target(course: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return _named_by(col(EquivalencyAward.equivalency_id), col(EquivalencyAward.course_id) == course)


def _named_by(ids: rows.Column, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Of few rules: their ids as an array, which the primary key takes in order, so that pages need not be sorted."""
    listed = sa.func.array(sa.select(rows.element(ids)).where(condition).scalar_subquery())
    return col(Equivalency.id) == sa.any_(listed)


def _effective(on: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    begins, ends = col(Equivalency.effective_from), col(Equivalency.effective_until)
    return sa.and_(sa.or_(begins.is_(None), begins <= on), sa.or_(ends.is_(None), ends >= on))


LISTING = listings.Listing(
    COLUMNS,
    {
        "sending_institution_id": listings.equal(col(Equivalency.sending_institution_id)),
        "receiving_institution_id": listings.equal(col(Equivalency.receiving_institution_id)),
        "source_course_id": listings.Condition(sa.BigInteger(), _has_source),
        "target_course_id": listings.Condition(sa.BigInteger(), _has_target),
        "outcomes": listings.among(col(Equivalency.outcome)),
        "statuses": listings.among(col(Equivalency.status)),
        "effective_on": listings.Condition(sa.Date(), _effective),
    },
    always=(_RECORDED,),
)
"""The recorded rules that pass a `Filter`."""
