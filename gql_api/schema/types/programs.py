"""Programs and their versions."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from gql_api.domain import terms
from gql_api.reads import programs
from gql_api.schema import arguments, edges, enums, refs
from gql_api.schema.pages import Connection
from gql_api.schema.types import health as health_types
from gql_api.schema.types.nodes import Node
from gql_api.schema.types.terms import Term, TermInput


@strawberry.type(description="The requirements of a program as published for one catalog term.")
class ProgramVersion(Node):
    """Shows `reads.programs.VersionRow`."""

    id = refs.global_id("ProgramVersion")
    state: enums.VersionState = strawberry.field(
        description="Draft, published or archived; a published one is immutable."
    )
    is_current: bool = strawberry.field(description="Whether new plans follow it; one version of a program at most.")
    revision: int = strawberry.field(description="1, and one more for each erratum of the same term.")
    total_credits: Decimal | None = strawberry.field(description="The credits that the program takes in all.")
    residency_credits: Decimal | None = strawberry.field(
        description="The credits to be earned at the institution itself."
    )
    notes: str | None = strawberry.field(description="Notes as published.")
    published_at: datetime | None = strawberry.field(description="When it was published.")

    is_type_of = refs.shows(programs.VersionRow)

    @strawberry.field(description="The grade point average needed; null where none is.")
    def minimum_gpa(self, root: strawberry.Parent[programs.VersionRow]) -> float | None:
        """The average as a plain number."""
        return None if root.minimum_gpa is None else float(root.minimum_gpa)

    @strawberry.field(description="The catalog term it was published for.", graphql_type=Term)
    def term(self, root: strawberry.Parent[programs.VersionRow]) -> terms.Term:
        """The term of the version."""
        return terms.Term(year=root.year, season=root.season)

    program = edges.edge(
        "program",
        key="program_id",
        description="The program.",
        graphql_type=refs.one("programs", "Program"),
    )

    requirements = edges.edge(
        "tree",
        key="id",
        shown=lambda _, tree: [] if tree is None else tree.top,
        description="The top-level requirements; each has children or options.",
        graphql_type=refs.many("requirements", "Requirement"),
    )

    all_requirements = edges.edge(
        "tree",
        key="id",
        shown=lambda _, tree: [] if tree is None else tree.nodes,
        description="The whole tree as one flat list, each requirement before its children.",
        graphql_type=refs.many("requirements", "Requirement"),
    )

    health = edges.edge(
        "health",
        key="id",
        shown=lambda version, found: health_types.Examined(version_id=version.id, findings=found or ()),
        description="Whether anybody can finish it, and what else is wrong with it: to be asked before publishing.",
        graphql_type=refs.one("health", "ProgramHealth"),
    )


@strawberry.type(description="A page of program versions.")
class ProgramVersionConnection(Connection[ProgramVersion]):
    """Versions, newest first."""


def _at_term(term: Annotated[TermInput, strawberry.argument(description="The catalog term.")]) -> edges.Bound:
    """The edge to the version of a term."""
    wanted = term.value(("term",)).sort_key
    return edges.Bound(key=lambda program: (program.id, wanted))


def _in_states(
    state: Annotated[
        list[enums.VersionState] | None, strawberry.argument(description="Only versions in these states.")
    ] = None,
    first: arguments.First = None,
    after: arguments.After = None,
    last: arguments.Last = None,
    before: arguments.Before = None,
) -> edges.Bound:
    """The edge to the versions in these states."""
    states = tuple(dict.fromkeys(state)) if state else None
    return edges.page("versions_of", programs.NEWEST_VERSION, states, first, after, last, before)


@strawberry.type(description="A degree, major, minor or certificate of one institution.")
class Program(Node):
    """Shows `reads.programs.ProgramRow`."""

    id = refs.global_id("Program")
    name: str = strawberry.field(description="The name; with the degree type unique within the institution.")
    degree_type: str = strawberry.field(description="B.S., A.A., Certificate …; empty where not known.")
    kind: enums.ProgramKind = strawberry.field(description="What it leads to.")
    description: str | None = strawberry.field(description="The catalog's description.")
    revision: int = strawberry.field(description="Grows with every change.")

    is_type_of = refs.shows(programs.ProgramRow)

    institution = edges.edge(
        "institution",
        key="institution_id",
        description="The institution that offers it.",
        graphql_type=refs.one("institutions", "Institution"),
    )

    current_version = edges.edge(
        "current_version",
        key="id",
        description="The version that new plans follow; null where nothing is published.",
        graphql_type=refs.maybe("programs", "ProgramVersion"),
    )

    version = edges.field(
        "version_at",
        _at_term,
        description="The version published for a catalog term, in its latest revision; null where there is none.",
        graphql_type=refs.maybe("programs", "ProgramVersion"),
    )

    versions = edges.field(
        "versions_of",
        _in_states,
        description="Its versions, newest first.",
        graphql_type=refs.one("programs", "ProgramVersionConnection"),
    )

    health = edges.edge(
        "health_of_program",
        key="id",
        shown=lambda _, found: None if found is None else health_types.Examined(version_id=found[0], findings=found[1]),
        description="The health of the version that new plans follow; null where nothing is published.",
        graphql_type=refs.maybe("health", "ProgramHealth"),
    )


@strawberry.type(description="A page of programs.")
class ProgramConnection(Connection[Program]):
    """Programs."""
