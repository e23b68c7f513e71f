"""Prerequisites as a typed tree."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import strawberry

from gql_api.domain import prerequisite_words, prerequisites
from gql_api.schema import edges, enums, refs
from gql_api.schema.prerequisite_trees import Placed

Timing: TypeAlias = prerequisites.Timing
enums.described(
    Timing,
    name="PrerequisiteTiming",
    description="When a course that is asked for must be taken, compared with the course that asks for it.",
    values={
        "BEFORE": "In an earlier term, or an earlier session of the same term.",
        "CONCURRENT": "Earlier, or in the same term.",
        "COREQUISITE": "In the same term, if it was not taken earlier.",
    },
)
Standing: TypeAlias = prerequisites.Standing
enums.described(
    Standing,
    name="Standing",
    description="How far a student is, by earned credits; the institution says how many make one.",
    values={
        "FRESHMAN": "Any student.",
        "SOPHOMORE": "From 30 credits on, unless the institution says otherwise.",
        "JUNIOR": "From 60 credits on, unless the institution says otherwise.",
        "SENIOR": "From 90 credits on, unless the institution says otherwise.",
        "GRADUATE": "A graduate student: not told by credits.",
    },
)


def _shows(*kinds: type[Any]) -> Callable[..., bool]:
    """An `is_type_of` for a type that shows placed nodes of these classes."""

    def is_type_of(value: object, _info: object) -> bool:
        return isinstance(value, Placed) and isinstance(value.node, kinds)

    return is_type_of


@strawberry.interface(
    description="A node of a course's prerequisites: a group of others, a course, or something else that is asked for."
)
class Prerequisite:
    """Shows `Placed`, a `domain.prerequisites.Prerequisite` in its place."""

    @strawberry.field(description="Its place in its tree: “0.2” is the third member of the first; the root is “”.")
    def path(self, root: strawberry.Parent[Placed]) -> str:
        """The places."""
        return ".".join(map(str, root.path))

    @strawberry.field(description="How deep it lies: 0 for the root.")
    def depth(self, root: strawberry.Parent[Placed]) -> int:
        """The number of places."""
        return len(root.path)

    @strawberry.field(description="The same in words.")
    def sentence(self, root: strawberry.Parent[Placed]) -> str:
        """The words."""
        return prerequisite_words.told(root.node)

    @strawberry.field(
        description=(
            "Of the root: itself and everything beneath it, each before its members, for clients that want one level; "
            "`path` says what belongs to what. Of any other node it is empty."
        ),
        graphql_type=refs.many("prerequisites", "Prerequisite"),
    )
    def all(self, root: strawberry.Parent[Placed]) -> list[Placed]:
        """The tree, flat."""
        return [] if root.path else root.whole


@strawberry.type(description="Everything of it must be satisfied.")
class PrerequisiteAllOf(Prerequisite):
    """Shows an `AllOf`."""

    is_type_of = _shows(prerequisites.AllOf)

    @strawberry.field(
        description="What must all be satisfied.", graphql_type=refs.many("prerequisites", "Prerequisite")
    )
    def members(self, root: strawberry.Parent[Placed]) -> list[Placed]:
        """The members."""
        return root.beneath


@strawberry.type(description="One of it is enough.")
class PrerequisiteAnyOf(Prerequisite):
    """Shows an `AnyOf`."""

    is_type_of = _shows(prerequisites.AnyOf)

    @strawberry.field(
        description="What is enough, each by itself.", graphql_type=refs.many("prerequisites", "Prerequisite")
    )
    def members(self, root: strawberry.Parent[Placed]) -> list[Placed]:
        """The members."""
        return root.beneath


@strawberry.type(description="So many of it are needed.")
class PrerequisiteAtLeast(Prerequisite):
    """Shows an `AtLeast`."""

    needed: int = strawberry.field(description="How many of the members.")

    is_type_of = _shows(prerequisites.AtLeast)

    @strawberry.field(
        description="Of what so many are needed.", graphql_type=refs.many("prerequisites", "Prerequisite")
    )
    def members(self, root: strawberry.Parent[Placed]) -> list[Placed]:
        """The members."""
        return root.beneath


@strawberry.type(description="It must not be so: “not open to students with credit for MATH 102”.")
class PrerequisiteNot(Prerequisite):
    """Shows a `Not`."""

    is_type_of = _shows(prerequisites.Not)

    @strawberry.field(description="What must not be so.", graphql_type=refs.one("prerequisites", "Prerequisite"))
    def member(self, root: strawberry.Parent[Placed]) -> Placed:
        """The only member."""
        return root.beneath[0]


def _key(placed: Any) -> tuple[int, tuple[str, ...]]:  # noqa: ANN401 - the field sees a placed course
    return placed.institution_id, placed.node.keys


@strawberry.type(description="A course of the same institution, or one that counts as it.")
class PrerequisiteCourse(Prerequisite):
    """Shows a `CourseNeeded`."""

    code: str = strawberry.field(description="Its code as the text has it; a bare number with the subject before it.")
    minimum_grade: enums.Grade | None = strawberry.field(description="The least grade; null: any that earns credit.")
    timing: Timing = strawberry.field(description="When it must be taken.")

    is_type_of = _shows(prerequisites.CourseNeeded)

    course = edges.edge(
        "course_named",
        key=_key,
        description="The course; null where the catalog has none of that code.",
        graphql_type=refs.maybe("courses", "Course"),
    )


@strawberry.type(description="A minimum standing, by earned credits.")
class PrerequisiteStanding(Prerequisite):
    """Shows a `StandingNeeded`."""

    standing: Standing = strawberry.field(description="The least standing.")
    text: str = strawberry.field(description="As published.")

    is_type_of = _shows(prerequisites.StandingNeeded)


@strawberry.type(description="So many earned credits.")
class PrerequisiteCredits(Prerequisite):
    """Shows a `CreditsNeeded`."""

    credits: Decimal = strawberry.field(description="The least credits.")
    text: str = strawberry.field(description="As published.")

    is_type_of = _shows(prerequisites.CreditsNeeded)


@strawberry.type(description="A minimum grade point average at the institution.")
class PrerequisiteAverage(Prerequisite):
    """Shows an `AverageNeeded`."""

    text: str = strawberry.field(description="As published.")

    is_type_of = _shows(prerequisites.AverageNeeded)

    @strawberry.field(description="The least average.")
    def minimum(self, root: strawberry.Parent[Any]) -> float:
        """The average as a plain number."""
        return float(root.minimum)


@strawberry.type(description="A placement, or a score in a test. Whether a plan satisfies it is never known here.")
class PrerequisiteScore(Prerequisite):
    """Shows a `ScoreNeeded`."""

    text: str = strawberry.field(description="As published.")
    minimum: int | None = strawberry.field(description="The least score, where the text has a number.")

    is_type_of = _shows(prerequisites.ScoreNeeded)


@strawberry.type(description="Somebody's leave. Whether it was given is never known here.")
class PrerequisiteConsent(Prerequisite):
    """Shows a `Consent`."""

    text: str = strawberry.field(description="As published: whose consent.")

    is_type_of = _shows(prerequisites.Consent)


@strawberry.type(description="Something that is not understood: a person has to read it.")
class PrerequisiteUnparsed(Prerequisite):
    """Shows an `Unparsed`."""

    text: str = strawberry.field(description="As published.")

    is_type_of = _shows(prerequisites.Unparsed)


@strawberry.type(description="A remark among prerequisites that asks for nothing, such as “may be repeated”.")
class PrerequisiteNote(Prerequisite):
    """Shows a `Note`."""

    text: str = strawberry.field(description="As published.")

    is_type_of = _shows(prerequisites.Note)


TYPES = (
    PrerequisiteAllOf,
    PrerequisiteAnyOf,
    PrerequisiteAtLeast,
    PrerequisiteNot,
    PrerequisiteCourse,
    PrerequisiteStanding,
    PrerequisiteCredits,
    PrerequisiteAverage,
    PrerequisiteScore,
    PrerequisiteConsent,
    PrerequisiteUnparsed,
    PrerequisiteNote,
)
"""Every kind of node: no field names them, so the schema has to be told."""
