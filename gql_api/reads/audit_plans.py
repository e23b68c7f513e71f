"""Plans as an audit sees them: the version followed, the receiver's policies, exceptions, entries and decisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from gql_api.domain import (
    articulation_rules,
    audit_exceptions,
    entries,
    grades,
    institutions,
    statuses,
    terms,
)
from gql_api.reads import course_values, exception_values, rows, statements
from gql_api.tables.decisions import ExceptionKind, PlanException, TransferDecision
from gql_api.tables.institutions import Institution
from gql_api.tables.plans import Plan, PlannedCourse
from gql_api.tables.programs import Program, ProgramVersion


class Aim(Enum):
    """Which of a plan's two programs is audited."""

    TARGET = "the program that the plan aims at"
    CURRENT = "the program that the student is in"


Key = tuple[int, Aim]
"""A plan, and which of its programs."""


class Policies(NamedTuple):
    """The policies of the institution that offers the program."""

    id: int
    calendar: institutions.Calendar
    credits_granted: institutions.CreditsGranted
    equivalency_date: institutions.EquivalencyDate
    credit_repeat: institutions.RepeatPolicy
    gpa_repeat: institutions.RepeatPolicy
    pass_proves: grades.Grade
    minimum_transfer_grade: grades.Grade | None
    credit_tolerance: Decimal


class EntryRow(NamedTuple):
    """An entry of a plan."""

    plan_id: int
    id: int
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


class DecisionRow(NamedTuple):
    """An advisor's decision on the transfer of an entry."""

    planned_course_id: int
    receiving_institution_id: int
    course_id: int | None
    credits: Decimal | None
    is_denied: bool
    reason: str


class _Row(NamedTuple):
    plan_id: int
    target_version_id: int | None
    current_version_id: int | None
    version_id: int
    policies: Policies
    exception: exception_values.ExceptionRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPlan:
    """The version that a plan follows, and what advisors decided."""

    version_id: int
    policies: Policies
    exceptions: tuple[audit_exceptions.PlanException, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The entries of each plan, and the decisions by entry and receiving institution, the latest last."""

    entries: Mapping[int, list[EntryRow]]
    decisions: Mapping[tuple[int, int], list[DecisionRow]]

    @property
    def course_ids(self) -> frozenset[int]:
        """The catalog courses of all entries."""
        return frozenset(
            entry.course_id for found in self.entries.values() for entry in found if entry.course_id is not None
        )

    @property
    def decided_ids(self) -> frozenset[int]:
        """The courses that decisions name."""
        return frozenset(one.course_id for found in self.decisions.values() for one in found if one.course_id)


async def plans(connection: rows.Connection, keys: Collection[Key], *, on: date) -> Mapping[Key, AuditedPlan]:
    """Of each plan the programs asked for that it has, with the exceptions that stand on that day.

    An exception that names another catalog version replaces the plan's own. One statement.
    """
    aims = frozenset(aim for _, aim in keys)
    if not aims:
        return {}
    found: dict[Key, AuditedPlan] = {}
    for row in await _PLANS[aims].fetch(connection, _split, ids=sorted({plan_id for plan_id, _ in keys}), day=on):
        for aim, followed in ((Aim.TARGET, row.target_version_id), (Aim.CURRENT, row.current_version_id)):
            key = row.plan_id, aim
            if followed == row.version_id and key in keys:
                plan = found.get(key, AuditedPlan(version_id=row.version_id, policies=row.policies))
                found[key] = _with_exception(plan, row.exception, aim)
    return found


async def taken(connection: rows.Connection, plan_ids: Sequence[int]) -> Taken:
    """The entries of the plans and the decisions that stand. One statement."""
    found: dict[int, EntryRow] = {}
    decided: list[DecisionRow] = []
    for entry_row, decision_row in await _TAKEN.fetch(connection, _split_entry, ids=list(plan_ids)):
        found.setdefault(entry_row.id, entry_row)
        decided += [] if decision_row is None else [decision_row]
    return Taken(
        entries=rows.grouped((one.plan_id, one) for one in found.values()),
        decisions=rows.grouped(((one.planned_course_id, one.receiving_institution_id), one) for one in decided),
    )


def _plans(followed: Collection[orm.Mapped[int | None]]) -> rows.Select:
    exception = PlanException
    is_active = sa.and_(
        col(exception.plan_id) == col(Plan.id),
        col(exception.revoked_at).is_(None),
        sa.or_(col(exception.expires_on).is_(None), col(exception.expires_on) >= sa.bindparam("day", type_=sa.Date)),
    )
    return (
        sa.select(
            col(Plan.id),
            col(Plan.target_version_id),
            col(Plan.current_version_id),
            rows.element(col(ProgramVersion.id)).label("version_id"),
            *rows.columns(Institution, Policies),
            *rows.columns(exception, exception_values.ExceptionRow),
        )
        .join(ProgramVersion, col(ProgramVersion.id) == sa.any_(postgresql.array([*followed])))
        .join(Program, col(Program.id) == col(ProgramVersion.program_id))
        .join(Institution, col(Institution.id) == col(Program.institution_id))
        .outerjoin(exception, is_active)
        .where(statements.among(col(Plan.id), "ids"))
        .order_by(col(Plan.id), col(ProgramVersion.id), col(exception.id))
    )


def _taken() -> rows.Select:
    entry, decision = PlannedCourse, TransferDecision
    stands = sa.and_(col(decision.planned_course_id) == col(entry.id), col(decision.revoked_at).is_(None))
    return (
        sa.select(*rows.columns(entry, EntryRow), *rows.columns(decision, DecisionRow))
        .outerjoin(decision, stands)
        .where(statements.among(col(entry.plan_id), "ids"))
        .order_by(col(entry.id), col(decision.id))
    )


_FOLLOWED = {Aim.TARGET: col(Plan.target_version_id), Aim.CURRENT: col(Plan.current_version_id)}
_PLANS = {
    aims: statements.Prepared(_plans([_FOLLOWED[aim] for aim in Aim if aim in aims]))
    for aims in (frozenset([Aim.TARGET]), frozenset([Aim.CURRENT]), frozenset(Aim))
}
_TAKEN = statements.Prepared(_taken())


def receiver(policies: Policies, institution_id: int) -> articulation_rules.Receiver:
    """The institution that offers the program, with its policies."""
    return articulation_rules.Receiver(
        institution_id=institution_id,
        calendar=policies.calendar,
        credits_granted=policies.credits_granted,
        equivalency_date=policies.equivalency_date,
        credit_repeat=policies.credit_repeat,
        gpa_repeat=policies.gpa_repeat,
        pass_proves=policies.pass_proves,
        minimum_transfer_grade=policies.minimum_transfer_grade,
        credit_tolerance=policies.credit_tolerance,
    )


def entry_value(row: EntryRow, known: Mapping[int, course_values.CourseValue]) -> entries.PlannedEntry:
    """The entry as the domain knows it; `known` holds its course."""
    listed = None if row.course_id is None else known[row.course_id]
    term = None
    if row.year is not None and row.season is not None:
        term = terms.Term(year=row.year, season=row.season, session=row.session)
    return entries.PlannedEntry(
        id=row.id,
        course=_unlisted(row) if listed is None else listed.course,
        status=row.status,
        grade=row.grade,
        score=row.score,
        credits=row.credits,
        term=term,
        term_begins=None if listed is None or term is None else entries.first_day(term, listed.term_calendar),
        taken_on=row.taken_on,
        is_repeat=row.is_repeat,
        pinned_key=row.pinned_key,
    )


def _unlisted(row: EntryRow) -> entries.UnlistedCourse:
    return entries.UnlistedCourse(
        title=row.unlisted_title or "",
        credits=row.unlisted_credits or Decimal(0),
        code=row.unlisted_code,
        institution=row.unlisted_institution,
    )


def decision_value(row: DecisionRow, known: Mapping[int, course_values.CourseValue]) -> articulation_rules.Decision:
    """The decision as the domain knows it; `known` holds the course that it names."""
    return articulation_rules.Decision(
        entry_id=row.planned_course_id,
        course=None if row.course_id is None else known[row.course_id].course,
        credits=row.credits,
        is_denied=row.is_denied,
        reason=row.reason,
    )


def _split(*row: Any) -> _Row:  # noqa: ANN401 - a row's columns are of many types
    plan_id, target, current, followed, *more = row
    width = len(Policies._fields)
    given = more[width:]
    exception = None if given[0] is None else exception_values.ExceptionRow(*given)
    return _Row(plan_id, target, current, followed, Policies(*more[:width]), exception)


def _split_entry(*row: Any) -> tuple[EntryRow, DecisionRow | None]:  # noqa: ANN401 - a row's columns are of many types
    width = len(EntryRow._fields)
    return _entry(row[:width]), None if row[width] is None else DecisionRow(*row[width:])


_entry = rows.maker(EntryRow)


def _with_exception(plan: AuditedPlan, row: exception_values.ExceptionRow | None, aim: Aim) -> AuditedPlan:
    if row is None:
        return plan
    if row.kind is ExceptionKind.CATALOG:
        return plan if row.version_id is None or aim is Aim.CURRENT else replace(plan, version_id=row.version_id)
    return replace(plan, exceptions=(*plan.exceptions, *exception_values.values(row)))
