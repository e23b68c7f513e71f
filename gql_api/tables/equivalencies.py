"""Equivalencies: a rule, its source groups, its awards, and the sets of alternatives.

Rules are never overwritten: a change closes one (`recorded_until`) and begins another, so that what applied on a
past day can be told. The current rules are those with `recorded_until` empty.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.domain import equivalencies, grades
from gql_api.tables import columns

_CURRENT = sa.text("recorded_until IS NULL")


class EquivalencyBase(SQLModel):
    """What a rule says besides its sources and awards."""

    outcome: equivalencies.Outcome = Field(
        default=equivalencies.Outcome.AWARDS, sa_type=columns.enumeration(equivalencies.Outcome)
    )
    strength: equivalencies.Strength = Field(
        default=equivalencies.Strength.DIRECT, sa_type=columns.enumeration(equivalencies.Strength)
    )
    status: equivalencies.RuleStatus = Field(
        default=equivalencies.RuleStatus.APPROVED, sa_type=columns.enumeration(equivalencies.RuleStatus)
    )
    condition: str | None = Field(default=None, max_length=2_000)
    reason: str | None = Field(default=None, max_length=2_000)
    effective_from: date | None = None
    effective_until: date | None = None
    source: str | None = Field(default=None, max_length=200)
    approved_by: str | None = Field(default=None, max_length=200)
    approved_on: date | None = None
    notes: str | None = Field(default=None, max_length=5_000)


class Equivalency(EquivalencyBase, table=True):
    """A directed rule from courses of one institution to credit at another."""

    __tablename__: ClassVar[Any] = "equivalencies"
    __table_args__ = (
        sa.Index(
            "uq_equivalencies_current_rule",
            "rule_key",
            "effective_from",
            unique=True,
            postgresql_where=_CURRENT,
            postgresql_nulls_not_distinct=True,
        ),
        columns.one_of("outcome", equivalencies.Outcome),
        columns.one_of("strength", equivalencies.Strength),
        columns.one_of("status", equivalencies.RuleStatus),
        columns.ordered("effective_from", "effective_until"),
        sa.CheckConstraint("(strength = 'CONDITIONAL') <= (condition IS NOT NULL)", name="conditional_has_condition"),
        sa.CheckConstraint("status <> 'DENIED' OR reason IS NOT NULL", name="denied_has_reason"),
        sa.Index("ix_equivalencies_receiving", "receiving_institution_id", "sending_institution_id"),
        sa.Index("ix_equivalencies_sending", "sending_institution_id"),
        sa.Index(
            "ix_equivalencies_choice_set_id", "choice_set_id", postgresql_where=sa.text("choice_set_id IS NOT NULL")
        ),
        sa.Index(
            "ix_equivalencies_superseded_by_id",
            "superseded_by_id",
            postgresql_where=sa.text("superseded_by_id IS NOT NULL"),
        ),
    )

    id: int | None = columns.identity()
    sending_institution_id: int = columns.reference("institutions.id", on_delete="RESTRICT")
    receiving_institution_id: int = columns.reference("institutions.id", on_delete="RESTRICT")
    choice_set_id: int | None = columns.reference("choice_sets.id", on_delete="SET NULL", optional=True)
    rule_key: str
    """Sources, receiving institution and awards in one canonical text; what an import matches by."""
    superseded_by_id: int | None = columns.reference("equivalencies.id", on_delete="SET NULL", optional=True)
    recorded_by: str | None = Field(default=None, max_length=200)
    recorded_from: datetime | None = columns.moment()
    recorded_until: datetime | None = columns.moment(optional=True)
    revision: int = Field(default=1, sa_column_kwargs={"server_default": columns.ONE})


class EquivalencySource(SQLModel, table=True):
    """A source course of a rule. Rows of one `group_position` are alternatives; all groups are needed."""

    __tablename__: ClassVar[Any] = "equivalency_sources"
    __table_args__ = (
        sa.UniqueConstraint("equivalency_id", "group_position", "course_id"),
        columns.one_of("minimum_grade", grades.Grade),
        *columns.not_negative(["group_position", "minimum_score"]),
        sa.Index("ix_equivalency_sources_course_id_equivalency_id", "course_id", "equivalency_id"),
    )

    id: int | None = columns.identity()
    equivalency_id: int = columns.reference("equivalencies.id", on_delete="CASCADE")
    group_position: int = 0
    course_id: int = columns.reference("courses.id", on_delete="RESTRICT")
    minimum_grade: grades.Grade | None = Field(default=None, sa_type=columns.enumeration(grades.Grade))
    minimum_score: int | None = None


class EquivalencyAward(SQLModel, table=True):
    """One award of a rule, or the target of a rule that says nothing satisfies it."""

    __tablename__: ClassVar[Any] = "equivalency_awards"
    __table_args__ = (
        sa.UniqueConstraint("equivalency_id", "position"),
        columns.one_of("kind", equivalencies.AwardKind),
        *columns.not_negative(["credits", "position"]),
        sa.CheckConstraint("(kind = 'COURSE') = (course_id IS NOT NULL)", name="course_named"),
        sa.CheckConstraint("(kind = 'SUBJECT_ELECTIVE') = (subject IS NOT NULL)", name="subject_named"),
        sa.CheckConstraint("(kind = 'GENERAL_ELECTIVE') = (area IS NOT NULL)", name="area_named"),
        sa.CheckConstraint("level >= 0 AND level % 1000 = 0", name="level_in_thousands"),
        sa.Index(
            "ix_equivalency_awards_course_id_equivalency_id",
            "course_id",
            "equivalency_id",
            postgresql_where=sa.text("course_id IS NOT NULL"),
        ),
    )

    id: int | None = columns.identity()
    equivalency_id: int = columns.reference("equivalencies.id", on_delete="CASCADE")
    position: int = 0
    kind: equivalencies.AwardKind = Field(sa_type=columns.enumeration(equivalencies.AwardKind))
    course_id: int | None = columns.reference("courses.id", on_delete="RESTRICT", optional=True)
    subject: str | None = None
    area: str | None = None
    level: int | None = None
    tags: list[str] = Field(
        default_factory=list, sa_type=columns.TEXT_ARRAY, sa_column_kwargs={"server_default": columns.EMPTY_ARRAY}
    )
    credits: Decimal | None = Field(default=None, ge=0, sa_type=columns.CREDITS)
    published_code: str | None = None


class ChoiceSet(SQLModel, table=True):
    """Rules of which at most one awards credit."""

    __tablename__: ClassVar[Any] = "choice_sets"
    __table_args__ = (
        sa.UniqueConstraint("choice_key"),
        sa.Index("ix_choice_sets_receiving_institution_id", "receiving_institution_id"),
    )

    id: int | None = columns.identity()
    receiving_institution_id: int = columns.reference("institutions.id", on_delete="RESTRICT")
    choice_key: str
    """Sources and receiving institution in one canonical text."""
