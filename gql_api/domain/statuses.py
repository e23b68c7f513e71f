"""The closed lists of states and kinds that both tables and rules speak of."""

from enum import Enum


class PlannedStatus(Enum):
    """How far a planned course is."""

    PLANNED = "planned"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"

    __hash__ = object.__hash__  # members are what they are: a hash of the name takes a call in Python


class PlanStatus(Enum):
    """The state of a whole plan."""

    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class VersionState(Enum):
    """The state of a program version; a published one is immutable."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ProgramKind(Enum):
    """What a program leads to."""

    DEGREE = "degree"
    MAJOR = "major"
    MINOR = "minor"
    CERTIFICATE = "certificate"


class ImportState(Enum):
    """How far an import job came."""

    PREVIEWED = "previewed"
    COMMITTED = "committed"
    DISCARDED = "discarded"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class CourseType(Enum):
    """How a course is taught."""

    LECTURE = "lecture"
    LECTURE_LAB = "lecture_lab"
    LAB_ONLY = "lab_only"
    RESEARCH = "research"
    SEMINAR = "seminar"
    INDEPENDENT_STUDY = "independent_study"


RESEARCH_TYPES = frozenset({CourseType.RESEARCH, CourseType.SEMINAR, CourseType.INDEPENDENT_STUDY})
"""What asking for research includes."""
