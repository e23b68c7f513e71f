"""Equivalency rules as values: what is needed at one institution, and what it earns at another."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gql_api.domain import courses, equivalencies, grades, institutions


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A course that satisfies its group, with the grade or score that it takes."""

    course_id: int
    code: str = ""
    minimum_grade: grades.Grade | None = None
    minimum_score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What a rule grants: a course, elective credit in a subject, or elective credit of a general area."""

    kind: equivalencies.AwardKind
    course: courses.Course | None = None
    subject: str | None = None
    area: str | None = None
    level: int | None = None
    tags: frozenset[str] = frozenset()
    credits: Decimal | None = None
    published_code: str | None = None

    @property
    def label(self) -> str:
        """The award as people know it: a course code, `HIST elective`, `humanities elective`."""
        if self.course is not None:
            return self.course.code
        return self.published_code or f"{self.subject or self.area} elective"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A directed rule. All `groups` are needed, one course of each; dates are inclusive."""

    id: int
    sending_institution_id: int
    receiving_institution_id: int
    groups: tuple[tuple[Source, ...], ...]
    awards: tuple[Award, ...] = ()
    outcome: equivalencies.Outcome = equivalencies.Outcome.AWARDS
    strength: equivalencies.Strength = equivalencies.Strength.DIRECT
    status: equivalencies.RuleStatus = equivalencies.RuleStatus.APPROVED
    condition: str | None = None
    reason: str | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    choice_set_id: int | None = None
    source_ids: frozenset[int] = field(init=False, repr=False, compare=False)
    """The courses of all groups."""

    def __post_init__(self) -> None:
        """What is asked of every rule for every entry."""
        ids = frozenset([source.course_id for group in self.groups for source in group])
        object.__setattr__(self, "source_ids", ids)

    @property
    def sources_key(self) -> tuple[tuple[int, ...], ...]:
        """What identifies the source side, whatever the order of its parts."""
        return tuple(sorted(tuple(sorted(source.course_id for source in group)) for group in self.groups))

    def is_in_force(self, day: date) -> bool:
        """Whether the rule applies to what was taken on that day."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_until is None or day <= self.effective_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An advisor's word on one entry: it counts as this course, with these credits, or is denied."""

    entry_id: int
    course: courses.Course | None = None
    credits: Decimal | None = None
    is_denied: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """The receiving institution and its policies."""

    institution_id: int
    calendar: institutions.Calendar = institutions.Calendar.SEMESTER
    credits_granted: institutions.CreditsGranted = institutions.CreditsGranted.MINIMUM
    equivalency_date: institutions.EquivalencyDate = institutions.EquivalencyDate.WHEN_TAKEN
    credit_repeat: institutions.RepeatPolicy = institutions.RepeatPolicy.BEST
    gpa_repeat: institutions.RepeatPolicy = institutions.RepeatPolicy.BEST
    pass_proves: grades.Grade = grades.Grade.C
    minimum_transfer_grade: grades.Grade | None = None
    credit_tolerance: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Possibilities:
    """Everything that may turn a plan's entries into the receiver's credit. Only approved rules award."""

    receiver: Receiver
    rules: tuple[Rule, ...] = ()
    decisions: tuple[Decision, ...] = ()
