"""The requirement tree of a program version, as values.

A requirement is a node with children or a pool of options, never both; it is met when all of its minima are
reached. Whatever is `None` is not asked for. Keys are stable within a program and survive versions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from gql_api.domain import grades

MOST_NODES = 2_000
"""Nodes of one version; more are refused on write."""
MOST_OPTIONS = 2_000
"""Options of one node; more are refused on write."""


class Sharing(Enum):
    """Whether a course applied here is used up for other requirements."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"


class ConstraintKind(Enum):
    """What a constraint limits or asks of the courses applied beneath its node."""

    MIN_CREDITS = "at least so many credits"
    MAX_CREDITS = "at most so many credits"
    MIN_COURSES = "at least so many courses"
    MAX_COURSES = "at most so many courses"
    MIN_CREDITS_AT_LEVEL = "at least so many credits at or above a level"
    MIN_COURSES_AT_LEVEL = "at least so many courses at or above a level"
    MAX_CREDITS_AT_LEVEL = "at most so many credits at a level"
    MIN_COURSES_WITH_ATTRIBUTE = "at least so many courses with an attribute"
    MAX_CREDITS_WITH_ATTRIBUTE = "at most so many credits with an attribute"
    MIN_DISTINCT_SUBJECTS = "courses of at least so many subjects"
    MAX_CREDITS_PER_SUBJECT = "at most so many credits of any one subject"
    MIN_GRADE = "every course with at least this grade"
    MIN_GPA = "at least this grade point average"
    MIN_RESIDENCY_CREDITS = "at least so many credits earned at the program's institution"
    MAX_TRANSFER_CREDITS = "at most so many credits from elsewhere"
    MAX_PASS_FAIL_CREDITS = "at most so many credits graded pass or fail"  # noqa: S105 - a grade of pass, no password
    MAX_AGE_YEARS = "no course older than so many years"

    __hash__ = object.__hash__  # members are what they are: a hash of the name takes a call in Python


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which of the applied courses a constraint looks at; an empty scope looks at all."""

    subjects: frozenset[str] = frozenset()
    level_from: int | None = None
    level_to: int | None = None
    institution_id: int | None = None
    attribute: str | None = None
    attribute_value: str | None = None
    is_everything: bool = field(init=False, repr=False, compare=False)
    """Whether it is empty."""

    def __post_init__(self) -> None:
        """What is asked of every constraint for every course."""
        given = (self.level_from, self.level_to, self.institution_id, self.attribute)
        object.__setattr__(self, "is_everything", not self.subjects and all(one is None for one in given))


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One limit or minimum. Which amounts are filled follows from `kind`; the database checks it."""

    kind: ConstraintKind
    credits: Decimal | None = None
    courses: int | None = None
    level: int | None = None
    attribute: str | None = None
    attribute_value: str | None = None
    grade: grades.Grade | None = None
    gpa: Decimal | None = None
    years: int | None = None
    subjects: int | None = None
    scope: Scope = Scope()
    description: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOption:
    """A named course. `course_id` is none where no such course exists; its code is kept and reported."""

    course_id: int | None
    code: str
    institution_id: int | None = None
    is_preferred: bool = False
    is_excluded: bool = False
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternOption:
    """Every course that fits: all of what is given must hold; bounds are inclusive."""

    institution_id: int | None = None
    subject: str | None = None
    number_from: str | None = None
    number_to: str | None = None
    level_from: int | None = None
    level_to: int | None = None
    attribute: str | None = None
    attribute_value: str | None = None
    is_preferred: bool = False
    is_excluded: bool = False
    notes: str | None = None


Option = CourseOption | PatternOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Up to so many courses or credits may count both here and in the requirement with this key."""

    with_key: str
    max_credits: Decimal | None = None
    max_courses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One node. `min_children` none means all children; `id` is 0 before it is stored."""

    key: str
    name: str
    description: str | None = None
    position: int = 0
    children: tuple["Requirement", ...] = ()
    min_children: int | None = None
    min_credits_beneath: Decimal | None = None
    options: tuple[Option, ...] = ()
    min_courses: int | None = None
    min_credits: Decimal | None = None
    max_courses: int | None = None
    max_credits: Decimal | None = None
    min_credits_per_course: Decimal | None = None
    max_credits_per_course: Decimal | None = None
    min_grade: grades.Grade | None = None
    is_optional: bool = False
    is_residual: bool = False
    sharing: Sharing = Sharing.EXCLUSIVE
    share_with: tuple[Share, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    id: int = 0

    @property
    def is_leaf(self) -> bool:
        """Whether the node applies courses itself."""
        return not self.children


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramTree:
    """A whole version: its top-level requirements and the totals that are audited beside them."""

    version_id: int
    institution_id: int
    requirements: tuple[Requirement, ...]
    total_credits: Decimal | None = None
    residency_credits: Decimal | None = None
    minimum_gpa: Decimal | None = None


def walk(requirements: tuple[Requirement, ...], depth: int = 0) -> Iterator[tuple[int, Requirement]]:
    """Every node with its depth (top level 0), each before its children."""
    for requirement in requirements:
        yield depth, requirement
        yield from walk(requirement.children, depth + 1)
