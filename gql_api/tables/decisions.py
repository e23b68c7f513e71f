"""What advisors decided for one plan: exceptions, and decisions on how a course of the student transfers."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.tables import columns


class ExceptionKind(Enum):
    """What an advisor may grant."""

    WAIVER = "the requirement counts as met, without credit"
    SUBSTITUTION = "this course counts for that requirement"
    FORCE = "the course is applied to that requirement"
    FORBID = "the course is not applied to that requirement"
    LIMIT = "a limit of the requirement is changed"
    CATALOG = "another version applies"


class PlanException(SQLModel, table=True):
    """An advisor's decision that the audit follows. It refers to requirement keys, which survive versions."""

    __tablename__: ClassVar[Any] = "plan_exceptions"
    __table_args__ = (
        columns.one_of("kind", ExceptionKind),
        sa.CheckConstraint("length(trim(reason)) > 0", name="reason_not_blank"),
        sa.CheckConstraint("kind = 'CATALOG' OR requirement_key IS NOT NULL", name="requirement_named"),
        sa.CheckConstraint(
            "kind NOT IN ('SUBSTITUTION', 'FORCE', 'FORBID') OR planned_course_id IS NOT NULL", name="course_named"
        ),
        sa.CheckConstraint("(kind = 'CATALOG') = (version_id IS NOT NULL)", name="version_named"),
        *columns.not_negative(["limit_credits", "limit_courses"]),
        sa.Index("ix_plan_exceptions_plan_id", "plan_id"),
        sa.Index("ix_plan_exceptions_planned_course_id", "planned_course_id"),
        sa.Index("ix_plan_exceptions_version_id", "version_id"),
    )

    id: int | None = columns.identity()
    plan_id: int = columns.reference("plans.id", on_delete="CASCADE")
    kind: ExceptionKind = Field(sa_type=columns.enumeration(ExceptionKind))
    requirement_key: str | None = Field(default=None, max_length=200)
    planned_course_id: int | None = columns.reference("planned_courses.id", on_delete="CASCADE", optional=True)
    version_id: int | None = columns.reference("program_versions.id", on_delete="RESTRICT", optional=True)
    limit_credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    limit_courses: int | None = None
    reason: str = Field(min_length=1, max_length=2_000)
    granted_by: str = Field(min_length=1, max_length=200)
    granted_at: datetime | None = columns.moment()
    expires_on: date | None = None
    revoked_at: datetime | None = columns.moment(optional=True)
    revoked_by: str | None = Field(default=None, max_length=200)


class TransferDecision(SQLModel, table=True):
    """This course of this student counts as that course, as so many credits, or is denied."""

    __tablename__: ClassVar[Any] = "transfer_decisions"
    __table_args__ = (
        sa.CheckConstraint("is_denied <= (course_id IS NULL)", name="denied_names_no_course"),
        sa.CheckConstraint("length(trim(reason)) > 0", name="reason_not_blank"),
        *columns.not_negative(["credits"]),
        sa.Index("ix_transfer_decisions_planned_course_id", "planned_course_id"),
        sa.Index("ix_transfer_decisions_course_id", "course_id"),
        sa.Index("ix_transfer_decisions_equivalency_id", "equivalency_id"),
        sa.Index("ix_transfer_decisions_receiving_institution_id", "receiving_institution_id"),
    )

    id: int | None = columns.identity()
    planned_course_id: int = columns.reference("planned_courses.id", on_delete="CASCADE")
    receiving_institution_id: int = columns.reference("institutions.id", on_delete="RESTRICT")
    course_id: int | None = columns.reference("courses.id", on_delete="RESTRICT", optional=True)
    equivalency_id: int | None = columns.reference("equivalencies.id", on_delete="SET NULL", optional=True)
    credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    is_denied: bool = Field(default=False, sa_column_kwargs={"server_default": columns.FALSE})
    reason: str = Field(min_length=1, max_length=2_000)
    decided_by: str = Field(min_length=1, max_length=200)
    decided_at: datetime | None = columns.moment()
    revoked_at: datetime | None = columns.moment(optional=True)
