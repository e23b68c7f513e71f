"""What a constraint measures of pieces of credit, as the checker reads each kind."""

from collections.abc import Iterable
from decimal import Decimal

from gql_api.domain import (
    checker_pieces,
    checker_pools,
    checker_standing,
    checker_values,
    courses,
    entries,
    institutions,
    requirements,
)

Constraint = requirements.Constraint
Kind = requirements.ConstraintKind
Piece = checker_pieces.Piece
SLACK = checker_pools.SLACK
ELIGIBILITY = frozenset({Kind.MIN_GRADE, Kind.MAX_AGE_YEARS})
"""Kinds that say which courses may be applied at all."""


def is_floor(constraint: requirements.Constraint) -> bool:
    """Whether it asks for a sum or a count."""
    return constraint.kind.name.startswith("MIN_") and constraint.kind not in {*ELIGIBILITY, Kind.MIN_GPA}


def is_ceiling(constraint: requirements.Constraint) -> bool:
    """Whether it limits a sum or a count."""
    return constraint.kind.name.startswith("MAX_") and constraint.kind not in ELIGIBILITY


def amount(constraint: requirements.Constraint) -> Decimal:
    """The number asked or allowed."""
    if constraint.credits is not None:
        return constraint.credits
    return Decimal(constraint.courses if constraint.courses is not None else constraint.subjects or 0)


def part(constraint: requirements.Constraint, piece: Piece) -> Decimal:
    """What one piece adds."""
    if not looks_at(constraint, piece):
        return Decimal(0)
    return piece.credits if constraint.credits is not None else Decimal(1)


def subject(piece: Piece) -> str:
    """The one subject that a piece counts in where subjects are told apart."""
    return min(piece.subjects, default="")


def looks_at(constraint: requirements.Constraint, piece: Piece) -> bool:
    """Whether the constraint is about the piece."""
    if not checker_pools.is_in_scope(constraint.scope, piece):
        return False
    match constraint.kind:
        case Kind.MIN_CREDITS_AT_LEVEL | Kind.MIN_COURSES_AT_LEVEL:
            return piece.level is not None and piece.level >= (constraint.level or 0)
        case Kind.MAX_CREDITS_AT_LEVEL:
            return piece.level == constraint.level
        case Kind.MIN_COURSES_WITH_ATTRIBUTE | Kind.MAX_CREDITS_WITH_ATTRIBUTE:
            return checker_pools.has_attribute(piece, constraint.attribute or "", constraint.attribute_value)
        case Kind.MIN_RESIDENCY_CREDITS:
            return piece.is_own
        case Kind.MAX_TRANSFER_CREDITS:
            return not piece.is_own
        case Kind.MAX_PASS_FAIL_CREDITS:
            return piece.is_pass_fail
        case _:
            return True


def measure(constraint: requirements.Constraint, used: Iterable[Piece]) -> Decimal:
    """The sum or the number of subjects that the pieces amount to."""
    mine = [piece for piece in used if looks_at(constraint, piece)]
    if constraint.kind is Kind.MIN_DISTINCT_SUBJECTS:
        return Decimal(len({subject(piece) for piece in mine} - {""}))
    return sum((part(constraint, piece) for piece in mine), Decimal(0))


def is_kept(constraint: requirements.Constraint, used: list[Piece], case: checker_values.Case) -> bool:
    """Whether the pieces keep the constraint. An average of nothing does not."""
    mine = [piece for piece in used if looks_at(constraint, piece)]
    match constraint.kind:
        case Kind.MAX_CREDITS_PER_SUBJECT:
            sums: dict[str, Decimal] = {}
            for piece in mine:
                sums[subject(piece)] = sums.get(subject(piece), Decimal(0)) + piece.credits
            return max(sums.values(), default=Decimal(0)) <= amount(constraint) + SLACK
        case Kind.MIN_GRADE:
            asked = [] if constraint.grade is None else [constraint.grade]
            return checker_pools.all_have_grades(mine, asked, case)
        case Kind.MAX_AGE_YEARS:
            return all(checker_pools.is_recent(piece, constraint.years or 0, case) for piece in mine)
        case Kind.MIN_GPA:
            own = [entry for piece in used if piece.is_own for entry in piece.entries]
            found = average(own, case)
            return found is not None and found >= (constraint.gpa or Decimal(0))
        case _:
            total, needed = measure(constraint, mine), amount(constraint)
            return total >= needed - SLACK if is_floor(constraint) else total <= needed + SLACK


def average(taken: Iterable[entries.PlannedEntry], case: checker_values.Case) -> Decimal | None:
    """The grade point average of the entries at the program's institution, none where nothing is graded."""
    by_course: dict[int, list[entries.PlannedEntry]] = {}
    for entry in {entry.id: entry for entry in taken}.values():
        course = entry.course
        if isinstance(course, entries.UnlistedCourse) or course.institution_id != case.tree.institution_id:
            continue
        is_graded = checker_standing.is_final(entry, case.on) and entry.grade in checker_standing.POINTS
        if is_graded and course.listings[0].level != courses.DEVELOPMENTAL:
            by_course.setdefault(min(course.same_ids), []).append(entry)
    counted = [entry for attempts in by_course.values() for entry in _counted(attempts, case)]
    weight = sum((entry.amount for entry in counted), Decimal(0))
    points = sum((_points(entry) * entry.amount for entry in counted), Decimal(0))
    return points / weight if weight else None


def _counted(attempts: list[entries.PlannedEntry], case: checker_values.Case) -> list[entries.PlannedEntry]:
    course = attempts[0].course
    is_repeatable = not isinstance(course, entries.UnlistedCourse) and bool(
        course.repeatable_times or course.repeatable_credits
    )
    policy = case.possibilities.receiver.gpa_repeat
    if is_repeatable or policy is institutions.RepeatPolicy.ALL:
        return attempts
    if policy is institutions.RepeatPolicy.LATEST:
        return [max(attempts, key=lambda entry: (0 if entry.day is None else entry.day.toordinal(), entry.id))]
    ordered = sorted(attempts, key=lambda entry: (0 if entry.day is None else entry.day.toordinal(), entry.id))
    return [max(ordered, key=_points)]


def _points(entry: entries.PlannedEntry) -> Decimal:
    return Decimal(0) if entry.grade is None else checker_standing.POINTS[entry.grade]
