"""Plans: a student's courses, and the decisions that advisors made about them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.domain import grades, statuses, terms
from gql_api.tables import columns


class PlanBase(SQLModel):
    """What a student says of a plan; all of it may be left out."""

    name: str | None = Field(default=None, max_length=200)
    student_name: str | None = Field(default=None, max_length=200)
    student_email: str | None = Field(default=None, max_length=254, sa_type=columns.CITEXT)
    advisor_email: str | None = Field(default=None, max_length=254, sa_type=columns.CITEXT)
    status: statuses.PlanStatus = Field(
        default=statuses.PlanStatus.ACTIVE, sa_type=columns.enumeration(statuses.PlanStatus)
    )


class Plan(PlanBase, table=True):
    """A list of courses aimed at a target program. Its code is stored only as an HMAC."""

    __tablename__: ClassVar[Any] = "plans"
    __table_args__ = (
        sa.UniqueConstraint("code_hmac"),
        columns.one_of("status", statuses.PlanStatus),
        sa.CheckConstraint("octet_length(code_hmac) = 32", name="code_hmac_is_sha256"),
        sa.CheckConstraint("revision >= 1", name="revision_positive"),
        sa.Index("ix_plans_target_version_id_status", "target_version_id", "status"),
        sa.Index("ix_plans_current_version_id", "current_version_id"),
        sa.Index("ix_plans_advisor_email", "advisor_email", postgresql_where=sa.text("advisor_email IS NOT NULL")),
        sa.Index("ix_plans_last_used_at", "last_used_at"),
        sa.Index("ix_plans_deleted_at", "deleted_at", postgresql_where=sa.text("deleted_at IS NOT NULL")),
    )

    id: int | None = columns.identity()
    code_hmac: bytes = Field(sa_type=sa.LargeBinary)
    code_key_id: str
    """Which secret made the HMAC, so that a rotated one can be replaced on use."""
    catalog_term_key: int | None = None
    """The student's catalog term; pins are by default the latest version not after it."""
    target_version_id: int | None = columns.reference("program_versions.id", on_delete="RESTRICT", optional=True)
    current_version_id: int | None = columns.reference("program_versions.id", on_delete="RESTRICT", optional=True)
    advisor_confirmed_at: datetime | None = columns.moment(optional=True)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": columns.ONE})
    created_at: datetime | None = columns.moment()
    updated_at: datetime | None = columns.moment()
    last_used_at: datetime | None = columns.moment()
    deleted_at: datetime | None = columns.moment(optional=True)


class PlannedCourse(SQLModel, table=True):
    """One entry of a plan: a catalog course or examination, or an unlisted course in words."""

    __tablename__: ClassVar[Any] = "planned_courses"
    __table_args__ = (
        columns.one_of("status", statuses.PlannedStatus),
        columns.one_of("season", terms.Season),
        columns.one_of("grade", grades.Grade),
        *columns.not_negative(["credits", "score", "unlisted_credits"]),
        sa.CheckConstraint("(course_id IS NULL) = (unlisted_title IS NOT NULL)", name="listed_or_unlisted"),
        sa.CheckConstraint("(year IS NULL) = (season IS NULL)", name="term_whole"),
        sa.CheckConstraint("year IS NOT NULL OR session IS NULL", name="session_of_term"),
        sa.CheckConstraint("course_id IS NOT NULL OR unlisted_credits IS NOT NULL", name="unlisted_has_credits"),
        sa.CheckConstraint("revision >= 1", name="revision_positive"),
        sa.Index("ix_planned_courses_plan_id_id", "plan_id", "id"),
        sa.Index("ix_planned_courses_course_id", "course_id", postgresql_where=sa.text("course_id IS NOT NULL")),
        sa.Index(
            "uq_planned_courses_once",
            "plan_id",
            "course_id",
            unique=True,
            postgresql_where=sa.text("course_id IS NOT NULL AND NOT is_repeat"),
        ),
    )

    id: int | None = columns.identity()
    plan_id: int = columns.reference("plans.id", on_delete="CASCADE")
    course_id: int | None = columns.reference("courses.id", on_delete="RESTRICT", optional=True)
    unlisted_institution: str | None = Field(default=None, max_length=200)
    unlisted_code: str | None = Field(default=None, max_length=120)
    unlisted_title: str | None = Field(default=None, max_length=300)
    unlisted_credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    year: int | None = None
    season: terms.Season | None = Field(default=None, sa_type=columns.enumeration(terms.Season))
    session: str | None = Field(default=None, max_length=40)
    taken_on: date | None = None
    status: statuses.PlannedStatus = Field(
        default=statuses.PlannedStatus.PLANNED, sa_type=columns.enumeration(statuses.PlannedStatus)
    )
    grade: grades.Grade | None = Field(default=None, sa_type=columns.enumeration(grades.Grade))
    score: int | None = None
    credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    """What the student was given where it differs from the catalog; also what a variable-credit course carries."""
    is_repeat: bool = Field(default=False, sa_column_kwargs={"server_default": columns.FALSE})
    pinned_key: str | None = Field(default=None, max_length=200)
    """The requirement in which the entry is to count, or nowhere."""
    notes: str | None = Field(default=None, max_length=2_000)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": columns.ONE})
    created_at: datetime | None = columns.moment()
    updated_at: datetime | None = columns.moment()
