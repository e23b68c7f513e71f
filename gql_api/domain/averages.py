"""Grade point averages: quality points by credits over the graded attempts, never rounded up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from gql_api.domain import articulation_rules, entries, grades, institutions

Grade = grades.Grade
POINTS = {
    Grade.A_PLUS: Decimal("4.0"),
    Grade.A: Decimal("4.0"),
    Grade.A_MINUS: Decimal("3.7"),
    Grade.B_PLUS: Decimal("3.3"),
    Grade.B: Decimal("3.0"),
    Grade.B_MINUS: Decimal("2.7"),
    Grade.C_PLUS: Decimal("2.3"),
    Grade.C: Decimal("2.0"),
    Grade.C_MINUS: Decimal("1.7"),
    Grade.D_PLUS: Decimal("1.3"),
    Grade.D: Decimal("1.0"),
    Grade.D_MINUS: Decimal("0.7"),
    Grade.F: Decimal(0),
    Grade.WF: Decimal(0),
    Grade.E: Decimal(0),
}
"""Quality points of a credit. Other grades stand outside the average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Graded attempts, as pairs of quality points and credits."""

    graded: tuple[tuple[Decimal, Decimal], ...] = ()


def attempts(taken: Iterable[entries.PlannedEntry], receiver: articulation_rules.Receiver) -> Attempts:
    """The attempts at the receiver's institution that its policy for repeats lets count in an average.

    Developmental courses are outside it, and so is what has no grade with points.
    """
    by_course: dict[int, list[entries.PlannedEntry]] = {}
    for entry in taken:
        course = entry.course
        if entry.grade is not None and not isinstance(course, entries.UnlistedCourse) and _is_graded(entry):
            is_here = course.institution_id == receiver.institution_id
            if is_here and not course.is_developmental:
                by_course.setdefault(min(course.same_ids), []).append(entry)
    counted = [entry for _, found in sorted(by_course.items()) for entry in _policy(found, receiver.gpa_repeat)]
    return Attempts(graded=tuple((POINTS[entry.grade], entry.amount) for entry in counted if entry.grade in POINTS))


def graded(entry: entries.PlannedEntry, institution_id: int) -> tuple[Decimal, Decimal] | None:
    """Quality points and credits of an attempt at that institution; none where it is outside averages."""
    course = entry.course
    if isinstance(course, entries.UnlistedCourse) or entry.grade is None or not _is_graded(entry):
        return None
    is_outside = course.institution_id != institution_id or course.is_developmental
    return None if is_outside else (POINTS[entry.grade], entry.amount)


def of(given: Attempts) -> Decimal | None:
    """The average, or none where there is nothing to average."""
    weight = sum((amount for _, amount in given.graded), Decimal(0))
    if not weight:
        return None
    return sum((points * amount for points, amount in given.graded), Decimal(0)) / weight


def displayed(average: Decimal) -> str:
    """The average with two places, cut off."""
    return str(average.quantize(Decimal("0.01"), rounding=ROUND_DOWN))


def exactly(average: Decimal) -> str:
    """An average that is asked for, with two places or, where it has more, all of them."""
    shown = average.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return str(shown) if shown == average else f"{average:f}"


def _is_graded(entry: entries.PlannedEntry) -> bool:
    return entry.is_completed and entry.grade in POINTS


def _policy(found: list[entries.PlannedEntry], policy: institutions.RepeatPolicy) -> list[entries.PlannedEntry]:
    """Which attempts of one course count; a course that may be repeated keeps all of them."""
    if len(found) == 1:
        return found
    ordered = sorted(found, key=lambda entry: (entry.day or date.min, entry.id))
    course = found[0].course
    if not isinstance(course, entries.UnlistedCourse) and (course.repeatable_times or course.repeatable_credits):
        return ordered
    match policy:
        case institutions.RepeatPolicy.ALL:
            return ordered
        case institutions.RepeatPolicy.LATEST:
            return ordered[-1:]
        case institutions.RepeatPolicy.BEST:
            return [max(ordered, key=lambda entry: POINTS[entry.grade or Grade.F])]
