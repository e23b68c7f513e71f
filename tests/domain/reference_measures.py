"""What entries amount to, for the reference: grades, scopes, and the numbers that constraints compare."""

from decimal import Decimal

from gql_api.domain import grades, requirements

Kind = requirements.ConstraintKind
RANKS = {
    grade: rank
    for rank, grade in enumerate(
        ["F", "D-", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A", "A+"]  # from worst to best
    )
}
PASSES = {"P", "CR", "S"}


def lesser(one, other):
    given = [amount for amount in (one, other) if amount is not None]
    return min(given, default=None)


def credits(uses):
    return sum((entry.amount for entry in uses), Decimal(0))


def reaches(entry, minimum):
    """Whether a grade is good enough; no grade of a finished course is not known, and so not enough."""
    if entry.status.name != "COMPLETED" or entry.grade in {grades.Grade.I, grades.Grade.IP}:
        return True
    if entry.grade is None:
        return False
    given = "C" if entry.grade.value in PASSES else entry.grade.value
    return RANKS.get(given, -1) >= RANKS[minimum.value]


def in_scope(scope, entry):
    course = entry.course
    return (
        (not scope.subjects or bool(scope.subjects & course.subjects))
        and (scope.level_from is None or course.level >= scope.level_from)
        and (scope.level_to is None or course.level <= scope.level_to)
        and (scope.attribute is None or scope.attribute in course.attributes.tags)
        and (scope.institution_id is None or scope.institution_id == course.institution_id)
    )


def looked_at(one, uses):
    """The entries that a constraint looks at."""
    found = [entry for entry in uses if in_scope(one.scope, entry)]
    match one.kind:
        case Kind.MIN_CREDITS_AT_LEVEL | Kind.MIN_COURSES_AT_LEVEL:
            return [entry for entry in found if entry.course.level >= one.level]
        case Kind.MAX_CREDITS_AT_LEVEL:
            return [entry for entry in found if entry.course.level == one.level]
        case Kind.MIN_COURSES_WITH_ATTRIBUTE | Kind.MAX_CREDITS_WITH_ATTRIBUTE:
            return [entry for entry in found if one.attribute in entry.course.attributes.tags]
        case Kind.MAX_PASS_FAIL_CREDITS:
            return [entry for entry in found if entry.grade is not None and entry.grade.value in PASSES]
        case _:
            return found


def measure(one, uses):
    """The number that a constraint compares."""
    found = looked_at(one, uses)
    subjects = {min(entry.course.subjects) for entry in found}
    if one.kind is Kind.MIN_DISTINCT_SUBJECTS:
        return len(subjects)
    if one.kind is Kind.MAX_CREDITS_PER_SUBJECT:
        return max(
            (credits([one for one in found if subject in one.course.subjects]) for subject in subjects), default=0
        )
    return len(found) if one.credits is None else credits(found)


def asked_by(one):
    return next(amount for amount in (one.credits, one.courses, one.subjects) if amount is not None)
