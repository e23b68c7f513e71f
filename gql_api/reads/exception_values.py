"""Exceptions of plans as the domain knows them: rows become frozen values."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from gql_api.domain import audit_exceptions
from gql_api.tables.decisions import ExceptionKind


class ExceptionRow(NamedTuple):
    """What an advisor allowed a plan."""

    kind: ExceptionKind
    requirement_key: str | None
    planned_course_id: int | None
    version_id: int | None
    limit_credits: Decimal | None
    limit_courses: int | None
    reason: str
    granted_by: str
    granted_at: datetime
    expires_on: date | None


def values(row: ExceptionRow) -> Iterable[audit_exceptions.PlanException]:
    """What it means to an audit; nothing where it names another catalog version."""
    key, entry_id = row.requirement_key or "", row.planned_course_id or 0
    grant = audit_exceptions.Grant(
        reason=row.reason, granted_by=row.granted_by, granted_at=row.granted_at, expires_on=row.expires_on
    )
    match row.kind:
        case ExceptionKind.WAIVER:
            yield audit_exceptions.Waiver(key=key, grant=grant)
        case ExceptionKind.SUBSTITUTION:
            yield audit_exceptions.Substitution(key=key, entry_id=entry_id, grant=grant)
        case ExceptionKind.FORCE:
            yield audit_exceptions.Force(key=key, entry_id=entry_id, grant=grant)
        case ExceptionKind.FORBID:
            yield audit_exceptions.Forbid(key=key, entry_id=entry_id, grant=grant)
        case ExceptionKind.LIMIT:
            credits, courses = row.limit_credits, row.limit_courses
            yield audit_exceptions.Limit(key=key, credits=credits, courses=courses, grant=grant)
        case ExceptionKind.CATALOG:
            return
