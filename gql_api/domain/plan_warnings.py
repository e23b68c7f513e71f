"""What is odd about entries of a plan without being wrong: told when they are added or changed, never in the way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from gql_api.domain import credits, grades, institutions, prerequisite_issues, statuses, terms, wording

MOST_CREDITS_A_TERM = Decimal(21)
"""Semester credits; more in one term than this is an overload that a college has to allow."""

CATALOGUED = (
    "id",
    "code",
    "title",
    "credits_min",
    "credits_max",
    "active_from",
    "active_until",
    "repeatable_times",
    "repeatable_credits",
    "cross_list_group_id",
    "prerequisite_text",
)
"""The fields of `CatalogCourse` that are the course's own; the others are its institution's."""

_WITHDRAWALS = frozenset({grades.Grade.W, grades.Grade.WF})


class WarningKind(Enum):
    """What is odd."""

    REPEAT = "The plan has the course, or one cross-listed with it, already, and neither is marked as a repeat."
    NOT_OFFERED = "The course is not in the catalog in that term."
    COMPLETED_IN_FUTURE = "It is completed, but its term or day has not come yet; until then it counts as planned."
    PLANNED_IN_PAST = "It is planned, but its term or day is over."
    IN_PROGRESS_IN_PAST = "It is in progress, but its term or day is over."
    TERM_OVERLOAD = "The term has more than 21 semester credits."
    CREDITS_OUT_OF_RANGE = "The credits are not within what the catalog says."
    CREDITS_NOT_CHOSEN = "The course carries a range of credits and none is chosen; the least is counted."
    GRADE_NOT_FITTING = "The grade does not go with the status, such as an A for a planned course."
    EXCEEDS_MAXIMUM = "A maximum is reached wherever the target program could use it: it is applied nowhere."
    PREREQUISITE_TOO_LATE = "What it asks for is in the plan, but not early enough."
    PREREQUISITE_GRADE_TOO_LOW = "What it asks for was taken with too low a grade, or not passed."
    PREREQUISITE_MISSING = "What it asks for is not in the plan."
    PREREQUISITE_EXCLUDED = "It is closed to those who have had something that the plan has."
    PREREQUISITE_NEEDS_REVIEW = "Somebody has to look whether the student may take it."


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogCourse:
    """What a catalog says of a course that is being entered in a plan; `kind` and `calendar` are its institution's."""

    id: int
    code: str
    title: str
    credits_min: Decimal | None
    credits_max: Decimal | None
    active_from: date | None
    active_until: date | None
    repeatable_times: int | None
    repeatable_credits: Decimal | None
    cross_list_group_id: int | None
    kind: institutions.InstitutionKind
    calendar: institutions.Calendar
    prerequisite_text: str | None = None

    @property
    def is_examination(self) -> bool:
        """Whether it is an examination rather than a course."""
        return self.kind is institutions.InstitutionKind.EXAMINING_BODY

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be taken more than once for credit."""
        return self.repeatable_times is not None or self.repeatable_credits is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a plan. `place` is its position in the input, none for an entry that was not touched."""

    place: int | None
    course: CatalogCourse | None
    label: str
    term: terms.Term | None
    taken_on: date | None
    status: statuses.PlannedStatus
    grade: grades.Grade | None
    chosen_credits: Decimal | None
    is_repeat: bool = False

    @property
    def credits(self) -> Decimal:
        """The credits as chosen, else the catalog's least, in the college's own unit."""
        if self.chosen_credits is not None:
            return self.chosen_credits
        return (self.course.credits_min if self.course else None) or credits.ZERO

    @property
    def semester_credits(self) -> Decimal:
        """The credits in semester credits."""
        is_quarter = self.course is not None and self.course.calendar is institutions.Calendar.QUARTER
        return credits.convert_quarter(self.credits) if is_quarter else self.credits

    @property
    def span(self) -> tuple[date, date] | None:
        """The first and last day on which it may be taken; none while unscheduled."""
        if self.taken_on is not None:
            return self.taken_on, self.taken_on
        return None if self.term is None else (self.term.first_day, _last_day(self.term))


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:  # noqa: A001 - the word for it; modules are called through
    """Something odd about the entry at `place` of the input.

    `missing` are the ids of courses that would help; `requirement_key` names the requirement that it is about, if any.
    """

    kind: WarningKind
    message: str
    place: int
    missing: tuple[int, ...] = ()
    requirement_key: str | None = None


def warnings(entries: Sequence[Entry], today: date) -> tuple[Warning, ...]:
    """What is odd about the touched entries of a plan, given all its entries; by place, then kind."""
    found = [*_repeats(entries), *_overloads(entries)]
    for entry in entries:
        if entry.place is not None:
            found.extend(
                Warning(kind=kind, message=f"{entry.label}: {text}", place=entry.place)
                for kind, text in (*_of_time(entry, today), *_of_credits(entry), *_of_grade(entry))
            )
    return ordered(found)


def of_issues(issues: Iterable[prerequisite_issues.Issue], places: Mapping[int, int]) -> tuple[Warning, ...]:
    """The issues of entries that were touched; `places` are theirs in the input, by entry id."""
    return tuple(
        Warning(
            kind=WarningKind[f"PREREQUISITE_{issue.problem.name}"],
            message=issue.message,
            place=places[issue.entry_id],
            missing=issue.missing,
        )
        for issue in issues
        if issue.entry_id in places
    )


def ordered(found: Iterable[Warning]) -> tuple[Warning, ...]:
    """The warnings by place, then kind."""
    order = list(WarningKind)
    return tuple(sorted(found, key=lambda one: (one.place, order.index(one.kind))))


def may_repeat(course: CatalogCourse, amounts: Sequence[Decimal]) -> bool:
    """Whether a repeatable course may be taken as often as there are `amounts` of credits, all attempts together."""
    if not course.is_repeatable:
        return False
    within_times = course.repeatable_times is None or len(amounts) <= course.repeatable_times
    return within_times and (course.repeatable_credits is None or sum(amounts) <= course.repeatable_credits)


def _of_time(entry: Entry, today: date) -> Iterator[tuple[WarningKind, str]]:
    if entry.span is None:
        return
    first, last = entry.span
    if entry.course is not None and not _is_active(entry.course, first, last):
        yield WarningKind.NOT_OFFERED, f"it is not in the catalog then. {_activity(entry.course)}"
    if entry.status is statuses.PlannedStatus.COMPLETED and first > today:
        text = "it is marked completed, but its time has not come yet; until then it counts as planned."
        yield WarningKind.COMPLETED_IN_FUTURE, text
    if entry.status is statuses.PlannedStatus.PLANNED and last < today:
        yield WarningKind.PLANNED_IN_PAST, "it is marked planned, but its time is over."
    if entry.status is statuses.PlannedStatus.IN_PROGRESS and last < today:
        yield WarningKind.IN_PROGRESS_IN_PAST, "it is marked in progress, but its time is over."


def _of_credits(entry: Entry) -> Iterator[tuple[WarningKind, str]]:
    course, chosen = entry.course, entry.chosen_credits
    if course is None or course.credits_min is None or course.credits_max is None:
        return
    low, high = credits.displayed(course.credits_min), credits.displayed(course.credits_max)
    told = low if low == high else f"{low} to {high}"
    if chosen is not None and not course.credits_min <= chosen <= course.credits_max:
        noun = wording.plural(chosen, "credit")
        yield WarningKind.CREDITS_OUT_OF_RANGE, f"{credits.displayed(chosen)} {noun}; the catalog says {told}."
    if chosen is None and low != high:
        yield WarningKind.CREDITS_NOT_CHOSEN, f"it carries {told} credits; {low} are counted until you choose."


def _of_grade(entry: Entry) -> Iterator[tuple[WarningKind, str]]:
    if entry.grade is None:
        return
    match entry.status:
        case statuses.PlannedStatus.COMPLETED:
            fits = True
        case statuses.PlannedStatus.IN_PROGRESS:
            fits = grades.is_running(entry.grade)
        case statuses.PlannedStatus.WITHDRAWN:
            fits = entry.grade in _WITHDRAWALS
        case statuses.PlannedStatus.PLANNED:
            fits = False
    if not fits:
        text = f"it has the grade {entry.grade.value} and is {entry.status.value}; the grade counts once completed."
        yield WarningKind.GRADE_NOT_FITTING, text


def _repeats(entries: Sequence[Entry]) -> Iterator[Warning]:
    """One warning for each course that several entries have beyond what it allows, at the last touched of them.

    What is marked as a repeat is meant so.
    """
    same: defaultdict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.course is not None and not entry.is_repeat:
            group = entry.course.cross_list_group_id
            same[("course", entry.course.id) if group is None else ("group", group)].append(entry)
    for sisters in same.values():
        touched = [(entry.place, entry) for entry in sisters if entry.place is not None]
        if not touched or len(sisters) == 1:
            continue
        place, last = max(touched, key=lambda one: one[0])
        if _is_allowed(last, sisters):
            continue
        others = sorted({other.label for other in sisters if other is not last})
        which = "it already" if others == [last.label] else f"{', '.join(others)}, which is the same course"
        text = f"{last.label}: the plan has {which}; it earns credit once. Mark it as a repeat if it is one."
        yield Warning(kind=WarningKind.REPEAT, message=text, place=place)


def _is_allowed(entry: Entry, sisters: Sequence[Entry]) -> bool:
    """Whether all are attempts of one repeatable course within its limits."""
    if entry.course is None or any(other.course != entry.course for other in sisters):
        return False
    return may_repeat(entry.course, [other.credits for other in sisters])


def _overloads(entries: Iterable[Entry]) -> Iterator[Warning]:
    """One warning for each overloaded term, at the last touched entry in it."""
    loads: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        is_taken = entry.status is not statuses.PlannedStatus.WITHDRAWN
        is_class = entry.course is None or not entry.course.is_examination
        if entry.term is not None and is_taken and is_class:
            loads[entry.term.sort_key].append(entry)
    for key, together in loads.items():
        touched = [entry.place for entry in together if entry.place is not None]
        load = sum((entry.semester_credits for entry in together), start=credits.ZERO)
        if touched and load > MOST_CREDITS_A_TERM:
            label = terms.from_sort_key(key).label
            told = f"{label} has {credits.displayed(load)} semester credits"
            text = f"{told}; more than {MOST_CREDITS_A_TERM} is an overload."
            yield Warning(kind=WarningKind.TERM_OVERLOAD, message=text, place=max(touched))


def _is_active(course: CatalogCourse, first: date, last: date) -> bool:
    begins, ends = course.active_from or date.min, course.active_until or date.max
    return begins <= last and first <= ends


def _activity(course: CatalogCourse) -> str:
    parts: list[str] = []
    if course.active_from is not None:
        parts.append(f"from {course.active_from.isoformat()}")
    if course.active_until is not None:
        parts.append(f"until {course.active_until.isoformat()}")
    return f"It is there {' '.join(parts)}."


def _last_day(term: terms.Term) -> date:
    """The day on which the next season begins; for Fall the last of the year."""
    seasons = list(terms.Season)
    after = seasons[seasons.index(term.season) + 1 :]
    return terms.Term(year=term.year, season=after[0]).first_day if after else date(term.year, 12, 31)
