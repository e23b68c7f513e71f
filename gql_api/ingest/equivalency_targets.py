"""What the receiving side of a row says: a course, elective credit, no credit, or a matter for the department.

A course that exists under the code always wins over reading it as a placeholder, unless the row says outright that
it earns nothing or waits for the department; whether it exists is decided later, in SQL.
"""

from dataclasses import dataclass
from enum import Enum

from gql_api import errors
from gql_api.domain import codes, equivalencies
from gql_api.ingest import cells

Outcome = equivalencies.Outcome
Strength = equivalencies.Strength


class Said(Enum):
    """What the column equivalency_type may say."""

    DIRECT = "direct"
    PARTIAL = "partial"
    CONDITIONAL = "conditional"
    ELECTIVE = "elective"
    NO_CREDIT = "no credit"
    DEPARTMENT_REVIEW = "department review"
    NO_COURSE_ARTICULATED = "no course articulated"
    UNSPECIFIED = "unspecified"


class SaidOutcome(Enum):
    """What the column outcome may say; it is stronger than equivalency_type."""

    COURSE = "course"
    SUBJECT_ELECTIVE = "subject elective"
    GENERAL_ELECTIVE = "general elective"
    NO_CREDIT = "no credit"
    DEPARTMENT_REVIEW = "department review"
    NO_COURSE_ARTICULATED = "no course articulated"


_WITHOUT_AWARD = {
    "NO_CREDIT": Outcome.NO_CREDIT,
    "DEPARTMENT_REVIEW": Outcome.DEPARTMENT_REVIEW,
    "NO_COURSE_ARTICULATED": Outcome.NO_COURSE_ARTICULATED,
}
_ELECTIVES = frozenset({SaidOutcome.SUBJECT_ELECTIVE, SaidOutcome.GENERAL_ELECTIVE})


class ColumnError(Exception):
    """A cell is wrong; `column` says which."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The receiving side of a row.

    `key` is under what to look for a course, if it may be one. `reading` is what the code stands for if there is no
    such course. `outcome` is set where the row itself decides it (`is_forced`: whatever course the code names); none
    on both means that there must be such a course.
    """

    key: str | None
    reading: equivalencies.Placeholder | None
    outcome: Outcome | None
    strength: Strength | None
    course_strength: Strength | None = None
    """The strength where the code does name a course."""
    is_forced: bool = False
    needs_no_source: bool = False
    warnings: tuple[tuple[str, str], ...] = ()


NOTHING = Target(key=None, reading=None, outcome=None, strength=None)
"""A row of a set that says nothing of the receiving side."""


def read(published: str | None, *, kind: str, outcome: str, strength: str, is_placeholder: bool = False) -> Target:
    """Read the target from its code (none where blank) and the columns equivalency_type, outcome and strength.

    Elective credit "for" a course that exists grants that course's credit in part (PARTIAL): it never meets a
    requirement that names the course. `is_placeholder`: the caller named the code as no course.

    Raises:
        ColumnError: a column says what it may not, or the code names nothing.
    """
    said = _member("equivalency_type", kind, Said, "type of equivalency") or Said.UNSPECIFIED
    decided = _member("outcome", outcome, SaidOutcome, "outcome")
    grant = _member("strength", strength, Strength, "strength")
    forced = _WITHOUT_AWARD.get((decided or said).name)
    if forced is not None:
        return _without_award(published, forced)
    if published is None:
        raise ColumnError("to_course_code", "The row names no receiving course. Fill the column, or say no_credit.")
    is_elective = decided in _ELECTIVES or (decided is None and said is Said.ELECTIVE)
    key = _key(published)
    reading = equivalencies.placeholder(published)
    if reading is None and (is_elective or is_placeholder):
        reading = _elective(published, decided)
    if key is None and reading is None:
        raise ColumnError("to_course_code", _unreadable(published))
    if decided is SaidOutcome.COURSE:
        reading = None
    return Target(
        key=None if decided in _ELECTIVES else key,
        reading=reading,
        outcome=None if reading is None else reading.outcome,
        strength=grant or _strength(said),
        course_strength=grant or (Strength.PARTIAL if is_elective else _strength(said)),
        warnings=_warnings(said, kind, reading),
    )


def _without_award(published: str | None, outcome: Outcome) -> Target:
    is_nothing_offered = outcome is Outcome.NO_COURSE_ARTICULATED
    if is_nothing_offered and (published is None or _key(published) is None):
        raise ColumnError("to_course_code", "Name the receiving course for which nothing is articulated.")
    return Target(
        key=_key(published) if is_nothing_offered and published is not None else None,
        reading=equivalencies.Placeholder(outcome=outcome),
        outcome=outcome,
        strength=None,
        is_forced=True,
        needs_no_source=is_nothing_offered,
    )


def _strength(said: Said) -> Strength:
    match said:
        case Said.PARTIAL:
            return Strength.PARTIAL
        case Said.CONDITIONAL:
            return Strength.CONDITIONAL
        case _:
            return Strength.DIRECT


def _warnings(said: Said, kind: str, reading: equivalencies.Placeholder | None) -> tuple[tuple[str, str], ...]:
    if said is not Said.UNSPECIFIED or reading is not None:
        return ()
    what = f"“{kind}”" if kind else "blank"
    return (("equivalency_type", f"The type is {what} and was taken as direct. Write it into the file."),)


def _elective(published: str, decided: SaidOutcome | None) -> equivalencies.Placeholder:
    """Elective credit named by a code of its own: `KINS ACT` is elective credit in KINS with the tag act."""
    kind = equivalencies.AwardKind.SUBJECT_ELECTIVE
    if decided is SaidOutcome.GENERAL_ELECTIVE:
        kind = equivalencies.AwardKind.GENERAL_ELECTIVE
        return equivalencies.Placeholder(outcome=Outcome.AWARDS, kind=kind, area=published.lower())
    try:
        code = codes.parse(published)
    except errors.InvalidInput:
        subject, _, last = codes.subject(published).rpartition(" ")
        tags = (last.lower(),) if subject else ()
        return equivalencies.Placeholder(outcome=Outcome.AWARDS, kind=kind, subject=subject or last, tags=tags)
    return equivalencies.Placeholder(outcome=Outcome.AWARDS, kind=kind, subject=code.subject, level=code.level)


def _key(published: str) -> str | None:
    try:
        return codes.parse(published).key
    except errors.InvalidInput:
        return None


def _unreadable(published: str) -> str:
    return f"“{published}” is neither a course code nor a known placeholder. Write it as MATH 101, or fill outcome."


def _member(column: str, text: str, members: type[cells.Member], what: str) -> cells.Member | None:
    try:
        return cells.member(text, members, what=what)
    except errors.InvalidInput as error:
        raise ColumnError(column, error.message) from error
