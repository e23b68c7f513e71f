"""Programs and their versions."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from gql_api.domain import terms
from gql_api.reads import programs
from gql_api.reads.institutions import InstitutionRow
from gql_api.schema import arguments, enums, refs
from gql_api.schema.context import Info
from gql_api.schema.loaders import Related
from gql_api.schema.pages import Connection, Place, shown, window
from gql_api.schema.trees import Located
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

    @strawberry.field(description="The program.", graphql_type=refs.one("programs", "Program"))
    async def program(self, root: strawberry.Parent[programs.VersionRow], info: Info) -> programs.ProgramRow | None:
        """The edge to the program."""
        return await info.context.loaders.program.load(root.program_id)

    @strawberry.field(
        description="The top-level requirements; each has children or options.",
        graphql_type=refs.many("requirements", "Requirement"),
    )
    async def requirements(self, root: strawberry.Parent[programs.VersionRow], info: Info) -> list[Located]:
        """The edge to the tree."""
        tree = await info.context.loaders.tree.load(root.id)
        return [] if tree is None else tree.top

    @strawberry.field(
        description="The whole tree as one flat list, each requirement before its children.",
        graphql_type=refs.many("requirements", "Requirement"),
    )
    async def all_requirements(self, root: strawberry.Parent[programs.VersionRow], info: Info) -> list[Located]:
        """The edge to the tree, flattened."""
        tree = await info.context.loaders.tree.load(root.id)
        return [] if tree is None else tree.nodes


@strawberry.type(description="A page of program versions.")
class ProgramVersionConnection(Connection[ProgramVersion]):
    """Versions, newest first."""


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

    @strawberry.field(
        description="The institution that offers it.", graphql_type=refs.one("institutions", "Institution")
    )
    async def institution(self, root: strawberry.Parent[programs.ProgramRow], info: Info) -> InstitutionRow | None:
        """The edge to the institution."""
        return await info.context.loaders.institution.load(root.institution_id)

    @strawberry.field(
        description="The version that new plans follow; null where nothing is published.",
        graphql_type=refs.maybe("programs", "ProgramVersion"),
    )
    async def current_version(
        self, root: strawberry.Parent[programs.ProgramRow], info: Info
    ) -> programs.VersionRow | None:
        """The edge to the current version."""
        return await info.context.loaders.current_version.load(root.id)

    @strawberry.field(
        description="The version published for a catalog term, in its latest revision; null where there is none.",
        graphql_type=refs.maybe("programs", "ProgramVersion"),
    )
    async def version(
        self,
        root: strawberry.Parent[programs.ProgramRow],
        info: Info,
        term: Annotated[TermInput, strawberry.argument(description="The catalog term.")],
    ) -> programs.VersionRow | None:
        """The edge to the version of a term."""
        return await info.context.loaders.version_at.load((root.id, term.value(("term",)).sort_key))

    @strawberry.field(
        description="Its versions, newest first.", graphql_type=refs.one("programs", "ProgramVersionConnection")
    )
    async def versions(
        self,
        root: strawberry.Parent[programs.ProgramRow],
        info: Info,
        state: Annotated[
            list[enums.VersionState] | None, strawberry.argument(description="Only versions in these states.")
        ] = None,
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Any:  # noqa: ANN401 - shown as the type named above
        """The edge to the versions."""
        place = Place(programs.NEWEST_VERSION)
        states = tuple(dict.fromkeys(state)) if state else None
        related = Related(window=window(place, first, after, last, before), filter=states)
        loaders = info.context.loaders
        page = await loaders.versions_of.load((root.id, related))
        return shown(page, place, lambda: loaders.versions_of_count.load((root.id, states)))


@strawberry.type(description="A page of programs.")
class ProgramConnection(Connection[Program]):
    """Programs."""
