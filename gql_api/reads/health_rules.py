"""The approved equivalencies of a receiving institution with what health compares them with, in three statements."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain import entries, equivalencies, health_equivalencies, institutions
from gql_api.reads import rows, statements
from gql_api.tables.audit_log import AuditEntry
from gql_api.tables.courses import Course
from gql_api.tables.equivalencies import Equivalency, EquivalencyAward, EquivalencySource
from gql_api.tables.institutions import Institution


class _SourceRow(NamedTuple):
    """A rule with one of its sources."""

    id: int
    outcome: equivalencies.Outcome
    effective_from: date | None
    effective_until: date | None
    choice_set_id: int | None
    group_position: int
    course_id: int
    code: str
    credits_min: Decimal | None
    credits_max: Decimal | None
    calendar: institutions.Calendar
    sender: str


class _AwardRow(NamedTuple):
    """One award of a rule with its course as it is today; `former_title` from the audit log."""

    rule_id: int
    position: int
    subject: str | None
    area: str | None
    published_code: str | None
    credits: Decimal | None
    course_id: int | None
    code: str | None
    credits_min: Decimal | None
    credits_max: Decimal | None
    active_until: date | None
    recorded_from: datetime | None
    former_title: str | None


async def receivers(connection: rows.Connection) -> list[tuple[int, str]]:
    """The institutions that some approved rule is for, with their names."""
    found = await _RECEIVERS.every(connection)
    return [(id, name) for id, name in found]


async def of_receiver(connection: rows.Connection, receiving_id: int) -> list[health_equivalencies.RuleFacts]:
    """The approved, current rules of a receiving institution, by id."""
    sources = rows.grouped(
        (row.id, row) for row in await _SOURCES.fetch(connection, _SourceRow, receiving=receiving_id)
    )
    awards = rows.grouped(
        (row.rule_id, row) for row in await _AWARDS.fetch(connection, _AwardRow, receiving=receiving_id)
    )
    calendar = (await _CALENDAR.every(connection, receiving=receiving_id))[0][0]
    return [_facts(id, found, awards[id], calendar) for id, found in sorted(sources.items())]


def _facts(
    id: int, sources: Sequence[_SourceRow], awards: Sequence[_AwardRow], calendar: institutions.Calendar
) -> health_equivalencies.RuleFacts:
    groups: dict[int, list[_SourceRow]] = {}
    for row in sources:
        groups.setdefault(row.group_position, []).append(row)
    first = sources[0]
    codes = " + ".join(" or ".join(row.code for row in groups[place]) for place in sorted(groups))
    return health_equivalencies.RuleFacts(
        id=id,
        sources=f"{codes} of {first.sender}",
        sources_key=tuple(sorted(tuple(sorted(row.course_id for row in group)) for group in groups.values())),
        outcome=first.outcome,
        targets=tuple(_target(row) for row in awards),
        credits=_credits(groups, calendar),
        effective_from=first.effective_from,
        effective_until=first.effective_until,
        choice_set_id=first.choice_set_id,
    )


def _credits(
    groups: Mapping[int, Sequence[_SourceRow]], calendar: institutions.Calendar
) -> tuple[Decimal, Decimal] | None:
    """What the sources bring in the receiver's unit, one of each group: least and most."""
    least, most = Decimal(0), Decimal(0)
    for group in groups.values():
        ranges = [
            [entries.converted(amount, row.calendar, calendar) for amount in (low, high)]
            for row in group
            if (low := row.credits_min) is not None and (high := row.credits_max) is not None
        ]
        if len(ranges) < len(group):
            return None
        least += min(min(one) for one in ranges)
        most += max(max(one) for one in ranges)
    return least, most


def _target(row: _AwardRow) -> health_equivalencies.Target:
    return health_equivalencies.Target(
        code=row.code or row.published_code or f"{row.subject or row.area} elective",
        course_id=row.course_id,
        credits=row.credits,
        credits_min=row.credits_min,
        credits_max=row.credits_max,
        active_until=row.active_until,
        former_title=row.former_title,
    )


def _approved(*columns: rows.Column) -> rows.Select:
    rule = Equivalency
    return sa.select(*columns).where(
        col(rule.receiving_institution_id) == sa.bindparam("receiving", type_=sa.BigInteger),
        col(rule.status) == equivalencies.RuleStatus.APPROVED,
        col(rule.recorded_until).is_(None),
    )


def _former_title() -> sa.ScalarSelect[str]:
    """The title before the first change that followed the rule, where that is not the one it has now."""
    log = AuditEntry
    before = rows.element(col(log.details))["before"]["title"].astext
    return (
        sa.select(before)
        .where(
            col(log.entity) == "courses",
            col(log.entity_id) == col(EquivalencyAward.course_id),
            col(log.action) == "updateCourse",
            col(log.at) > col(Equivalency.recorded_from),
            before.is_not(None),
            before != col(Course.title),
        )
        .order_by(col(log.id))
        .limit(1)
        .correlate(EquivalencyAward, Equivalency, Course)
        .scalar_subquery()
    )


_RECEIVERS = statements.Prepared(
    sa.select(col(Institution.id), sa.cast(col(Institution.name), sa.Text))
    .where(
        col(Institution.id).in_(
            sa.select(col(Equivalency.receiving_institution_id)).where(
                col(Equivalency.status) == equivalencies.RuleStatus.APPROVED, col(Equivalency.recorded_until).is_(None)
            )
        )
    )
    .order_by(col(Institution.id))
)
_CALENDAR = statements.Prepared(
    sa.select(col(Institution.calendar)).where(col(Institution.id) == sa.bindparam("receiving", type_=sa.BigInteger))
)
_SOURCES = statements.Prepared(
    _approved(
        *[col(Equivalency.id), col(Equivalency.outcome), col(Equivalency.effective_from)],
        *[col(Equivalency.effective_until), col(Equivalency.choice_set_id)],
        *[col(EquivalencySource.group_position), col(EquivalencySource.course_id)],
        *[col(Course.code), col(Course.credits_min), col(Course.credits_max), col(Institution.calendar)],
        sa.cast(col(Institution.name), sa.Text).label("sender"),
    )
    .join(EquivalencySource, col(EquivalencySource.equivalency_id) == col(Equivalency.id))
    .join(Course, col(Course.id) == col(EquivalencySource.course_id))
    .join(Institution, col(Institution.id) == col(Course.institution_id))
    .order_by(col(Equivalency.id), col(EquivalencySource.group_position), col(EquivalencySource.id))
)
_AWARDS = statements.Prepared(
    _approved(
        *[col(Equivalency.id), col(EquivalencyAward.position), col(EquivalencyAward.subject)],
        *[col(EquivalencyAward.area), col(EquivalencyAward.published_code), col(EquivalencyAward.credits)],
        *[col(EquivalencyAward.course_id), col(Course.code), col(Course.credits_min), col(Course.credits_max)],
        *[col(Course.active_until), col(Equivalency.recorded_from), _former_title().label("former_title")],
    )
    .join(EquivalencyAward, col(EquivalencyAward.equivalency_id) == col(Equivalency.id))
    .outerjoin(Course, col(Course.id) == col(EquivalencyAward.course_id))
    .order_by(col(Equivalency.id), col(EquivalencyAward.position))
)
