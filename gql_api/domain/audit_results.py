"""What an audit says: values ready to be shown, in tree order, three cumulative views each."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from gql_api.domain import (
    allocation_proofs,
    articulation_answers,
    audit_constraints,
    audit_exceptions,
    courses,
    entries,
)

View = entries.View


class RequirementStatus(Enum):
    """The standing of a requirement: the earliest view in which it is met, or how far it is."""

    MET = "met by what is earned"
    IN_PROGRESS = "met when the running courses are passed"
    PLANNED = "met when all planned courses are passed"
    PARTIAL = "something is applied, and more is needed"
    UNMET = "nothing is applied"
    WAIVED = "waived by an advisor"
    UNKNOWN = "a rule about it cannot be decided"


class TotalKind(Enum):
    """The implicit requirements of a version, over all accepted credit."""

    TOTAL_CREDITS = "credits in total"
    RESIDENCY_CREDITS = "credits earned at the program's institution"
    MINIMUM_GPA = "grade point average"


class UnappliedReason(Enum):
    """Why an entry is applied nowhere."""

    EARNS_NOTHING = "it earned no credit"
    UNLISTED = "it is unlisted and not evaluated"
    DOES_NOT_TRANSFER = "it does not transfer"
    REPEATED = "the same course earned its credit already"
    UNDECIDED = "something about it is not known"
    NOT_EVALUATED = "its transfer has not been evaluated"
    DEPARTMENT_REVIEW = "the department decides whether it counts"
    INCOMPLETE_SERIES = "it counts only together with other courses"
    NO_OPTION = "no option matches"
    GRADE_TOO_LOW = "the grade or score is too low"
    NOT_ELIGIBLE = "a condition of the requirement excludes it"
    MAXIMUM_REACHED = "a maximum is reached"
    NOT_NEEDED = "the requirements that it fits are met without it"
    NEEDED_FOR_TOTALS = "no requirement needs it, but the credits in total or those earned here do"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Credit applied to a requirement: the entries behind it, what it counts as, and through which rule.

    `rule_id` is none for a course as taken and for an advisor's decision. `view` is when it is earned.
    """

    entry_ids: tuple[int, ...]
    counts_as: str
    course: courses.Course | None
    credits: Decimal
    view: entries.View
    rule_id: int | None = None
    is_provisional: bool = False
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewResult:
    """A requirement in one view: what is applied beneath it, and what that amounts to."""

    view: entries.View
    status: RequirementStatus
    applied: tuple[Applied, ...]
    credits: Decimal
    courses: int
    fraction: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """The progress of one requirement. Credits and courses by status are those of the PLANNED view.

    `missing` says what is needed beyond everything planned, empty where nothing is; `explanation` says why the
    requirement stands where it does. Needed amounts are none where nothing of the kind is asked for.
    """

    requirement_id: int
    key: str
    name: str
    parent_id: int | None
    parent_key: str | None
    depth: int
    is_optional: bool
    status: RequirementStatus
    views: tuple[ViewResult, ...]
    needed_credits: Decimal | None
    needed_courses: int | None
    needed_children: int | None
    credits_by_status: tuple[tuple[entries.View, Decimal], ...]
    courses_by_status: tuple[tuple[entries.View, int], ...]
    constraints: tuple[audit_constraints.ConstraintResult, ...]
    missing: str
    explanation: str

    def in_view(self, view: entries.View) -> ViewResult:
        """The requirement as one view shows it."""
        return self.views[view.rank]


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalResult:
    """An implicit requirement: needed, and actual by view; actual is none where there is nothing to average."""

    kind: TotalKind
    status: RequirementStatus
    needed: Decimal
    actual: tuple[tuple[entries.View, Decimal | None], ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramView:
    """The whole version in one view. `percent` is none where nothing is needed."""

    view: entries.View
    status: RequirementStatus
    percent: Decimal | None
    requirements_met: int
    requirements_needed: int
    credits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unapplied:
    """An entry that is applied nowhere in the PLANNED view, and why, in one sentence."""

    entry_id: int
    reason: UnappliedReason
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionUse:
    """An exception of the plan: whether it does anything here, and whether anything is met for its sake alone.

    One that is used and not needed may be withdrawn: everything that is met in any view is met without it.
    """

    exception: audit_exceptions.PlanException
    is_used: bool
    is_needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PinCost:
    """A pinned entry without whose pin more could be met, with the requirement's key, in one sentence."""

    entry_id: int
    key: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The verdict on a plan against a version, as of a day."""

    version_id: int
    on: date
    status: RequirementStatus
    views: tuple[ProgramView, ...]
    requirements: tuple[RequirementResult, ...]
    totals: tuple[TotalResult, ...]
    constraints: tuple[audit_constraints.ConstraintResult, ...]
    unapplied: tuple[Unapplied, ...]
    articulation: tuple[articulation_answers.Answer, ...]
    proof: tuple[allocation_proofs.Proof, ...] = ()
    """How the allocation of each view was proved to be the best, by component of the program."""
    exceptions: tuple[ExceptionUse, ...] = ()
    pins: tuple[PinCost, ...] = ()
    """The pins that cost something in the PLANNED view."""

    @property
    def is_met(self) -> bool:
        """Whether everything is earned."""
        return self.status is RequirementStatus.MET

    def in_view(self, view: entries.View) -> ProgramView:
        """The whole version as one view shows it."""
        return self.views[view.rank]
