"""What an entry amounts to on a day, as the checker sees it: in which view it counts, and which grades it proves."""

from datetime import date
from decimal import Decimal

from gql_api.domain import entries, grades, institutions, statuses

Grade = grades.Grade
View = entries.View
Status = statuses.PlannedStatus
LETTERS = (
    *(Grade.A_PLUS, Grade.A, Grade.A_MINUS, Grade.B_PLUS, Grade.B, Grade.B_MINUS),
    *(Grade.C_PLUS, Grade.C, Grade.C_MINUS, Grade.D_PLUS, Grade.D, Grade.D_MINUS, Grade.F),
)
"""Best first."""
POINTS = dict(
    zip(
        LETTERS,
        map(Decimal, ("4.0", "4.0", "3.7", "3.3", "3.0", "2.7", "2.3", "2.0", "1.7", "1.3", "1.0", "0.7", "0")),
        strict=True,
    )
) | {Grade.WF: Decimal(0), Grade.E: Decimal(0)}
"""Quality points of a credit."""
PASSES = frozenset({Grade.P, Grade.CR, Grade.S})
RUNNING = frozenset({Grade.I, Grade.IP})
EARNING = frozenset(LETTERS[:-1]) | PASSES | {Grade.TR, None}
_ORDER = (View.COMPLETED, View.IN_PROGRESS, View.PLANNED)


def view(entry: entries.PlannedEntry, on: date) -> View | None:
    """The first view in which the entry counts as of that day; none where it earns nothing."""
    match entry.status:
        case Status.WITHDRAWN:
            return None
        case Status.PLANNED:
            return View.PLANNED
        case Status.IN_PROGRESS:
            return View.IN_PROGRESS
        case Status.COMPLETED:
            if entry.grade not in EARNING | RUNNING:
                return None
            if entry.day is not None and entry.day > on:
                return View.PLANNED
            return View.IN_PROGRESS if entry.grade in RUNNING else View.COMPLETED


def counts_in(found: View | None, until: View) -> bool:
    """Whether what counts from one view on counts in another."""
    return found is not None and _ORDER.index(found) <= _ORDER.index(until)


def latest(views: list[View]) -> View:
    """The widest of the views."""
    return max(views, key=_ORDER.index)


def is_final(entry: entries.PlannedEntry, on: date) -> bool:
    """Whether its grade is known and stands; others are assumed to be passed well enough."""
    return entry.status is Status.COMPLETED and entry.grade not in RUNNING and (entry.day is None or entry.day <= on)


def proves(entry: entries.PlannedEntry, minimum: Grade, pass_proves: Grade, on: date) -> bool:
    """Whether the entry certainly has at least this grade."""
    if not is_final(entry, on):
        return True
    grade = pass_proves if entry.grade in PASSES else entry.grade
    return grade in LETTERS and LETTERS.index(grade) <= LETTERS.index(minimum)


def has_score(entry: entries.PlannedEntry, minimum: int | None, on: date) -> bool:
    """Whether an examination certainly has at least this score."""
    return minimum is None or not is_final(entry, on) or (entry.score is not None and entry.score >= minimum)


def is_since(entry: entries.PlannedEntry, limit: date, on: date) -> bool:
    """Whether the entry is certainly not older than that."""
    return not is_final(entry, on) if entry.day is None else entry.day >= limit


def worth(entry: entries.PlannedEntry, wanted: institutions.Calendar) -> Decimal:
    """Its credits in the unit of a calendar: three quarter credits are two semester credits."""
    if isinstance(entry.course, entries.UnlistedCourse) or entry.course.calendar is wanted:
        return entry.amount
    if wanted is institutions.Calendar.SEMESTER:
        return entry.amount * 2 / 3
    return entry.amount * 3 / 2


def is_converted(entry: entries.PlannedEntry, wanted: institutions.Calendar) -> bool:
    """Whether the credits come from another calendar."""
    return not isinstance(entry.course, entries.UnlistedCourse) and entry.course.calendar is not wanted
