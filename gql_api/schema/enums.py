"""The closed lists of the domain as GraphQL enumerations, each value described.

Where a domain enumeration's value is a phrase, that phrase is the description.
"""

from enum import Enum
from typing import Any, TypeAlias

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from gql_api.domain import equivalencies, grades, institutions, requirements, statuses, terms


def described(members: type[Enum], *, name: str, description: str, values: dict[str, str] | None = None) -> None:
    """Register the enumeration under `name`; each value is described by `values` or by its own phrase."""
    registered = strawberry.enum(members, name=name, description=description)
    definition: Any = getattr(registered, "__strawberry_definition__", None)
    if not isinstance(definition, StrawberryEnumDefinition):
        msg = f"{name} was not registered as an enumeration"
        raise TypeError(msg)
    for value in definition.values:
        value.description = (values or {}).get(value.name, str(members[value.name].value)).strip()


_GRADES = {
    **{one.name: f"The letter grade {one.value}: earns credit." for one in grades.Grade if grades.is_letter(one)},
    "F": "Failed: earns no credit, and counts as 0 in an average.",
    "P": "Passed, without a letter: earns credit. The receiving institution says which letter a pass proves.",
    "NP": "Not passed: earns no credit.",
    "CR": "Credit, without a letter; like P.",
    "NC": "No credit.",
    "S": "Satisfactory, without a letter; like P.",
    "U": "Unsatisfactory: earns no credit.",
    "TR": "Transferred: credit accepted from elsewhere, its grade not shown. It earns credit and proves no minimum.",
    "W": "Withdrawn without penalty: earns no credit.",
    "WF": "Withdrawn while failing: earns no credit.",
    "I": "Incomplete: work is outstanding. It counts as in progress.",
    "IP": "In progress: the course goes on. It counts as in progress.",
    "AU": "Audited: attended without credit.",
    "NR": "No grade was reported: earns no credit until one is.",
    "E": "Failed, at institutions that print E instead of F: earns no credit.",
}
Season: TypeAlias = terms.Season
described(
    Season,
    name="Season",
    description="The part of a year in which a term lies, in order: WINTER, SPRING, SUMMER, FALL.",
)
Grade: TypeAlias = grades.Grade
described(
    Grade,
    name="Grade",
    description="A grade as transcripts print it. A_PLUS > A > A_MINUS > … > D_MINUS > F; the others do not compare.",
    values=_GRADES,
)
InstitutionKind: TypeAlias = institutions.InstitutionKind
described(
    InstitutionKind,
    name="InstitutionKind",
    description="What an institution is.",
    values={
        "TWO_YEAR": "A college of two-year programs, such as a community college.",
        "FOUR_YEAR": "A college or university of four-year programs.",
        "EXAMINING_BODY": "It publishes examinations, which are catalogued here like courses: AP, CLEP, IB.",
    },
)
Calendar: TypeAlias = institutions.Calendar
described(
    Calendar,
    name="AcademicCalendar",
    description="How the year is divided, and what a credit is worth.",
    values={
        "SEMESTER": "Two long terms a year. Its credits are what all others are converted to.",
        "QUARTER": "Three or four short terms a year. Three of its credits are two semester credits.",
    },
)
CreditsGranted: TypeAlias = institutions.CreditsGranted
described(
    CreditsGranted,
    name="CreditsGranted",
    description="How many credits an award carries where its rule does not say.",
)
Outcome: TypeAlias = equivalencies.Outcome
described(Outcome, name="EquivalencyOutcome", description="What an equivalency says as a whole.")
AwardKind: TypeAlias = equivalencies.AwardKind
described(AwardKind, name="AwardKind", description="What one award counts as.")
Strength: TypeAlias = equivalencies.Strength
described(Strength, name="EquivalencyStrength", description="How much an equivalency grants.")
RuleStatus: TypeAlias = equivalencies.RuleStatus
described(
    RuleStatus,
    name="EquivalencyStatus",
    description="Where an equivalency stands; only APPROVED ones count.",
    values={
        "PROPOSED": "Somebody proposed it; nobody has decided yet.",
        "APPROVED": "It is in force, within its dates.",
        "DENIED": "It was examined and refused.",
        "RETIRED": "It was in force once and is kept for the record.",
    },
)
TransferStatusKind: TypeAlias = equivalencies.TransferStatus
described(
    TransferStatusKind,
    name="TransferStatusKind",
    description="What is known of a course's transfer to an institution.",
    values={
        "HAS_EQUIVALENTS": "An approved rule awards a course of the institution for it.",
        "ELECTIVE_CREDIT": "Approved rules award elective credit for it, and no course.",
        "CONDITIONAL": "Credit depends on a condition that is decided for each student.",
        "NO_CREDIT": "It was evaluated and does not transfer.",
        "DEPARTMENT_REVIEW": "It was evaluated; a department decides for each student.",
        "NO_COURSE_ARTICULATED": "The institutions agreed that nothing here satisfies what was asked for.",
        "DENIED": "A rule for it was proposed and refused.",
        "NOT_EVALUATED": "No rule speaks of it: nobody has looked at it yet.",
    },
)
ProgramKind: TypeAlias = statuses.ProgramKind
described(
    ProgramKind,
    name="ProgramKind",
    description="What a program leads to.",
    values={
        "DEGREE": "A whole degree, with its general education.",
        "MAJOR": "The main field of a degree.",
        "MINOR": "A second, smaller field beside a major.",
        "CERTIFICATE": "A certificate, which may be earned without a degree.",
    },
)
VersionState: TypeAlias = statuses.VersionState
described(
    VersionState,
    name="ProgramVersionState",
    description="The state of a version; a published one is immutable.",
    values={
        "DRAFT": "Being written: no plan can follow it.",
        "PUBLISHED": "In force from its term on; plans can follow it.",
        "ARCHIVED": "No longer offered to new plans; those that follow it keep it.",
    },
)
PlanStatus: TypeAlias = statuses.PlanStatus
described(
    PlanStatus,
    name="PlanStatus",
    description="The state of a plan.",
    values={
        "DRAFT": "Being thought about.",
        "ACTIVE": "The student follows it; every new plan is active.",
        "COMPLETED": "The student has reached its aim.",
        "ARCHIVED": "Kept for the record only.",
    },
)
PlannedStatus: TypeAlias = statuses.PlannedStatus
described(
    PlannedStatus,
    name="PlannedStatus",
    description="How far a planned course is.",
    values={
        "PLANNED": "It is to be taken.",
        "IN_PROGRESS": "It is being taken now.",
        "COMPLETED": "It is over; its grade says whether it earned credit, and without a grade it did.",
        "WITHDRAWN": "The student gave it up; it earns nothing.",
    },
)
Sharing: TypeAlias = requirements.Sharing
described(
    Sharing,
    name="Sharing",
    description="Whether a course applied to a requirement is used up for others.",
    values={
        "EXCLUSIVE": "A course applied here counts for no other exclusive requirement.",
        "SHARED": "This requirement looks at courses without using them up.",
    },
)
ConstraintKind: TypeAlias = requirements.ConstraintKind
described(
    ConstraintKind,
    name="ConstraintKind",
    description="What a constraint limits or asks of the courses applied beneath its requirement.",
)
CourseType: TypeAlias = statuses.CourseType
described(
    CourseType,
    name="CourseType",
    description="How a course is taught.",
    values={
        "LECTURE": "A lecture.",
        "LECTURE_LAB": "A lecture with a laboratory part.",
        "LAB_ONLY": "A laboratory without a lecture.",
        "RESEARCH": "Research or an internship.",
        "SEMINAR": "A seminar; asking for research includes it.",
        "INDEPENDENT_STUDY": "Independent study; asking for research includes it.",
    },
)
