"""Options and constraints of requirements: rows into domain values."""

from decimal import Decimal
from typing import NamedTuple

from gql_api.domain import grades, requirements


class OptionRow(NamedTuple):
    """An entry of a pool."""

    requirement_id: int
    course_id: int | None
    course_code: str | None
    institution_id: int | None
    subject: str | None
    number_from: str | None
    number_to: str | None
    level_from: int | None
    level_to: int | None
    attribute: str | None
    attribute_value: str | None
    is_preferred: bool
    is_excluded: bool
    notes: str | None


class ConstraintRow(NamedTuple):
    """A constraint of a node, or (no requirement) of a whole version."""

    version_id: int
    requirement_id: int | None
    id: int
    kind: requirements.ConstraintKind
    credits: Decimal | None
    courses: int | None
    level: int | None
    attribute: str | None
    attribute_value: str | None
    grade: grades.Grade | None
    gpa: Decimal | None
    years: int | None
    subjects: int | None
    scope_subjects: list[str]
    scope_level_from: int | None
    scope_level_to: int | None
    scope_institution_id: int | None
    scope_attribute: str | None
    scope_attribute_value: str | None
    description: str | None


def option(row: OptionRow) -> requirements.Option:
    """The option: a named course where it has a code, else a pattern."""
    if row.course_code is not None:
        return requirements.CourseOption(
            course_id=row.course_id,
            code=row.course_code,
            institution_id=row.institution_id,
            is_preferred=row.is_preferred,
            is_excluded=row.is_excluded,
            notes=row.notes,
        )
    return requirements.PatternOption(
        institution_id=row.institution_id,
        subject=row.subject,
        number_from=row.number_from,
        number_to=row.number_to,
        level_from=row.level_from,
        level_to=row.level_to,
        attribute=row.attribute,
        attribute_value=row.attribute_value,
        is_preferred=row.is_preferred,
        is_excluded=row.is_excluded,
        notes=row.notes,
    )


def constraint(row: ConstraintRow) -> requirements.Constraint:
    """The constraint with its scope."""
    scope = requirements.Scope(
        subjects=frozenset(row.scope_subjects),
        level_from=row.scope_level_from,
        level_to=row.scope_level_to,
        institution_id=row.scope_institution_id,
        attribute=row.scope_attribute,
        attribute_value=row.scope_attribute_value,
    )
    return requirements.Constraint(
        id=row.id,
        kind=row.kind,
        credits=row.credits,
        courses=row.courses,
        level=row.level,
        attribute=row.attribute,
        attribute_value=row.attribute_value,
        grade=row.grade,
        gpa=row.gpa,
        years=row.years,
        subjects=row.subjects,
        scope=scope,
        description=row.description,
    )
