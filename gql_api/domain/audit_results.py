"""What an audit says: values ready to be shown, in tree order, three cumulative views each."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol

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

    @property
    def is_settled(self) -> bool:
        """Whether some view meets it, or an advisor waived it."""
        return self in _SETTLED


_SETTLED = frozenset(
    {
        RequirementStatus.MET,
        RequirementStatus.IN_PROGRESS,
        RequirementStatus.PLANNED,
        RequirementStatus.WAIVED,
    }
)


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
    """A requirement in one view: what is applied beneath it, what that amounts to, and how its constraints stand."""

    view: entries.View
    status: RequirementStatus
    applied: tuple[Applied, ...]
    credits: Decimal
    courses: int
    fraction: Decimal
    constraints: tuple[audit_constraints.ConstraintResult, ...] = ()


class Saying(Protocol):
    """What is told of a requirement, worked out when it is asked for."""

    def missing(self) -> str:
        """What is needed beyond everything planned."""
        ...

    def explanation(self) -> str:
        """Why the requirement stands where it does."""
        ...

    def credits(self) -> tuple[tuple[entries.View, Decimal], ...]:
        """The credits applied, by how far the courses are."""
        ...

    def courses(self) -> tuple[tuple[entries.View, int], ...]:
        """The courses applied, by how far they are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """The progress of one requirement.

    What is told of it (`applied`, `constraints`, credits and courses by status) is that of the view `told_in`: PLANNED,
    but where only a narrower view meets the requirement, that one. Needed amounts are none where nothing of the kind is
    asked for. `is_needed` is false for an open part of a choice that other parts have made.
    """

    requirement_id: int
    key: str
    name: str
    parent_id: int | None
    parent_key: str | None
    depth: int
    is_optional: bool
    is_needed: bool
    status: RequirementStatus
    told_in: entries.View
    views: tuple[ViewResult, ...]
    needed_credits: Decimal | None
    needed_courses: int | None
    needed_children: int | None
    saying: Saying = field(repr=False, compare=False)

    def __repr__(self) -> str:
        """The values with the sentences, so that what is told belongs to what two audits are compared by."""
        values = [f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr]
        said = f"missing={self.missing!r}, explanation={self.explanation!r}"
        return f"{type(self).__name__}({', '.join(values)}, {said})"

    @property
    def is_asked_for(self) -> bool:
        """Whether it is needed and not merely optional at the top."""
        return self.is_needed and not (self.is_optional and self.parent_id is None)

    @property
    def applied(self) -> tuple[Applied, ...]:
        """What is applied beneath it, as told."""
        return self.in_view(self.told_in).applied

    @property
    def constraints(self) -> tuple[audit_constraints.ConstraintResult, ...]:
        """How its constraints stand, as told."""
        return self.in_view(self.told_in).constraints

    @property
    def credits_by_status(self) -> tuple[tuple[entries.View, Decimal], ...]:
        """The credits applied, by how far the courses are."""
        return self.saying.credits()

    @property
    def courses_by_status(self) -> tuple[tuple[entries.View, int], ...]:
        """The number of courses applied, by how far they are."""
        return self.saying.courses()

    @property
    def missing(self) -> str:
        """What is needed beyond everything planned; empty where it is met, waived or not needed."""
        return self.saying.missing()

    @property
    def explanation(self) -> str:
        """Why it stands where it does, in one sentence with numbers."""
        return self.saying.explanation()

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
    """An entry that the PLANNED view applies nowhere, and why, in one sentence. `keys` are of leaves that are full."""

    entry_id: int
    reason: UnappliedReason
    sentence: str
    keys: tuple[str, ...] = ()


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
