"""Which amounts each kind of constraint carries, and what is said elsewhere already."""

from collections.abc import Iterator
from decimal import Decimal

from gql_api.domain import credits, requirements

Kind = requirements.ConstraintKind
HIGHEST_GPA = 5
_AMOUNTS = ("credits", "courses", "level", "attribute", "grade", "gpa", "years", "subjects")
_POOL_FIELDS = {
    Kind.MIN_CREDITS: "min_credits",
    Kind.MAX_CREDITS: "max_credits",
    Kind.MIN_COURSES: "min_courses",
    Kind.MAX_COURSES: "max_courses",
    Kind.MIN_GRADE: "min_grade",
}
_PARENT_FIELDS = {Kind.MIN_CREDITS: "min_credits_beneath"}
VERSION_FIELDS = {
    Kind.MIN_CREDITS: "total_credits",
    Kind.MIN_RESIDENCY_CREDITS: "residency_credits",
    Kind.MIN_GPA: "minimum_gpa",
}
"""Where a version itself says what a constraint on it must not say again."""


def fields_of(node: requirements.Requirement) -> dict[Kind, str]:
    """The node's own fields that are the only place for a constraint of that kind without a scope."""
    return _PARENT_FIELDS if node.children else _POOL_FIELDS


def amounts_of(kind: Kind) -> frozenset[str]:
    """The fields that a constraint of this kind fills; all others stay empty."""
    name = kind.name
    amounts = {
        "credits": "CREDITS" in name,
        "courses": "COURSES" in name,
        "level": name.endswith("AT_LEVEL"),
        "attribute": name.endswith("WITH_ATTRIBUTE"),
        "grade": kind is Kind.MIN_GRADE,
        "gpa": kind is Kind.MIN_GPA,
        "years": kind is Kind.MAX_AGE_YEARS,
        "subjects": kind is Kind.MIN_DISTINCT_SUBJECTS,
    }
    return frozenset(field for field, is_filled in amounts.items() if is_filled)


def problems(
    constraints: tuple[requirements.Constraint, ...], fields: dict[Kind, str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with the constraints of one node or version: the path beneath it, and why."""
    for index, constraint in enumerate(constraints):
        here = ("constraints", str(index))
        kind, scope = constraint.kind, constraint.scope
        needed = amounts_of(kind)
        for field in _AMOUNTS:
            is_filled = getattr(constraint, field) is not None
            if is_filled != (field in needed):
                verb = "needs" if field in needed else "has no"
                yield (*here, field), f"a constraint {kind.name} {verb} {field}."
        yield from (((*here, field), message) for field, message in _values(constraint))
        if kind in fields and scope == requirements.Scope():
            yield here, f"say {kind.name} with {fields[kind]}; as a constraint it needs a scope."
        if scope.attribute is None and scope.attribute_value is not None:
            yield (*here, "scope"), "the scope has a value of no attribute."
        if scope.level_from is not None and scope.level_to is not None and scope.level_from > scope.level_to:
            yield (*here, "scope"), f"the scope's level {scope.level_from} is above {scope.level_to}."


def _values(constraint: requirements.Constraint) -> Iterator[tuple[str, str]]:
    numbers: tuple[tuple[str, Decimal | int | None, Decimal | int], ...] = (
        ("credits", constraint.credits, credits.MOST),
        ("courses", constraint.courses, 1_000),
        ("level", constraint.level, 99_000),
        ("gpa", constraint.gpa, HIGHEST_GPA),
        ("years", constraint.years, 100),
        ("subjects", constraint.subjects, 1_000),
    )
    for field, number, most in numbers:
        if number is not None and not 0 <= number <= most:
            yield field, f"{field} is {number}; it must be from 0 to {most}."
    if constraint.attribute is None and constraint.attribute_value is not None:
        yield "attribute_value", "the value belongs to no attribute."
