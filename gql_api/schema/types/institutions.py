"""Institutions."""

import strawberry

from gql_api.reads import institutions, programs
from gql_api.schema import edges, enums, refs
from gql_api.schema.pages import Connection
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

    aliases = edges.edge(
        "institution_aliases",
        key="id",
        description="Other names under which it is found, sorted.",
        graphql_type=list[str],
    )

    programs = edges.paged(
        "programs_of",
        programs.BY_NAME,
        description="Its programs, by name.",
        graphql_type=refs.one("programs", "ProgramConnection"),
    )


@strawberry.type(description="A page of institutions.")
class InstitutionConnection(Connection[Institution]):
    """Institutions."""
