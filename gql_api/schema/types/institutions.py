"""Institutions."""

from typing import Any

import strawberry

from gql_api.reads import institutions, pages, programs
from gql_api.schema import arguments, enums, refs
from gql_api.schema.context import Info
from gql_api.schema.loaders import Related
from gql_api.schema.pages import Connection, Place, shown, window
from gql_api.schema.types.nodes import Node

Row = institutions.InstitutionRow


@strawberry.type(description="A college, or a body whose examinations are catalogued like courses.")
class Institution(Node):
    """Shows `reads.institutions.InstitutionRow`."""

    id = refs.global_id("Institution")
    name: str = strawberry.field(description="The full name; unique in any letter case.")
    abbreviation: str | None = strawberry.field(
        description="The usual short name; null where two colleges would share it."
    )
    kind: enums.InstitutionKind = strawberry.field(description="What the institution is.")
    calendar: enums.Calendar = strawberry.field(description="How its year is divided.")
    location: str | None = strawberry.field(description="Where it is, as published.")
    credits_granted: enums.CreditsGranted = strawberry.field(
        description="How many credits it grants for an award whose rule does not say."
    )
    pass_proves: enums.Grade = strawberry.field(description="The letter grade that P, CR and S prove here.")
    minimum_transfer_grade: enums.Grade | None = strawberry.field(
        description="The grade that a course from elsewhere needs to transfer here at all."
    )
    revision: int = strawberry.field(description="Grows with every change.")

    is_type_of = refs.shows(Row)

    @strawberry.field(description="Other names under which it is found, sorted.")
    async def aliases(self, root: strawberry.Parent[Row], info: Info) -> list[str]:
        """The edge to its aliases."""
        return await info.context.loaders.institution_aliases.load(root.id)

    @strawberry.field(description="Its programs, by name.", graphql_type=refs.one("programs", "ProgramConnection"))
    async def programs(
        self,
        root: strawberry.Parent[Row],
        info: Info,
        first: arguments.First = None,
        after: arguments.After = None,
        last: arguments.Last = None,
        before: arguments.Before = None,
    ) -> Any:  # noqa: ANN401 - shown as the type named above
        """The edge to its programs."""
        place = Place(programs.BY_NAME)
        related = Related(window=window(place, first, after, last, before))
        loaders = info.context.loaders
        page: pages.Page[programs.ProgramRow] = await loaders.programs_of.load((root.id, related))
        return shown(page, place, lambda: loaders.programs_of_count.load((root.id, None)))


@strawberry.type(description="A page of institutions.")
class InstitutionConnection(Connection[Institution]):
    """Institutions."""
