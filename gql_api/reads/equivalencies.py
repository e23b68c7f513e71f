"""Equivalency rules: by id, by course on either side, and as lists; their sources and awards in whole batches.

Only recorded rules are shown (`recorded_until` empty); what applied on a past day is history, not catalog.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from gql_api.domain import equivalencies, grades
from gql_api.reads import pages, relations, rows, statements
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


_COLUMNS = rows.columns(Equivalency, EquivalencyRow)
_SOURCE_COLUMNS = rows.columns(EquivalencySource, SourceRow)
_AWARD_COLUMNS = rows.columns(EquivalencyAward, AwardRow)
_RECORDED = col(Equivalency.recorded_until).is_(None)

BY_ID = pages.Order(name="ID", columns=(col(Equivalency.id),))
NEWEST = pages.Order(name="NEWEST", columns=(col(Equivalency.id),), is_descending=True)
ORDERS = {order.name: order for order in (BY_ID, NEWEST)}


_BY_ID = statements.Prepared(sa.select(*_COLUMNS).where(statements.among(col(Equivalency.id), "ids"), _RECORDED))


async def by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[EquivalencyRow | None]:
    """The rules with these ids, none for an unknown or closed one."""
    found = await _BY_ID.fetch(connection, EquivalencyRow, ids=list(ids))
    return rows.in_order(ids, {row.id: row for row in found})


_SOURCES = statements.Prepared(
    sa.select(col(EquivalencySource.equivalency_id), *_SOURCE_COLUMNS)
    .where(statements.among(col(EquivalencySource.equivalency_id), "ids"))
    .order_by(col(EquivalencySource.group_position), col(EquivalencySource.id))
)


async def sources(connection: AsyncConnection, ids: Sequence[int]) -> list[list[SourceRow]]:
    """The source courses of each rule, by group."""
    found = rows.grouped((row[0], SourceRow(*row[1:])) for row in await _SOURCES.every(connection, ids=list(ids)))
    return [found[key] for key in ids]


_AWARDS = statements.Prepared(
    sa.select(col(EquivalencyAward.equivalency_id), *_AWARD_COLUMNS)
    .where(statements.among(col(EquivalencyAward.equivalency_id), "ids"))
    .order_by(col(EquivalencyAward.position))
)


async def awards(connection: AsyncConnection, ids: Sequence[int]) -> list[list[AwardRow]]:
    """The awards of each rule, in order."""
    found = rows.grouped((row[0], AwardRow(*row[1:])) for row in await _AWARDS.every(connection, ids=list(ids)))
    return [found[key] for key in ids]


def listing(wanted: Filter) -> rows.Select:
    """The recorded rules that pass the filter."""
    conditions = rows.conditions(
        (wanted.sending_institution_id, lambda key: col(Equivalency.sending_institution_id) == key),
        (wanted.receiving_institution_id, lambda key: col(Equivalency.receiving_institution_id) == key),
        (wanted.source_course_id, _has_source),
        (wanted.target_course_id, _has_target),
        (wanted.outcomes, col(Equivalency.outcome).in_),
        (wanted.statuses, col(Equivalency.status).in_),
        (wanted.effective_on, _effective),
    )
    return sa.select(*_COLUMNS).where(_RECORDED, *conditions)


async def page(
    connection: AsyncConnection, wanted: Filter, order: pages.Order, window: pages.Window
) -> pages.Page[EquivalencyRow]:
    """A window of `listing`."""
    return await pages.page(connection, listing(wanted), EquivalencyRow, order, window)


def _from_course(course: sa.ColumnElement[int], institution: sa.ColumnElement[int] | None) -> rows.Select:
    statement = sa.select(*_COLUMNS).where(_RECORDED, _has_source(course))
    return (
        statement if institution is None else statement.where(col(Equivalency.receiving_institution_id) == institution)
    )


def _to_course(course: sa.ColumnElement[int], institution: sa.ColumnElement[int] | None) -> rows.Select:
    statement = sa.select(*_COLUMNS).where(_RECORDED, _has_target(course))
    return statement if institution is None else statement.where(col(Equivalency.sending_institution_id) == institution)


FROM_COURSE = relations.Relation(_from_course, EquivalencyRow, BY_ID, sa.BigInteger())
"""The rules that a course is a source of, to one receiving institution or to all."""
TO_COURSE = relations.Relation(_to_course, EquivalencyRow, BY_ID, sa.BigInteger())
"""The rules that award a course, from one sending institution or from all."""


def _has_source(course: sa.ColumnElement[int] | int) -> sa.ColumnElement[bool]:
    matching = sa.select(col(EquivalencySource.equivalency_id)).where(col(EquivalencySource.course_id) == course)
    return col(Equivalency.id).in_(matching)


def _has_target(course: sa.ColumnElement[int] | int) -> sa.ColumnElement[bool]:
    matching = sa.select(col(EquivalencyAward.equivalency_id)).where(col(EquivalencyAward.course_id) == course)
    return col(Equivalency.id).in_(matching)


def _effective(on: date) -> sa.ColumnElement[bool]:
    begins, ends = col(Equivalency.effective_from), col(Equivalency.effective_until)
    return sa.and_(sa.or_(begins.is_(None), begins <= on), sa.or_(ends.is_(None), ends >= on))
