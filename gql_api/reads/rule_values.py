"""Equivalency rules as domain values: those that could turn a plan's courses into credit elsewhere."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
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
    connection: AsyncConnection, course_ids: Collection[int], receiving_ids: Collection[int]
) -> list[RuleRows]:
    """Every current rule, approved or refused, with one of the courses or a cross-listed one as a source.

    One statement, whose rows pair each source of a rule with each of its awards.
    """
    found = await _FROM_COURSES.fetch(
        connection, _split, course_ids=list(course_ids), receiving_ids=list(receiving_ids)
    )
    return _collected(found)


def _from_courses() -> rows.Select:
    rule, source, award = Equivalency, EquivalencySource, EquivalencyAward
    speaking = sa.select(col(source.equivalency_id)).where(col(source.course_id).in_(course_values.with_cross_listed()))
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
            col(rule.id).in_(speaking),
            statements.among(col(rule.receiving_institution_id), "receiving_ids"),
            col(rule.recorded_until).is_(None),
            sa.or_(*[col(rule.status) == status for status in _SPEAKING]),
        )
        .order_by(col(rule.id), col(source.group_position), col(source.id), col(award.position))
    )


_FROM_COURSES = statements.Prepared(_from_courses())


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
