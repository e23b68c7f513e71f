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
)
InstitutionKind: TypeAlias = institutions.InstitutionKind
described(InstitutionKind, name="InstitutionKind", description="What an institution is.")
Calendar: TypeAlias = institutions.Calendar
described(
    Calendar,
    name="AcademicCalendar",
    description="How the year is divided; quarter credits count two thirds.",
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
)
TransferStatusKind: TypeAlias = equivalencies.TransferStatus
described(
    TransferStatusKind,
    name="TransferStatusKind",
    description="What is known of a course's transfer to an institution.",
)
ProgramKind: TypeAlias = statuses.ProgramKind
described(ProgramKind, name="ProgramKind", description="What a program leads to.")
VersionState: TypeAlias = statuses.VersionState
described(
    VersionState,
    name="ProgramVersionState",
    description="The state of a version; a published one is immutable.",
)
PlanStatus: TypeAlias = statuses.PlanStatus
described(PlanStatus, name="PlanStatus", description="The state of a plan.")
PlannedStatus: TypeAlias = statuses.PlannedStatus
described(PlannedStatus, name="PlannedStatus", description="How far a planned course is.")
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
