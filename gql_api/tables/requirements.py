"""The requirement tree: nodes with stable keys, options, sharing and constraints."""

from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from gql_api.domain import grades, requirements
from gql_api.tables import columns

_KIND = requirements.ConstraintKind
_CREDIT_KINDS = tuple(kind for kind in _KIND if "CREDITS" in kind.name)
_COURSE_KINDS = tuple(kind for kind in _KIND if "COURSES" in kind.name)


def _filled_for(column: str, kinds: tuple[requirements.ConstraintKind, ...]) -> sa.CheckConstraint:
    names = ", ".join(f"'{kind.name}'" for kind in kinds)
    return sa.CheckConstraint(f"(kind IN ({names})) = ({column} IS NOT NULL)", name=f"{column}_for_its_kinds")


class Requirement(SQLModel, table=True):
    """A node of a version's tree: children or a pool, and the minima that make it met."""

    __tablename__: ClassVar[Any] = "requirements"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "key"),
        sa.UniqueConstraint("version_id", "id"),
        sa.ForeignKeyConstraint(
            ["version_id", "parent_id"],
            ["requirements.version_id", "requirements.id"],
            name="fk_requirements_parent",
            ondelete="CASCADE",
        ),
        columns.one_of("sharing", requirements.Sharing),
        columns.one_of("min_grade", grades.Grade),
        *columns.not_negative(
            [
                "position",
                "min_children",
                "min_credits_beneath",
                "min_courses",
                "min_credits",
                "max_courses",
                "max_credits",
                "min_credits_per_course",
                "max_credits_per_course",
            ]
        ),
        columns.ordered("min_credits_per_course", "max_credits_per_course"),
        sa.CheckConstraint("length(trim(key)) > 0", name="key_not_blank"),
        sa.CheckConstraint("length(trim(name)) > 0", name="name_not_blank"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sa.Index("ix_requirements_parent_id", "parent_id"),
    )

    id: int | None = columns.identity()
    version_id: int = columns.reference("program_versions.id", on_delete="CASCADE")
    parent_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    key: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=300)
    description: str | None = Field(default=None, max_length=5_000)
    position: int = 0
    min_children: int | None = None
    min_credits_beneath: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    min_courses: int | None = None
    min_credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    max_courses: int | None = None
    max_credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    min_credits_per_course: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    max_credits_per_course: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    min_grade: grades.Grade | None = Field(default=None, sa_type=columns.enumeration(grades.Grade))
    is_optional: bool = Field(default=False, sa_column_kwargs={"server_default": columns.FALSE})
    is_residual: bool = Field(default=False, sa_column_kwargs={"server_default": columns.FALSE})
    sharing: requirements.Sharing = Field(
        default=requirements.Sharing.EXCLUSIVE,
        sa_type=columns.enumeration(requirements.Sharing),
        sa_column_kwargs={"server_default": requirements.Sharing.EXCLUSIVE.name},
    )


class RequirementShare(SQLModel, table=True):
    """A cap on what two requirements of a version may both count."""

    __tablename__: ClassVar[Any] = "requirement_shares"
    __table_args__ = (
        sa.UniqueConstraint("requirement_id", "with_key"),
        *columns.not_negative(["max_credits", "max_courses"]),
        sa.CheckConstraint("max_credits IS NOT NULL OR max_courses IS NOT NULL", name="says_how_much"),
    )

    id: int | None = columns.identity()
    requirement_id: int = columns.reference("requirements.id", on_delete="CASCADE")
    with_key: str
    max_credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    max_courses: int | None = None


class RequirementOption(SQLModel, table=True):
    """One entry of a pool: a course (`course_code`, kept even where no such course exists) or a pattern."""

    __tablename__: ClassVar[Any] = "requirement_options"
    __table_args__ = (
        sa.CheckConstraint(
            "course_code IS NULL OR (subject IS NULL AND number_from IS NULL AND number_to IS NULL AND "
            "level_from IS NULL AND level_to IS NULL AND attribute IS NULL)",
            name="course_or_pattern",
        ),
        sa.CheckConstraint("course_id IS NULL OR course_code IS NOT NULL", name="course_has_code"),
        sa.CheckConstraint("attribute IS NOT NULL OR attribute_value IS NULL", name="value_of_attribute"),
        columns.ordered("level_from", "level_to"),
        sa.UniqueConstraint("requirement_id", "position"),
        sa.Index("ix_requirement_options_course_id", "course_id", postgresql_where=sa.text("course_id IS NOT NULL")),
        sa.Index("ix_requirement_options_institution_id", "institution_id"),
        sa.Index(
            "ix_requirement_options_unknown",
            "course_code",
            postgresql_where=sa.text("course_code IS NOT NULL AND course_id IS NULL"),
        ),
    )

    id: int | None = columns.identity()
    requirement_id: int = columns.reference("requirements.id", on_delete="CASCADE")
    position: int = 0
    course_id: int | None = columns.reference("courses.id", on_delete="RESTRICT", optional=True)
    course_code: str | None = None
    institution_id: int | None = columns.reference("institutions.id", on_delete="RESTRICT", optional=True)
    subject: str | None = None
    number_from: str | None = None
    number_to: str | None = None
    level_from: int | None = None
    level_to: int | None = None
    attribute: str | None = None
    attribute_value: str | None = None
    is_preferred: bool = Field(default=False, sa_column_kwargs={"server_default": columns.FALSE})
    is_excluded: bool = Field(default=False, sa_column_kwargs={"server_default": columns.FALSE})
    notes: str | None = None


class RequirementConstraint(SQLModel, table=True):
    """A limit or minimum on what is applied beneath a node; without a node, on the whole version."""

    __tablename__: ClassVar[Any] = "requirement_constraints"
    __table_args__ = (
        columns.one_of("kind", requirements.ConstraintKind),
        columns.one_of("grade", grades.Grade),
        *columns.not_negative(["credits", "courses", "level", "gpa", "years", "subjects"]),
        _filled_for("credits", _CREDIT_KINDS),
        _filled_for("courses", _COURSE_KINDS),
        _filled_for("level", tuple(kind for kind in _KIND if kind.name.endswith("AT_LEVEL"))),
        _filled_for("attribute", tuple(kind for kind in _KIND if kind.name.endswith("WITH_ATTRIBUTE"))),
        _filled_for("grade", (_KIND.MIN_GRADE,)),
        _filled_for("gpa", (_KIND.MIN_GPA,)),
        _filled_for("years", (_KIND.MAX_AGE_YEARS,)),
        _filled_for("subjects", (_KIND.MIN_DISTINCT_SUBJECTS,)),
        columns.ordered("scope_level_from", "scope_level_to"),
        sa.Index("ix_requirement_constraints_requirement_id", "requirement_id"),
        sa.Index("ix_requirement_constraints_version_id", "version_id"),
        sa.Index(
            "ix_requirement_constraints_scope_institution_id",
            "scope_institution_id",
            postgresql_where=sa.text("scope_institution_id IS NOT NULL"),
        ),
    )

    id: int | None = columns.identity()
    version_id: int = columns.reference("program_versions.id", on_delete="CASCADE")
    requirement_id: int | None = columns.reference("requirements.id", on_delete="CASCADE", optional=True)
    position: int = 0
    kind: requirements.ConstraintKind = Field(sa_type=columns.enumeration(requirements.ConstraintKind))
    credits: Decimal | None = Field(default=None, sa_type=columns.CREDITS)
    courses: int | None = None
    level: int | None = None
    attribute: str | None = None
    attribute_value: str | None = None
    grade: grades.Grade | None = Field(default=None, sa_type=columns.enumeration(grades.Grade))
    gpa: Decimal | None = Field(default=None, sa_type=columns.GPA)
    years: int | None = None
    subjects: int | None = None
    scope_subjects: list[str] = Field(
        default_factory=list, sa_type=columns.TEXT_ARRAY, sa_column_kwargs={"server_default": columns.EMPTY_ARRAY}
    )
    scope_level_from: int | None = None
    scope_level_to: int | None = None
    scope_institution_id: int | None = columns.reference("institutions.id", on_delete="RESTRICT", optional=True)
    scope_attribute: str | None = None
    scope_attribute_value: str | None = None
    description: str | None = None
