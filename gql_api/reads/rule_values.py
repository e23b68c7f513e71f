"""Equivalency rules as domain values: those that could turn a plan's courses into credit elsewhere."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import articulation_rules, equivalencies, grades
from gql_api.reads import course_values, rows, statements
from gql_api.tables.courses import Course
from gql_api.tables.equivalencies import Equivalency, EquivalencyAward, EquivalencySource


class RuleRow(NamedTuple):
    """A rule without its sources and awards."""

    id: int
    sending_institution_id: int
    receiving_institution_id: int
    outcome: equivalencies.Outcome
    strength: equivalencies.Strength
    status: equivalencies.RuleStatus
    condition: str | None
    reason: str | None
    effective_from: date | None
    effective_until: date | None
    choice_set_id: int | None


class SourceRow(NamedTuple):
    """A source of a rule with the code of its course."""

    group_position: int
    course_id: int
    minimum_grade: grades.Grade | None
    minimum_score: int | None


class AwardRow(NamedTuple):
    """An award of a rule."""

    position: int
    kind: equivalencies.AwardKind
    course_id: int | None
    subject: str | None
    area: str | None
    level: int | None
    tags: list[str]
    credits: Decimal | None
    published_code: str | None


_RULE = len(RuleRow._fields)
_SOURCE = _RULE + 1 + len(SourceRow._fields)
_SPEAKING = (equivalencies.RuleStatus.APPROVED, equivalencies.RuleStatus.DENIED)


class _Row(NamedTuple):
    rule: RuleRow
    source_id: int
    source: SourceRow
    code: str
    award: AwardRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRows:
    """A rule with its sources (each with its code) and its awards, in order."""

    rule: RuleRow
    sources: tuple[tuple[SourceRow, str], ...]
    awards: tuple[AwardRow, ...]


async def from_courses(
    connection: rows.Connection, course_ids: Collection[int], receiving_ids: Collection[int]
) -> list[RuleRows]:
    """Every current rule, approved or refused, with one of the courses or a cross-listed one as a source.

    One statement, whose rows pair each source of a rule with each of its awards.
    """
    found = await _FROM_COURSES.fetch(
        connection, _split, course_ids=list(course_ids), receiving_ids=list(receiving_ids)
    )
    return _collected(found)


async def reachable(
    connection: rows.Connection, course_ids: Collection[int], to: int | None, hops: int
) -> list[RuleRows]:
    """Every current rule by which the courses could become credit at `to` within so many hops; none: anywhere, by one.

    What a rule on the way awards are courses only; whether all of its groups are filled is not looked at. One
    recursive statement.
    """
    if to is None:
        return _collected(await _ANYWHERE.fetch(connection, _split, course_ids=list(course_ids)))
    found = await _REACHABLE.fetch(connection, _split, course_ids=list(course_ids), to=to, hops=hops)
    return _collected(found)


async def to_courses(
    connection: rows.Connection, course_ids: Collection[int], sending_ids: Collection[int]
) -> list[RuleRows]:
    """Every current rule of these sending institutions that awards one of the courses. One statement."""
    found = await _TO_COURSES.fetch(connection, _split, course_ids=list(course_ids), sending_ids=list(sending_ids))
    return _collected(found)


def _from_courses() -> rows.Select:
    source = EquivalencySource
    speaking = sa.select(col(source.equivalency_id)).where(col(source.course_id).in_(course_values.with_cross_listed()))
    return _speaking(speaking, statements.among(col(Equivalency.receiving_institution_id), "receiving_ids"))


def _to_courses() -> rows.Select:
    award = EquivalencyAward
    awarding = sa.select(col(award.equivalency_id)).where(statements.among(col(award.course_id), "course_ids"))
    return _speaking(awarding, statements.among(col(Equivalency.sending_institution_id), "sending_ids"))


def _anywhere() -> rows.Select:
    source = EquivalencySource
    return _speaking(
        sa.select(col(source.equivalency_id)).where(col(source.course_id).in_(course_values.with_cross_listed()))
    )


def _reachable() -> rows.Select:
    rule, source, reached = Equivalency, EquivalencySource, _reached()
    arrives = col(rule.receiving_institution_id) == sa.bindparam("to", type_=sa.BigInteger)
    goes_on = reached.c.hops < sa.bindparam("hops", type_=sa.Integer)
    return _speaking(
        sa.select(col(source.equivalency_id))
        .join(reached, reached.c.course_id == col(source.course_id))
        .join(rule, col(rule.id) == col(source.equivalency_id))
        .where(sa.or_(arrives, goes_on))
    )


def _reached() -> sa.CTE:
    """The courses at hand and those that certain rules make of them, with the hop at which they can be used."""
    rule, source, award = Equivalency, EquivalencySource, EquivalencyAward
    at_hand = course_values.with_cross_listed().subquery("at_hand")
    begun: rows.Select = sa.select(at_hand.c.id.label("course_id"), sa.literal(1, sa.Integer).label("hops"))
    reached = begun.cte("reached", recursive=True)
    further: rows.Select = (
        sa.select(col(award.course_id), reached.c.hops + 1)
        .select_from(reached)
        .join(source, col(source.course_id) == reached.c.course_id)
        .join(rule, col(rule.id) == col(source.equivalency_id))
        .join(award, col(award.equivalency_id) == col(rule.id))
        .where(
            reached.c.hops < sa.bindparam("hops", type_=sa.Integer),
            col(rule.recorded_until).is_(None),
            col(rule.status) == equivalencies.RuleStatus.APPROVED,
            col(rule.strength) == equivalencies.Strength.DIRECT,
            col(award.course_id).is_not(None),
        )
    )
    return reached.union(further)


def _speaking(ids: rows.Select, *conditions: sa.ColumnElement[bool]) -> rows.Select:
    """The current rules among `ids`, approved or refused, each source paired with each award."""
    rule, source, award = Equivalency, EquivalencySource, EquivalencyAward
    return (
        sa.select(
            *rows.columns(rule, RuleRow),
            col(source.id),
            *rows.columns(source, SourceRow),
            col(Course.code),
            *rows.columns(award, AwardRow),
        )
        .join(source, col(source.equivalency_id) == col(rule.id))
        .join(Course, col(Course.id) == col(source.course_id))
        .outerjoin(award, col(award.equivalency_id) == col(rule.id))
        .where(
            col(rule.id).in_(ids),
            *conditions,
            col(rule.recorded_until).is_(None),
            sa.or_(*[col(rule.status) == status for status in _SPEAKING]),
        )
        .order_by(col(rule.id), col(source.group_position), col(source.id), col(award.position))
    )


_FROM_COURSES = statements.Prepared(_from_courses())
_TO_COURSES = statements.Prepared(_to_courses())
_ANYWHERE = statements.Prepared(_anywhere())
_REACHABLE = statements.Prepared(_reachable())


def _split(*row: Any) -> _Row:  # noqa: ANN401 - a row's columns are of many types
    has_award = row[_SOURCE + 1] is not None
    return _Row(
        RuleRow(*row[:_RULE]),
        row[_RULE],
        SourceRow(*row[_RULE + 1 : _SOURCE]),
        row[_SOURCE],
        AwardRow(*row[_SOURCE + 1 :]) if has_award else None,
    )


def _collected(found: Iterable[_Row]) -> list[RuleRows]:
    """One value per rule, out of rows that pair each of its sources with each of its awards."""
    rules: dict[int, RuleRow] = {}
    sources: dict[int, dict[int, tuple[SourceRow, str]]] = {}
    awards: dict[int, dict[int, AwardRow]] = {}
    for row in found:
        rules[row.rule.id] = row.rule
        sources.setdefault(row.rule.id, {})[row.source_id] = (row.source, row.code)
        given = awards.setdefault(row.rule.id, {})
        if row.award is not None:
            given[row.award.position] = row.award
    return [
        RuleRows(rule=rule, sources=tuple(sources[id].values()), awards=tuple(awards[id].values()))
        for id, rule in rules.items()
    ]


def value(row: RuleRows, known: Mapping[int, course_values.CourseValue]) -> articulation_rules.Rule:
    """The rule as the domain knows it; `known` holds the courses that it awards."""
    groups: dict[int, list[articulation_rules.Source]] = {}
    for source, code in row.sources:
        groups.setdefault(source.group_position, []).append(
            articulation_rules.Source(
                course_id=source.course_id,
                code=code,
                minimum_grade=source.minimum_grade,
                minimum_score=source.minimum_score,
            )
        )
    rule = row.rule
    return articulation_rules.Rule(
        id=rule.id,
        sending_institution_id=rule.sending_institution_id,
        receiving_institution_id=rule.receiving_institution_id,
        groups=tuple(tuple(groups[position]) for position in sorted(groups)),
        awards=tuple(_award(award, known) for award in row.awards),
        outcome=rule.outcome,
        strength=rule.strength,
        status=rule.status,
        condition=rule.condition,
        reason=rule.reason,
        effective_from=rule.effective_from,
        effective_until=rule.effective_until,
        choice_set_id=rule.choice_set_id,
    )


def _award(row: AwardRow, known: Mapping[int, course_values.CourseValue]) -> articulation_rules.Award:
    return articulation_rules.Award(
        kind=row.kind,
        course=None if row.course_id is None else known[row.course_id].course,
        subject=row.subject,
        area=row.area,
        level=row.level,
        tags=frozenset(row.tags),
        credits=row.credits,
        published_code=row.published_code,
    )
