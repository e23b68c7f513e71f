"""Courses in time: catalog entries, the other codes they answer to, their groups and successors."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, SQLModel

from gql_api.tables import columns

_DOCUMENT = (
    "setweight(to_tsvector('simple'::regconfig, code_key), 'A') || "
    "setweight(to_tsvector('english'::regconfig, title), 'B') || "
    "setweight(to_tsvector('english'::regconfig, coalesce(description, '')), 'D')"
)
TITLE_WORDS = "ts_filter(search, '{b}'::\"char\"[])"
"""What `search` has of the title, which is there already: taking titles apart once more costs ten times as much."""
_PREREQUISITE_NUMBERS = "to_tsvector('simple'::regconfig, regexp_replace(prerequisite_text, '[^0-9]+', ' ', 'g'))"
"""By these the courses are found whose prerequisites may name a course: by its number."""


class CourseBase(SQLModel):
    """What a catalog says of a course. `code` is the published spelling, `code_key` what identifies it."""

    code: str = Field(min_length=1, max_length=120)
    title: str = Field(min_length=1, max_length=300)
    description: str | None = Field(default=None, max_length=20_000)
    credits_min: Decimal | None = Field(default=None, ge=0, le=999.99, sa_type=columns.CREDITS)
    credits_max: Decimal | None = Field(default=None, ge=0, le=999.99, sa_type=columns.CREDITS)
    credits_text: str | None = Field(default=None, max_length=100)
    department: str | None = Field(default=None, max_length=200)
    attributes: dict[str, Any] = Field(
        default_factory=dict, sa_type=columns.JSONB, sa_column_kwargs={"server_default": columns.EMPTY_OBJECT}
    )
    """`{"has_lab": true, "course_type": "lecture", "tags": ["writing-intensive"]}`; absent means not known."""
    prerequisite_text: str | None = Field(default=None, max_length=10_000)
    active_from: date | None = None
    active_until: date | None = None
    repeatable_times: int | None = Field(default=None, ge=1)
    repeatable_credits: Decimal | None = Field(default=None, ge=0, sa_type=columns.CREDITS)


class Course(CourseBase, table=True):
    """A catalog entry of one institution, identified by its subject and number."""

    __tablename__: ClassVar[Any] = "courses"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "code_key"),
        sa.CheckConstraint("code_key = subject || ' ' || number", name="code_key_of_parts"),
        sa.CheckConstraint("length(title) > 0", name="title_not_blank"),
        sa.CheckConstraint("level >= 0 AND level % 1000 = 0", name="level_in_thousands"),
        sa.CheckConstraint("(credits_min IS NULL) = (credits_max IS NULL)", name="credits_both_or_neither"),
        sa.CheckConstraint("credits_max < 1000", name="credits_max_below_1000"),
        sa.CheckConstraint("jsonb_typeof(attributes) = 'object'", name="attributes_is_object"),
        *columns.not_negative(["credits_min"]),
        columns.ordered("credits_min", "credits_max"),
        columns.ordered("active_from", "active_until"),
        sa.Index("ix_courses_institution_id_subject_code_key_id", "institution_id", "subject", "code_key", "id"),
        sa.Index("ix_courses_subjects", "subjects", postgresql_using="gin"),
        sa.Index(
            "ix_courses_joint_subjects",
            "subjects",
            postgresql_using="gin",
            postgresql_where=sa.text("cardinality(subjects) > 1"),
        ),
        sa.Index("ix_courses_code_key_id", "code_key", "id"),
        sa.Index("ix_courses_title_id", "title", "id"),
        sa.Index("ix_courses_code_key_prefix", "code_key", postgresql_ops={"code_key": "text_pattern_ops"}),
        sa.Index("ix_courses_title_prefix", sa.text("lower(title) text_pattern_ops"), "id"),
        sa.Index("ix_courses_title_words", sa.text(TITLE_WORDS), postgresql_using="gin"),
        sa.Index(
            "ix_courses_prerequisite_numbers",
            sa.text(_PREREQUISITE_NUMBERS),
            postgresql_using="gin",
            postgresql_where=sa.text("prerequisite_text IS NOT NULL"),
        ),
        sa.Index("ix_courses_institution_id_level", "institution_id", "level"),
        sa.Index("ix_courses_institution_id_department", "institution_id", "department"),
        sa.Index(
            "ix_courses_attributes",
            "attributes",
            postgresql_using="gin",
            postgresql_ops={"attributes": "jsonb_path_ops"},
        ),
        sa.Index("ix_courses_search", "search", postgresql_using="gin"),
        sa.Index(
            "ix_courses_cross_list_group_id",
            "cross_list_group_id",
            postgresql_where=sa.text("cross_list_group_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_courses_exclusion_group_id",
            "exclusion_group_id",
            postgresql_where=sa.text("exclusion_group_id IS NOT NULL"),
        ),
    )

    id: int | None = columns.identity()
    institution_id: int = columns.reference("institutions.id", on_delete="RESTRICT")
    subject: str
    number: str
    code_key: str
    subjects: list[str] = Field(default_factory=list, sa_type=columns.TEXT_ARRAY)
    level: int | None = None
    prerequisites: dict[str, Any] | None = Field(default=None, sa_type=columns.JSONB)
    cross_list_group_id: int | None = columns.reference("cross_list_groups.id", on_delete="SET NULL", optional=True)
    exclusion_group_id: int | None = columns.reference("exclusion_groups.id", on_delete="SET NULL", optional=True)
    search: Any = Field(
        default=None,
        sa_column=sa.Column("search", postgresql.TSVECTOR, sa.Computed(_DOCUMENT, persisted=True)),
    )
    search_text: str | None = Field(
        default=None,
        sa_column=sa.Column("search_text", sa.Text, sa.Computed("code_key || ' ' || title", persisted=True)),
    )
    revision: int = Field(default=1, sa_column_kwargs={"server_default": columns.ONE})
    created_at: datetime | None = columns.moment()
    updated_at: datetime | None = columns.moment()


NUMBER_OF_SUBJECTS = "CREATE STATISTICS st_courses_number_of_subjects ON cardinality(subjects) FROM courses"
"""Without it the planner takes a third of the courses to be cross-listed, and reads an institution for a subject."""
event.listen(SQLModel.metadata.tables[str(Course.__tablename__)], "after_create", sa.DDL(NUMBER_OF_SUBJECTS))


class CourseAlias(SQLModel, table=True):
    """Another code under which a course is found: a member of its cross-listing, or a former code.

    A course of its own with that code wins over an alias; an alias that two courses claim is not kept.
    """

    __tablename__: ClassVar[Any] = "course_aliases"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "code_key"),
        sa.Index("ix_course_aliases_course_id", "course_id"),
    )

    id: int | None = columns.identity()
    course_id: int = columns.reference("courses.id", on_delete="CASCADE")
    institution_id: int = columns.reference("institutions.id", on_delete="CASCADE")
    code_key: str


class CourseSuccessor(SQLModel, table=True):
    """Renumbering: what replaced a course, and since when."""

    __tablename__: ClassVar[Any] = "course_successors"
    __table_args__ = (
        sa.UniqueConstraint("course_id", "successor_id"),
        sa.CheckConstraint("course_id <> successor_id", name="not_itself"),
        sa.Index("ix_course_successors_successor_id", "successor_id"),
    )

    id: int | None = columns.identity()
    course_id: int = columns.reference("courses.id", on_delete="CASCADE")
    successor_id: int = columns.reference("courses.id", on_delete="CASCADE")
    since: date | None = None


class CrossListGroup(SQLModel, table=True):
    """Separately catalogued courses that are one course for audits and prerequisites."""

    __tablename__: ClassVar[Any] = "cross_list_groups"
    __table_args__ = (sa.UniqueConstraint("institution_id", "name"),)

    id: int | None = columns.identity()
    institution_id: int = columns.reference("institutions.id", on_delete="CASCADE")
    name: str = Field(min_length=1, max_length=200)


class ExclusionGroup(SQLModel, table=True):
    """Courses that earn credit once among them without being equivalent."""

    __tablename__: ClassVar[Any] = "exclusion_groups"
    __table_args__ = (sa.UniqueConstraint("institution_id", "name"),)

    id: int | None = columns.identity()
    institution_id: int = columns.reference("institutions.id", on_delete="CASCADE")
    name: str = Field(min_length=1, max_length=200)
