"""Programs, their versions, and the requirement tree with its pools and constraints."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.domain import statuses, terms
from gql_api.tables import columns


class ProgramBase(SQLModel):
    """What a college says of a program, apart from its requirements."""

    name: str = Field(min_length=1, max_length=200, sa_type=columns.CITEXT)
    degree_type: str = Field(default="", max_length=40, sa_type=columns.CITEXT)
    """AS, B.S., Certificate …; empty where not known."""
    kind: statuses.ProgramKind = Field(
        default=statuses.ProgramKind.DEGREE,
        sa_type=columns.enumeration(statuses.ProgramKind),
        sa_column_kwargs={"server_default": statuses.ProgramKind.DEGREE.name},
    )
    description: str | None = Field(default=None, max_length=5_000)


class Program(ProgramBase, table=True):
    """A degree, major, minor or certificate of one institution."""

    __tablename__: ClassVar[Any] = "programs"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "name", "degree_type"),
        sa.CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        columns.one_of("kind", statuses.ProgramKind),
        sa.Index("ix_programs_name_id", "name", "id"),
        sa.Index("ix_programs_name_trigram", sa.text("(name::text) gin_trgm_ops"), postgresql_using="gin"),
    )

    id: int | None = columns.identity()
    institution_id: int = columns.reference("institutions.id", on_delete="RESTRICT")
    revision: int = Field(default=1, sa_column_kwargs={"server_default": columns.ONE})
    created_at: datetime | None = columns.moment()
    updated_at: datetime | None = columns.moment()


class ProgramVersionBase(SQLModel):
    """The facts of a version that are audited as implicit requirements."""

    year: int = Field(ge=terms.EARLIEST, le=terms.LATEST)
    season: terms.Season = Field(sa_type=columns.enumeration(terms.Season))
    total_credits: Decimal | None = Field(default=None, ge=0, sa_type=columns.CREDITS)
    residency_credits: Decimal | None = Field(default=None, ge=0, sa_type=columns.CREDITS)
    minimum_gpa: Decimal | None = Field(default=None, ge=0, le=5, sa_type=columns.GPA)
    notes: str | None = Field(default=None, max_length=5_000)


class ProgramVersion(ProgramVersionBase, table=True):
    """The requirements of a program as published for one catalog term. Exactly one is current."""

    __tablename__: ClassVar[Any] = "program_versions"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "term_key", "revision"),
        sa.Index("uq_program_versions_current", "program_id", unique=True, postgresql_where=sa.text("is_current")),
        columns.one_of("season", terms.Season),
        columns.one_of("state", statuses.VersionState),
        *columns.not_negative(["total_credits", "residency_credits", "minimum_gpa"]),
        sa.CheckConstraint(f"year BETWEEN {terms.EARLIEST} AND {terms.LATEST}", name="year_known"),
        sa.CheckConstraint("term_key / 10 = year", name="term_key_of_year"),
        sa.CheckConstraint("revision >= 1", name="revision_positive"),
        sa.CheckConstraint("NOT is_current OR state = 'PUBLISHED'", name="current_is_published"),
    )

    id: int | None = columns.identity()
    program_id: int = columns.reference("programs.id", on_delete="CASCADE")
    term_key: int
    """year × 10 + position of the season, by which versions are ordered."""
    state: statuses.VersionState = Field(
        default=statuses.VersionState.DRAFT, sa_type=columns.enumeration(statuses.VersionState)
    )
    is_current: bool = Field(default=False, sa_column_kwargs={"server_default": columns.FALSE})
    revision: int = Field(default=1, sa_column_kwargs={"server_default": columns.ONE})
    published_at: datetime | None = columns.moment(optional=True)
    created_at: datetime | None = columns.moment()
    updated_at: datetime | None = columns.moment()
