"""Institutions with their policies, and the other names people use for them."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.domain import grades, institutions
from gql_api.tables import columns


class InstitutionBase(SQLModel):
    """What an administrator says of an institution. Every policy has a default."""

    name: str = Field(min_length=1, max_length=200, sa_type=columns.CITEXT)
    abbreviation: str | None = Field(default=None, min_length=1, max_length=40, sa_type=columns.CITEXT)
    kind: institutions.InstitutionKind = Field(
        default=institutions.InstitutionKind.FOUR_YEAR,
        sa_type=columns.enumeration(institutions.InstitutionKind),
        sa_column_kwargs={"server_default": institutions.InstitutionKind.FOUR_YEAR.name},
    )
    calendar: institutions.Calendar = Field(
        default=institutions.Calendar.SEMESTER,
        sa_type=columns.enumeration(institutions.Calendar),
        sa_column_kwargs={"server_default": institutions.Calendar.SEMESTER.name},
    )
    location: str | None = Field(default=None, max_length=200)
    credits_granted: institutions.CreditsGranted = Field(
        default=institutions.CreditsGranted.MINIMUM,
        sa_type=columns.enumeration(institutions.CreditsGranted),
        sa_column_kwargs={"server_default": institutions.CreditsGranted.MINIMUM.name},
    )
    equivalency_date: institutions.EquivalencyDate = Field(
        default=institutions.EquivalencyDate.WHEN_TAKEN,
        sa_type=columns.enumeration(institutions.EquivalencyDate),
        sa_column_kwargs={"server_default": institutions.EquivalencyDate.WHEN_TAKEN.name},
    )
    credit_repeat: institutions.RepeatPolicy = Field(
        default=institutions.RepeatPolicy.BEST,
        sa_type=columns.enumeration(institutions.RepeatPolicy),
        sa_column_kwargs={"server_default": institutions.RepeatPolicy.BEST.name},
    )
    gpa_repeat: institutions.RepeatPolicy = Field(
        default=institutions.RepeatPolicy.BEST,
        sa_type=columns.enumeration(institutions.RepeatPolicy),
        sa_column_kwargs={"server_default": institutions.RepeatPolicy.BEST.name},
    )
    pass_proves: grades.Grade = Field(
        default=grades.Grade.C,
        sa_type=columns.enumeration(grades.Grade),
        sa_column_kwargs={"server_default": grades.Grade.C.name},
    )
    minimum_transfer_grade: grades.Grade | None = Field(default=None, sa_type=columns.enumeration(grades.Grade))
    sophomore_credits: Decimal = Field(
        default=Decimal(30), ge=0, sa_type=columns.CREDITS, sa_column_kwargs={"server_default": "30"}
    )
    junior_credits: Decimal = Field(
        default=Decimal(60), ge=0, sa_type=columns.CREDITS, sa_column_kwargs={"server_default": "60"}
    )
    senior_credits: Decimal = Field(
        default=Decimal(90), ge=0, sa_type=columns.CREDITS, sa_column_kwargs={"server_default": "90"}
    )
    credit_tolerance: Decimal = Field(
        default=Decimal(0), ge=0, sa_type=columns.CREDITS, sa_column_kwargs={"server_default": "0"}
    )
    term_calendar: dict[str, Any] = Field(
        default_factory=dict, sa_type=columns.JSONB, sa_column_kwargs={"server_default": columns.EMPTY_OBJECT}
    )
    """First days of terms that differ from the usual, by season: `{"FALL": "08-25"}`."""


class Institution(InstitutionBase, table=True):
    """A college, or a body whose examinations are catalogued like courses."""

    __tablename__: ClassVar[Any] = "institutions"
    __table_args__ = (
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("abbreviation"),
        sa.CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        sa.CheckConstraint(
            "sophomore_credits <= junior_credits AND junior_credits <= senior_credits", name="standings_ordered"
        ),
        *columns.not_negative(["sophomore_credits", "credit_tolerance"]),
        columns.one_of("kind", institutions.InstitutionKind),
        columns.one_of("calendar", institutions.Calendar),
        columns.one_of("credits_granted", institutions.CreditsGranted),
        columns.one_of("equivalency_date", institutions.EquivalencyDate),
        columns.one_of("credit_repeat", institutions.RepeatPolicy),
        columns.one_of("gpa_repeat", institutions.RepeatPolicy),
        columns.one_of("pass_proves", grades.Grade),
        columns.one_of("minimum_transfer_grade", grades.Grade),
        sa.Index(
            "ix_institutions_name_trigram",
            sa.text("(name::text) gin_trgm_ops"),
            postgresql_using="gin",
        ),
    )

    id: int | None = columns.identity()
    revision: int = Field(default=1, sa_column_kwargs={"server_default": columns.ONE})
    created_at: datetime | None = columns.moment()
    updated_at: datetime | None = columns.moment()


class InstitutionAlias(SQLModel, table=True):
    """Another name of an institution; unique like names are."""

    __tablename__: ClassVar[Any] = "institution_aliases"
    __table_args__ = (
        sa.UniqueConstraint("alias"),
        sa.CheckConstraint("length(trim(alias)) > 0", name="alias_not_blank"),
        sa.Index("ix_institution_aliases_institution_id", "institution_id"),
        sa.Index(
            "ix_institution_aliases_alias_trigram",
            sa.text("(alias::text) gin_trgm_ops"),
            postgresql_using="gin",
        ),
    )

    id: int | None = columns.identity()
    institution_id: int = columns.reference("institutions.id", on_delete="CASCADE")
    alias: str = Field(min_length=1, max_length=200, sa_type=columns.CITEXT)
