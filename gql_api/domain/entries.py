"""The entries of a plan as the rules see them, and the three cumulative views of a plan."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from gql_api.domain import courses, credits, grades, institutions, statuses, terms


class View(Enum):
    """What of a plan is looked at; each view includes the one before it."""

    COMPLETED = "what is earned"
    IN_PROGRESS = "and what is running, assumed passed"
    PLANNED = "and everything planned"

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)
        """0 for COMPLETED to 2 for PLANNED."""

    __hash__ = object.__hash__  # members are what they are: a hash of the name takes a call in Python


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlistedCourse:
    """A course that is in no catalog, in the student's words."""

    title: str
    credits: Decimal
    code: str | None = None
    institution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntry:
    """One entry of a plan. Its course is a catalog course, an examination, or unlisted.

    `credits` is what the student was given where it differs from the catalog. `term_begins` is the first day of
    `term` where the college's calendar differs from the usual one.
    """

    id: int
    course: courses.Course | UnlistedCourse
    status: statuses.PlannedStatus = statuses.PlannedStatus.COMPLETED
    grade: grades.Grade | None = None
    score: int | None = None
    credits: Decimal | None = None
    term: terms.Term | None = None
    term_begins: date | None = None
    taken_on: date | None = None
    is_repeat: bool = False
    pinned_key: str | None = None
    view: View | None = field(init=False, repr=False, compare=False)
    """The first view in which the entry counts; none where it earns nothing (F, W, withdrawn …)."""
    day: date | None = field(init=False, repr=False, compare=False)
    """When the course was or will be taken, as rules with dates see it; none for an unscheduled one."""

    def __post_init__(self) -> None:
        """What every rule asks for again and again."""
        object.__setattr__(self, "view", _view(self.status, self.grade))
        day = self.taken_on
        if day is None and self.term is not None:
            day = self.term_begins or self.term.first_day
        object.__setattr__(self, "day", day)

    @property
    def is_completed(self) -> bool:
        """Whether the grade is final, whatever it is."""
        return self.status is statuses.PlannedStatus.COMPLETED and not grades.is_running(self.grade)

    @property
    def amount(self) -> Decimal:
        """The credits of the entry in its own college's unit: as given, else the catalog's minimum, else zero."""
        if self.credits is not None:
            return self.credits
        if isinstance(self.course, UnlistedCourse):
            return self.course.credits
        return self.course.credits_min if self.course.credits_min is not None else credits.ZERO

    @property
    def is_examination(self) -> bool:
        """Whether it is an examination, which has a score and no grade."""
        return self.score is not None or (not isinstance(self.course, UnlistedCourse) and self.course.is_examination)

    @property
    def label(self) -> str:
        """The code as people know it."""
        if isinstance(self.course, UnlistedCourse):
            return self.course.code or self.course.title
        return self.course.code

    @property
    def told(self) -> str:
        """The code with the time, so that two entries of one course can be told apart: `HISTORY 1 (Fall 2023)`."""
        if self.term is not None:
            return f"{self.label} ({self.term.label})"
        return self.label if self.taken_on is None else f"{self.label} ({self.taken_on.isoformat()})"


def _view(status: statuses.PlannedStatus, grade: grades.Grade | None) -> View | None:
    match status:
        case statuses.PlannedStatus.WITHDRAWN:
            return None
        case statuses.PlannedStatus.COMPLETED if grades.is_running(grade):
            return View.IN_PROGRESS
        case statuses.PlannedStatus.COMPLETED:
            return View.COMPLETED if grades.earns_credit(grade) else None
        case statuses.PlannedStatus.IN_PROGRESS:
            return View.IN_PROGRESS
        case statuses.PlannedStatus.PLANNED:
            return View.PLANNED


def as_of(entry: PlannedEntry, on: date) -> PlannedEntry:
    """The entry as it stands on a day: what has not begun by then is not earned, whatever the plan says.

    A completed entry of a time to come is planned. One whose grade would earn nothing still earns nothing, and
    stays outside averages, as if it were withdrawn from.
    """
    if entry.status is not statuses.PlannedStatus.COMPLETED or entry.day is None or entry.day <= on:
        return entry
    earns = entry.view is not None
    return replace(entry, status=statuses.PlannedStatus.PLANNED if earns else statuses.PlannedStatus.WITHDRAWN)


def reaches_grade(entry: PlannedEntry, minimum: grades.Grade | None, *, pass_proves: grades.Grade) -> bool | None:
    """Whether the entry has at least this grade; none where it cannot be told. What is not finished is assumed to."""
    if minimum is None or not entry.is_completed:
        return True
    return grades.reaches(entry.grade, minimum, pass_proves=pass_proves)


def below(entry: PlannedEntry, minimum: grades.Grade, *, pass_proves: grades.Grade) -> str:
    """That a grade is below a minimum, with both."""
    given = "missing" if entry.grade is None else entry.grade.value
    proves = f", which proves {pass_proves.value}" if grades.is_pass(entry.grade) else ""
    return f"the grade of {entry.label} is {given}{proves}; at least {minimum.value} is asked for"


def reaches_score(entry: PlannedEntry, minimum: int | None) -> bool | None:
    """Whether an examination has at least this score; none where none is recorded."""
    if minimum is None or not entry.is_completed:
        return True
    return None if entry.score is None else entry.score >= minimum


def converted(amount: Decimal, given: institutions.Calendar, wanted: institutions.Calendar) -> Decimal:
    """Credits of one calendar in the unit of another: quarter × 2/3 is semester, semester × 3/2 is quarter."""
    if given is wanted:
        return amount
    if given is institutions.Calendar.QUARTER:
        return credits.convert_quarter(amount)
    return amount * 3 / 2


def first_day(term: terms.Term, calendar: dict[str, object]) -> date | None:
    """The term's first day by a college's own calendar (`{"FALL": "08-25"}`); none where it does not say."""
    text = calendar.get(term.season.name)
    if not isinstance(text, str):
        return None
    try:
        month, day = (int(part) for part in text.split("-"))
        return date(term.year, month, day)
    except ValueError:
        return None
